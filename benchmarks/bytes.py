"""Bytes written to the terminal: in an idle second, for a typed character, for Page Up."""

from __future__ import annotations

from statistics import median

from benchmarks._history import WHOLE, write_history
from benchmarks._measure import MINIMAL, WAR_ROOM, Terminal, scratch
from benchmarks._minimal import FIRST

SECONDS = 10
REST = 0.12  # long enough for what a key paints, and short beside the second in which clocks go on
TO_LOG = b"\x1b[50;3u"  # alt and 2
PAGE_UP = b"\x1b[5~"
TYPED = "error rate 12 and falling"


def for_key(terminal: Terminal, key: bytes) -> int:
    """How many bytes a key costs."""
    terminal.bytes_within(0)
    terminal.press(key)
    return terminal.bytes_within(REST)


def told(figure: str, number: float, line: float) -> None:
    print(f"{figure:<44} {number:8.0f} bytes   ({number / line:.2f} × one line repainted in a minimal Textual app)")


def main() -> None:
    with scratch() as folder:
        write_history(folder, 1_000)
        with Terminal(MINIMAL, folder) as floor, Terminal(WAR_ROOM, folder) as room:
            floor.until(FIRST.encode())
            floor.settle()
            line = median(for_key(floor, b"t") for _ in range(9))
            room.until(WHOLE.encode())
            room.settle()
            told("an idle second with running clocks", room.bytes_within(SECONDS) / SECONDS, line)
            typed = [for_key(room, letter.encode()) for letter in TYPED]
            told("a typed character", median(typed), line)
            room.press(TO_LOG)
            room.settle()
            told("Page Up in the log", median(for_key(room, PAGE_UP) for _ in range(12)), line)


if __name__ == "__main__":
    main()
