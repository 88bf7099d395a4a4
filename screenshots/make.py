"""The pictures of the README, made by driving the real program over the demo incidents at a fixed moment."""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

from msgspec.structs import replace

from incident_tui import demo
from incident_tui.config import Config
from incident_tui.config.table import Table
from incident_tui.paths import Paths
from incident_tui.session import Session
from incident_tui.sources.panel import Panel, Question, Row
from incident_tui.ui.app import IncidentApp

FOLDER = Path(__file__).parent
NOW = datetime(2026, 11, 21, 13, 49, 12, tzinfo=UTC)
LINK = "https://acme.sentry.io/issues/4711/"
WEB_FONT = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
RUN_ID = re.compile(r"terminal-\d+")


SECRET = "SECRET_OF_THE_PICTURES"
CHANNELS = {
    name: Table("config.toml", f"channels.{name}", values)
    for name, values in {
        "ops": {"kind": "slack-api", "token": f"env:{SECRET}", "channel": "C0123456789", "audiences": ["internal"]},
        "leads": {
            "kind": "email",
            "host": "mail.example.org",
            "from": "incidents@example.org",
            "to": ["leads@example.org", "cto@example.org"],
            "audiences": ["management"],
        },
        "status": {
            "kind": "statuspage",
            "page": "abcdef123456",
            "token": f"env:{SECRET}",
            "audiences": ["external"],
        },
        "issues": {"kind": "github", "repository": "acme/shop", "token": f"env:{SECRET}"},
        "wiki": {
            "kind": "confluence",
            "url": "https://acme.atlassian.net/wiki",
            "email": "dana@example.org",
            "space": "65537",
            "token": f"env:{SECRET}",
        },
    }.items()
}


def at(hour: int, minute: int, second: int = 0) -> datetime:
    return NOW.replace(hour=hour, minute=minute, second=second)


PANELS = (
    Panel(
        "shop",
        "Issue SHOP-1A2",
        NOW,
        (
            Row("PoolTimeout: no connection within 30 s", "shop.checkout in pay", "bad"),
            Row("fatal · unresolved"),
            Row("users hit: 1,511 · events: 6,250", tone="warn"),
            Row("first seen", at=at(13, 30, 41)),
            Row("last seen", at=at(13, 48, 59)),
            Row("since release web@2.4.1"),
            Row("assigned to nobody", tone="warn"),
        ),
        "issue 4711",
    ),
    Panel(
        "shop",
        "Latest event",
        NOW,
        (
            Row("PoolTimeout: no connection within 30 s", tone="bad", at=at(13, 48, 59)),
            Row("shop/checkout.py:118 in pay", "118     with lease() as connection:"),
            Row("shop/db.py:41 in lease", "41     connection = pool.get(timeout=30)"),
            Row("environment prod · release web@2.4.1", tone="muted"),
        ),
        "issue 4711, event latest",
    ),
    Panel(
        "shop",
        "New issues",
        NOW,
        (Row("12× · 4 users · SHOP-19C TypeError in refunds", tone="bad", at=at(13, 41)),),
        "is:unresolved firstSeen:-2h",
    ),
    Panel(
        "shop",
        "Suspect changes",
        NOW,
        (
            Row("deployed to prod", tone="warn", at=at(13, 28)),
            Row("a1b2c3d4e5 · Charge inside the transaction · kim", at=at(12, 58)),
        ),
        "release web@2.4.1",
        partial="no commits before 21 Nov",
    ),
)


def _answer(panel: Panel) -> Question:
    return Question(panel.source, panel.title, lambda: panel)


ANSWERS = tuple(map(_answer, PANELS))


@dataclass(frozen=True)
class Picture:
    """A picture by name: the size of the terminal, and the keys that lead there from the live demo incident."""

    name: str
    size: tuple[int, int]
    keys: tuple[str, ...] = ()
    home: bool = False
    outside: bool = False
    """With channels, which nothing is sent to, and answers of sources, which are written here."""


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
    Picture("sending", (120, 36), (*"/send_M6", "enter"), outside=True),
    Picture("look", (120, 36), (*f"/look_{LINK}", "enter", "tab", "down", "enter"), outside=True),
)


@contextmanager
def stage(*, outside: bool = False) -> Iterator[tuple[Session, str]]:
    """A session at the fixed moment with the demo in it, ids and all the same each time; and the live incident."""
    chance = random.Random(7)
    config = Config(person="dana", zone="Europe/Berlin")
    with (
        mock.patch.dict(os.environ, {SECRET: "0123456789-not-a-secret"}),
        mock.patch("incident_tui.ui.posting.Posting.start"),
        mock.patch("incident_tui.ui.errands.looking.questions", return_value=ANSWERS),
        tempfile.TemporaryDirectory() as folder,
        mock.patch("secrets.randbits", chance.getrandbits),
        mock.patch("os.urandom", bytes),
        Session.open(
            Paths(Path(folder), Path(folder)), replace(config, channels=CHANNELS) if outside else config, wall=_now
        ) as session,
    ):
        yield session, demo.create(session).incident.id


def _now() -> datetime:
    return NOW


async def draw(picture: Picture) -> str:
    """The picture as SVG, without anything that would be fetched from elsewhere."""
    with stage(outside=picture.outside) as (session, incident):
        app = IncidentApp(session, None if picture.home else session.enter(incident))
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
