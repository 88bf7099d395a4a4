"""Which channels a message goes to: by its audience, and by what the severity asks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from incident_tui.domain.policy import Policy

GROUPS: Final = ("chat", "e-mail", "issue tracker", "pager", "status page", "wiki", "other")
BY_SEVERITY: Final = ("chat", "e-mail", "issue tracker")
"""The groups that the policy of a severity names in `notify`; the others are chosen by the audience alone."""
EXTERNAL: Final = "external"


class Route(Struct, frozen=True):
    """A configured channel as routing sees it. `severities` that are named override what the policy says."""

    channel: str
    via: str
    group: str
    audiences: tuple[str, ...]
    severities: tuple[int, ...] = ()
    follows: bool = False


def routes_for(routes: Iterable[Route], audience: str, severity: int, policy: Policy) -> tuple[Route, ...]:
    """The channels that a message to `audience` goes to at `severity`, in the order of the configuration."""
    notified = policy.of(severity).notify

    def wanted(route: Route) -> bool:
        if audience not in route.audiences:
            return False
        if route.severities:
            return severity in route.severities
        return route.group not in BY_SEVERITY or route.group in notified

    return tuple(route for route in routes if wanted(route))


def misdirected(route: Route, audience: str) -> str:
    """Why a channel does not take words to `audience`, whoever names it; "" where it does.

    What people outside read takes only words to them: those have the approval that they need, and leave out what is
    internal.
    """
    if EXTERNAL not in route.audiences or audience in route.audiences:
        return ""
    return f"for {EXTERNAL}, takes nothing that is {audience}"
