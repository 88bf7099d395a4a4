"""No byte that acts on a terminal comes out of any verb, whatever went in."""

import os
import pty
import re
import subprocess
from pathlib import Path

import pytest

from incident_tui.cli.parser import ROOMS
from incident_tui.domain import text
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


NAME = "n\x1b]0;\x07\x9b\x7f\u202e\u200b[/x][b"
"""A payload that is short enough for the name of somebody or something."""
WRITING = [
    *(["log", PAYLOAD], ["log", "--kind", PAYLOAD, "x"], ["log", "--tag", PAYLOAD, "x"], ["log", "--at", PAYLOAD, "x"]),
    *(["log", "--kind", "theory", PAYLOAD], ["log", "--kind", "cause", PAYLOAD], ["judge", PAYLOAD, "refuted"]),
    *(["judge", "H1", "refuted", PAYLOAD], ["amend", "last", PAYLOAD], ["amend", "last", f"{PAYLOAD} x"]),
    *(["strike", "last", PAYLOAD], ["undo"], ["undo", PAYLOAD]),
    *(["step", "done", PAYLOAD], ["step", "note", "1.1", PAYLOAD], ["step", "skip", "1.2", PAYLOAD]),
    *(["step", PAYLOAD, "1.2"], ["begin", "4"], ["begin", PAYLOAD], ["loop", "stabilize"], ["loop", PAYLOAD]),
    *(["severity", PAYLOAD], ["severity", "high", "--reason", PAYLOAD], ["title", PAYLOAD]),
    *(["status", PAYLOAD], ["status", "identified", "--reason", PAYLOAD]),
    *(["milestone", PAYLOAD], ["milestone", "started", "--at", PAYLOAD], ["milestone", "started", "--at", "9m ago"]),
    *(["role", PAYLOAD, PAYLOAD], ["role", NAME, NAME], ["leave", PAYLOAD], ["leave", NAME]),
    *(["impact", PAYLOAD, PAYLOAD], ["impact", NAME, PAYLOAD], ["service", "add", PAYLOAD], ["service", "add", "web"]),
    *(["service", "remove", PAYLOAD], ["service", PAYLOAD, "x"]),
    *(["say", PAYLOAD, "x"], ["say", "internal", PAYLOAD, "--channel", PAYLOAD, "--sent", PAYLOAD]),
    *(["say", "internal", "x", "--promise", PAYLOAD], ["say", "internal", "--template", PAYLOAD]),
    *(["say", "internal", PAYLOAD], ["approve", "M2"], ["approve", PAYLOAD], ["sent", "M2", PAYLOAD]),
    *(["sent", "M2", PAYLOAD, "--force"], ["sent", PAYLOAD]),
    *(["say", "internal", PAYLOAD], ["discard", "M3", PAYLOAD], ["discard", PAYLOAD], ["say", "internal", PAYLOAD]),
    *(["action", "add", PAYLOAD, "--owner", PAYLOAD], ["action", "done", PAYLOAD], ["action", PAYLOAD]),
    *(["order", NAME, "10m", PAYLOAD], ["order", PAYLOAD, PAYLOAD], ["order", "done", PAYLOAD]),
    *(["propose", PAYLOAD], ["object", "D1", NAME, PAYLOAD], ["proceed", "D1", f"by:{NAME}", PAYLOAD]),
    *(["propose", PAYLOAD], ["reject", "D2", PAYLOAD], ["propose", PAYLOAD], ["withdraw", "D3", PAYLOAD]),
    *(["object", PAYLOAD, "x", "y"], ["proceed", PAYLOAD], ["reject", PAYLOAD], ["withdraw", PAYLOAD]),
    *(["escalate", "2", NAME, PAYLOAD], ["escalate", PAYLOAD, PAYLOAD]),
    *(["handoff", "offer", NAME], ["handoff", "withdraw", PAYLOAD], ["handoff", "accept", PAYLOAD]),
    *(["error", PAYLOAD], ["state", PAYLOAD, "during", PAYLOAD], ["state", NAME, "during", PAYLOAD]),
    *(["config", PAYLOAD], ["lesson", "well", PAYLOAD], ["cost", PAYLOAD, PAYLOAD], ["cost", NAME, PAYLOAD]),
    *(["fixstep", "immediate", PAYLOAD], ["fixstep", PAYLOAD, "x"]),
    *(["recovery", "data", PAYLOAD], ["recovery", PAYLOAD, "x"]),
    *(["sign", PAYLOAD, PAYLOAD], ["sign", NAME, NAME], ["attach", PAYLOAD], ["import", PAYLOAD]),
    *(["run", "--", PAYLOAD], ["run", "--", "true", PAYLOAD]),
    *(["declare", PAYLOAD, "--severity", PAYLOAD], ["declare", "--protocol", PAYLOAD, "x"]),
    *(["declare", "--detected-at", PAYLOAD, "x"], ["declare", "--from-alert", PAYLOAD]),
    *(["declare", "--from-sentry", PAYLOAD], ["demo", PAYLOAD], ["completion", PAYLOAD]),
    *(["listen", "--host", PAYLOAD], ["listen", "--declare", PAYLOAD], ["listen", "--token", PAYLOAD]),
    *(["listen", "--protocol", PAYLOAD], ["repair", PAYLOAD], ["repair", "-o", f"/nowhere/{PAYLOAD}"]),
    *([PAYLOAD], [f"--{PAYLOAD}"]),
]
READING = [
    *(["list"], ["list", "--json"], ["list", PAYLOAD], ["show"], ["show", "--json"], ["show", "-i", PAYLOAD]),
    *(["search", "owned"], ["search", "owned", "--json"], ["search", PAYLOAD], ["search", "Q"]),
    *(["action", "list"], ["service", "list"], ["order", "list"], ["due"], ["due", "--json"], ["metrics"]),
    *(["metrics", "--since", PAYLOAD], ["protocols", "list"], ["protocols", "show", PAYLOAD], ["protocols"]),
    *(["oncall"], ["oncall", PAYLOAD], ["verify"], ["verify", "--anchor", PAYLOAD], ["anchor"], ["anchor", "--json"]),
    *(["doctor"], ["repair"], ["completion", "bash"], ["handoff"]),
    *(["look"], ["look", PAYLOAD], ["look", "--json"], ["send", PAYLOAD], ["send", "M4", "--channel", PAYLOAD]),
    *(["outbox"], ["outbox", "--json"], ["outbox", "retry", PAYLOAD], ["outbox", "drop", "Q1", PAYLOAD]),
    *(["report"], ["report", "--template", PAYLOAD], ["report", "--document", PAYLOAD], ["export"]),
    *(["replay", "--export", f"/nowhere/{PAYLOAD}"], ["replay", "--at", PAYLOAD], ["backup", f"/nowhere/{PAYLOAD}"]),
    *(["drill", PAYLOAD], ["drill", "compare", PAYLOAD], ["close", PAYLOAD], ["reopen", PAYLOAD]),
]
# With none, or with more than one, that is live all the others would only ask which incident is meant.
ENDING = [
    *(["resolve", "--reason", PAYLOAD], ["close", "-i", "INC", "--reason", PAYLOAD]),
    *(["reopen", "-i", "INC", "--reason", PAYLOAD], ["resolve", PAYLOAD], ["drill", "INC"], ["drill", "compare"]),
    *(["declare", PAYLOAD, "--commander", NAME], ["list"], ["show"], ["demo"], ["list"]),
]
EVERY_LINE = [*WRITING, *READING, *ENDING]
NEVER_DONE = {"listen", "send"}
"""What waits for the network, or for a channel: tests/cli/test_listen.py and tests/faults/test_escapes.py have them."""


