"""Pasted text, taken out of what the terminal sends before anything in it can be read as a key.

Textual's parser reads sequences within a paste as it does elsewhere: one that it does not know is handed on as keys,
and a carriage return behind it, which is how terminals send the end of a line, acts as Enter. So that parser never
sees here what stands between the marks of a paste. Reading the terminal is what a driver is for, and `App` takes one.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Final

from textual import constants, events
from textual._xterm_parser import BRACKETED_PASTE_END as END
from textual._xterm_parser import BRACKETED_PASTE_START as START
from textual._xterm_parser import XTermParser
from textual.message import Message

if TYPE_CHECKING:
    from textual.driver import Driver

SILENCE: Final = 0.1
"""Seconds after an end mark until it is one: what a text holds behind an end mark of its own comes without a pause."""
ABANDONED: Final = 5.0
"""Seconds of silence after which a paste without an end is over: the keys must not be dead for ever."""
WAIT: Final = 0.1
"""Seconds after which it is looked again whether what has begun is over; where nothing has begun, nobody need look."""
READ: Final = 4096
MARKLESS: Final = ("linux", "screen", "vt")
"""The beginnings of the names of terminals that give pastes no marks."""
ESCAPE: Final = START[0]
_AFTER: Final = r"[^\x1b\[\]\\_^O1-4\x00-\x1f\x7f]"  # no answer of the terminal, and no chord that shows a pane
_CONTROL: Final = r"[\x01-\x07\x0a-\x1a]"
_ESCAPE: Final = rf"(?<={ESCAPE})(?={_AFTER}[^{ESCAPE}]|{_CONTROL})"
"""The place behind an Escape that was pressed before what comes with it. One character alone may be one with Alt."""
_APART: Final = rf"{_AFTER}|{_CONTROL}"
"""What belongs to no Escape that came before it on its own: no terminal sends a chord in two pieces."""
_LINES: Final = r"[^\x00-\x1f\x7f][\r\n]+[^\x00-\x08\x0a-\x1f\x7f]"


class _Paste:
    """A paste as far as it has come. It goes on to its last end mark: one that is in the text ends nothing."""

    def __init__(self, *, marked: bool) -> None:
        self.due = 0.0
        self._marked = marked
        self._pieces: list[str] = []
        self._tail = ""
        self._ended = False

    def add(self, data: str, now: float) -> None:
        """Take more of it, at a time in seconds; when nothing more comes, it is over at `due`."""
        self._pieces.append(data)
        recent = self._tail + data
        self._tail = recent[1 - len(END) :]
        ends = END in recent or not self._marked
        self._ended = self._ended or ends
        if ends:
            self.due = now + SILENCE
        elif not self._ended:
            self.due = now + ABANDONED

    def parted(self) -> tuple[str, str]:
        """The text, and what came after it."""
        all_of_it = "".join(self._pieces)
        if not self._marked or END not in all_of_it:
            return all_of_it, ""
        text, _, after = all_of_it.rpartition(END)
        return text, after


class Pastes(XTermParser):
    """What a terminal sends, as events; a paste is one `Paste`, whatever is in it and in whatever pieces it comes.

    `brackets` is whether the terminal marks pastes. Where it does not, lines that come at once are taken for one.
    """

    def __init__(self, *, brackets: bool = True, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._brackets = brackets
        self._clock = clock
        self._begun = ""  # the beginning of a start mark, which Textual has been given as it may be keys
        self._paste: _Paste | None = None

    def feed(self, data: str) -> Iterable[Message]:
        """Read on; an empty `data` is the end."""
        yield from self._give_out(now=not data)
        if self._paste is not None:
            self._paste.add(data, self._clock())
        elif data:
            yield from self._look(data)
        else:
            yield from super().feed(data)

    @property
    def waits(self) -> bool:
        """Whether time alone can make something clear."""
        return self._paste is not None or self._timeout_time is not None

    def tick(self) -> Iterable[Message]:
        """What becomes clear with time: that an Escape is one, that a paste is over."""
        yield from self._give_out()
        yield from super().tick()

    def _look(self, data: str) -> Iterable[Message]:
        before, mark, after = (self._begun + data).partition(START)
        if mark:
            given = len(self._begun) - len(before)
            if given < 0:
                yield from self._keys(data[:-given])
            yield from self._settle(max(0, given))
            self._begun = ""
            self._begin(after, marked=True)
        elif not self._brackets and re.search(_LINES, data):
            self._begun = ""
            self._begin(data, marked=False)
        else:
            if self._begun == ESCAPE and re.match(_APART, data):
                yield from self._settle()
            self._begun = _beginning_of_mark(before)
            yield from self._keys(data)

    def _keys(self, data: str) -> Iterable[Message]:
        """What is typed. Over a slow line an Escape comes together with keys after it, and is a key all the same."""
        first, *others = re.split(_ESCAPE, data)
        yield from super().feed(first)
        for typed in others:
            yield from self._settle()
            yield from super().feed(typed)

    def _settle(self, given: int = 0) -> Iterable[Message]:
        """End what Textual's parser waits for: an Escape before now is one, and no part of what comes.

        A mark, of which it has been `given` so many characters, begins there and ends there, and says nothing.
        """
        for message in super().feed(START[given:] + END):
            if not isinstance(message, events.Paste):
                yield message

    def _begin(self, data: str, *, marked: bool) -> None:
        self._paste = _Paste(marked=marked)
        self._paste.add(data, self._clock())

    def _give_out(self, *, now: bool = False) -> Iterable[Message]:
        while self._paste is not None and (now or self._clock() >= self._paste.due):
            text, after = self._paste.parted()
            self._paste = None
            yield events.Paste(text)
            if after:
                yield from self._look(after)


class Ending(Event):
    """An event that is waited for together with what comes from a terminal."""

    def __init__(self) -> None:
        super().__init__()
        self._ear, self._mouth = os.pipe()

    def fileno(self) -> int:
        """What can be read from once the event is set."""
        return self._ear

    def set(self) -> None:
        """Wake up who waits."""
        if not self.is_set():
            super().set()
            os.write(self._mouth, b".")

    def clear(self) -> None:
        """Begin anew."""
        if self.is_set():
            os.read(self._ear, 1)
        super().clear()


def _beginning_of_mark(text: str) -> str:
    """What of a start mark `text` ends with."""
    return next((START[:size] for size in range(len(START) - 1, 0, -1) if text.endswith(START[:size])), "")


def marks_pastes(environ: Mapping[str, str]) -> bool:
    """Whether the terminal puts marks around pastes, as nearly all do; within tmux it is tmux that does."""
    return "TMUX" in environ or not environ.get("TERM", "").startswith(MARKLESS)


def driver_with_pastes(database: Path, first_rows: str = "") -> type[Driver] | None:
    """The driver for this terminal; None where Textual's own choice is right, such as on Windows or in a browser.

    Nothing is left half recorded in `database` when it stops the program; `first_rows` are on the terminal already.
    """
    if sys.platform == "win32" or constants.DRIVER:
        return None
    from incident_tui.ui.driver import PastesDriver

    class Ours(PastesDriver):
        """Reads the keys of one war room."""

        journal = database
        rows = first_rows

    return Ours
