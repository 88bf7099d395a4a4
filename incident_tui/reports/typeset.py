"""The press: how a template's values become Markdown, and why none of them gets past the filters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from incident_tui.domain.text import clean
from incident_tui.reports import markdown
from incident_tui.times import TimeError, zone_named

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TWO: Final = tuple(f"{number:02}" for number in range(60))
# What `markdown.inline` writes: an escaped mark, code between single backticks, or a tilde that it left alone.
_LONE_TILDE: Final = re.compile(r"\\.|`[^`]*`|(~)")


class Unfiltered(TypeError):
    """A template puts out text that went through no filter; it might act as Markdown."""


class Safe(str):
    """Markdown that is words only, wherever its filter says that it may stand. Only the filters make it."""

    __slots__ = ()


class Wall(Struct, frozen=True):
    """The clock on the wall of the war room: its zone, and the day whose date need not be said."""

    zone: ZoneInfo
    today: date | None = None

    @classmethod
    def of(cls, zone_name: str, declared: datetime | None) -> Wall:
        """The clock of a zone; UTC where the zone is not known here."""
        try:
            # The machine's own zone is another one on another machine.
            zone = zone_named(zone_name if zone_name != "local" else "UTC")
        except TimeError:
            zone = ZoneInfo("UTC")
        wall = cls(zone)
        return cls(zone, wall.local(declared).date()) if declared else wall

    def local(self, at: datetime) -> datetime:
        """`at` in the zone, or as it is where that would leave the calendar."""
        try:
            return at.astimezone(self.zone)
        except OverflowError:
            return at

    def moment(self, at: datetime) -> str:
        """`14:05`; `22 Nov 00:14` on another day, `3 Jan 2027 09:00` in another year; full with no day of its own."""
        local = self.local(at)
        time = f"{_TWO[local.hour]}:{_TWO[local.minute]}"
        day = local.date()
        if day == self.today:
            return time
        named = f"{local.day} {_MONTHS[local.month - 1]}"
        return f"{named} {time}" if self.today and day.year == self.today.year else f"{named} {local.year} {time}"

    def dated(self, at: datetime) -> str:
        """`21 Nov 2026 14:05`: with its date whatever the day."""
        return Wall(self.zone).moment(at)

    def day(self, at: datetime) -> str:
        """`21 Nov 2026`."""
        local = self.local(at)
        return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def span(duration: timedelta) -> str:
    """`1 h 42 min 17 s`, `2 d 4 h`, `1.5 s`, `350 ms`; a negative one has a minus in front."""
    if duration < timedelta(0):
        return f"−{span(-duration)}"
    if timedelta(0) < duration < timedelta(seconds=1):
        return f"{duration // timedelta(milliseconds=1)} ms"
    if duration < timedelta(seconds=10) and duration.microseconds:
        return f"{duration.total_seconds():.1f} s"
    minutes, seconds = divmod(duration // timedelta(seconds=1), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"


@lru_cache(1024)
def inline(text: str) -> Safe:
    """Kept, because names, kinds and labels stand in every line of a log."""
    return Safe(markdown.inline(text))


def line(text: str) -> Safe:
    return Safe(markdown.line(text))


def cell(text: str) -> Safe:
    return Safe(markdown.cell(text))


def block(text: str, language: str = "", indent: int = 0) -> Safe:
    """A fenced block, each of its lines behind `indent` spaces, which keep it within a list item."""
    fenced = markdown.block(text, language)
    if not indent:
        return Safe(fenced)
    margin = " " * indent
    return Safe("\n".join(f"{margin}{row}" if row else row for row in fenced.split("\n")))


def struck(text: str) -> Safe:
    """Struck through, after words of ours; a text that went through `cell` stays good for a cell.

    A tilde next to ours would change what they mean, so each one within is escaped.
    """
    words = text if isinstance(text, Safe) else inline(text)
    if not words:
        return Safe("")
    return Safe(f"~~{_LONE_TILDE.sub(_escaped_tilde, words)}~~")


def margin(spaces: int) -> Safe:
    """The indentation of what belongs to a list item."""
    return Safe(" " * spaces)


def multiline(text: str) -> bool:
    """Whether the text needs a block to keep its lines."""
    return "\n" in clean(text).strip("\n")


def _escaped_tilde(found: re.Match[str]) -> str:
    return r"\~" if found[1] else found[0]


FILTERS: Final[dict[str, Callable[..., Safe]]] = {
    "inline": inline,
    "line": line,
    "cell": cell,
    "block": block,
    "struck": struck,
    "margin": margin,
}


def strict(text: str) -> str:
    """What our templates do with text that no filter made."""
    raise Unfiltered(f"{text[:40]!r} went through none of the filters {', '.join(FILTERS)}")


def finalizer(wall: Wall, unfiltered: Callable[[str], str]) -> Callable[[object], str]:
    """What stands in the document for a value: filtered text, numbers and times as they are, other text by a rule."""
    from jinja2 import Undefined

    def finalize(value: object) -> str:
        if type(value) is Safe:  # nearly all, and quicker than the patterns
            return value
        match value:
            case Safe() | Undefined():
                return str(value)  # an undefined one raises here, and says its name
            case str():
                return unfiltered(value)
            case datetime():
                return wall.moment(value)
            case timedelta():
                return span(value)
            case int() if not isinstance(value, bool):
                return str(value)
            case _:
                raise Unfiltered(f"{type(value).__name__} has no form in a document")

    return finalize


def _together(pieces: Iterable[str]) -> Safe:
    return Safe("".join(pieces))


def environment(loader: BaseLoader, wall: Wall, *, trusted: bool) -> Environment:
    """Where templates are rendered: strict for ours; sandboxed and forgiving for those of the user."""
    from jinja2 import Environment, StrictUndefined

    from incident_tui.reports.entries import Scribe
    from incident_tui.reports.sandbox import Sandbox

    made = (Environment if trusted else Sandbox)(
        loader=loader,
        undefined=StrictUndefined,
        autoescape=False,  # it would escape for HTML; `finalize` guards Markdown
        finalize=finalizer(wall, strict if trusted else line),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    # What a macro or a captured block puts together has been through `finalize` piece by piece.
    made.concat = _together  # type: ignore[method-assign]  # it is a plain function there, too
    made.filters.update(FILTERS)
    made.tests["multiline"] = multiline
    scribe = Scribe(wall)
    made.filters.update(entry=scribe.entry, words=scribe.words, since=scribe.since)
    made.filters["dated"] = lambda at: Safe(wall.dated(at))
    made.filters["day"] = lambda at: Safe(wall.day(at))
    made.filters["day_before"] = lambda at: Safe(wall.day(at - timedelta(days=1)))
    return made
