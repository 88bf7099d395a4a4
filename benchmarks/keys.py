"""From a key to what it paints: Page Up in the log and a new entry, against one line repainted in two other apps.

The small one also shows a log of 1,000 lines; the minimal one shows nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import count, cycle

from benchmarks._history import WHOLE, write_history
from benchmarks._measure import IN_MINIMAL, IN_SMALL, MINIMAL, SMALL, WAR_ROOM, Terminal, in_turn, ratio, say, scratch
from benchmarks._minimal import FIRST

ROUNDS = 24
PAGE_UP, HOME, END = b"\x1b[5~", b"\x1b[H", b"\x1b[F"
PAGES = 24  # so many there are in 1,000 lines
TO_LOG = b"\x1b[50;3u"  # alt and 2
STILL = (0.2, 0.6)  # of a second of the wall clock: a tick of the clocks is neither seen nor near


def between_ticks() -> None:
    """Wait until what is painted is not what clocks paint."""
    while not STILL[0] < time.time() % 1 < STILL[1]:
        time.sleep(0.01)


def paging(room: Terminal) -> Callable[[], float]:
    """Measures the seconds until the last byte that Page Up paints, over and over through the newest pages."""
    pages = cycle(range(PAGES))

    def paged() -> float:
        if next(pages) == 0:
            ready(room, "", END)
        between_ticks()
        return room.drawn(partial(room.press, PAGE_UP))

    return paged


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


def beside(rounds: int, mine: Callable[[], float], *bases: Callable[[], float]) -> list[list[float]]:
    """What all measure in turn, after a few rounds that do not count."""
    in_turn(3, mine, *bases)
    return in_turn(rounds, mine, *bases)


def main() -> None:
    numbers = count(1)
    with scratch() as folder, ExitStack() as open_:
        start = open_.enter_context
        bases = [partial(ready(start(Terminal(app, folder)), FIRST).painted, b"t") for app in (SMALL, MINIMAL)]
        for events in (1_000, 100_000):
            home = folder / str(events)
            write_history(home, events)
            room = ready(start(Terminal(WAR_ROOM, home)), WHOLE)
            entry, *lines = beside(ROUNDS // 2, partial(new_entry, room, numbers), *bases)
            for line, name in zip(lines, (IN_SMALL, IN_MINIMAL), strict=True):
                say(f"new entry, {events:,} events", ratio(entry, line), name)
            ready(room, "", TO_LOG)
            page, *lines = beside(ROUNDS, paging(room), *bases)
            for line, name in zip(lines, (IN_SMALL, IN_MINIMAL), strict=True):
                say(f"Page Up, {events:,} events", ratio(page, line), name)


if __name__ == "__main__":
    main()
