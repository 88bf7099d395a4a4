"""A backup is whole or is not there, whatever happens while it is made."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from incident_tui.domain import events as e
from incident_tui.domain.search import plain
from incident_tui.journal import Journal, JournalError
from incident_tui.journal.codec import to_row
from tests.journal.journals import chained, raw, tell
from tests.story import checkout_outage, quiet_story

HOUSE = Path(__file__).parents[2]
WRITER = """
import itertools, sys
from pathlib import Path
from incident_tui.journal import Journal
from tests.journal.journals import tell
from tests.story import START, quiet_story
from datetime import timedelta
with Journal.open(Path(sys.argv[1])) as journal:
    for day in itertools.count(1):
        tell(journal, quiet_story(START + timedelta(days=day)))
        print(day, flush=True)
"""


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "incidents.db") as journal:
        tell(journal, checkout_outage())
        yield journal


def opened(path: Path) -> Journal:
    journal = Journal.open(path, writable=False)
    assert journal.verify() == []
    return journal


def test_a_backup_is_one_file_of_its_own_with_all_events(journal: Journal, tmp_path: Path) -> None:
    target = tmp_path / "copies" / "backup.db"
    target.parent.mkdir()

    journal.backup(target)

    assert [file.name for file in target.parent.iterdir()] == ["backup.db"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with opened(target) as copy:
        assert list(copy.rows()) == list(journal.rows())
        assert copy.summaries() == journal.summaries()
        assert copy.search(plain("pool")) == journal.search(plain("pool"))


def test_backups_while_another_process_writes(journal: Journal, tmp_path: Path) -> None:
    """Each is sound and holds a beginning of what there is in the end."""
    command = [sys.executable, "-c", WRITER, str(journal.path)]
    child = subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE)
    assert child.stdout is not None
    copies = []
    try:
        for number in range(10):
            told = int(child.stdout.readline())
            target = tmp_path / f"{number}.db"
            journal.backup(target)
            copies.append((told, target))
    finally:
        child.kill()
        child.communicate()

    everything = list(journal.rows())
    for told, target in copies:
        with opened(target) as copy:
            rows = list(copy.rows())
            assert rows == everything[: len(rows)]
            assert len(rows) >= len(checkout_outage().events) + told


@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_what_is_there_stays(journal: Journal, tmp_path: Path, kind: str) -> None:
    target = tmp_path / "backup.db"
    match kind:
        case "file":
            target.write_text("mine")
        case "link":
            target.symlink_to(tmp_path / "nowhere")
        case _:
            target.mkdir()
    before = sorted(tmp_path.iterdir())

    with pytest.raises(JournalError, match=r"backup\.db exists already"):
        journal.backup(target)

    assert sorted(tmp_path.iterdir()) == before
    assert kind != "file" or target.read_text() == "mine"


def test_a_target_that_appears_meanwhile_stays(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "backup.db"
    monkeypatch.setattr("os.path.lexists", lambda _: False)
    target.write_text("mine")

    with pytest.raises(JournalError, match="cannot be written: File exists"):
        journal.backup(target)

    assert target.read_text() == "mine"
    assert list(tmp_path.glob(".*")) == []


@pytest.mark.parametrize("place", ["nowhere/backup.db", "file/backup.db"])
def test_a_place_that_cannot_be_is_refused_in_words(journal: Journal, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(JournalError, match="the backup cannot be written"):
        journal.backup(tmp_path / place)


def test_a_disk_that_refuses_leaves_nothing_under_the_name(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int) -> None:
        raise OSError(5, "Input/output error")

    before = sorted(tmp_path.iterdir())
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", refuse)
        with pytest.raises(JournalError, match="Input/output error"):
            journal.backup(tmp_path / "backup.db")

    assert sorted(tmp_path.iterdir()) == before
    journal.backup(tmp_path / "backup.db")


def test_a_restored_backup_goes_on_under_a_name_of_its_own(journal: Journal, tmp_path: Path) -> None:
    """Even put back in the place of the old file; what both wrote since can be brought together."""
    target = tmp_path / "backup.db"
    journal.backup(target)
    story = quiet_story(checkout_outage().now)
    story.device = journal.device
    tell(journal, story)

    with Journal.open(target) as restored:
        assert restored.device not in ("", journal.device)
        other = quiet_story(checkout_outage().now)
        other.device = restored.device
        other.say(e.EntryLogged("note", "after the restore"))
        restored.import_rows([to_row(event) for event in chained(other.events)])
        journal.import_rows(list(restored.rows()))

        assert journal.verify() == []
        assert len(journal.search(plain("restore"))) == 1


def test_the_copy_does_not_change_the_journal(journal: Journal, tmp_path: Path) -> None:
    device = journal.device

    journal.backup(tmp_path / "backup.db")

    assert dict(raw(journal.path).execute("select key, value from meta"))["device"] == device
    with Journal.open(journal.path) as again:
        assert again.device == device
