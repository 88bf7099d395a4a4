"""Runs the screen with two hearts: one in its event loop, one in a thread; what stops only the first one froze it.

usage: beating.py; INCIDENT_TUI_BEATS names the file that gets `[[from, to, in the thread], ...]`, in seconds of the
monotonic clock, of all pauses of the loop that are longer than `LONG`
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from incident_tui.__main__ import main
from incident_tui.ui.app import IncidentApp

LONG = 0.1
STEP = 0.01


class Heart:
    """The moments of its last beats, and its pauses."""

    def __init__(self) -> None:
        self.last = time.monotonic()
        self.pauses: list[tuple[float, float]] = []

    def beat(self, longest: float) -> None:
        now = time.monotonic()
        if now - self.last > longest:
            self.pauses.append((self.last, now))
        self.last = now


def overlap(pause: tuple[float, float], others: list[tuple[float, float]]) -> float:
    """How much of a pause was one of the others, too: the machine had no time for us."""
    return sum(max(0.0, min(pause[1], end) - max(pause[0], begin)) for begin, end in others)


@contextmanager
def in_a_thread() -> Iterator[Heart]:
    """A heart that pauses only where the machine has no time for this process."""
    heart, over = Heart(), threading.Event()

    def beat() -> None:
        while not over.wait(STEP):
            heart.beat(STEP * 2)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield heart
    finally:
        over.set()
        thread.join()


def run() -> int:
    loop_heart = Heart()
    tasks: list[asyncio.Task[None]] = []
    mount = IncidentApp.on_mount

    async def in_the_loop() -> None:
        while True:
            await asyncio.sleep(STEP)
            loop_heart.beat(LONG)

    def on_mount(app: IncidentApp) -> None:
        mount(app)
        loop_heart.last = time.monotonic()
        tasks.append(asyncio.get_running_loop().create_task(in_the_loop()))

    setattr(IncidentApp, "on_mount", on_mount)  # noqa: B010 - a method may not be assigned to
    with in_a_thread() as thread_heart:
        try:
            return main()
        finally:
            told = [(*pause, overlap(pause, thread_heart.pauses)) for pause in loop_heart.pauses]
            with open(os.environ["INCIDENT_TUI_BEATS"], "w") as file:
                json.dump(told, file)


if __name__ == "__main__":
    sys.exit(run())
