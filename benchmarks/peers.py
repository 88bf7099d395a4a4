"""The war room on 1,000,000 events beside other programs: first text, memory, another size, an idle second.

Those that show files show one of 1,000,000 lines. `make bench-peers` gets the programs; what is not there is skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks._history import NEWEST, WHOLE
from benchmarks._measure import MINIMAL, WAR_ROOM, Terminal, alive, in_turn, ratio, say, scratch
from benchmarks._million import million
from benchmarks._minimal import FIRST
from benchmarks._peers import LNAV, PEERS, TOOLONG, had, write_lines

LINES = 1_000_000
ROUNDS = 9
RESIZES = 10
IDLE = 20
SIZES = ((120, 40), (100, 30))


class Shown(NamedTuple):
    """A program and what is seen once its first frame is there."""

    name: str
    command: Sequence[str]
    needle: str
    home: Path


def first_text(shown: Shown) -> float:
    """Seconds until the needle is on the screen."""
    with Terminal(shown.command, shown.home) as terminal:
        return terminal.until(shown.needle.encode())


def resized(terminal: Terminal, sizes: list[tuple[int, int]]) -> float:
    """Seconds until the next size is all painted; Textual waits a moment in case more sizes come."""
    sizes.append(sizes.pop(0))
    return terminal.drawn(partial(terminal.resize, *sizes[0]))


def compare(name: str, ours: float, others: Sequence[tuple[str, float]], unit: Callable[[float], str]) -> None:
    for other, value in others:
        say(name, ours / value, other, f"{unit(ours)} of {unit(value)}")


def start_each(programs: Sequence[Shown]) -> None:
    """From the start of the process to the first text, and of the war room to its whole first frame."""
    acts = [partial(first_text, each) for each in (programs[0]._replace(needle=NEWEST), *programs)]
    in_turn(1, *acts)
    text, frame, *others = in_turn(ROUNDS, *acts)
    for program, theirs in zip(programs[1:], others, strict=True):
        for what, ours in (("first text", text), ("the whole first frame", frame)):
            more = f"{median(ours) * 1000:.0f} ms of {median(theirs) * 1000:.0f} ms"
            say(f"{what}, 1,000,000 events", ratio(ours, theirs), program.name, more)


def run_each(programs: Sequence[Shown]) -> None:
    """What they need while they run, all of them at once."""
    with ExitStack() as open_:
        terminals = [open_.enter_context(Terminal(each.command, each.home)) for each in programs]
        for program, terminal in zip(programs, terminals, strict=True):
            terminal.until(program.needle.encode())
        for terminal in terminals:
            terminal.settle()
        names = [program.name for program in programs[1:]]
        held, *theirs = [float(terminal.memory()) for terminal in terminals]
        compare("memory", held, list(zip(names, theirs, strict=True)), lambda size: f"{size / 1e6:.0f} MB")
        used, *theirs = [lived.core for lived in alive(terminals, IDLE)]
        compare("of a core, idle", used, list(zip(names, theirs, strict=True)), lambda part: f"{part:.2%}")
        acts = [partial(resized, terminal, list(SIZES)) for terminal in terminals]
        in_turn(2, *acts)
        ours, *others = in_turn(RESIZES, *acts)
        for name, each in zip(names, others, strict=True):
            more = f"{median(ours) * 1000:.0f} ms of {median(each) * 1000:.0f} ms"
            say("another size, all painted", ratio(ours, each), name, more)


def main() -> None:
    with scratch() as folder:
        file = folder / "lines.log"
        write_lines(file, LINES)
        programs = [
            Shown("the war room", WAR_ROOM, WHOLE, million()),
            Shown("minimal Textual app", MINIMAL, FIRST, folder),
        ]
        for peer in had(*PEERS):
            name = f"{peer.name}, 1,000,000 lines" if peer in (TOOLONG, LNAV) else peer.name
            programs.append(Shown(name, peer.command(file), peer.needle, folder))
        start_each(programs)
        run_each(programs)


if __name__ == "__main__":
    main()
