"""100,000 events become the incident they add up to, against reading their JSON and against fetching their rows."""

from __future__ import annotations

import json
from functools import partial

from benchmarks._history import paths, write_history
from benchmarks._measure import in_turn, ratio, say, scratch, seconds
from incident_tui.domain.evolve import fold
from incident_tui.domain.incident import Incident
from incident_tui.journal import Journal

ROUNDS = 3
EVENTS = 100_000


def main() -> None:
    with scratch() as folder:
        identifier = write_history(folder, EVENTS)
        with Journal.open(paths(folder).database, writable=False) as journal:
            bodies = [row.body for row in journal.rows(identifier)]
            events = list(journal.events(identifier))

            def fetch() -> None:
                for _row in journal.rows(identifier):
                    pass

            acts = [
                lambda: fold(events, Incident(identifier)),
                lambda: fold(journal.events(identifier), Incident(identifier)),
                lambda: [json.loads(body) for body in bodies],
                fetch,
            ]
            folded, read, parsed, fetched = in_turn(ROUNDS, *(partial(seconds, act) for act in acts))
        say("fold of 100,000 events", ratio(folded, parsed), "json.loads of their bodies")
        say("fetch, decode and fold of 100,000 events", ratio(read, fetched), "bare fetch of the rows")


if __name__ == "__main__":
    main()
