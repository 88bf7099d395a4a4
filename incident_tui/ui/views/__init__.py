"""What the panes show, as pure functions of (incident, now, width)."""
