"""Whoever changes, swaps or removes events behind the program's back is found out, and the place is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from incident_tui.domain.search import plain
from incident_tui.journal import Journal, JournalError, Lines
from incident_tui.journal.anchors import anchors_of, mismatch
from incident_tui.journal.codec import COLUMNS, from_row, to_row
from incident_tui.journal.schema import EVENTS
from incident_tui.journal.verify import Problem
from tests.journal.journals import chained, raw, tampering, tell
from tests.story import HERE, THERE, checkout_outage, quiet_story


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed journal with one story."""
    path = tmp_path / "incidents.db"
    with Journal.open(path) as journal:
        tell(journal, checkout_outage())
    return path


def found_in(path: Path) -> list[Problem]:
    with Journal.open(path, writable=False) as journal:
        return journal.verify()


def problems(path: Path) -> list[str]:
    return [problem.text for problem in found_in(path)]


def identifier(path: Path, seq: int) -> str:
    (found,) = raw(path).execute("select id from events where seq = ?", (seq,)).fetchone()
    return str(found)


def test_a_whole_journal_is_sound(path: Path) -> None:
    assert problems(path) == []


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("seq", [1, 20])
def test_an_edit_of_any_column_is_named(path: Path, column: str, seq: int) -> None:
    tampering(path, f"update events set {column} = {column} || '0' where seq = {seq}")

    found = problems(path)

    assert any(identifier(path, seq) in line or "device" in column or "incident" in column for line in found)
    assert any(f"(number {seq})" in line for line in found)


def test_the_body_may_not_even_be_written_in_another_way(path: Path) -> None:
    tampering(path, "update events set body = body || ' ' where seq = 7")

    assert problems(path) == [f"event {identifier(path, 7)} (number 7): its content does not fit its hash"]


def test_two_events_that_changed_places_are_named(path: Path) -> None:
    fields = "actor, kind, body, at, recorded"
    tampering(
        path,
        "create table other as select * from events where seq = 9",
        f"update events set ({fields}) = (select {fields} from events where seq = 8) where seq = 9",
        f"update events set ({fields}) = (select {fields} from other) where seq = 8",
    )

    (found,) = problems(path)

    assert found == f"event {identifier(path, 8)} (number 8): its content does not fit its hash"


def test_two_events_that_swapped_their_ids_are_named(path: Path) -> None:
    first, second = identifier(path, 8), identifier(path, 9)
    tampering(
        path,
        "update events set id = 'x' where seq = 8",
        f"update events set id = '{first}' where seq = 9",
        f"update events set id = '{second}' where seq = 8",
    )

    assert problems(path)[0].startswith(f"event {second} (number 8): its content")


@pytest.mark.parametrize("seq", [1, 2, 30])
def test_a_removed_event_is_missed(path: Path, seq: int) -> None:
    after = identifier(path, seq + 1)
    tampering(path, f"delete from events where seq = {seq}")

    found = problems(path)

    # The first event of all has no other before it: what follows it now begins with a link that leads nowhere.
    assert f"event {after} (number {seq + 1}): the event before it on its device is missing" in found
    assert f"events {seq} to {seq} are missing" in found


def test_a_removed_event_is_missed_even_when_the_rest_closes_up(path: Path) -> None:
    after = identifier(path, 31)
    tampering(path, "delete from events where seq = 30", "update events set seq = seq - 1 where seq > 30")

    assert problems(path) == [
        f"event {after} (number 30): the event before it on its device is missing",
        "INC-20261121-K7Q: 1 of 103 events are missing",
    ]


def test_only_the_chain_that_broke_is_named(path: Path) -> None:
    with Journal.open(path) as journal:
        tell(journal, quiet_story(checkout_outage().now))
    (seq,) = raw(path).execute(f"select min(seq) from events where device = '{THERE}'").fetchone()
    tampering(path, f"update events set actor = 'x' where device = '{THERE}'")

    assert problems(path) == [f"event {identifier(path, seq)} (number {seq}): its content does not fit its hash"]
    assert HERE != THERE


def test_an_event_that_was_put_in_later_is_named(path: Path) -> None:
    columns = ", ".join(COLUMNS[1:])
    tampering(path, f"insert into events (id, {columns}) select id || 'x', {columns} from events where seq = 5")

    assert any(f"event {identifier(path, 5)}x" in line for line in problems(path))


def test_events_that_changed_their_numbers_are_named(path: Path) -> None:
    """The hash does not cover the number, the order of the device's entries does."""
    tampering(
        path,
        "update events set seq = 1000 where seq = 8",
        "update events set seq = 8 where seq = 9",
        "update events set seq = 9 where seq = 1000",
    )

    (found,) = found_in(path)

    assert (found.wrong, found.seq, found.id) == ("order", 8, identifier(path, 8))


