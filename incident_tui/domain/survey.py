"""The survey: all that metrics say about a set of incidents at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Final

from msgspec import Struct

from incident_tui.domain import learning, metrics
from incident_tui.domain.gist import Gist
from incident_tui.domain.learning import Again, Command, Overrun, Promised, Skipped, Tasks
from incident_tui.domain.metrics import Group, Measured, Reading
from incident_tui.domain.review import Review, review
from incident_tui.domain.working import ALWAYS_UTC, Calendar

NOTES: Final = (
    ("median, p90", "Of the valid durations; 90 % are not longer than the p90 (nearest rank).", "statistics"),
    (
        "missing, invalid",
        "A milestone was never set; or milestones are out of order. Both are counted, neither is guessed.",
        "practice: measurements with an Invalid status",
    ),
    (
        "overrun",
        "A phase in which a step was done took longer than its budget.",
        "emergency session, debugging protocol: time limits of the phases",
    ),
    (
        "skipped",
        "A step was skipped on purpose; out of the incidents that worked on its phase.",
        "practice: conformance to the protocol",
    ),
    (
        "broken promise",
        "The next message to the audience came after the time that the one before it had promised, or not at all.",
        "incident response guide: updates every X minutes",
    ),
    (
        "no commander",
        "The time from the declaration to the resolution in which nobody held the role.",
        "practice: one commander; command gaps",
    ),
    (
        "recurring cause",
        "The causes of two or more incidents have the same words, apart from order, numbers and small words.",
        "Sentry debugging workflows, monthly deep dive: identify recurring issues",
    ),
    (
        "late action item",
        "It is open and the day it was due is over.",
        "incident response guide, post-mortem: action, owner, deadline, status",
    ),
    (
        "review",
        "Incidents that began in this week (from Monday) or month beside those of the one before.",
        "Sentry debugging workflows: weekly error review, monthly deep dive",
    ),
)
"""What the other figures mean, and where that comes from: name, meaning, source."""


class Survey(Struct, frozen=True):
    """What is said about `incidents`, the newest first, as of `now`. `weeks` and `months` come oldest first.

    `invalid` holds every reading that is invalid, with its incident; `ids` the incident of every reference.
    """

    now: datetime
    incidents: tuple[Measured, ...]
    live: int
    invalid: tuple[tuple[Measured, Reading], ...]
    ids: Mapping[str, str]
    overall: Group
    severities: tuple[Group, ...]
    services: tuple[Group, ...]
    months: tuple[Group, ...]
    weeks: tuple[Group, ...]
    overruns: tuple[Overrun, ...]
    skipped: tuple[Skipped, ...]
    promised: Promised
    command: Command
    causes: tuple[Again, ...]
    tasks: Tasks
    week: Review
    month: Review


def survey(
    gists: Iterable[Gist],
    now: datetime,
    zone: tzinfo,
    calendar: Calendar = ALWAYS_UTC,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    severity: int | None = None,
) -> Survey:
    """What is said about those of the incidents that began in the span and have the severity; drills are none."""
    every = sorted((gist for gist in gists if not gist.drill), key=_newness, reverse=True)
    wanted = (metrics.measured(gist) for gist in every if severity is None or gist.severity == severity)
    chosen = metrics.within(wanted, since, until)
    known = [item.gist for item in chosen]
    return Survey(
        now=now,
        incidents=chosen,
        live=sum(gist.live for gist in known),
        invalid=tuple((item, each) for item in chosen for each in item.readings if each.state == "invalid"),
        ids={gist.ref: gist.incident for gist in known},
        overall=metrics.group("all", chosen),
        severities=metrics.grouped(chosen, metrics.severity),
        services=metrics.grouped(chosen, metrics.service),
        months=metrics.grouped(chosen, metrics.month(zone)),
        weeks=metrics.grouped(chosen, metrics.week(zone)),
        overruns=learning.overruns(known, now, calendar),
        skipped=learning.skipped_steps(known),
        promised=learning.promised(known, now),
        command=learning.without_commander(known, now),
        causes=learning.recurring(known),
        tasks=learning.tasks(known, now, zone),
        week=review("week", chosen, now, zone),
        month=review("month", chosen, now, zone),
    )


def _newness(gist: Gist) -> tuple[float, str]:
    return gist.began.timestamp() if gist.began else 0.0, gist.incident
