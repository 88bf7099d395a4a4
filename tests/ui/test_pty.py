"""The real command in a real terminal: signals, dropped connections, pastes and odd sizes lose nothing."""

from __future__ import annotations

import random
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ui.terminal import DEADLINE, RESTORED, Terminal, environ, run

TITLE = re.compile(rb"\x1b\][0-2];[^\x07\x1b]*")
ONLY_OSC = re.compile(rb"\x1b\](\d+)")
POINTER_SHAPE = b"22"
SLOW = pytest.mark.faults
SIGNALS = [
    signal.SIGTERM,
    signal.SIGINT,
    pytest.param(signal.SIGHUP, marks=SLOW),
    pytest.param(signal.SIGQUIT, marks=SLOW),
]
COMMANDS = [pytest.param("sleep 600", id="ends"), pytest.param("trap '' TERM; sleep 600", id="refuses", marks=SLOW)]
SURROUNDINGS = [
    pytest.param({"NO_COLOR": "1"}, id="no colours"),
    pytest.param({"LANG": "C", "LC_ALL": "C"}, id="C", marks=SLOW),
    pytest.param({"TERM": "linux", "COLORTERM": ""}, id="linux", marks=SLOW),
    pytest.param({"TERM": "screen"}, id="screen", marks=SLOW),
]


@pytest.fixture
def live(tmp_path: Path) -> Path:
    """A home with one live incident."""
    folder = tmp_path / "home"
    run(folder, "declare", "Checkout fails \x1b]0;owned\x07", "--commander", "dana")
    return folder


def opened(home: Path, size: tuple[int, int] = (120, 36), **env: str) -> Terminal:
    """On the screen, with the composer ready."""
    terminal = Terminal(home, size=size, env=env)
    terminal.shows("INVESTIGATING")
    return terminal


def enter(terminal: Terminal, line: str) -> None:
    """Type a line and wait until it has left the composer for the log."""
    terminal.type(f"{line}\r")
    terminal.until(lambda at: "Type to log" in at.text and line in at.text, f"the entry {line!r}")


def leave(terminal: Terminal) -> None:
    terminal.type("\x11")
    assert terminal.ended() == 0


def log(home: Path) -> str:
    return run(home, "export")


def spilled(home: Path) -> list[str]:
    return sorted(file.read_text() for file in (home / "data" / "spill").glob("*.txt"))


def test_what_is_typed_is_shown_and_what_others_log_appears(live: Path) -> None:
    with opened(live) as terminal:
        enter(terminal, "error rate climbs")
        run(live, "log", "seen by somebody else")
        terminal.shows("seen by somebody else")
        leave(terminal)
    assert "error rate climbs" in log(live)
    assert TITLE.findall(terminal.output) == []
    assert set(ONLY_OSC.findall(terminal.output)) <= {POINTER_SHAPE}


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_restores_the_terminal_and_keeps_the_typed_text(live: Path, number: signal.Signals) -> None:
    with opened(live) as terminal:
        terminal.type("half a sentence")
        terminal.shows("half a sentence")
        before = len(terminal.output)
        terminal.process.send_signal(number)

        assert terminal.ended() == 128 + number
        assert [end for end in RESTORED if end not in terminal.output[before:]] == []
        assert b"Traceback" not in terminal.output
    assert spilled(live) == ["half a sentence"]


def test_kept_text_is_offered_once_and_may_be_changed(live: Path) -> None:
    with opened(live) as terminal:
        terminal.type("half a sentence")
        terminal.shows("half a sentence")
        leave(terminal)
    with opened(live) as terminal:
        terminal.shows("half a sentence")
        terminal.type(" ends\r")
        terminal.until(lambda at: "Type to log" in at.text and "half a sentence ends" in at.text, "the entry")
        leave(terminal)

    assert "half a sentence ends" in log(live)
    assert spilled(live) == []


def test_a_dropped_connection_keeps_the_typed_text(live: Path) -> None:
    with opened(live) as terminal:
        terminal.type("half a sentence")
        terminal.shows("half a sentence")
        terminal.hang_up()

        assert terminal.process.wait(120) == 128 + signal.SIGHUP
    assert spilled(live) == ["half a sentence"]


def test_text_of_a_message_being_written_is_kept(live: Path) -> None:
    with opened(live) as terminal:
        terminal.type("\x1b[15~")
        terminal.shows("Next update in")
        terminal.type("We look into it.")
        terminal.shows("We look into it.")
        terminal.process.send_signal(signal.SIGTERM)

        assert terminal.ended() == 128 + signal.SIGTERM
    assert spilled(live) == ["@internal We look into it. next 10m"]


