"""The whole process `incident-tui log`, from start to exit with a durable line, against the start of Python."""

from __future__ import annotations

from functools import partial

from benchmarks._history import write_history
from benchmarks._measure import PYTHON, WAR_ROOM, in_turn, process, ratio, say, scratch

ROUNDS = 21


def main() -> None:
    with scratch() as folder:
        write_history(folder, 1_000)
        commands = (
            (*WAR_ROOM, "log", "error rate 12.5 %"),
            (PYTHON, "-c", "import sqlite3"),
            (PYTHON, "-c", "pass"),
        )
        acts = [partial(process, command, folder) for command in commands]
        in_turn(1, *acts)
        log, sqlite, nothing = in_turn(ROUNDS, *acts)
        say("incident-tui log, whole process", ratio(log, sqlite), 'python -c "import sqlite3"')
        say("incident-tui log, whole process", ratio(log, nothing), "python -c pass")


if __name__ == "__main__":
    main()
