"""The time limits, cadences and waits that a document states in headings, list items and cells.

An amount counts only where its place and the words around it say that it is a limit for the reader. Alert windows,
look-back, retention, offsets and expected durations start no clock.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from msgspec.structs import replace

from incident_tui.protocols.markdown.items import CASES, DOING, WAITING, WATCHING, of_item
from incident_tui.protocols.markdown.limits import (
    NOTHING,
    POST,
    Limit,
    Stated,
    effort,
    first_of,
    resolved,
    stated,
    window,
    within_of,
)
from incident_tui.protocols.markdown.quantities import Amount, amount_of, parse_span, plain, words_of

__all__ = ["Limit", "of_cell", "of_headings", "of_item", "parse_span"]

_BRACKETS = re.compile(r"[(\[]([^()\[\]]{1,100})[)\]]")
_CUT = re.compile(r" ?[–—|·•→] ?| - |: |[;.] |:$")
_COMMAS = re.compile(r", | / | - | [–—] |: ")
_LIMIT_LABEL = re.compile(r"\b(?:time-?box|limit|deadline|target|budget|due|sla|goal)s?$")
_NO_LIMIT = re.compile(
    r"\b(?:lag|retention|time-?outs?|ttl|rpo|rto|mttr|tests?|soak|uptime|downtime|outage|availability|latency|intervals?|"
    r"expected|estimated?|expir\w*|lasted|last|past|ago|incident time|total time|duration|elapsed|average|avg|rate|"
    r"thresholds?|delays?|cool-?down|look-?back|windows?|metrics|example|average|older|age|before|after|lead time|"
    r"availability|uptime|read|reading time|schedule|shift|rotation|session|cycle)\b"
)
_HOURS = re.compile(
    r"^(?:step \d+\W{1,3}|phase \d+\W{1,3}|\W{0,3})(?:the )?(?P<q>\d{1,3}-(?:minute|hour|day))s? (?P<rest>.{1,80})$"
)
_WORKFLOW = re.compile(
    r"\b(?:notifi\w*|notice|deadline|report\w*|response|workflow|checklist|action|actions|plan|containment|triage|"
    r"limit|time-?box|sla|disclosure)\b"
)
_LONGEST_HEADING = 400


def of_headings(headings: Sequence[str], levels: Sequence[int]) -> tuple[Limit, ...]:
    """A limit for each heading, in their order; `levels` are 1 to 6.

    Ranges that start at 0, or each where the one before ended, are windows since the declaration; other ranges are
    efforts, counted from the start of the phase. A limit stands on the heading that states it, also on that of a group.
    """
    found = [_of_heading(plain(text[:_LONGEST_HEADING])) for text in headings]
    limits = _after_resolution(_chained(found, levels), headings, levels)
    release = any("T-minus" in limit.doubt for limit in limits)
    return tuple(
        Limit(doubt="T counts from a day that the document does not give; no clock runs")
        if release and limit.doubt.startswith("T is taken")
        else limit
        for limit in limits
    )


def _after_resolution(limits: Sequence[Limit], headings: Sequence[str], levels: Sequence[int]) -> list[Limit]:
    """What stands below a heading such as "Post-incident" counts from the resolution."""
    done: list[Limit] = []
    post = 0
    for limit, text, level in zip(limits, headings, levels, strict=True):
        post = 0 if level <= post else post
        done.append(resolved(limit) if post else limit)
        if not post and POST.search(plain(text[:_LONGEST_HEADING])):
            post = level
    return done


def of_cell(text: str) -> Limit:
    """The limit of a cell in a column of target times, such as `15 min`, `< 1 h`, `T+30m`; `immediately` is none."""
    line = plain(text[:_LONGEST_HEADING])
    said = [each for each in (stated(part) for part in _parts(line)) if each]
    if len({each.limit.budget or each.limit.every or each.range for each in said}) > 1:
        return Limit(doubt="several times in one cell; none is taken")
    if not said:
        return NOTHING
    return _alone(said[0])


def _parts(line: str) -> list[str]:
    inside = _BRACKETS.findall(line)
    return [line, *inside, _BRACKETS.sub(" ", line).strip(), *(part for text in inside for part in _COMMAS.split(text))]


def _alone(said: Stated) -> Limit:
    if said.range is None:
        return said.limit
    return window(said.range) if said.range.low == timedelta() else effort(said.range)


def _of_heading(line: str) -> Stated:
    inside = [part for text in _BRACKETS.findall(line) for part in _parts_of(text)]
    outside = " ".join(_BRACKETS.sub(" ", line).split()).strip(" :.")
    said = [each for each in (stated(part) or _reported(part) for part in inside) if each]
    said = said or _outside(outside)
    if not said:
        return Stated()
    best = said[0]
    if best.range is None and best.limit.anchor == "phase" and best.limit.budget and _denies(outside):
        return Stated()
    if best.limit.budget and best.limit.budget < timedelta(minutes=1):
        return Stated()
    others = {each.limit.budget or each.range for each in said if each.limit.budget or each.range}
    if len(others) > 1:
        best = replace(best, limit=replace(best.limit, doubt="several times in one heading; the first is taken"))
    if POST.search(outside):
        best = replace(best, limit=resolved(best.limit))
    return _of_case(best, outside, line)


def _parts_of(inside: str) -> list[str]:
    return [inside] if stated(inside) else [inside, *_COMMAS.split(inside)]


def _of_case(said: Stated, outside: str, line: str) -> Stated:
    """Levels of severity, waits and watches have times of their own, which are no limits of the work below."""
    limit = said.limit
    if limit.budget is None or limit.anchor == "resolved" or "first" in outside:
        if limit.every and "automat" in line:
            return Stated(replace(limit, doubt="an automatic repetition may need no reminder"))
        return said
    if WAITING.match(outside):
        return Stated(Limit(wait=limit.budget))
    if WATCHING.match(outside):
        return Stated(Limit(doubt=f"{words_of(limit.budget)} is how long to watch, no limit"))
    if CASES.search(outside) and not DOING.search(outside):
        return Stated(Limit(doubt=f"{words_of(limit.budget)} belongs to a level of severity"))
    return said


def _denies(outside: str) -> bool:
    return bool(_NO_LIMIT.search(outside))


def _reported(part: str) -> Stated | None:
    """ "report within 24 hours": a limit when the words before it ask for something, else a doubt."""
    found = within_of(part)
    if found is None:
        return None
    before, said = found
    if before and not DOING.search(before):
        return Stated(Limit(doubt=f"no clear limit: {part[:60]!r}"))
    return said


def _outside(line: str) -> list[Stated]:
    """What a heading says without brackets: a piece of it that is a limit, "the first n", "within n", "72-hour ..."."""
    pieces = [piece.strip() for piece in _CUT.split(line)]
    said: list[Stated] = []
    for index, piece in enumerate(pieces):
        found = stated(piece)
        if found is not None and not _bare_after_colon(line, pieces, index, found):
            said.append(found)
    if said:
        return said
    if found := first_of(line):
        return [found]
    if found := _reported(line):
        return [found]
    if (every := re.match(r"every \S{1,12} \S{1,12}", line)) and (found := stated(every[0])):
        return [found]
    return _adjective(line)


def _bare_after_colon(line: str, pieces: Sequence[str], index: int, found: Stated) -> bool:
    """ "Incident time: 9 hours" and "30 minutes: escalate" state a length or a moment, "Deadline: 9 hours" a limit."""
    if found.range is not None or found.limit.budget is None or found.limit.anchor != "phase":
        return False
    if len(pieces) == 1 or not re.fullmatch(r"[~\d].{0,30}", pieces[index]):
        return False
    if index and not line.split(pieces[index], 1)[0].rstrip().endswith(":"):
        return False
    return index == 0 or not _LIMIT_LABEL.search(pieces[index - 1])


def _adjective(line: str) -> list[Stated]:
    found = _HOURS.match(line)
    if found is None or _denies(found["rest"]) or not _WORKFLOW.search(found["rest"]):
        return []
    amount = amount_of(found["q"])
    return [Stated(Limit(amount.high, "declared"))] if amount else []


def _chained(found: Sequence[Stated], levels: Sequence[int]) -> list[Limit]:
    ranges = [each.range for each in found if each.range]
    whole = len(ranges) > 1 and all(_follows(before.high, after) for before, after in pairwise(ranges))
    limits: list[Limit] = []
    end: timedelta | None = None
    level = 0
    for each, depth in zip(found, levels, strict=True):
        if each.range is None:
            if each.limit.anchor == "declared" and each.limit.budget:
                end, level = each.limit.budget, depth
            limits.append(each.limit)
            continue
        rooted = each.range.low == timedelta() or (end is not None and _later(end, level, each.range, depth))
        limits.append(_of_range(each, rooted=rooted, whole=whole, end=end))
        if limits[-1].anchor == "declared" and limits[-1].budget:
            end, level = (each.range.high, depth) if rooted else (end, level)
    return limits


def _later(end: timedelta, level: int, after: Amount, depth: int) -> bool:
    return (after.low or timedelta()) >= end and (level == depth or _follows(end, after))


def _follows(end: timedelta, after: Amount) -> bool:
    low = after.low or timedelta()
    return low == timedelta() or end <= low <= end + after.step


def _of_range(each: Stated, *, rooted: bool, whole: bool, end: timedelta | None) -> Limit:
    found = each.range
    if found is None:
        return each.limit
    low = found.low or timedelta()
    if rooted and (not low or (end is not None and _follows(end, found))):
        return window(found, each.limit.doubt)
    bounds = f"{words_of(low)} to {words_of(found.high)}"
    if rooted:
        return window(found, f"{bounds} leaves a gap; taken as a window since the declaration")
    if whole:
        return window(found, f"{bounds} is taken as a window since the declaration: the ranges follow each other")
    return effort(found)