def test_a_title_that_is_being_typed_is_kept_and_offered(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Terminal(home) as terminal:
        terminal.shows("Welcome")
        terminal.type("d")
        terminal.shows("what is wrong, in one line")
        terminal.type("Checkout fails")
        terminal.shows("Checkout fails")
        terminal.hang_up()

        assert terminal.process.wait(120) == 128 + signal.SIGHUP
    assert spilled(home) == ["Checkout fails"]
    with Terminal(home) as terminal:
        terminal.shows("Welcome")
        terminal.type("d")
        terminal.shows("you were typing this title")
        terminal.type(" with 502\r")
        terminal.shows("Type to log")
        leave(terminal)
    assert spilled(home) == []


@pytest.mark.parametrize("line", COMMANDS)
def test_a_running_command_does_not_hold_up_the_end_and_is_recorded(live: Path, line: str) -> None:
    with opened(live) as terminal:
        terminal.type(f"!echo began; {line}\r")
        terminal.shows("a command runs")
        terminal.process.send_signal(signal.SIGTERM)

        assert terminal.ended() == 128 + signal.SIGTERM
    assert "began" in log(live)


def test_a_kill_in_the_middle_of_typing_loses_no_entered_line(live: Path) -> None:
    lines = [f"entered line number {number}" for number in range(8)]
    with opened(live) as terminal:
        for line in lines:
            enter(terminal, line)
        terminal.type("not entered")
        terminal.shows("not entered")
        terminal.process.kill()
        terminal.ended()

    told = log(live)
    assert [line for line in lines if line not in told] == []


def test_alt_with_a_digit_is_a_key_and_no_letter(live: Path) -> None:
    with opened(live, (80, 24)) as terminal:
        for keys, pane in (("\x1b1", "╭─ Protocol"), ("\x1b2", "╭─ Investigation"), ("\x1b4", "╭─ Case")):
            terminal.type(keys)
            terminal.shows(pane)
        leave(terminal)
    assert spilled(live) == []


UNFOCUSED = """
import sys
from incident_tui.ui.screens import room_screen
from incident_tui.ui.widgets.composer import Field
Field.on_hide = lambda self, event: None
room_screen._focus_at_once = lambda foot: None
from incident_tui.__main__ import main
sys.exit(main())
"""
SIZES = [(1, 1), (10, 2), (39, 9), (500, 300), (1, 300), (500, 1)]


def storm(home: Path, sizes: list[tuple[int, int]], program: str = "", patience: float = DEADLINE) -> None:
    with Terminal(home, program=program) as terminal:
        terminal.shows("INVESTIGATING")
        for size in sizes:
            terminal.resize(*size)
        terminal.resize(39, 9)
        terminal.until(lambda at: re.search(r"SEV1.* \d\d:\d\d", at.text.replace("\n", " ")) is not None, "the clock")
        terminal.resize(80, 24)
        terminal.shows("3 Comms")
        terminal.type("still here\r\x1b2")
        terminal.until(lambda at: "Type to log" in at.text and "still here" in at.text, "the entry", patience)
        leave(terminal)
        assert b"Traceback" not in terminal.output


def test_a_storm_of_sizes_ends_in_a_whole_screen(live: Path) -> None:
    storm(live, SIZES)


@pytest.mark.parametrize("sizes", [[], [(80, 24)], [(300, 100), (1, 1)]])
def test_sizes_that_are_gone_before_anything_is_laid_out_for_them_leave_a_whole_screen(
    live: Path, sizes: list[tuple[int, int]]
) -> None:
    seconds: set[str] = set()

    def at_rest(terminal: Terminal) -> bool:
        """Whether its clock has gone on three times, so that no first frame is still to come."""
        seconds.update(re.findall(r"\d\d:\d\d:\d\d  Europe", terminal.text))
        return "f1 help" in terminal.text and len(seconds) > 3

    with opened(live) as terminal:
        terminal.until(at_rest, "ticks")
        for size in sizes:
            terminal.resize(*size)
        terminal.picture.reset()  # as a terminal that was small for a moment has cut off what was there
        terminal.resize(120, 36)
        terminal.until(lambda at: all(words in at.text for words in ("SEV1", "Protocol", "Type to log")), "all of it")
        leave(terminal)


@pytest.mark.faults
def test_the_test_notices_keys_that_go_on_to_what_is_left(live: Path) -> None:
    with pytest.raises(AssertionError, match="no the entry"):
        storm(live, SIZES, UNFOCUSED, 10)


@pytest.mark.faults
def test_a_long_storm_of_sizes(live: Path) -> None:
    draw = random.Random(8)
    storm(live, [*SIZES, *((draw.randint(1, 300), draw.randint(1, 100)) for _ in range(60)), *SIZES])


PASTE = "\n".join(
    [
        "Traceback (most recent call last): \x1b[31mred\x1b[0m",
        "  [/] [b] [@click=app.quit()]x[/] [link=http://x]",
        "\x1b]0;owned\x07\x1b]52;c;ZXZpbA==\x07",
        "\x1b[201~q\x1b[200~",
        *(f"  line {number}" for number in range(10)),
    ]
)


def bracketed(text: str) -> str:
    """As a terminal sends a paste; terminals take the end mark out of the text themselves, not all do."""
    return f"\x1b[200~{text}\x1b[201~"


@pytest.mark.parametrize("ends", ["\n", "\r", "\r\n"], ids=["as in the text", "as terminals send it", "Windows"])
def test_a_paste_is_one_entry_and_no_key(live: Path, ends: str) -> None:
    with opened(live) as terminal:
        terminal.type(bracketed(f"{PASTE}\n!touch owned".replace("\n", ends)))
        terminal.shows("Enter keeps it")
        terminal.type("\r")
        terminal.until(lambda at: "Enter keeps it" not in at.text, "an empty composer")
        leave(terminal)

    told = log(live)
    assert told.count("Traceback (most recent call last)") == 1
    assert "line 9" in told
    assert "\\u001b" not in told
    assert "command.run" not in told
    assert TITLE.findall(terminal.output) == []


def test_a_paste_of_a_megabyte_neither_freezes_nor_ends_the_program(live: Path) -> None:
    with opened(live) as terminal:
        terminal.type(bracketed("0123456789abcde\n" * 65_536))
        terminal.shows("Enter keeps it")
        terminal.type("\x1b")
        terminal.until(lambda at: "Enter keeps it" not in at.text, "an empty composer")
        enter(terminal, "goes on")
        leave(terminal)
    assert "goes on" in log(live)


def test_where_its_paint_would_go_to_a_file_it_does_not_start(tmp_path: Path) -> None:
    errors = tmp_path / "errors"
    elsewhere = ("sh", "-c", f'exec "$@" 2>{errors}', "sh")
    with Terminal(tmp_path / "home", before=elsewhere) as terminal:
        assert terminal.ended() == 1
        assert terminal.output == b"error: the screen is painted on standard error; start it without 2>\r\n"
    assert errors.read_text().startswith("error: the screen is painted on standard error, which goes elsewhere")


def test_without_a_terminal_one_line_says_so(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "incident_tui"]
    env = {**environ(tmp_path / "home"), "TERM": "xterm"}
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=env, check=False, timeout=300)

    assert (done.returncode, done.stdout) == (1, b"")
    assert re.fullmatch(rb"error: the screen needs a terminal; [^\n]*\n", done.stderr)


