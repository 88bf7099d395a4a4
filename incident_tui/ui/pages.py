"""The part of a long list that is held in memory: what is near the screen, fetched by page."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final, Generic, Protocol, TypeVar

PAGE: Final = 64
MOST_HELD: Final = 8 * PAGE


class Item(Protocol):
    """Anything with a key; items are shown in the order of their keys."""

    @property
    def key(self) -> str:
        """Unique, never empty, and sorted as strings are."""


ItemT = TypeVar("ItemT", bound=Item)
ItemT_co = TypeVar("ItemT_co", bound=Item, covariant=True)


class Source(Protocol[ItemT_co]):
    """Where the items are; each call answers at most `limit` items in the order of display, oldest first."""

    def newest(self, limit: int) -> Sequence[ItemT_co]:
        """The last items of all."""

    def before(self, key: str, limit: int) -> Sequence[ItemT_co]:
        """The items nearest below `key`, which itself need not exist and is not among them."""

    def after(self, key: str, limit: int) -> Sequence[ItemT_co]:
        """The items nearest above `key`, which itself is not among them; "" stands before every item."""

    def count(self) -> int:
        """How many items there are; asked once per change."""


class Pages(Generic[ItemT]):
    """A run of neighbouring items that grows by a page at either end and never holds more than a few pages.

    `preceding` is how many items come before the run: exact after `load_newest`, an estimate after a jump
    until an end of the list is reached.
    """

    def __init__(self, source: Source[ItemT]) -> None:
        self.source = source
        self.items: list[ItemT] = []
        self.count = 0
        self.preceding = 0
        self._at_start = self._at_end = True

    def load_newest(self) -> None:
        """Holds the last page."""
        self.items = list(self.source.newest(PAGE))
        self.count = self.source.count()
        self._at_end = True
        self._at_start = len(self.items) < PAGE
        self.preceding = max(0, self.count - len(self.items))

    def load_around(self, key: str) -> None:
        """Holds a page before `key` and a page from `key` on, as they are now; "" is the start of the list."""
        was, preceded = self.items, self.preceding
        older = self.source.before(key, PAGE) if key else ()
        newer = self.source.after(older[-1].key if older else "", PAGE)
        self.items = [*older, *newer]
        self.count = self.source.count()
        self._at_start = len(older) < PAGE
        self._at_end = len(newer) < PAGE
        self.preceding = self._estimate(was, preceded)

    def older(self) -> int:
        """Fetches the page before the run; answers by how much the positions of the held items grew."""
        if self._at_start or not self.items:
            return 0
        page = self.source.before(self.items[0].key, PAGE)
        self._at_start = len(page) < PAGE
        self.items[:0] = page
        self.preceding = 0 if self._at_start else max(0, self.preceding - len(page))
        return len(page)

    def newer(self) -> int:
        """Fetches the page after the run; answers how many items came."""
        if self._at_end or not self.items:
            return 0
        page = self.source.after(self.items[-1].key, PAGE)
        self._at_end = len(page) < PAGE
        self.items.extend(page)
        if self._at_end:
            self.preceding = max(0, self.count - len(self.items))
        return len(page)

    def is_last(self, index: int) -> bool:
        """Whether the held item at `index` is the last one of the whole list."""
        return index >= len(self.items) - 1 and not self.newer()

    def index(self, key: str) -> int:
        """The position in `items` of the first item that does not come before `key`."""
        return bisect_left(self.items, key, key=lambda item: item.key)

    def holds(self, key: str) -> bool:
        """Whether the item with this key is in the run."""
        index = self.index(key)
        return index < len(self.items) and self.items[index].key == key

    def trim(self, index: int) -> None:
        """Lets go of what is far from the held item at `index`."""
        if len(self.items) <= MOST_HELD:
            return
        start = max(0, index - MOST_HELD // 2)
        end = start + MOST_HELD
        if end < len(self.items):
            del self.items[end:]
            self._at_end = False
        if start:
            del self.items[:start]
            self._at_start = False
            self.preceding += start

    def _estimate(self, was: Sequence[ItemT], preceded: int) -> int:
        if self._at_start or not self.items:
            return 0
        if self._at_end:
            return max(0, self.count - len(self.items))
        first = self.items[0].key
        if was and was[0].key <= first <= was[-1].key:
            return preceded + bisect_left(was, first, key=lambda item: item.key)
        if was and first > was[-1].key:
            return (preceded + self.count) // 2
        return preceded // 2
