"""Metrics: what an incident took from milestone to milestone, and the medians of many; nothing is ever guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Final, Literal

from msgspec import Struct

from incident_tui.domain.gist import Gist
from incident_tui.domain.incident import SEVERITIES, Incident

State = Literal["valid", "missing", "invalid"]
NO_SERVICE: Final = "no service named"


class Definition(Struct, frozen=True):
    """What a metric means and where that comes from; `milestones` are its own two ends, first and last.

    A milestone between them that is set must lie between them.
    """

    name: str
    title: str
    milestones: tuple[str, ...]
    meaning: str
    source: str
    begins: int = 0
    ends: int = -1

    @property
    def start(self) -> str:
        return self.milestones[self.begins]

    @property
    def end(self) -> str:
        return self.milestones[self.ends]


DEFINITIONS: Final = (
    Definition(
        "detect",
        "time to detect",
        ("started", "detected"),
        "From when it started to when somebody or something noticed.",
        "emergency session, timeline summary: detection time",
    ),
    Definition(
        "acknowledge",
        "time to acknowledge",
        ("detected", "acknowledged", "resolved"),
        "From detection until a person took it on; it cannot come after the resolution.",
        "incident response guide, severities: respond in; emergency session: response time",
        ends=1,
    ),
    Definition(
        "identify",
        "time to identify",
        ("detected", "identified"),
        "From detection until the cause was known, which may be after the resolution.",
        "incident response guide, post-mortem timeline: root cause identified",
    ),
    Definition(
        "mitigate",
        "time to mitigate",
        ("detected", "mitigated", "resolved"),
        "From detection until the harm stopped; it cannot come after the resolution.",
        "incident response guide, post-mortem timeline: fix deployed",
        ends=1,
    ),
    Definition(
        "resolve",
        "time to resolve",
        ("detected", "resolved"),
        "From detection to the resolution; missing while the incident is live.",
        "incident response guide, severities: resolve in; emergency session: resolution time",
    ),
    Definition(
        "downtime",
        "total downtime",
        ("started", "detected", "resolved"),
        "From when it started to the resolution, with the detection in between.",
        "emergency session, timeline summary: total downtime",
    ),
)
"""Sources are the reference documents. Where none says from when, the clock runs from the detection, as targets do."""


class Reading(Struct, frozen=True):
    """One metric of one incident: `took` where it is valid, else `why` it is missing or invalid."""

    name: str
    state: State
    took: timedelta | None = None
    why: str = ""


class Measured(Struct, frozen=True):
    """An incident with a reading for each of DEFINITIONS, in their order."""

    gist: Gist
    readings: tuple[Reading, ...]

    def reading(self, name: str) -> Reading:
        """Raises KeyError for a name that is not in DEFINITIONS."""
        return next((item for item in self.readings if item.name == name), None) or _unknown(name)


def measured(incident: Incident | Gist) -> Measured:
    """The readings of one incident. The milestone `resolved` counts only once the incident is not live any more."""
    gist = Gist.of(incident) if isinstance(incident, Incident) else incident
    moments = {name: gist.milestones[name] for name in gist.milestones}
    if gist.live:
        moments.pop("resolved", None)
    return Measured(gist, tuple(_reading(definition, moments) for definition in DEFINITIONS))


def _reading(definition: Definition, moments: Mapping[str, datetime]) -> Reading:
    """Missing where one of the ends is not set; invalid where the milestones that are set are out of order."""
    start, end = moments.get(definition.start), moments.get(definition.end)
    if start is None or end is None:
        absent = [name for name in (definition.start, definition.end) if name not in moments]
        return Reading(definition.name, "missing", why=f"{' and '.join(absent)} not set")
    for before, after in pairwise(name for name in definition.milestones if name in moments):
        if moments[after] < moments[before]:
            return Reading(definition.name, "invalid", why=f"{after} before {before}")
    return Reading(definition.name, "valid", end - start)


def _unknown(name: str) -> Reading:
    raise KeyError(name)


class Trend(Struct, frozen=True):
    """One metric over many incidents; median and p90 are of the valid readings, None where there is none."""

    name: str
    valid: int
    missing: int
    invalid: int
    median: timedelta | None
    p90: timedelta | None

    @property
    def count(self) -> int:
        return self.valid + self.missing + self.invalid


class Group(Struct, frozen=True):
    """The incidents with one severity, service, month or week, and their trends in the order of DEFINITIONS."""

    key: str
    incidents: int
    trends: tuple[Trend, ...]

    def trend(self, name: str) -> Trend:
        """Raises StopIteration for a name that is not in DEFINITIONS."""
        return next(trend for trend in self.trends if trend.name == name)


def group(key: str, incidents: Sequence[Measured]) -> Group:
    """The trends of incidents."""
    columns = zip(*(item.readings for item in incidents), strict=True) if incidents else ((),) * len(DEFINITIONS)
    trends = tuple(_trend(item.name, column) for item, column in zip(DEFINITIONS, columns, strict=True))
    return Group(key, len(incidents), trends)


def _trend(name: str, readings: Sequence[Reading]) -> Trend:
    times = sorted(item.took for item in readings if item.took is not None)
    missing = [item.state for item in readings].count("missing")
    invalid = len(readings) - len(times) - missing
    return Trend(name, len(times), missing, invalid, quantile(times, 50), quantile(times, 90))


def quantile(times: Sequence[timedelta], percent: int) -> timedelta | None:
    """Of sorted durations; the median of an even number is the mean of the middle two.

    Any other percentile is the smallest duration that so many percent do not exceed (nearest rank).
    """
    if not times:
        return None
    if percent == 50:
        low, high = times[(len(times) - 1) // 2], times[len(times) // 2]
        return low + (high - low) / 2
    return times[max(0, -(-len(times) * percent // 100) - 1)]


Keys = Callable[[Gist], Iterable[str]]
"""The groups that an incident belongs to."""


def grouped(incidents: Iterable[Measured], keys: Keys) -> tuple[Group, ...]:
    """Groups in the order of their keys."""
    found: dict[str, list[Measured]] = {}
    for item in incidents:
        for key in keys(item.gist):
            found.setdefault(key, []).append(item)
    return tuple(group(key, found[key]) for key in sorted(found))


def severity(gist: Gist) -> Iterator[str]:
    """`SEV1 critical`."""
    yield f"SEV{gist.severity} {SEVERITIES.get(gist.severity, '')}".strip()


def service(gist: Gist) -> Iterator[str]:
    """Each service that it concerns."""
    yield from gist.services or (NO_SERVICE,)


def month(zone: tzinfo) -> Keys:
    """`2026-11`, the month in which it began."""

    def keys(gist: Gist) -> Iterator[str]:
        if gist.began is not None:
            yield f"{local(gist.began, zone):%Y-%m}"

    return keys


def week(zone: tzinfo) -> Keys:
    """`2026-W47`, the ISO week in which it began."""

    def keys(gist: Gist) -> Iterator[str]:
        if gist.began is not None:
            year, number, _ = local(gist.began, zone).isocalendar()
            yield f"{year}-W{number:02}"

    return keys


def local(moment: datetime, zone: tzinfo) -> datetime:
    """The moment in `zone`; the first and the last day of all have no other zone."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def within(incidents: Iterable[Measured], since: datetime | None, until: datetime | None) -> tuple[Measured, ...]:
    """Those that began from `since` on and before `until`; one without any moment is in no such span."""
    if since is None and until is None:
        return tuple(incidents)
    return tuple(
        item
        for item in incidents
        if (began := item.gist.began) is not None
        and (since is None or began >= since)
        and (until is None or began < until)
    )