@pytest.mark.parametrize("env", SURROUNDINGS)
def test_other_surroundings(live: Path, env: dict[str, str]) -> None:
    with opened(live, (80, 24), **env) as terminal:
        terminal.type("größer → 3\r\x1b2")  # the second is Alt+2: the log
        terminal.until(lambda at: "Type to log" in at.text and "größer → 3" in at.text, "the entry")
        leave(terminal)
        coloured = [
            found for found in re.findall(rb"\x1b\[38;2;(\d+);(\d+);(\d+)", terminal.output) if len(set(found)) > 1
        ]
        assert not ("NO_COLOR" in env and coloured)


BROKEN = """
import sys
from incident_tui.ui.screens import {module}
def broken(self, *_args, **_more):
    secret = "value of a variable"
    raise RuntimeError("\\x1b]0;owned\\x07[/] it broke")
{module}.{place} = broken
from incident_tui.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize(
    ("module", "place", "keys"),
    [
        ("log_column", "LogColumn.title", ""),
        ("war_room", "WarRoom.action_undo", "\x1a"),
        pytest.param("war_room", "WarRoom.show", "\r", marks=SLOW),
    ],
)
def test_a_mistake_of_ours_is_one_line_and_loses_no_text(live: Path, module: str, place: str, keys: str) -> None:
    with Terminal(live, program=BROKEN.format(module=module, place=place)) as terminal:
        if keys:
            terminal.shows("INVESTIGATING")
            terminal.type("half a sentence")
            terminal.shows("half a sentence")
            terminal.type(keys)
        assert terminal.ended() == 1

    after = terminal.output[terminal.output.rindex(RESTORED[0]) :]
    assert b"error: unexpected: RuntimeError: ^[]0;owned^G[/] it broke; " in after
    assert b"Traceback" not in terminal.output
    assert b"value of a variable" not in terminal.output
    if keys and keys != "\r":
        assert spilled(live) == ["half a sentence"]


def test_the_details_are_there_for_who_asks(live: Path) -> None:
    program = BROKEN.format(module="log_column", place="LogColumn.title")
    with Terminal(live, program=program, env={"INCIDENT_TUI_DEBUG": "1"}) as terminal:
        assert terminal.ended() == 1
    assert b"Traceback" in terminal.output
    assert b"RuntimeError" in terminal.output


def test_keys_behind_the_one_that_ends_the_program_harm_nothing(live: Path) -> None:
    with opened(live, INCIDENT_TUI_DEBUG="1") as terminal:
        terminal.type("7\x11" + "78" * 40 + "\x1b[15~\x1b" + "78" * 40 + " \t\t  ")
        assert terminal.ended() == 0
    assert b"Traceback" not in terminal.output
    assert b"Exception" not in terminal.output
    assert spilled(live) == ["7"]
