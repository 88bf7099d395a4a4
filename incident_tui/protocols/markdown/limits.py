"""What a stated time means for a step or a phase, and the few phrases that say so."""

from __future__ import annotations

import re
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.domain.protocol import Anchor
from incident_tui.protocols.markdown.quantities import QUANTITY, RANGE, Amount, amount_of, range_of, words_of

LONGEST_CADENCE = timedelta(days=7)
SHORTEST_CADENCE = timedelta(minutes=1)


class Limit(Struct, frozen=True):
    """A budget with what it counts from, a cadence, a wait; `doubt` says in a sentence what is uncertain about them.

    `working` says that the days of `budget` are working days. A doubt without a budget is a limit that was not taken.
    """

    budget: timedelta | None = None
    anchor: Anchor = "phase"
    every: timedelta | None = None
    wait: timedelta | None = None
    working: bool = False
    doubt: str = ""


NOTHING = Limit()


class Stated(Struct, frozen=True):
    """A whole phrase as read: a limit, or a range whose meaning its neighbours decide."""

    limit: Limit = NOTHING
    range: Amount | None = None


_AFTER = r"(?: (?:of|from|after|since|following) (?P<after>[^.;:()]{1,60}))?"
_AT_MOST = (
    r"(?:~|≈|<|≤|<=|about|approx\.?|approximately|around|ca\.?|circa|max\.?|maximum|at most|up to|under|less than|"
    r"no more than|no longer than|not more than|time-?box(?:ed)?(?: to| at)?:?|timer?:|time:|target(?: time)?:?|"
    r"(?:time )?limit:?|deadline:?|time budget:?|budget:?|sla:?|goal:?|höchstens|bis zu|immediate(?:ly)?,?)"
)
_ONE = rf"{QUANTITY}|half[ -]hour|hour"
_FIRST = re.compile(
    rf"(?:in |during |for |within )?(?:the |your )?(?:very |golden )?(?:first|initial) (?P<q>{_ONE})"
    rf"|(?:in den |die |der )?erste[nr]? (?P<de>{QUANTITY})|最初の(?P<ja>{QUANTITY})(?:間|以内)?"
)
_WITHIN = re.compile(
    rf"(?:(?:in|within|in under|no later than|not later than|innerhalb(?: von)?|binnen|spätestens nach)"
    rf"(?: about| the first| the next)? (?P<q>{QUANTITY})|(?P<ja>{QUANTITY})以内に?){_AFTER}"
)
_PLAIN = re.compile(
    rf"(?:{_AT_MOST} ?){{0,2}}(?P<q>{QUANTITY})"
    r"(?: (?:max\.?|maximum|or less|tops|at most|time-?box|limit|total|timer|deadline))?"
)
_RANGE = re.compile(rf"(?:{_AT_MOST} ?)?(?P<q>{RANGE})")
_EVERY = re.compile(
    rf"(?:at least |roughly |about )?(?:every|each|alle) (?:~ ?)?(?P<q>{QUANTITY}|minute|hour|day)"
    rf"|(?P<ja>{QUANTITY})(?:ごと|毎|おき)に?"
)
_NEXT = re.compile(rf"(?:in |for |over )?(?:the )?next (?P<q>{_ONE})")
_PLUS = re.compile(rf"(?:by )?t(?:ime)? ?(?:\+|-?plus) ?(?P<q>{QUANTITY})|\+ ?(?P<only>{QUANTITY})")
_MINUS = re.compile(rf"t ?(?:-|−|–|-?minus) ?(?P<q>{QUANTITY})")
_RESOLVED = re.compile(
    r"\b(?:resol\w*|clos(?:ing|ure|e|ed)|mitigated|recovery|the incident ends?|incident end|all[ -]clear|"
    r"post-?(?:incident|mortem|resolution)|stabili\w*)\b"
)
_DECLARED = re.compile(
    r"\b(?:incident|detect\w*|declar\w*|discover\w*|aware\w*|becoming|notif\w*|identif\w*|start|breach|page[ds]?|"
    r"paging|report\w*|alert\w*|receipt|receiving|confirm\w*|t0|activation|occurrence|classif\w*|determin\w*|knowledge)\b"
)
POST = re.compile(
    r"\bpost[- ]?(?:incident|mortem|resolution)|\bafter (?:the )?(?:incident|resolution)|\bretrospective|"
    r"\blessons? learned"
)


