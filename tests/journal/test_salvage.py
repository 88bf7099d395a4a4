"""Whatever happens to the file: every event that is still there is saved, and what is lost is named."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from incident_tui.journal import Journal, JournalError
from incident_tui.journal.carving import carve
from incident_tui.journal.codec import Row, digest
from incident_tui.journal.salvage import Lost, Salvaged, salvage
from tests.journal.journals import raw, tampering, tell
from tests.story import checkout_outage, quiet_story

PAGE = 4096
REF = "INC-20261121-K7Q"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed journal with two stories, one of them with a text over several pages."""
    path = tmp_path / "incidents.db"
    with Journal.open(path) as journal:
        tell(journal, checkout_outage())
        tell(journal, quiet_story(checkout_outage().now))
    return path


def rows(path: Path) -> list[Row]:
    with Journal.open(path, writable=False) as journal:
        return list(journal.rows())


def repaired(path: Path) -> tuple[Salvaged, list[Row]]:
    """What is saved of a damaged file, once it has shown that the file is as it was and the new one is sound."""
    before = {file.name: file.read_bytes() for file in path.parent.glob(f"{path.name}*") if file.suffix != ".lock"}
    target = path.with_name("repaired.db")
    target.unlink(missing_ok=True)
    found = salvage(path, target)
    assert {name: path.with_name(name).read_bytes() for name in before} == before
    assert target.stat().st_mode & 0o777 == 0o600
    saved = rows(target)
    assert len(saved) == found.events
    with Journal.open(target) as journal:
        wrong = {problem.wrong for problem in journal.verify()}
    assert wrong <= {"missing", "content", "link"}
    assert not wrong if (found.gaps, found.changed, found.lost) == ((), (), ()) else True
    return found, saved


def leaves(path: Path) -> list[int]:
    """The pages that hold events."""
    query = "select pageno from dbstat where name = 'events' and pagetype = 'leaf'"
    try:
        return [page for (page,) in raw(path).execute(query)]
    except sqlite3.OperationalError as error:  # SQLite may be built without this table
        pytest.skip(f"no dbstat: {error}")


def damage(path: Path, page: int, content: bytes) -> None:
    data = bytearray(path.read_bytes())
    data[(page - 1) * PAGE : (page - 1) * PAGE + len(content)] = content
    path.write_bytes(data)


def test_a_sound_file_is_saved_as_it_is(path: Path) -> None:
    found, saved = repaired(path)

    assert (found.gaps, found.changed, found.lost) == ((), (), ())
    assert saved == rows(path)
    with Journal.open(path, writable=False) as old, Journal.open(path.with_name("repaired.db")) as new:
        assert new.summaries() == old.summaries()


