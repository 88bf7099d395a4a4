"""The whole process `incident-tui log`, from start to exit with a durable line; with --instructions, counted."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks._history import write_history
from benchmarks._measure import PYTHON, WAR_ROOM, environment, in_turn, process, ratio, say, scratch

ROUNDS = 21
LOG = (*WAR_ROOM, "log", "error rate 12.5 %")
SQLITE = (PYTHON, "-c", "import sqlite3")
NOTHING = (PYTHON, "-c", "pass")


def instructions(command: Sequence[str], home: Path) -> float:
    """Instructions of a whole process; it must succeed."""
    valgrind = shutil.which("valgrind") or "valgrind"
    measured = (valgrind, "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", *command)
    given = environment(home)
    done = subprocess.run(
        measured, env=given, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, timeout=600
    )
    found = re.search(r"I +refs: +([\d,]+)", done.stderr)
    assert found is not None, done.stderr
    return float(found[1].replace(",", ""))


def main() -> None:
    with scratch() as folder:
        write_history(folder, 1_000)
        acts = [partial(process, command, folder) for command in (LOG, SQLITE, NOTHING)]
        in_turn(1, *acts)
        log, sqlite, nothing = in_turn(ROUNDS, *acts)
        say("incident-tui log, whole process", ratio(log, sqlite), 'python -c "import sqlite3"')
        say("incident-tui log, whole process", ratio(log, nothing), "python -c pass")
        if "--instructions" in sys.argv:
            least = instructions(NOTHING, folder)
            all_told = instructions(LOG, folder)
            millions = f"{all_told / 1e6:.0f} of {least / 1e6:.0f} million"
            say("instructions of incident-tui log", all_told / least, "python -c pass", millions)


if __name__ == "__main__":
    main()
