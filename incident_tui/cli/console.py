"""What a verb says: cleaned lines on stdout, one line of error on stderr, JSON for machines."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, Self, TextIO

from msgspec import Struct

from incident_tui.domain.decide import Refused
from incident_tui.domain.events import Json
from incident_tui.domain.text import clean, clean_line, has_controls

SGR = {"good": "32", "warn": "33", "bad": "31", "strong": "1", "muted": "2"}
REFUSED = 1
USAGE = 2


class Stop(Exception):
    """The verb ends here: `error: reason; hint` and this exit code."""

    def __init__(self, reason: str, hint: str = "", code: int = REFUSED) -> None:
        super().__init__(f"{reason}; {hint}" if hint else reason)
        self.code = code

    @classmethod
    def refused(cls, refused: Refused) -> Stop:
        return cls(refused.reason, refused.hint)


class Toned(Struct, frozen=True):
    """Text with a tone, a key of SGR; the word alone must say it too."""

    text: str
    tone: str


class Console(Struct, frozen=True):
    """The streams of the process."""

    out: TextIO
    err: TextIO
    colours: bool = False
    quiet: bool = False

    @classmethod
    def of_process(cls, environ: Mapping[str, str]) -> Self:
        """The streams as they are; what their encoding cannot say is written as an escape."""
        give_input()
        give_output()
        out, err = (_open(stream) for stream in (sys.stdout, sys.stderr))
        plain = environ.get("NO_COLOR") or environ.get("TERM") == "dumb"
        return cls(out, err, colours=out.isatty() and not plain)

    def line(self, *parts: str | Toned) -> None:
        """One line of text, whatever is in it."""
        self.out.write("".join(self._part(part) for part in parts).rstrip() + "\n")

    def block(self, text: str) -> None:
        """Text of several lines."""
        self.out.write(clean(text).rstrip("\n") + "\n")

    def binary(self, data: bytes) -> None:
        """What is no text, for a file or a pipe. Raises Stop where it would reach a terminal."""
        if self.out.isatty() or not isinstance(self.out, io.TextIOWrapper):
            raise Stop("this is nothing for a terminal", "add -o FILE", USAGE)
        self.out.flush()
        self.out.buffer.write(data)

    def done(self, text: str) -> None:
        """The one line by which a writing verb says what it did; not with --quiet."""
        if not self.quiet:
            self.outcome(text)

    def outcome(self, text: str) -> None:
        """What came of it, also with --quiet."""
        with self.telling():
            self.line(text)

    @contextlib.contextmanager
    def telling(self) -> Iterator[None]:
        """What is written in this block tells of what is done.

        Where it cannot be said, it is done all the same: whoever took that for a failure would do it again.
        """
        try:
            yield
            self.out.flush()
        except BrokenPipeError:
            raise
        except OSError as problem:
            give_up_output()
            why = "it is closed" if is_closed(problem) else problem.strerror
            self.note(f"it is done, but standard output takes no word of it: {why}")

    def json(self, value: Json) -> None:
        """One JSON document, in ASCII where anything in it could act on a terminal."""
        self.out.write(self.encoded(value, indent=2) + "\n")

    def encoded(self, value: Json, indent: int | None = None) -> str:
        import json

        separators = None if indent else (",", ":")
        text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators)
        if self.can_say(text):
            return text
        ascii_text = json.dumps(value, ensure_ascii=True, indent=indent, separators=separators)
        return ascii_text.replace("\x7f", "\\u007f")

    def can_say(self, text: str) -> bool:
        """Whether the text is safe to print as it is, and stdout's encoding has all of it."""
        utf8 = self.out.encoding.lower().replace("-", "") == "utf8"
        return not has_controls(text) and (utf8 or text.isascii())

    def error(self, message: str) -> None:
        try:
            self.out.flush()
        except OSError:
            give_up_output()
        with contextlib.suppress(OSError):
            self.err.write(f"error: {clean_line(message)}\n")
            self.err.flush()

    def note(self, text: str) -> None:
        """A line on stderr that is no error: `note: …`, after what was said on stdout."""
        with contextlib.suppress(OSError):
            self.out.flush()
            self.err.write(f"note: {clean_line(text)}\n")

    def ahead(self, text: str) -> None:
        """A note before something that takes long; not with --quiet."""
        if not self.quiet:
            self.note(text)
            with contextlib.suppress(OSError):
                self.err.flush()

    def aside(self, text: str) -> None:
        """Text of several lines on stderr, for a person to look at before something is done."""
        with contextlib.suppress(OSError):
            self.out.flush()
            self.err.write(clean(text).rstrip("\n") + "\n")
            self.err.flush()

    def mention_masked(self, kinds: Iterable[str], hint: str = "") -> None:
        """Note the kinds of secrets that were masked, if any; `{}` in the hint stands for it or them."""
        found = list(kinds)
        if found:
            from incident_tui.domain.scrubbing import summed_up

            self.note(f"{summed_up(found, verb_first=True)}{hint.format('it' if len(found) == 1 else 'them')}")

    def columns(self, rows: Sequence[Sequence[str | Toned]], gap: str = "  ") -> None:
        """Rows with their cells aligned; the last column is as wide as it likes."""
        flat = [[one_line(_text(cell)) for cell in row] for row in rows]
        widths = [max(cells(row[at]) for row in flat if at < len(row)) for at in range(max(map(len, flat), default=0))]
        for row, texts in zip(rows, flat, strict=True):
            padded = [
                text + " " * (widths[at] - cells(text)) if at < len(texts) - 1 else text
                for at, text in enumerate(texts)
            ]
            toned = [
                Toned(text, cell.tone) if isinstance(cell, Toned) else text
                for cell, text in zip(row, padded, strict=True)
            ]
            self.line(*(part for cell in toned for part in (cell, gap)))

    def _part(self, part: str | Toned) -> str:
        text = one_line(_text(part))
        if not isinstance(part, Toned) or not self.colours or not part.tone:
            return text
        return f"\x1b[{SGR[part.tone]}m{text}\x1b[0m"


