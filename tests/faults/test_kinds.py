"""Terminals of all kinds, and none: the screen is right or says why it does not start, and the verbs need nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ui.terminal import Terminal, environ, run

KINDS = {
    "xterm": {"TERM": "xterm"},
    "xterm, 16 colours": {"TERM": "xterm-16color", "COLORTERM": ""},
    "screen": {"TERM": "screen", "COLORTERM": ""},
    "tmux": {"TERM": "tmux-256color", "TMUX": "/tmp/tmux"},
    "linux": {"TERM": "linux", "COLORTERM": ""},
    "vt100": {"TERM": "vt100", "COLORTERM": ""},
    "unknown": {"TERM": "no-such-terminal", "COLORTERM": ""},
    "no colours": {"TERM": "xterm-256color", "NO_COLOR": "1"},
    "C": {"LANG": "C", "LC_ALL": "C"},
    "bright": {"TERM": "rxvt-unicode-256color", "COLORTERM": "", "COLORFGBG": "0;15"},
    "kitty": {"TERM": "xterm-kitty"},
}
ASCII = {"LANG": "C", "LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
REFUSED = [
    pytest.param(ASCII, "the screen needs UTF-8, ", id="ASCII"),
    pytest.param({"TERM": "dumb"}, "the screen needs a terminal; ", id="dumb"),
]
WITHOUT = """
import sys
sys.argv[1:] = {words}
from incident_tui import __main__ as door
from incident_tui.cli import console
{change}
sys.exit(door.main())
"""


@pytest.fixture
def live(home: Path) -> Path:
    """A home with one live incident."""
    run(home, "declare", "Checkout fails \u2192 502", "--commander", "dana")
    return home


@pytest.mark.faults
@pytest.mark.parametrize("env", KINDS.values(), ids=KINDS)
def test_the_screen_and_the_verbs_on_terminals_of_all_kinds(live: Path, env: dict[str, str]) -> None:
    with Terminal(live, size=(80, 24), env=env) as terminal:
        terminal.shows("INVESTIGATING", 60)
        terminal.type("error rate climbs\r\x1b2")
        terminal.until(lambda at: "Type to log" in at.text and "error rate climbs" in at.text, "the entry")
        terminal.type("\x11")
        assert terminal.ended() == 0
    for words in (["list"], ["show"], ["log", "gr\u00f6\u00dfer \u2192 3"], ["search", "climbs"], ["verify"]):
        with Terminal(live, *words, env=env) as verb:
            assert verb.ended() == 0, verb.text
            assert b"Traceback" not in verb.output
    assert [name for name in ("climbs", "gr\u00f6\u00dfer \u2192 3") if name not in run(live, "export")] == []


def refuse_the_screen(home: Path, env: dict[str, str], why: str, program: str = "") -> None:
    """Start it where it cannot be: one line says so, and nothing is painted."""
    with Terminal(home, env=env, program=program) as terminal:
        terminal.until(lambda at: b"\n" in at.output or b"\x1b[" in at.output, "an answer")
        assert b"\x1b[" not in terminal.output
        assert terminal.ended() == 1
        assert re.fullmatch(rf"error: {why}[^\n]*\r\n", terminal.output.decode())


@pytest.mark.parametrize(("env", "why"), REFUSED)
def test_a_terminal_that_cannot_show_the_screen_is_told_what_to_say(live: Path, env: dict[str, str], why: str) -> None:
    refuse_the_screen(live, env, why)


@pytest.mark.parametrize(("env", "why"), REFUSED)
def test_the_test_notices_a_screen_that_starts_anywhere(live: Path, env: dict[str, str], why: str) -> None:
    with pytest.raises(AssertionError):
        refuse_the_screen(live, env, why, WITHOUT.format(words=[], change="door._needs_terminal = lambda: None"))


def show_in_ascii(home: Path, program: str = "") -> None:
    with Terminal(home, "show", env=ASCII, program=program) as verb:
        assert verb.ended() == 0, verb.text
        assert rb"Checkout fails \u2192 502" in verb.output
        assert verb.output.isascii()


def test_a_verb_says_in_ascii_what_it_has_to_say(live: Path) -> None:
    show_in_ascii(live)


def test_the_test_notices_a_verb_that_writes_what_the_terminal_cannot_say(live: Path) -> None:
    with pytest.raises(AssertionError, match="UnicodeEncodeError"):
        show_in_ascii(live, WITHOUT.format(words=["show"], change="console._open = lambda stream: stream"))


def run_verbs(home: Path, stdin: int | None, change: str = "") -> None:
    """Without a terminal, with `stdin` or none at all: what needs no input is done, and what does says so."""
    assert answer(home, stdin, ["log", "without a terminal"], change) == (0, "")
    assert answer(home, stdin, ["show"], change) == (0, "")
    assert answer(home, stdin, ["log"], change) == (1, "error: the finding is empty; type some text\n")
    code, said = answer(home, stdin, [], change)
    assert code == 1
    assert re.fullmatch(r"error: the screen needs a terminal; [^\n]*\n", said), said


def answer(home: Path, stdin: int | None, words: list[str], change: str) -> tuple[int, str]:
    """The exit code, and what is said on standard error."""
    code = ["-c", WITHOUT.format(words=words, change=change)] if change else ["-m", "incident_tui", *words]
    env = {name: value for name, value in environ(home).items() if name != "TERM"}
    closing = (lambda: os.close(0)) if stdin is None else None
    command = [sys.executable, *code]
    done = subprocess.run(command, stdin=stdin, capture_output=True, env=env, check=False, preexec_fn=closing)
    return done.returncode, done.stderr.decode()


@pytest.mark.parametrize(
    "stdin", [pytest.param(subprocess.DEVNULL, marks=pytest.mark.faults), None], ids=["no input", "it is closed"]
)
def test_verbs_need_no_terminal(live: Path, stdin: int | None) -> None:
    run_verbs(live, stdin)


def test_the_test_notices_an_input_that_is_not_there(live: Path) -> None:
    with pytest.raises(AssertionError, match="isatty"):
        run_verbs(live, None, "console.give_input = lambda: None")
