"""The verb that writes documents: which there are, as of when, in which form, and what it says when it cannot."""

from __future__ import annotations

import csv
import io
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from incident_tui.cli.output import write_new
from incident_tui.domain.events import Event
from incident_tui.journal import Journal
from incident_tui.journal.store import LAST
from tests.cli.conftest import CommandLine


@pytest.fixture
def live(cli: CommandLine) -> CommandLine:
    cli.ok("declare", "Checkout *down*", "--severity", "critical", "--commander", "dana")
    cli.ok("log", "the pool is full", "--kind", "cause")
    cli.ok("action", "add", "=alert on the pool", "--owner", "jonas", "--priority", "high")
    return cli


def own(cli: CommandLine, name: str, source: str) -> Path:
    folder = cli.home / "config" / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.md.j2"
    file.write_text(source, encoding="utf-8")
    return file


def test_all_documents_are_listed_and_can_be_made(live: CommandLine) -> None:
    own(live, "mine", "# {{ report.incident.ref }}\n")
    rows = [line.split() for line in live.ok("report", "--list").splitlines()]
    names = [row[0] for row in rows]

    assert {"incident-report", "postmortem", "status-external", "ics", "weekly-review", "mine"} <= set(names)
    assert len(names) == len(set(names)) == 17
    for name in names:
        assert live.ok("report", "--template", name).strip(), name


def test_the_list_needs_no_incident(cli: CommandLine) -> None:
    assert "monthly-review" in cli.ok("report", "--list")


def test_a_review_of_nothing(cli: CommandLine) -> None:
    assert "| SEV1 critical | 0 | 0 |" in cli.ok("report", "--template", "weekly-review")


def test_a_review_is_about_all(live: CommandLine) -> None:
    live.ok("declare", "Search is slow", "--severity", "high")

    document = live.ok("report", "--template", "daily-summary")

    assert "Checkout \\*down\\*" in document
    assert "Search is slow" in document
    answer = live("report", "--template", "daily-summary", "-i", "zzz")
    assert (answer.code, answer.err) == (2, "error: daily-summary is about all incidents; leave out -i\n")


@pytest.mark.parametrize("name", ["incident-report", "postmortem", "monthly-review"])
def test_before_anything_was_recorded(live: CommandLine, name: str) -> None:
    answer = live("report", "--template", name, "--at", "2h ago")

    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("error: nothing was recorded by ")
    assert answer.err.endswith("name a later time\n")


@pytest.mark.parametrize("name", ["incident-report", "monthly-review"])
def test_what_is_not_known_yet_is_not_reported(live: CommandLine, name: str) -> None:
    answer = live("report", "--template", name, "--at", "2030-01-01T10:00")

    assert (answer.code, answer.out) == (1, "")
    assert answer.err == "error: 1 Jan 2030 10:00:00 lies in the future; give a moment that has been\n"


@pytest.mark.parametrize("name", ["incident-report", "status-internal", "weekly-review"])
def test_as_of_now_is_all(live: CommandLine, name: str) -> None:
    assert "Checkout \\*down\\*" in live.ok("report", "--template", name, "--at", "now")


@pytest.mark.parametrize("name", ["incident-report", "postmortem"])
def test_what_is_recorded_while_it_is_made_is_not_in_it(
    live: CommandLine, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    undisturbed, events = live.ok("report", "--template", name), Journal.events

    def disturbed(journal: Journal, incident: str, *kinds: str, upto: int = LAST) -> Iterator[Event]:
        live.ok("log", "the pool is larger now", "--kind", "fix")
        live.ok("undo")
        live.ok("log", "the pool is larger now", "--kind", "decision")
        return events(journal, incident, *kinds, upto=upto)

    monkeypatch.setattr(Journal, "events", disturbed)
    assert live.ok("report", "--template", name) == undisturbed
    assert "the pool is larger now" in live.ok("report", "--template", name)


def test_a_table_for_a_spreadsheet(live: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "lines.csv"

    live.ok("report", "--template", "timeline-csv", "-o", str(file))

    written = file.read_bytes()
    assert written.count(b"\r\n") == written.count(b"\n")
    assert live.ok("report", "--template", "timeline-csv").encode() == written
    texts = [row["text"] for row in csv.DictReader(io.StringIO(written.decode(), newline=""))]
    assert "'=alert on the pool" in texts


def test_a_page_by_the_name_of_its_file(live: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "review.html"

    live.ok("report", "--template", "postmortem", "-o", str(file))

    page = file.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "<h1>Post-mortem: Checkout *down*</h1>" in page
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert live.ok("report", "--template", "postmortem", "--format", "html") == page
    assert live.ok("report", "--template", "monthly-review", "--format", "html").startswith("<!DOCTYPE html>")


def test_a_pdf(live: CommandLine, tmp_path: Path) -> None:
    pytest.importorskip("weasyprint", reason="the extra pdf is not installed")
    file = tmp_path / "review.pdf"

    live.ok("report", "-o", str(file))

    assert file.read_bytes().startswith(b"%PDF-")
    assert "exists already" in live("report", "-o", str(file)).err


def test_what_is_missing_is_named_in_one_line(live: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    monkeypatch.setitem(sys.modules, "icalendar", None)

    for words, extra in ((["--format", "pdf"], "pdf"), (["--template", "ics"], "calendar")):
        answer = live("report", *words)
        assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)
        assert f"pip install '.[{extra}]' in its clone" in answer.err


def test_only_markdown_becomes_a_page(live: CommandLine) -> None:
    answer = live("report", "--template", "timeline-csv", "--format", "html")

    assert (answer.code, answer.err) == (
        2,
        "error: timeline-csv is CSV; only Markdown documents become HTML or PDF\n",
    )


def test_a_template_of_the_configuration_is_a_document(live: CommandLine) -> None:
    own(live, "short", "{{ report.incident.title }}\n")
    own(live, "postmortem", "ours\n")

    assert live.ok("report", "--template", "short") == "Checkout \\*down\\*\n"
    assert live.ok("report", "--template", "postmortem") == "ours\n"


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        ("one\n{% if %}\n", 2, "Expected an expression"),
        ("one\ntwo\n{{ report.nothing }}\n", 3, "has no attribute 'nothing'"),
        ("{{ report.incident.__class__ }}\n", 1, "unsafe"),
        ("\n\n{% include 'nowhere' %}\n", 3, "no template nowhere"),
    ],
)
def test_an_error_in_a_template_names_file_and_line(live: CommandLine, source: str, line: int, reason: str) -> None:
    file = own(live, "broken", source)

    answer = live("report", "--template", "broken")

    assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)
    assert answer.err.startswith(f"error: {file}:{line}: ")
    assert reason in answer.err
    assert answer.err.endswith("; mend the template\n")


def test_an_unknown_name_says_what_is_near(live: CommandLine) -> None:
    answer = live("report", "--template", "postmorten")

    assert (answer.code, answer.err.count("\n")) == (1, 1)
    assert "did you mean postmortem? name a file, or one of: incident-report, " in answer.err


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("error", [OSError, ValueError, KeyboardInterrupt])
def test_what_breaks_off_leaves_no_file(tmp_path: Path, error: type[BaseException], force: bool) -> None:
    def broken() -> Iterator[bytes]:
        yield b"# Incident report\n" * 10_000
        raise error("gone")

    file = tmp_path / "report.md"
    if force:
        file.write_text("the one before")

    with pytest.raises(error, match="gone"):
        write_new(file, broken(), force=force)

    assert [(found, found.read_text()) for found in tmp_path.iterdir()] == [(file, "the one before")] * force
