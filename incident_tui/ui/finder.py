"""The search of the list: what is typed becomes a query, its answer goes onto the shelf."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.dom import DOMNode

from incident_tui.domain.decide import Refused
from incident_tui.domain.search import Query, parse
from incident_tui.session import Session
from incident_tui.ui.latest import Latest
from incident_tui.ui.lookup import Result, look_up
from incident_tui.ui.shelf import Shelf
from incident_tui.ui.text import Line
from incident_tui.ui.views.home import filter_line


class Finder:
    """`show` is called when there is something new to be seen, `failed` with why nothing can be looked up."""

    def __init__(
        self,
        node: DOMNode,
        session: Session,
        shelf: Shelf,
        show: Callable[[], None],
        failed: Callable[[str], None],
    ) -> None:
        self.wanted: Query | Refused = Query()
        self._shelf = shelf
        self._show = show
        self._found: Result | None = None
        self._lookups: Latest[Query, Result] = Latest(node, partial(look_up, session), self._take, failed)

    def want(self, text: str) -> None:
        """Look for this; what cannot be understood leaves what is shown as it is."""
        self.wanted = parse(text, self._shelf.now, self._shelf.zone)
        self.again()
        self._show()

    def again(self) -> None:
        """Look for the same again, because the journal has grown."""
        if isinstance(self.wanted, Refused):
            return
        if self.wanted.empty:
            self._put(None)
        else:
            self._lookups.want(self.wanted)

    def line(self, cells: int) -> Line:
        """What is looked for, and how much was found."""
        current = self._found is not None and self._found.query == self.wanted
        return filter_line(self.wanted, len(self._shelf.shown) if current else None, cells)

    def _take(self, result: Result) -> None:
        if result.query == self.wanted:
            self._put(result)
            self._show()

    def _put(self, result: Result | None) -> None:
        self._found = result
        self._shelf.find(result)
