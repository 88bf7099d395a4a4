"""The verb that replays: what it refuses, what it writes, and the screen it opens."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pexpect
import pytest

from tests.cli.conftest import CommandLine

WRONG = (
    (("--export", "film.mp4"), 2, "film.mp4 is no recording and no picture"),
    (("--speed", "0"), 2, "no speed 0"),
    (("--speed", "601"), 2, "no speed 601"),
    (("--at", "noon"), 1, "is not a time"),
    ((), 1, "the screen needs a terminal"),
)


@pytest.mark.parametrize(
    ("words", "code", "said"), WRONG, ids=[" ".join(words) or "no terminal" for words, *_ in WRONG]
)
def test_what_cannot_be_replayed_is_said_in_one_line(
    live: CommandLine, words: tuple[str, ...], code: int, said: str
) -> None:
    answer = live("replay", *words)

    assert answer.code == code
    assert answer.err.startswith("error: ")
    assert said in answer.err
    assert answer.err.count("\n") == 1
    assert answer.out == ""


def test_without_an_incident_there_is_nothing_to_replay(cli: CommandLine) -> None:
    answer = cli("replay")

    assert answer.code == 1
    assert "error: no incident" in answer.err


def test_a_recording_is_written_once(live: CommandLine, tmp_path: Path) -> None:
    live.ok("log", "error rate climbs")
    file = tmp_path / "film.cast"

    said = live.ok("replay", "--export", str(file), "--speed", "600")
    again = live("replay", "--export", str(file))

    header, *frames = (json.loads(line) for line in file.read_text().splitlines())
    assert header["version"] == 2
    assert frames
    assert said == f"{live.json('show')['ref']}: replay written to {file}\n"
    assert again.code == 1
    assert "exists" in again.err


def test_a_moment_is_drawn_as_it_was_known(live: CommandLine, tmp_path: Path) -> None:
    live.ok("log", "before")
    first = json.loads(live.ok("export").splitlines()[0])["recorded"]
    live.ok("title", "Now it is called otherwise")

    live.ok("replay", "--at", first, "--export", str(tmp_path / "then.svg"))

    picture = (tmp_path / "then.svg").read_text().replace("&#160;", " ")
    assert "Checkout fails" in picture
    assert "otherwise" not in picture


def test_it_opens_at_a_terminal_and_leaves_to_the_shell(live: CommandLine) -> None:
    environ = live.environ({"TERM": "xterm-256color"})
    words = ["-m", "incident_tui", "replay", "--at", "+0m"]
    child = pexpect.spawn(sys.executable, words, env=environ, encoding="utf-8", timeout=300, dimensions=(36, 120))
    child.expect_exact("REPLAY")
    child.send("\x1b")
    child.expect(pexpect.EOF)
    child.close()

    assert child.exitstatus == 0
