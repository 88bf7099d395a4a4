"""The body of an answer, unpacked as it comes and never longer than allowed."""

from __future__ import annotations

import zlib

PACKINGS = ("gzip", "x-gzip", "deflate")


class Unfit(Exception):
    """The answer cannot be taken; the message says why."""


class Body:
    """Pieces are added as they arrive. `size` bounds both what arrives and what it unpacks to.

    A request asks for an unpacked answer; some servers pack it all the same.
    """

    def __init__(self, packing: str, size: int) -> None:
        word = packing.strip().lower()
        if word not in ("", "identity", *PACKINGS):
            raise Unfit("the answer is packed in a way that was not asked for")
        self._unpack = zlib.decompressobj(zlib.MAX_WBITS | 32) if word in PACKINGS else None
        self._size = size
        self._arrived = 0
        self._content = bytearray()

    def add(self, piece: bytes) -> None:
        """Raises Unfit."""
        self._arrived += len(piece)
        self._content += self._unpacked(piece)
        if max(len(self._content), self._arrived) > self._size:
            raise Unfit(f"the answer is over {self._size:,} bytes")

    def whole(self) -> bytes:
        """All of it. Raises Unfit where the packed form has not come to its end."""
        if self._unpack is not None and self._arrived and not self._unpack.eof:
            raise Unfit("the answer broke off")
        return bytes(self._content)

    def _unpacked(self, piece: bytes) -> bytes:
        if self._unpack is None:
            return piece
        try:
            return self._unpack.decompress(piece, self._size - len(self._content) + 1)
        except zlib.error:
            raise Unfit("the answer cannot be unpacked") from None
