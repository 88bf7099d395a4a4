"""Writers to be harmed, and what must be true of their journal afterwards."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from incident_tui.config import Config
from incident_tui.domain.evolve import fold
from incident_tui.domain.incident import Incident
from incident_tui.journal import MOST_HITS, Journal, Lines
from incident_tui.session import Session
from tests.faults.appender import paths_below

HOUSE = Path(__file__).parents[2]
WITHOUT = """
import sys
from tests.faults import appender
{}
appender.main(*sys.argv[1:])
"""


def appender(home: Path, count: int = 1_000_000, *more: str, without: str = "") -> list[str]:
    """A writer's command; `without` takes away in Python what keeps its entries, for tests of these tests."""
    program = ["-c", WITHOUT.format(without)] if without else ["-m", "tests.faults.appender"]
    return [sys.executable, *program, str(home), str(count), *more]


def acknowledged(output: bytes) -> set[str]:
    """The events that a writer said are recorded."""
    return {line.removeprefix("ACK ") for line in output.decode().split("\n")[:-1] if line.startswith("ACK ")}


def sound(home: Path) -> set[str]:
    """Open what is left as the next start would, to write; all its entries, once it has proved to be whole."""
    with Session.open(paths_below(home), Config(person="mara", zone="UTC")) as session:
        assert session.journal.read_only_because == ""
        wrong = [problem.text for problem in session.journal.verify()]
        assert wrong == [], wrong
        summaries = session.summaries()
        assert len(summaries) <= 1
        for summary in summaries:
            whole = fold(session.journal.events(summary.incident), Incident(summary.incident))
            assert session.enter(summary.incident).incident == whole
            assert summary.version == whole.version
        entries = {row.id: row.body for row in session.journal.rows() if row.kind == "entry.logged"}
        for summary in summaries:
            _all_is_found(session.journal, summary.incident, entries.values())
        return set(entries)


def _all_is_found(journal: Journal, incident: str, bodies: Iterable[str]) -> None:
    """Whether a search for the first word of each entry finds all that hold it, wherever the index stands."""
    texts = [json.loads(body)["text"].split() for body in bodies]
    for word in {text[0] for text in texts}:
        holding = sum(any(other.startswith(word) for other in text) for text in texts)
        assert journal.count(Lines(incident, words=word)) == min(holding, MOST_HITS)