def stated(segment: str) -> Stated | None:
    """What a plain phrase says when the whole of it is one limit, range or cadence, else None."""
    line = segment.strip(" .,;:-–—")
    if found := _RANGE.fullmatch(line):
        return Stated(range=range_of(found["q"]))
    if found := _EVERY.fullmatch(line):
        return Stated(Limit(every=cadence(found["q"] or found["ja"])))
    if found := _FIRST.fullmatch(line):
        return _of(found["q"] or found["de"] or found["ja"], "declared")
    if found := _WITHIN.fullmatch(line):
        return _within(found["q"] or found["ja"], found["after"] or "")
    if (found := _PLAIN.fullmatch(line)) or (found := _NEXT.fullmatch(line)):
        return _of(found["q"], "phase")
    return _offset(line)


def first_of(text: str) -> Stated | None:
    """A "first n" anywhere in a heading."""
    found = _FIRST.search(text)
    if found is None or re.match(r" (?:of (?!the (?:incident|outage))|in a |log|data)", text[found.end() :]):
        return None
    return _of(found["q"] or found["de"] or found["ja"], "declared")


def within_of(text: str) -> tuple[str, Stated] | None:
    """The words before a "within n" and what it says."""
    found = _WITHIN.search(text)
    if found is None or text[found.start() :].startswith("in "):
        return None
    said = _within(found["q"] or found["ja"], found["after"] or "")
    return (text[: found.start()].strip(), said) if said else None


def cadence(text: str) -> timedelta | None:
    """The length of one turn, None where it is too short or too long to remind anybody."""
    found = amount_of(text if text[:1].isdigit() or " " in text or "-" in text else f"one {text}")
    return found.high if found and SHORTEST_CADENCE <= found.high <= LONGEST_CADENCE else None


def effort(found: Amount) -> Limit:
    """The limit for a range that is no window since the declaration."""
    low, high = words_of(found.low or timedelta()), words_of(found.high)
    if found.high - (found.low or timedelta()) >= timedelta(days=7):
        return Limit(doubt=f"{low} to {high} may be an effort or dates; no clock runs")
    doubt = (
        f"{low} to {high} reads as an effort: {high} from the start of the phase; as a window: {high} since declared"
    )
    return Limit(found.high, "phase", working=found.working, doubt=doubt)


def window(found: Amount, doubt: str = "") -> Limit:
    return Limit(found.high, "declared", working=found.working, doubt=doubt)


def _of(text: str, anchor: Anchor, doubt: str = "") -> Stated | None:
    found = amount_of(text if text[:1] != "h" or "half" in text[:4] else f"one {text}")
    if found is None and text.startswith("half"):
        found = amount_of("half an hour")
    return Stated(Limit(found.high, anchor, working=found.working, doubt=doubt)) if found else None


def _within(text: str, after: str) -> Stated | None:
    if not after:
        return _of(text, "declared")
    if _RESOLVED.search(after):
        return _of(text, "resolved")
    if _DECLARED.search(after):
        return _of(text, "declared")
    said = _of(text, "declared")
    return Stated(Limit(doubt=f"a limit that counts from {after!r}, which has no clock")) if said else None


def _offset(line: str) -> Stated | None:
    if found := _PLUS.fullmatch(line):
        return _of(found["q"] or found["only"], "declared", "T is taken as the declaration")
    if _MINUS.fullmatch(line):
        return Stated(Limit(doubt="T-minus counts back from a day that the document does not give; no clock runs"))
    return None


def resolved(limit: Limit) -> Limit:
    """The same limit of work that follows the resolution."""
    if limit.budget is None or limit.anchor != "declared":
        return limit
    return replace(limit, anchor="resolved", doubt=limit.doubt or "counted from the resolution, as the work follows it")
