"""The report of 10,000 events, against only fetching and decoding them."""

from __future__ import annotations

from functools import partial

from benchmarks._history import paths, write_history
from benchmarks._measure import in_turn, ratio, say, scratch, seconds
from incident_tui.config import Config
from incident_tui.reports.incident_report import render
from incident_tui.session import Session

ROUNDS = 5
EVENTS = 10_000


def main() -> None:
    with scratch() as folder:
        identifier = write_history(folder, EVENTS)
        with Session.open(paths(folder), Config(person="bench"), writable=False) as session:
            incident = session.enter(identifier).incident
            now = session.now()

            def report() -> None:
                render(incident, session.journal.events(identifier), session.policy, now)

            def fetch() -> None:
                for _event in session.journal.events(identifier):
                    pass

            in_turn(1, partial(seconds, report), partial(seconds, fetch))
            mine, base = in_turn(ROUNDS, partial(seconds, report), partial(seconds, fetch))
        say("report of 10,000 events", ratio(mine, base), "fetching and decoding them")


if __name__ == "__main__":
    main()
