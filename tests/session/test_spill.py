"""What could not be recorded, or was still being written, is kept beside the journal."""

from __future__ import annotations

import os
import resource
import stat

import pytest

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
