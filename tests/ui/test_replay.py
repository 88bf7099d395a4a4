"""Replay: every pane as the war room had it, nothing that came later, and what moves along."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from incident_tui.domain import events as e
from incident_tui.domain.course import STAR
from incident_tui.journal import Journal
from incident_tui.journal.codec import sealed, to_row
from incident_tui.ui.screens import replay
from incident_tui.ui.screens.ask import AskScreen
from incident_tui.ui.screens.home import HomeScreen
from incident_tui.ui.screens.replay import READ_ONLY, ReplayScreen
from incident_tui.ui.screens.report import ReportScreen
from incident_tui.ui.screens.room_screen import RoomScreen
from incident_tui.ui.screens.war_room import WarRoom
from tests.story import Story, checkout_outage, declared
from tests.ui.harness import NARROW, SIZES, WIDE, Desk, Wall, at_the_desk, finding, paths_in

PANES = ("checklist", "messages", "case")
HOSTILE = "[/x] \x1b[2J\x1b]0;owned\x07 \u202egnp.exe [bold]$(id)"


def write(folder: Path, events: Iterable[e.Event]) -> None:
    """Put events into the journal, as if they came from elsewhere."""
    paths = paths_in(folder)
    paths.make()
    with Journal.open(paths.database) as journal:
        journal.import_rows(map(to_row, events))


def chained(events: Iterable[e.Event]) -> list[e.Event]:
    heads: dict[str, str] = {}
    found = []
    for event in events:
        found.append(sealed(event, heads.get(event.device, "")))
        heads[event.device] = found[-1].hash
    return found


@asynccontextmanager
async def replaying(
    folder: Path, story: Story, size: tuple[int, int] = WIDE
) -> AsyncIterator[tuple[Desk, ReplayScreen]]:
    """The replay of a story, opened from home, at its first event."""
    write(folder, chained(story.events))
    async with at_the_desk(folder, size, title=None, wall=Wall(story.now + timedelta(hours=1))) as desk:
        await desk.press("R", "home")
        screen = desk.app.screen
        assert isinstance(screen, ReplayScreen)
        yield desk, screen


def pane(desk: Desk, screen: RoomScreen, name: str) -> str:
    """What is painted in a pane, as running text."""
    region = screen.query_one(f"#{name}").content_region
    return " ".join(" ".join(line[region.x : region.right] for line in desk.lines()[region.y : region.bottom]).split())


def shown(screen: RoomScreen) -> dict[str, object]:
    """What a room shows, but for the banner and what stands below the panes."""
    log = screen.log_pane
    return {
        "checklist": screen.checklist.rows,
        "messages": screen.messages.rows,
        "case": screen.case.rows,
        "titles": [str(screen.query_one(f"#{name}").border_title) for name in (*PANES, "log")],
        "tabs": screen.tabs.tabs,
        "log": [spot.line for spot in log._port.spots],
        "count": log.source.count(),
        "filter": screen.log_column.filter_number,
    }


def same_height(then: dict[str, object], now: dict[str, object]) -> dict[str, object]:
    """What was shown then, with as many lines of the log as are shown now: below it stands more."""
    log, height = then["log"], now["log"]
    assert isinstance(log, list)
    assert isinstance(height, list)
    return {**then, "log": log[-len(height) :]}


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x36", "80x24"])
async def test_every_pane_is_as_the_war_room_had_it(tmp_path: Path, size: tuple[int, int]) -> None:
    story = chained(checkout_outage().events)
    wall = Wall(story[0].recorded)
    write(tmp_path, story[:1])
    async with at_the_desk(tmp_path, size, wall=wall) as desk:
        known: list[dict[str, object]] = []
        for event in story:
            write(tmp_path, [event])
            wall.now = event.recorded
            await desk.look()
            desk.room.paint(wall.now)
            known.append(shown(desk.room))
        wall.move(days=3)
        await desk.press("alt+2", "R", "home")
        screen = desk.app.screen
        assert isinstance(screen, ReplayScreen)
        assert screen.course is not None
        for number, then in enumerate(known, start=1):
            screen.wanted = screen.course.after(number)
            screen.arrive()
            now = shown(screen)
            assert now == same_height(then, now), f"after event {number}, {story[number - 1].body}"
        await desk.press("escape")
        assert isinstance(desk.app.screen, WarRoom)


@SIZES
async def test_nothing_later_is_shown(tmp_path: Path, size: tuple[int, int]) -> None:
    story = Story()
    story.say(declared(), after=timedelta(0))
    entry = story.say(e.EntryLogged("finding", "error rate climbs"))
    story.say(e.EntryLogged("finding", "zanzibar is down"), after=timedelta(minutes=5))
    story.say(e.EntryAmended(entry.id, "error rate climbs in zanzibar"))
    story.say(e.EntryStarred(entry.id))
    story.say(e.RoleTaken("incident commander", "zoe"))
    async with replaying(tmp_path, story, size) as (desk, screen):
        await desk.press("right")
        above = "\n".join(desk.lines()[: screen.line.region.y])
        assert "error rate climbs" in above
        assert not re.search("zanzibar|zoe|★|amended", above)
        assert "Investigation  2" in above

        await desk.press("alt+2", "slash")
        await desk.type("zanzibar")
        await desk.settle()
        assert desk.shows("Nothing like that is logged", "Investigation  0")
        await desk.press("escape", "right", "right", "alt+2", "slash")
        await desk.type("zanzibar")
        await desk.settle()
        assert desk.shows("Investigation  2", "in zanzibar")
        await desk.press("escape")
        assert not screen.log_column.searching
        assert screen.is_current


@SIZES
async def test_keys_move_the_cursor(tmp_path: Path, size: tuple[int, int]) -> None:
    story = checkout_outage()
    async with replaying(tmp_path, story, size) as (desk, screen):
        course = screen.course
        assert course is not None
        assert screen.cursor.length == 1
        await desk.press("left")
        assert screen.cursor.length == 1
        await desk.press("right", "right", "right")
        assert screen.cursor.length == 4
        assert desk.shows("4 of ")
        await desk.press("full_stop")
        assert screen.cursor.now == course.after(4).now + timedelta(minutes=1)
        assert screen.cursor.length > 4
        await desk.press("shift+left")
        assert screen.cursor == course.after(4)
        await desk.press("end")
        assert screen.cursor.length == course.length
        await desk.press("right")
        assert screen.cursor.length == course.length
        lengths: list[int] = []
        while screen.cursor.length > 1 and len(lengths) < 20:
            await desk.press("left_square_bracket")
            lengths.append(screen.cursor.length)
        assert lengths == sorted({stop.length for stop in course.stops}, reverse=True)
        assert {stop.name for stop in course.stops} >= {"started", "detected", "identified", "mitigated", STAR}
        await desk.press("home")
        assert screen.cursor.length == 1


async def test_it_plays_by_the_clock_and_begins_again_at_the_end(tmp_path: Path) -> None:
    story = Story()
    story.say(declared(), after=timedelta(0))
    story.say(e.EntryLogged("finding", "first"), after=timedelta(seconds=30))
    star = story.say(e.EntryLogged("finding", "second"), after=timedelta(seconds=30))
    story.say(e.EntryStarred(star.id), after=timedelta(seconds=10))
    story.say(e.EntryLogged("finding", "a day later"), after=timedelta(days=1))
    async with replaying(tmp_path, story) as (desk, screen):

        async def passes(seconds: float) -> int:
            desk.wall.move(seconds=seconds)
            screen.go_on()
            await desk.settle()
            return screen.cursor.length

        await desk.press("4", "space")  # 10×
        assert screen.play.speed == 10
        assert await passes(1) == 1
        assert screen.cursor.now - story.events[0].recorded == timedelta(seconds=15), "30 s take 2 s and not 3"
        assert await passes(1.5) == 2
        assert await passes(60) == 3, "it stops at the starred entry"
        assert not screen.play.playing
        await desk.press("s", "space")
        assert await passes(1) == 4
        assert await passes(1) == 4
        assert await passes(1.1) == 5, "a day takes two seconds"
        assert not screen.play.playing
        await desk.press("space")
        assert screen.play.playing
        assert screen.cursor.length == 1
        await desk.press("space", "plus")
        assert not screen.play.playing
        assert screen.play.speed == 30
        await desk.press("9", "plus")
        assert screen.play.speed == 600
        await desk.press("minus")
        assert screen.play.speed == 300


@SIZES
async def test_it_goes_to_a_time(tmp_path: Path, size: tuple[int, int]) -> None:
    story = checkout_outage()
    async with replaying(tmp_path, story, size) as (desk, screen):
        first = screen.cursor.now
        await desk.press("g")
        assert isinstance(desk.app.screen, AskScreen)
        await desk.enter("15:07")
        assert screen.cursor.now == first + timedelta(minutes=5)
        await desk.press("g")
        await desk.enter("-2m")
        assert screen.cursor.now == first + timedelta(minutes=3)
        await desk.press("g")
        await desk.enter("+10m")
        assert screen.cursor.now == first + timedelta(minutes=10)
        await desk.press("g")
        await desk.enter("noon")
        assert isinstance(desk.app.screen, AskScreen)
        assert "not a time" in desk.painted()
        await desk.press("escape")
        assert screen.is_current


async def test_nothing_can_be_changed(tmp_path: Path) -> None:
    async with replaying(tmp_path, checkout_outage()) as (desk, screen):
        before = len(list(desk.session.journal.events(screen.room.incident.id)))
        for pane, keys in (
            ("alt+1", ("n", "x", "a", "b", "exclamation_mark", "p", "m")),
            ("alt+2", ("x",)),
            ("alt+3", ("n", "a", "d")),
            ("alt+4", ("j", "p", "n")),
        ):
            await desk.press("end", pane)
            for key in keys:
                desk.hush()
                await desk.press(key)
                assert desk.said() == [READ_ONLY], f"{key} in {pane}"
        for key in ("f2", "ctrl+z", "o", "u"):
            desk.hush()
            await desk.press("i", key)
            assert desk.said() == [READ_ONLY]
        assert screen.is_current
        assert len(list(desk.session.journal.events(screen.room.incident.id))) == before
        offered = {found.binding.action for found in screen.active_bindings.values() if found.enabled}
        assert not {action for action in offered if re.search("fill|carry_out|toggle_step|undo|settle|drop", action)}


@SIZES
async def test_the_mouse_seeks_along_the_line(tmp_path: Path, size: tuple[int, int]) -> None:
    async with replaying(tmp_path, checkout_outage(), size) as (desk, screen):
        course, line = screen.course, screen.line
        assert course is not None
        left, width = line.gutter.left, line.content_size.width
        row = line.gutter.top
        await desk.pilot.click(line, offset=(left + width - 1, row))
        await desk.settle()
        assert screen.cursor.length == course.length
        await desk.pilot.mouse_down(line, offset=(left, row))
        await desk.pilot.hover(line, offset=(left + width // 2, row))
        await desk.settle()
        middle = screen.cursor
        assert 1 < middle.length < course.length
        assert abs(course.part(middle) - 0.5) < 0.02
        await desk.pilot.mouse_up(line, offset=(left + width // 2, row))
        await desk.pilot.hover(line, offset=(left + 3, row))
        await desk.settle()
        assert screen.cursor == middle


async def test_what_was_entered_late_stands_where_it_happened(tmp_path: Path) -> None:
    story = Story()
    story.say(declared(), after=timedelta(0))
    start = story.now
    story.say(e.EntryLogged("finding", "noticed at once"), after=timedelta(minutes=6))
    story.say(
        e.EntryLogged("finding", "deployed web@2.4.1"), at=start + timedelta(minutes=3), after=timedelta(minutes=4)
    )
    async with replaying(tmp_path, story) as (desk, screen):
        await desk.press("right")
        assert "noticed at once" in pane(desk, screen, "log")
        assert "deployed" not in pane(desk, screen, "log")
        await desk.press("home", "t", "right")
        assert screen.course is not None
        assert screen.course.happened
        assert screen.cursor.now == start + timedelta(minutes=3)
        log = pane(desk, screen, "log")
        assert "deployed web@2.4.1 not known before 15:12" in log
        assert "noticed at once" not in log
        assert desk.shows("1 not known yet", "as it happened")
        await desk.press("t")
        assert not screen.course.happened
        assert "deployed" not in pane(desk, screen, "log")


async def test_documents_copies_and_help_are_of_the_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []
    async with replaying(tmp_path, checkout_outage()) as (desk, screen):
        monkeypatch.setattr(desk.app, "copy_to_clipboard", copied.append)
        await desk.press("right", "right", "y")
        assert "◀◀ REPLAY" in copied[0]
        assert "INC-20261121-K7Q  replay of 2026-11-21 15:03:00" in copied[0]
        await desk.press("r")
        report = desk.app.screen
        assert isinstance(report, ReportScreen)
        await desk.settle()
        assert "Checkout fails with 502" in report.text
        assert "leaked connections" not in report.text
        await desk.press("escape", "f1")
        assert desk.shows("Replay")
        await desk.press("escape")
        assert screen.is_current


@SIZES
async def test_hostile_text_stays_text(tmp_path: Path, size: tuple[int, int]) -> None:
    story = Story()
    story.say(declared(title=HOSTILE), after=timedelta(0))
    story.say(e.EntryLogged("finding", HOSTILE), e.RoleTaken("scribe", HOSTILE), actor=HOSTILE)
    story.say(e.MessageDrafted("internal", HOSTILE), e.StepNoted("1.1", HOSTILE), e.MilestoneSet("identified"))
    async with replaying(tmp_path, story, size) as (desk, screen):
        for _ in range(7):
            await desk.press("right")
            assert "[/x]" in desk.painted()
            assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", desk.painted())
        await desk.press("t", "home", "end")
        assert screen.is_current


async def test_a_live_incident_begins_at_its_end_and_grows(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.enter("error rate climbs")
        await desk.enter("/replay")
        screen = desk.app.screen
        assert isinstance(screen, ReplayScreen)
        assert screen.course is not None
        assert screen.cursor.length == screen.course.length == len(desk.events())
        desk.wall.move(minutes=1)
        other = desk.session.perform(desk.session.enter(screen.room.incident.id), finding("later"))
        assert other is not None
        screen.catch_up()
        await desk.settle()
        assert screen.course.length == len(desk.events())
        assert screen.cursor.length == screen.course.length - 1
        await desk.press("right")
        assert desk.shows("later")


async def test_a_long_history_is_read_beside_the_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "AT_ONCE", 0)
    story = checkout_outage()
    async with replaying(tmp_path, story) as (desk, screen):
        await desk.settle()
        assert screen.course is not None
        assert screen.ready.is_set()
        assert screen.cursor.length == 1
        await desk.press("end", "t")
        assert screen.course.happened
        assert screen.cursor.length == len(story.events)


async def test_many_seeks_in_one_frame_are_painted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with replaying(tmp_path, checkout_outage()) as (desk, screen):
        painted: list[int] = []
        paint = ReplayScreen.paint

        def counted(self: ReplayScreen, now: datetime | None = None) -> None:
            painted.append(self.cursor.length)
            paint(self, now)

        monkeypatch.setattr(ReplayScreen, "paint", counted)
        for _ in range(30):
            screen.action_move("event", 1)
        await desk.settle()
        assert painted == [31]


@pytest.mark.parametrize("leave", ["escape", "q"])
async def test_it_leads_back_to_where_one_came_from(tmp_path: Path, leave: str) -> None:
    async with replaying(tmp_path, checkout_outage()) as (desk, _):
        await desk.press(leave)
        assert isinstance(desk.app.screen, HomeScreen)
        await desk.press("enter", "f10")
        assert isinstance(desk.app.screen, ReplayScreen)
        await desk.press("tab", "tab", leave)
        assert isinstance(desk.app.screen, WarRoom)


async def test_its_keys_fit_and_the_way_out_is_among_them(tmp_path: Path) -> None:
    async with replaying(tmp_path, checkout_outage(), NARROW) as (desk, _):
        keys = desk.lines()[-1]
        assert keys.rstrip().endswith("esc back")
        assert "space play" in keys
        assert "← → event" in keys
