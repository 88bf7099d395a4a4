"""The pictures of the README, made by driving the real program over the demo incidents at a fixed moment."""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

from incident_tui import demo
from incident_tui.config import Config
from incident_tui.paths import Paths
from incident_tui.session import Session
from incident_tui.ui.app import IncidentApp

FOLDER = Path(__file__).parent
NOW = datetime(2026, 11, 21, 13, 49, 12, tzinfo=UTC)
WEB_FONT = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
RUN_ID = re.compile(r"terminal-\d+")


@dataclass(frozen=True)
class Picture:
    """A picture by name: the size of the terminal, and the keys that lead there from the live demo incident."""

    name: str
    size: tuple[int, int]
    keys: tuple[str, ...] = ()
    home: bool = False


PICTURES = (
    Picture("war-room", (160, 44), ("alt+2", "up", "up", "up", "up", "escape")),
    Picture("war-room-80x24", (80, 24), ("alt+2", "escape")),
    Picture("protocol-80x24", (80, 24), ("alt+1",)),
    Picture("typing", (120, 36), (*"@14:31 ? retries pile up #queue".replace(" ", "_"),)),
    Picture("message", (120, 36), ("f5",)),
    Picture("report", (120, 40), ("f6",)),
    Picture("replay", (160, 44), ("alt+2", "R", *["left"] * 6)),
    Picture("case", (100, 28), ("alt+4",)),
    Picture("handoff", (120, 36), ("f8",)),
    Picture("playbooks", (120, 36), ("alt+1", "p")),
    Picture("protocols", (140, 36), ("p", "down", "down", "enter", "down", "enter", "down", "enter"), home=True),
    Picture("home", (160, 30), home=True),
)


@contextmanager
def stage() -> Iterator[tuple[Session, str]]:
    """A session at the fixed moment with the demo in it, ids and all the same each time; and the live incident."""
    chance = random.Random(7)
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch("incident_tui.session.secrets.randbits", chance.getrandbits),
        mock.patch("incident_tui.journal.connection.secrets.token_hex", lambda size: "0" * 2 * size),
        Session.open(
            Paths(Path(folder), Path(folder)), Config(person="dana", zone="Europe/Berlin"), wall=_now
        ) as session,
    ):
        yield session, demo.create(session).incident.id


def _now() -> datetime:
    return NOW


async def draw(picture: Picture) -> str:
    """The picture as SVG, without anything that would be fetched from elsewhere."""
    with stage() as (session, incident):
        app = IncidentApp(session, None if picture.home else incident)
        async with app.run_test(size=picture.size) as pilot:
            await pilot.pause()
            for key in picture.keys:
                await pilot.press("space" if key == "_" else key)
            await app.workers.wait_for_complete()
            await pilot.pause()
            if app.focused is not None and hasattr(app.focused, "cursor_blink"):
                app.focused.cursor_blink = False
            await pilot.pause()
            drawn = app.export_screenshot(title="incident-tui")
        app.close()
    return RUN_ID.sub("terminal", WEB_FONT.sub("", drawn))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="which pictures; all of them when left out")
    names = parser.parse_args().names
    for picture in PICTURES:
        if not names or picture.name in names:
            (FOLDER / f"{picture.name}.svg").write_text(asyncio.run(draw(picture)), encoding="utf-8")
            print(f"screenshots/{picture.name}.svg")


if __name__ == "__main__":
    main()
