"""A disk that takes 50 ms longer for each fdatasync, against the same without: the event loop, and typing meanwhile.

strace makes the disk slow, and traces the fast one, too. Without it there is nothing to measure.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks._history import WHOLE, write_history
from benchmarks._measure import (
    HERE,
    PYTHON,
    WAR_ROOM,
    Terminal,
    environment,
    in_turn,
    p99,
    ratio,
    say,
    scratch,
    spread,
)
from benchmarks.keys import ready

DELAY = 50_000  # microseconds
LINES = 30
ROUNDS = 40
SYNCS = "fdatasync,fsync"


def traced(slow: bool, command: Sequence[str]) -> tuple[str, ...]:
    """The command with a disk that is slow, or as fast as it is."""
    strace = shutil.which("strace") or "strace"
    fault = ("-e", f"inject={SYNCS}:delay_exit={DELAY}") if slow else ()
    return (strace, "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", f"trace={SYNCS}", *fault, *command)


def works() -> bool:
    """Whether strace may trace here."""
    try:
        return subprocess.run(traced(True, ["true"]), capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def loop(home: Path, slow: bool) -> list[float]:
    """How long the event loop is held up by each line that is logged."""
    command = traced(slow, (PYTHON, str(HERE / "_typist.py"), str(home), str(LINES)))
    done = subprocess.run(command, env=environment(home), capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert isinstance(found, list)
    return [float(number) for number in found]


def typing(room: Terminal, letters: Iterator[str]) -> float:
    """Seconds until a letter is seen that is typed right after Enter, while the line is being saved.

    Each letter is a new one, so that it is not taken for one that was seen before.
    """
    letter = next(letters)
    room.press(b"still typing")
    room.settle()
    room.look()
    room.press(b"\r")
    took = room.shown(letter, room.press(letter.encode()), foot=1)
    room.settle()
    return took


def cyrillic() -> Iterator[str]:
    """Letters that nothing else on the screen is made of."""
    return (chr(code) for code in range(0x400, 0x530) if chr(code).isalpha())


def main() -> None:
    if not works():
        print("skipped: strace is not there, or may not trace here", flush=True)
        return
    with scratch() as folder:
        homes = {slow: folder / str(slow) for slow in (True, False)}
        for home in homes.values():
            write_history(home, 1_000)
        with ExitStack() as open_:
            type_in([ready(open_.enter_context(opened(home, slow)), WHOLE) for slow, home in homes.items()])
        slow, fast = (loop(home, slow) for slow, home in homes.items())
        more = f"{spread(slow)}, most {max(slow) * 1000:.0f} ms; fast {spread(fast)}"
        say("event loop held up by a line, slow disk", median(slow) / median(fast), "fast disk", more)


def opened(home: Path, slow: bool) -> Terminal:
    return Terminal(traced(slow, WAR_ROOM), home)


def type_in(rooms: Sequence[Terminal]) -> None:
    """In the room on the slow disk, and in the other."""
    acts = [partial(typing, room, cyrillic()) for room in rooms]
    in_turn(2, *acts)
    late, soon = in_turn(ROUNDS, *acts)
    say("a letter typed while saving, slow disk", ratio(late, soon), "fast disk", f"{spread(late)}; {spread(soon)}")
    say("a letter typed while saving, slow disk, p99", p99(late) / p99(soon), "fast disk")


if __name__ == "__main__":
    main()
