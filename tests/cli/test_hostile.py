"""No byte that acts on a terminal comes out of any verb, whatever went in."""

import os
import pty
import re
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.elsewhere import rewritten

PAYLOAD = (
    "a\x1b]0;owned\x07b\x1b]2;t\x1b\\c\x1b]8;;http://x\x1b\\d\x1b]52;c;b3duZWQ=\x07e\x1b]1337;File=:AA\x07f"
    "\x1bP1$r\x1b\\g\x1b_apc\x1b\\h\x1b[2J\x1b[31mi\x9b2Jj\x9d0;x\x9ck\x07l\x08m\rn\x7fo\u202ep\u200bq\U000e0041r"
    "[/x][@click=app.quit()]%s{0}"
)
ACTING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\u2028\u2029\U000e0000-\U000e007f]")


def leaks(*texts: str) -> list[str]:
    return [found for text in texts for found in ACTING.findall(text)]


WRITING = [
    ["log", PAYLOAD],
    ["log", "--kind", PAYLOAD, "x"],
    ["log", "--tag", PAYLOAD, "x"],
    ["log", "--at", PAYLOAD, "x"],
    ["log", "--kind", "theory", PAYLOAD],
    ["log", "--kind", "cause", PAYLOAD],
    ["step", "done", PAYLOAD],
    ["step", "note", "1.1", PAYLOAD],
    ["step", "skip", "1.2", PAYLOAD],
    ["step", PAYLOAD, "1.2"],
    ["severity", PAYLOAD],
    ["severity", "high", "--reason", PAYLOAD],
    ["status", PAYLOAD],
    ["status", "identified", "--reason", PAYLOAD],
    ["milestone", PAYLOAD],
    ["role", PAYLOAD, PAYLOAD],
    ["impact", PAYLOAD, PAYLOAD],
    ["say", PAYLOAD, "x"],
    ["say", "internal", PAYLOAD, "--channel", PAYLOAD, "--sent", PAYLOAD],
    ["say", "internal", "x", "--promise", PAYLOAD],
    ["action", "add", PAYLOAD, "--owner", PAYLOAD],
    ["action", "done", PAYLOAD],
    ["title", PAYLOAD],
    ["error", PAYLOAD],
    ["state", PAYLOAD, "during", PAYLOAD],
    ["config", PAYLOAD],
    ["lesson", "well", PAYLOAD],
    ["cost", PAYLOAD, PAYLOAD],
    ["sign", PAYLOAD, PAYLOAD],
    ["judge", PAYLOAD, "refuted"],
    ["amend", "last", PAYLOAD],
    ["strike", "last", PAYLOAD],
    ["attach", PAYLOAD],
    ["run", "--", PAYLOAD],
    ["show", "-i", PAYLOAD],
    ["import", PAYLOAD],
    ["report", "--template", PAYLOAD],
    [PAYLOAD],
    [f"--{PAYLOAD}"],
]


def test_hostile_words_through_every_verb(live: CommandLine, tmp_path: Path) -> None:
    evidence = tmp_path / f"evidence{PAYLOAD.replace('/', '')}.txt"
    evidence.write_text(PAYLOAD)

    answers = [live(*words) for words in WRITING]
    answers.append(live("attach", str(evidence)))
    answers.append(live.process("log", "-", stdin=PAYLOAD.encode() + b"\0\xff\xfe"))
    answers.append(live.process("log", b"\xff\xfe raw bytes"))

    assert [leaks(answer.out, answer.err) for answer in answers] == [[]] * len(answers)
    assert [answer.err for answer in answers if answer.err.count("\n") > 1 or "Traceback" in answer.err] == []
    assert [answer.err for answer in answers if "unexpected" in answer.err] == []
    reading = [["list"], ["show"], ["search", "owned"], ["action", "list"], ["report"], ["verify"]]
    for words in [*reading, ["export"], ["list", "--json"], ["show", "--json"], ["search", "owned", "--json"]]:
        assert leaks(live.ok(*words)) == []


def test_a_hostile_import_is_shown_harmless(live: CommandLine, tmp_path: Path) -> None:
    """An export that was made elsewhere may hold what our own rules would have cleaned."""
    other = CommandLine(tmp_path / "other")
    hostile = rewritten(live.ok("export"), actor=PAYLOAD, title=PAYLOAD, ref=f"INC-{PAYLOAD}", zone=PAYLOAD)

    other.ok("import", "-", stdin=hostile.encode())

    assert [(item["title"], item["ref"]) for item in other.json("list")] == [(PAYLOAD, f"INC-{PAYLOAD}")]
    assert other.bodies("incident.declared")[0]["zone"] == PAYLOAD
    reading = (["list"], ["list", "--json"], ["show", "-i", "owned"], ["export"], ["report"], ["handoff"], ["due"])
    for words in (*reading, ["log", "x"], ["say", "internal", "--template", "update"], ["anchor"], ["verify"]):
        assert leaks(other.ok(*words)) == []


@pytest.mark.parametrize("piece", [1, 7, 4096])
def test_output_of_a_command_on_a_terminal_is_cleaned_however_it_is_cut(live: CommandLine, piece: int) -> None:
    code = (
        "import os, time\n"
        f"data = ({PAYLOAD!r} + '\\x1b[1;31mred\\x1b[0m Größe\\r\\n').encode()\n"
        f"for at in range(0, len(data), {piece}): os.write(1, data[at:at + {piece}])"
    )
    master, slave = pty.openpty()
    child = subprocess.Popen(
        live.command("run", "--", str(live.command()[0]), "-c", code),
        stdout=slave,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=live.environ({"TERM": "xterm"}),
    )
    os.close(slave)
    out = b""
    try:
        while read := os.read(master, 65536):
            out += read
    except OSError:
        pass  # the terminal's way to say that it is over
    os.close(master)

    assert child.wait() == 0
    assert leaks(out.decode().replace("\r\n", "\n")) == []
    assert "red Größe" in out.decode()
