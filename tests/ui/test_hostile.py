"""Nothing that others have written acts on the terminal or on the program, even if it came past the first door."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from msgspec.structs import replace
from rich.segment import Segment
from textual.app import App
from textual.pilot import Pilot
from textual.strip import Strip

from incident_tui.config import Config
from incident_tui.domain import events as e
from incident_tui.domain import text as domain_text
from incident_tui.domain.encoding import field_types
from incident_tui.paths import Paths
from incident_tui.session import Session
from incident_tui.ui.app import IncidentApp
from incident_tui.ui.errands import basics
from incident_tui.ui.screens.home import HomeScreen
from incident_tui.ui.screens.war_room import WarRoom
from tests.story import START, Story, checkout_outage
from tests.strategies import REFERENCES
from tests.ui.rest import at_rest_with_workers
from tests.ui.terminal import Terminal

SIZES = [(120, 36), (80, 24)]
SIGNED = "7357"  # a number that no sequence of ours holds: a whole one that leaks is told from those by it
ESCAPES = {
    "title": "\x1b]0;owned\x07",
    "title, other end": "\x1b]2;owned\x1b\\",
    "link": "\x1b]8;;http://evil\x1b\\x\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;b3duZWQ=\x07",
    "file": "\x1b]1337;File=:AA\x07",
    "DCS": "\x1bP1$r0m\x1b\\",
    "APC": "\x1b_owned\x1b\\",
    "clear": f"\x1b[2J\x1b[H\x1b[{SIGNED};{SIGNED}H",
    "colour": f"\x1b[31mred\x1b[{SIGNED};31m",
    "mode": f"\x1b[?1049l\x1b[?{SIGNED}h",
    "C1 CSI": "\x9b2J",
    "C1 OSC": "\x9d0;owned\x9c",
    "bell": "a\x07b",
    "backspace": "abc\b\b\bxyz",
    "overwrite": "good\rEVIL",
    "null": "a\x00b",
    "delete": "a\x7fb",
    "right to left": "a\u202eb\u2066c",
    "invisible": "a\u200bb\ufeffc",
    "tag": "a\U000e0041b",
}
MARKUP = {
    "closing": "[/]",
    "open": "[b",
    "action": "[@click=app.quit()]x[/]",
    "link": "[link=http://evil]x[/link]",
    "variable": "[$primary]x",
    "nested": "[b][[i]x[/i]]\\[/b]",
    "quoted": "[type=x, v={'a[0]'}]",
}
EVERYTHING = "".join((*MARKUP.values(), *ESCAPES.values()))
SHORT = "\x1b]0;\x07\x9b\x7f\u202e\u200b[/][b[@click=app.quit()]x[/]"  # fits where long text is cut
MARK = "Q"  # before each payload, to find its field again
ACTING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# What Textual itself writes: modes, colours, places, the shape of the pointer, the start and end of a frame.
OURS = re.compile(rb"\x1b\[(?![?0-9;]*%b)[?>=<]?[0-9;]*\$?[a-zA-Z]|\x1b\]22;[a-z]+\x07" % SIGNED.encode())
LINE_END = b"\r\n"
WORDS = (str, str | None, tuple[str, ...])
CHOICES = ("audience", "kind", "key", "mark", "milestone", "priority", "role", "stance", "state", "status", "step")


def hostile_value(name: str, hint: object, payload: str, value: Any) -> Any:
    if name in REFERENCES or hint not in WORDS:
        return in_every_text(value, payload) if name in ("protocol", "playbook") else value
    return (payload, payload) if hint == tuple[str, ...] else payload


def hostile_body(body: e.Body, payload: str, spared: Iterable[str]) -> e.Body:
    """The body with the payload in every field of text but the spared ones."""
    if isinstance(body, e.Unrecognised):
        return e.Unrecognised(f"x.{payload}", {payload: payload})
    kind: Any = type(body)
    hints = field_types(kind)
    return replace(
        body,
        **{
            name: hostile_value(name, hint, payload, getattr(body, name))
            for name, hint in hints.items()
            if name not in spared
        },
    )


def in_every_text(value: Any, payload: str, name: str = "") -> Any:
    """A protocol with the payload in every title, text, command, link: not in numbers and anchors."""
    match value:
        case dict():
            return {key: in_every_text(item, payload, key) for key, item in value.items()}
        case list():
            return [in_every_text(item, payload, name) for item in value]
        case str() if name not in ("number", "id", "anchor", "budget", "name"):
            return payload
        case _:
            return value


def hostile_story(payload: str, *, twice: bool = True) -> Story:
    """An outage with every kind of event: told with fitting choices, and `twice` for hostile choices too."""
    payload = MARK + payload
    story = checkout_outage()
    plain = list(story.events)
    story.events = [replace(event, body=hostile_body(event.body, payload, CHOICES), actor=payload) for event in plain]
    for event in plain[1:] if twice else ():
        if not isinstance(event.body, e.Undone):
            story.say(hostile_body(event.body, payload, ()), actor=payload)
    assert {type(event.body) for event in story.events} == set(get_args(e.Body))
    # Said at the end, so that the incident is live and something of every pane waits to be shown.
    story.say(e.StatusSet("investigating"), e.EntryLogged("theory", payload), e.EntryLogged("decision", payload))
    story.say(e.MessageDrafted("internal", payload, payload), e.ErrorRecorded(payload), e.EntryLogged("cause", payload))
    return story


def stored(folder: Path, story: Story) -> Paths:
    """The story in a journal, past every rule and every cleaning."""
    paths = Paths(folder / "data", folder / "config")
    with Session.open(paths, Config(person="mara")) as session, session.journal.writing() as transaction:
        for event in story.events:
            transaction.append(event)
        transaction.summarise(story.incident(), story.now)
    return paths


@dataclass
class Watcher:
    """Looks at what is painted, line for line, as it would be written to a terminal."""

    app: App[None]
    pilot: Pilot[Any]
    leaks: list[tuple[str, str]] = field(default_factory=list)
    painted: dict[str, str] = field(default_factory=dict)

    async def look(self, where: str) -> None:
        await at_rest_with_workers(self.app)
        strips = self.app.screen._compositor.render_strips(self.app.screen.size)
        self.painted[where] = "\n".join(strip.text for strip in strips)
        self.leaks += [(where, found) for strip in strips for found in acting(strip, self.app)]

    async def press(self, where: str, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.look(where)


def acting(strip: Strip, app: App[None]) -> list[str]:
    """Everything in the line that acts: characters, addresses, actions, and whatever else would be written."""
    found = ACTING.findall(strip.text)
    for segment in strip:
        found += _behind(segment)
    written = OURS.sub(b"", strip.render(app.console).encode("utf-8", "surrogatepass"))
    return found + ACTING.findall(written.decode("utf-8", "surrogatepass"))


def leaks(output: bytes) -> list[str]:
    """What acts on the terminal in what was written, apart from our own sequences."""
    return ACTING.findall(OURS.sub(b"", output).replace(LINE_END, b"").decode("utf-8", "replace"))


def _behind(segment: Segment) -> list[str]:
    style = segment.style
    if style is None:
        return []
    return ([f"link {style.link}"] if style.link else []) + [f"click {at}" for at in [style.meta.get("@click")] if at]


@contextlib.asynccontextmanager
async def watching(
    paths: Paths, incident: str | None, size: tuple[int, int], config: Config | None = None
) -> AsyncIterator[Watcher]:
    """An evening after the story: the longer ago it is, the less room its time leaves for what is looked for."""
    config = config or Config(person="mara")
    with Session.open(paths, config, wall=lambda: START + timedelta(hours=6)) as session:
        app = IncidentApp(session, session.enter(incident) if incident else None)
        app.animation_level = "none"
        try:
            async with app.run_test(size=size) as pilot:
                watcher = Watcher(app, pilot)
                await watcher.look("start")
                yield watcher
        finally:
            app.close()


async def walk_home(paths: Paths, size: tuple[int, int], payload: str) -> Watcher:
    async with watching(paths, None, size) as at:
        assert isinstance(at.app.screen, HomeScreen)
        await at.press("search", "slash")
        for words in (payload, MARK):
            at.app.screen.words.value = words
            await at.look(f"search for {words[:5]!r}")
        await at.press("end of the search", "escape")
        await at.press("declare", "d")
        await at.press("help", "escape", "f1")
    return at


async def walk_room(paths: Paths, story: Story, size: tuple[int, int], payload: str, pages: int) -> Watcher:
    async with watching(paths, story.id, size) as at:
        room = at.app.screen
        assert isinstance(room, WarRoom)
        rows = (row.key for board in (room.checklist, room.messages, room.case) for row in board.rows)
        room.expanded = frozenset((*rows, *(event.id for event in story.events)))
        room.log_column.changed()
        room.paint()
        await walk_panes(at, pages)
        await walk_dialogs(at, room)
        for line in (payload, f"/judge {payload} x", f"/{payload}", f"@{payload} x"):
            room.composer.set_text(line)
            room.composer.focus()
            await at.press(f"entered {line[:8]!r}", "enter")
        at.app.notify(payload, title="said", markup=False)
        await at.look("notice")
    return at


async def walk_panes(at: Watcher, pages: int) -> None:
    for number, pane in enumerate(("checklist", "log", "messages", "case"), start=1):
        await at.press(pane, f"alt+{number}")
        for page in range(pages):
            await at.press(f"{pane}, page {page}", "pageup" if pane == "log" else "pagedown")
    await at.press("the composer", "escape")


async def walk_dialogs(at: Watcher, room: WarRoom) -> None:
    waiting = [key for key, message in room.room.incident.messages.items() if message.waiting]
    basics.write_message(at.app, room, waiting[-1])
    await at.look("a waiting message")
    for name, key in {"status": "f3", "new message": "f5", "help": "f1", "palette": "ctrl+p"}.items():
        await at.press(name, "escape", key)
    await at.press("the room", "escape")


async def walk_report(paths: Paths, incident: str, size: tuple[int, int]) -> Watcher:
    async with watching(paths, incident, size) as at:
        await at.press("report", "f6")
        await at.press("text of the report", "v")
    return at


async def walk(folder: Path, size: tuple[int, int], payload: str, pages: int = 1) -> tuple[Watcher, Watcher]:
    story = hostile_story(payload)
    paths = stored(folder, story)
    return await walk_home(paths, size, payload), await walk_room(paths, story, size, payload, pages)


@pytest.mark.parametrize("size", SIZES)
async def test_nothing_of_others_acts_and_all_of_it_is_text(tmp_path: Path, size: tuple[int, int]) -> None:
    home, room = await walk(tmp_path, size, EVERYTHING)
    assert home.leaks + room.leaks == []
    literal = ("Q[/][b[@cli", "Q[/][b[@click=app.quit()]x[/]")
    views = ("checklist", "log", "messages", "case", "a waiting message")
    assert [view for view in views if literal[0] not in room.painted[view]] == []
    assert literal[1][:-1] in home.painted["start"]  # beside the mark of a drill there is room for no more
    assert literal[1] in room.painted["log"].splitlines()[0]
    assert "[/][b[@click=app.quit()]x[/]" in room.painted["notice"].replace("\n", "")


async def test_nothing_of_others_acts_in_the_report(tmp_path: Path) -> None:
    story = hostile_story(SHORT, twice=False)
    report = await walk_report(stored(tmp_path, story), story.id, SIZES[0])
    assert report.leaks == []
    assert "[/][b[@click=app.quit()]x[/]" in report.painted["report"]


@pytest.mark.faults
@pytest.mark.parametrize("size", [SIZES[0], pytest.param(SIZES[1], marks=pytest.mark.faults)])
@pytest.mark.parametrize("payload", [*ESCAPES.values(), *MARKUP.values()], ids=[*ESCAPES, *MARKUP])
async def test_each_payload_alone(tmp_path: Path, size: tuple[int, int], payload: str) -> None:
    home, room = await walk(tmp_path, size, payload, pages=3)
    story = hostile_story(payload)
    report = await walk_report(stored(tmp_path / "report", story), story.id, size)
    assert home.leaks + room.leaks + report.leaks == []


def test_the_bytes_in_a_real_terminal_are_ours(tmp_path: Path) -> None:
    stored(tmp_path, hostile_story(EVERYTHING))
    with Terminal(tmp_path) as terminal:
        terminal.shows("Q[/][b")
        terminal.type("\x1b[15~")  # a new message: the fields are Textual's own
        terminal.shows("Next update in")
        terminal.type("\x11")
        assert terminal.ended() == 0
    assert leaks(terminal.output) == []


@pytest.mark.parametrize("payload", ESCAPES.values(), ids=ESCAPES)
def test_every_payload_that_leaks_is_noticed(payload: str) -> None:
    assert leaks(f"abc{payload}def".encode()) != []


NOT_CLEANED = """
from incident_tui.domain import text
text._UNSAFE = text._REPLACED = "(?!)"
"""
UNFILTERED = f"""{NOT_CLEANED}
import sys
from textual.app import App
from incident_tui.ui.app import IncidentApp
IncidentApp.get_line_filters = App.get_line_filters
from incident_tui.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize("name", ["clear", "colour", "mode"])
def test_a_whole_sequence_among_ours_is_noticed(tmp_path: Path, name: str) -> None:
    stored(tmp_path, hostile_story(ESCAPES[name]))
    with Terminal(tmp_path, program=UNFILTERED) as terminal:
        terminal.until(lambda at: SIGNED.encode() in at.output, "what nobody has filtered")
    assert leaks(terminal.output) != []


@pytest.fixture
def no_first_barrier(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is stored, and what is painted, is cleaned by nobody."""
    monkeypatch.setattr(domain_text, "_UNSAFE", "(?!)")


async def seen_at_first(folder: Path) -> tuple[set[str], set[str]]:
    """What acts in the list of incidents and in the panes of one."""
    paths = stored(folder, story := hostile_story(SHORT))
    async with watching(paths, None, SIZES[0]) as home, watching(paths, story.id, SIZES[0]) as room:
        await walk_panes(room, pages=1)
    return {found for _where, found in home.leaks}, {found for _where, found in room.leaks}


@pytest.mark.usefixtures("no_first_barrier")
async def test_the_second_barrier_alone_is_enough(tmp_path: Path) -> None:
    assert await seen_at_first(tmp_path) == (set(), set())


@pytest.mark.usefixtures("no_first_barrier")
async def test_without_both_barriers_these_tests_see_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(IncidentApp, "get_line_filters", App.get_line_filters)
    home, room = await seen_at_first(tmp_path)
    assert {"\x1b", "\x9b", "\u202e", "\x7f"} <= home & room
