"""Looks things up beside the screen as somebody types: one at a time, and then only the newest wish."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from textual.dom import DOMNode

from incident_tui.journal import JournalError

Wish = TypeVar("Wish")
Answer = TypeVar("Answer")


class Latest(Generic[Wish, Answer]):
    """`look` runs in a thread; `answered` is called on the screen's own, unless a newer wish has come meanwhile.

    No timer waits for a pause in the typing: while one wish is looked up, all but the last of the others are dropped.
    """

    def __init__(
        self,
        node: DOMNode,
        look: Callable[[Wish], Answer],
        answered: Callable[[Answer], None],
        failed: Callable[[str], None],
    ) -> None:
        self._node = node
        self._look = look
        self._answered = answered
        self._failed = failed
        self._waiting: list[Wish] = []
        self._busy = False

    def want(self, wish: Wish) -> None:
        """Look this up next."""
        self._waiting = [wish]
        if not self._busy:
            self._busy = True
            self._node.run_worker(self._work(), group="lookups", exit_on_error=False)

    async def _work(self) -> None:
        try:
            while self._waiting:
                await self._once(self._waiting.pop())
        finally:
            self._busy = False

    async def _once(self, wish: Wish) -> None:
        try:
            answer = await asyncio.to_thread(self._look, wish)
        except JournalError as error:
            self._failed(str(error))
            return
        if not self._waiting:
            self._answered(answer)
