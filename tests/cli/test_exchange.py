"""Export and import: the same events, on another machine, all or none."""

import json
import os
import pty
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine

KEYS = ["id", "incident", "device", "at", "recorded", "actor", "kind", "body", "prev", "hash"]


@pytest.fixture
def other(tmp_path: Path) -> CommandLine:
    """Another machine."""
    return CommandLine(tmp_path / "other")


@pytest.fixture
def exported(live: CommandLine, tmp_path: Path) -> Path:
    for number in range(3):
        live.ok("log", f"finding {number} [bold] Größe")
    file = tmp_path / "export.jsonl"
    live.ok("export", "-o", str(file))
    return file


def test_one_event_per_line_with_exactly_the_keys(exported: Path) -> None:
    events = [json.loads(line) for line in exported.read_text().splitlines()]

    assert [list(event) for event in events] == [KEYS] * 5
    assert all(event["at"].endswith("Z") and len(event["at"]) == 24 for event in events)
    assert [event["prev"] for event in events[1:]] == [event["hash"] for event in events[:-1]]


def test_there_and_back_again(live: CommandLine, other: CommandLine, exported: Path) -> None:
    assert other.ok("import", str(exported)) == "5 events imported, 0 were here already\n"
    assert other.ok("import", "-", stdin=exported.read_bytes()) == "0 events imported, 5 were here already\n"

    assert other.ok("export") == live.ok("export") == exported.read_text()
    assert other.json("verify")["sound"] is True
    assert other.json("search", "finding 1")[0]["body"]["text"] == "finding 1 [bold] Größe"
    other.ok("log", "from here")
    other.ok("export", "-o", str(exported), "--force")
    assert live.ok("import", str(exported)) == "1 event imported, 5 were here already\n"
    assert live.json("verify")["sound"] is True


def test_the_order_of_lines_does_not_matter(other: CommandLine, exported: Path) -> None:
    lines = exported.read_text().splitlines()
    text = "\n\n".join(reversed(lines))

    other.ok("import", "-", stdin=text.encode())

    assert other.ok("export").splitlines() == lines
    assert other.json("verify")["sound"] is True


def edited(line: str, **changes: object) -> str:
    return json.dumps({**json.loads(line), **changes})


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda line: line[:-20], "line 3: not JSON"),
        (lambda line: f'{{"body": {"1" * 5000}}}{line[:0]}', "not JSON: a number in it has too many digits"),
        (lambda line: edited(line, actor="mallory"), "does not fit its content"),
        (lambda _: "{}", "line 3: without id"),
        (lambda _: "[]", "line 3: not a JSON object"),
        (lambda _: "\udcff", "line 3: not UTF-8"),
        (lambda _: "[" * 100_000, "line 3: "),
        (lambda line: edited(line, at="yesterday"), "is not a moment"),
        (lambda line: edited(line, body=1.5), "line 3: "),
        (lambda _: None, "line 3: event"),
    ],
)
def test_a_damaged_line_is_named_and_nothing_is_imported(
    other: CommandLine, exported: Path, damage: Callable[[str], str | None], words: str
) -> None:
    lines = exported.read_text().splitlines()
    broken = damage(lines[2])
    lines[2:3] = [] if broken is None else [broken]

    answer = other("import", "-", stdin="\n".join(lines).encode("utf-8", "surrogateescape"))

    assert (answer.code, answer.out) == (1, "")
    assert words in answer.err
    assert answer.err.endswith("; nothing was imported\n")
    assert other.json("list") == []


@pytest.mark.usefixtures("exported")
def test_only_one_incident_is_exported_when_named(live: CommandLine) -> None:
    second = live.ok("declare", "Login fails").strip()

    events = [json.loads(line) for line in live.ok("export", "-i", second).splitlines()]

    assert len(events) == 1
    assert events[0]["body"]["title"] == "Login fails"
    assert len(live.ok("export").splitlines()) == 6


def test_an_existing_file_is_not_overwritten(live: CommandLine, exported: Path) -> None:
    before = exported.read_bytes()

    assert live("export", "-o", str(exported)).code == 1
    assert exported.read_bytes() == before


def test_without_a_file_standard_input_is_read(other: CommandLine, exported: Path) -> None:
    assert other.process_ok("import", stdin=exported.read_bytes()) == "5 events imported, 0 were here already\n"
    assert other.ok("import", "-", stdin=exported.read_bytes()) == "0 events imported, 5 were here already\n"


def test_an_import_says_how_much_evidence_is_not_here(live: CommandLine, other: CommandLine) -> None:
    live.process_ok("run", "--", "echo", "one")
    first = live.ok("export").encode()
    live.process_ok("run", "--", "echo", "one")
    live.process_ok("run", "--", "echo", "two")
    live.process_ok("run", "--", "true")

    assert other.ok("import", stdin=first).splitlines() == [
        "3 events imported, 0 were here already",
        "1 evidence file of these events is not here",
    ]
    assert other.ok("import", stdin=live.ok("export").encode()).splitlines() == [
        "3 events imported, 3 were here already",
        "2 evidence files of these events are not here",
    ]
    assert other.ok("import", "-q", stdin=first) == ""
    assert live.ok("import", stdin=first) == "0 events imported, 3 were here already\n"


@pytest.mark.parametrize("words", [["export"], ["export", "-o", "all.jsonl"], ["export", "-q"]])
def test_an_export_at_a_terminal_says_that_evidence_is_not_part_of_it(
    live: CommandLine, tmp_path: Path, words: list[str]
) -> None:
    def told() -> str:
        master, slave = pty.openpty()
        process = live.command(*words, "--force")
        subprocess.run(process, stdout=subprocess.PIPE, stderr=slave, env=live.environ(), cwd=tmp_path, check=True)
        os.write(slave, b"end\n")
        os.close(slave)
        text = os.read(master, 4096).decode()
        os.close(master)
        return text.replace("\r\n", "\n").removesuffix("end\n")

    assert told() == ""
    live.process_ok("run", "--", "echo", "evidence")

    note = f"1 evidence file in {live.home}/data/blobs is not part of the export; copy that folder too\n"
    assert told() == ("" if "-q" in words else note)
    assert live(*words, "-o", str(tmp_path / "piped")).err == ""


def test_what_has_no_end_is_refused(live: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incident_tui.cli.exchange.MOST_BYTES", 1 << 20)
    monkeypatch.setattr("incident_tui.cli.desk.MOST_TEXT", 1 << 20)
    file = tmp_path / "endless.jsonl"
    file.write_bytes(b"y\n" * (1 << 20))
    before = live.ok("export")

    for words in (("import", str(file)), ("import", "-")):
        answer = live(*words, stdin=file.read_bytes())
        assert (answer.code, answer.err.partition(" is ")[2]) == (
            1,
            "longer than 1 MiB; export and import one incident at a time\n",
        )
    answer = live("log", "-", stdin=file.read_bytes())
    assert (answer.code, answer.err) == (
        1,
        "error: the text is longer than 1 MiB; keep it as a file: incident-tui attach FILE\n",
    )
    assert live.ok("export") == before
