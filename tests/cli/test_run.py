"""`run`: output, exit codes, signals, and what is kept."""

import fcntl
import hashlib
import os
import signal
import subprocess
import sys

import pytest

from tests.cli.conftest import CommandLine

PYTHON = sys.executable


def test_output_and_exit_code_are_those_of_the_command(live: CommandLine) -> None:
    answer = live.process("run", "--", "sh", "-c", "echo one; echo two >&2; printf '\\033[31m'; exit 7")

    assert (answer.code, answer.out, answer.err) == (7, "one\ntwo\n\x1b[31m", "")
    (body,) = live.bodies("command.run")
    assert body["command"] == "sh -c 'echo one; echo two >&2; printf '\"'\"'\\033[31m'\"'\"'; exit 7'"
    assert (body["exit_code"], body["output"], body["cut"]) == (7, "one\ntwo\n", False)
    assert body["sha256"] == hashlib.sha256(b"one\ntwo\n\x1b[31m").hexdigest()
    assert body["folder"] == os.getcwd()


def test_words_before_and_after_need_no_dashes(live: CommandLine) -> None:
    assert live.process_ok("run", "-i", "inc", "echo", "-i", "--timeout") == "-i --timeout\n"


def test_input_reaches_the_command(live: CommandLine) -> None:
    assert live.process_ok("run", "--", "cat", stdin=b"through\n") == "through\n"


@pytest.mark.parametrize(("name", "code"), [("no-such-command", 127), ("/etc/passwd", 126)])
def test_what_cannot_be_run_is_not_recorded(live: CommandLine, name: str, code: int) -> None:
    answer = live.process("run", "--", name)

    assert (answer.code, answer.out) == (code, "")
    assert answer.err.startswith(f"error: {name}: ")
    assert live.bodies("command.run") == []


def test_a_long_output_is_kept_whole_and_shown_whole_but_recorded_in_part(live: CommandLine) -> None:
    code = "import sys\nfor n in range(600_000): sys.stdout.write(f'line {n} of many\\n')"
    out = live.process_ok("run", "--", PYTHON, "-c", code)

    (body,) = live.bodies("command.run")
    assert len(out) == body["size"] > 10_000_000
    assert body["cut"] is True
    assert (live.home / "data" / "blobs" / body["sha256"]).read_text() == out
    lines = body["output"].splitlines()
    assert len(body["output"]) < 64 * 1024
    assert (lines[0], lines[199], lines[-1]) == ("line 0 of many", "line 199 of many", "line 599999 of many")
    assert lines[200] == f"… 599,600 lines left out, whole output: sha256 {body['sha256']} …"


def test_a_timeout_ends_the_command_and_all_it_started(live: CommandLine) -> None:
    answer = live.process("run", "--timeout", "1", "--", "sh", "-c", "echo begun; sleep 60 & sleep 60")

    assert (answer.code, answer.out) == (124, "begun\n")
    (body,) = live.bodies("command.run")
    assert body["exit_code"] == 124
    assert "its time was up" in body["output"]
    assert body["duration_ms"] < 30_000


def started(live: CommandLine, *words: str) -> "subprocess.Popen[bytes]":
    """The command in a process group of its own, once its command has said that it is ready."""
    child = subprocess.Popen(
        live.command("run", *words),
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env=live.environ(),
        process_group=0,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    return child


GRACEFUL = "trap 'echo cleaned up; exit 5' TERM; echo ready; while :; do sleep 0.1; done"


def test_ctrl_c_ends_the_command_and_what_there_is_is_recorded(live: CommandLine) -> None:
    child = started(live, "--", "sh", "-c", "echo ready; exec sleep 60")
    os.killpg(child.pid, signal.SIGINT)

    assert child.communicate(timeout=300)[0] == b""
    assert child.returncode == 130
    (body,) = live.bodies("command.run")
    assert (body["exit_code"], body["output"]) == (130, "ready\n")


def test_a_command_in_a_group_of_its_own_gets_the_ctrl_c_too(live: CommandLine) -> None:
    child = started(live, "--timeout", "50", "--", "sh", "-c", "echo ready; exec sleep 60")
    os.killpg(child.pid, signal.SIGINT)

    assert child.communicate(timeout=300)[0] == b""
    assert child.returncode == 130
    assert live.bodies("command.run")[0]["exit_code"] == 130


def test_a_command_may_answer_a_signal_in_its_own_way(live: CommandLine) -> None:
    child = started(live, "--", "sh", "-c", GRACEFUL)
    child.send_signal(signal.SIGTERM)

    assert child.communicate(timeout=300)[0] == b"cleaned up\n"
    assert child.returncode == 5
    assert live.bodies("command.run")[0]["output"] == "ready\ncleaned up\n"


def test_a_reader_who_leaves_ends_the_command(live: CommandLine) -> None:
    line = f"'{PYTHON}' -m incident_tui run -- yes | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, env=live.environ(), check=False, timeout=300)

    assert (done.stdout, done.stderr) == (b"y\n141\n", b"")
    assert live.bodies("command.run")[0]["command"] == "yes"


def test_what_the_command_leaves_behind_does_not_hold_us(live: CommandLine) -> None:
    assert live.process_ok("run", "--", "sh", "-c", "sleep 30 & echo over") == "over\n"


def test_evidence_that_cannot_be_kept_is_recorded_in_part_and_told(live: CommandLine) -> None:
    blobs = live.home / "data" / "blobs"

    answer = live.process("run", "--", "sh", "-c", f"rm -r '{blobs}'; echo seen")

    assert (answer.code, answer.out) == (1, "seen\n")
    assert answer.err.startswith("error: the whole output could not be kept: ")
    assert answer.err.count("\n") == 1
    (body,) = live.bodies("command.run")
    assert (body["output"], body["sha256"], body["exit_code"]) == ("seen\n", "", 0)


def test_output_that_could_not_be_recorded_is_spilled(live: CommandLine) -> None:
    with (live.home / "data" / "incidents.db.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        answer = live.process("run", "--", "echo", "must not be lost")

    assert (answer.code, answer.out) == (1, "must not be lost\n")
    assert answer.err.startswith("error: not saved: ")
    assert answer.err.count("\n") == 1
    (spilled,) = (live.home / "data" / "spill").iterdir()
    assert spilled.read_text() == "$ echo 'must not be lost'\nmust not be lost\n"
