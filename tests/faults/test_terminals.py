"""Terminals at their worst: signals, hang-ups, sizes, pastes; nothing typed is lost."""

from __future__ import annotations

import json
import os
import random
import re
import select
import signal
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.faults.beating import in_a_thread, overlap
from tests.ui.terminal import RESTORED, Terminal, run
from tests.ui.test_filter import PAYLOADS

TYPED = "half a sentence"
SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT)
SHELL = """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, "-m", "incident_tui"])
print(f"child {child.pid}", file=open(os.environ["CHILD"], "w"))
sys.exit(child.wait())
"""
WITHOUT = """
import sys
from incident_tui.ui import app
{}
from incident_tui.__main__ import main
sys.exit(main())
"""
DAWDLING = """
import time
from incident_tui.ui.widgets.composer import Field
taken = Field.on_paste
def dawdling(self, event):
    time.sleep(0.5)
    taken(self, event)
Field.on_paste = dawdling
"""
BERLIN = ZoneInfo("Europe/Berlin")
EMULATED = 600.0
"""Seconds of patience with the terminal here: it reads megabytes of frames that were under way for sizes since past."""


@pytest.fixture
def live(home: Path) -> Path:
    """A home with one live incident."""
    run(home, "declare", "Checkout fails", "--commander", "dana")
    return home


def opened(home: Path, program: str = "") -> Terminal:
    terminal = Terminal(home, program=program)
    terminal.shows("INVESTIGATING", 60)
    return terminal


def take_spilled(home: Path) -> list[str]:
    """What is kept beside the journal; it is taken away."""
    files = sorted((home / "data" / "spill").glob("*.txt"))
    texts = [file.read_text() for file in files]
    for file in files:
        file.unlink()
    return texts


def seconds_of(act: Callable[[], object]) -> float:
    """How long it takes, but for the time in which the machine has none for this process."""
    with in_a_thread() as heart:
        begun = time.monotonic()
        act()
        ended = time.monotonic()
    return ended - begun - overlap((begun, ended), heart.pauses)


def leave_by(home: Path, number: signal.Signals, program: str = "") -> float:
    """Type half a sentence and be told to leave; how many seconds it takes."""

    def leave() -> None:
        terminal.process.send_signal(number)
        assert terminal.ended() == 128 + number

    with opened(home, program) as terminal:
        terminal.type(TYPED)
        terminal.shows(TYPED)
        before = len(terminal.output)
        took = seconds_of(leave)
        assert [end for end in RESTORED if end not in terminal.output[before:]] == []
        assert b"Traceback" not in terminal.output
    assert take_spilled(home) == [TYPED]
    return took


def within_a_second(what: str, took: list[float]) -> None:
    """Each time, not only nearly always."""
    print(f"{what}: {len(took)} rounds, at most {max(took):.2f} s")
    assert max(took) < 1.0


@pytest.mark.faults
@pytest.mark.parametrize("number", SIGNALS)
def test_a_hundred_signals(live: Path, number: signal.Signals) -> None:
    within_a_second(number.name, [leave_by(live, number) for _ in range(100)])


def test_the_test_notices_one_round_that_takes_longer() -> None:
    with pytest.raises(AssertionError):
        within_a_second("once", [0.1] * 99 + [1.1])


@pytest.mark.faults
def test_the_test_notices_when_signals_are_not_answered(live: Path) -> None:
    with pytest.raises(AssertionError):
        leave_by(live, signal.SIGTERM, WITHOUT.format("app.Signals.answer = lambda _: None"))


def connection_drops(home: Path) -> float:
    """Type half a sentence and hang up; how many seconds it takes to leave."""

    def drop() -> None:
        terminal.hang_up()
        assert terminal.process.wait(120) == 128 + signal.SIGHUP

    with opened(home) as terminal:
        terminal.type(TYPED)
        terminal.shows(TYPED)
        took = seconds_of(drop)
    assert take_spilled(home) == [TYPED]
    return took


@pytest.mark.faults
def test_a_hundred_dropped_connections(live: Path) -> None:
    within_a_second("dropped connection", [connection_drops(live) for _ in range(100)])


def parent_dies(home: Path) -> float:
    """Kill the shell that the program runs under: the system hangs up; how many seconds it takes to leave."""
    told = home / "child"

    def kill() -> None:
        ended = os.pidfd_open(child)  # the terminal is gone before the program is
        terminal.process.kill()
        terminal.process.wait()
        assert select.select([ended], [], [], EMULATED)[0], "the program has not left"
        os.close(ended)

    with Terminal(home, program=SHELL, env={"CHILD": str(told)}) as terminal:
        terminal.shows("INVESTIGATING", 60)
        terminal.type(TYPED)
        terminal.shows(TYPED)
        child = int(told.read_text().split()[1])
        took = seconds_of(kill)
    assert take_spilled(home) == [TYPED]
    return took


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the system has no /proc")


@needs_proc
@pytest.mark.faults
def test_the_shell_above_is_killed(live: Path) -> None:
    parent_dies(live)


@needs_proc
@pytest.mark.faults
def test_the_shell_above_is_killed_a_hundred_times(live: Path) -> None:
    within_a_second("killed shell", [parent_dies(live) for _ in range(100)])


