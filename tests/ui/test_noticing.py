"""What others record is noticed at once, without a look by the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from incident_tui.config import Config
from incident_tui.journal import JournalError
from incident_tui.journal.watching import Watch
from incident_tui.session import Session
from incident_tui.ui.noticing import FIRST_SECONDS, OWN_SECONDS, Noticing
from tests.ui.harness import at_the_desk, declare, finding, paths_in
from tests.ui.rest import ROUND
from tests.ui.terminal import Terminal, run

pytest.importorskip("inotify_simple", reason="only Linux tells")
WITHOUT_TICK = """
import sys
from incident_tui.__main__ import main
from incident_tui.ui.seconds import Seconds
Seconds.start = lambda seconds: None
sys.exit(main())
"""


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incident_tui.ui.noticing.Watch", Watch)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Session.open(paths_in(tmp_path), Config(person="mara")) as session:
        yield session


def record_elsewhere(folder: Path, text: str = "seen by somebody else") -> None:
    with Session.open(paths_in(folder), Config(person="lee")) as other:
        live = [summary for summary in other.summaries() if summary.live]
        incident = live[0].incident if live else declare(other)
        other.perform(other.enter(incident), finding(text))


async def until_over(noticing: Noticing) -> None:
    """Until it asks no more after the last that it was told."""
    async with asyncio.timeout(120):
        await asyncio.sleep(0)  # what is told already is heard first
        while noticing._next is not None:
            await asyncio.sleep(ROUND)


@pytest.mark.usefixtures("told")
async def test_what_others_record_is_noticed_and_then_no_more(session: Session, tmp_path: Path) -> None:
    noticed = asyncio.Event()
    noticing = Noticing(session.journal, noticed.set)
    noticing.start()
    for _ in range(2):
        await asyncio.to_thread(record_elsewhere, tmp_path)
        await asyncio.wait_for(noticed.wait(), 120)
        assert session.journal.changed()
        await until_over(noticing)
        session.journal.changed()
        noticed.clear()
    noticing.stop()
    noticing.stop()
    await asyncio.to_thread(record_elsewhere, tmp_path)
    assert session.journal.changed()
    assert not noticed.is_set()


@pytest.mark.usefixtures("told")
async def test_what_was_recorded_before_is_noticed(session: Session, tmp_path: Path) -> None:
    record_elsewhere(tmp_path)
    noticed = asyncio.Event()
    noticing = Noticing(session.journal, noticed.set)
    noticing.start()
    await asyncio.wait_for(noticed.wait(), 120)
    noticing.stop()
    assert session.journal.changed()


@pytest.mark.usefixtures("told")
async def test_reading_and_looking_are_no_news(session: Session) -> None:
    declare(session)
    looks: list[bool] = []
    noticing = Noticing(session.journal, lambda: looks.append(session.journal.changed()))
    noticing.start()
    await until_over(noticing)
    assert session.summaries()
    await until_over(noticing)
    noticing.stop()
    assert looks == [True]


@pytest.mark.usefixtures("told")
async def test_what_this_program_writes_is_left_alone_a_little_longer(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    noticing = Noticing(session.journal, lambda: None, lambda: True)
    monkeypatch.setattr(noticing, "_ask_after", pauses.append)
    noticing.start()
    declare(session)
    for _ in range(3):  # what is told already is heard
        await asyncio.sleep(0)
    noticing.stop()
    assert pauses[0] == FIRST_SECONDS
    assert set(pauses[1:]) == {OWN_SECONDS}


@pytest.mark.usefixtures("told")
async def test_a_journal_that_cannot_be_asked_is_for_the_slower_look(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*, peek: bool) -> bool:
        assert peek
        raise JournalError("the disk refuses to read or write")

    looks: list[None] = []
    noticing = Noticing(session.journal, partial(looks.append, None))
    monkeypatch.setattr(session.journal, "changed", broken)
    noticing.start()
    await until_over(noticing)
    noticing.stop()
    assert looks == []


async def test_where_nothing_is_told_the_tick_looks(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        desk.app._noticing.start()
        record_elsewhere(tmp_path)
        desk.app._tick()
        await desk.settle()
        assert desk.reads("log", "seen by somebody else")


def test_a_screen_without_a_tick_shows_what_others_record(tmp_path: Path) -> None:
    run(tmp_path, "declare", "Checkout fails", "--commander", "dana")
    with Terminal(tmp_path, program=WITHOUT_TICK) as terminal:
        terminal.shows("INVESTIGATING")
        for text in ("seen by somebody else", "and by one more"):
            run(tmp_path, "log", text)
            terminal.shows(text)
        terminal.type("\x11")
        assert terminal.ended() == 0
    assert b"Traceback" not in terminal.output
