"""Bit rot, pages that are gone, files cut short, rows changed by hand: found, named, and the rest is saved."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from incident_tui.domain.events import Event
from incident_tui.domain.evolve import fold
from incident_tui.domain.incident import Incident
from incident_tui.journal import Journal, JournalError, codec, verify
from incident_tui.journal.anchors import Anchor, anchors_of, mismatch
from incident_tui.journal.carving import START
from incident_tui.journal.codec import Row
from incident_tui.journal.salvage import salvage
from tests.journal.journals import chained, tell
from tests.story import checkout_outage, quiet_story

PAGE = 4096
REF = "INC-20261121-K7Q"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed journal with two stories."""
    path = tmp_path / "incidents.db"
    with Journal.open(path) as journal:
        tell(journal, checkout_outage())
        tell(journal, quiet_story(checkout_outage().now))
    return path


def live_bytes(path: Path) -> list[int]:
    """The places of all bytes of events in the file: their texts, wherever these go on, and what says how long."""
    data = path.read_bytes()
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("select * from events").fetchall()
    places: set[int] = set()
    for _, identifier, incident, *rest in rows:
        start = data.index(f"{identifier}{incident}{rest[0]}".encode())
        head = max(match.start() for match in START.finditer(data, start - 40, start))
        text = "".join((identifier, incident, *rest)).encode()
        # The part of a text that another page holds is left out: the way there is found out by its hash all the same.
        same = next((at for at, (a, b) in enumerate(zip(text, data[start:], strict=False)) if a != b), len(text))
        places |= {*range(head - 1, start + same)}
    return sorted(places)


def names(path: Path) -> list[str]:
    """What verify says, or what opening says where that is refused."""
    try:
        with Journal.open(path, writable=False) as journal:
            return [problem.text for problem in journal.verify()]
    except JournalError as error:
        return [error.reason]


class Flips(NamedTuple):
    """How many flips were found at all, put down to an event, and seen by SQLite's own check."""

    found: int
    named: int
    by_sqlite: int


def flipped(path: Path, flips: int) -> Flips:
    """What is said of so many flips of one bit in live bytes, one at a time."""
    chance = random.Random(flips)
    whole, places = path.read_bytes(), live_bytes(path)
    said = []
    for _ in range(flips):
        data = bytearray(whole)
        data[chance.choice(places)] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
        said.append(names(path))
    path.write_bytes(whole)
    events = [[line for line in lines if line.startswith("event")] for lines in said]
    sqlite = [[line for line in lines if line.startswith("the ")] for lines in said]
    return Flips(*(sum(map(bool, lines)) for lines in (said, events, sqlite)))


def test_flips_are_found(path: Path) -> None:
    flips = flipped(path, 60)

    assert flips.found == 60
    assert flips.named >= 55
    assert flips.by_sqlite < 40, "the chain is what finds them"


@pytest.mark.faults
def test_two_thousand_flips_are_found(path: Path) -> None:
    flips = flipped(path, 2000)

    assert flips.found >= 1980, flips
    assert flips.named >= 1900, flips
    assert flips.by_sqlite < 1000, flips


def edits() -> Iterator[str]:
    for seq in (1, 5, 50, 103, 104):
        yield f"update events set actor = actor || ' ' where seq = {seq}"
        yield f"update events set body = replace(body, 'a', 'b') where seq = {seq} and instr(body, 'a')"
        yield f"update events set at = '2020-01-01T00:00:00.000Z' where seq = {seq}"
        yield f"update events set device = '0000000f' where seq = {seq}"
        yield f"delete from events where seq = {seq}"


