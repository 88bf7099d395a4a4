"""Looking things up while somebody types: one at a time, the newest wish only, failures in a line."""

from __future__ import annotations

import threading

from textual.app import App

from incident_tui.journal import JournalError
from incident_tui.ui.latest import Latest
from tests.ui.rest import at_rest_with_workers, until


class Looker(App[None]):
    """Looks words up in a thread that waits until it is let go; `word` x fails."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.answers: list[str] = []
        self.failures: list[str] = []
        self.gate = threading.Event()
        self.begun = threading.Event()
        self.lookups: Latest[str, str] = Latest(self, self.look, self.answers.append, self.failures.append)

    def look(self, word: str) -> str:
        self.asked.append(word)
        self.begun.set()
        assert self.gate.wait(60)
        if word == "x":
            raise JournalError("the disk is gone")
        return word.upper()


async def test_only_the_newest_of_those_that_came_meanwhile_is_looked_up_and_answered() -> None:
    app = Looker()
    async with app.run_test():
        app.lookups.want("p")
        await until(app, app.begun.is_set)
        for word in ("po", "poo", "pool"):
            app.lookups.want(word)
        app.gate.set()
        await at_rest_with_workers(app)

        assert app.asked == ["p", "pool"]
        assert app.answers == ["POOL"]

        app.lookups.want("again")
        await at_rest_with_workers(app)
        assert app.answers == ["POOL", "AGAIN"]


async def test_what_fails_is_said_and_the_next_is_looked_up() -> None:
    app = Looker()
    app.gate.set()
    async with app.run_test():
        app.lookups.want("x")
        await at_rest_with_workers(app)
        app.lookups.want("y")
        await at_rest_with_workers(app)

        assert app.failures == ["the disk is gone"]
        assert app.answers == ["Y"]
