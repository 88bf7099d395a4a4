"""1,000,000 events against 1,000: the first frame, keys, another size, filter and search as one types, memory, opening.

People do as much in both, so the long one differs by lines alone. Parts can be named: `million.py frame keys`.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks._history import NEWEST, WHOLE, paths, write_history
from benchmarks._loop import FRAME, Room, open_room
from benchmarks._measure import (
    IN_MINIMAL,
    IN_SMALL,
    MINIMAL,
    SMALL,
    WAR_ROOM,
    Terminal,
    in_turn,
    p99,
    ratio,
    say,
    scratch,
    seconds,
    spread,
)
from benchmarks._million import copied, incident_in, million
from benchmarks._minimal import FIRST
from benchmarks.first_frame import MINIMAL_MODULE, WAR_ROOM_MODULE, first_frame, instructions
from benchmarks.keys import END, HOME, PAGE_UP, TO_LOG, between_ticks, new_entry, paging, ready
from incident_tui.config import Config
from incident_tui.domain.evolve import fold
from incident_tui.domain.incident import Incident
from incident_tui.session import Session

FRAMES = 15
KEYS = 24
PAGES = 100
ENTRIES = 100
LOOPS = 5
WORDS = 5
OPENED = 9
MOVES = {"Home": (END, HOME), "End": (HOME, END), "the next filter": (b"", b"f")}
"""Each with what is pressed before it, so that there is something to paint."""
SOUGHT = {
    "in every sixth line": ("deploy", "deploy"),
    "in one line": ("777776", "776"),
    "nowhere": ("zebra", "zebra"),
    "of two that meet": ("deploy fleet", "deploy fleet"),
    "of two that never meet": ("pool queue", "pool queue"),
}
"""Among 1,000,000 events, and among 1,000."""
SIZES = ((120, 40), (100, 30))
AT_MOST = "most {:.0f} ms"


class Homes(NamedTuple):
    """Where both histories are, and a folder for what else is needed."""

    few: Path
    many: Path
    folder: Path


def told(figure: str, mine: Sequence[float], base: Sequence[float], baseline: str) -> None:
    say(figure, ratio(mine, base), baseline, f"{spread(mine)}; {spread(base)}")


def frame(homes: Homes) -> None:
    """From the start of the process to the first text, and to the whole first frame."""
    minimal = partial(first_frame, MINIMAL, homes.folder, FIRST)
    for what, needle in (("first text", NEWEST), ("the whole first frame", WHOLE)):
        few, many = (partial(first_frame, WAR_ROOM, home, needle) for home in (homes.few, homes.many))
        in_turn(1, minimal, few, many)
        base, short, long = in_turn(FRAMES, minimal, few, many)
        more = f"median {median(long) * 1000:.0f} ms of {median(base) * 1000:.0f} ms"
        say(f"{what}, 1,000,000 events", ratio(long, base), "minimal Textual app", more)
        say(f"{what}, 1,000,000 events", ratio(long, short), "the same with 1,000 events")


def counted(homes: Homes) -> None:
    """The same in instructions, which do not depend on what else the machine does."""
    least = instructions(MINIMAL_MODULE, homes.folder, FIRST)
    short, long = (instructions(WAR_ROOM_MODULE, home, WHOLE) for home in (homes.few, homes.many))
    say("instructions to the first frame and out", long / least, "minimal Textual app", f"{long / 1e6:.0f} M")
    say("instructions to the first frame and out", long / short, "the same with 1,000 events")


def rooms(homes: Homes, open_: ExitStack) -> tuple[Terminal, Terminal, Terminal]:
    """The minimal app, the short room and the long one, at rest."""
    start = open_.enter_context
    floor = ready(start(Terminal(MINIMAL, homes.folder)), FIRST)
    few, many = (ready(start(Terminal(WAR_ROOM, home)), WHOLE) for home in (homes.few, homes.many))
    return floor, few, many


def memory(homes: Homes) -> None:
    """What is in memory once the first frame is there, and after a walk through the log."""
    with ExitStack() as open_:
        floor, few, many = rooms(homes, open_)
        for when in ("at rest", "after Home, Page Up and End"):
            least, short, long = (terminal.memory() / 1e6 for terminal in (floor, few, many))
            say(f"memory {when}, 1,000,000 events", long / least, "minimal Textual app", f"{long:.0f} MB")
            say(f"memory {when}, 1,000,000 events", long / short, "the same with 1,000 events")
            for room in (few, many):
                ready(room, "", TO_LOG, HOME, END, *[PAGE_UP] * 5, END)


def keys(homes: Homes) -> None:
    """From a key to the last byte of what it paints."""
    with ExitStack() as open_:
        floor, few, many = rooms(homes, open_)
        for room in (few, many):
            ready(room, "", TO_LOG)
        beside("Page Up", PAGES, [paging(room) for room in (many, few)], homes, open_)
        for name, (before, key) in MOVES.items():
            acts = [partial(moved, terminal, before, key) for terminal in (many, few)]
            base = partial(floor.drawn, partial(floor.press, b"t"))
            in_turn(3, *acts, base)
            long, short, line = in_turn(KEYS, *acts, base)
            told(f"{name}, 1,000,000 events", long, short, "the same with 1,000 events")
            told(f"{name}, 1,000,000 events", long, line, IN_MINIMAL)
        sizes = [resizing(terminal) for terminal in (many, few, floor)]
        in_turn(2, *sizes)
        long, short, line = in_turn(KEYS, *sizes)
        told("another size, 1,000,000 events", long, short, "the same with 1,000 events")
        told("another size, 1,000,000 events", long, line, "minimal Textual app")


def beside(name: str, rounds: int, acts: Sequence[Callable[[], float]], homes: Homes, open_: ExitStack) -> None:
    """Tell how long something takes in the long room and in the short one, in turn with the first byte of one line."""
    start = open_.enter_context
    lines = [partial(ready(start(Terminal(app, homes.folder)), FIRST).painted, b"t") for app in (SMALL, MINIMAL)]
    in_turn(3, *acts, *lines)
    long, short, small, minimal = in_turn(rounds, *acts, *lines)
    told(f"{name}, 1,000,000 events", long, small, IN_SMALL)
    told(f"{name}, 1,000,000 events", long, minimal, IN_MINIMAL)
    told(f"{name}, 1,000,000 events", long, short, "the same with 1,000 events")
    say(f"{name}, 1,000,000 events, p99", p99(long) / FRAME, "a frame of 16 ms")
    say(f"{name}, 1,000,000 events, p99", p99(long) / p99(small), f"p99 of {IN_SMALL}")


def moved(room: Terminal, before: bytes, key: bytes) -> float:
    """Seconds until all that a key changes is painted."""
    if before:
        room.drawn(partial(room.press, before))
    between_ticks()
    return room.drawn(partial(room.press, key))


def resizing(terminal: Terminal) -> Callable[[], float]:
    """Measures how long it takes to paint for another size, this one and that in turn."""
    sizes = list(SIZES)

    def resized() -> float:
        sizes.append(sizes.pop(0))
        between_ticks()
        return terminal.drawn(partial(terminal.resize, *sizes[0]))

    return resized


def search(homes: Homes) -> None:
    """From a letter to the first page of what is found with it, in turn with Page Up; in copies that have grown."""
    with ExitStack() as open_:
        _, few, many = rooms(grown(homes), open_)
        for room in (few, many):
            ready(room, "", TO_LOG)
        for name, (word, other) in SOUGHT.items():
            long, short, page = list[float](), list[float](), list[float]()
            for _ in range(WORDS):
                for room, typed, taken in ((many, word, long), (few, other, short)):
                    ready(room, "", END)
                    taken.extend(letters(room, typed))
                    ready(room, "", b"\x1b", TO_LOG)
                page += [many.drawn(partial(many.press, PAGE_UP)) for _ in word]
            figure = f"a letter of a word {name}, 1,000,000 events"
            value = median(long) / median(short)
            say(figure, value, "the same with 1,000 events", f"{spread(long)}; {spread(short)}")
            say(figure, median(long) / median(page), "Page Up", AT_MOST.format(max(long) * 1000))


def letters(room: Terminal, word: str) -> list[float]:
    """Seconds for each letter of a word, until its hits are there; the title names them."""
    ready(room, "", b"/")
    found: list[float] = []
    for key in re.finditer(r"\s?\S", word):
        room.look()
        at = room.press(key[0].encode())
        found.append(room.shown(f"“{word[: key.end()]}”", at, patience=60))
        room.settle()
    return found


def entry(homes: Homes) -> None:
    """From Enter until the entry is durable and stands in the log; in a copy, because it is written to."""
    numbers = count(1)
    with ExitStack() as open_:
        _, few, many = rooms(grown(homes), open_)
        beside("a new entry", ENTRIES, [partial(new_entry, room, numbers) for room in (many, few)], homes, open_)


def grown(homes: Homes) -> Homes:
    """Copies that may be written to."""
    copies = Homes(homes.folder / "copies" / "few", homes.folder / "copies" / "many", homes.folder)
    for home, copy in ((homes.few, copies.few), (homes.many, copies.many)):
        if not copy.exists():
            copied(home, copy)
    return copies


def loop(homes: Homes) -> None:
    """How long the event loop is held up by a key."""
    for events, home in ((1_000, homes.few), (1_000_000, homes.many)):
        for name, (longest, busy) in asyncio.run(held_up(home)).items():
            more = f"median {median(longest) * 1000:.0f} ms, {AT_MOST.format(max(longest) * 1000)}"
            figure = f"event loop held up: {name}, {events:,} events"
            say(figure, max(busy) / FRAME, "a frame of 16 ms (by the processor's time, at most)", more)


async def held_up(home: Path) -> dict[str, tuple[list[float], list[float]]]:
    """By name, the longest that each key holds the loop up: in seconds, and in seconds of the processor."""
    found: dict[str, tuple[list[float], list[float]]] = {}
    async with open_room(home, incident_in(home)) as room:
        await room.press("alt+2")
        for name, key in (("Page Up", "pageup"), ("Home", "home"), ("End", "end"), ("the next filter", "f")):
            found[name] = await each(room, [key] * 8)
        for name, (word, _) in SOUGHT.items():
            await room.press("slash")
            found[f"a letter of a word {name}"] = await each(room, word)
            await room.press("escape", "alt+2")
    return found


async def each(room: Room, pressed: Sequence[str]) -> tuple[list[float], list[float]]:
    """How long each key holds the loop up, until the log shows what it is to show."""
    longest: list[float] = []
    busy: list[float] = []
    for key in pressed:
        await asyncio.sleep(FRAME)
        room.heart.rest()
        await room.press(key)
        await room.until(partial(found, room))
        await asyncio.sleep(FRAME)
        longest.append(room.heart.longest)
        busy.append(room.heart.busy)
    return longest, busy


def found(room: Room) -> bool:
    """Whether the log shows what was typed, and nothing is looked for any more."""
    column = room.screen.log_column
    typed = column.field.value.strip() if column.field else ""
    looking = any(worker.group == "seeking" and not worker.is_finished for worker in column.workers)
    return column.words == typed and not looking


def state(homes: Homes) -> None:
    """The incident from its checkpoint and what came after, against the fold of all of it."""
    with ExitStack() as open_:
        few, many = (
            open_.enter_context(Session.open(paths(home), Config(person="bench"), writable=False))
            for home in (homes.few, homes.many)
        )
        identifier, other = (session.summaries()[0].incident for session in (many, few))
        anew = seconds(lambda: fold(many.journal.events(identifier), Incident(identifier)))
        acts = [partial(seconds, partial(many.enter, identifier)), partial(seconds, partial(few.enter, other))]
        in_turn(1, *acts)
        long, short = in_turn(OPENED, *acts)
        more = f"{median(long) * 1000:.1f} ms of {anew:.1f} s"
        say("state ready, 1,000,000 events", median(long) / anew, "fetching and folding all", more)
        told("state ready, 1,000,000 events", long, short, "the same with 1,000 events")


PARTS: dict[str, Callable[[Homes], None]] = {
    part.__name__: part for part in (frame, counted, memory, keys, search, entry, loop, state)
}


def main() -> None:
    wanted = sys.argv[1:] or list(PARTS)
    with scratch() as folder:
        homes = Homes(folder / "few", million(), folder)
        write_history(homes.few, 1_000)
        for name in wanted:
            PARTS[name](homes)


if __name__ == "__main__":
    main()
