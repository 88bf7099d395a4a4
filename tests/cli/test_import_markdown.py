"""Post-mortems in Markdown: shown first, entered once, the same on every machine."""

import json
from pathlib import Path
from unittest import mock

import pytest

from incident_tui.cli import pasts
from tests.cli.conftest import CommandLine
from tests.pasts.shared import FILES

POST_MORTEM = """# Checkout fails

Severity: SEV2

## Timeline

- 10:01 **Outage begins**
- 10:05 Alert triggered on Slack
- ca. 10:40 Root cause identified by @kim: the pool is too small
- 11:10 Incident resolved
"""
DRY = ("--dry-run", "--json")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "2024-03-13-checkout.md"
    path.write_text(POST_MORTEM)
    return path


@pytest.fixture
def other(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path / "other")


def test_a_dry_run_shows_and_creates_nothing(cli: CommandLine, file: Path) -> None:
    assert json.loads(cli.ok("import", str(file), *DRY)) == {
        "incidents": [
            {
                "title": "Checkout fails",
                "timezone": None,
                "events": [
                    {"occurred": "2024-03-13T10:01", "text": "Outage begins"},
                    {"occurred": "2024-03-13T10:05", "text": "Alert triggered on Slack"},
                    {"occurred": "2024-03-13T10:40", "text": "Root cause identified by @kim: the pool is too small"},
                    {"occurred": "2024-03-13T11:10", "text": "Incident resolved"},
                ],
                "warnings": [
                    "the day is taken from the file's name: 2024-03-13",
                    "no time zone is stated anywhere; none is made up",
                    "line 9: “ca. 10:40” is approximate",
                ],
            }
        ]
    }
    shown = cli.ok("import", str(file), "--dry-run")

    assert "none stated; Europe/Berlin would be assumed" in shown
    assert "~2024-03-13T10:40" in shown
    assert "identified" in shown
    assert shown.endswith("nothing was entered\n")
    assert not cli.home.exists()


def test_it_becomes_an_incident_that_can_be_read(cli: CommandLine, file: Path) -> None:
    out = cli.ok("import", str(file))

    assert out.splitlines()[0].endswith(
        "Checkout fails (4 entries; times assumed to be Europe/Berlin, --zone says otherwise)"
    )
    (listed,) = cli.json("list")
    assert (listed["title"], listed["severity"], listed["status"]) == ("Checkout fails", 2, "closed")
    assert listed["ref"].startswith("INC-20240313-")
    shown = cli.json("show")
    assert {name: found["at"] for name, found in shown["milestones"].items()} == {
        "started": "2024-03-13T09:01:00+00:00",
        "detected": "2024-03-13T09:05:00+00:00",
        "identified": "2024-03-13T09:40:00+00:00",
        "resolved": "2024-03-13T10:10:00+00:00",
    }
    kinds = [(body["kind"], body["text"].split("\n")[0]) for body in cli.bodies("entry.logged")]
    assert kinds[1:] == [
        ("note", "Outage begins"),
        ("alert", "Alert triggered on Slack"),
        ("cause", "Root cause identified by @kim: the pool is too small"),
        ("note", "Incident resolved"),
    ]
    note = cli.bodies("entry.logged")[0]["text"]
    assert "time zone: Europe/Berlin, assumed, because the document states none" in note
    assert cli.bodies("entry.logged")[3]["tags"] == ["approximate"]
    assert "in the document: “ca. 10:40”" in cli.bodies("entry.logged")[3]["text"]


def test_the_zone_is_asked_once(cli: CommandLine, file: Path) -> None:
    cli.ok("import", str(file), "--zone", "America/New_York")

    assert cli.json("show")["milestones"]["resolved"]["at"] == "2024-03-13T15:10:00+00:00"
    assert "is here already" in cli.ok("import", str(file))


def test_importing_twice_changes_nothing(cli: CommandLine, file: Path) -> None:
    cli.ok("import", str(file))
    before = cli.ok("export")

    again = cli.ok("import", str(file))

    assert "is here already: Checkout fails" in again
    assert cli.ok("export") == before
    assert cli.json("verify")["sound"] is True
    assert json.loads(cli.ok("import", str(file), "--json"))["incidents"][0]["new"] is False