@pytest.mark.faults
def test_a_thousand_random_sizes(live: Path) -> None:
    draw = random.Random(1000)
    with opened(live) as terminal:
        for number in range(1000):
            terminal.resize(draw.choice((1, 2, 10, draw.randint(1, 500))), draw.choice((1, 2, draw.randint(1, 300))))
            if number % 100 == 99:
                terminal.picture.reset()
                terminal.resize(120, 36)
                terminal.until(partial(_whole_since, datetime.now(BERLIN)), "the whole screen", EMULATED)
                terminal.type(f"after {number}\r")
                terminal.until(lambda at: "Type to log" in at.text, "an empty composer", EMULATED)
                terminal.shows(f"after {number}", EMULATED)
        terminal.resize(39, 9)
        terminal.until(lambda at: re.search(r"SEV1.* \d\d:\d\d", at.text.replace("\n", " ")) is not None, "the clock")
        terminal.type("\x11")
        assert terminal.ended() == 0
        assert b"Traceback" not in terminal.output
    assert run(live, "export").count('"entry.logged"') == 10


def _whole_since(resized: datetime, terminal: Terminal) -> bool:
    """Whether all of the screen is there, painted two ticks after the last size: frames before may be of any size.

    A person types into what is seen; keys that come before go where the focus was.
    """
    clock = re.search(r"(\d\d):(\d\d):(\d\d)  Europe/Berlin", terminal.text)
    if clock is None or "Type to log" not in terminal.text or "f1 help" not in terminal.text:
        return False
    hours, minutes, seconds = map(int, clock.groups())
    painted = resized.replace(hour=hours, minute=minutes, second=seconds, microsecond=0)
    return timedelta(seconds=2) <= (painted - resized) % timedelta(days=1) < timedelta(hours=12)


LINE = "0123456789abcde\n"
PASTES = {
    **{name: f"first {payload}\n!touch owned\nlast" for name, payload in PAYLOADS.items()},
    "end mark": "first\x1b[201~q\n!touch owned\nlast",
    "a megabyte of lines": "first\n" + LINE * 65_536 + "last",
    "a megabyte in one line": "first " + "x" * 1_048_576 + " last",
}


@pytest.mark.faults
@pytest.mark.parametrize("text", PASTES.values(), ids=PASTES)
def test_a_paste_is_one_text_and_no_key(live: Path, text: str) -> None:
    paste(live, text)


@pytest.mark.faults
def test_the_test_notices_a_paste_whose_end_is_taken_at_its_word(live: Path) -> None:
    # What it does then, it does where no other test looks.
    believing = "app.driver_with_pastes = lambda *_: None\nimport os\nos.chdir(os.environ['INCIDENT_TUI_HOME'])"
    with pytest.raises(AssertionError):
        paste(live, PASTES["end mark"], WITHOUT.format(believing))
    assert not (Path.cwd() / "owned").exists()


def longest_pause(home: Path, text: str, change: str = "") -> float:
    """Paste and record or keep it; how many seconds the screen stood still at most before it was told to leave."""
    beats = home / "beats.json"
    program = WITHOUT.format(change).replace(
        "incident_tui.__main__ import main", "tests.faults.beating import run as main"
    )
    with Terminal(home, program=program, env={"INCIDENT_TUI_BEATS": str(beats)}) as terminal:
        terminal.shows("INVESTIGATING", 60)
        begun = time.monotonic()
        terminal.type(f"\x1b[200~{text}\x1b[201~".replace("\n", "\r"))
        terminal.until(lambda at: "Enter keeps it" in at.text or "last" in at.text, "the paste", 60)
        terminal.type("\r")
        terminal.until(lambda at: "Type to log" in at.text or "too" in at.text or "long" in at.text, "an end", 60)
        painted = len(terminal.output)
        terminal.until(lambda at: len(at.output) > painted, "the next tick")
        ended = time.monotonic()
        terminal.type("\x11")
        assert terminal.ended() == 0
    pauses = [end - start - excused for start, end, excused in json.loads(beats.read_text()) if begun < end < ended]
    return max(pauses, default=0.0)


@pytest.mark.faults
@pytest.mark.parametrize("name", [name for name in PASTES if "megabyte" in name])
def test_a_megabyte_that_is_pasted_freezes_no_frame(live: Path, name: str) -> None:
    longest = longest_pause(live, PASTES[name])
    print(f"{name}: the screen stood still for {longest * 1000:.0f} ms")
    assert longest < 0.2


@pytest.mark.faults
def test_the_test_notices_a_paste_that_is_looked_at_too_long(live: Path) -> None:
    assert longest_pause(live, "first\nlast", DAWDLING) > 0.2


def paste(live: Path, text: str, program: str = "") -> None:
    """Paste it and press Enter: it is recorded or kept, once, and nothing in it is a key."""
    before = len(run(live, "export").splitlines())
    with opened(live, program) as terminal:
        terminal.type(f"\x1b[200~{text}\x1b[201~".replace("\n", "\r"))  # as terminals send it
        terminal.until(lambda at: "Enter keeps it" in at.text or "last" in at.text, "the paste", 60)
        terminal.type("\r")
        terminal.until(lambda at: "Type to log" in at.text or "too" in at.text or "long" in at.text, "an end", 60)
        assert terminal.process.poll() is None
        terminal.type("\x11")
        assert terminal.ended() == 0
    events = [json.loads(line) for line in run(live, "export").splitlines()]
    assert [event for event in events if event["kind"] == "command.run"] == []
    kept = [json.dumps(event["body"]) for event in events[before:]]
    end = "\\n!touch owned\\nlast" if "touch" in text else "last"
    assert [body for body in kept if "first" not in body or end not in body] == []
    rest = take_spilled(live)
    assert len(kept) + len(rest) == 1, (kept, rest)
    assert not (Path.cwd() / "owned").exists()
    assert not (live / "owned").exists()
