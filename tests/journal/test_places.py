"""Network file systems are known by their names; a journal there does without the memory that WAL shares."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from incident_tui.config import Config
from incident_tui.journal import Journal, places
from incident_tui.journal.places import file_system, network_of
from incident_tui.session import Session
from tests.cli.conftest import HOUSE, CommandLine
from tests.faults.appender import append, paths_below
from tests.faults.writers import acknowledged, sound
from tests.journal.journals import raw, tell
from tests.story import checkout_outage

KINDS = [
    ("nfs", True),
    ("nfs4", True),
    ("cifs", True),
    ("smb3", True),
    ("fuse.sshfs", True),
    ("9p", True),
    ("ceph", True),
    ("afs", True),
    ("glusterfs", True),
    ("lustre", True),
    ("ext4", False),
    ("xfs", False),
    ("btrfs", False),
    ("zfs", False),
    ("tmpfs", False),
    ("overlay", False),
    ("fuse.gocryptfs", False),
    ("virtiofs", False),
]


@pytest.fixture
def on_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take all folders of the test for an NFS share."""
    monkeypatch.setattr(places, "MOUNTS", mounts_of(tmp_path, "nfs4"))


def mounts_of(folder: Path, kind: str) -> Path:
    mounts = folder / "mounts"
    mounts.write_text(f"/dev/a / ext4 rw 0 0\nserver:/x {folder} {kind} rw 0 0\n/dev/b /elsewhere xfs rw 0 0\n")
    return mounts


@pytest.mark.parametrize(("kind", "network"), KINDS)
def test_the_file_system_is_that_of_the_closest_mount(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, network: bool
) -> None:
    monkeypatch.setattr(places, "MOUNTS", mounts_of(tmp_path, kind))

    assert file_system(tmp_path / "data") == kind
    assert file_system(Path("/other")) == "ext4"
    assert network_of(tmp_path / "data") == (kind if network else "")


def test_names_with_blanks_are_read_as_the_kernel_writes_them(tmp_path: Path) -> None:
    folder = tmp_path / "my share"
    folder.mkdir()
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/a / ext4 rw 0 0\nx {str(folder).replace(' ', chr(92) + '040')} cifs rw 0 0\n")

    assert file_system(folder / "data", mounts) == "cifs"
    assert file_system(tmp_path, mounts) == "ext4"
    assert file_system(tmp_path, tmp_path / "none") == ""


@pytest.mark.usefixtures("on_network")
def test_a_journal_there_does_without_wal(tmp_path: Path) -> None:
    path = tmp_path / "incidents.db"
    with Journal.open(path) as journal:
        tell(journal, checkout_outage())
        settings = journal.pragmas()

        assert journal.read_only_because == ""
        assert (settings["journal_mode"], settings["synchronous"]) == ("delete", 3)
        assert journal.verify() == []
        assert not path.with_name("incidents.db-wal").exists()
        assert not path.with_name("incidents.db-shm").exists()


def test_one_that_was_moved_there_gives_up_its_log_and_takes_it_back_at_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "incidents.db"
    killed = tmp_path / "killed"
    killed.mkdir()
    with Journal.open(path) as journal:
        tell(journal, checkout_outage())
        before = list(journal.rows())
        for name in ("incidents.db", "incidents.db-wal"):
            (killed / name).write_bytes((tmp_path / name).read_bytes())
    local = places.MOUNTS
    monkeypatch.setattr(places, "MOUNTS", mounts_of(tmp_path, "nfs4"))

    with Journal.open(killed / "incidents.db") as journal:
        assert list(journal.rows()) == before
        assert journal.pragmas()["journal_mode"] == "delete"
    assert not (killed / "incidents.db-wal").exists()
    monkeypatch.setattr(places, "MOUNTS", local)
    with Journal.open(killed / "incidents.db") as journal:
        assert list(journal.rows()) == before
        assert journal.pragmas()["journal_mode"] == "wal"


@pytest.mark.usefixtures("on_network")
def test_the_command_line_works_there_and_the_doctor_says_so(tmp_path: Path) -> None:
    cli = CommandLine(tmp_path / "home")
    cli.ok("declare", "Checkout fails", "--commander", "dana")
    for words in (["log", "one"], ["undo"], ["say", "internal", "x"], ["resolve"], ["report"], ["metrics"], ["list"]):
        assert cli(*words).code == 0, words
    cli.ok("backup", str(tmp_path / "copy.db"))
    cli.ok("import", stdin=cli.ok("export").encode())

    found = {check["what"]: check for check in cli.json("doctor")["checks"]}

    assert found["file system"]["level"] == "warn"
    assert found["file system"]["found"].startswith("nfs4 is a network: without WAL")
    assert "INCIDENT_TUI_HOME" in found["file system"]["cure"]
    assert found["journal"]["found"].startswith("journal_mode delete, synchronous 3")
    assert cli.json("verify")["sound"] is True


@pytest.mark.usefixtures("on_network")
def test_two_write_there_at_once_and_each_sees_the_other(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """One of the two is this process; the other is told by its words that the share is one."""
    code = (
        "import sys; from pathlib import Path; from incident_tui.journal import places;"
        "places.MOUNTS = Path(sys.argv[1]); from tests.faults.appender import main; main(sys.argv[2], '40', 'other')"
    )
    home = tmp_path / "home"
    with Session.open(paths_below(home), Config(person="mara", zone="UTC")) as session:
        append(session, 1, "first")
        command = [sys.executable, "-c", code, str(tmp_path / "mounts"), str(home)]
        with subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE) as other:
            append(session, 40, "here")
            assert other.stdout is not None
            theirs = acknowledged(other.stdout.read())
        assert session.journal.changed()
        ours = acknowledged(capfd.readouterr().out.encode())
        assert (len(ours), len(theirs)) == (41, 40)
        assert ours | theirs == {row.id for row in session.journal.rows() if row.kind == "entry.logged"}
    assert ours | theirs == sound(home)


@pytest.mark.usefixtures("on_network")
def test_one_that_another_program_holds_open_is_read(tmp_path: Path) -> None:
    path = tmp_path / "incidents.db"
    with Journal.open(path) as journal:
        tell(journal, checkout_outage())
    with closing(sqlite3.connect(path)) as other:
        other.execute("begin")
        other.execute("select count(*) from events").fetchone()
        with Journal.open(path) as journal:
            assert len(list(journal.rows())) == len(checkout_outage().events)
    assert raw(path).execute("pragma journal_mode").fetchone() == ("delete",)


def test_the_test_notices_a_network_that_is_taken_for_a_disk(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        test_a_journal_there_does_without_wal(tmp_path)
