"""Pictures of the screens from one story at one moment; `pytest --snapshot-update` takes them anew."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from incident_tui.config import Config, load
from incident_tui.domain import events as e
from incident_tui.domain.evolve import fold
from incident_tui.domain.incident import Incident
from incident_tui.journal.codec import sealed
from incident_tui.session import Session
from incident_tui.sources.panel import Panel, Question, Row
from incident_tui.ui.app import IncidentApp
from incident_tui.ui.errands import looking
from incident_tui.ui.posting import Posting
from incident_tui.ui.widgets.composer import Field
from tests.story import START, Story, checkout_outage
from tests.ui.harness import HUGE, NARROW, WIDE, ZONE, Desk, Wall, paths_in

Picture = Callable[..., bool]
Steps = Callable[[Desk], Awaitable[None]]
NOW = START + timedelta(minutes=31, seconds=7)


CHANNELS = """
person = "mara"
zone = "{zone}"
[channels.ops]
kind = "slack-api"
token = "env:SECRET_OF_TEST"
channel = "C0123456789"
audiences = ["internal"]
[channels.leads]
kind = "email"
host = "mail.example.org"
from = "incidents@example.org"
to = ["leads@example.org", "cto@example.org"]
audiences = ["management"]
[channels.status]
kind = "statuspage"
page = "abcdef123456"
token = "env:SECRET_OF_TEST"
audiences = ["external"]
[channels.issues]
kind = "github"
repository = "acme/shop"
token = "env:SECRET_OF_TEST"
[channels.wiki]
kind = "confluence"
url = "https://acme.atlassian.net/wiki"
email = "mara@example.org"
space = "65537"
token = "env:SECRET_OF_TEST"
"""


def answer(panel: Panel) -> Question:
    return Question(panel.source, panel.title, lambda: panel)


ANSWERS = (
    answer(
        Panel(
            "shop",
            "Issue SHOP-1A2",
            NOW,
            (
                Row("PoolTimeout: no connection within 30 s", "shop.checkout in pay", "bad"),
                Row("error · unresolved"),
                Row("users hit: 311 · events: 1,250", tone="warn"),
                Row("first seen", at=START),
                Row("last seen", at=NOW - timedelta(seconds=40)),
                Row("since release checkout@2.4.1"),
            ),
            query="issue 4711",
            url="https://acme.sentry.io/issues/4711/",
        )
    ),
    answer(
        Panel(
            "shop",
            "Latest event",
            NOW,
            (
                Row("PoolTimeout: no connection within 30 s", tone="bad", at=NOW - timedelta(seconds=40)),
                Row("shop/checkout.py:118 in pay", "118     with lease() as conn:"),
                Row("shop/db.py:41 in lease", "41     conn = pool.get(timeout=30)"),
            ),
            query="issue 4711, event latest",
        )
    ),
    answer(Panel("monitors", "Down from outside", NOW, problem="answered 503: a web page, no data")),
    answer(
        Panel(
            "changes",
            "Recent changes",
            NOW,
            (
                Row("deployed to prod", tone="warn", at=START - timedelta(minutes=4)),
                Row("a1b2c3d4e5 · Lease connections for longer · lee", at=START - timedelta(minutes=31)),
            ),
            partial="there are more than these 2",
        )
    ),
)


def keep(session: Session, story: Story) -> str:
    """Put a story into the journal as it is told."""
    heads: dict[str, str] = {}
    with session.journal.writing() as transaction:
        for event in story.events:
            linked = sealed(event, heads.get(event.device, ""))
            heads[event.device] = linked.hash
            transaction.append(linked)
        transaction.summarise(fold(story.events, Incident(story.id)), story.now)
    return story.id


def live_story() -> Story:
    """The outage as far as the watch after the rollback."""
    story = checkout_outage()
    after = next(
        at
        for at, event in enumerate(story.events)
        if isinstance(event.body, e.ReadingRecorded) and event.body.moment == "after"
    )
    story.events = story.events[:after]
    story.now = story.events[-1].recorded
    return story


def past_story() -> Story:
    """The whole of an earlier outage."""
    story = checkout_outage(START - timedelta(days=12))
    first = story.events[0]
    assert isinstance(first.body, e.IncidentDeclared)
    story.events[0] = replace(first, body=replace(first.body, ref="INC-20261109-B2C"))
    return story


@pytest.fixture
def apps(tmp_path: Path) -> Iterator[Callable[[bool], IncidentApp]]:
    """Makes the program, in the room of the live incident or at home."""
    yield from made(tmp_path, Config(person="mara", zone=ZONE))


@pytest.fixture
def connected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bool], IncidentApp]]:
    """The same with channels that nothing is sent to, and sources that answer what is written here."""
    monkeypatch.setenv("SECRET_OF_TEST", "https://0123456789.example.org")
    monkeypatch.setattr(Posting, "start", lambda _posting: None)
    monkeypatch.setattr(looking, "questions", lambda *_: ANSWERS)
    file = tmp_path / "channels.toml"
    file.write_text(CHANNELS.format(zone=ZONE))
    yield from made(tmp_path, load(file, {}))


def made(folder: Path, config: Config) -> Iterator[Callable[[bool], IncidentApp]]:
    opened: list[IncidentApp] = []
    with Session.open(paths_in(folder), config, wall=Wall(NOW)) as session:
        keep(session, past_story())
        live = keep(session, live_story())

        def make(home: bool) -> IncidentApp:
            app = IncidentApp(session, None if home else session.enter(live))
            app.animation_level = "none"
            opened.append(app)
            return app

        yield make
        for app in opened:
            app.close()


def at_rest(steps: Steps) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Carries out the steps, and holds every cursor still."""

    async def before(pilot: Pilot[Any]) -> None:
        app = pilot.app
        assert isinstance(app, IncidentApp)
        desk = Desk(app, pilot, app.session, Wall(NOW))
        await desk.settle()
        await steps(desk)
        await desk.settle()
        for field in [*app.screen.query(Input), *app.screen.query(Field), *app.screen.query(TextArea)]:
            field.cursor_blink = False
        await pilot.pause()

    return before


