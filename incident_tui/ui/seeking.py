"""Looks for words in the log beside the screen as they are typed: a first page at once, then every hit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from msgspec import Struct
from textual.dom import DOMNode

from incident_tui.journal import MOST_HITS, Hits, JournalError, Seeker
from incident_tui.ui.views.log import JournalSource


class Wish(Struct, frozen=True, eq=False):
    """The newest `most` lines of a source that hold the words of its query."""

    source: JournalSource
    most: int


class Seeking:
    """`found` is called with what holds the words, `failed` with why nothing can be read; both on the screen's thread.

    A new wish breaks off what is looked for, which then is never shown.
    """

    def __init__(
        self, node: DOMNode, found: Callable[[JournalSource, Hits], None], failed: Callable[[str], None]
    ) -> None:
        self._node = node
        self._found = found
        self._failed = failed
        self._seeker: Seeker | None = None
        self._current: Wish | None = None
        self._next: Wish | None = None
        self._busy = False

    def want(self, source: JournalSource, most: int) -> None:
        """Look for the newest `most` hits, and once they are painted for all of them."""
        self.forget()
        wish = Wish(source, most)
        hits = self._seeker_of(source).glance(source.query, most)
        if hits is None:
            self._begin(wish)
        else:
            self._current = wish
            self._tell(wish, hits)

    def again(self, source: JournalSource) -> None:
        """Look for the same, because the log has grown; what is looked for now is shown before."""
        self._begin(Wish(source, self._next.most if self._next is not None else MOST_HITS))

    def forget(self) -> None:
        """Nothing is wanted any more."""
        self._current = self._next = None
        if self._seeker is not None:
            self._seeker.stop()

    def close(self) -> None:
        """Look for nothing more."""
        self._current = self._next = None
        if self._seeker is not None:
            self._seeker.close()

    def _seeker_of(self, source: JournalSource) -> Seeker:
        if self._seeker is None:
            self._seeker = Seeker(source.journal.path)
        return self._seeker

    def _begin(self, wish: Wish) -> None:
        self._next = wish
        if not self._busy:
            self._busy = True
            self._node.run_worker(self._work(), group="seeking", exit_on_error=False)

    async def _work(self) -> None:
        try:
            while self._next is not None:
                self._current, self._next = self._next, None
                await self._look(self._current)
        finally:
            self._busy = False

    async def _look(self, wish: Wish) -> None:
        try:
            hits = await asyncio.to_thread(self._seeker_of(wish.source).hits, wish.source.query, wish.most)
        except JournalError as error:
            if wish is self._current:
                self._failed(str(error))
            return
        if wish is self._current:
            self._tell(wish, hits)

    def _tell(self, wish: Wish, hits: Hits) -> None:
        self._found(wish.source, hits)
        if hits.more and wish.most < MOST_HITS:
            self._node.call_after_refresh(self._go_on, wish)

    def _go_on(self, wish: Wish) -> None:
        if wish is self._current:
            self._begin(Wish(wish.source, MOST_HITS))
