"""The search index: a page of hits among 1,000,000 lines against a page of the log, and what a line pays for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from benchmarks._history import paths, write_history
from benchmarks._measure import in_turn, p99, ratio, say, scratch, seconds, spread
from benchmarks._million import incident_in, million
from benchmarks.append import through
from incident_tui.config import Config
from incident_tui.journal import MOST_HITS, Journal, Lines, Seeker
from incident_tui.session import Session
from incident_tui.ui.pages import PAGE

ROUNDS = 48
LINES = 1_000
WORDS = ("d", "de", "dep", "depl", "deploy", "7", "7777", "777776", "zebra", "deploy 48", "pool queue")
NO_WORDS = """
drop table words;
create view words as select 0 as docid, '' as text;
create trigger no_words instead of insert on words begin select 1; end;
"""


def found(journal: Journal, query: Lines) -> None:
    """A page of hits and all of them, in turn with a page of the log."""
    with closing(Seeker(journal.path)) as seeker:

        def some() -> object:
            return seeker.glance(query, PAGE) or seeker.hits(query, PAGE)

        page = partial(journal.page, Lines(query.incident), limit=PAGE)
        acts: list[Callable[[], object]] = [some, partial(seeker.hits, query, MOST_HITS), page]
        measured = [partial(seconds, act) for act in acts]
        in_turn(2, *measured)
        first, whole, base = in_turn(ROUNDS, *measured)
        where = "at once" if seeker.glance(query, PAGE) is not None else "in a thread"
    say(f"first hits of “{query.words}”, {where}", ratio(first, base), "a page of the log", spread(first))
    say(f"all hits of “{query.words}”, in a thread", ratio(whole, base), "a page of the log", spread(whole))


def paid(folder: Path) -> None:
    """A durable line through the session, with the search index and without."""
    homes = [folder / "with", folder / "without"]
    incidents = [write_history(home, 50_000) for home in homes]
    with closing(sqlite3.connect(paths(homes[1]).database)) as connection:
        connection.executescript(NO_WORDS)
    config = Config(person="bench")
    with Session.open(paths(homes[0]), config) as one, Session.open(paths(homes[1]), config) as other:
        pairs = zip((one, other), incidents, strict=True)
        acts = [partial(seconds, through(session, incident)) for session, incident in pairs]
        in_turn(20, *acts)
        mine, base = in_turn(LINES, *acts)
    say("a durable line with words", ratio(mine, base), "the same without", f"{spread(mine)}; {spread(base)}")
    say("a durable line with words, p99", p99(mine) / p99(base), "the same without")


def main() -> None:
    home = million()
    incident = incident_in(home)
    with Journal.open(paths(home).database, writable=False) as journal:
        for words in WORDS:
            found(journal, Lines(incident, words=words))
    with scratch() as folder:
        paid(folder)


if __name__ == "__main__":
    main()
