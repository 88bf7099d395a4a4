"""Events found in the bytes of a database file, without its tables: for files that SQLite cannot read any more.

Source: SQLite, "Database File Format": pages, cells of table leaves, the record format, overflow pages, the WAL.
"""

from __future__ import annotations

import contextlib
import mmap
import re
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from incident_tui.journal.codec import COLUMNS, Row

MAGIC = b"SQLite format 3\0"
SIZES = tuple(512 << power for power in range(8))
USUAL_SIZE = 4096
LOG_HEADER, FRAME_HEADER = 32, 24
# The start of every event's record: no value (the number is the key), two texts of 36 bytes (ids), one of 8 (device).
START = re.compile(rb"\x00\x55\x55\x1d")


class Found(NamedTuple):
    """What has the shape of an event; `seq` is 0 where its number is lost."""

    seq: int
    row: Row


class Pages:
    """The pages of a database file, some of them as its log has them. Numbers begin at 1."""

    def __init__(self, data: bytes | mmap.mmap, size: int, newer: Mapping[int, bytes]) -> None:
        self.size = size
        self.count = max(len(data) // size + (len(data) % size > 0), *newer, 0) if newer else -(-len(data) // size)
        self._data = data
        self._newer = newer

    def __getitem__(self, number: int) -> bytes:
        """Empty where there is no such page."""
        if number in self._newer:
            return self._newer[number]
        return self._data[(number - 1) * self.size : number * self.size] if number > 0 else b""


def carve(database: Path, log: Path) -> Iterator[Found]:
    """All of the file, then all as its log has it, which is newer. Raises OSError.

    One event may come several times, and one that was never committed may come, too.
    """
    with contextlib.ExitStack() as stack:
        data: bytes | mmap.mmap = b""  # no memory can be mapped to a file of no bytes
        if database.stat().st_size:
            file = stack.enter_context(database.open("rb"))
            data = stack.enter_context(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        size = _size(data[:18])
        pages = Pages(data, size, {})
        for number in range(1, pages.count + 1):
            yield from _in_page(pages, number)
        newer: dict[int, bytes] = {}
        for written in _commits(log, size):
            newer |= written
            pages = Pages(data, size, newer)
            for number in written:
                yield from _in_page(pages, number)


def _size(head: bytes) -> int:
    """Of a page, as the first one says where it is still there; the last two bytes of its start."""
    said = int.from_bytes(head[16:18], "big")
    size = 65536 if said == 1 else said
    return size if head.startswith(MAGIC) and size in SIZES else USUAL_SIZE


def _commits(log: Path, size: int) -> Iterator[dict[int, bytes]]:
    """The pages in a log by their numbers, a commit at a time: a long event goes on in pages after its own.

    What an earlier round left behind it is not read; what was not committed comes last.
    """
    try:
        data = log.read_bytes()
    except FileNotFoundError:
        return
    salts, written = data[16:24], dict[int, bytes]()
    for start in range(LOG_HEADER, len(data) - FRAME_HEADER - size + 1, FRAME_HEADER + size):
        number, committed = struct.unpack_from(">II", data, start)
        if data[start + 8 : start + 16] != salts:
            continue
        page = start + FRAME_HEADER
        written[number] = data[page : page + size]
        if committed:
            yield written
            written = {}
    yield written


def _in_page(pages: Pages, number: int) -> Iterator[Found]:
    page = pages[number]
    for match in START.finditer(page):
        found = _record(pages, page, match.start() - 1)
        if found is not None:
            yield found


def _record(pages: Pages, page: bytes, start: int) -> Found | None:
    """The event whose record starts there, if it is one."""
    if start < 2:
        return None
    header = page[start]
    sizes = _text_sizes(page[start + 2 : start + header])
    if sizes is None or len(sizes) != len(COLUMNS):
        return None
    length = header + sum(sizes)
    payload = _payload(pages, page, start, length)
    if len(payload) < length:
        return None
    texts, place = [], header
    for size in sizes:
        texts.append(payload[place : place + size].decode("utf-8", "surrogateescape"))
        place += size
    return Found(_number(page, start, length), Row(*texts))


def _text_sizes(types: bytes) -> list[int] | None:
    """How many bytes each text of a record has; None where one is no text."""
    sizes, place = [], 0
    while place < len(types):
        kind, place = _varint(types, place)
        if kind < 13 or kind % 2 == 0:
            return None
        sizes.append((kind - 13) // 2)
    return sizes


def _payload(pages: Pages, page: bytes, start: int, length: int) -> bytes:
    """As many bytes as there are of `length`: those in the page, and those that go on in others."""
    usable = pages.size
    least = (usable - 12) * 32 // 255 - 23
    here = length
    if length > usable - 35:
        here = least + (length - least) % (usable - 4)
        here = here if here <= usable - 35 else least
    payload = page[start : start + here]
    following = int.from_bytes(page[start + here : start + here + 4], "big") if here < length else 0
    seen: set[int] = set()
    while len(payload) < length and following not in seen and 0 < following <= pages.count:
        seen.add(following)
        more = pages[following]
        following = int.from_bytes(more[:4], "big")
        payload += more[4 : 4 + min(length - len(payload), usable - 4)]
    return payload


def _number(page: bytes, start: int, length: int) -> int:
    """The key that stands before a record, after the length; 0 where they do not fit together any more."""
    prefix = _as_varint(length)
    for size in range(1, 10):
        before = start - size - len(prefix)
        if before < 0:
            return 0
        number, end = _varint(page, start - size)
        if end == start and page[before : start - size] == prefix:
            return number
    return 0


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """A number of one to nine bytes, and where it ends."""
    number = 0
    for at in range(place, min(place + 8, len(data))):
        number = number << 7 | data[at] & 0x7F
        if data[at] < 0x80:
            return number, at + 1
    return number, min(place + 9, len(data) + 1)


def _as_varint(number: int) -> bytes:
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(number & 0x7F | 0x80)
    return bytes(reversed(digits))
