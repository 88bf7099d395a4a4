"""What could not be recorded, or was still being written, is kept beside the journal."""

from __future__ import annotations

import os
import resource
import stat
from pathlib import Path

import pytest

from incident_tui.paths import Paths
from incident_tui.session import UNFINISHED, UNSAVED, Session


@pytest.mark.parametrize("text", ["plain", "two\nlines\r\n", "ünï 💥", "", "x" * 300_000])
def test_spilled_text_is_private_and_comes_back_as_it_was(session: Session, text: str) -> None:
    before = os.umask(0)
    try:
        files = [session.spill(text), session.spill(text)]
    finally:
        os.umask(before)

    assert sorted(session.spilled()) == sorted((file, text) for file in files)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(session.paths.spill.stat().st_mode) == 0o700


def test_spilled_text_belongs_to_its_incident_and_says_why_it_is_there(session: Session) -> None:
    failed = session.spill("one", "01A")
    typed = session.spill("two", "01A", why=UNFINISHED)
    other = session.spill("three", "01B")
    session.spill("four")

    assert sorted(session.spilled("01A")) == sorted([(failed, "one"), (typed, "two")])
    assert session.spilled("01B") == [(other, "three")]
    assert [file.suffixes[-2] for file in (failed, typed)] == [f".{UNSAVED}", f".{UNFINISHED}"]
    assert len(session.spilled()) == 4


def test_half_a_text_is_not_kept(session: Session) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            session.spill("x" * 2000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert session.spilled() == []


@pytest.fixture
def elsewhere(session: Session, tmp_path: Path) -> Path:
    """The place for what the data folder does not take; that is a file here, so that it takes nothing."""
    session.paths = Paths(session.paths.data, session.paths.config, (tmp_path / "passing",))
    (tmp_path / "passing").mkdir()
    session.paths.spill.touch()
    return session.paths.shelters[0]


def test_what_the_data_folder_does_not_take_is_kept_elsewhere(session: Session, elsewhere: Path) -> None:
    before = os.umask(0)
    try:
        file = session.spill("one", "01A")
    finally:
        os.umask(before)

    assert (file.parent, session.spilled("01A")) == (elsewhere, [(file, "one")])
    assert (stat.S_IMODE(elsewhere.stat().st_mode), stat.S_IMODE(file.stat().st_mode)) == (0o700, 0o600)
    session.paths.spill.unlink()
    again = session.spill("two", "01A")
    assert again.parent == session.paths.spill
    assert sorted(session.spilled("01A")) == sorted([(file, "one"), (again, "two")])


def test_texts_of_another_data_folder_are_not_offered(session: Session, elsewhere: Path, tmp_path: Path) -> None:
    assert session.spill("one", "01A").parent == elsewhere
    session.paths = Paths(tmp_path / "other", session.paths.config, session.paths.passing)

    assert session.spilled() == []


@pytest.mark.parametrize("what", ["open to others", "a link", "a file", "of another user"])
def test_nothing_is_kept_or_offered_where_others_may_have_been(
    session: Session, elsewhere: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Else who can write into the temporary folder puts a line into the composer, which may be a command."""
    planted = tmp_path / "planted"
    planted.mkdir(mode=0o700)
    (planted / "20261122T000000000000-1-abcd.01A.unsaved.txt").write_text("!rm -rf ~")
    if what == "a file":
        elsewhere.touch(mode=0o600)
    elif what == "a link":
        elsewhere.symlink_to(planted)
    else:
        planted.rename(elsewhere)
    if what == "open to others":
        elsewhere.chmod(0o770)
    if what == "of another user":
        user = os.geteuid() + 1
        monkeypatch.setattr(Paths, "shelters", (elsewhere,))
        monkeypatch.setattr(os, "geteuid", lambda: user)

    assert session.spilled("01A") == []
    with pytest.raises(OSError, match="exists"):  # what the data folder says
        session.spill("one", "01A")


def test_a_text_is_there_after_a_loss_of_power(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    file = session.spill("one")

    places = (session.paths.data, file, session.paths.spill)
    assert synced == [place.stat().st_ino for place in places]
