"""From a key to what it paints: Page Up in the log and a new entry, against repainting one line of a minimal app."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import count

from benchmarks._history import NEWEST, write_history
from benchmarks._measure import MINIMAL, WAR_ROOM, Terminal, in_turn, ratio, say, scratch
from benchmarks._minimal import FIRST

ROUNDS = 24
PAGE_UP = b"\x1b[5~"
TO_LOG = b"\x1b[50;3u"  # alt and 2


def new_entry(terminal: Terminal, numbers: Iterator[int]) -> float:
    """Seconds from Enter until the entry stands in the log; the key line and the composer have been painted before."""
    text = f"entry{next(numbers):06}"
    terminal.press(text.encode())
    terminal.settle()
    terminal.look()
    return terminal.shown(text, terminal.press(b"\r"))


def ready(terminal: Terminal, needle: str, *keys: bytes) -> Terminal:
    """The terminal when the program has shown `needle` and has taken in `keys`."""
    terminal.until(needle.encode())
    terminal.settle()
    for key in keys:
        terminal.press(key)
        terminal.settle()
    return terminal


def pair(rounds: int, mine: Callable[[], float], base: Callable[[], float]) -> tuple[list[float], list[float]]:
    """What both measure in turn, after a few rounds that do not count."""
    in_turn(3, mine, base)
    first, second = in_turn(rounds, mine, base)
    return first, second


def main() -> None:
    numbers = count(1)
    with scratch() as folder, ExitStack() as open_:
        start = open_.enter_context
        floor = ready(start(Terminal(MINIMAL, folder)), FIRST)
        for events in (1_000, 100_000):
            home = folder / str(events)
            write_history(home, events)
            room = ready(start(Terminal(WAR_ROOM, home)), NEWEST)
            entry, line = pair(ROUNDS // 2, partial(new_entry, room, numbers), partial(floor.painted, b"t"))
            say(f"new entry, {events:,} events", ratio(entry, line), "one line repainted in a minimal Textual app")
            ready(room, "", TO_LOG)
            page, line = pair(ROUNDS, partial(room.painted, PAGE_UP), partial(floor.painted, b"t"))
            say(f"Page Up, {events:,} events", ratio(page, line), "one line repainted in a minimal Textual app")


if __name__ == "__main__":
    main()
