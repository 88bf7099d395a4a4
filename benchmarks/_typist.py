"""Logs lines on the real screen and prints how long the event loop was held up by each, in seconds, as JSON."""

from __future__ import annotations

import asyncio
import json
import sys
from functools import partial
from pathlib import Path

from benchmarks._loop import FRAME, Room, open_room
from benchmarks._million import incident_in


def shown(room: Room, seq: int) -> bool:
    """Whether the screen has come so far."""
    return room.screen.room.seq >= seq


async def held_up(home: Path, lines: int) -> list[float]:
    """The longest that the loop is held up from Enter until the line is in the log."""
    found: list[float] = []
    async with open_room(home, incident_in(home)) as room:
        for number in range(lines):
            await room.press(*f"line{number}")
            after = room.screen.room.seq + 1
            room.heart.rest()
            await room.press("enter")
            await room.until(partial(shown, room, after))
            await asyncio.sleep(FRAME)
            found.append(room.heart.longest)
    return found


if __name__ == "__main__":
    print(json.dumps(asyncio.run(held_up(Path(sys.argv[1]), int(sys.argv[2])))))
