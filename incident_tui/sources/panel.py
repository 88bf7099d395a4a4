"""What a source answers: a panel of rows, with the question, the time it is about, and what is missing of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct


class Row(Struct, frozen=True):
    """One line of an answer. `more` folds out below it. `tone` is "", "good", "warn", "bad" or "muted".

    A `note` is about the answer, such as that nothing was found, and is not counted.
    """

    text: str
    more: str = ""
    tone: str = ""
    at: datetime | None = None
    note: bool = False


class Panel(Struct, frozen=True):
    """One answer. All texts are untrusted and clean (`domain.text.clean`), and hold no secret.

    `query` is what was asked, in the language of the source; `since` and `until` the time that it was asked about;
    `asked_at` when. `partial` says what is missing, "" where it is whole; `problem` why there is nothing. `url` is
    where a person sees it.
    """

    source: str
    title: str
    asked_at: datetime
    rows: tuple[Row, ...] = ()
    query: str = ""
    since: datetime | None = None
    until: datetime | None = None
    partial: str = ""
    problem: str = ""
    url: str = ""
    following: Question | None = None

    @property
    def count(self) -> int:
        """How many rows are what was asked for."""
        return sum(not row.note for row in self.rows)


class Question(Struct, frozen=True):
    """Something that can be asked, in a thread: `ask` takes a few seconds at most and never raises."""

    source: str
    title: str
    ask: Callable[[], Panel]


def rest(count: int, what: str, *, whole: bool) -> Row:
    """“2 others are up”; where these are the `whole`, “all 2 are up”."""
    if whole:
        words = {0: "there are none", 1: f"the only one is {what}"}.get(count, f"all {count} are {what}")
    else:
        words = f"1 other is {what}" if count == 1 else f"{count} others are {what}"
    return Row(words, tone="good" if whole and count else "muted", note=True)
