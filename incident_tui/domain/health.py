"""Whether something is up, as single looks at it tell: a state that one bad look alone does not turn."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

State = Literal["", "up", "down"]


class Pulse(Struct, frozen=True):
    """What is known of one thing: its state, "" until it is known, since when, and why it is down.

    `recent` are the latest looks that count, each with its moment and whether it was good.
    """

    name: str
    state: State = ""
    since: datetime | None = None
    why: str = ""
    recent: tuple[tuple[datetime, bool], ...] = ()


def looked(pulse: Pulse, now: datetime, why: str, needed: int, of: int) -> Pulse:
    """The pulse after one more look; `why` it was bad, "" where it was good.

    It goes down once `needed` of the last `of` looks were bad, since the first of them, and up once `needed` in a row
    were good, since the first of those; the first good look of all is enough.
    """
    recent = (*pulse.recent, (now, not why))[-of:]
    bad = [at for at, good in recent if not good]
    seen = replace(pulse, recent=recent, why=why or pulse.why)
    if pulse.state != "down" and len(bad) >= needed:
        return replace(seen, state="down", since=bad[0], recent=())
    if pulse.state == "" and not why:
        return replace(seen, state="up", since=now, why="")
    row = recent[-needed:]
    if pulse.state == "down" and len(row) == needed and all(good for _, good in row):
        return replace(seen, state="up", since=row[0][0], why="", recent=())
    return replace(seen, why="") if pulse.state == "up" else seen
