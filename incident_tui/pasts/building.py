"""A told incident as events of the journal: when things happened, and that they were all entered now.

Ids follow from the document alone, so that reading it again gives the same incident.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from incident_tui.domain.decide import Refused
from incident_tui.domain.events import Body, EntryLogged, Event, IncidentDeclared, MilestoneSet, StatusSet
from incident_tui.domain.identity import RANDOM_BITS, Tick, event_id, next_tick, reference, tick_of
from incident_tui.domain.incident import MILESTONES
from incident_tui.domain.protocol import Protocol
from incident_tui.domain.protocol_json import to_json
from incident_tui.domain.text import clean, clean_line
from incident_tui.journal.codec import sealed
from incident_tui.pasts.told import Told, ToldEvent
from incident_tui.times import iso

DEFAULT_SEVERITY = 3
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BEGINNINGS: Final = ("declared", "acknowledged", "detected", "started")
_KINDS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    (
        "cause",
        re.compile(r"\b(?:root )?cause\b.{0,30}\b(?:identified|found|determined|confirmed)|\bthe (?:root )?cause\b"),
    ),
    ("alert", re.compile(r"\balert(?:s|ed)?\b.{0,20}\b(?:triggered|fired|received|paged)|^(?:pagerduty|alert)\b")),
    ("decision", re.compile(r"^(?:\S+ )?(?:decided?|decision)\b")),
    (
        "finding",
        re.compile(r"^(?:\S+ )?(?:noticed?|notices|noted?|discover\w*|found|finds?|observ\w+|determine[sd])\b"),
    ),
    (
        "action",
        re.compile(
            r"^(?:\S+ )?(?:manually )?(?:restart(?:ed|s)?|deploy(?:ed|s)|revert(?:ed|s)?|rolled back|rolls back|"
            r"delet(?:ed|es)|scaled|cordon(?:ed|s)|terminated|removed|merge[sd]|disabled|enabled|drained|increased|pushed|triggered)\b"
        ),
    ),
)


class Entering(Struct, frozen=True):
    """Who enters it, on which device, when, and the IANA zone assumed for times without one."""

    device: str
    actor: str
    now: datetime
    zone: str


def events_of(told: Told, entering: Entering, taken: Collection[str]) -> tuple[Event, ...] | Refused:
    """The events of a past incident, chained; its reference is none of `taken`. Refused where it has no moment."""
    base = _base(told)
    short = f"“{clean_line(told.title)[:60]}”"
    if base is None:
        hint = "write the day into its title, a date line or the file's name, such as 2026-11-21-title.md"
        return Refused(f"{short} has no date anywhere", hint)
    if base > entering.now:
        return Refused(f"{short} lies in the future, on {base.date().isoformat()}", "correct its first date")
    events: list[Event] = []
    tick = Tick(max(1, _millis(base)), 0)
    for at, body in _bodies(told, entering, base, taken):
        number = len(events)
        identifier = event_id(tick, entering.device, _bits(told.digest, number))
        incident = events[0].id if events else identifier
        event = Event(
            identifier, incident, entering.device, at.astimezone(UTC), _cut(entering.now), entering.actor, body
        )
        events.append(sealed(event, events[-1].hash if events else ""))
        tick = next_tick(tick, 0)
    return tuple(events)


def is_twin(incident: str, told: Told) -> bool:
    """Whether an incident's id says that it is made of this document, here or on another machine."""
    base = _base(told)
    if base is None:
        return False
    number = int(incident.replace("-", ""), 16) & (1 << RANDOM_BITS) - 1
    return tick_of(incident) == Tick(max(1, _millis(base)), 0) and number == _bits(told.digest, 0)


def _base(told: Told) -> datetime | None:
    """The first moment of the document; without a zone it is read as UTC, whatever is assumed for the events."""
    at = next((event.at for event in told.events if event.at is not None), None) or told.date
    return at if at is None or at.tzinfo is not None else at.replace(tzinfo=UTC)