def rewritten(path: Path, *statements: str) -> list[str]:
    """What verify says after somebody who knows SQLite was there."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for name in ("events_stay", "events_remain", "events_are_new"):
            connection.execute(f"drop trigger if exists {name}")
        changes = connection.total_changes
        for statement in statements:
            connection.execute(statement)
        assert connection.total_changes > changes
    return names(path)


@pytest.mark.parametrize("edit", edits())
def test_every_edit_of_a_row_is_found(path: Path, edit: str) -> None:
    assert rewritten(path, edit) != []


def test_the_test_notices_a_hash_that_leaves_a_column_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    complete = codec.digest
    for module in (codec, verify):
        monkeypatch.setattr(module, "digest", lambda row, *_: complete(row._replace(actor="")))
    path = tmp_path / "incidents.db"
    write(path, chained(checkout_outage().events))

    with pytest.raises(AssertionError):
        test_every_edit_of_a_row_is_found(path, "update events set actor = 'somebody' where seq = 5")


@pytest.mark.parametrize("fields", ["body", "kind, body", "at, recorded, actor, kind, body", "id", "id, prev, hash"])
@pytest.mark.parametrize("first", [3, 8, 40])
def test_every_swap_of_rows_is_found(path: Path, fields: str, first: int) -> None:
    """Also of all that stands in them, that is of their numbers."""
    second = first + 1
    names = [name.strip() for name in fields.split(",")]
    hidden = ", ".join(f"{name} || '~'" if name == "id" else name for name in names)
    there = f"(select {fields} from apart where seq = {second})"
    assert rewritten(
        path,
        f"create table apart as select * from events where seq in ({first}, {second})",
        f"update events set ({fields}) = (select {hidden} from apart where seq = {second}) where seq = {first}",
        f"update events set ({fields}) = (select {fields} from apart where seq = {first}) where seq = {second}",
        f"update events set ({fields}) = {there} where seq = {first}",
        "drop table apart",
    )


def anchored(path: Path) -> list[Anchor]:
    with Journal.open(path, writable=False) as journal:
        return anchors_of(REF, journal.rows(checkout_outage().id))


def missing(path: Path, anchors: list[Anchor]) -> int:
    incident = checkout_outage().id
    with Journal.open(path, writable=False) as journal:
        found = [mismatch(anchor, incident, journal.rows(incident)) for anchor in anchors]
    return sum(item.missing for item in found if item)


def test_the_end_that_went_with_a_deleted_log_is_found_through_the_anchor(tmp_path: Path) -> None:
    """SQLite and the chains take the file for whole: it is, as of its last checkpoint."""
    path, copy = tmp_path / "incidents.db", tmp_path / "copy.db"
    events = chained(checkout_outage().events)
    write(path, events[:80])
    with Journal.open(path) as journal:
        with journal.writing() as transaction:
            for event in events[80:]:
                transaction.append(event)
        copy.write_bytes(path.read_bytes())
    anchors = anchored(path)

    assert missing(path, anchors) == 0
    assert names(copy) == []
    assert missing(copy, anchors) == len(events) - 80


def write(path: Path, events: list[Event]) -> None:
    """A journal with these events of one incident, closed."""
    with Journal.open(path) as journal, journal.writing() as transaction:
        for event in events:
            transaction.append(event)
        transaction.summarise(fold(events, Incident(events[0].incident)), events[-1].recorded)


def cells(path: Path) -> dict[Row, list[range]]:
    """The places of each event's record in the file: what says how long its texts are, and these, on all its pages."""
    data = path.read_bytes()
    with Journal.open(path, writable=False) as journal:
        return {row: list(cell(data, row)) for row in journal.rows()}


def cell(data: bytes, row: Row) -> Iterator[range]:
    """The pieces of an event's record, with the numbers of the pages where it goes on."""
    text = "".join(row).encode()
    start = data.index("".join(row[:4]).encode())
    head = max(match.start() for match in START.finditer(data, start - 40, start)) - 1
    done = next((at for at, (a, b) in enumerate(zip(text, data[start:], strict=False)) if a != b), len(text))
    following = start + done
    yield range(head, following + (4 if done < len(text) else 0))
    while done < len(text):
        place = (int.from_bytes(data[following : following + 4], "big") - 1) * PAGE
        size = min(len(text) - done, PAGE - 4)
        assert data[place + 4 : place + 4 + size] == text[done : done + size]
        yield range(place, place + 4 + size)
        done, following = done + size, place


class Saved(NamedTuple):
    """What was saved of a damaged file: its events, and the ids of those that are said to have changed."""

    rows: set[Row]
    changed: set[str]


def saved_after(path: Path, damage: bytes, whole: bytes) -> Saved:
    """What is saved of a damaged file, which stays as it is."""
    path.write_bytes(damage)
    target = path.with_name("repaired.db")
    target.unlink(missing_ok=True)
    found = salvage(path, target)
    assert path.read_bytes() == damage
    path.write_bytes(whole)
    with Journal.open(target) as journal:
        saved = list(journal.rows())
        assert found.changed or not [item for item in journal.verify() if item.wrong in ("content", "file")]
    assert len(saved) == found.events
    return Saved(set(saved), {item.id for item in found.changed})


def ruin(chance: random.Random, whole: bytes) -> bytes:
    """Zeroed pages, rubbish in pages, a few hundred flipped bits, or all at once."""
    data = bytearray(whole)
    pages = len(data) // PAGE
    for _ in range(chance.choice((0, 1, 5))):
        page = chance.randrange(pages) * PAGE
        data[page : page + PAGE] = chance.choice((bytes(PAGE), chance.randbytes(PAGE)))
    for _ in range(chance.choice((0, 1, 300))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def ruined(path: Path, times: int) -> int:
    """Ruin the file so often: what is unharmed is saved as it was, the rest is said to have changed; how many were."""
    chance = random.Random(times)
    whole, places = path.read_bytes(), cells(path)
    there = 0
    for _ in range(times):
        damage = ruin(chance, whole)
        unharmed = {
            row
            for row, pieces in places.items()
            if all(damage[piece.start : piece.stop] == whole[piece.start : piece.stop] for piece in pieces)
        }
        saved = saved_after(path, damage, whole)
        assert {row.id for row in unharmed - saved.rows} == set(), "unharmed and lost"
        assert {row.id for row in saved.rows - places.keys()} == saved.changed
        there += len(unharmed)
    return there


def test_what_is_unharmed_in_a_ruined_file_is_saved(path: Path) -> None:
    assert ruined(path, 6) > 300


@pytest.mark.faults
def test_what_is_unharmed_in_300_ruined_files_is_saved(path: Path) -> None:
    assert ruined(path, 300) > 15_000
