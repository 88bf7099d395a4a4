"""The report of 100,000 events, against only fetching and decoding them; and the most memory that each needs.

`report.py HOME report` and `report.py HOME fetch` do one of them once and print what they needed.
"""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile

from benchmarks._history import paths, write_history
from benchmarks._measure import PYTHON, environment, in_turn, ratio, say, scratch, seconds
from incident_tui.config import Config
from incident_tui.domain.text import clean
from incident_tui.reports.incident_report import stream
from incident_tui.session import Session

ROUNDS = 3
SIZES = (10_000, 100_000)
KILO = 1024


def report(session: Session, incident: str) -> None:
    """As `incident-tui report` does it: the incident as it stands, its events one at a time, and a file in pieces."""
    history = partial(session.journal.events, incident)
    pieces = stream(session.enter(incident).incident, history, session.policy, session.now())
    with TemporaryFile() as file:
        file.writelines(clean(piece).encode() for piece in pieces)


def fetch(session: Session, incident: str) -> None:
    """Each event read and decoded."""
    for _event in session.journal.events(incident):
        pass


def nothing(session: Session, incident: str) -> None:
    """What is needed before either begins."""
    session.enter(incident)


ACTS = {act.__name__: act for act in (report, fetch, nothing)}


def memory(home: Path, act: str) -> float:
    """The most memory, in bytes, that a process of its own needs for an act."""
    command = (PYTHON, __file__, str(home), act)
    done = subprocess.run(command, env=environment(home), capture_output=True, text=True, check=True)
    return float(done.stdout)


def once(home: Path, act: str) -> None:
    with Session.open(paths(home), Config(person="bench"), writable=False) as session:
        ACTS[act](session, session.summaries()[0].incident)
    # Not what getrusage says, which remembers the process that began this one.
    most = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print(int(most.split()[1]) * KILO)


def compare(home: Path, count: int) -> None:
    identifier = write_history(home, count)
    with Session.open(paths(home), Config(person="bench"), writable=False) as session:
        acts = [partial(seconds, partial(act, session, identifier)) for act in (report, fetch)]
        mine, base = in_turn(ROUNDS, *acts)
    say(f"report of {count:,} events", ratio(mine, base), "fetching and decoding them", f"{min(mine):.2f} s")
    most, least, start = (memory(home, act) for act in ACTS)
    more = f"{most / 1e6:.0f} MB of {least / 1e6:.0f} MB; {start / 1e6:.0f} MB before the first event"
    say(f"most memory for a report of {count:,} events", most / least, "fetching and decoding them", more)


def main() -> None:
    if len(sys.argv) > 2:
        once(Path(sys.argv[1]), sys.argv[2])
        return
    with scratch() as folder:
        for count in SIZES:
            compare(folder / str(count), count)


if __name__ == "__main__":
    main()
