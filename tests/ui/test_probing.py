"""Health checks while the war room is open: the strip in the banner, and one entry for each change."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from incident_tui.config import Config
from incident_tui.config.table import Table
from incident_tui.domain import events as e
from incident_tui.domain.health import Pulse
from incident_tui.sources import health
from incident_tui.sources.health import Check
from incident_tui.ui.text import plain
from incident_tui.ui.views.banner import banner
from incident_tui.ui.views.health import health_strip
from tests.story import START, quiet_story
from tests.ui.harness import WIDE, ZONE, Desk, at_the_desk
from tests.ui.test_views import scene_of

TABLE = Table("config.toml", "health.api", {"url": "http://127.0.0.1:1/"})
CONFIG = Config(person="mara", zone=ZONE, health={"api": TABLE})


class Service:
    """Something that is looked at again and again; `well` is what the looks find."""

    def __init__(self) -> None:
        self.well = True
        self.looks = 0
        self.seen = threading.Event()

    def probe(self) -> str:
        self.looks += 1
        self.seen.set()
        return "" if self.well else "answered 503, not 200"


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    service = Service()
    check = Check("api", "https://api.example", every=timedelta(milliseconds=5))
    monkeypatch.setattr(health, "checks_of", lambda _config: (check,))
    monkeypatch.setattr(Check, "probe", lambda _check: service.probe())
    return service


async def until(desk: Desk, happened: Callable[[], bool]) -> None:
    """Wait for what the checks do in their threads; the screen is painted in between, as at every second."""

    def seen() -> bool:
        desk.app._probing.show_on(desk.app.screen_stack)
        desk.room.paint()
        return happened()

    await desk.meanwhile(seen)


def told(desk: Desk) -> list[str]:
    return [
        f"{event.actor} {event.body.kind} {event.body.text.partition(chr(10))[0]}"
        for event in desk.events()
        if isinstance(event.body, e.EntryLogged)
    ]


async def test_each_change_is_told_once_by_the_check(tmp_path: Path, service: Service) -> None:
    async with at_the_desk(tmp_path, WIDE, config=CONFIG) as desk:
        await until(desk, lambda: "● api" in desk.painted())
        assert told(desk) == []

        service.well = False
        await until(desk, lambda: len(told(desk)) == 1 and "✗ api" in desk.painted())
        looks = service.looks
        await until(desk, lambda: service.looks > looks + 5)
        service.well = True
        await until(desk, lambda: len(told(desk)) == 2 and "● api" in desk.painted())

        assert told(desk) == [
            "health check health health check: api is down",
            "health check health health check: over: api is down",
        ]
        assert desk.incident.status == "investigating"


async def test_what_is_down_is_told_in_no_incident_that_has_ended(tmp_path: Path, service: Service) -> None:
    service.well = False
    async with at_the_desk(tmp_path, WIDE, config=replace(CONFIG, health={}), title="Checkout") as desk:
        await desk.enter("/status resolved")
        assert service.looks == 0
        assert desk.app._probing.show(desk.incident) == ()
        assert desk.app._probing.show(None) == ()


async def test_without_checks_the_banner_has_no_strip(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        assert threading.active_count() < 20
        assert "●  " not in desk.painted()
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("health")]


async def test_a_wrong_check_is_said_and_stops_nothing(tmp_path: Path) -> None:
    wrong = replace(CONFIG, health={"api": Table("config.toml", "health.api", {})})
    async with at_the_desk(tmp_path, WIDE, config=wrong) as desk:
        assert any("no health checks: config.toml: health.api.url" in said for said in desk.said())


PULSES = (
    Pulse("api", "up", START),
    Pulse("web", "up", START),
    Pulse("db", "down", START - timedelta(minutes=3), "answered 503"),
    Pulse("mail"),
)


@pytest.mark.parametrize(
    ("cells", "words"),
    [(60, "✗ db 3m  ● api  ● web  ○ mail"), (20, "✗ db 3m  ● 2 up"), (0, "✗ db 3m")],
)
def test_the_strip_in_as_many_cells_as_there_are(cells: int, words: str) -> None:
    assert plain(health_strip(PULSES, START, cells)) == words


def test_what_is_down_together_is_counted() -> None:
    down = tuple(Pulse(f"s{number}", "down", START) for number in range(9))

    assert plain(health_strip(down, START, 0)) == "✗ s0 0s  ✗ s1 0s  ✗ s2 0s  ✗ 6 more"
    assert plain(health_strip(down[:4], START, 0)).endswith("✗ s3 0s")


def test_the_banner_has_what_is_down_on_every_terminal() -> None:
    for cells in (80, 110, 120, 200):
        scene = replace(scene_of(quiet_story()), health=PULSES)
        assert "✗ db" in "".join(plain(line) for line in banner(scene, cells))
    assert plain(health_strip((), START, 60)) == ""
