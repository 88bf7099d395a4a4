"""What is expected by severity: targets, cadences, who is told, who is next, and when a post-mortem is due."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from msgspec import Struct, field

from incident_tui.domain.incident import Incident
from incident_tui.domain.working import ALWAYS_UTC, Calendar, Limit, Working

WARN_AT = 0.8
WATCH = timedelta(minutes=30)
POST_MORTEM_WITHIN = timedelta(hours=48)
POST_MORTEM_HIGH_OVER = timedelta(hours=2)
POST_MORTEM_USERS_OVER = 100
DUE_DAYS = {"high": 14, "medium": 30, "low": 30}


class Targets(Struct, frozen=True):
    """Limits for one severity; None where there is no clock. `notify` names the kinds of channel that are used."""

    acknowledge: Limit | None = None
    resolve: Limit | None = None
    internal: timedelta | None = None
    external: timedelta | None = None
    notify: tuple[str, ...] = ()

    def cadence(self, audience: str) -> timedelta | None:
        """How often `audience` is owed an update; management hears as often as the team's external readers."""
        return self.internal if audience == "internal" else self.external


DEFAULTS: Mapping[int, Targets] = {
    1: Targets(
        timedelta(minutes=15),
        timedelta(hours=2),
        timedelta(minutes=10),
        timedelta(minutes=20),
        ("chat", "e-mail"),
    ),
    2: Targets(timedelta(hours=1), timedelta(hours=8), timedelta(minutes=30), timedelta(minutes=60), ("chat",)),
    3: Targets(timedelta(hours=4), None, timedelta(hours=2), None, ("chat", "issue tracker")),
    4: Targets(Working(days=1), None, None, None, ("issue tracker",)),
}


class Escalation(Struct, frozen=True):
    """One level of who is called. `after` counts from the call to the level before while nobody acknowledges; None: it
    is called on request only. It is due by time for `severity` and what is more severe; `reason` says what it is for.
    """

    level: int
    title: str
    after: timedelta | None = None
    person: str = ""
    contact: str = ""
    severity: int = 4
    reason: str = ""


ESCALATION = (
    Escalation(1, "on-call", timedelta(0), reason="the alert"),
    Escalation(2, "team lead", timedelta(minutes=15), severity=2, reason="no acknowledgement, or help is needed"),
    Escalation(3, "stakeholders", timedelta(minutes=15), severity=1, reason="critical business impact"),
)
"""Source: incident response guide, escalation. SEV3 and SEV4 escalate on request, as nobody is woken for them."""


class Policy(Struct, frozen=True):
    """`may` names, by act (see `permission.ACTS`), the roles that may do it; an act that is not in it is for anyone.

    The clocks of the severities in `business_hours_only` count working time of the `calendar`. `contacts` says how a
    person is reached.
    """

    targets: Mapping[int, Targets] = field(default_factory=lambda: DEFAULTS)
    currency: str = "$"
    rate_per_hour: int = 25
    calendar: Calendar = ALWAYS_UTC
    business_hours_only: frozenset[int] = frozenset()
    may: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    escalation: tuple[Escalation, ...] = ESCALATION
    contacts: Mapping[str, str] = field(default_factory=dict)

    def of(self, severity: int) -> Targets:
        return self.targets.get(severity, Targets())

    def limit(self, severity: int, limit: Limit | None) -> Limit | None:
        """`limit` as it counts for `severity`: in working time where its clocks stand still overnight."""
        if isinstance(limit, timedelta) and severity in self.business_hours_only:
            return Working.of(limit)
        return limit

    def contact(self, person: str) -> str:
        """How a person is reached; empty when that is not known."""
        return next((how for name, how in self.contacts.items() if name.casefold() == person.casefold()), "")


def post_mortem_reason(incident: Incident) -> str | None:
    """Why a post-mortem is needed, or None: every SEV1; SEV2 over 2 h; over 100 users; data loss or security.

    No drill needs one.
    """
    if incident.drill is not None:
        return None
    if incident.severity == 1:
        return "every SEV1 needs one"
    began, resolved = incident.began_at, incident.moment("resolved")
    if incident.severity == 2 and began and resolved and resolved - began > POST_MORTEM_HIGH_OVER:
        return "SEV2 that took over 2 h"
    users = incident.impact.get("users")
    if users is not None and _number(users.text) > POST_MORTEM_USERS_OVER:
        return "over 100 users were affected"
    for key in ("data", "security"):
        fact = incident.impact.get(key)
        if fact is not None and fact.text.strip().casefold() not in NOTHING:
            return f"{key} was affected"
    return None


NOTHING = frozenset({"", "no", "none", "nothing", "-", "–", "0", "no loss", "n/a"})
NUMBER = r"([0-9](?:[0-9.,’' _]*[0-9])?)\s?(?:(k|thousand|m|million)\b)?"
SEPARATORS = r"[^0-9]+"


def _number(text: str) -> int:
    """The first number in a text, such as 1,200 or 1.2k."""
    found = re.search(NUMBER, text, re.IGNORECASE)
    if found is None:
        return 0
    parts = re.split(SEPARATORS, found[1])
    if not found[2]:
        return int("".join(parts)[:12])
    factor = 1_000 if found[2].casefold().startswith(("k", "t")) else 1_000_000
    return int(float(f"{parts[0][:12]}.{parts[1][:3] if len(parts) > 1 else 0}") * factor)
