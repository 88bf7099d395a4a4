"""From the start of the process to the first text and frame, against the smallest app; with --instructions, counted."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks._history import NEWEST, WHOLE, write_history
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

        minimal = partial(first_frame, MINIMAL, folder, FIRST)
        for what, needle in (("first text", NEWEST), ("the whole first frame", WHOLE)):
            few, many = (partial(first_frame, WAR_ROOM, home, needle) for home in homes.values())
            in_turn(1, minimal, few, many)
            base, short, long = in_turn(ROUNDS, minimal, few, many)
            more = f"{median(long) * 1000:.0f} ms of {median(base) * 1000:.0f} ms"
            say(f"{what}, 1,000 events", ratio(short, base), "minimal Textual app")
            say(f"{what}, 100,000 events", ratio(long, base), "minimal Textual app", more)
            say(f"{what}, 100,000 events", ratio(long, short), "the same with 1,000 events")
        if "--instructions" in sys.argv:
            least = instructions(MINIMAL_MODULE, folder, FIRST)
            some = instructions(WAR_ROOM_MODULE, homes[1_000], WHOLE)
            lots = instructions(WAR_ROOM_MODULE, homes[100_000], WHOLE)
            say("instructions to the first frame and out", lots / least, "minimal Textual app")
            say("instructions, 100,000 events", lots / some, "the same with 1,000 events")


if __name__ == "__main__":
    main()
