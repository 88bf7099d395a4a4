"""Verbs at a real terminal."""

import os
import sys

import pexpect
import pytest

from tests.cli.conftest import CommandLine


def at_terminal(live: CommandLine, *words: str) -> "pexpect.spawn[str]":
    environ = live.environ({"TERM": "xterm"})
    return pexpect.spawn(sys.executable, ["-m", "incident_tui", *words], env=environ, encoding="utf-8", timeout=300)


def test_ctrl_c_reaches_the_command_once_and_we_stay_to_record(live: CommandLine) -> None:
    script = "trap 'echo caught; exit 9' INT; echo ready; while :; do sleep 0.1; done"
    child = at_terminal(live, "run", "--", "sh", "-c", script)
    child.expect_exact("ready")
    child.sendintr()
    child.expect_exact("caught")
    child.expect(pexpect.EOF)
    child.close()

    assert child.exitstatus == 9
    assert "exit code 9" in child.before
    assert live.bodies("command.run")[0]["output"] == "ready\ncaught\n"


def test_a_command_can_ask_a_question(live: CommandLine) -> None:
    child = at_terminal(live, "run", "--", "sh", "-c", "printf 'name? '; read name </dev/tty; echo hello $name")
    child.expect_exact("name? ")
    child.sendline("lee")
    child.expect_exact("hello lee")
    child.expect(pexpect.EOF)
    child.close()

    assert child.exitstatus == 0


def test_ctrl_c_while_typing_the_text_is_quiet(live: CommandLine) -> None:
    child = at_terminal(live, "log", "-")
    child.expect_exact("ctrl-d on a line of its own ends it")
    child.sendline("half a thought")
    child.expect_exact("half a thought")
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()

    assert child.exitstatus == 130
    assert "Traceback" not in child.before
    assert live.bodies("entry.logged") == []


@pytest.mark.skipif(not os.path.exists("/dev/tty"), reason="the system has no /dev/tty")
@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("log", "error: no text; give it as an argument, or on standard input"),
        ("import", "error: no file; name one, or give its content on standard input"),
    ],
)
def test_without_text_at_a_terminal_it_says_how(live: CommandLine, verb: str, words: str) -> None:
    child = at_terminal(live, verb)
    child.expect_exact(words)
    child.expect(pexpect.EOF)
    child.close()

    assert child.exitstatus == 2
