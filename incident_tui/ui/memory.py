"""When the interpreter's collector runs: after a frame, so that none waits for it."""

from __future__ import annotations

import gc

YOUNG, MIDDLE, NEVER = 10_000, 10, 1_000_000
EVERY_SECONDS = 10


def settle() -> None:
    """What was made on the way to the first frame stays, what little of it is garbage too: to look for that takes long.

    From then on the collector runs by itself only where much is made.
    """
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, NEVER)
    gc.enable()


def collect_new() -> None:
    """Look at what was made since the last time: a frame's worth, which is soon done."""
    if gc.isenabled():  # before, it would be all that was loaded
        gc.collect(1)


def collect(second: int) -> None:
    """Every so often look at all that has lived long: every line that was painted and is no more is among it.

    A line of Textual's refers to itself, so it goes with the collector only. In a minute of a busy room that is 10 MB,
    and more to look at than there is time between two keys.
    """
    if second % EVERY_SECONDS == 0:
        gc.collect()
