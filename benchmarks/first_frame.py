"""From the start of the process to the first frame, against the smallest Textual app; with --instructions, counted."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks._history import NEWEST, write_history
from benchmarks._measure import MINIMAL, PYTHON, WAR_ROOM, Terminal, in_turn, ratio, say, scratch
from benchmarks._minimal import FIRST

ROUNDS = 9
MINIMAL_MODULE, WAR_ROOM_MODULE = "benchmarks._minimal", "incident_tui"


def first_frame(command: Sequence[str], home: Path, needle: str) -> float:
    """Seconds until `needle` is on the screen."""
    with Terminal(command, home) as terminal:
        return terminal.until(needle.encode())


def instructions(module: str, home: Path, needle: str) -> float:
    """Instructions until `needle` is on the screen and the program, which leaves at once then, has left."""
    counts = home / "counts"
    valgrind = shutil.which("valgrind") or "valgrind"
    kept = "--cachegrind-out-file=/dev/null"
    counted = (valgrind, "--tool=cachegrind", "--cache-sim=no", kept, f"--log-file={counts}")
    with Terminal((*counted, PYTHON, "-m", "benchmarks._leaving", needle, module), home) as terminal:
        terminal.ended(patience=600)
    found = re.search(r"I +refs: +([\d,]+)", counts.read_text())
    assert found is not None, counts.read_text()
    return float(found[1].replace(",", ""))


def main() -> None:
    with scratch() as folder:
        homes = {count: folder / str(count) for count in (1_000, 100_000)}
        for count, home in homes.items():
            write_history(home, count)

        def minimal() -> float:
            return first_frame(MINIMAL, folder, FIRST)

        def short() -> float:
            return first_frame(WAR_ROOM, homes[1_000], NEWEST)

        def long() -> float:
            return first_frame(WAR_ROOM, homes[100_000], NEWEST)

        in_turn(1, minimal, short, long)
        base, few, many = in_turn(ROUNDS, minimal, short, long)
        more = f"{median(many) * 1000:.0f} ms of {median(base) * 1000:.0f} ms"
        say("first frame, 1,000 events", ratio(few, base), "minimal Textual app")
        say("first frame, 100,000 events", ratio(many, base), "minimal Textual app", more)
        say("first frame, 100,000 events", ratio(many, few), "the same with 1,000 events")
        if "--instructions" in sys.argv:
            least = instructions(MINIMAL_MODULE, folder, FIRST)
            some = instructions(WAR_ROOM_MODULE, homes[1_000], NEWEST)
            lots = instructions(WAR_ROOM_MODULE, homes[100_000], NEWEST)
            say("instructions to the first frame and out", lots / least, "minimal Textual app")
            say("instructions, 100,000 events", lots / some, "the same with 1,000 events")


if __name__ == "__main__":
    main()
