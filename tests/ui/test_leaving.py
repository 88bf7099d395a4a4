"""What is recorded while somebody leaves is recorded once, and not offered again."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from pathlib import Path

from incident_tui.config import Config
from incident_tui.domain.decide import Decision
from incident_tui.domain.decide.log import log_entry
from incident_tui.domain.incident import Incident
from incident_tui.journal import Lines
from incident_tui.session import Session
from incident_tui.ui.recorder import Recorder
from incident_tui.ui.writer import Writer
from tests.ui.harness import ZONE, declare, paths_in


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
        recorder.keep_typed(incident, "error rate climbs")
        assert [text for _, text in session.spilled()] == ["error rate climbs"]

        go_on.set()
        writer.close()  # recorded, and the screen has not been told
        assert session.spilled() == []
        recorder.keep_typed(incident, "error rate climbs")  # it is still in the composer
        assert session.spilled() == []

        leaving.cancel()  # the screen is gone before the disk has answered
        with contextlib.suppress(asyncio.CancelledError):
            await leaving

        assert session.spilled() == []
        assert session.journal.count(Lines(incident, ("finding",))) == 1
