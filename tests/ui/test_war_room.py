"""The main job in the war room, with keys only: what is recorded, and what is painted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from textual.events import MouseScrollUp

from incident_tui.domain import events as e
from incident_tui.domain.identity import name_of
from incident_tui.session import Session
from incident_tui.ui import seeking
from incident_tui.ui.screens import log_column
from incident_tui.ui.screens.war_room import WarRoom
from tests.ui.harness import HUGE, NARROW, NOW, SIZES, at_the_desk, finding, paths_in

TRACE = 'Traceback (most recent call last):\n  File "orders/db.py", line 81, in pay\nPoolTimeout: no connection'


async def test_declared_from_home(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, title=None) as desk:
        await desk.press("d")
        await desk.enter("Payments fail")

        assert isinstance(desk.app.screen, WarRoom)
        declared, commander = desk.bodies()
        assert isinstance(declared, e.IncidentDeclared)
        assert declared.title == "Payments fail"
        assert commander == e.RoleTaken("incident commander", "mara")
        assert desk.shows(f"SEV{declared.severity} ", "Payments fail", "INVESTIGATING", "Commander @mara")
        assert desk.room.composer.text == ""
        await desk.enter("it begins")
        assert desk.last() == e.EntryLogged("finding", "it begins")


@pytest.mark.parametrize("columns", [46, 80, 97])
async def test_a_notice_is_there_to_its_last_word(tmp_path: Path, columns: int) -> None:
    async with at_the_desk(tmp_path, (columns, 24), severity=1) as desk:
        await desk.press("f2")
        assert desk.shows("it is SEV1 already", "reason")


@SIZES
async def test_the_checklist_is_worked_in_turn(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_the_desk(tmp_path, size) as desk:
        await desk.press("tab", "space")
        await desk.press("space")
        assert desk.bodies()[-2:] == [e.StepChecked("1.1"), e.StepChecked("1.2")]
        assert desk.shows("✓ Check the health dash", "Protocol  2 of 63")

        await desk.press("up", "space")
        assert desk.last() == e.StepReopened("1.2")

        await desk.press("x")
        await desk.enter("support is asleep")
        assert desk.last() == e.StepSkipped("1.2", "support is asleep")
        assert desk.room.composer.text == ""
        assert desk.shows("skipped: support is asleep")

        await desk.press("tab", "a")
        assert desk.last() == e.StepRuledOut("1.3")
        await desk.press("n")
        await desk.enter("asked the deployers")
        assert desk.last() == e.StepNoted("1.4", "asked the deployers")
        assert desk.shows("asked the deployers")
        await desk.press("tab", "space")
        assert desk.last() == e.StepChecked("1.4")
        assert desk.shows("✓ 1 Immediate response", "4/4")


async def test_phases_unfold_and_begin(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, HUGE) as desk:
        await desk.press("alt+1")
        while desk.room.checklist.cursor_key != "phase:4":
            await desk.press("down")
        await desk.press("b")
        assert desk.last() == e.PhaseBegun(4)
        assert desk.shows("00:00 of 15 min")
        first = desk.incident.protocol.phases[4].steps[0].title[:20]
        assert desk.shows(first)
        await desk.press("enter")
        assert first not in desk.painted()
        await desk.press("enter")
        assert desk.shows(first)

        await desk.press("home", "enter", "down", "y")
        assert "copied" in desk.said()[-1]
        await desk.press("!")
        assert desk.room.composer.text.startswith("!1.1 curl -sS")


LINES: tuple[tuple[str, e.Body], ...] = (
    (
        "error rate climbs #eu-west-1 #checkout",
        e.EntryLogged("finding", "error rate climbs", ("eu-west-1", "checkout")),
    ),
    ("? the pool is exhausted", e.EntryLogged("theory", "the pool is exhausted")),
    ("? the cache is cold", e.EntryLogged("theory", "the cache is cold")),
    ("* restarted worker 2", e.EntryLogged("action", "restarted worker 2")),
    ("> no restart of the database", e.EntryLogged("decision", "no restart of the database")),
    ("+ 100 of 100 connections taken", e.EntryLogged("evidence", "100 of 100 connections taken")),
    ("/note kim joins", e.EntryLogged("note", "kim joins")),
    ("/health web 503", e.EntryLogged("health", "web 503")),
    ("/alert PoolTimeout", e.EntryLogged("alert", "PoolTimeout")),
    ("/cause a connection leaks", e.EntryLogged("cause", "a connection leaks")),
    ("/fix closed in a finally block", e.EntryLogged("fix", "closed in a finally block")),
    ("\\/etc is full", e.EntryLogged("finding", "/etc is full")),
    ("+5 % errors", e.EntryLogged("finding", "+5 % errors")),
    ("/severity 1 no order goes through", e.SeveritySet(1, "no order goes through")),
    ("/status identified", e.StatusSet("identified")),
    ("/role scribe @jonas", e.RoleTaken("scribe", "jonas")),
    ("/impact users ≈1,500", e.ImpactSet("users", "≈1,500")),
    ("/error PoolTimeout", e.ErrorRecorded("PoolTimeout")),
    ("/state connections during 100", e.ReadingRecorded("connections", "during", "100")),
    ("/config pool: 100", e.ConfigurationRecorded("pool: 100")),
    ("/fixstep immediate roll back", e.FixStepRecorded("immediate", "roll back")),
    ("/recovery data replayed 312 orders", e.RecoveryRecorded("data", "replayed 312 orders")),
    ("/cost refunds 1,200", e.CostRecorded("refunds", "1,200")),
    ("/lesson well quick rollback", e.LessonRecorded("well", "quick rollback")),
    ("/todo alert on pool owner:lee !high", e.ActionItemAdded("alert on pool", "lee", None, "high")),
    ("/sign incident commander @mara", e.SignedOff("incident commander", "mara")),
    ("/check 1.1", e.StepChecked("1.1")),
    ("/title Payments fail", e.IncidentRenamed("Payments fail")),
)


async def test_every_kind_of_line(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, NARROW) as desk:
        for line, body in LINES:
            await desk.enter(line)
            recorded = desk.last()
            if isinstance(body, e.ActionItemAdded) and isinstance(recorded, e.ActionItemAdded):
                assert (recorded.text, recorded.owner, recorded.priority) == (body.text, body.owner, body.priority)
            else:
                assert recorded == body, f"{line}: {desk.said()}"
            assert desk.room.composer.text == ""
        assert desk.said() == []
        assert desk.shows("SEV1", "Payments fail", "IDENTIFIED")
        assert desk.reads("log", "alert on pool")


async def test_what_happened_earlier_keeps_both_times(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, HUGE) as desk:
        await desk.enter("-10m first customer calls")
        await desk.enter("@14:05 deployed web@2.4.1")

        first, second = desk.events()[-2:]
        assert (first.at, first.recorded, first.body) == (
            NOW - timedelta(minutes=10),
            NOW,
            e.EntryLogged("finding", "first customer calls"),
        )
        assert second.at == NOW.replace(hour=13, minute=5)
        assert desk.reads("log", "14:52:00 ● finding first customer calls entered 15:02")


async def test_theories_and_their_evidence(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, HUGE) as desk:
        await desk.enter("? the pool is exhausted")
        await desk.enter("? the cache is cold")
        await desk.enter("100 of 100 taken +H1 -H2")
        entry = desk.last()
        assert isinstance(entry, e.EntryLogged)
        assert (entry.supports, entry.refutes) == tuple(sorted(desk.incident.theories))
        await desk.enter("hit rate is 97 %")
        await desk.press("alt+2", "minus")
        assert desk.room.composer.text == f"/against {name_of(desk.events()[-1].id)} H"
        await desk.enter("2")
        assert desk.last() == e.EvidenceWeighed(desk.events()[-2].id, sorted(desk.incident.theories)[1], "against")
        assert desk.reads("log", "+1 for", "−2 against")

        await desk.press("alt+4", "down", "j")
        assert desk.room.composer.text == "/judge H2 "
        await desk.enter("refuted it is warm")
        assert desk.last() == e.TheoryJudged(sorted(desk.incident.theories)[1], "refuted", "it is warm")
        assert desk.reads("case", "refuted", "(it is warm)")
        assert desk.shows("Case  1 theory open")


async def test_entries_are_amended_struck_and_starred(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.enter("p95 is 8.9 s")
        await desk.enter("traffic is twice the usual")
        right, wrong = (event.id for event in desk.events()[-2:])

        await desk.press("alt+2", "x")
        await desk.enter("the wrong graph")
        assert desk.last() == e.EntryStruck(wrong, "the wrong graph")
        await desk.press("alt+2", "up", "e")
        assert desk.room.composer.text == f"/amend {name_of(right)} p95 is 8.9 s"
        await desk.enter(" in Europe")
        assert desk.last() == e.EntryAmended(right, "p95 is 8.9 s in Europe")
        await desk.press("alt+2", "s")
        assert desk.last() == e.EntryStarred(right)
        assert desk.reads("log", "★ p95 is 8.9 s in Europe amended 15:02", "struck: the wrong graph")
        await desk.press("enter")
        assert desk.reads("log", "was: p95 is 8.9 s")
        await desk.press("s")
        assert desk.last() == e.EntryStarred(right, False)


async def test_a_pasted_trace_is_evidence(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.type("worker 3")
        await desk.paste(TRACE)
        assert desk.shows("3 lines pasted", "evidence")
        await desk.press("enter")
        assert desk.last() == e.EntryLogged("evidence", f"worker 3\n{TRACE}")
        assert desk.shows("▪ worker 3", "│ PoolTimeout: no connection")
        await desk.press("alt+2", "e")
        assert desk.room.composer.text == f"/amend {name_of(desk.events()[-1].id)} worker 3\n{TRACE}"


async def test_the_log_is_filtered_and_searched(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        for line in ("error rate climbs", "? pool is full", "> roll back", "* rolled back"):
            await desk.enter(line)
        await desk.press("alt+2", "f")
        assert desk.shows("findings", "error rate climbs")
        assert "rolled back" not in desk.painted()
        await desk.press("f")
        assert desk.shows("rolled back")
        await desk.press("F", "F")

        await desk.press("slash")
        await desk.type("roll")
        await desk.settle()
        assert desk.shows("roll back", "rolled back", "“roll”")
        assert "error rate climbs" not in desk.painted()
        await desk.type("ed")
        await desk.settle()
        assert "◆ roll back" not in desk.painted()
        await desk.type("zzz")
        await desk.settle()
        assert desk.shows("Nothing like that is logged")
        await desk.press("escape")
        assert desk.shows("error rate climbs", "◆ roll back")
        await desk.type("n")
        assert desk.room.composer.text == "n"


async def test_where_only_the_newest_hits_are_found_the_title_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeking, "MOST_HITS", 70)
    monkeypatch.setattr(log_column, "MOST_HITS", 70)
    async with at_the_desk(tmp_path) as desk:
        for number in range(80):
            desk.session.perform(desk.room.room, finding(f"pool {number}"))
        await desk.look()
        assert desk.room.log_pane.size.height < 70
        await desk.press("alt+2", "slash", *"pool")
        assert desk.shows("Investigation  70+", "pool 79")
        await desk.press("space", *"78")
        assert desk.shows("Investigation  1 ", "“pool 78”")


async def test_the_log_stands_still_for_a_reader(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        for number in range(40):
            desk.session.perform(desk.room.room, finding(f"line {number}"))
        await desk.enter("the end")
        assert desk.shows("line 39", "the end", "following")
        await desk.press("alt+2", "pageup")
        before = desk.room.log_pane.cursor_key
        with Session.open(paths_in(tmp_path), desk.session.config, wall=desk.wall) as other:
            room = other.enter(desk.incident.id)
            for number in range(3):
                other.perform(room, finding(f"from elsewhere {number}"))
        await desk.look()

        assert desk.shows("+3 new", "Investigation  46")
        assert "from elsewhere" not in desk.painted()
        assert desk.room.log_pane.cursor_key == before
        await desk.press("end")
        assert desk.shows("from elsewhere 2", "following")


@SIZES
async def test_a_tick_shows_what_painting_everything_would(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_the_desk(tmp_path, size) as desk:
        await desk.press("tab", "space", "escape")
        await desk.enter("o mara check the pool in 10m")
        for minutes in (1, 3, 5, 11, 47, 90, 1441):
            await desk.tick(minutes=minutes, seconds=7)
            shown = desk.lines()
            desk.room.paint(desk.wall.now)
            await desk.settle()
            assert desk.lines() == shown


async def test_who_scrolls_reads_at_once_that_the_log_no_longer_follows(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        for number in range(60):
            desk.session.perform(desk.room.room, finding(f"line {number}"))
        await desk.enter("the end")
        assert desk.shows("following")
        await desk.pilot._post_mouse_events([MouseScrollUp], "#log", button=0)
        await desk.settle()
        assert desk.shows("end ↓")
        assert "following" not in desk.painted()
