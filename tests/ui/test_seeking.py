"""What is typed is looked for beside the screen: the newest words only, a first page before the rest."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from textual.app import App

from incident_tui.journal import MOST_HITS, Hits, Journal, JournalError, Lines, Seeker
from incident_tui.ui import seeking
from incident_tui.ui.screens.log_column import LogColumn
from incident_tui.ui.seeking import Seeking
from incident_tui.ui.views.log import JournalSource
from tests.ui.harness import at_the_desk, finding
from tests.ui.rest import at_rest_with_workers, until

FULL = Hits(("1", "2"), more=True)
REST = Hits(("0", "1", "2"))


class Slow:
    """Finds FULL as a first page and else REST, once it is let go; what is stopped fails. `x` cannot be read."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, bool]] = []
        self.gate = threading.Event()
        self.begun = threading.Event()
        self.stopped = threading.Event()
        self.threads: set[int] = set()

    def __call__(self, _path: Path) -> Slow:
        return self

    def glance(self, _query: Lines, _most: int) -> None:
        """Nothing is found at once."""

    def hits(self, query: Lines, most: int) -> Hits:
        self.stopped.clear()
        self.asked.append((query.words, most == MOST_HITS))
        self.threads.add(threading.get_ident())
        self.begun.set()
        assert self.gate.wait(60)
        if self.stopped.is_set():
            raise JournalError("interrupted")
        if query.words == "x":
            raise JournalError("the disk is gone")
        return REST if most == MOST_HITS else FULL

    def stop(self) -> None:
        self.stopped.set()


class Asker(App[None]):
    """Looks in the journal at `path`, and keeps what it hears."""

    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self.journal = journal
        self.shown: list[tuple[str, Hits]] = []
        self.failures: list[str] = []
        self.seeking = Seeking(self, self.found, self.failures.append)

    def source(self, words: str) -> JournalSource:
        def nothing() -> NoReturn:
            raise AssertionError("nothing is shown")

        return JournalSource(self.journal, Lines("one", words=words), nothing, nothing)

    def found(self, source: JournalSource, hits: Hits) -> None:
        self.shown.append((source.query.words, hits))


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Asker]:
    with Journal.open(tmp_path / "journal.db") as journal:
        yield Asker(journal)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    seeker = Slow()
    monkeypatch.setattr(seeking, "Seeker", seeker)
    return seeker


async def test_a_first_page_is_shown_before_the_rest(app: Asker, slow: Slow) -> None:
    slow.gate.set()
    async with app.run_test():
        app.seeking.want(app.source("pool"), 2)
        await at_rest_with_workers(app)

        assert slow.asked == [("pool", False), ("pool", True)]
        assert app.shown == [("pool", FULL), ("pool", REST)]
        assert threading.get_ident() not in slow.threads


async def test_newer_letters_break_off_what_is_looked_for_and_it_is_never_shown(app: Asker, slow: Slow) -> None:
    async with app.run_test():
        app.seeking.want(app.source("p"), 2)
        await until(app, slow.begun.is_set)
        for words in ("po", "poo", "pool"):
            app.seeking.want(app.source(words), MOST_HITS)
        assert slow.stopped.is_set()
        slow.gate.set()
        await at_rest_with_workers(app)

        assert slow.asked == [("p", False), ("pool", True)]
        assert app.shown == [("pool", REST)]
        assert app.failures == []


async def test_what_nobody_waits_for_any_more_is_neither_shown_nor_complained_about(app: Asker, slow: Slow) -> None:
    async with app.run_test():
        app.seeking.want(app.source("x"), 2)
        await until(app, slow.begun.is_set)
        app.seeking.forget()
        slow.gate.set()
        await at_rest_with_workers(app)

        assert slow.stopped.is_set()
        assert (app.shown, app.failures) == ([], [])


async def test_a_log_that_grows_on_and_on_does_not_keep_hits_from_being_shown(app: Asker, slow: Slow) -> None:
    async with app.run_test():
        app.seeking.want(app.source("pool"), MOST_HITS)
        await until(app, slow.begun.is_set)
        for _ in range(5):
            app.seeking.again(app.source("pool"))
        assert not slow.stopped.is_set()
        slow.gate.set()
        await at_rest_with_workers(app)

        assert slow.asked == [("pool", True)] * 2
        assert app.shown == [("pool", REST)] * 2


async def test_what_is_still_to_be_looked_for_is_looked_for_as_the_log_is_then(app: Asker, slow: Slow) -> None:
    """A star that came meanwhile is among those that are looked through."""
    async with app.run_test():
        app.seeking.want(app.source("po"), 2)
        await until(app, slow.begun.is_set)
        app.seeking.want(app.source("pool"), 2)
        app.seeking.again(app.source("pool of stars"))
        slow.gate.set()
        await at_rest_with_workers(app)

        assert slow.asked == [("po", False), ("pool of stars", False), ("pool of stars", True)]


async def test_what_cannot_be_read_is_said_and_the_next_words_are_looked_for(app: Asker, slow: Slow) -> None:
    slow.gate.set()
    async with app.run_test():
        for words in ("x", "y"):
            app.seeking.want(app.source(words), MOST_HITS)
            await at_rest_with_workers(app)

        assert app.failures == ["the disk is gone"]
        assert app.shown == [("y", REST)]


