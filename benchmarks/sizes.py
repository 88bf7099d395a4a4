"""How large the search index, the checkpoints and the lists are, against the events that they are made of."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from benchmarks._history import paths, write_history
from benchmarks._measure import say, scratch

EVENTS = 100_000
LOG = ("events", "sqlite_autoindex_events_1", "events_by_incident")
PARTS = {"the search index": "words", "checkpoints": "checkpoints", "the pages of the log": "lines"}


def sizes(database: Path) -> dict[str, int]:
    """Bytes of each table and index, whole pages. Raises sqlite3.Error where SQLite cannot tell."""
    with closing(sqlite3.connect(database)) as connection:
        return dict(connection.execute("select name, sum(pgsize) from dbstat group by name"))


def main() -> None:
    with scratch() as folder:
        home = Path(sys.argv[1]) if len(sys.argv) > 1 else folder
        if home == folder:
            write_history(home, EVENTS)
        try:
            found = sizes(paths(home).database)
        except sqlite3.Error as problem:
            print(f"skipped: this SQLite does not tell sizes ({problem})", flush=True)
            return
        with closing(sqlite3.connect(paths(home).database)) as connection:
            (count,) = connection.execute("select count(*) from events").fetchone()
    table, log = found["events"], sum(found[name] for name in LOG)
    for what, start in PARTS.items():
        size = sum(bytes_ for name, bytes_ in found.items() if name.startswith(start))
        more = f"{size / log:.3f} of them with their indexes, {size / 1e6:.1f} MB"
        say(f"{what}, {count:,} events", size / table, "the table of the events", more)


if __name__ == "__main__":
    main()
