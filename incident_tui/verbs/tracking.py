"""Which of the configured issue trackers an action item is filed in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.delivery import Target
from incident_tui.domain.routing import Route

GROUP: Final = "issue tracker"


def trackers(routes: Iterable[Route], named: Sequence[str] = ()) -> tuple[Target, ...] | Refused:
    """The issue trackers of these names; without a name the only one there is."""
    known = {route.channel: route for route in routes if route.group == GROUP}
    listed = ", ".join(known)
    if not known:
        return Refused("no issue tracker is configured", "docs/channels/github.md and jira.md say how")
    for name in named:
        if name not in known:
            return Refused(f"“{name[:40]}” is no issue tracker", f"configured are: {listed}")
    if not named and len(known) > 1:
        return Refused("there are several issue trackers", f"name one of: {listed}")
    # An item has no card: it is filed once, and lives on where it was filed.
    return tuple(Target(name, known[name].via) for name in named or known)
