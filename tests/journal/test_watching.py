"""What the system tells of writes to the journal, and what is there when it does not tell."""

from __future__ import annotations

import errno
import os
import select
import sys
from pathlib import Path

import pytest

from incident_tui.journal import Journal
from incident_tui.journal.watching import Watch
from tests.journal.journals import raw, tell
from tests.story import checkout_outage

inotify_simple = pytest.importorskip("inotify_simple", reason="only Linux tells")
PATIENCE = 120.0


def told(watch: Watch) -> bool:
    """Wait until something is told; whether it is of the log."""
    assert select.select([watch], [], [], PATIENCE)[0], "nothing is told"
    return watch.drain()


def watched(path: Path) -> Watch:
    watch = Watch.of(path)
    assert watch is not None
    return watch


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_what_another_connection_writes_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "incidents.db"
    with Journal.open(path) as here, Journal.open(path) as there:
        watch = watched(path)
        assert not watch.drain()
        tell(there, checkout_outage())
        assert told(watch)
        assert not watch.drain()
        assert here.changed(peek=True)
        assert here.changed()
        assert not here.changed(peek=True)
        watch.close()


def test_other_files_of_the_folder_do_not_count(tmp_path: Path) -> None:
    watch = watched(tmp_path / "incidents.db")
    (tmp_path / "incidents.db.lock").write_text("7 host")
    assert not told(watch)
    watch.close()


def test_a_log_that_is_made_anew_is_watched(tmp_path: Path) -> None:
    path = tmp_path / "incidents.db"
    Journal.open(path).close()
    assert not path.with_name("incidents.db-wal").exists()
    watch = watched(path)
    for _ in range(2):
        connection = raw(path)
        connection.execute("insert or replace into meta values ('word', hex(randomblob(4)))")
        assert told(watch)
        connection.close()
        watch.drain()
        assert not path.with_name("incidents.db-wal").exists()
    watch.close()


def test_behind_a_link_the_log_lies_beside_the_file(tmp_path: Path) -> None:
    path, link = tmp_path / "real" / "incidents.db", tmp_path / "incidents.db"
    path.parent.mkdir()
    Journal.open(path).close()
    link.symlink_to(path)
    with Journal.open(link) as journal:
        watch = watched(link)
        tell(journal, checkout_outage())
        assert told(watch)
        watch.close()


def test_more_than_the_system_keeps_may_have_been_the_log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    watch = watched(tmp_path / "incidents.db")
    lost = inotify_simple.Event(-1, inotify_simple.flags.Q_OVERFLOW, 0, "")
    monkeypatch.setattr("inotify_simple.INotify.read", lambda _self, **_how: [lost])
    assert watch.drain()
    watch.close()


def test_without_the_library_nothing_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "inotify_simple", None)
    assert Watch.of(tmp_path / "incidents.db") is None


def test_where_the_system_has_no_more_to_give_nothing_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = open_files()
    assert Watch.of(tmp_path / "gone" / "incidents.db") is None
    monkeypatch.setattr("inotify_simple._libc_call", full)
    assert Watch.of(tmp_path / "incidents.db") is None
    assert open_files() == before
