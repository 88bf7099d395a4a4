"""When the interpreter's collector runs: after a frame, so that none waits for it."""

from __future__ import annotations

import gc

YOUNG, MIDDLE, NEVER = 10_000, 10, 1_000_000


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
    """Once a minute look at all that has lived long; it takes longer than a frame."""
    if second == 0:
        gc.collect()
