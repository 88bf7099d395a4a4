"""A history of 1,000,000 events that is kept below build/, because it takes minutes to write."""

from __future__ import annotations

import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from benchmarks import _history
from benchmarks._history import paths, write_history
from incident_tui.config import Config
from incident_tui.domain.evolve import RULES
from incident_tui.journal.schema import VERSION
from incident_tui.session import Session

COUNT, BUSY = 1_000_000, 1_000
LEAST_MERGED = 2  # SQLite's own sign that there was something to put together
KEPT = Path(__file__).parents[1] / "build" / "million"


def million() -> Path:
    """Where it is; its first 1,000 events are as busy as those of a short one, the others are lines.

    It is written anew when what writes it, the tables or the rules of the fold have changed. Who writes to it takes a
    copy.
    """
    made_by = Path(_history.__file__).read_bytes() + f"{VERSION} {RULES}".encode()
    home = KEPT / sha256(made_by).hexdigest()[:12]
    if not home.exists():
        shutil.rmtree(KEPT, ignore_errors=True)
        KEPT.mkdir(parents=True)
        print(f"writing {COUNT:,} events, which takes minutes …", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(dir=KEPT) as folder:
            write_history(Path(folder) / "home", COUNT, BUSY)
            (Path(folder) / "home").rename(home)
    return home


def copied(home: Path, folder: Path) -> Path:
    """A history that may be written to, its index of words put together as if it had grown line by line.

    What thousands of lines at once leave to be put together later would be done with the next lines, every 64th.
    """
    shutil.copytree(home / "data", folder / "data")
    with closing(sqlite3.connect(paths(folder).database, isolation_level=None)) as database:
        before = -LEAST_MERGED
        while database.total_changes - before >= LEAST_MERGED:
            before = database.total_changes
            database.execute("insert into words(words, rank) values ('merge', 500)")
    return folder


def incident_in(home: Path) -> str:
    """The one incident of a history."""
    with Session.open(paths(home), Config(person="bench"), writable=False) as session:
        return session.summaries()[0].incident