def test_elsewhere_it_is_the_same_incident(cli: CommandLine, other: CommandLine, file: Path, tmp_path: Path) -> None:
    cli.ok("import", str(file))
    events = tmp_path / "events.jsonl"
    events.write_text(cli.ok("export"))

    other.ok("import", str(events))

    assert other.ok("export") == cli.ok("export")
    assert other.json("verify")["sound"] is True
    assert "is here already" in other.ok("import", str(file))
    other.ok("reopen", "-i", cli.json("list")[0]["ref"], "it came back")
    events.write_text(other.ok("export"))
    assert cli.ok("import", str(events)) == "1 event imported, 10 were here already\n"


@pytest.mark.skipif(not FILES, reason="the shared corpus is not here")
def test_every_real_post_mortem_is_entered(cli: CommandLine, other: CommandLine) -> None:
    for file in FILES:
        cli.ok("import", str(file))

    assert len(cli.json("list")) == len(FILES)
    assert cli.json("verify")["sound"] is True
    exported = cli.ok("export")
    other.ok("import", stdin=exported.encode())
    assert other.ok("export") == exported
    assert other.json("verify")["sound"] is True


def test_standard_input_may_hold_a_document(cli: CommandLine) -> None:
    text = POST_MORTEM.replace("# Checkout fails", "# 2024-03-13, checkout fails")

    assert "2024-03-13, checkout fails" in cli.ok("import", "-", stdin=text.encode())
    assert "is here already" in cli.ok("import", stdin=text.encode())


def test_prose_with_a_day_is_kept_for_the_history(cli: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "2024-03-13-prose.md"
    file.write_text("# The pool was too small\n\nWe talked about it for a day.\n")

    assert "no timeline was found" in cli.ok("import", str(file))
    assert cli.json("list")[0]["declared_at"] == "2024-03-12T23:00:00+00:00"


@pytest.mark.parametrize(
    ("text", "words", "part"),
    [
        ("# Notes\n\nWe met.\n", (), "no timeline and no day in it; its entries must start with a time"),
        ("# x\n\n## Timeline\n\n- 10:00 a\n", (), "“x” has no date anywhere; write the day into its title"),
        ("# x\n\n## Timeline\n\n- 2099-01-01 10:00 a\n", (), "“x” lies in the future, on 2099-01-01"),
        (POST_MORTEM, ("--zone", "Mars"), "is not a time zone"),
        ("\x00\xff" * 100, (), "no timeline and no day in it"),
    ],
)
def test_an_error_is_one_line(cli: CommandLine, tmp_path: Path, text: str, words: tuple[str, ...], part: str) -> None:
    file = tmp_path / "x.md"
    file.write_text(text)

    answer = cli("import", str(file), *words)

    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("error: ")
    assert answer.err.count("\n") == 1
    assert part in answer.err
    assert cli.json("list") == []


def test_a_dry_run_of_events(live: CommandLine, other: CommandLine) -> None:
    live.ok("log", "the pool is exhausted")
    events = live.ok("export").encode()

    tried = json.loads(other.ok("import", "-", *DRY, stdin=events))

    (incident,) = tried["incidents"]
    assert (incident["title"], incident["timezone"], incident["warnings"]) == ("Checkout fails", "Europe/Berlin", [])
    assert incident["events"][-1]["text"] == "the pool is exhausted"
    assert not other.home.exists()
    assert other.ok("import", "--dry-run", stdin=events) == (
        "3 events would be imported, 0 are here already; nothing was entered\n"
    )
    here = json.loads(live.ok("import", "-", *DRY, stdin=events))
    assert here["incidents"][0]["warnings"] == ["3 of 3 events would change nothing: here already"]
    assert live("import", "-", "--zone", "UTC", stdin=events).code == 2
    assert json.loads(other.ok("import", "--json", stdin=events)) == {"added": 3, "known": 0, "evidence_missing": 0}


def test_what_is_too_long_is_refused_before_it_is_looked_through(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pasts, "scrub", mock.Mock(side_effect=AssertionError("looked through")))

    said = cli("import", "-", stdin=b"\xff" * 4_000_001)

    assert (said.code, said.out) == (1, "")
    assert said.err == "error: the text is no post-mortem: it is longer than 4,000,000 characters\n"
