"""The clock on the wall is set, the machine sleeps, the program is killed: no time is negative, no order is lost."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from tests.ui.terminal import DEADLINE, Terminal, run

START = """
import sys
from incident_tui.__main__ import main
sys.exit(main())
"""
SET = """
import os
from datetime import timedelta
from pathlib import Path
from incident_tui.session import Session, wall_clock
set_by = Path(os.environ["SET_BY"])
def wall():
    return wall_clock() + timedelta(seconds=float(set_by.read_text()))
Session.open.__func__.__kwdefaults__["wall"] = wall
"""
BY_THE_HOUR_SHOWN = """
from datetime import UTC
from zoneinfo import ZoneInfo
from incident_tui.ui.standing import Standing
look = Standing.look
Standing.look = lambda self, now: look(self, now.astimezone(ZoneInfo("Europe/Berlin")).replace(tzinfo=UTC))
"""
NOTHING_NOTICED = """
from incident_tui.ui import app, standing
standing.Standing.look = lambda self, now: ""
app.behind = lambda now, newest: ""
"""
SOON = 10.0
"""Seconds; what is said is said with the next tick."""
HOUR, SINCE_1970 = 3600, -1_795_000_000
JUMPS = (-HOUR, HOUR, 0, SINCE_1970, 0, -2 * HOUR, 23 * HOUR, 0, 7 * 24 * HOUR, 0)
ELAPSED = re.compile(r"(\S+) since detection")


@pytest.fixture
def live(home: Path) -> Path:
    """A home with one live incident."""
    run(home, "declare", "Checkout fails", "--commander", "dana")
    return home


def elapsed(terminal: Terminal) -> int:
    """The seconds since detection that the banner shows; they are never negative."""
    terminal.until(lambda at: ELAPSED.search(at.text) is not None, "the banner")
    found = ELAPSED.search(terminal.text)
    assert found is not None, terminal.text
    parts = re.fullmatch(r"(?:(\d+)d )?(?:(\d+):)?(\d+):(\d\d)", found[1])
    assert parts is not None, found[1]
    days, hours, minutes, seconds = (int(part or 0) for part in parts.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def since_detection(home: Path) -> float:
    """As the record has it, by the clock of this machine."""
    first = json.loads(run(home, "export").splitlines()[0])
    return (datetime.now(UTC) - datetime.fromisoformat(first["at"])).total_seconds()


def set_again_and_again(home: Path, jumps: tuple[int, ...], without: str = "", patience: float = DEADLINE) -> None:
    """Set the clock under an open screen; each time it says so, and an entry has its place behind the ones before."""
    file = home / "set-by"
    file.write_text("0")
    now = 0
    with Terminal(home, program=without + SET + START, env={"SET_BY": str(file)}) as terminal:
        terminal.shows("INVESTIGATING")
        terminal.until(lambda at: elapsed(at) >= 2, "a tick")
        for number, jump in enumerate(jumps):
            if number > 2:  # there is room for so many notices
                terminal.until(lambda at: "was set" not in at.text, "the end of a notice", 60)
            before = len(terminal.output)
            file.with_name("set-by.new").write_text(str(jump))
            os.replace(file.with_name("set-by.new"), file)
            said = "was set ahead by" if jump > now else "was set back by"
            terminal.until(partial(_told, said.encode(), before), said, patience)
            now = jump
            assert elapsed(terminal) >= 0
            terminal.type(f"entry {number} after it\r")
            terminal.until(lambda at: "Type to log" in at.text, "the entry")
            assert elapsed(terminal) >= 0
        if not now:
            terminal.until(lambda at: abs(elapsed(at) - since_detection(home)) < 2, "the right time")
        terminal.type("\x11")
        assert terminal.ended() == 0
        assert b"Traceback" not in terminal.output
    events = [json.loads(line) for line in run(home, "export").splitlines()]
    texts = [event["body"]["text"] for event in events if event["kind"] == "entry.logged"]
    assert texts == [f"entry {number} after it" for number in range(len(jumps))]
    assert json.loads(run(home, "verify", "--json"))["sound"]


def _told(words: bytes, start: int, terminal: Terminal) -> bool:
    return words in terminal.output[start:]


@pytest.mark.faults
def test_the_clock_is_set_back_and_right_again(live: Path) -> None:
    set_again_and_again(live, (-HOUR, 0))


@pytest.mark.faults
def test_the_test_notices_a_jump_of_which_nobody_tells(live: Path) -> None:
    with pytest.raises(AssertionError, match="no was set back by"):
        set_again_and_again(live, (-HOUR, 0), NOTHING_NOTICED, SOON)


@pytest.mark.faults
def test_ten_jumps_of_the_clock(live: Path) -> None:
    set_again_and_again(live, JUMPS)


def change_the_zone(home: Path, moment: datetime, shown: tuple[str, str], without: str = "") -> None:
    """Let a change of the zone's hours come under an open screen: its clock jumps, and time goes on as it did."""
    file = home / "set-by"
    file.write_text(str((moment - datetime.now(UTC)).total_seconds() - 30))
    before, after = (re.compile(rf"{words}\d  Europe/Berlin") for words in shown)
    with Terminal(home, program=without + SET + START, env={"SET_BY": str(file)}) as terminal:
        terminal.until(lambda at: before.search(at.text) is not None, "the last seconds of the hour")
        begun, known = time.monotonic(), elapsed(terminal)
        terminal.type("before it\r")
        terminal.until(lambda at: "Type to log" in at.text, "the entry")
        terminal.until(lambda at: after.search(at.text) is not None, "the hour after it")
        assert abs(elapsed(terminal) - known - (time.monotonic() - begun)) < 3
        terminal.type("after it\r")
        terminal.until(lambda at: "Type to log" in at.text, "the entry")
        terminal.type("\x11")
        assert terminal.ended() == 0
        assert b"was set" not in terminal.output, "nobody has set the clock"
    events = [json.loads(line) for line in run(home, "export").splitlines()]
    assert [event["body"]["text"] for event in events if event["kind"] == "entry.logged"] == ["before it", "after it"]


