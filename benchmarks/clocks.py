"""Forty running clocks in sight: what they cost beside the same room with none, and beside forty naive ones."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path

from benchmarks._history import paths
from benchmarks._measure import HERE, MINIMAL, PYTHON, WAR_ROOM, Terminal, alive, say, scratch
from benchmarks._minimal import FIRST
from benchmarks._naive import CLOCKS
from benchmarks._naive import FIRST as LAST_OF_NAIVE
from benchmarks._peers import POSTING, had
from incident_tui.config import Config
from incident_tui.domain.decide.command import set_status
from incident_tui.domain.protocol import Anchor, Phase, Protocol, Step
from incident_tui.session import Done, Session

NAIVE = (PYTHON, str(HERE / "_naive.py"))
SECONDS = 20
ROWS = 60
TITLE = "clocks"
OVER = "resolved"


def protocol(anchor: Anchor) -> Protocol:
    """As many phases as clocks; those anchored at the declaration run, of the others only the first.

    All end with the incident.
    """
    budget = timedelta(hours=2)
    phases = (
        Phase(f"Phase {number}", "", budget, anchor, (Step(f"{number}.1", "Do it"),), until="resolved")
        for number in range(1, CLOCKS + 1)
    )
    return Protocol("clocks", "Clocks", tuple(phases))


def room(home: Path, anchor: Anchor, *, over: bool = False) -> Path:
    """A home with one incident, so that its room opens; where it is over no clock runs."""
    with Session.open(paths(home), Config(person="bench")) as session:
        done = session.declare(TITLE, 1, protocol(anchor))
        assert isinstance(done, Done), done
        if over:
            ended = session.perform(done.room, partial(set_status, word=OVER))
            assert isinstance(ended, Done), ended
    return home


def main() -> None:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with scratch() as folder, ExitStack() as open_:

        def started(command: tuple[str, ...], home: Path, needle: str) -> Terminal:
            terminal = open_.enter_context(Terminal(command, home, ROWS))
            terminal.until(needle.encode())
            terminal.settle()
            return terminal

        none = room(folder / "none", "declared", over=True)
        with Session.open(paths(none), Config(person="bench"), writable=False) as session:
            reference = session.summaries()[0].ref
        terminals = (
            started(WAR_ROOM, room(folder / "forty", "declared"), TITLE),
            started(WAR_ROOM, room(folder / "one", "phase"), TITLE),
            started((*WAR_ROOM, "-i", reference), none, TITLE),
            started(NAIVE, folder, LAST_OF_NAIVE),
            started(MINIMAL, folder, FIRST),
            *(started(peer.command(folder), folder, peer.needle) for peer in had(POSTING)),
        )
        forty, one, still, naive, idle, *posting = alive(terminals, seconds)
    parts = f"{forty.core:.2%}; with one {one.core:.2%}, with none {still.core:.2%}; naive {naive.core:.2%}"
    ours, theirs = forty.core - still.core, naive.core - idle.core
    say("forty clocks, above the room with none", ours / theirs, "forty naive ones above a minimal app", parts)
    say(
        "forty clocks, above the room with one", (forty.core - one.core) / theirs, "the same", f"naive {naive.core:.2%}"
    )
    say("forty clocks, whole program", forty.core / 0.01, "a hundredth of a core")
    for peer in posting:
        say("forty clocks, whole program", forty.core / peer.core, "idle posting", f"{peer.core:.2%}")
    say("forty clocks, bytes", forty.written / naive.written, "forty naive ones", f"{forty.written:,.0f} a second")
    say(
        "one clock, bytes",
        one.written / naive.written,
        "forty naive ones",
        f"{one.written:,.0f} a second; none {still.written:,.0f}",
    )


if __name__ == "__main__":
    main()
