"""`protocols stats`: what all incidents that followed a protocol say about it."""

from __future__ import annotations

import io
import json
from argparse import Namespace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from incident_tui.cli.console import Console, Stop
from incident_tui.cli.desk import Desk
from incident_tui.cli.protocol_stats import stats
from incident_tui.config import Config
from incident_tui.domain.decide import checklist, command
from incident_tui.paths import Paths
from incident_tui.protocols.library import load_builtin
from incident_tui.session import Done, Session
from tests.ui.harness import Wall

REASON = "nobody looks there"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    return Desk(Paths(tmp_path / "data", tmp_path / "config"), Config(person="mara"), Console(out, io.StringIO()))


def run(desk: Desk, *minutes: int, over: bool = True) -> None:
    """An incident whose first steps are done after so many minutes each; its last is skipped."""
    wall = Wall()
    with Session.open(desk.paths, desk.config, wall=wall) as session:
        done = session.declare("Checkout fails", 2, load_builtin("emergency"), "mara")
        assert isinstance(done, Done)
        acts = [partial(checklist.check_step, text=f"1.{number}") for number in range(1, len(minutes) + 1)]
        for after, act in zip(minutes, acts, strict=True):
            wall.now += timedelta(minutes=after)
            done = session.perform(done.room, act)
            assert isinstance(done, Done)
        done = session.perform(done.room, partial(checklist.skip_step, text="1.4", reason_word=REASON))
        assert isinstance(done, Done)
        if over:
            assert isinstance(session.perform(done.room, partial(command.set_status, word="resolved")), Done)


def said(desk: Desk, name: str, *, as_json: bool = False) -> str:
    assert stats(desk, Namespace(name=name, json=as_json)) == 0
    out = desk.console.out
    assert isinstance(out, io.TextIOWrapper)
    assert isinstance(out.buffer, io.BytesIO)
    return out.buffer.getvalue().decode()


def test_tells_what_is_left_out_and_what_overruns(desk: Desk) -> None:
    run(desk, 1, 2, 4)
    run(desk, 2, 3, 4)
    run(desk, over=False)

    lines = said(desk, "emergency").splitlines()

    assert lines[0] == "Emergency response  2 runs, 1 live and not counted"
    assert lines[3].split() == [
        *("Immediate", "response", "2/2", "08:00", "07:00", "05:00", "always", "2/2", "+03:00", "–"),
    ]
    assert "left out in most runs" in lines
    (step,) = (line for line in lines if line.startswith("1.4"))
    assert step.split() == [
        *("1.4", "always", "2/2", "List", "what", "changed", "recently", "2", "skipped"),
        *("(nobody", "looks", "there)"),
    ]
    assert not [line for line in lines if line.startswith(("1.1", "2.1"))]
    assert lines[-1].startswith("never worked: Emergency actions, Impact analysis, Stabilization")


def test_says_it_as_json(desk: Desk) -> None:
    run(desk, 1, 2, 4)

    found = json.loads(said(desk, "EMERGENCY", as_json=True))

    first = found["phases"][0]
    assert (found["name"], found["runs"], found["live"]) == ("EMERGENCY", 1, 0)
    assert (first["title"], first["median_seconds"], first["over_seconds"]) == ("Immediate response", 420, 120)
    assert first["steps"][3] | {"title": ""} == {
        "number": "1.4",
        "title": "",
        "runs": 1,
        "done": 0,
        "skipped": 1,
        "not_applicable": 0,
        "left_open": 0,
        "habit": "",
        "reasons": [REASON],
    }


def test_a_protocol_in_its_first_run_has_no_numbers_yet(desk: Desk) -> None:
    run(desk, over=False)

    assert said(desk, "emergency") == "Emergency response  0 runs, 1 live and not counted\n"


def test_nobody_followed_it(desk: Desk) -> None:
    with pytest.raises(Stop, match="no incident followed “x”; no incident followed any yet"):
        stats(desk, Namespace(name="x", json=False))
    run(desk)
    with pytest.raises(Stop, match="no incident followed “x”; followed were: emergency"):
        stats(desk, Namespace(name="x", json=False))
