"""What of a long list is on the screen: an anchor and the lines below it, whatever the length of the list."""

from collections.abc import Callable, Sequence
from typing import Generic

from msgspec import Struct

from incident_tui.ui.pages import MOST_HELD, ItemT, Pages, Source
from incident_tui.ui.text import Line


class Spot(Struct, Generic[ItemT], frozen=True):
    """One line on the screen: the line `row` of an item."""

    item: ItemT
    row: int
    line: Line


class Viewport(Generic[ItemT]):
    """Follows the end of a source, or stays anchored at (key, row) of the line at the top.

    It is following exactly when the last line of the last item is in sight. `lay(item, cells)` turns one
    item into its lines.
    """

    def __init__(self, source: Source[ItemT], lay: Callable[[ItemT, int], list[Line]]) -> None:
        self.pages = Pages(source)
        self.following = True
        self.cells = 0
        self.height = 0
        self.spots: list[Spot[ItemT]] = []
        self._lay = lay
        self._laid: dict[str, tuple[ItemT, list[Line]]] = {}
        self._top = ("", 0)

    @property
    def preceding(self) -> int:
        """How many items come before the one at the top; an estimate after a jump."""
        return self.pages.preceding + self.pages.index(self._top[0])

    def over(self, source: Source[ItemT]) -> "Viewport[ItemT]":
        """A viewport of the same size at the same place of another source."""
        other = Viewport(source, self._lay)
        other.cells, other.height = self.cells, self.height
        other.following, other._top = self.following, self._top
        other._laid = self._laid  # an item that is in both looks the same
        return other

    def shows(self, key: str) -> bool:
        """Whether a line of the item is in sight."""
        return any(spot.item.key == key for spot in self.spots)

    def reload(self) -> None:
        """Reads again what is near the screen; a following viewport shows the new end, another one stays."""
        if self.following:
            self.pages.load_newest()
        else:
            self.pages.load_around(self._top[0])
        self.arrange()

    def resize(self, cells: int, height: int) -> None:
        """Arranges for another size, in cells and lines."""
        if cells != self.cells:
            self._laid.clear()
        self.cells, self.height = cells, height
        self.arrange()

    def forget(self, key: str) -> None:
        """Lays the item anew when it is next in sight."""
        self._laid.pop(key, None)

    def arrange(self) -> Sequence[Spot[ItemT]]:
        """Fills the screen from the anchor, or up from the end."""
        if not self.cells or not self.height:
            return ()
        if not self.following:
            self._fill_down()
        if self.following or len(self.spots) < self.height:
            self._fill_up(len(self.pages.items) - 1)
        if self.spots:
            first, last = self.spots[0], self.spots[-1]
            self._top = (first.item.key, first.row)
            ends = last.row == len(self._lines(last.item)) - 1
            self.following = ends and self.pages.is_last(self.pages.index(last.item.key))
            self.pages.trim(self.pages.index(first.item.key))
        else:
            self.following = True
        return self.spots

    def scroll(self, lines: int) -> None:
        """Moves the screen down the list, or up with a negative number."""
        index = self.pages.index(self._top[0])
        row = self._top[1] + lines
        while row < 0 and (index or (index := self.pages.older())):
            index -= 1
            row += len(self._lines(self.pages.items[index]))
        while self.pages.items and row >= (size := len(self._lines(self.pages.items[index]))):
            if self.pages.is_last(index):
                break
            index += 1
            row -= size
        self._anchor(index, max(0, row))

    def look_up(self) -> None:
        """Lays out what the next screenful above holds, before anybody waits for it."""
        index, lines = self.pages.index(self._top[0]), self._top[1]
        while lines < self.height and (index or (index := self.pages.older())):
            index -= 1
            lines += len(self._lines(self.pages.items[index]))

    def to_end(self) -> None:
        """Follows the end."""
        self.following = True
        self.reload()

    def to_start(self) -> None:
        """Shows the start of the list."""
        self.pages.load_around("")
        self._anchor(0, 0)

    def reveal(self, key: str) -> None:
        """Scrolls as little as needed to have the whole item in sight; a distant one comes into the middle."""
        if not self.height:
            return
        rows = [spot.row for spot in self.spots if spot.item.key == key]
        near = bool(self.spots) and self.pages.holds(key)
        if not near:
            self.pages.load_around(key)
        if not self.pages.items:
            return
        index = min(self.pages.index(key), len(self.pages.items) - 1)
        size = len(self._lines(self.pages.items[index]))
        if len(rows) == size or (rows and size >= self.height):
            return
        if not near:
            self._anchor(index, 0)
            self.scroll(-(self.height // 2))
        elif size >= self.height or (self.pages.items[index].key, 0) <= self._top:
            self._anchor(index, 0)
        else:
            self._fill_up(index)
            self._top = (self.spots[0].item.key, self.spots[0].row)
            self.following = False
            self.arrange()

    def neighbour(self, key: str, step: int) -> ItemT | None:
        """The item one before (-1) or after (1) `key`, or the one that stands where `key` was."""
        if not self.pages.holds(key):
            self.pages.load_around(key)
        index = self.pages.index(key)
        if not self.pages.holds(key):
            step = min(step, 0)
        if index + step < 0:
            index += self.pages.older()
        if index + step >= len(self.pages.items):
            self.pages.newer()
        index += step
        return self.pages.items[index] if 0 <= index < len(self.pages.items) else None

    def _anchor(self, index: int, row: int) -> None:
        if not self.pages.items:
            return
        self._top = (self.pages.items[index].key, row)
        self.following = False
        self.arrange()

    def _fill_down(self) -> None:
        key, row = self._top
        index = self.pages.index(key)
        items = self.pages.items
        if index < len(items):
            row = min(row, len(self._lines(items[index])) - 1) if items[index].key == key else 0
        spots: list[Spot[ItemT]] = []
        while len(spots) < self.height and (index < len(items) or self.pages.newer()):
            item = items[index]
            spots += [Spot(item, at, line) for at, line in enumerate(self._lines(item)) if at >= row]
            index, row = index + 1, 0
        self.spots = spots[: self.height]

    def _fill_up(self, index: int) -> None:
        """Fills the screen so that it ends with the held item at `index`."""
        spots: list[Spot[ItemT]] = []
        while len(spots) < self.height and (index >= 0 or (index := self.pages.older() - 1) >= 0):
            item = self.pages.items[index]
            spots[:0] = [Spot(item, at, line) for at, line in enumerate(self._lines(item))]
            index -= 1
        self.spots = spots[-self.height :]

    def _lines(self, item: ItemT) -> list[Line]:
        held = self._laid.get(item.key)
        if held is not None and held[0] == item:
            return held[1]
        if len(self._laid) >= MOST_HELD:
            self._laid.clear()
        lines = self._lay(item, self.cells) or [()]
        self._laid[item.key] = (item, lines)
        return lines
