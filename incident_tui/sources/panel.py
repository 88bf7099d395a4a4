"""What a source answers: a panel of rows, with the question, the time it is about, and what is missing of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an answer. `more` folds out below it. `tone` is "", "good", "warn", "bad" or "muted"."""

    text: str
    more: str = ""
    tone: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Panel:
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


@dataclass(frozen=True, slots=True)
class Question:
    """Something that can be asked, in a thread: `ask` takes a few seconds at most and never raises."""

    source: str
    title: str
    ask: Callable[[], Panel]
