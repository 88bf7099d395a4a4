"""Documents about an incident, written as Markdown."""