@pytest.mark.parametrize("cut", range(1, 11))
def test_a_cut_end_is_seen_as_long_as_the_list_remembers(path: Path, cut: int) -> None:
    tampering(path, f"delete from events where seq > (select max(seq) from events) - {cut}")

    assert problems(path) == [f"INC-20261121-K7Q: {cut} of 103 events are missing"]


@pytest.mark.parametrize("cut", range(1, 11))
def test_a_cut_end_without_a_trace_is_found_through_the_anchor(path: Path, cut: int) -> None:
    ref, incident = "INC-20261121-K7Q", checkout_outage().id
    with Journal.open(path) as journal:
        anchors = anchors_of(ref, journal.rows(incident))
    tampering(
        path,
        f"delete from events where seq > (select max(seq) from events) - {cut}",
        f"update incidents set version = version - {cut}",
    )

    assert problems(path) == []
    with Journal.open(path, writable=False) as journal:
        found = [mismatch(anchor, incident, journal.rows(incident)) for anchor in anchors]
    assert sum(item.missing for item in found if item) == cut


def test_a_past_that_was_written_anew_is_found_through_the_anchor(path: Path) -> None:
    """Every hash is right again; only what was written down elsewhere differs."""
    ref, incident = "INC-20261121-K7Q", checkout_outage().id
    with Journal.open(path) as journal:
        rows = list(journal.rows(incident))
    events = [from_row(row) for row in rows]
    forged = chained([*events[:20], replace(events[20], actor="nobody"), *events[21:]])

    found = [mismatch(anchor, incident, map(to_row, forged)) for anchor in anchors_of(ref, rows)]

    assert [item.missing for item in found if item] == [0]
    assert [item.anchor.device for item in found if item] == [events[20].device]


def test_text_that_is_none_any_more_is_named(path: Path) -> None:
    tampering(path, "update events set actor = cast(x'6d61ff61' as text) where seq = 7")

    assert problems(path) == [f"event {identifier(path, 7)} (number 7): its content does not fit its hash"]


def test_any_damaged_page_is_reported(path: Path) -> None:
    """What is too damaged to be opened says so; all else opens, and verify tells what is wrong."""
    whole = path.read_bytes()
    for page in range(len(whole) // 4096):
        path.write_bytes(whole[: page * 4096] + b"\xa5" * 4096 + whole[(page + 1) * 4096 :])
        try:
            found = problems(path)
        except JournalError as error:
            found = [error.reason]

        assert found != [], page


@pytest.mark.parametrize("damage", ["at = 'soon'", "body = '{'", "actor = cast(x'ff' as text)"])
def test_a_damaged_event_is_an_error_in_words_wherever_it_is_read(path: Path, damage: str) -> None:
    tampering(path, f"update events set {damage}")
    incident = checkout_outage().id
    with Journal.open(path, writable=False) as journal:
        for reading in (
            lambda: journal.page(Lines(incident)),
            lambda: list(journal.events(incident)),
            lambda: list(journal.stored(incident)),
            lambda: journal.search(plain("pool")),
            lambda: journal.these([identifier(path, 3)]),
        ):
            with pytest.raises(JournalError, match=r"is damaged|Could not decode"):
                reading()


def test_one_flipped_bit_in_an_event_is_found(path: Path) -> None:
    """Single bits within the bodies of events; SQLite itself takes nearly all of these files for sound."""
    whole = path.read_bytes()
    with Journal.open(path, writable=False) as journal:
        bodies = [row.body.encode() for row in journal.rows() if '"text":"' in row.body]
    places = [whole.index(body) + body.index(b'"text":"') for body in bodies if body in whole]
    assert places
    for number in range(60):
        data = bytearray(whole)
        data[places[number % len(places)] + number % 11] ^= 1 << number % 8
        path.write_bytes(data)

        assert problems(path) != [], number


def test_damaged_definitions_of_the_tables_are_told_in_words(path: Path) -> None:
    """SQLite quotes what is damaged, and that need not be text any more."""
    whole = path.read_bytes()
    makings = [match.span() for match in re.finditer(rb"(?i)create (virtual )?(table|index|trigger) ", whole)]
    places = [place for start, end in makings for place in (start - 3, start + 2, end + 1, end + 20)]
    assert len(places) > 40
    for place in places:
        path.write_bytes(whole[:place] + b"\xf4" + whole[place + 1 :])
        for writable in (False, True):
            assert all(said(path, writable=writable)), place


def said(path: Path, *, writable: bool) -> list[str]:
    """What verify says, or what opening says where that is refused; nothing else may be raised."""
    try:
        with Journal.open(path, writable=writable) as journal:
            return [problem.text for problem in journal.verify()]
    except JournalError as error:
        return [error.reason]


def test_the_triggers_are_part_of_the_tables() -> None:
    assert EVENTS.count("raise(abort, 'events are append-only')") == 3
