"""What another process records, until it is painted here: between two screens, and against programs that follow a file.

Beside it what watching costs while nothing comes.
"""

from __future__ import annotations

import string
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import cycle
from pathlib import Path
from random import Random
from statistics import median

from benchmarks._history import WHOLE, paths, write_history
from benchmarks._measure import HERE, PYTHON, WAR_ROOM, Terminal, alive, in_turn, p99, ratio, say, scratch, spread
from benchmarks._peers import LNAV, TOOLONG, Peer, had, write_lines
from benchmarks.keys import ready
from incident_tui.config import Config
from incident_tui.domain.decide.log import log_entry
from incident_tui.session import Done, Session

ROUNDS = 60
IDLE = 40
LINES = 1_000
LONGEST_PAUSE = 0.5
UNWATCHING = (PYTHON, str(HERE / "_unwatching.py"))


def words() -> Iterator[str]:
    """Words of one letter: programs that write only the cells that differ write all of them, and none is on the screen
    any more when it comes again."""
    return cycle(letter * 10 for letter in string.ascii_letters)


def recorded(session: Session, incident: str, text: str) -> None:
    """By this process."""
    done = session.perform(session.enter(incident), partial(log_entry, kind_word="finding", text_word=text))
    assert isinstance(done, Done), done


def written(file: Path, text: str) -> None:
    with file.open("a") as target:
        target.write(f"{text}\n")


def seen(
    watching: Terminal, write: Callable[[str], None], texts: Iterator[str], dice: Random, *, follows: bool = False
) -> float:
    """Seconds from before it is written, at no moment in particular, until it is painted; `follows` are other programs,
    which write lines as a whole."""
    time.sleep(dice.uniform(0, LONGEST_PAUSE))
    drain(watching)
    text = next(texts)
    at = time.perf_counter()
    write(text)
    return watching.until(text.encode(), at) if follows else watching.shown(text, at)


def from_screen(typing: Terminal, watching: Terminal, texts: Iterator[str]) -> float:
    """Seconds from Enter on one screen until it is painted on the other."""
    text = next(texts)
    typing.press(text.encode())
    typing.settle()
    drain(watching)
    return watching.shown(text, typing.press(b"\r"))


def drain(*terminals: Terminal) -> None:
    """What has come so far is read."""
    for terminal in terminals:
        while terminal.waiting():
            pass
        terminal.look()


def following(peer: Peer, folder: Path, open_: ExitStack) -> tuple[Terminal, Path]:
    """The program, at the end of a file of its own."""
    file = folder / f"{peer.name}.log"
    write_lines(file, LINES)
    return ready(open_.enter_context(Terminal(peer.command(file), folder)), peer.needle), file


def compare(folder: Path, rounds: int) -> None:
    incident = write_history(folder, LINES)
    dice, names = Random(7), ["between two screens", "recorded elsewhere"]
    with ExitStack() as open_:
        session = open_.enter_context(Session.open(paths(folder), Config(person="bench")))
        typing, watching = (ready(open_.enter_context(Terminal(WAR_ROOM, folder)), WHOLE) for _ in range(2))
        texts = words()
        acts: list[Callable[[], float]] = [partial(from_screen, typing, watching, texts)]
        acts.append(partial(seen, watching, partial(recorded, session, incident), texts, dice))
        for peer in had(TOOLONG, LNAV):
            terminal, file = following(peer, folder, open_)
            acts.append(partial(seen, terminal, partial(written, file), words(), dice, follows=True))
            names.append(f"{peer.name} that follows a file")
        in_turn(2, *acts)
        both, ours, *theirs = in_turn(rounds, *acts)
    for what, took in (("between two screens, Enter there", both), ("recorded elsewhere", ours)):
        print(f"{what} until painted here: {spread(took)}", flush=True)
        for name, other in zip(names[2:], theirs, strict=True):
            say(f"{what} until painted here", ratio(took, other), name, spread(other))
        say(f"{what} until painted here, p99", p99(took) / 0.025, "25 ms")


def cost(folder: Path) -> None:
    """What watching costs: rooms that do, and rooms that do not, all at the same time."""
    with ExitStack() as open_:
        commands = (WAR_ROOM, UNWATCHING, WAR_ROOM, UNWATCHING)
        rooms = [ready(open_.enter_context(Terminal(command, folder)), WHOLE) for command in commands]
        first, without_first, second, without_second = (lived.core for lived in alive(rooms, IDLE))
    watching, not_watching = median((first, second)), median((without_first, without_second))
    more = f"{watching:.3%} of a core, {not_watching:.3%} without"
    say("watching while nothing comes", (watching - not_watching) / 0.0005, "0.05 % of a core", more)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with scratch() as folder:
        for part in ("both", "idle"):
            (folder / part).mkdir()
        compare(folder / "both", rounds)
        write_history(folder / "idle", LINES)
        cost(folder / "idle")


if __name__ == "__main__":
    main()
