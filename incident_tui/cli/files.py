"""Verbs about files: attach, backup."""

from __future__ import annotations

import contextlib
import signal
import stat
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from incident_tui.cli.console import Stop
from incident_tui.cli.desk import Desk, Work
from incident_tui.cli.verb import Verb
from incident_tui.domain.decide.evidence import PREVIEW_LIMIT, keep_file
from incident_tui.domain.lines import size_words
from incident_tui.domain.text import clean_line

CHUNK = 1024 * 1024


def attach(desk: Desk, arguments: Namespace) -> int:
    files = [Path(name) for name in arguments.file]
    for file in files:
        _readable(file)
    with desk.incident() as work:
        for file in files:
            _attach(work, file)
    return 0


def _readable(file: Path) -> None:
    """Look at all files before the first is kept. Raises OSError, Stop.

    A pipe is opened only to be read: who writes into it must not see it closed before.
    """
    mode = file.stat().st_mode
    if stat.S_ISDIR(mode):
        raise Stop(f"{file} is a folder", "attach the files in it")
    if stat.S_ISFIFO(mode):
        return
    if not stat.S_ISREG(mode):
        raise Stop(f"{file} is no file but a device or a socket", "attach a file, or what a command prints of it")
    with file.open("rb"):
        return


def _attach(work: Work, file: Path) -> None:
    start, most = b"", PREVIEW_LIMIT + 4
    # Unbuffered, so that nothing waits for the rest of a chunk while it is told to end.
    with file.open("rb", buffering=0) as source, _ending_in_order(), work.blobs.writer() as blob:
        while piece := source.read(CHUNK):
            start += piece[: most - len(start)]
            blob.write(piece)
        sha256, size = blob.keep(), blob.size
    done = work.record(lambda incident: keep_file(incident, file.name, sha256, size, start))
    if done.masked:
        work.console.note("that is its preview; the file itself is kept as it is")
    work.said(f"{clean_line(file.name)} kept as evidence, {size_words(size)}, sha256 {sha256}")


@contextlib.contextmanager
def _ending_in_order() -> Iterator[None]:
    """Whoever is told to end in this block leaves nothing half written. What our parent told us to ignore stays so."""

    def end(number: int, _frame: FrameType | None) -> None:
        for each in numbers:  # a second time must not break off what is done now
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(128 + number)

    numbers = [each for each in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(each) == signal.SIG_DFL]
    for number in numbers:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)


def attach_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", nargs="+", help="a file to keep, under its SHA-256")


def backup(desk: Desk, arguments: Namespace) -> int:
    with desk.session(reading=True) as session:
        session.journal.backup(Path(arguments.file).absolute())
        blobs = session.paths.blobs
    desk.console.done(f"backup written to {arguments.file}")
    if blobs.is_dir() and any(blobs.iterdir()):
        desk.console.done(f"evidence is beside the database and never changes; copy {blobs} too")
    return 0


def backup_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a new file for the copy")


VERBS = {
    "attach": Verb("keep files as evidence", "incident-tui attach heap.txt trace.png", attach, attach_arguments),
    "backup": Verb(
        "copy the database consistently while it is in use",
        "incident-tui backup incidents-backup.db",
        backup,
        backup_arguments,
    ),
}
