"""`repair`: a new database beside the damaged one, which stays as it is; what is lost is said."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from tests.cli.conftest import CommandLine

PAGE = 4096


def damaged(live: CommandLine) -> Path:
    """A journal with its first page and one of its events' pages gone."""
    for number in range(40):
        live.ok("log", f"finding {number} {'x' * 300}")
    database = live.home / "data" / "incidents.db"
    data = bytearray(database.read_bytes())
    page = data.index(b"finding 20 xxx") // PAGE * PAGE
    data[page : page + PAGE] = bytes(PAGE)
    data[:PAGE] = bytes(PAGE)
    database.write_bytes(data)
    return database


def test_a_damaged_journal_is_repaired_and_goes_on(live: CommandLine) -> None:
    database = damaged(live)
    before = database.read_bytes()
    assert live("log", "x").code == 1

    out = live.ok("repair").splitlines()

    (made,) = database.parent.glob("incidents-repaired-*.db")
    assert database.read_bytes() == before
    assert out[0].startswith("lost: events number ")
    assert f"events saved in {made}; incidents.db is as it was" in out[-2]
    assert out[-1].startswith("to go on with it: end all programs, move incidents.db and incidents.db-wal away")
    made.replace(database)
    live.ok("log", "we go on")
    assert len(live.ok("export").splitlines()) > 30
    assert [event["wrong"] for event in json.loads(live("verify", "--json").out)["bad_events"]] == ["missing"]


def test_for_machines(live: CommandLine, tmp_path: Path) -> None:
    database, made = damaged(live), tmp_path / "made.db"

    found = json.loads(live.ok("repair", str(database), "-o", str(made), "--json"))

    assert found["file"] == str(made)
    ((first, last),) = found["gaps"]
    assert found["events"] + last - first + 1 == 42
    assert (found["changed"], [item["events"] for item in found["lost"]]) == ([], [])


def test_what_is_no_database_is_refused_and_nothing_is_left_behind(cli: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_bytes(b"nothing\n" * 1000)

    answers = [cli("repair"), cli("repair", str(file)), cli("repair", str(tmp_path))]

    assert [answer.code for answer in answers] == [1, 1, 1]
    assert "is no file" in answers[0].err
    assert "no event can be read in notes.txt; restore it from a backup" in answers[1].err
    assert [item.name for item in tmp_path.iterdir() if item != cli.home] == ["notes.txt"]


def test_what_is_kept_to_be_fast_is_compared_and_made_anew_in_place(live: CommandLine) -> None:
    database = live.home / "data" / "incidents.db"
    for number in range(130):  # so many have a checkpoint
        live.ok("log", f"finding {number}")
    with sqlite3.connect(database) as connection:
        connection.execute("update incidents set title = 'Nothing fails'")
        connection.execute("update checkpoints set state = json_set(state, '$.title', 'Nothing fails')")
    connection.close()

    answer = live("verify")

    assert answer.code == 1
    assert [line.partition(": its ")[2] for line in answer.out.splitlines()] == [
        "checkpoint is not what its events make",
        "line in the list is not what its events make",
    ]
    assert answer.err == (
        "error: 2 problems found; the events are whole: `incident-tui repair --views` makes the rest anew from them\n"
    )
    assert live.ok("repair", "--views") == "all that is kept of 1 incident is made anew from their events\n"
    assert "ok: the database, the chains and the evidence are whole" in live.ok("verify")
    assert json.loads(live.ok("repair", "--views", "--json")) == {"incidents": 1}
    assert live("repair", "--views", "-o", "x.db").code == 2
