"""Which channels a message goes to: by its audience, and by what the severity asks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from incident_tui.domain.policy import Policy

PAGES: Final = "status page"
GROUPS: Final = ("chat", "e-mail", "issue tracker", "pager", PAGES, "wiki", "other")
BY_SEVERITY: Final = ("chat", "e-mail", "issue tracker")
"""The groups that the policy of a severity names in `notify`; the others are chosen by the audience alone."""
EXTERNAL: Final = "external"


class Route(Struct, frozen=True):
    """A configured channel as routing sees it. `severities` that are named override what the policy says.

    With `anchor` what goes there ends with the anchor of the record, where only those inside read it.
    """

    channel: str
    via: str
    group: str
    audiences: tuple[str, ...]
    severities: tuple[int, ...] = ()
    follows: bool = False
    anchor: bool = True


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


def anchored(route: Route, audience: str) -> bool:
    """Whether words to `audience` have the anchor below them there.

    What people outside read has none: to them it is noise, and says something of what is inside.
    """
    return route.anchor and EXTERNAL not in (audience, *route.audiences) and route.group != PAGES
