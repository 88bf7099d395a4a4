"""Verbs that read, and files that verbs write."""

import json
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine


def test_nothing_yet(cli: CommandLine) -> None:
    assert cli.ok("list").startswith("no incidents yet")
    assert cli.json("list") == []
    assert cli.ok("export") == ""
    assert cli("show").code == 1


def test_the_latest_incident_is_read_when_none_is_live(live: CommandLine) -> None:
    live.ok("resolve", "over")

    assert live.json("show")["status"] == "resolved"
    assert live("log", "x").err.startswith("error: no incident is live")


def test_two_live_incidents_must_be_told_apart(live: CommandLine) -> None:
    second = live.ok("declare", "Login fails", "--severity", "high").strip()

    assert "say which" in live("log", "x").err
    live.ok("log", "-i", second[-3:].lower(), "x")
    first, other = live.json("list")
    assert {first["title"], other["title"]} == {"Checkout fails", "Login fails"}
    assert first["live"] is other["live"] is True


def test_show_has_clocks_and_phases(live: CommandLine) -> None:
    live.ok("step", "done", "1.1")
    document = live.json("show")
    page = live.ok("show")

    clocks = document["clocks"]
    assert clocks["resolve"]["budget_seconds"] == 7200
    assert clocks["acknowledge"]["level"] == "done"
    assert clocks["next_update"]["name"] == "internal"
    assert clocks["phases"][0]["settled"] == 1
    assert clocks["phases"][0]["budget_seconds"] == 300
    assert document["next_step"] == "1.2"
    assert "incident commander  dana" in page
    assert "next  1.2 " in page


def test_search_finds_and_says_when_it_does_not(live: CommandLine) -> None:
    live.ok("log", "pool timeout in checkout")

    assert "pool timeout in checkout" in live.ok("search", "timeout", "poo")
    assert live.ok("search", "nowhere") == "nothing found\n"
    assert live("search", "***", "--json").out == "[]\n"


def test_the_report(live: CommandLine, tmp_path: Path) -> None:
    live.ok("log", "the only finding")
    file = tmp_path / "report.md"

    out = live.ok("report")
    assert out.startswith("# ")
    assert "the only finding" in out
    live.ok("report", "-o", str(file))
    assert "the only finding" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "exists already" in live("report", "-o", str(file)).err
    live.ok("report", "-o", str(file), "--force")


def test_a_report_never_follows_a_link(live: CommandLine, tmp_path: Path) -> None:
    precious, link = tmp_path / "precious", tmp_path / "link.md"
    precious.write_text("precious")
    link.symlink_to(precious)

    assert live("report", "-o", str(link)).code == 1
    live.ok("report", "-o", str(link), "--force")

    assert precious.read_text() == "precious"
    assert not link.is_symlink()


def test_a_report_as_of_a_time_before_everything(live: CommandLine) -> None:
    answer = live("report", "--at", "1h ago")

    assert answer.code == 1
    assert answer.err.startswith("error: nothing was recorded by ")


def test_attach(live: CommandLine, tmp_path: Path) -> None:
    text, binary = tmp_path / "heap.txt", tmp_path / "core"
    text.write_text("".join(f"line {number}\n" for number in range(100)))
    binary.write_bytes(bytes(range(256)) * 10_000)

    live.ok("attach", str(text), str(binary))

    first, second = live.bodies("file.attached")
    assert (first["name"], first["preview"].splitlines()[-1]) == ("heap.txt", "line 39")
    assert (second["size"], second["preview"]) == (2_560_000, "")
    kept = live.home / "data" / "blobs" / second["sha256"]
    assert kept.read_bytes() == binary.read_bytes()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_attach_looks_at_all_files_first(live: CommandLine, tmp_path: Path) -> None:
    good = tmp_path / "good"
    good.write_text("good")

    assert live("attach", str(good), str(tmp_path / "missing")).code == 1
    assert live.bodies("file.attached") == []


NO_ANCHORS = {"compared": 0, "broken": []}


def test_verify_finds_a_changed_row_and_a_changed_file(live: CommandLine) -> None:
    live.process_ok("run", "--", "echo", "evidence")
    assert live.json("verify") == {
        "sound": True,
        "problems": [],
        "bad_events": [],
        "evidence_elsewhere": [],
        "anchors": NO_ANCHORS,
    }

    (blob,) = (live.home / "data" / "blobs").iterdir()
    blob.write_text("changed")
    with sqlite3.connect(live.home / "data" / "incidents.db") as database:
        database.execute("drop trigger events_stay")
        database.execute("update events set actor = 'mallory' where seq = 1")
    database.close()

    answer = live("verify", "--json")
    assert answer.code == 1
    found = json.loads(answer.out)
    assert len(found["problems"]) == 2
    assert [(event["seq"], event["wrong"]) for event in found["bad_events"]] == [(1, "content")]
    assert answer.err.startswith("error: 2 problems found")


def blobs(cli: CommandLine) -> list[Path]:
    return sorted((cli.home / "data" / "blobs").iterdir())


