"""A Markdown document as the incidents that it tells of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from hashlib import sha256
from typing import Final

from msgspec.structs import replace

from incident_tui.domain.text import clean, clean_line
from incident_tui.pasts import zones
from incident_tui.pasts.clockwork import Known, Reckoning, zoned
from incident_tui.pasts.dates import day_at, day_in, year_in
from incident_tui.pasts.entries import Entry, timeline_of
from incident_tui.pasts.milestones import backwards, durations, labelled, matched
from incident_tui.pasts.stamps import stamp_of
from incident_tui.pasts.told import Remark, Told
from incident_tui.protocols.markdown.source import prepare
from incident_tui.protocols.markdown.tree import Block, Code, Heading, Listing, Para, Quote, Table, parse

_FRONT: Final = re.compile(r"\s*(---|\+\+\+)[ \t]*\n(.*?)\n\1", re.DOTALL)
_DATED: Final = re.compile(r"^(?:incident[_-]?)?date\w*\s*[:=]\s*['\"]?(.+?)['\"]?\s*$", re.MULTILINE | re.IGNORECASE)
_DATE_LINE: Final = re.compile(
    r"\s*(?:(?:incident|outage) )?(?:date|day|when)(?: of (?:the )?(?:incident|outage))?\W{1,4}(.{4,60})", re.IGNORECASE
)
_CHANGED: Final = re.compile(r"\s*(?:last modified|created|published|updated)(?: on)?\W{1,4}(.{4,40})", re.IGNORECASE)
_SEVERITY_LINE: Final = re.compile(
    r"\s*(?:(?:incident )?severity(?: level)?|priority)\W{1,4}(?:(?:sev(?:erity)?|p)[- ]?)?(?P<n>[0-4])\b"
    r"|\s*(?:incident )?severity(?: level)?\W{1,4}(?P<name>critical|high|major|medium|moderate|low|minor)\b",
    re.IGNORECASE,
)
_SEVERITY: Final = re.compile(r"\bsev(?:erity)?[- ]?(?P<n>[0-4])\b", re.IGNORECASE)
_EVENT_SEVERITY: Final = re.compile(r"\bsev[- ]?([0-4])\b", re.IGNORECASE)
_NAMES: Final = {"critical": 1, "high": 2, "major": 2, "medium": 3, "moderate": 3, "low": 4, "minor": 4}
_INCIDENT: Final = re.compile(r"(?:incident|outage|post-?mortem)\b", re.IGNORECASE)
_LONGEST_TITLE: Final = 200
_LONGEST = 4_000_000

Lines = Sequence[tuple[str, int]]


class TooLong(ValueError):
    """The document is longer than any that a person writes."""


def check_length(text: str) -> None:
    """Raises TooLong: to be asked before anything else is done with a text, which takes time."""
    if len(text) > _LONGEST:
        raise TooLong(f"it is longer than {_LONGEST:,} characters")


def read(text: str, name: str = "") -> tuple[Told, ...]:
    """The incidents of a document, mostly one; `name` is its path, of which the file's name may hold the day.

    Never raises but TooLong. What is odd is a warning: a reader decides what to make of it.
    """
    check_length(text)
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    prepared = prepare(text)
    front = _FRONT.match(clean(text.removeprefix("\ufeff")))
    fields = front[2] if front and front[1] else ""
    blocks = parse(prepared.text)
    parts = _incidents(blocks)
    if len(parts) < 2:
        return (_told(blocks, _title(blocks, prepared.title, name), digest, name, fields),)
    told = [_told(part, _title(part, "", name), f"{digest}:{at}", name, "") for at, part in enumerate(parts)]
    return tuple(replace(each, digest=sha256(each.digest.encode()).hexdigest()) for each in told)


def _incidents(blocks: Sequence[Block]) -> list[list[Block]]:
    """The parts of a document that keeps several: headings of one level, each an incident of a day."""
    heads = [block for block in blocks if isinstance(block, Heading) and _heads_incident(block)]
    level = min((block.level for block in heads), default=0)
    parts: list[list[Block]] = []
    for block in blocks:
        if isinstance(block, Heading) and block.level == level and _heads_incident(block):
            parts.append([])
        if isinstance(block, Heading) and block.level < level:
            parts.append([])
        if parts:
            parts[-1].append(block)
    return [part for part in parts if isinstance(part[0], Heading) and _heads_incident(part[0])]


def _heads_incident(block: Heading) -> bool:
    return bool(_INCIDENT.match(block.inline.line)) and day_in(block.inline.line) is not None


def _title(blocks: Sequence[Block], front: str, name: str) -> str:
    headings = [block for block in blocks if isinstance(block, Heading) and block.inline.line]
    first = next((block.inline.line for block in headings if block.level == 1), "")
    any_heading = headings[0].inline.line if headings and not stamp_of(headings[0].inline.line) else ""
    stem = re.sub(r"\.\w{1,8}$", "", re.split(r"[/\\]", name)[-1])
    title = clean_line(first or front or any_heading or stem)
    return title[:_LONGEST_TITLE] or "untitled"


def _told(blocks: Sequence[Block], title: str, digest: str, name: str, fields: str) -> Told:
    timeline = timeline_of(blocks)
    lines = list(_lines(blocks))
    known = _known(title, lines, name, fields)
    reckoning = Reckoning(known)
    pairs = reckoning.events(timeline.entries)
    found = zoned(pairs, _stated_zone(timeline.headers, lines))
    events = matched(found.events)
    warnings = [*reckoning.remarks, *found.remarks]
    if not events:
        warnings.append(Remark(0, "no timeline was found: nothing in it starts with a time"))
    elif not timeline.sections:
        warnings.append(Remark(0, "no heading names a timeline; what starts with a time is taken for it"))
    if events and found.label is None:
        warnings.append(Remark(0, "no time zone is stated anywhere; none is made up"))
    told = Told(
        title,
        digest,
        events,
        found.label,
        found.zone,
        _severity(title, lines, [event.text for event in events]),
        datetime.combine(known.day, time()) if known.day else None,
        _stated(lines, timeline.entries, found.label, known),
        name=name,
    )
    if odd := backwards(told.milestones):
        warnings.append(odd)
    compared = durations(lines, told.milestones, events)
    warnings += [remark for remark, agrees in compared if not agrees]
    notes = (*reckoning.notes, *(remark for remark, agrees in compared if agrees))
    return replace(told, warnings=tuple(dict.fromkeys(sorted(warnings, key=lambda each: each.line))), notes=notes)


def _stated(
    lines: Lines, entries: Sequence[Entry], label: str | None, known: Known
) -> tuple[tuple[str, datetime], ...]:
    """Milestones stated beside the timeline, in its zone where they name none."""
    inside = {entry.line for entry in entries}
    found: list[tuple[str, datetime]] = []
    for name, text in labelled([text for text, line in lines if line not in inside]):
        stamp = stamp_of(text)
        if stamp is None or stamp.day is None or stamp.time is None:
            continue
        day = stamp.day.on(known.day)
        zone = stamp.zone or label or ""
        if day is not None and stamp.time.hour < 24:
            at = datetime.combine(day, time(stamp.time.hour, stamp.time.minute or 0, stamp.time.second or 0))
            found.append((name, zones.placed(zone, at) if zone else at))
    return tuple(found)


def _known(title: str, lines: Lines, name: str, fields: str) -> Known:
    """The day of the incident, from the places that tell it, the surest first."""
    file = re.split(r"[/\\]", name)[-1]
    front = _DATED.search(fields)
    first = [text for text, _ in lines]
    places = (
        ("its title", title),
        ("the sentence about its times", next((text for text in first if zones.stated(text) and day_in(text)), "")),
        ("its date", next((found[1] for text in first if (found := _DATE_LINE.match(text))), "")),
        ("the file's name", file),
        ("its front matter", front[1] if front else ""),
        ("the path of the file", name.replace("\\", "/")),
        ("the day of its last change", next((found[1] for text in first if (found := _CHANGED.match(text))), "")),
    )
    for source, text in places:
        day = day_in(text)
        told = day.on(None) if day else None
        if told is not None:
            return Known(told, source)
    folder = re.search(r"(?<!\d)(20\d{2})[/\\](\d{2})[/\\](\d{2})(?!\d)", name)
    whole = day_at("-".join(folder.groups())) if folder else None
    day_of_path: date | None = whole.on(None) if whole else None
    if day_of_path is not None:
        return Known(day_of_path, "the path of the file")
    years = (year_in(text) for text in (title, fields, name))
    return Known(year=next((year for year in years if year), None))


def _stated_zone(headers: Sequence[tuple[str, int]], lines: Lines) -> str:
    """The zone for all times: in a column's header, else in the first sentence about times."""
    for text, _ in headers:
        if zone := zones.of_column(text):
            return zone
    return next((zone for text, _ in lines if (zone := zones.stated(text))), "")


def _severity(title: str, lines: Lines, events: Sequence[str]) -> int | None:
    """The severity as it is stated in a line of its own, the title, or the only one that events name."""
    for text, _ in lines:
        if found := _SEVERITY_LINE.match(text):
            return _NAMES[found["name"].casefold()] if found["name"] else max(1, int(found["n"]))
    if found := _SEVERITY.search(title):
        return max(1, int(found["n"]))
    named = {max(1, int(number)) for text in events for number in _EVENT_SEVERITY.findall(text)}
    return named.pop() if len(named) == 1 else None


def _lines(blocks: Sequence[Block]) -> Iterator[tuple[str, int]]:
    """The texts of a document by line, code left out; a row reads like `label: value`."""
    for block in blocks:
        match block:
            case Para() | Heading():
                for offset, text in enumerate(block.inline.text.split("\n")):
                    yield text, block.line + offset
            case Listing():
                for item in block.items:
                    yield from _lines(item.blocks)
            case Quote():
                yield from _lines(block.blocks)
            case Table():
                yield " | ".join(cell.line for cell in block.head), block.line
                for row, line in zip(block.rows, block.lines, strict=True):
                    yield " | ".join(cell.line for cell in row), line
            case Code():
                pass
