"""Milestones that the words of an event name, or that a document states beside its timeline; stated durations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from incident_tui.pasts.stamps import stamp_of
from incident_tui.pasts.told import Remark, ToldEvent, apart

_SUBJECT: Final = r"(?:outage|incident|impact|disruption|degradation|downtime)"
_RULES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("started", re.compile(rf"\b{_SUBJECT} (?:has )?(?:starts|started|begins|began|start)\b")),
    (
        "detected",
        re.compile(
            rf"\b(?:alert(?:s|ed)? (?:is |was |were )?(?:triggered|fired|received|discovered|paged)|pagerduty alert\w*|"
            rf"first (?:noticed|detected|reported|recorded|report of|alert)|"
            rf"(?:{_SUBJECT}|issue|problem) (?:is |was )?(?:first )?(?:detected|noticed|reported)|"
            rf"users? report(?:s|ed)?\b|(?:we )?became aware|end-users alerted)"
        ),
    ),
    (
        "declared",
        re.compile(
            r"\bincident (?:is |was |has been )?declared(?! resolved)|\bdeclar(?:es|ed|ing) an? (?:incident|sev|p\d)|"
            r"\bincident (?:was |is )?(?:created|opened|raised)\b"
        ),
    ),
    (
        "acknowledged",
        re.compile(
            r"\backnowledged (?:the )?(?:alert|page|incident|problem|issue)|\binvestigations? "
            r"(?:is |was |were )?(?:starts|started|begins|began|launched)\b(?! in earnest)|"
            r"\bbegins? (?:looking|investigating)\b"
        ),
    ),
    (
        "identified",
        re.compile(
            r"\b(?:root )?cause (?:is |was |has been )?(?:successfully )?(?:identified|found|determined|confirmed)|"
            r"\b(?:identif(?:ies|ied)|finds|found|determin(?:es|ed)|discovered) the (?:root )?cause|"
            r"\b(?:issue|bug|culprit) (?:is |was )?(?:successfully )?identified"
        ),
    ),
    (
        "mitigated",
        re.compile(
            rf"\b(?:{_SUBJECT}|issue|problem) (?:is |was |has been )?mitigated|\bmitigation (?:is |was )?"
            r"(?:applied|deployed|complete|completed|in place|confirmed)|\bservices? (?:is |was |are |were )?restored|"
            r"\b(?:service|system) (?:is |was )?repaired"
        ),
    ),
    (
        "resolved",
        re.compile(
            rf"\b{_SUBJECT} (?:is |was |has been |has )?(?:resolved|closed|over|ends|ended|end)\b|"
            rf"\b(?:issue|problem) (?:is |was |has been )?(?:confirmed |marked as )?resolved|"
            r"\bconfirmed (?:the )?(?:issue|incident) resolved|\bresolution (?:is |was )?confirmed|"
            r"\ball (?:systems|services) (?:are |were )?(?:verified )?(?:operational|restored)|"
            r"\bincident declared resolved|\bticket marked as resolved"
        ),
    ),
)
_DOUBT: Final = re.compile(
    r"\b(?:not|never|no longer|n't|believ\w+|assum\w+|hop\w+|suspect\w*|may|might|maybe|would|could|should|if|until|"
    r"appears?|seems?|think\w*|expect\w*|to be|potential(?:ly)?|unclear)\b[^.;!?]{0,60}$"
)
_FIRM: Final = ("started", "resolved")
_LATEST: Final = ("resolved", "mitigated")
_ORDER: Final = ("started", "detected", "declared", "acknowledged", "identified", "mitigated", "resolved")
_LABELS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("started", re.compile(rf"(?:{_SUBJECT} )?(?:start(?:ed)?(?: time| at| date)?|began(?: at)?|start of {_SUBJECT})")),
    ("detected", re.compile(r"(?:first |incident |time )?detect(?:ed|ion)(?: time| at)?")),
    ("declared", re.compile(r"(?:incident )?declared(?: at)?")),
    ("acknowledged", re.compile(r"(?:incident )?acknowledged(?: at)?")),
    ("identified", re.compile(r"(?:root )?(?:cause )?identified at")),
    ("mitigated", re.compile(r"(?:incident )?(?:repaired|mitigated)(?: at| time)?")),
    ("resolved", re.compile(rf"(?:incident )?resolved(?: at| time)?|(?:{_SUBJECT} )?end(?:ed)?(?: time| at)")),
)
_LABELLED: Final = re.compile(
    r"\s*(?P<label>[A-Za-z][A-Za-z /-]{2,40}?)\s*(?:[:|–—]+|\s-|(?=\s\d{4}-))\s*(?P<rest>\S.*)"
)
# By the stem of the verb: from which milestone to which.
_MEASURES: Final[dict[str, tuple[str, str]]] = {
    "detect": ("started", "detected"),
    "acknowledge": ("detected", "acknowledged"),
    "respond": ("detected", "acknowledged"),
    "respons": ("detected", "acknowledged"),
    "identif": ("detected", "identified"),
    "repair": ("detected", "mitigated"),
    "mitigat": ("detected", "mitigated"),
    "recover": ("started", "resolved"),
    "resol": ("detected", "resolved"),
    "restor": ("started", "resolved"),
    "duration": ("started", "resolved"),
}
_DURATION: Final = re.compile(
    r"\s*(?P<label>(?:mean )?time to "
    r"(?P<verb>detect|acknowledge|respon[ds]|identif|repair|mitigat|recover|resol|restor)\w*"
    r"|(?:(?:outage|incident|total|impact) )?(?:duration|downtime))"
    r"\s*(?:\(.{0,30}?\))?\s*(?:[:|–—=]|\bwas\b|\bof\b)+\s*(?P<rest>.{1,60})",
    re.IGNORECASE,
)
_AMOUNT: Final = re.compile(
    r"(?P<n>\d{1,6}(?:[.,]\d{1,2})?)\s*(?P<unit>d(?:ays?)?|h(?:ours?|rs?)?|m(?:in(?:ute)?s?)?|s(?:ec(?:ond)?s?)?)(?![a-z])",
    re.IGNORECASE,
)
_UNITS: Final = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1), "s": timedelta(seconds=1)}


def matched(events: Sequence[ToldEvent]) -> tuple[ToldEvent, ...]:
    """The events, of which some are milestones by their words: the first of each, of the way out the last.

    One that would come before another that must precede it is none, but for the start and the end: their words are
    plain, and that they do not fit is for the reader to see.
    """
    chosen: dict[str, int] = {}
    for index, event in enumerate(events):
        named = _named(event.text)
        if event.at is not None and named and (named not in chosen or named in _LATEST):
            chosen[named] = index
    by_index: dict[int, str] = {}
    last: datetime | None = None
    for name in _ORDER:
        at = events[chosen[name]].at if name in chosen else None
        if at is None or (last is not None and name not in _FIRM and apart(last, at) < timedelta()):
            continue
        by_index[chosen[name]] = name
        last = at if name != "declared" else last
    return tuple(replace(event, milestone=by_index.get(index, "")) for index, event in enumerate(events))


def backwards(milestones: dict[str, datetime]) -> Remark | None:
    """That the end comes before the start, where it does."""
    started, resolved = milestones.get("started"), milestones.get("resolved")
    if started is None or resolved is None or apart(started, resolved) >= timedelta():
        return None
    return Remark(0, f"it is resolved ({resolved:%Y-%m-%d %H:%M}) before it has started ({started:%Y-%m-%d %H:%M})")


def _named(text: str) -> str:
    """The milestone that a text speaks of as a fact; empty where it only fears or hopes so."""
    plain = " ".join(text[:600].casefold().split())
    for name, pattern in reversed(_RULES):
        found = pattern.search(plain)
        if found and not _DOUBT.search(plain[: found.start()]) and not _DOUBT.search(found[0]):
            return name
    return ""


def labelled(lines: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Milestones that lines such as "First detected: 2023-09-18 13:42" state, each with the time as it is written."""
    found: list[tuple[str, str]] = []
    for text in lines:
        parts = _LABELLED.match(text[:200])
        if parts is None or (stamp := stamp_of(parts["rest"])) is None or stamp.day is None or stamp.time is None:
            continue
        label = " ".join(parts["label"].casefold().split())
        name = next((name for name, pattern in _LABELS if pattern.fullmatch(label)), "")
        if name and all(name != known for known, _ in found):
            found.append((name, parts["rest"]))
    return tuple(found)