def pressing(*keys: str) -> Steps:
    async def press(desk: Desk) -> None:
        await desk.press(*keys)

    return press


async def typing(desk: Desk) -> None:
    await desk.press("alt+2", "up", "up", "escape")
    await desk.type("-10m p95 is 8.9 s #checkout +H1")


ROOM: dict[str, tuple[tuple[int, int], Steps]] = {
    "200x50": (HUGE, pressing()),
    "120x36": (WIDE, pressing()),
    "120x36-typing": (WIDE, typing),
    "120x36-checklist": (WIDE, pressing("alt+1")),
    "80x24-checklist": (NARROW, pressing("alt+1")),
    "80x24-log": (NARROW, pressing("alt+2")),
    "80x24-messages": (NARROW, pressing("alt+3")),
    "80x24-case": (NARROW, pressing("alt+4")),
    "39x9": ((39, 9), pressing()),
    "120x36-message": (WIDE, pressing("f5")),
    "80x24-message": (NARROW, pressing("f5")),
    "120x36-help": (WIDE, pressing("alt+1", "f1")),
    "80x24-help": (NARROW, pressing("f1")),
    "120x36-report": (WIDE, pressing("f6")),
    "80x24-report": (NARROW, pressing("f6")),
}


@pytest.mark.parametrize("name", ROOM)
def test_the_war_room(apps: Callable[[bool], IncidentApp], snap_compare: Picture, name: str) -> None:
    size, steps = ROOM[name]
    assert snap_compare(apps(False), terminal_size=size, run_before=at_rest(steps))


@pytest.mark.parametrize("size", [HUGE, WIDE, NARROW], ids=lambda size: f"{size[0]}x{size[1]}")
def test_home(apps: Callable[[bool], IncidentApp], snap_compare: Picture, size: tuple[int, int]) -> None:
    assert snap_compare(apps(True), terminal_size=size, run_before=at_rest(pressing()))


async def sending(desk: Desk) -> None:
    await desk.enter("@external Some card payments fail; we are rolling back the release. next 20m")
    await desk.enter(f"/send M{len(desk.incident.messages)}")


async def publishing(desk: Desk) -> None:
    await desk.press("f6")
    await desk.press("p")
    await desk.press("enter")


async def asking(desk: Desk) -> None:
    await desk.enter("/look https://acme.sentry.io/issues/4711/")
    await desk.press("tab", "down", "enter")


OUTSIDE: dict[str, Steps] = {"send": sending, "publish": publishing, "look": asking}


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", OUTSIDE)
def test_what_leaves_and_comes_in(
    connected: Callable[[bool], IncidentApp], snap_compare: Picture, name: str, size: tuple[int, int]
) -> None:
    assert snap_compare(connected(False), terminal_size=size, run_before=at_rest(OUTSIDE[name]))
