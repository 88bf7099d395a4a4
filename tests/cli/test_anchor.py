"""Anchors: printed, found again in documents, compared, signed; and an export that is verified without the program."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from incident_tui.journal.anchors import Anchor, anchors_in
from tests.cli.conftest import HOUSE, CommandLine
from tests.elsewhere import rewritten

SCRIPT = HOUSE / "docs" / "verify_export.py"
HASH = "97a803652d5f3679b3e91d6412a699394faaf697ed42f244a76c11b2ab17e257"
DOCUMENTS = ["handoff.md", "report.md", "report.html", "status.md", "public.md", "summary.md", "lines.txt"]
DOCUMENTS += ["timeline-mermaid.md", "daily-summary.md", "weekly-review.html", "monthly-review.md", "oncall.md"]
SSH_KEYGEN = shutil.which("ssh-keygen")


@pytest.fixture
def told(live: CommandLine) -> CommandLine:
    """A live incident with a dozen entries."""
    for number in range(12):
        live.ok("log", f"finding {number} of INC-20200101-AAA, 20% “quoted” é")
    return live


def cut(cli: CommandLine, events: int) -> None:
    """Cut off the end as somebody does who knows the tables and leaves no trace."""
    with sqlite3.connect(cli.home / "data" / "incidents.db") as database:
        database.execute("drop trigger events_remain")
        database.execute("delete from events where seq > (select max(seq) from events) - ?", (events,))
        database.execute("update incidents set version = version - ?", (events,))
        database.execute("delete from checkpoints")
        database.execute("delete from lines where id not in (select id from events)")
    database.close()


def document(cli: CommandLine, file: Path) -> Path:
    """The document of that name, written by the command line."""
    match file.name:
        case "handoff.md":
            cli.ok("handoff", "-o", str(file))
        case "report.md" | "report.html":
            cli.ok("report", "-o", str(file))
        case "lines.txt":
            file.write_text(cli.ok("anchor"))
        case "oncall.md":
            (cli.home / "config").mkdir(exist_ok=True)
            (cli.home / "config" / "config.toml").write_text('[oncall]\npeople = ["Ada"]\n')
            file.write_text(cli.ok("oncall", "--brief"))
        case _:
            names = {"status": "status-internal", "public": "status-external", "summary": "incident-summary"}
            cli.ok("report", "--template", names.get(file.stem, file.stem), "-o", str(file))
    return file


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_document_is_an_anchor(told: CommandLine, tmp_path: Path, name: str) -> None:
    file = document(told, tmp_path / name)
    told.ok("log", "what comes later does not matter")

    assert "ok: 1 anchor held" in told.ok("verify", "--anchor", str(file))
    cut(told, 2)
    assert told.json("verify")["sound"] is True
    answer = told("verify", "--anchor", "-", "--json", stdin=file.read_bytes())

    found = json.loads(answer.out)
    assert (answer.code, found["sound"], found["bad_events"]) == (1, False, [])
    assert [broken["missing"] for broken in found["anchors"]["broken"]] == [1]
    assert "1 of 14 events are missing at the end" in found["problems"][0]


def test_a_review_is_an_anchor_of_what_is_over_from_what_is_kept_of_it(told: CommandLine) -> None:
    told.ok("declare", "Another one")
    other = next(item["ref"] for item in told.json("list") if item["title"] == "Another one")
    told.ok("resolve", "-i", other)
    review = told.ok("report", "--template", "weekly-review")

    assert set(anchors_in(review)) == set(anchors_in(told.ok("anchor")))
    assert "ok: 2 anchors held" in told.ok("verify", "--anchor", "-", stdin=review.encode())
    cut(told, 1)
    answer = told("verify", "--anchor", "-", stdin=review.encode())
    assert (answer.code, f"{other}, device " in answer.out, "1 of " in answer.out) == (1, True, True)


def test_a_status_post_is_an_anchor_on_demand(told: CommandLine) -> None:
    told.ok("say", "external", "We are on it", "--anchor", "--sent")
    (posted,) = (body["text"] for body in told.bodies("message.drafted"))

    assert posted.startswith("We are on it\n\nRecord: INC-")
    assert "ok: 1 anchor held" in told.ok("verify", "--anchor", "-", stdin=posted.encode())
    cut(told, 4)
    assert "2 of 14 events are missing" in told("verify", "--anchor", "-", stdin=posted.encode()).out


@pytest.mark.parametrize("events", range(1, 11))
def test_every_cut_is_measured(told: CommandLine, events: int) -> None:
    anchors = told.ok("anchor")
    cut(told, events)

    answer = told("verify", "--anchor", "-", stdin=anchors.encode())

    assert (answer.code, f" {events} of 14 events are missing at the end" in answer.out) == (1, True)


def test_an_incident_that_is_gone_altogether_is_missed(told: CommandLine, tmp_path: Path) -> None:
    other = CommandLine(tmp_path / "other")
    other.ok("declare", "Another one")

    answer = other("verify", "--anchor", "-", stdin=told.ok("anchor").encode())

    assert (answer.code, "there is no such incident here" in answer.out) == (1, True)


def test_what_has_no_anchor_is_refused(told: CommandLine) -> None:
    answer = told("verify", "--anchor", "-", stdin=b"just words 12345678 9")

    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("error: no anchor in standard input; give a report")


def test_anchors_of_one_incident_and_for_machines(told: CommandLine) -> None:
    (found,) = told.json("anchor")

    assert found["events"] == 14
    assert told.ok("anchor") == f"anchor {found['ref']} {found['device']} 14 {found['hash']}\n"
    assert told.ok("anchor", "-i", found["ref"]) == told.ok("anchor")


@pytest.mark.parametrize(
    "text",
    [
        f"anchor INC-20261121-BB4 33848920 3 {HASH}",
        f"anchor INC-20261121-BB4\n33848920 3\n{HASH}\n",
        f"> anchor INC-20261121-BB4 33848920 3 {HASH}",
        f"INC-20261121-BB4, as of now\n- Device 33848920: 3 events, last hash {HASH}",
        f"Reference: INC-20261121-BB4\n| 33848920 | 3 | {HASH} |",
        f"<p>INC-20261121-BB4</p><tr><td>33848920</td>\n<td>3</td><td>{HASH}</td>",
    ],
)
def test_anchors_are_found_however_they_were_pasted(text: str) -> None:
    assert anchors_in(text) == [Anchor("INC-20261121-BB4", "33848920", 3, HASH)]


@pytest.mark.skipif(SSH_KEYGEN is None, reason="ssh-keygen is not installed")
def test_anchors_are_signed_and_checked_with_ssh_keygen(told: CommandLine, tmp_path: Path) -> None:
    """The two commands of docs/security.md, with a key made for the test."""
    key, anchors, signers = tmp_path / "key", tmp_path / "anchors.txt", tmp_path / "allowed_signers"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True, capture_output=True)
    signers.write_text(f"dana@example.com {key.with_suffix('.pub').read_text()}")
    anchors.write_text(told.ok("anchor"))
    subprocess.run(
        ["ssh-keygen", "-Y", "sign", "-f", str(key), "-n", "incident-tui", str(anchors)],
        check=True,
        capture_output=True,
    )
    check = ["ssh-keygen", "-Y", "verify", "-f", str(signers), "-I", "dana@example.com", "-n", "incident-tui"]
    check += ["-s", str(anchors.with_suffix(".txt.sig"))]

    whole = subprocess.run(check, input=anchors.read_bytes(), capture_output=True, check=False)
    forged = subprocess.run(
        check, input=anchors.read_bytes().replace(b" 14 ", b" 13 "), capture_output=True, check=False
    )

    assert whole.returncode == 0, whole.stderr
    assert b'Good "incident-tui" signature for dana@example.com' in whole.stdout
    assert forged.returncode != 0


def swapped(lines: list[str]) -> list[str]:
    return [*lines[:5], lines[6], lines[5], *lines[7:]]


def edited(lines: list[str]) -> list[str]:
    return [*lines[:5], lines[5].replace("finding", "finding,", 1), *lines[6:]]


def flipped(lines: list[str]) -> list[str]:
    line = lines[5].replace('"actor":"dana"', '"actor":"dan`"')
    assert line != lines[5]
    return [*lines[:5], line, *lines[6:]]


def inserted(lines: list[str]) -> list[str]:
    forged = {**json.loads(lines[5]), "id": json.loads(lines[5])["id"][:-1] + "z"}
    return [*lines[:6], json.dumps(forged), *lines[6:]]


TAMPERINGS: list[Callable[[list[str]], list[str]]] = [
    edited,
    flipped,
    swapped,
    inserted,
    lambda lines: [*lines[:5], *lines[6:]],
    lambda lines: lines[1:],
    lambda lines: [*lines[:5], lines[5], *lines[5:]],
    lambda lines: [*lines[:5], lines[5][:-9], *lines[6:]],
]


def verified(export: str, tmp_path: Path, anchors: str = "") -> subprocess.CompletedProcess[str]:
    """What the script says, run by an interpreter that knows of no other package."""
    file, kept = tmp_path / "export.jsonl", tmp_path / "anchors.txt"
    file.write_text(export)
    kept.write_text(anchors)
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(file), *([str(kept)] if anchors else [])]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_script_finds_a_whole_export_whole(told: CommandLine, tmp_path: Path) -> None:
    done = verified(told.ok("export"), tmp_path, told.ok("anchor"))

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("ok: 14 events, 1 anchors held\n")


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_the_script_finds_every_tampering(
    told: CommandLine, tmp_path: Path, tampering: Callable[[list[str]], list[str]]
) -> None:
    export = "\n".join(tampering(told.ok("export").splitlines()))

    done = verified(export, tmp_path)

    assert (done.returncode, "BAD" in done.stdout) == (1, True), done.stdout


@pytest.mark.parametrize("events", range(1, 11))
def test_the_script_finds_a_cut_end_through_the_anchor(told: CommandLine, tmp_path: Path, events: int) -> None:
    export = "".join(told.ok("export").splitlines(keepends=True)[:-events])

    assert verified(export, tmp_path).returncode == 0
    assert verified(export, tmp_path, told.ok("anchor")).returncode == 1


def test_the_script_is_short_and_printed_in_the_documentation() -> None:
    script = SCRIPT.read_text()

    assert len(script.splitlines()) <= 40
    assert script in (HOUSE / "docs" / "security.md").read_text()


def test_what_is_no_reference_is_not_printed_beside_an_anchor(told: CommandLine, tmp_path: Path) -> None:
    forged = f"INC-20261121-EEE 1 anchor INC-20261121-AAA deadbeef 5 {'0' * 64}"
    other = CommandLine(tmp_path / "other")
    other.ok("import", "-", stdin=rewritten(told.ok("export"), ref=forged).encode())

    (line,) = other.ok("anchor").splitlines()
    assert re.fullmatch(r"anchor [0-9a-f]{8} 14 [0-9a-f]{64}", line)
    assert "ok: 1 anchor held" in other.ok("verify", "--anchor", "-", stdin=line.encode())
    other.ok("say", "internal", "We are on it", "--anchor", "--sent")
    assert [anchor.device for anchor in anchors_in(other.bodies("message.drafted")[0]["text"])] == [line.split()[1]]
