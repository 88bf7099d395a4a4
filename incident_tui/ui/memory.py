"""When the interpreter's collector runs: over what is new at any time, over all that lives only between the keys."""

from __future__ import annotations

import gc

YOUNG, MIDDLE, NEVER = 700, 10, 1_000_000
WHOLE_SECONDS = 60


def settle() -> None:
    """What was made on the way to the first frame stays; nothing that lives long is looked at under a key."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, NEVER)
    gc.enable()


def collect(second: int) -> None:
    """Once a minute look at all that has lived long; it takes longer than a frame."""
    if second % WHOLE_SECONDS == 0:
        gc.collect()
