"""What is recorded while somebody leaves is recorded once, and not offered again."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from pathlib import Path

import pytest

from incident_tui.config import Config
from incident_tui.domain import events as e
from incident_tui.domain.decide import Decision
from incident_tui.domain.decide.log import log_entry
from incident_tui.domain.incident import Incident
from incident_tui.journal import Lines
from incident_tui.session import Session
from incident_tui.sources.command import Command
from incident_tui.ui.keeping import Typed
from incident_tui.ui.recorder import Recorder
from incident_tui.ui.writer import Writer
from tests.ui.harness import ZONE, declare, paths_in


async def test_a_command_that_is_told_to_end_before_it_runs_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    enter = Command.__enter__

    def late(command: Command) -> Command:
        begun.set()
        go_on.wait()
        return enter(command)

    monkeypatch.setattr(Command, "__enter__", late)
    with Session.open(paths_in(tmp_path), Config(person="mara", zone=ZONE)) as session:
        incident, writer = declare(session), Writer()
        recorder = Recorder(session, writer)
        carried_out = asyncio.create_task(recorder.run(session.enter(incident), "sleep 20"))
        await asyncio.to_thread(begun.wait)
        assert recorder.running is not None
        try:
            recorder.running.send(signal.SIGTERM)
        finally:
            go_on.set()

        assert (await carried_out).recorded
        writer.close()
        *_, last = session.journal.events(incident)
        assert isinstance(last.body, e.CommandRun)
        assert (last.body.command, last.body.exit_code) == ("sleep 20", 128 + signal.SIGTERM)


async def test_a_line_on_its_way_to_the_disk_is_not_kept_beside_it(tmp_path: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(incident: Incident) -> Decision:
        begun.set()
        go_on.wait()
        return log_entry(incident, "finding", "error rate climbs")

    with Session.open(paths_in(tmp_path), Config(person="mara", zone=ZONE)) as session:
        incident, writer = declare(session), Writer()
        recorder = Recorder(session, writer)
        leaving = asyncio.create_task(recorder.record(session.enter(incident), slow, text="error rate climbs"))
        await asyncio.to_thread(begun.wait)
        recorder.keeping.keep_composer(Typed(incident, "error rate climbs"))
        assert [text for _, text in session.spilled()] == ["error rate climbs"]

        go_on.set()
        writer.close()  # recorded, and the screen has not been told
        assert session.spilled() == []
        recorder.keeping.keep_composer(Typed(incident, "error rate climbs"))  # it is still in the composer
        assert session.spilled() == []

        leaving.cancel()  # the screen is gone before the disk has answered
        with contextlib.suppress(asyncio.CancelledError):
            await leaving

        assert session.spilled() == []
        assert session.journal.count(Lines(incident, ("finding",))) == 1
