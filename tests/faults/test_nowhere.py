"""A disk that is really full: what is typed or piped in is kept elsewhere, and where nothing takes it, given back."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest

from incident_tui.domain.decide import TEXT_LIMIT
from tests.faults.small_disk import SmallDisk
from tests.faults.test_disk import needs_namespace
from tests.faults.test_terminals import TYPED
from tests.ui.terminal import RESTORED, Terminal, run

pytestmark = needs_namespace
SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
WITHOUT = """
import sys
from incident_tui.paths import Paths
from incident_tui.cli.desk import Work
from incident_tui.ui.keeping import Keeping
{}
from incident_tui.__main__ import main
sys.exit(main())
"""
NO_SHELTER = WITHOUT.format("Paths.shelters = ()")
NOTHING_SAID_BACK = WITHOUT.format("Work.unsaved = lambda self, error, text: error")
NO_OBJECTION = WITHOUT.format("Keeping.objects = lambda self: False")
NOTHING_PRINTED = WITHOUT.format("Keeping.give_back = lambda self: None")
FORGETFUL = WITHOUT.format("Keeping.remember_unkept = lambda self: None")
LONG = "a line of a long dump\n" * (TEXT_LIMIT // 10)
VERBS = [
    pytest.param(["log", "what is found"], "", "what is found", id="log"),
    pytest.param(["log", "-"], f"one line\nuses {SECRET}\x1b[2J\n", "one line\nuses ", id="piped"),
    pytest.param(["log", "-"], LONG, LONG[:4000], id="longer than an entry"),
    pytest.param(["action", "add", "alert on pool use"], "", "alert on pool use", id="action"),
    pytest.param(["say", "internal", "-"], "we look into it\n", "we look into it", id="say"),
    pytest.param(["lesson", "went", "well", "-"], "the pager\n", "the pager", id="a command"),
    pytest.param(["status", "identified", "it is the pool"], "", "it is the pool", id="a reason"),
]


@pytest.fixture
def live(home: Path) -> Path:
    """A home with one live incident."""
    run(home, "declare", "Checkout fails", "--commander", "dana")
    return home


@pytest.fixture
def disk(live: Path, tmp_path: Path) -> SmallDisk:
    """Small; another place takes what it does not take."""
    return SmallDisk(tmp_path / "small", live).make()


@pytest.fixture
def only_disk(live: Path, tmp_path: Path) -> SmallDisk:
    """Small; there is no other place."""
    return SmallDisk(tmp_path / "small", live, passing="on the same").make()


def refused(disk: SmallDisk, words: list[str], stdin: str, program: str = "") -> str:
    """What a verb says on standard error that records nothing."""
    disk.is_to_be("fill", "full")
    done = disk.run(*words, stdin=stdin, program=program)
    assert (done.returncode, done.stdout) == (1, ""), done
    last = done.stderr.splitlines()[-1]
    assert re.match("error: not saved: .*(the disk|No space left)", last), done.stderr
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr
    assert SECRET not in done.stderr
    return done.stderr


def said_back(disk: SmallDisk, words: list[str], stdin: str, text: str, program: str = "") -> None:
    told = refused(disk, words, stdin, program)
    assert text in told, told[-500:]
    assert "your text is kept nowhere, it stands above" in told.splitlines()[-1]


def kept_elsewhere(disk: SmallDisk, words: list[str], stdin: str, text: str, program: str = "") -> None:
    (told,) = refused(disk, words, stdin, program).splitlines()
    assert f"your text is kept for now in {disk.elsewhere}/" in told, told
    (kept,) = disk.kept_elsewhere()
    assert text in kept
    assert SECRET not in kept


@pytest.mark.parametrize(("words", "stdin", "text"), VERBS)
def test_a_verb_gives_back_what_nothing_takes(only_disk: SmallDisk, words: list[str], stdin: str, text: str) -> None:
    said_back(only_disk, words, stdin, text)


@pytest.mark.parametrize(("words", "stdin", "text"), VERBS)
def test_a_verb_keeps_elsewhere_what_the_disk_does_not_take(
    disk: SmallDisk, words: list[str], stdin: str, text: str
) -> None:
    kept_elsewhere(disk, words, stdin, text)


def test_the_test_notices_a_verb_that_loses_what_is_piped_in(only_disk: SmallDisk) -> None:
    with pytest.raises(AssertionError, match="error: not saved: "):
        said_back(only_disk, ["log", "-"], "one line\n", "one line", NOTHING_SAID_BACK)


def test_the_test_notices_a_verb_that_knows_no_other_place(disk: SmallDisk) -> None:
    with pytest.raises(ValueError, match="too many values to unpack"):  # as it is said back then
        kept_elsewhere(disk, ["log", "-"], "one line\n", "one line", NO_SHELTER)


def full(disk: SmallDisk, terminal: Terminal) -> Terminal:
    """The screen, on a disk that has become full."""
    terminal.shows("INVESTIGATING")
    disk.is_to_be("fill", "full", terminal)
    return terminal


def after(terminal: Terminal) -> str:
    """What is printed once the terminal is as it was."""
    start = max(terminal.output.rindex(end) + len(end) for end in RESTORED)
    return terminal.output[start:].decode().replace("\r\n", "\n")


def half_a_sentence(disk: SmallDisk, program: str = "") -> None:
    """Type what is never sent, and leave: that is refused once, then the text is printed."""
    with full(disk, disk.opened(program)) as terminal:
        terminal.type(f"{TYPED} {SECRET}")
        terminal.shows(TYPED)
        terminal.type("\x11")
        terminal.shows("cannot be kept anywhere", 20)
        assert terminal.process.poll() is None
        terminal.type("\x11")
        assert terminal.ended() == 0
        assert f"error: what was typed could not be kept anywhere; here it is:\n{TYPED} " in after(terminal)
        assert SECRET not in after(terminal)


def test_what_nothing_takes_is_not_left_without_a_word(only_disk: SmallDisk) -> None:
    half_a_sentence(only_disk)


@pytest.mark.parametrize("program", [NO_OBJECTION, NOTHING_PRINTED], ids=["no objection", "nothing printed"])
def test_the_test_notices_a_screen_that_leaves_text_behind(only_disk: SmallDisk, program: str) -> None:
    with pytest.raises(AssertionError):
        half_a_sentence(only_disk, program)


def test_what_could_not_be_saved_is_not_said_to_be_kept(only_disk: SmallDisk) -> None:
    with full(only_disk, only_disk.opened()) as terminal:
        terminal.type(f"{TYPED}\r")
        terminal.shows("nowhere", 20)
        assert "typed is kept" not in terminal.text
        only_disk.is_to_be("free", "freed", terminal)
        terminal.type("\r")
        terminal.until(lambda at: "Type to log" in at.text and TYPED in at.text, "the entry")
        terminal.type("\x11")
        assert terminal.ended() == 0
        assert TYPED not in after(terminal)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_prints_what_nothing_takes(only_disk: SmallDisk, number: signal.Signals) -> None:
    with full(only_disk, only_disk.opened()) as terminal:
        terminal.type(TYPED)
        terminal.shows(TYPED)
        terminal.process.send_signal(number)
        assert terminal.ended() == 128 + number
        assert f"here it is:\n{TYPED}\n" in after(terminal)


def test_a_terminal_that_is_gone_takes_nothing_and_holds_nobody_up(only_disk: SmallDisk) -> None:
    with full(only_disk, only_disk.opened()) as terminal:
        terminal.type(TYPED)
        terminal.shows(TYPED)
        terminal.hang_up()
        assert terminal.process.wait(20) == 128 + signal.SIGHUP


def home_and_back(disk: SmallDisk, program: str = "") -> None:
    """Leave a line for the list and come back, then leave the program from the list."""
    with full(disk, disk.opened(program)) as terminal:
        terminal.type(TYPED)
        terminal.shows(TYPED)
        for _ in range(2):
            terminal.type("\x0f")
            terminal.until(lambda at: TYPED not in at.text, "the list")
            terminal.type("\r")
            terminal.shows(TYPED, 20)
        terminal.type("\x0f")
        terminal.until(lambda at: TYPED not in at.text, "the list")
        terminal.type("\x11")
        terminal.shows("cannot be kept anywhere", 20)
        terminal.type("\x11")
        assert terminal.ended() == 0
        assert after(terminal).count(TYPED) == 1


def test_what_nothing_takes_waits_while_others_are_looked_at(only_disk: SmallDisk) -> None:
    home_and_back(only_disk)


def test_the_test_notices_a_screen_that_forgets(only_disk: SmallDisk) -> None:
    with pytest.raises(AssertionError, match=f"no '{TYPED}' on the screen"):
        home_and_back(only_disk, FORGETFUL)


def kept_until_there_is_room(disk: SmallDisk, program: str = "") -> None:
    """What the disk does not take is kept elsewhere, offered at the next start, and gone from there once recorded."""
    with full(disk, disk.opened(program)) as terminal:
        terminal.type(TYPED)
        terminal.shows(TYPED)
        terminal.type("\x11")
        assert terminal.ended() == 0
        assert TYPED not in after(terminal)
    assert disk.kept_elsewhere() == [TYPED]
    for word in disk.words.iterdir():
        word.unlink()
    with disk.opened(program) as terminal:
        terminal.shows(TYPED)
        terminal.type("\r")
        terminal.until(lambda at: "Type to log" in at.text and TYPED in at.text, "the entry")
        terminal.type("\x11")
        assert terminal.ended() == 0
    assert disk.kept_elsewhere() == []


def test_what_the_disk_does_not_take_is_kept_elsewhere_until_it_does(disk: SmallDisk) -> None:
    kept_until_there_is_room(disk)


def test_the_test_notices_a_screen_that_knows_no_other_place(disk: SmallDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.ui.terminal.DEADLINE", 15.0)
    with pytest.raises(AssertionError, match="the program does not end"):
        kept_until_there_is_room(disk, NO_SHELTER)


def test_where_a_text_that_could_not_be_saved_lies_is_said(disk: SmallDisk) -> None:
    with full(disk, disk.opened()) as terminal:
        terminal.type(f"{TYPED}\r")
        terminal.shows("stays", 20)
        assert disk.kept_elsewhere() == [TYPED]
        disk.is_to_be("free", "freed", terminal)
        terminal.type("\r")
        terminal.until(lambda at: "Type to log" in at.text and TYPED in at.text, "the entry")
        terminal.type("\x11")
        assert terminal.ended() == 0
    assert disk.kept_elsewhere() == []
