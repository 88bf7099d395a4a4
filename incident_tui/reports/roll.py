"""The lines of a long section: they come in the order in which they were recorded, and leave as they happened."""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec import msgpack

from incident_tui.reports.typeset import Safe

ABREAST: Final = 1024
"""So many lines are packed together, and leave together."""
FASTEST: Final = 1

Line = tuple[datetime, str, str]
"""When it happened, an id that settles its place among lines of the same moment, and the text with its newline."""
Pack = tuple[datetime, str, bytes]
"""Moment and id of its first line, and all lines, sorted and compressed."""


class Roll:
    """Texts by moment and id, most of them packed: a long log takes a few megabytes.

    Nearly all lines come in order. Those that do not have packs of their own, so that each pack spans little time and
    few are open at once.
    """

    def __init__(self) -> None:
        self._count = 0
        self._newest = (datetime.min.replace(tzinfo=UTC), "")
        self._page: list[Line] = []
        self._late: list[Line] = []
        self._packs: list[Pack] = []

    def __len__(self) -> int:
        return self._count

    def add(self, at: datetime, identifier: str, text: Safe) -> None:
        self._count += 1
        place = (at, identifier)
        page = self._late
        if place > self._newest:
            self._newest, page = place, self._page
        page.append((at, identifier, str(text)))  # what packs them knows no kinds of text
        if len(page) == ABREAST:
            self._packs.append(_packed(page))
            page.clear()

    def __iter__(self) -> Iterator[Safe]:
        """The texts in order, up to the end of a pack in each piece."""
        rest = [_packed(page) for page in (self._page, self._late) if page]
        open_lines: list[Line] = []
        for at, identifier, lines in sorted([*self._packs, *rest]):
            if ready := bisect_left(open_lines, (at, identifier)):
                yield _text(open_lines[:ready])
            open_lines = sorted(open_lines[ready:] + _unpacked(lines))
        if open_lines:
            yield _text(open_lines)


def _packed(page: Sequence[Line]) -> Pack:
    lines = sorted(page)
    at, identifier, _ = lines[0]
    return at, identifier, zlib.compress(msgpack.encode(lines), FASTEST)


def _unpacked(lines: bytes) -> list[Line]:
    return msgpack.decode(zlib.decompress(lines), type=list[Line])


def _text(lines: Sequence[Line]) -> Safe:
    """What was safe before it was packed."""
    return Safe("".join([text for _, _, text in lines]))
