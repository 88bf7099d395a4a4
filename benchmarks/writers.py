"""Two processes that record in the same incident, one line after the other, against one of them alone.

`writers.py HOME LINES` is one of them: it says when it is ready, begins when it is told to, and prints how long each
line took, in seconds, as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from benchmarks._history import paths, write_history
from benchmarks._measure import PYTHON, environment, p99, say, scratch, seconds, spread
from benchmarks._million import incident_in
from benchmarks.append import through
from incident_tui.config import Config
from incident_tui.session import Session

LINES = 1_000
BEFORE = 1_000
READY = "ready"


def one(home: Path, lines: int) -> list[float]:
    """How long each of so many lines takes."""
    incident = incident_in(home)
    with Session.open(paths(home), Config(person="bench")) as session:
        record = through(session, incident)
        print(READY, flush=True)
        sys.stdin.readline()
        return [seconds(record) for _ in range(lines)]


def together(home: Path, writers: int) -> list[float]:
    """The same of all lines of so many processes that begin at once; each must succeed."""
    command = (PYTHON, __file__, str(home), str(LINES))
    pipe = subprocess.PIPE
    running = [
        subprocess.Popen(command, env=environment(home), stdin=pipe, stdout=pipe, text=True) for _ in range(writers)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == READY
    for process in running:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    found: list[float] = []
    for process in running:
        printed, _ = process.communicate()
        assert process.returncode == 0, "a line was not saved"
        found += json.loads(printed)
    return found


def main() -> None:
    if len(sys.argv) > 2:
        print(json.dumps(one(Path(sys.argv[1]), int(sys.argv[2]))))
        return
    with scratch() as home:
        incident = write_history(home, BEFORE)
        alone, both = together(home, 1), together(home, 2)
        with Session.open(paths(home), Config(person="bench"), writable=False) as session:
            saved = session.enter(incident).incident.version
    # Each of the three processes records one more before, and rests.
    more = f"{spread(both)}; alone {spread(alone)}; {saved - BEFORE:,} of {3 * (LINES + 1):,} lines are there"
    say("a durable line, two processes, p99", p99(both) / p99(alone), "one process", more)


if __name__ == "__main__":
    main()
