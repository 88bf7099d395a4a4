"""Metrics over 10,000 incidents, against only reading the JSON of what is kept of them, and against folding them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from functools import partial

from benchmarks._history import paths
from benchmarks._measure import in_turn, ratio, say, scratch, seconds
from benchmarks._shelf import write_shelf
from incident_tui.config import Config
from incident_tui.domain.gist import Gist
from incident_tui.domain.survey import survey
from incident_tui.measuring import gather
from incident_tui.session import Session
from incident_tui.times import zone_named

ROUNDS = 3
INCIDENTS = 10_000
FOLDED = 200


def main() -> None:
    with scratch() as folder:
        write_shelf(folder, INCIDENTS)
        config = Config(person="bench", zone="UTC")
        with (
            Session.open(paths(folder), config, writable=False) as session,
            closing(sqlite3.connect(paths(folder).database)) as bare,
        ):
            now, zone = session.now(), zone_named(session.zone)
            some = [item.incident for item in session.summaries()[:FOLDED]]

            def measure() -> None:
                found = survey(gather(session), now, zone, session.policy.calendar)
                assert len(found.incidents) == INCIDENTS

            def parse() -> None:
                for (text,) in bare.execute("select gist from gists"):
                    json.loads(text)

            def fold() -> None:
                for incident in some:
                    Gist.of(session.enter(incident).incident)

            in_turn(1, partial(seconds, parse))
            mine, parsed, folded = in_turn(ROUNDS, *(partial(seconds, act) for act in (measure, parse, fold)))
        say(
            "metrics over 10,000 incidents", ratio(mine, parsed), "json.loads of their kept gists", f"{min(mine):.2f} s"
        )
        whole = [each * INCIDENTS / FOLDED for each in folded]
        say("metrics over 10,000 incidents", ratio(mine, whole), "folding each, reckoned from 200")


if __name__ == "__main__":
    main()