def _bodies(told: Told, entering: Entering, base: datetime, taken: Collection[str]) -> Iterator[tuple[datetime, Body]]:
    """Each body and when it happened, in the order of the document."""
    moments = _moments(told, entering.zone, base)
    named = {name: _aware(at, entering.zone) for name, at in told.milestones.items()}
    first = moments[0] if moments else _aware(told.date or base, entering.zone)
    declared = next((named[name] for name in _BEGINNINGS if name in named), first)
    yield declared, _declared(told, entering, declared, named.get("detected"), taken)
    yield declared, EntryLogged("note", _origin(told, entering.zone), ("import",))
    set_apart = dict(told.stated)
    for name in MILESTONES:
        if name in set_apart and name not in ("detected", "resolved"):
            yield named[name], MilestoneSet(name)
    for event, at in zip(told.events, moments, strict=True):
        name = event.milestone if event.milestone not in set_apart else ""
        # Before its entry, which as a cause would set the milestone itself.
        if name in MILESTONES and name not in ("detected", "resolved"):
            yield at, MilestoneSet(name)
        yield at, EntryLogged(_kind(event), _text(event), _tags(event))
        if name == "resolved":
            yield at, StatusSet("resolved")
    if "resolved" in set_apart:
        yield named["resolved"], StatusSet("resolved")
    yield max([*moments, *named.values(), declared]), StatusSet("closed", "imported as a past incident")


def _declared(
    told: Told, entering: Entering, at: datetime, detected: datetime | None, taken: Collection[str]
) -> IncidentDeclared:
    zone = told.zone or entering.zone
    day = at.astimezone(ZoneInfo(zone)).date()
    number = _bits(told.digest, 0)
    ref = next(ref for step in count() if (ref := reference(day, number + step)) not in taken)
    source = re.split(r"[/\\]", told.name)[-1]
    protocol = Protocol("post-mortem", clean_line(told.title), (), clean_line(source), told.digest)
    return IncidentDeclared(
        ref,
        told.title,
        told.severity or DEFAULT_SEVERITY,
        zone,
        iso(detected) if detected else None,
        to_json(protocol),
    )


def _origin(told: Told, zone: str) -> str:
    """What this incident is made of, what was assumed, and what is odd in it."""
    source = clean_line(re.split(r"[/\\]", told.name)[-1]) or "a document"
    lines = [f"imported from {source} (SHA-256 {told.digest[:12]}…)"]
    if told.timezone is None:
        lines.append(f"time zone: {zone}, assumed, because the document states none")
    else:
        lines.append(f"time zone: {told.timezone}, as the document states")
    if told.severity is None:
        lines.append(f"severity: SEV{DEFAULT_SEVERITY}, assumed, because the document states none")
    if "detected" not in told.milestones:
        lines.append("detection: the declaration stands for it, because no entry tells it")
    lines += [str(remark) for remark in (*told.warnings, *told.notes)]
    return clean("\n".join(lines))


def _moments(told: Told, zone: str, base: datetime) -> list[datetime]:
    """When each event happened; one without a moment keeps its place beside the one before it."""
    known = [_aware(event.at, zone) if event.at is not None else None for event in told.events]
    last = next((at for at in known if at is not None), _aware(told.date or base, zone))
    moments: list[datetime] = []
    for at in known:
        last = at or last
        moments.append(last)
    return moments


def _aware(at: datetime, zone: str) -> datetime:
    return at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo(zone))


def _kind(event: ToldEvent) -> str:
    """The kind that the first words of an event leave no doubt about, else a note."""
    plain = event.text[:200].casefold()
    for name, pattern in _KINDS:
        if (name != "cause" or event.milestone == "identified") and pattern.search(plain):
            return name
    return "note"


def _text(event: ToldEvent) -> str:
    who = f"{event.who}: " if event.who and not event.text.startswith(event.who) else ""
    inexact = event.approximate or event.end is not None or event.at is None
    written = f"\nin the document: “{event.stamp}”" if inexact and event.stamp else ""
    return clean(f"{who}{event.text}{written}")


def _tags(event: ToldEvent) -> tuple[str, ...]:
    if event.at is None:
        return ("time-unknown",)
    return ("approximate",) if event.approximate else ()


def _bits(digest: str, number: int) -> int:
    return int.from_bytes(sha256(f"{digest}:{number}".encode()).digest()[:4], "big") & (1 << RANDOM_BITS) - 1


def _millis(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _cut(moment: datetime) -> datetime:
    """As it will read back: the journal keeps milliseconds."""
    utc = moment.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)
