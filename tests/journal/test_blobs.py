"""Evidence is durable, whole, private, and named by its content."""

import hashlib
import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from incident_tui.journal import JournalError
from incident_tui.journal.blobs import LEFT_FREE, STRIDE, BlobStore, unfinished

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


def killed_writer(folder: Path) -> Path:
    """What a writer leaves that is killed while it writes."""
    code = "import os, sys; from incident_tui.journal.blobs import Blob; from pathlib import Path;"
    killed = f"{code} Blob(Path(sys.argv[1])).write(b'half'); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", killed, str(folder)], cwd=HOUSE, check=False)
    (left,) = folder.glob("unfinished-*")
    return left


def test_what_a_killed_writer_left_behind_is_found_and_removed_with_the_next_blob(store: BlobStore) -> None:
    left = killed_writer(store.folder)
    (store.folder / "unfinished-a").symlink_to(left)
    (store.folder / "unfinished-z").symlink_to(left)

    assert unfinished(store.folder) == [left]
    with store.writer() as blob:
        assert not left.exists()
        assert unfinished(store.folder) == []
        blob.write(b"whole")
        name = blob.keep()

    assert store.read(name) == b"whole"


def test_what_is_being_written_stays(store: BlobStore) -> None:
    with store.writer() as slow:
        slow.write(b"one ")
        (file,) = store.folder.iterdir()
        store.keep(b"another")
        assert file.exists()
        slow.write(b"two")
        name = slow.keep()

    assert store.read(name) == b"one two"


def test_one_that_is_tidied_away_before_it_is_locked_begins_anew(
    store: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []

    def stolen(**where: Any) -> tuple[int, str]:
        descriptor, name = make(**where)
        if not taken:
            os.unlink(name)
            taken.append(name)
        return descriptor, name

    make = tempfile.mkstemp
    monkeypatch.setattr(tempfile, "mkstemp", stolen)

    name = store.keep(b"kept")

    assert (store.read(name), len(taken)) == (b"kept", 1)


def test_only_what_was_left_unfinished_is_removed(store: BlobStore) -> None:
    name = store.keep(b"kept")
    foreign = store.folder / "notes.txt"
    foreign.write_text("mine")
    link = store.folder / "unfinished-link"
    link.symlink_to(foreign)

    store.keep(b"another")

    assert store.read(name) == b"kept"
    assert (foreign.read_text(), link.is_symlink()) == ("mine", True)


def test_a_blob_leaves_the_journal_room_on_the_disk(store: BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    free = LEFT_FREE + 2 * STRIDE

    def disk(_descriptor: int) -> SimpleNamespace:
        return SimpleNamespace(
            f_bavail=(free - sum(file.stat().st_size for file in store.folder.iterdir())), f_frsize=1
        )

    monkeypatch.setattr(os, "fstatvfs", disk)
    with store.writer() as big:
        for _ in range(2):
            big.write(b"x" * STRIDE)
        with pytest.raises(OSError, match="less than 50 MiB of the disk would be left for the log"):
            big.write(b"x" * STRIDE)

    assert os.listdir(store.folder) == []
    free = 0
    assert store.read(store.keep(b"a few words are always worth a try")) is not None
