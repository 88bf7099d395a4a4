"""The error review of a week and of a month: what the reference's reviews ask for, as far as the journal knows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta, tzinfo
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.domain.gist import Gist
from incident_tui.domain.incident import SEVERITIES
from incident_tui.domain.learning import Again, recurring
from incident_tui.domain.metrics import Group, Measured, group, local, within

Span = Literal["week", "month"]
TOP: Final = 10
"""Source: Sentry debugging workflows, weekly error review: the top 10 errors of the past week."""
UNKNOWN: Final = {
    "week": ("error rates", "unresolved errors outside of incidents"),
    "month": ("error rates", "infrastructure plans", "alert thresholds"),
}
"""What the reference's reviews ask for and the journal does not hold: it is for the error tracker to say."""


class Period(Struct, frozen=True):
    """From `since` up to, not including, `until`; `label` is `2026-W47` or `2026-11`."""

    span: Span
    label: str
    since: datetime
    until: datetime


class Lesson(Struct, frozen=True):
    ref: str
    text: str


class Review(Struct, frozen=True):
    """A period beside the one before. `severities` counts (now, before) from SEV1 to SEV4.

    `errors` are the top ten of the technical records. `causes` are those of the period that were a cause before, or
    more than once in it. `resolved` are the references of what was resolved in the period.
    """

    period: Period
    before: Period
    now: Group
    earlier: Group
    severities: tuple[tuple[int, int], ...]
    errors: tuple[Again, ...]
    causes: tuple[Again, ...]
    lessons: tuple[Lesson, ...]
    resolved: tuple[str, ...]
    actions_added: int
    actions_done: int
    unknown: tuple[str, ...]


def period_of(span: Span, moment: datetime, zone: tzinfo) -> Period:
    """The week from Monday, or the month, of a moment, at wall time in `zone`."""
    day = local(moment, zone).date()
    if span == "week":
        first = day - timedelta(days=day.weekday())
        after = first + timedelta(days=7)
        year, number, _ = day.isocalendar()
        label = f"{year}-W{number:02}"
    else:
        first = day.replace(day=1)
        after = (first + timedelta(days=31)).replace(day=1)
        label = f"{day:%Y-%m}"
    since, until = (datetime.combine(edge, time(), zone) for edge in (first, after))
    return Period(span, label, since, until)


def review(span: Span, incidents: Sequence[Measured], now: datetime, zone: tzinfo) -> Review:
    """The review of the week or month of `now`. Incidents belong to the period in which they began."""
    period = period_of(span, now, zone)
    before = period_of(span, period.since - timedelta(hours=12), zone)
    mine, earlier = (within(incidents, each.since, each.until) for each in (period, before))
    gists = [item.gist for item in incidents]
    items = [item for gist in gists for item in gist.actions]
    return Review(
        period=period,
        before=before,
        now=group(period.label, mine),
        earlier=group(before.label, earlier),
        severities=tuple((_count(mine, level), _count(earlier, level)) for level in SEVERITIES),
        errors=recurring(_notes_of(gists, "error", period), "error", least=1)[:TOP],
        causes=_causes(gists, period),
        lessons=tuple(_lessons(gists, period)),
        resolved=tuple(gist.ref for gist in gists if _during(gist.resolved, period)),
        actions_added=sum(_during(item.added, period) for item in items),
        actions_done=sum(_during(item.done, period) for item in items),
        unknown=UNKNOWN[span],
    )


def _during(moment: datetime | None, period: Period) -> bool:
    return moment is not None and period.since <= moment < period.until


def _count(incidents: Iterable[Measured], severity: int) -> int:
    return sum(item.gist.severity == severity for item in incidents)


def _causes(gists: Sequence[Gist], period: Period) -> tuple[Again, ...]:
    return tuple(cause for cause in recurring(gists) if _during(cause.last, period))


def _notes_of(gists: Iterable[Gist], kind: str, period: Period) -> Iterator[Gist]:
    """The incidents with only the notes of a kind that were written in the period."""
    for gist in gists:
        notes = tuple(note for note in gist.notes if note.kind == kind and _during(note.at, period))
        if notes:
            yield replace(gist, notes=notes)


def _lessons(gists: Iterable[Gist], period: Period) -> Iterator[Lesson]:
    for gist in _notes_of(gists, "lesson", period):
        yield from (Lesson(gist.ref, note.text) for note in gist.notes)