def test_verify_names_evidence_that_is_missing(live: CommandLine) -> None:
    live.process_ok("run", "--", "echo", "one")
    live.process_ok("run", "--", "echo", "one")
    event = live.json("search", "echo one")[-1]
    (blob,) = blobs(live)
    blob.unlink()
    problem = f"event {event['id']}: its evidence {blob.name} is missing"

    one, document = live("verify"), live("verify", "--json")
    live.process_ok("run", "--", "echo", "two")
    blobs(live)[0].unlink()
    two = live("verify")

    assert (one.code, one.out) == (document.code, f"{problem}\n") == (1, f"{problem}\n")
    assert json.loads(document.out) == {
        "sound": False,
        "problems": [problem],
        "bad_events": [],
        "evidence_elsewhere": [],
        "anchors": NO_ANCHORS,
    }
    assert one.err.startswith("error: 1 problem found; ")
    assert (two.code, two.out.count(" is missing\n")) == (1, 2)
    assert two.err.startswith("error: 2 problems found; ")


def test_verify_notes_evidence_that_stayed_on_another_device(live: CommandLine, tmp_path: Path) -> None:
    other = CommandLine(tmp_path / "other")
    live.process_ok("run", "--", "echo", "one")
    other.ok("import", stdin=live.ok("export").encode())
    event = json.loads(live.ok("export").splitlines()[-1])
    (blob,) = blobs(live)

    assert other.ok("verify").splitlines() == [
        "ok: the database, the chains and the evidence that is here are whole",
        "1 evidence file of other devices is not here",
    ]
    assert other.json("verify") == {
        "sound": True,
        "problems": [],
        "bad_events": [],
        "anchors": NO_ANCHORS,
        "evidence_elsewhere": [{"event": event["id"], "device": event["device"], "sha256": blob.name}],
    }
    (other.home / "data" / "blobs").mkdir()
    (other.home / "data" / "blobs" / blob.name).write_bytes(blob.read_bytes())
    assert other.ok("verify") == "ok: the database, the chains and the evidence are whole\n"
    other.process_ok("run", "--", "echo", "one")
    blobs(other)[0].unlink()
    assert other("verify").err.startswith("error: 1 problem found; ")


def test_verify_of_a_row_that_is_no_json_tells_of_the_rest_too(live: CommandLine) -> None:
    live.process_ok("run", "--", "echo", "one")
    live.process_ok("run", "--", "echo", "two")
    for blob in blobs(live):
        blob.unlink()
    with sqlite3.connect(live.home / "data" / "incidents.db") as database:
        database.execute("drop trigger events_stay")
        database.execute("update events set body = '{' where seq = 3")
    database.close()

    answer = live("verify")

    assert answer.code == 1
    assert ["fit" in line or "missing" in line for line in answer.out.splitlines()] == [True, True]


def test_backup(live: CommandLine, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    live.ok("backup", str(copy))

    with sqlite3.connect(copy) as database:
        assert database.execute("select count(*) from events").fetchone() == (2,)
    database.close()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert "exists already" in live("backup", str(copy)).err


def test_doctor_is_content_and_says_so(live: CommandLine) -> None:
    document = live.json("doctor")

    found = {check["what"]: check["level"] for check in document["checks"]}
    assert document["ok"] is True
    assert {"database file", "free space", "file system", "SQLite", "journal", "chain", "clock"} <= found.keys()
    assert found["database file"] == found["chain"] == "ok"


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_doctor_names_a_folder_that_cannot_be_written(live: CommandLine) -> None:
    (live.home / "data").chmod(0o500)
    answer = live("doctor")
    (live.home / "data").chmod(0o700)

    assert answer.code == 1
    assert "bad " in answer.out


def test_doctor_lists_a_configuration_that_cannot_be_used(live: CommandLine) -> None:
    (live.home / "config" / "config.toml").write_text('zon = "local"\n')

    answer = live("doctor", "--json")

    document = json.loads(answer.out)
    found = {check["what"]: check for check in document["checks"]}
    assert (answer.code, answer.err, document["ok"]) == (1, "", False)
    assert found["configuration"]["level"] == "bad"
    assert found["configuration"]["found"] == "config.toml: zon: unknown key; did you mean zone?"
    assert found["chain"]["level"] == "ok"
    assert live("list").code == 1


def test_doctor_warns_of_an_open_door(live: CommandLine) -> None:
    (live.home / "data" / "incidents.db").chmod(0o644)

    (check,) = [check for check in live.json("doctor")["checks"] if check["what"] == "database file"]
    assert check["level"] == "warn"
    assert "chmod" in check["cure"]


def test_the_journal_of_a_newer_program_is_read_and_left_alone(live: CommandLine, tmp_path: Path) -> None:
    database = live.home / "data" / "incidents.db"
    with sqlite3.connect(database) as connection:
        connection.execute("pragma user_version = 99")
    connection.close()
    before = database.read_bytes()

    for words in (["log", "x"], ["declare", "y"], ["undo"], ["import", "-"]):
        answer = live(*words, stdin=b"")
        assert (answer.code, answer.out) == (1, "") or words[0] == "import", words
        assert "written by a newer incident-tui" in answer.err or words[0] == "import", words
    for words in (["list"], ["show"], ["report"], ["export"], ["verify"], ["anchor"], ["search", "checkout"]):
        assert live.ok(*words) != "", words
    live.ok("backup", str(tmp_path / "copy.db"))
    assert database.read_bytes() == before


@pytest.mark.parametrize("limit", ["0", "-1"])
def test_a_search_for_less_than_one_line_is_a_mistake(live: CommandLine, limit: str) -> None:
    answer = live("search", "checkout", "--limit", limit)

    assert (answer.code, answer.err) == (2, f"error: --limit {limit} is less than 1\n")
