"""Evidence is durable, whole, private, and named by its content."""

import hashlib
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from incident_tui.journal import JournalError
from incident_tui.journal.blobs import BlobStore

HOUSE = Path(__file__).parents[2]


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs")


def test_what_is_kept_is_read_back(store: BlobStore) -> None:
    data = bytes(range(256)) * 1000

    name = store.keep(data)

    assert name == hashlib.sha256(data).hexdigest()
    assert store.read(name) == data
    assert store.keep(data) == name
    assert stat.S_IMODE(store.path(name).stat().st_mode) == 0o600
    assert os.listdir(store.folder) == [name]


def test_a_blob_is_written_in_pieces(store: BlobStore) -> None:
    with store.writer() as blob:
        blob.write(b"one ")
        blob.write(b"two")
        assert store.damaged() == []
        name = blob.keep()

    assert (store.read(name), blob.size) == (b"one two", 7)


def test_what_is_not_kept_leaves_nothing(store: BlobStore) -> None:
    with store.writer() as blob:
        blob.write(b"half")

    assert os.listdir(store.folder) == []


@pytest.mark.parametrize("name", ["", "0" * 64, "../../etc/passwd", "0" * 63 + "G", "0" * 64 + "\n"])
def test_what_was_not_kept_is_nothing(store: BlobStore, name: str) -> None:
    assert store.read(name) is None


def test_changed_evidence_is_found(store: BlobStore) -> None:
    good, bad = store.keep(b"good"), store.keep(b"bad")
    store.path(bad).write_bytes(b"worse")

    assert store.damaged() == [bad]
    assert store.read(good) == b"good"
    with pytest.raises(JournalError, match="is damaged"):
        store.read(bad)


def test_a_folder_that_cannot_be_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("a file")

    with pytest.raises(JournalError, match="the evidence cannot be kept"):
        BlobStore(tmp_path / "blobs").keep(b"x")


DAY = 24 * 3600


def aged(file: Path, seconds: int) -> None:
    then = time.time() - seconds
    os.utime(file, (then, then))


def test_what_a_killed_writer_left_behind_is_removed_after_a_day(store: BlobStore) -> None:
    code = "import os, sys; from incident_tui.journal.blobs import Blob; from pathlib import Path;"
    killed = f"{code} Blob(Path(sys.argv[1])).write(b'half'); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", killed, str(store.folder)], cwd=HOUSE, check=False)
    (left,) = store.folder.iterdir()

    store.keep(b"young")
    assert left.exists()
    aged(left, DAY + 60)
    name = store.keep(b"old")

    assert name in os.listdir(store.folder)
    assert not left.exists()


def test_what_is_being_written_stays_however_old_it_is(store: BlobStore) -> None:
    with store.writer() as slow:
        slow.write(b"one ")
        (file,) = store.folder.iterdir()
        aged(file, 3 * DAY)
        store.keep(b"another")
        slow.write(b"two")
        name = slow.keep()

    assert store.read(name) == b"one two"


def test_only_what_was_left_unfinished_is_removed(store: BlobStore) -> None:
    name = store.keep(b"kept")
    foreign = store.folder / "notes.txt"
    foreign.write_text("mine")
    link = store.folder / "unfinished-link"
    link.symlink_to(foreign)
    for file in (store.path(name), foreign):
        aged(file, 9 * DAY)
    os.utime(link, (1, 1), follow_symlinks=False)

    store.keep(b"another")

    assert store.read(name) == b"kept"
    assert (foreign.read_text(), link.is_symlink()) == ("mine", True)
