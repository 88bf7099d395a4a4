"""There is no screen on which text of others acts: each that the program has is opened with a payload in its texts."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from textual.app import App
from textual.screen import Screen

import incident_tui.ui
from incident_tui.config import Config
from incident_tui.domain.closing import OpenEnd
from incident_tui.domain.incident import SEVERITIES
from incident_tui.domain.likeness import Case, Likeness
from incident_tui.domain.practice import Drill
from incident_tui.domain.protocol import Protocol
from incident_tui.protocols.places import Places
from incident_tui.recall import Told
from incident_tui.ui.app import IncidentApp
from incident_tui.ui.declaring import protocols_screen
from incident_tui.ui.errands import basics, drill
from incident_tui.ui.errands.recall import similar_rows
from incident_tui.ui.screens.ask import AskScreen
from incident_tui.ui.screens.choose import ChooseScreen
from incident_tui.ui.screens.closing import ClosingScreen
from incident_tui.ui.screens.comparison import ComparisonScreen
from incident_tui.ui.screens.consent import ConsentScreen
from incident_tui.ui.screens.correct import CorrectScreen
from incident_tui.ui.screens.declare import DeclareScreen
from incident_tui.ui.screens.dialog import Dialog
from incident_tui.ui.screens.handoff import HandoffScreen
from incident_tui.ui.screens.help import HelpScreen
from incident_tui.ui.screens.home import HomeScreen
from incident_tui.ui.screens.insights import InsightsScreen
from incident_tui.ui.screens.live import LiveScreen
from incident_tui.ui.screens.looking import LookScreen
from incident_tui.ui.screens.protocols import ProtocolsScreen
from incident_tui.ui.screens.replay import ReplayScreen
from incident_tui.ui.screens.report import ReportScreen
from incident_tui.ui.screens.room_screen import RoomScreen
from incident_tui.ui.screens.run import RunScreen
from incident_tui.ui.screens.sending import SendScreen
from incident_tui.ui.screens.similar import SimilarScreen
from incident_tui.ui.screens.war_room import WarRoom
from incident_tui.ui.screens.write import MessageScreen
from incident_tui.ui.text import Line
from incident_tui.ui.widgets.board import Row
from tests.ui.harness import NOW
from tests.ui.stage import ZONE
from tests.ui.test_hostile import ESCAPES, EVERYTHING, MARK, SHORT, SIZES, Watcher, no_first_barrier, stored, watching
from tests.ui.test_hostile_outside import LITERAL, config, outside_story

__all__ = ["config", "no_first_barrier"]

SEEN = LITERAL[:10]
"""As much of a payload as the narrowest field shows."""
ABSTRACT = {Dialog, LiveScreen, RoomScreen}
"""What other screens have in common; nobody sees them alone."""

Way = Callable[[Watcher, WarRoom], Awaitable[None]]


def errand(what: str, text: str = "") -> Way:
    """What the war room opens when it is asked for it."""

    async def ask(_at: Watcher, room: WarRoom) -> None:
        room.post_message(room.Asked(room, what, text))

    return ask


def pushed(make: Callable[[WarRoom], Screen[Any]], *keys: str) -> Way:
    """A screen with hostile texts in all that it is given; then keys on it."""

    async def push(at: Watcher, room: WarRoom) -> None:
        at.app.push_screen(make(room))
        await at.press("a screen that is worked", *keys)

    return push


async def stay(_at: Watcher, _room: WarRoom) -> None:
    """The room is there."""


async def to_a_message(at: Watcher, room: WarRoom) -> None:
    waiting = [key for key, message in room.room.incident.messages.items() if message.waiting]
    basics.write_message(at.app, room, waiting[-1])


async def to_a_delivery(_at: Watcher, room: WarRoom) -> None:
    newest = max(room.room.incident.messages.values(), key=lambda item: item.order)
    room.post_message(room.Asked(room, "send", newest.label))


async def to_a_comparison(at: Watcher, room: WarRoom) -> None:
    """As if the incident had been practised with itself."""
    incident = room.room.incident
    moment = incident.declared_at or NOW
    drill.compare(at.app, room.session, replace(incident, drill=Drill(incident.id, moment, moment)))


def declaration(payload: str) -> DeclareScreen:
    """With past incidents that the title reminds of."""
    found = Protocol(payload, payload, ())
    screen = DeclareScreen(
        SEVERITIES, payload, (payload,), lambda _: found, now=lambda: NOW, zone=ZONE, on_call=payload
    )
    screen.recall = lambda _title: [Told(payload, payload, payload)]
    return screen


def runbooks(payload: str, room: WarRoom) -> ProtocolsScreen:
    """A protocol with the payload wherever it may have text, and in its name."""
    folder = room.session.paths.config / "protocols"
    folder.mkdir(parents=True, exist_ok=True)
    text = payload.replace("\0", "")  # with one it would be no text
    path = folder / f"{text.replace('/', '').encode()[:200].decode(errors='ignore')}.md"
    path.write_text(f"# {text}\n\n## {text} (5 min)\n\n- {text}\n- [ ] {text}\n\n```\n{text}\n```\n")
    return protocols_screen(Places(room.session.paths.config), str(path))


def ways(payload: str) -> dict[type[Screen[Any]], Way]:
    """How each screen comes, with the payload in all that it is given."""
    line: Line = ((payload, ""),)
    case = Case("k", payload, payload, 1, NOW, None, (payload,), (payload,), (payload,), (payload,))
    end = OpenEnd("message", payload, payload, payload)
    alike = similar_rows((Likeness(case, 1.0, (payload,)),))

    async def says_no() -> str:
        return payload

    return {
        WarRoom: stay,
        AskScreen: pushed(lambda _: AskScreen(payload, payload, payload, payload, attempt=lambda _: payload), "enter"),
        ChooseScreen: pushed(lambda _: ChooseScreen(payload, (Row("k", line, line),), payload)),
        ClosingScreen: pushed(lambda _: ClosingScreen(payload, lambda: (end,), (line,), (payload,)), "ctrl+s"),
        ComparisonScreen: to_a_comparison,
        ConsentScreen: pushed(lambda _: ConsentScreen(payload, (line,), says_no, payload), "enter"),
        CorrectScreen: pushed(lambda _: CorrectScreen(payload, (line,), lambda: payload), "enter"),
        DeclareScreen: pushed(lambda _: declaration(payload), "Q", "x"),
        HandoffScreen: errand("handoff", "@Q"),
        HelpScreen: pushed(lambda _: HelpScreen(payload, line, ((payload, ((payload, payload),)),))),
        InsightsScreen: pushed(lambda room: InsightsScreen(room.session), "4", "3", "2"),
        LookScreen: errand("look", payload),
        MessageScreen: to_a_message,
        ProtocolsScreen: pushed(partial(runbooks, payload), "enter"),
        ReplayScreen: errand("replay"),
        ReportScreen: errand("report"),
        RunScreen: pushed(lambda _: RunScreen(payload, payload, payload)),
        SendScreen: to_a_delivery,
        SimilarScreen: pushed(lambda _: SimilarScreen(payload, alike, payload)),
        HomeScreen: errand("home"),  # the last one: it does not lead back by Escape
    }


def screens_of_ours() -> set[type[Screen[Any]]]:
    for module in pkgutil.walk_packages(incident_tui.ui.__path__, "incident_tui.ui."):
        importlib.import_module(module.name)
    return {kind for kind in _below(Screen) if kind.__module__.startswith("incident_tui.")} - ABSTRACT


def _below(kind: type[Screen[Any]]) -> Iterator[type[Screen[Any]]]:
    for below in kind.__subclasses__():
        yield below
        yield from _below(below)


async def walk(folder: Path, config: Config, size: tuple[int, int], payload: str = EVERYTHING) -> Watcher:
    """Every screen, one after the other, from the war room and back to it."""
    story = outside_story(payload)
    async with watching(stored(folder, story), story.id, size, config) as at:
        room = at.app.screen
        assert isinstance(room, WarRoom)
        for kind, way in ways(MARK + payload).items():
            await way(at, room)
            await at.look(kind.__name__)
            assert type(at.app.screen) is kind
            await at.press(f"{kind.__name__}, read on", "pagedown")
            while at.app.screen is not room and kind is not HomeScreen:
                at.app.pop_screen()
                await at.look(f"back from {kind.__name__}")
    return at


def test_every_screen_is_on_the_walk() -> None:
    assert set(ways("")) == screens_of_ours()


@pytest.mark.parametrize("size", SIZES)
async def test_nothing_of_others_acts_on_any_screen(tmp_path: Path, config: Config, size: tuple[int, int]) -> None:
    at = await walk(tmp_path, config, size)
    assert at.leaks == []
    assert [kind.__name__ for kind in ways("") if SEEN not in at.painted[kind.__name__]] == []


@pytest.mark.faults
@pytest.mark.parametrize("payload", ESCAPES.values(), ids=ESCAPES)
async def test_each_payload_on_any_screen(tmp_path: Path, config: Config, payload: str) -> None:
    assert (await walk(tmp_path, config, SIZES[1], payload)).leaks == []


@pytest.mark.usefixtures("no_first_barrier")
async def test_on_every_screen_it_would_be_noticed(
    tmp_path: Path, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(IncidentApp, "get_line_filters", App.get_line_filters)
    at = await walk(tmp_path, config, SIZES[0], SHORT)
    noticed = {where for where, _found in at.leaks}
    assert [kind.__name__ for kind in ways("") if kind.__name__ not in noticed] == []
