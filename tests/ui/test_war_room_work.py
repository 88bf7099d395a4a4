"""The rest of the job, with keys only: messages, command, undo, commands of the system, the report, the way home."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from incident_tui.domain import events as e
from incident_tui.journal.anchors import anchors_in
from incident_tui.ui.errands import basics
from incident_tui.ui.screens.report import ReportScreen
from incident_tui.ui.screens.war_room import WarRoom
from tests.ui.harness import NOW, SIZES, at_the_desk


@SIZES
async def test_a_message_is_drafted_approved_and_sent(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_the_desk(tmp_path, size) as desk:
        await desk.press("f5")
        await desk.type("Some payments fail.")
        await desk.press("shift+tab", "shift+tab")
        await desk.type("status page")
        await desk.press("shift+tab", "e")
        await desk.press("ctrl+s")
        drafted = desk.last()
        assert isinstance(drafted, e.MessageDrafted)
        assert (drafted.audience, drafted.text, drafted.channel, drafted.promise_seconds) == (
            "external",
            "Some payments fail.",
            "status page",
            3600,
        )
        await desk.press("alt+3", "a")
        key = desk.events()[-2].id
        assert desk.last() == e.MessageApproved(key)
        await desk.press("h")
        sent = desk.last()
        assert isinstance(sent, e.MessageSent)
        assert sent.promised == (NOW + timedelta(hours=1)).isoformat()
        assert desk.shows("sent", "01:00:00")
        await desk.press("y")
        assert "copied" in desk.said()[-1]


async def test_messages_from_the_composer(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.enter("@internal 👀 we look into it next 10m")
        assert desk.last() == e.MessageDrafted("internal", "we look into it", "", "👀", 600)
        assert desk.reads("messages", "👀 we look into it M1 · promises 10 min")
        assert desk.shows("1 unsent draft")
        await desk.press("alt+3", "enter")
        assert desk.shows("Message M1", "we look into it")
        await desk.press("ctrl+o")
        assert isinstance(desk.last(), e.MessageSent)
        await desk.press("escape")
        await desk.enter("/draft management 1,500 customers hit")
        await desk.press("alt+3", "down", "d")
        await desk.enter("too early")
        assert isinstance(desk.last(), e.MessageDiscarded)
        assert desk.shows("dropped")
        await desk.tick(minutes=11)
        assert desk.shows("+01:00")


async def test_what_is_copied_to_be_posted_to_those_inside_is_an_anchor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []

    async def copy(_app: object, text: str) -> str:
        copied.append(text)
        return "copied"

    monkeypatch.setattr(basics, "copy", copy)
    async with at_the_desk(tmp_path) as desk:
        await desk.press("f5")
        await desk.type("Payments fail")
        await desk.press("ctrl+o")
        await desk.enter("@external 👀 Some payments fail")
        await desk.press("alt+3", "y", "down", "y")
        await desk.until(lambda: len(copied) == 3)
        ref = desk.incident.ref

    inside, outside = f"Payments fail\n\nRecord: {ref} ", "👀 Some payments fail"
    assert [text.startswith(inside) for text in copied].count(True) == 2
    assert copied.count(outside) == 1
    assert {len(anchors_in(text)) for text in copied if text != outside} == {1}


async def test_severity_and_status(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, severity=3) as desk:
        await desk.press("f2")
        assert desk.last() == e.SeveritySet(2)
        await desk.press("f2", "f2")
        assert desk.last() == e.SeveritySet(1)
        assert "SEV1 already" in desk.said()[-1]
        await desk.enter("/severity 3")
        assert desk.last() == e.SeveritySet(1)
        assert desk.room.composer.text == "/severity 3"
        assert "needs a reason" in desk.said()[-1]
        await desk.enter(" one region only")
        assert desk.last() == e.SeveritySet(3, "one region only")

        await desk.press("f3")
        await desk.enter("monit")
        assert desk.last() == e.StatusSet("monitoring")
        assert desk.shows("MONITORING", "SEV3 MEDIUM")
        await desk.press("f4")
        await desk.enter("scribe @kim")
        assert desk.last() == e.RoleTaken("scribe", "kim")
        assert desk.shows("Scribe @kim")


@pytest.mark.parametrize(
    ("line", "back"),
    [
        ("error rate climbs", "undone"),
        ("? pool is full", "undone"),
        ("/severity 1", "SEV2"),
        ("/status monitoring", "INVESTIGATING"),
        ("/role scribe @kim", "Commander @mara"),
        ("/impact users many", "Commander @mara"),
        ("/title Other", "Checkout fails with 502"),
        ("/check 1.1", "Protocol  0 of 63"),
        ("/skip 1.1 no", "Protocol  0 of 63"),
        ("/stepnote 1.1 hm", "Protocol  0 of 63"),
        ("/begin 5", "15 min"),
        ("@internal hello", "nothing yet"),
        ("/todo do it", "Case"),
    ],
)
async def test_every_act_is_undone(tmp_path: Path, line: str, back: str) -> None:
    async with at_the_desk(tmp_path) as desk:
        before = len(desk.events())
        await desk.enter(line)
        act = desk.events()[before]
        await desk.press("ctrl+z")
        taken_back = desk.last()
        assert isinstance(taken_back, e.Undone)
        assert taken_back.event == act.id
        assert desk.shows(back)
        assert desk.said()[-1].startswith("taken back: ")


async def test_a_command_becomes_evidence(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.enter("!printf 'a\\nb\\nc\\nd\\ne\\n'; exit 3")
        ran = desk.last()
        assert isinstance(ran, e.CommandRun)
        assert (ran.exit_code, ran.output, ran.size) == (3, "a\nb\nc\nd\ne\n", 10)
        assert desk.shows("exit 3", "│ c", "│ + 2 lines")
        await desk.press("alt+2", "enter")
        assert desk.shows("│ e")

        await desk.press("i")
        await desk.enter("!seq 1 20000")
        ran = desk.last()
        assert isinstance(ran, e.CommandRun)
        assert ran.cut
        assert desk.session.paths.blobs.joinpath(ran.sha256[:2]).exists() or any(desk.session.paths.blobs.rglob("*"))
        await desk.enter("!no-such-command-here")
        ran = desk.last()
        assert isinstance(ran, e.CommandRun)
        assert ran.exit_code == 127


async def test_a_command_can_be_stopped(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    async with at_the_desk(tmp_path) as desk:
        await desk.press("ctrl+t")
        assert desk.said()[-1] == "no command runs"
        await desk.type(f"!echo begun; touch {begun}; exec sleep 60")
        await desk.pilot.press("enter")
        await desk.meanwhile(begun.exists)
        assert desk.shows("a command runs")
        await desk.type("typing goes on")
        await desk.pilot.press("ctrl+t")
        await desk.settle()
        ran = desk.last()
        assert isinstance(ran, e.CommandRun)
        assert (ran.output, ran.exit_code) == ("begun\n", 128 + 15)
        assert desk.room.composer.text == "typing goes on"


async def test_resolved_reported_exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    async with at_the_desk(tmp_path) as desk:
        await desk.enter("/resolve no errors for 30 min")
        assert desk.last() == e.StatusSet("resolved", "no errors for 30 min")
        assert desk.shows("RESOLVED", "resolved in", "in all")
        await desk.press("f6")
        assert isinstance(desk.app.screen, ReportScreen)
        assert desk.shows("Checkout fails with 502")
        await desk.press("e", "enter")
        name = f"{desk.incident.ref}-report.md"
        assert "Checkout fails with 502" in (folder / name).read_text()
        await desk.press("escape")
        assert isinstance(desk.app.screen, WarRoom)
        await desk.enter("/report")
        assert isinstance(desk.app.screen, ReportScreen)


async def test_home_and_back_keeps_what_was_typed(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.type("half a thought")
        await desk.press("ctrl+o")
        assert not isinstance(desk.app.screen, WarRoom)
        await desk.press("enter")
        assert desk.room.composer.text == "half a thought"
        await desk.enter(", finished")
        assert desk.last() == e.EntryLogged("finding", "half a thought, finished")
        assert list(desk.session.paths.spill.glob("*")) == []


async def test_what_was_typed_outlives_the_program(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.type("half a thought")
        await desk.pilot.press("ctrl+q")
    async with at_the_desk(tmp_path) as desk:
        assert desk.room.composer.text == "half a thought"
        await desk.press("enter")
        assert desk.last() == e.EntryLogged("finding", "half a thought")
    async with at_the_desk(tmp_path) as desk:
        assert desk.room.composer.text == ""


async def test_a_key_that_begins_a_line_loses_none(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.type("half a thought")
        await desk.press("tab", "n")
        assert desk.room.composer.text == "/stepnote 1.1 "
        await desk.enter("seen")
        assert desk.last() == e.StepNoted("1.1", "seen")
        await desk.press("up", "up")
        assert desk.room.composer.text == "half a thought"
