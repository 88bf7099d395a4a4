"""The small phrases inside a typed line: a time or an entry in front; tags, evidence and a promise at the end."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from incident_tui.domain.decide import Refused, moment_allowed
from incident_tui.times import TimeError, parse_duration, parse_moment

EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
LONGEST_PROMISE = timedelta(days=30)

_WORD = re.compile(r'[ \t]*(?:"(?P<quoted>[^"\n]+)"(?=\s|$)|(?P<plain>\S+))[ \t]*\n?')
_FRONT = re.compile(
    r"(?:@(?P<at>yesterday[ \t]+[0-9]\S*|[0-9]{4}-[0-9]{2}-[0-9]{2}[ \t]+[0-9]{1,2}:[0-9]\S*|[0-9]\S*)"
    r"|(?P<ago>-[0-9]{1,6}[dhms](?:[0-9]{1,6}[hms]){0,3}))(?:[ \t]+|(?=\n)|$)",
    re.IGNORECASE,
)
_PROMISE = re.compile(r"(?:^|\s+)next[ \t]+(?P<box>[0-9]+[dhms](?:[0-9]+[hms]){0,3})\s*$", re.IGNORECASE)
_TAG = re.compile(r"#(?P<tag>[^\W\d](?:[\w./:-]*\w)?)[.,;:!?)]*")
_EVIDENCE = re.compile(r"(?P<sign>[+-])(?P<theory>[Hh][0-9]{1,6})")
_ENTRY = re.compile(r"[ \t]*\^(?P<name>\S*)[ \t]*\n?")
_LAST_WORD = re.compile(r"(?:^|\s+)(\S+)\s*$")


class Phrased(Struct, frozen=True):
    """An entry's text without its trailing tags and evidence; `supports` and `refutes` are labels such as H2."""

    text: str
    tags: tuple[str, ...] = ()
    supports: str = ""
    refutes: str = ""


def word(text: str) -> tuple[str, str]:
    """The first word, or the first words in double quotes, and the rest; the lines of the rest stay as they are."""
    found = _WORD.match(text)
    if found is None:
        return "", ""
    return found["quoted"] or found["plain"], text[found.end() :]


def moment(text: str, now: datetime, zone: ZoneInfo) -> datetime | Refused:
    """The moment in UTC that a person names, which has been, and not before there were such clocks."""
    try:
        at = parse_moment(text, now, zone)
    except TimeError as error:
        reason, _, hint = str(error).partition("; ")
        return Refused(reason, hint)
    if at < EARLIEST:
        return Refused("that is before 1970", "give the year with four digits")
    return moment_allowed(at, now) or at


def back_dated(line: str, now: datetime, zone: ZoneInfo) -> tuple[datetime | Refused | None, str]:
    """The moment that a line begins with (`@14:05`, `@yesterday 14:05`, `@2026-11-20T14:05`, `-10m`), and the rest."""
    found = _FRONT.match(line)
    if found is None:
        return None, line
    return moment(found["at"] or found["ago"], now, zone), line[found.end() :]


def entry_named(text: str) -> tuple[str | None, str]:
    """The end of an id by which a text names an entry in front (`^3f9a12b4`), None where it does not; and the rest."""
    found = _ENTRY.match(text)
    return (None, text) if found is None else (found["name"].casefold(), text[found.end() :])


def promised(text: str) -> tuple[timedelta | Refused | None, str]:
    """The time after which an update is promised by a trailing `next 20m`, and the text before it."""
    found = _PROMISE.search(text)
    if found is None:
        return None, text
    rest = text[: found.start()].rstrip(" \t,;")
    try:
        promise = parse_duration(found["box"])
    except TimeError as error:
        return Refused(str(error)), rest
    if not timedelta(0) < promise <= LONGEST_PROMISE:
        return Refused("the next update is promised within minutes to days", "for example: next 20m"), rest
    return promise, rest


def boxed(text: str) -> timedelta | Refused:
    """A time box such as `10m` or, in minutes, `10`."""
    try:
        return parse_duration(text)
    except TimeError as error:
        reason, _, hint = str(error).partition("; ")
        return Refused(reason, hint)


def phrased(text: str) -> Phrased | Refused:
    """What the first line says beside its text: `#tag` words anywhere, `+H1` and `-H2` at its end.

    Tags at the end leave the text, others stay in it. Later lines are somebody else's and kept as they are.
    """
    head, newline, block = text.partition("\n")
    tags = [found["tag"] for item in head.split() if (found := _TAG.fullmatch(item))]
    left, weighed = _without_tail(head, whole=not block.strip())
    signs = [sign for sign, _ in weighed]
    if len(set(signs)) < len(signs):
        return Refused("an entry counts for one theory and against one", "weigh the others with /for and /against")
    theories = dict(weighed)
    return Phrased(left + newline + block, tuple(dict.fromkeys(tags)), theories.get("+", ""), theories.get("-", ""))


def _without_tail(head: str, *, whole: bool) -> tuple[str, list[tuple[str, str]]]:
    """The line without the tags and evidence at its end, and the evidence; what would leave nothing stays `whole`."""
    weighed: list[tuple[str, str]] = []
    left = head.rstrip()
    while last := _LAST_WORD.search(left):
        evidence = _EVIDENCE.fullmatch(last[1])
        if evidence is None and not _TAG.fullmatch(last[1]):
            return left, weighed
        if evidence:
            weighed.append((evidence["sign"], evidence["theory"].upper()))
        left = left[: last.start()]
    return (head.strip(), []) if whole else ("", weighed)