def counted(number: int, noun: str) -> str:
    """`1 event`, `1,200 events`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def one_line(text: str) -> str:
    """Cleaned text on one line, blanks kept."""
    return clean(text).replace("\n", " ").replace("\t", " ")


def cells(text: str) -> int:
    """How many terminal cells a cleaned line takes."""
    if text.isascii():
        return len(text)
    return sum(_cells_of(sign) for sign in text)


def _cells_of(sign: str) -> int:
    if unicodedata.combining(sign) or unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def _text(part: str | Toned) -> str:
    return part.text if isinstance(part, Toned) else part


def _open(stream: TextIO) -> TextIO:
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream


def _nowhere(mode: Literal["r", "w"]) -> TextIO:
    return open(os.devnull, mode, encoding="utf-8")


def _refusing() -> TextIO:
    """A stream that fails when it is flushed, as on a full disk; nothing else is opened in place of the closed one."""
    return open(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")


def give_input() -> None:
    """Whoever was started with a closed input has an empty one: it is nobody's keyboard, and it ends at once."""
    if sys.stdin is None:
        sys.stdin = _nowhere("r")


def give_output() -> None:
    """Whoever was started with a closed output has one that takes nothing: an answer that is lost is told."""
    if sys.stdout is None:
        sys.stdout = _refusing()
    if sys.stderr is None:
        sys.stderr = _nowhere("w")


def is_closed(problem: OSError) -> bool:
    """Whether this is what comes of writing to an output that was closed from the start."""
    return problem.errno == errno.EBADF


def give_up_output() -> None:
    """Nobody reads stdout any more: let what is still buffered go nowhere, silently."""
    descriptor = os.open(os.devnull, os.O_WRONLY)
    os.dup2(descriptor, 1)
    os.close(descriptor)
