"""A kept text is taken up by one screen, and by another one when that is gone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from incident_tui.config import Config
from incident_tui.session import UNFINISHED, Session
from incident_tui.ui.claims import Claims
from incident_tui.ui.keeping import Keeping
from incident_tui.ui.recorder import Recorder
from incident_tui.ui.writer import Writer
from tests.ui.harness import ZONE, declare, finding, paths_in

HOLDER = """
import sys
from pathlib import Path
from incident_tui.ui.claims import Claims
claims = Claims()
print(claims.take(Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""


def test_a_text_is_taken_up_once(tmp_path: Path) -> None:
    file = tmp_path / "kept.txt"
    file.write_text("half a thought")
    one, other = Claims(), Claims()
    assert (one.take(file), one.take(file), other.take(file)) == (True, True, False)

    one.close()
    assert (other.take(file), one.take(file)) == (True, False)
    file.unlink()
    other.drop(file)
    assert not one.take(file)


def test_who_waited_for_a_text_does_not_get_it_when_it_was_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "kept.txt"
    file.write_text("half a thought")
    opened = os.open

    def recorded_meanwhile(path: Path, flags: int) -> int:
        descriptor = opened(path, flags)
        path.unlink()
        return descriptor

    monkeypatch.setattr(os, "open", recorded_meanwhile)
    assert not Claims().take(file)


def test_a_process_that_is_gone_holds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "kept.txt"
    file.write_text("half a thought")
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        claims = Claims()
        assert not claims.take(file)
        holder.kill()
        holder.wait()
        assert claims.take(file)


async def test_of_two_screens_each_is_offered_what_the_other_has_not(tmp_path: Path) -> None:
    with Session.open(paths_in(tmp_path), Config(person="mara", zone=ZONE)) as session:
        incident = declare(session)
        for text in ("one", "two", "one"):
            session.spill(text, incident, why=UNFINISHED)
        writer = Writer()
        recorder = Recorder(session, writer)
        here, there = recorder.keeping, Keeping(session)
        assert (here.offered(incident)[0], here.offered(incident)[0]) == ("one", "one")
        assert (there.offered(incident)[0], there.offered(incident)[0]) == ("two", "two")

        await recorder.record(session.enter(incident), finding("one"), text="one")
        assert [text for _, text in session.spilled()] == ["two"]
        assert here.offered(incident) == ("", False)
        there.close()
        assert here.offered(incident) == ("two", False)
        writer.close()
