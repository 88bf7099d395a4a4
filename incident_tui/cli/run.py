"""The verb that runs a command, shows its output as it comes, and keeps it as evidence."""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import signal
from argparse import REMAINDER, ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import timedelta
from types import FrameType
from typing import TextIO

from msgspec import Struct

from incident_tui.cli.console import USAGE, Stop, give_up_output, is_closed
from incident_tui.cli.desk import Desk, Work
from incident_tui.cli.verb import Verb
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.checklist import step_meant
from incident_tui.domain.decide.evidence import keep_command
from incident_tui.domain.events import CommandRun
from incident_tui.domain.lines import size_words
from incident_tui.domain.scrubbing.streams import Stream
from incident_tui.domain.text import clean, clean_line
from incident_tui.journal.blobs import Blob, BlobStore
from incident_tui.sources.command import CannotRun, Command, Excerpt
from incident_tui.times import parse_duration

UNFINISHED = re.compile(r"(?:\x1b(?:\[[0-9;:]*)?|\x9b[0-9;:]*|\r)\Z")


class Shown:
    """Output on its way to the person: cleaned for a terminal, byte by byte for a pipe."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._raw = not out.isatty()
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._held = ""
        self.gone = False

    def write(self, piece: bytes, *, last: bool = False) -> None:
        """Show `piece`; once nobody reads any more, `gone` is true and nothing is shown."""
        if self.gone:
            return
        try:
            if self._raw:
                self._out.buffer.write(piece)
            else:
                self._out.write(self._cleaned(piece, last=last))
            self._out.flush()
        except OSError as problem:
            if is_closed(problem):  # nobody was to see it: the command runs on
                give_up_output()
            else:
                self.gone = True

    def _cleaned(self, piece: bytes, *, last: bool) -> str:
        """What is safe to show now; a sequence that is not complete waits for its rest."""
        text = self._held + self._decode(piece, last)
        self._held = ""
        if not last and (found := UNFINISHED.search(text)):
            text, self._held = text[: found.start()], found[0]
        return clean(text)


class Whole:
    """The whole output on its way into the blobs. A disk that refuses it must not stop the command."""

    def __init__(self, store: BlobStore) -> None:
        self._blob: Blob | None = None
        self.problem = ""
        with self._noting():
            self._blob = Blob(store.folder)

    def write(self, piece: bytes) -> None:
        with self._noting():
            if self._blob and not self.problem:
                self._blob.write(piece)

    def keep(self) -> tuple[str, int]:
        """The SHA-256 and the size of what was kept; empty when nothing was."""
        kept = ("", 0)
        with self._noting():
            if self._blob and self._blob.size and not self.problem:
                kept = self._blob.keep(), self._blob.size
        self.drop()
        return kept

    def drop(self) -> None:
        with contextlib.suppress(OSError):
            if self._blob:
                self._blob.drop()

    @contextlib.contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.problem = f"the whole output could not be kept: {error.strerror}"


class Kept(Struct, frozen=True):
    """What is kept of an output: its excerpt and the whole, without secrets unless there is no `stream`.

    The person at the terminal sees it as it came.
    """

    excerpt: Excerpt
    whole: Whole
    stream: Stream | None

    def write(self, piece: bytes) -> None:
        self._keep(self.stream.feed(piece) if self.stream else piece)

    def finish(self) -> None:
        if self.stream:
            self._keep(self.stream.finish())

    def _keep(self, piece: bytes) -> None:
        self.whole.write(piece)
        self.excerpt.add(piece)


def run(desk: Desk, arguments: Namespace) -> int:
    words = arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command
    if not words:
        raise Stop("no command", "for example: incident-tui run -- df -h", USAGE)
    limit = _limit(arguments.timeout)
    with desk.incident() as work:
        step = _step(work, arguments.step)
        command, kept = Command(words, limit=limit), _kept(work)
        whole = kept.whole
        try:
            _run(command, kept, Shown(desk.console.out))
            return _record(work, command, kept, step)
        except CannotRun as error:
            raise Stop(str(error), "nothing was recorded", error.exit_code) from error
        finally:
            whole.drop()


def _kept(work: Work) -> Kept:
    stream = None if work.keep_secrets else Stream(work.session.own_secrets)
    return Kept(Excerpt(), Whole(work.blobs), stream)


def _run(command: Command, kept: Kept, shown: Shown) -> None:
    with command, _signals_to(command):
        for piece in command.output():
            kept.write(piece)
            shown.write(piece)
            if shown.gone:
                # As in any pipeline: who writes where nobody reads is told so.
                command.send(signal.SIGPIPE)
    kept.finish()
    shown.write(b"", last=True)


def _step(work: Work, text: str | None) -> str:
    """The number of the step that is meant, before anything runs."""
    if text is None:
        return ""
    meant = step_meant(work.incident, text)
    if isinstance(meant, Refused):
        raise Stop.refused(meant)
    return meant.number


def _record(work: Work, command: Command, kept: Kept, step: str) -> int:
    excerpt, whole, ended = kept.excerpt, kept.whole, command.ended
    assert ended is not None, "the output has been read to its end"
    sha256, size = whole.keep()
    output = excerpt.text(f"sha256 {sha256}" if sha256 else "lost")
    if ended.timed_out:
        output += f"\nended after {ended.duration.total_seconds():.0f} s: its time was up\n"

    ran = CommandRun(
        command.line,
        ended.exit_code,
        ended.duration // timedelta(milliseconds=1),
        output,
        sha256,
        size or excerpt.total,
        excerpt.cut,
        command.host,
        str(command.folder),
        step,
    )
    work.record(lambda incident: keep_command(incident, ran), text=f"$ {command.line}\n{output}")
    work.mention_masked(kept.stream.kinds if kept.stream else (), " in its output")
    if whole.problem:
        raise Stop(
            f"{whole.problem}; its first and last lines are recorded", f"check {work.blobs.folder} and its free space"
        )
    if work.console.err.isatty() and not work.console.quiet:
        done = f"exit code {ended.exit_code}, {size_words(excerpt.total)} kept as evidence"
        work.console.err.write(f"{clean_line(work.incident.ref)}: {done}\n")
    return ended.exit_code


def _limit(text: str | None) -> timedelta | None:
    """A bare number counts seconds here."""
    if text is None:
        return None
    limit = timedelta(seconds=int(text)) if re.fullmatch(r"[0-9]{1,8}", text) else parse_duration(text)
    if not limit:
        raise Stop("a timeout of nothing", "give it in seconds, or as 5m", USAGE)
    return limit


@contextlib.contextmanager
def _signals_to(command: Command) -> Iterator[None]:
    """What is to end us ends the command; we stay to record what there is."""

    def forward(number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGINT or command.apart or not _in_foreground():
            command.send(number)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    # What our parent told us to ignore, as nohup does, stays ignored.
    before = {number: signal.getsignal(number) for number in numbers if signal.getsignal(number) != signal.SIG_IGN}
    for number in before:
        signal.signal(number, forward)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _in_foreground() -> bool:
    """Whether the terminal itself sends its Ctrl-C to us and to what shares our process group."""
    try:
        descriptor = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(descriptor)


def run_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--timeout", metavar="S", help="end it after so many seconds (or 5m); the exit code is then 124"
    )
    parser.add_argument("--step", metavar="STEP", help="the step that it is run for")
    parser.add_argument("command", metavar="-- CMD …", nargs=REMAINDER, help="the command and its arguments")


VERBS = {
    "run": Verb(
        "run a command and keep its output as evidence",
        "incident-tui run --timeout 30 -- psql -c 'select count(*) from pg_stat_activity'",
        run,
        run_arguments,
        mixes=False,
    )
}