@pytest.mark.parametrize("step", [9, pytest.param(1, marks=pytest.mark.faults)])
def test_every_page_in_turn(path: Path, step: int) -> None:
    """Zeroed or filled with rubbish: whatever else is in the file is saved, and what was in the page is named."""
    whole, before = path.read_bytes(), rows(path)
    on_page = {
        page: sum(row.id.encode() in whole[page * PAGE : page * PAGE + PAGE] for row in before)
        for page in range(len(whole) // PAGE)
    }
    for page in range(0, len(whole) // PAGE, step):
        damage(path, page + 1, bytes(PAGE) if page % 2 else b"\xa5" * PAGE)

        found, saved = repaired(path)

        assert set(saved) <= set(before), page
        assert len(saved) >= len(before) - on_page[page] - 1, page
        assert bool(found.gaps) == (len(saved) < len(before)), page
        path.write_bytes(whole)


def test_only_the_events_of_a_bad_page_are_lost_and_their_incident_is_named(path: Path) -> None:
    before = rows(path)
    page = leaves(path)[2]
    damage(path, page, bytes(PAGE))

    found, saved = repaired(path)

    assert 0 < len(before) - len(saved) < 40
    assert sum(last - first + 1 for first, last in found.gaps) == len(before) - len(saved)
    assert found.lost == (Lost(REF, len(before) - len(saved)),)


def test_a_page_whose_head_alone_is_gone_loses_nothing(path: Path) -> None:
    before = rows(path)
    damage(path, leaves(path)[2], bytes(8))

    found, saved = repaired(path)

    assert (found.gaps, found.lost, saved) == ((), (), before)


def test_without_any_table_all_events_are_found_by_their_bytes(path: Path) -> None:
    before = rows(path)
    damage(path, 1, bytes(PAGE))
    with pytest.raises(JournalError):
        rows(path)

    found, saved = repaired(path)

    assert (found.events, saved) == (len(before), before)


def test_the_first_page_may_even_be_cut_off(path: Path) -> None:
    """All pages have other numbers then: only events that go on in another page are lost."""
    before = rows(path)
    path.write_bytes(path.read_bytes()[PAGE:])

    assert repaired(path)[1] == [row for row in before if len(row.body) < PAGE]


def test_a_truncated_file_gives_what_is_left(path: Path) -> None:
    whole, before = path.read_bytes(), rows(path)
    for pages in (1, 5, 12):
        path.write_bytes(whole[: -pages * PAGE])
        there = {row for row in before if row.id.encode() + row.incident.encode() in path.read_bytes()}

        found, saved = repaired(path)

        assert {row for row in there if len(row.body) < PAGE} <= set(saved) <= set(before)
        assert found.events == len(saved)


def test_what_is_only_in_the_log_is_saved(path: Path, tmp_path: Path) -> None:
    """A killed writer leaves its newest entries there; the file's own first page is destroyed as well."""
    copy = tmp_path / "killed" / "incidents.db"
    copy.parent.mkdir()
    with Journal.open(path) as journal:
        tell(journal, quiet_story(quiet_story().now.replace(year=2027)))
        copy.write_bytes(path.read_bytes())
        copy.with_name("incidents.db-wal").write_bytes(path.with_name("incidents.db-wal").read_bytes())
        before = list(journal.rows())

    assert repaired(copy)[1] == before
    damage(copy, 1, bytes(PAGE))
    assert repaired(copy)[1] == before


def test_without_its_log_the_rest_is_saved(path: Path, tmp_path: Path) -> None:
    before = rows(path)
    copy = tmp_path / "killed" / "incidents.db"
    copy.parent.mkdir()
    with Journal.open(path) as journal:
        tell(journal, quiet_story(quiet_story().now.replace(year=2027)))
        copy.write_bytes(path.read_bytes())

    assert repaired(copy)[1] == before


def test_an_event_that_was_changed_is_kept_and_named(path: Path) -> None:
    before = rows(path)
    tampering(path, "update events set actor = 'mallory' where seq = 7")

    found, saved = repaired(path)

    assert [(item.seq, item.id in {row.id for row in before}) for item in found.changed] == [(7, True)]
    assert len(saved) == len(before)
    assert [row for row in saved if row.actor == "mallory"] == [row for row in saved if digest(row) != row.hash]


def test_an_event_whose_number_another_one_claims_is_saved(path: Path) -> None:
    """The numbers are in no hash: what is whole is kept under another one, and nothing is said to be missing."""
    before, data = rows(path), bytearray(path.read_bytes())
    start = data.index("".join(before[6][:3]).encode())
    number = data.rindex(b"\x00\x55\x55\x1d", start - 40, start) - 2
    assert data[number] == 7
    data[number] = 40
    path.write_bytes(data)

    found, saved = repaired(path)

    assert (found.gaps, found.changed, found.lost) == ((), (), ())
    assert saved == before


def test_what_has_no_number_takes_none_that_another_has(path: Path) -> None:
    """All that is left are the bytes, and what has lost its number is found first, or claims that of another event."""
    before, data = rows(path), bytearray(path.read_bytes())
    damaged = {1: 0x80, 5: 0x80, 6: 40, 60: 3}
    for place, byte in damaged.items():
        start = data.index("".join(before[place][:3]).encode())
        data[data.rindex(b"\x00\x55\x55\x1d", start - 40, start) - 2] = byte
    data[:PAGE] = bytes(PAGE)
    path.write_bytes(data)
    target = path.with_name("repaired.db")

    found = salvage(path, target)

    assert (found.changed, found.events) == ((), len(before))
    assert rows(target) == before


def test_long_events_are_followed_over_their_pages(tmp_path: Path) -> None:
    path = tmp_path / "incidents.db"
    story = checkout_outage()
    with Journal.open(path) as journal:
        tell(journal, story)
    long = [row for row in rows(path) if len(row.body) > 2 * PAGE]

    carved = {found.row for found in carve(path, path.with_name("none"))}

    assert long != []
    assert set(long) <= carved
    assert set(rows(path)) <= carved


def test_numbers_are_carved_too(path: Path) -> None:
    known = dict(raw(path).execute("select id, seq from events"))

    assert {found.row.id: found.seq for found in carve(path, path.with_name("none")) if found.seq} == known


def test_rubbish_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "incidents.db"
    chance = random.Random(5)
    for data in (b"", b"not a database" * 1000, chance.randbytes(50_000), b"\x00\x55\x55\x1d" * 5000):
        file.write_bytes(data)

        with pytest.raises(JournalError, match=r"no event can be read in incidents\.db"):
            salvage(file, tmp_path / "repaired.db")
        assert not (tmp_path / "repaired.db").exists()
        assert list(tmp_path.glob(".repair-*")) == []


def test_nothing_is_written_over(path: Path) -> None:
    with pytest.raises(JournalError, match="exists already"):
        salvage(path, path)


def test_a_repaired_journal_goes_on(path: Path) -> None:
    damage(path, leaves(path)[1], bytes(PAGE))
    found, saved = repaired(path)

    with Journal.open(path.with_name("repaired.db")) as journal:
        tell(journal, quiet_story(quiet_story().now.replace(year=2027)))
        assert len(list(journal.rows())) > found.events == len(saved)
