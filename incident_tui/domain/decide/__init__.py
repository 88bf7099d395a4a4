"""The rules: each function turns what somebody wants into events, or says why not.

An intent is any function from the incident as it is to a `Decision`; it is asked again on the newest state when it is
recorded, so a rule holds even when two people act at once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from incident_tui.domain.events import Body
from incident_tui.domain.incident import Incident
from incident_tui.domain.text import clean, clean_line, first_line


class Refused(Struct, frozen=True):
    """Why something is not done, and what to do instead."""

    reason: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.reason}; {self.hint}" if self.hint else self.reason


Decision = tuple[Body, ...] | Refused
Intent = Callable[[Incident], Decision]

LINE_LIMIT = 500
TEXT_LIMIT = 64 * 1024
LONGEST_FUTURE_SECONDS = 60


def said(text: str, what: str, limit: int = LINE_LIMIT) -> str | Refused:
    """One clean line of text for `what`, which must not be empty nor longer than `limit` characters."""
    return _within(clean_line(text), what, limit)


def written(text: str, what: str, limit: int = TEXT_LIMIT) -> str | Refused:
    """Clean text of several lines for `what`."""
    return _within(clean(text).strip("\n"), what, limit)


def remark(text: str) -> str:
    """One clean line that may be empty: a reason, a channel, a name that nobody has to give."""
    return " ".join(clean_line(text).split())


def person_of(name: str) -> str:
    """A name without the sign that people put before it."""
    return name.removeprefix("@").strip() or name


def moment_allowed(at: datetime, now: datetime) -> Refused | None:
    """Entries may be back-dated, never dated ahead."""
    if (at - now).total_seconds() > LONGEST_FUTURE_SECONDS:
        return Refused(f"{at:%Y-%m-%d %H:%M} lies in the future", "give a moment that has been")
    return None


def quoted(text: str) -> str:
    """What somebody typed, repeated in a refusal no longer than a line holds."""
    return f"“{first_line(text, 60)}”"


def _within(text: str, what: str, limit: int) -> str | Refused:
    if not text.strip():
        return Refused(f"{what} is empty", "type some text")
    if len(text) > limit:
        hint = "attach it as a file" if limit >= LINE_LIMIT else "make it shorter"
        return Refused(f"{what} has {len(text):,} characters, {limit:,} are the limit", hint)
    return text


def one_of(word: str, known: tuple[str, ...], what: str) -> str | Refused:
    """The known word that `word` means: itself, or the only one that begins with it."""
    wanted = " ".join(word.split()).casefold()
    found = [name for name in known if name == wanted] or [name for name in known if wanted and name.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    return Refused(f"no {what} {quoted(word)}", f"it is one of {', '.join(known)}")
