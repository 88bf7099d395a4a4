"""Which of the files that events name are here."""

from __future__ import annotations

from typing import NamedTuple

from incident_tui.journal.blobs import BlobStore
from incident_tui.journal.verify import Evidence
from incident_tui.session import Session


class Missing(NamedTuple):
    """Files that are not here, each once: those that this device recorded, and those that only others did."""

    ours: list[Evidence]
    elsewhere: list[Evidence]


def missing(session: Session) -> Missing:
    """What is not here of what events name. Raises JournalError."""
    store, device = BlobStore(session.paths.blobs), session.journal.device
    gone = [item for item in session.journal.evidence() if not store.has(item.sha256)]
    ours = _once([item for item in gone if item.device == device])
    known = {item.sha256 for item in ours}
    return Missing(ours, _once([item for item in gone if item.sha256 not in known]))


def _once(found: list[Evidence]) -> list[Evidence]:
    """The first event that names each file."""
    return list({item.sha256: item for item in reversed(found)}.values())[::-1]