async def test_what_is_found_at_once_is_shown_at_once(app: Asker, slow: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    slow.gate.set()
    monkeypatch.setattr(slow, "glance", lambda _query, _most: FULL)
    async with app.run_test():
        app.seeking.want(app.source("p"), 2)
        assert app.shown == [("p", FULL)]
        app.seeking.want(app.source("po"), 2)
        await at_rest_with_workers(app)

        assert app.shown == [("p", FULL), ("po", FULL), ("po", REST)]
        assert slow.asked == [("po", True)]


async def test_what_was_found_stays_until_there_is_something_newer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    gate.set()

    class Waiting(Seeker):
        def glance(self, _query: Lines, _most: int) -> None:
            return None

        def hits(self, query: Lines, most: int) -> Hits:
            assert gate.wait(60)
            return super().hits(query, most)

    monkeypatch.setattr(seeking, "Seeker", Waiting)
    async with at_the_desk(tmp_path) as desk:
        for line in ("pool is full", "post is late", "error rate climbs"):
            await desk.enter(line)
        await desk.press("alt+2", "slash", *"po")
        assert desk.shows("pool is full", "post is late", "Investigation  2  “po”")
        gate.clear()
        await desk.type("ol")
        assert desk.shows("pool is full", "post is late", "Investigation  2  “po”")
        gate.set()
        await desk.settle()
        assert desk.shows("pool is full", "Investigation  1  “pool”")
        assert "post is late" not in desk.painted()

        gate.clear()
        await desk.type("zzz")
        gate.set()
        await desk.settle()
        assert desk.shows("Nothing like that is logged")
        await desk.press("escape")
        assert desk.shows("error rate climbs")


async def test_where_nothing_is_near_it_is_said_that_older_lines_are_looked_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()

    class Near(Seeker):
        def glance(self, _query: Lines, _most: int) -> Hits:
            return Hits([], more=True)

        def hits(self, query: Lines, most: int) -> Hits:
            assert gate.wait(60)
            return super().hits(query, most)

    monkeypatch.setattr(seeking, "Seeker", Near)
    async with at_the_desk(tmp_path) as desk:
        await desk.enter("pool is full")
        await desk.press("alt+2", "slash")
        await desk.type("po")
        assert desk.shows("Looking further back", "Investigation  0+  “po”")

        gate.set()
        await desk.settle()
        assert desk.shows("pool is full", "Investigation  1  “po”")


async def test_what_cannot_be_looked_for_is_a_line_on_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_seeker: Seeker, _query: Lines, _most: int) -> Hits:
        raise JournalError("the disk refuses to read or write")

    async with at_the_desk(tmp_path) as desk:
        await desk.enter("pool is full")
        monkeypatch.setattr(Seeker, "glance", lambda _seeker, _query, _most: None)
        monkeypatch.setattr(Seeker, "hits", failing)
        await desk.press("alt+2", "slash", *"po")
        assert desk.shows("the disk refuses to read or write", "pool is full")
        assert desk.room.query_one(LogColumn).words == "po"
        monkeypatch.setattr(Seeker, "glance", lambda _seeker, _query, _most: Hits([], more=True))
        await desk.press("o")
        assert desk.shows("the disk refuses to read or write", "Older lines could not be", "Investigation  0+")
        assert "Looking further back" not in desk.painted()


async def test_a_line_that_comes_after_nothing_was_found_is_found(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.enter("pool is full")
        await desk.press("alt+2", "slash", *"zebr")
        assert desk.shows("Nothing like that is logged")
        desk.room.begin(desk.room.recorder.line(desk.room.room, "zebra on the road", lambda _name: None))
        await desk.settle()
        assert desk.shows("zebra on the road", "Investigation  1  “zebr”")
        await desk.press("a")
        assert desk.shows("zebra on the road", "Investigation  1  “zebra”")


async def test_what_comes_while_words_are_looked_for_is_found_too(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.enter("pool is full")
        await desk.press("alt+2", "slash", *"pool")
        for number in range(3):
            desk.room.begin(desk.room.recorder.line(desk.room.room, f"pool {number}", lambda _name: None))
        await desk.settle()
        assert desk.shows("Investigation  4  “pool”", "pool 2")


async def test_the_end_of_what_is_typed_is_in_sight_however_long_it_is(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.press("alt+2", "slash")
        field = desk.room.log_column.field
        assert field is not None
        await desk.type("begin" + "x" * 200 + "end")
        await desk.settle()
        assert "xxxend" in desk.lines()[field.region.y]
        await desk.press("home")
        assert "beginxxx" in desk.lines()[field.region.y]
        await desk.press("end", *["backspace"] * 204)
        assert " begi " in desk.lines()[field.region.y]


async def test_what_is_selected_stays_in_sight_when_more_is_found(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, (120, 36)) as desk:
        for number in range(30):
            desk.session.perform(desk.session.enter(desk.room.room.incident.id), finding(f"pool {number}"))
        await desk.look()
        await desk.press("ctrl+f")
        await desk.type("pool")
        await desk.until(lambda: desk.room.log_pane.source.count() == 30)
        await desk.press("enter", *["up"] * 16)
        pane = desk.room.log_pane
        selected = pane.cursor_key
        assert desk.shows(text := "pool 14")
        for number in range(16):
            desk.session.perform(desk.session.enter(desk.room.room.incident.id), finding(f"pool again {number}"))
        await desk.look()
        await desk.until(lambda: pane.source.count() == 46)

        assert (pane.cursor_key, desk.shows(text)) == (selected, True)