CHANGES = [
    pytest.param(datetime(2027, 3, 28, 1, tzinfo=UTC), ("01:59:5", "03:00:0"), id="to summer time"),
    pytest.param(datetime(2027, 10, 31, 1, tzinfo=UTC), ("02:59:5", "02:00:0"), id="to winter time"),
]


@pytest.mark.faults
@pytest.mark.parametrize(("moment", "shown"), CHANGES)
def test_the_hour_that_a_zone_skips_or_repeats_is_no_jump(live: Path, moment: datetime, shown: tuple[str, str]) -> None:
    change_the_zone(live, moment, shown)


@pytest.mark.faults
def test_the_test_notices_a_screen_that_goes_by_the_hour_that_is_shown(live: Path) -> None:
    with pytest.raises(AssertionError, match="nobody has set the clock"):
        change_the_zone(live, datetime(2027, 10, 31, 1, tzinfo=UTC), ("02:59:5", "02:00:0"), BY_THE_HOUR_SHOWN)


def sleep_a_minute(home: Path, without: str = "", patience: float = DEADLINE) -> None:
    with Terminal(home, program=without + START) as terminal:
        terminal.shows("INVESTIGATING")
        terminal.until(lambda at: elapsed(at) >= 1, "a tick")
        terminal.process.send_signal(signal.SIGSTOP)
        time.sleep(60)  # what is tested is a machine that sleeps
        terminal.process.send_signal(signal.SIGCONT)
        terminal.shows("stood still for 1m", patience)
        terminal.until(lambda at: abs(elapsed(at) - since_detection(home)) < 2, "the right time")
        terminal.type("\x11")
        assert terminal.ended() == 0


@pytest.mark.faults
def test_a_minute_of_sleep_is_in_the_time_and_is_told(live: Path) -> None:
    sleep_a_minute(live)


@pytest.mark.faults
def test_the_test_notices_sleep_of_which_nobody_tells(live: Path) -> None:
    with pytest.raises(AssertionError, match="no 'stood still for 1m'"):
        sleep_a_minute(live, NOTHING_NOTICED, SOON)


@pytest.mark.faults
@pytest.mark.parametrize("times", [10])
def test_after_a_kill_the_time_goes_on_from_the_record(live: Path, times: int) -> None:
    for _ in range(times):
        with Terminal(live) as terminal:
            terminal.shows("INVESTIGATING")
            terminal.until(lambda at: abs(elapsed(at) - since_detection(live)) < 2, "the right time")
            terminal.process.kill()
            terminal.ended()


def start_behind(home: Path, without: str = "", patience: float = DEADLINE) -> None:
    """Start with a clock that is an hour behind the record."""
    file = home / "set-by"
    file.write_text(str(-HOUR))
    with Terminal(home, program=without + SET + START, env={"SET_BY": str(file)}) as terminal:
        terminal.shows("INVESTIGATING")
        terminal.shows("behind the newest entry", patience)
        assert elapsed(terminal) == 0
        terminal.type("\x11")
        assert terminal.ended() == 0


@pytest.mark.faults
def test_a_clock_behind_the_newest_entry_is_flagged(live: Path) -> None:
    start_behind(live)


@pytest.mark.faults
def test_the_test_notices_a_clock_behind_of_which_nobody_tells(live: Path) -> None:
    with pytest.raises(AssertionError, match="no 'behind the newest entry'"):
        start_behind(live, NOTHING_NOTICED, SOON)
