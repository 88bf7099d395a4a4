"""Opens a session where nothing may be written, after giving up the rights of root.

usage: read_only.py HOME; exit code 77 when the rights cannot be given up
"""

from __future__ import annotations

import os
import shutil  # noqa: F401 - like the next two, needed later, when the interpreter may be out of reach
import sys
import tempfile  # noqa: F401
import unicodedata  # noqa: F401
import urllib.parse  # noqa: F401
from functools import partial
from pathlib import Path

from incident_tui.config import Config
from incident_tui.domain.decide.log import log_entry
from incident_tui.session import NotSaved, Session
from tests.faults.appender import paths_below, room_in

NOBODY = 65_534


def become_somebody(home: Path) -> None:
    """Be the owner of the home without being root. Raises OSError."""
    if os.geteuid() != 0:
        return
    for path in (home, *home.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    for folder in home.parents:
        if folder.stat().st_uid == 0 and not folder.stat().st_mode & 0o001:
            raise PermissionError(f"{folder} is closed to all but root")
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def main(home: str) -> int:
    try:
        become_somebody(Path(home))
    except OSError as error:
        print(f"root cannot give up its rights here: {error}")
        return 77
    with Session.open(paths_below(Path(home)), Config(person="mara", zone="UTC")) as session:
        room = room_in(session)
        print(f"{room.incident.entries} read")
        try:
            session.perform(room, partial(log_entry, kind_word="note", text_word="in vain"))
        except NotSaved as error:
            expected = "read-only" in error.reason or "cannot be opened" in error.reason
            print("nothing can be recorded" if expected else error)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
