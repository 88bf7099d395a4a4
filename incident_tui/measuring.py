"""Gathers what is to be measured: the kept gists, and those of live incidents or of an older program's, made anew."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from incident_tui.domain.gist import Gist
from incident_tui.domain.incident import Incident
from incident_tui.journal import Journal, JournalError, put_off
from incident_tui.paths import Paths
from incident_tui.session import Session

FEW = 20
"""So many incidents are folded at every look; more are kept first, so that the next look is quick."""
BATCH = 200
"""So many are kept at once: a writer beside us waits for no more."""


def gather(session: Session) -> list[Gist]:
    """The gist of every incident, in no order. Raises JournalError.

    A journal that cannot be written is measured as well, only slower.
    """
    kept = {gist.incident: gist for gist in session.journal.gists()}
    missing = [item.incident for item in session.summaries() if item.incident not in kept]
    folded: list[Incident] = []
    for identifier in missing:
        incident = session.enter(identifier).incident
        kept[identifier] = Gist.of(incident)
        if len(missing) > FEW:
            folded.append(incident)
            if len(folded) == BATCH:
                _keep(session.paths, folded)
                folded.clear()
    _keep(session.paths, folded)
    return list(kept.values())


def _keep(paths: Paths, incidents: Iterable[Incident]) -> None:
    """Keep gists; where that is impossible the next look makes them again."""
    ended = list(incidents)
    if not ended:
        return
    with contextlib.suppress(JournalError), Journal.open(paths.database, tell=put_off) as journal:
        if journal.read_only_because:
            return
        with journal.writing() as transaction:
            for incident in ended:
                transaction.keep_gist(incident)
