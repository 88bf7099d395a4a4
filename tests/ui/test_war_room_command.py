"""Commanding with keys: orders, proposals, callouts, the loop, the next update, playbooks, the end."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from incident_tui.config import Attention, Config
from incident_tui.domain import events as e
from incident_tui.domain.callouts import Callout
from incident_tui.ui.calling import Caller, notification
from incident_tui.ui.screens.closing import ClosingScreen
from incident_tui.ui.screens.run import RunScreen
from incident_tui.ui.screens.write import MessageScreen
from tests.ui.harness import HUGE, NARROW, NOW, SIZES, ZONE, at_the_desk


@SIZES
async def test_an_order_from_giving_to_result(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_the_desk(tmp_path, size) as desk:
        await desk.press("alt+4", "o")
        assert desk.room.composer.text == "o "
        await desk.type("Lee 10m count idle connections")
        await desk.press("enter")
        assert desk.last() == e.OrderGiven("Lee", "count idle connections", 600)

        await desk.tick(minutes=9)
        await desk.press("alt+4")
        assert desk.reads("case", "O1 Lee count idle", "not said", "back yet", "01:00")
        await desk.press("a")
        assert isinstance(desk.last(), e.OrderUnderstood)
        await desk.tick(minutes=2)
        assert desk.reads("case", "+01:00")
        assert desk.reads("strip", "O1 Lee: time is up")

        await desk.press("alt+4", "d")
        assert desk.room.composer.text == "/result O1 "
        await desk.type("61 idle")
        await desk.press("enter")
        assert desk.reads("case", "1 settled, 1 of them late")


async def test_orders_stand_by_the_time_they_have_left(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, HUGE) as desk:
        for line in ("o Ada 20m one", "o Ben 5m two", "o Cem 10m three"):
            await desk.enter(line)
        pane = desk.pane("case")

        assert pane.index("Ben two") < pane.index("Cem three") < pane.index("Ada one")


async def test_a_proposal_waits_for_objections_and_is_ruled(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, HUGE) as desk:
        await desk.enter("/propose roll back risk: refused orders rollback: deploy again by:Lee")
        assert desk.reads(
            "case", "D1 roll back", "risk refused orders", "rollback deploy again", "any strong objections?"
        )
        assert desk.reads("strip", "D1 roll back", "00:15")
        await desk.press("alt+4", "d")
        assert "D1 is open to objections for another 15 s" in desk.said()[-1]

        await desk.press("b")
        await desk.type("Kim the export runs")
        await desk.press("enter")
        assert desk.reads("strip", "1 objection: your ruling")
        await desk.press("alt+4", "x")
        assert desk.room.composer.text == "/reject D1 "
        await desk.type("after the export")
        await desk.press("enter")
        ruled = desk.last()
        assert isinstance(ruled, e.DecisionRuled)
        assert (ruled.ruling, ruled.reason) == ("rejected", "after the export")


async def test_silence_means_proceed(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, HUGE) as desk:
        await desk.enter("/propose roll back by:Lee")
        await desk.tick(seconds=16)
        assert desk.reads("strip", "no objection: proceed?")
        await desk.press("alt+4", "d")
        assert isinstance(ruled := desk.last(), e.DecisionRuled)
        assert ruled.ruling == "proceed"


async def test_a_callout_is_one_line_seen_or_put_off(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, NARROW) as desk:
        height = desk.room.composer.region.y
        assert "▲" not in desk.pane("strip")
        await desk.tick(minutes=11)
        assert "▲" in desk.pane("strip")
        assert desk.room.composer.region.y == height
        before = desk.pane("strip")

        await desk.press("ctrl+n")
        assert isinstance(put_off := desk.last(), e.CalloutAnswered)
        assert put_off.until == (desk.wall.now + timedelta(minutes=10)).isoformat()
        assert desk.pane("strip") != before
        await desk.press("f9")
        assert isinstance(seen := desk.last(), e.CalloutAnswered)
        assert seen.until is None


@SIZES
async def test_the_call_for_a_commander_names_the_key_that_takes_command(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_the_desk(tmp_path, size) as desk:
        await desk.enter("/leave incident commander")
        await desk.tick(minutes=4)
        assert desk.reads("strip", "Nobody commands", "f4 role")
        await desk.press("f4")

        assert desk.room.composer.text == "/role "


async def test_nothing_is_answered_when_nothing_is_called_out(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        count = len(desk.events())
        await desk.press("f9", "ctrl+n")

        assert len(desk.events()) == count
        assert desk.said() == ["nothing is called out"] * 2


async def test_the_loop_goes_round(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, HUGE) as desk:
        assert desk.reads("strip", "◉ size-up")
        for segment in ("stabilize", "update", "verify", "size-up"):
            await desk.press("f7")
            assert desk.last() == e.LoopMoved(segment)
            assert desk.reads("strip", f"◉ {segment}")
        assert desk.incident.loop.rounds == 1


@SIZES
async def test_the_next_update_is_drafted_with_what_changed(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_the_desk(tmp_path, size) as desk:
        await desk.enter("/impact users about 1,200")
        await desk.enter("o Lee 10m count idle connections")
        await desk.press("alt+3", "u")
        screen = desk.app.screen
        assert isinstance(screen, MessageScreen)
        assert "1,200" in screen.text.text
        assert "count idle connections" in screen.text.text
        await desk.press("f9")
        assert isinstance(desk.last(), e.MessageSent)


async def test_the_same_text_is_not_sent_twice_unless_the_key_is_pressed_twice(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        for _ in range(2):
            await desk.press("f5")
            await desk.type("We look into it.")
            await desk.press("f9")
        assert isinstance(desk.app.screen, MessageScreen)
        assert desk.shows("M2 says what M1 has said; the same key again sends it anyway")
        assert len([body for body in desk.bodies() if isinstance(body, e.MessageSent)]) == 1
        await desk.press("f9")
        assert len([body for body in desk.bodies() if isinstance(body, e.MessageSent)]) == 2


async def test_closing_shows_what_is_open_settles_it_and_needs_a_reason_for_the_rest(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, HUGE) as desk:
        await desk.enter("o Lee 10m look")
        await desk.enter("/close")
        assert desk.said()[-1] == "a live incident is not closed; resolve it first"
        await desk.enter("/resolve")
        assert "still open: O1" in desk.said()[-1]
        await desk.enter("/close")
        assert isinstance(desk.app.screen, ClosingScreen)
        assert desk.said() == []  # it would cover what is open
        assert desk.shows("order", "O1", "Lee: look", "/result O1 TEXT")

        await desk.press("enter")
        assert desk.shows("/result O1")
        await desk.type("seen")
        await desk.press("enter")
        assert desk.incident.orders[next(iter(desk.incident.orders))].result == "seen"
        assert isinstance(desk.app.screen, ClosingScreen)
        assert "O1" not in desk.painted().partition("Close INC")[2].partition("Left knowingly")[0]

        await desk.press("ctrl+s")
        assert desk.shows("Say why these are left open")
        await desk.type("a short one")
        await desk.press("ctrl+s")
        assert isinstance(closed := desk.last(), e.StatusSet)
        assert closed.status == "closed"
        assert closed.reason.startswith("a short one; left open: ")


async def test_a_playbook_the_log_speaks_for_comes_first_and_is_attached_by_hand(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, HUGE) as desk:
        await desk.enter("deadlock detected in orders")
        assert not any(isinstance(body, e.PlaybookAttached) for body in desk.bodies())
        await desk.press("alt+1", "p")
        assert desk.shows("Attach a playbook", "● Database deadlocks")
        await desk.press("enter")
        assert isinstance(desk.last(), e.PlaybookAttached)
        assert desk.incident.protocol.phases[-1].playbook == "deadlocks"
        await desk.press("alt+1", "p")
        assert desk.shows("attached")


async def test_a_command_of_several_lines_is_seen_whole_before_it_runs(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, HUGE) as desk:
        protocol = e.StepAdded(0, "Two lines", "", ("echo one\necho two",))
        desk.session.perform(desk.room.room, lambda _: (protocol,))
        await desk.look()
        await desk.press("alt+1", "home", *["down"] * 5)
        number = desk.room.selection().step
        await desk.press("!")
        screen = desk.app.screen
        assert isinstance(screen, RunScreen), number
        assert screen.text.text == "echo one\necho two"
        assert not any(isinstance(body, e.CommandRun) for body in desk.bodies())
        await desk.press("f9")
        assert isinstance(ran := desk.last(), e.CommandRun)
        assert (ran.step, ran.output.split(), ran.exit_code) == (number, ["one", "two"], 0)
        assert desk.incident.step(number).ran[0].command == "echo one\necho two"


async def test_a_wrong_reading_is_put_right_and_taken_back(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, HUGE) as desk:
        await desk.press("alt+1", "home", "down")
        assert desk.room.selection().step == "1.1"
        await desk.press("r")
        assert desk.last() == e.StepSetAside("1.1")
        assert desk.incident.protocol.step("1.1") is None
        await desk.press("ctrl+z")
        assert desk.incident.protocol.step("1.1") is not None
        await desk.press("alt+1", "home", "t")
        assert desk.room.composer.text == "/budget 1 "


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("", ""),
        ("osc9", "\x1b]9;Lee,^[]52,c,evil^G time is up\x07"),
        ("osc777", "\x1b]777;notify;incident-tui;Lee,^[]52,c,evil^G time is up\x1b\\"),
    ],
)
def test_a_notification_holds_nothing_that_could_end_it(kind: str, expected: str) -> None:
    assert notification(kind, "Lee;\x1b]52;c;evil\x07 time is up") == expected


async def test_new_callouts_ring_once_where_that_is_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = Config(person="mara", zone=ZONE, callouts=Attention(bell=True))
    async with at_the_desk(tmp_path, config=config) as desk:
        rung: list[str] = []
        monkeypatch.setattr(desk.app, "bell", lambda: rung.append("bell"))
        first, second = (Callout(key, "x", NOW, "ten") for key in ("ten:1", "ten:2"))
        caller = Caller(config.callouts)
        for called in ((first,), (first,), (first, second), (second,), ()):
            caller.hear(desk.app, called)

        assert rung == ["bell"]


async def test_by_default_nothing_rings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_the_desk(tmp_path) as desk:
        rung: list[str] = []
        monkeypatch.setattr(desk.app, "bell", lambda: rung.append("bell"))
        await desk.tick(minutes=30)
        desk.room.tick(desk.wall.now)

        assert rung == []


async def test_what_was_unfolded_stays_so_when_it_becomes_the_phase_at_work(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, HUGE) as desk:
        await desk.press("alt+1", "home", *["down"] * 5, "enter", "down", "down")
        assert desk.room.selection().step == "2.2"
        await desk.press("space")
        assert desk.last() == e.StepChecked("2.2")
        assert desk.reads("checklist", "Find the way back", "Open the incident channel")
        assert desk.room.selection().step == "2.2"


async def test_what_is_next_folds_and_unfolds_in_three_steps(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, HUGE) as desk:
        await desk.press("alt+1", "home", "down")
        assert desk.reads("checklist", "Name every service")
        assert "curl" not in desk.pane("checklist")
        await desk.press("enter")
        assert desk.reads("checklist", "Name every service", "$ curl")
        await desk.press("enter")
        assert "Name every service" not in desk.pane("checklist")
        await desk.press("enter")
        assert desk.reads("checklist", "Name every service")


async def test_clocks_go_on_behind_a_dialog(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.press("f5")
        assert isinstance(desk.app.screen, MessageScreen)
        desk.wall.move(seconds=61)
        desk.app._tick()
        await desk.settle()

        assert desk.room.composer.when.startswith("15:03:01")


async def test_enter_in_the_reason_does_not_close_the_incident(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.enter("/resolve")
        await desk.enter("/close")
        await desk.press("ctrl+s")
        await desk.type("61 idle")
        await desk.press("enter")
        assert isinstance(desk.app.screen, ClosingScreen)
        assert desk.shows("ctrl+s closes the incident with this reason")
        assert desk.incident.status == "resolved"