def lines_with_files(folder: Path) -> list[list[str]]:
    """The verbs that work on files, with the payload in their names and in what they read."""
    named = folder / NAME.replace("/", "")
    evidence, past = Path(f"{named}.txt"), Path(f"{named}.md")
    evidence.write_text(PAYLOAD)
    past.write_text(
        f"# {PAYLOAD}\n\n## Time line\n\n- 2026-11-01 14:02 UTC {PAYLOAD}\n- 2026-11-01 14:09 UTC {PAYLOAD}\n"
    )
    written = [["attach", str(evidence)], ["backup", f"{named}.db"], ["replay", "--export", f"{named}.svg"]]
    return [*written, *ENDING, ["import", str(past)]]


def test_every_verb_is_said_with_hostile_words() -> None:
    assert {words[0] for words in EVERY_LINE} >= set(ROOMS)


def test_hostile_words_through_every_verb(live: CommandLine, tmp_path: Path) -> None:
    lines = [*WRITING, *READING, *lines_with_files(tmp_path)]
    answers = [live(*words) for words in lines]
    answers.append(live.process("log", "-", stdin=PAYLOAD.encode() + b"\0\xff\xfe"))
    answers.append(live.process("log", b"\xff\xfe raw bytes"))

    assert [leaks(answer.out, answer.err) for answer in answers] == [[]] * len(answers)
    assert [answer.err for answer in answers if answer.err.count("\n") > 1 or "Traceback" in answer.err] == []
    assert [answer.err for answer in answers if "unexpected" in answer.err] == []
    done = {words[0] for words, answer in zip(lines, answers, strict=False) if answer.code == 0}
    assert set(ROOMS) - done == NEVER_DONE


def test_without_any_cleaning_it_is_noticed(live: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_UNSAFE", "_REPLACED"):
        monkeypatch.setattr(text, name, "(?!)")

    answers = [
        live(*words) for words in (["title", PAYLOAD], ["log", PAYLOAD], ["show"], ["list"], ["log", "--at", "x"])
    ]

    title, _log, show, listed, plain = (set(leaks(answer.out, answer.err)) for answer in answers)
    assert "\x1b" in title
    assert {"\x1b", "\x9b", "\x7f", "\u202e"} <= show & listed
    assert plain == set()


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
