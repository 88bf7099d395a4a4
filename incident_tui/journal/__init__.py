"""Events made durable in SQLite: the append-only journal, its chain, its pages and its search."""

from incident_tui.journal.codec import NotAnEvent, Row, from_line, to_line
from incident_tui.journal.connection import Tell, nobody, put_off
from incident_tui.journal.errors import JournalError
from incident_tui.journal.hits import MOST_HITS, Hits, Seeker
from incident_tui.journal.store import Journal
from incident_tui.journal.summaries import Summary
from incident_tui.journal.wanted import Lines
from incident_tui.journal.writing import Stored, Writing

__all__ = [
    "MOST_HITS",
    "Hits",
    "Journal",
    "JournalError",
    "Lines",
    "NotAnEvent",
    "Row",
    "Seeker",
    "Stored",
    "Summary",
    "Tell",
    "Writing",
    "from_line",
    "nobody",
    "put_off",
    "to_line",
]