def durations(
    lines: Sequence[tuple[str, int]], milestones: dict[str, datetime], events: Sequence[ToldEvent]
) -> tuple[tuple[Remark, bool], ...]:
    """What the document says that things took beside what its own times give, and whether the two agree.

    Where a milestone is not known, the first event stands for the start and the last for the end.
    """
    moments = [event.at for event in events if event.at is not None]
    ends = {"started": moments[0], "resolved": moments[-1]} if moments else {}
    found: list[tuple[Remark, bool]] = []
    for text, line in lines:
        stated = _DURATION.match(text)
        took = span_of(stated["rest"]) if stated else None
        if stated is None or took is None:
            continue
        verb = (stated["verb"] or "duration").casefold()
        start, end = _MEASURES[verb]
        words = f"“{' '.join(stated['label'].split())}” is stated as {span_words(took)}"
        since, until = (milestones.get(name) or ends.get(name) for name in (start, end))
        if since is None or until is None:
            found.append((Remark(line, f"{words}; its times do not say {start if since is None else end}"), True))
            continue
        computed = apart(since, until)
        same = abs(computed - took) <= max(timedelta(minutes=1), took * 0.02)
        names = [
            name if name in milestones else {"started": "first entry", "resolved": "last entry"}[name]
            for name in (start, end)
        ]
        times = f"its own times give {span_words(computed)} ({names[0]} to {names[1]})"
        found.append((Remark(line, f"{words}; {times}"), same))
    return tuple(found)


def span_of(text: str) -> timedelta | None:
    """`35h 36m`, `399 minutes`, `11 Days`, `1.5 hours`; None where there is no amount at the start."""
    total, at = timedelta(), 0
    start = re.match(r"\s*(?:~|about|approx\w*\.?|around|over|almost)?\s*", text, re.IGNORECASE)
    at = start.end() if start else 0
    any_found = False
    while found := _AMOUNT.match(text, at):
        total += float(found["n"].replace(",", ".")) * _UNITS[found["unit"][0].casefold()]
        glue = re.compile(r"(?:\s|,|and\b)*").match(text, found.end())
        at = glue.end() if glue else found.end()
        any_found = True
    return total if any_found else None


def span_words(span: timedelta) -> str:
    """`2 d 5 h 36 min`, `53 h 36 min` below three days, `47 min`; a sign where time runs backwards."""
    minutes = abs(span) // timedelta(minutes=1)
    sign = "-" if span < timedelta() and minutes else ""
    if minutes < 60:
        return f"{sign}{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 72:
        return f"{sign}{hours} h {rest:02} min"
    return f"{sign}{hours // 24} d {hours % 24} h {rest:02} min"
