"""Masks secrets in the output of a command as it comes, in whatever pieces; what is no text passes as it is."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import Final

from incident_tui.domain.scrubbing import mask
from incident_tui.domain.scrubbing.finding import LONGEST_KEY, Span, spans

LONGEST_LINE: Final = 64 * 1024
"""Bytes of a line that are waited for; of a longer one all but the last TOKEN bytes is given on."""
TOKEN: Final = 16 * 1024
NEAR: Final = 400
"""Bytes of what was given on that are still looked at: an access key stands before the secret that belongs to it."""
_KEY: Final = b"-----BEGIN"
_COLOURS: Final = r"\x1b\[[0-9;:]*[A-Za-z]"


class Stream:
    """Give it pieces with `feed` and at the end `finish`: the answers together are the output without secrets.

    Secrets are looked for in whole lines, so a piece may come out with a later one. `kinds` are those found so far.
    """

    def __init__(self, known: Iterable[str] = ()) -> None:
        self.kinds: list[str] = []
        self._known = tuple(value.encode("utf-8", "replace").decode("latin-1") for value in known)
        self._held = b""
        self._before = b""

    def feed(self, piece: bytes) -> bytes:
        """What can be given on."""
        self._held += piece
        if b"\n" not in piece and len(self._held) <= LONGEST_LINE:
            return b""
        cut = self._held.rfind(b"\n") + 1 or len(self._held) - TOKEN
        key = self._held.rfind(_KEY, 0, cut)
        if key >= 0 and b"-----END" not in self._held[key:cut] and len(self._held) - key < LONGEST_KEY:
            cut = key
        return self._given_on(cut) if cut > 0 else b""

    def finish(self) -> bytes:
        """The rest."""
        return self._given_on(len(self._held))

    def _given_on(self, cut: int) -> bytes:
        before, text = len(self._before), (self._before + self._held).decode("latin-1")
        plain, place = _without_colours(text)
        found = [
            Span(place(span.start), place(span.end - 1) + 1, span.kind)
            for span in spans(plain, self._known)
            if place(span.start) >= before
        ]
        cut += before
        for span in found:
            if span.start < cut < span.end:
                cut = span.start if span.start > before else span.end
        pieces: list[bytes] = []
        at = before
        for span in found:
            if span.end <= cut:
                pieces += (
                    text[at : span.start].encode("latin-1"),
                    mask(span.kind, text[span.start : span.end]).encode(),
                )
                self.kinds.append(span.kind)
                at = span.end
        pieces.append(text[at:cut].encode("latin-1"))
        self._before = text[max(cut - NEAR, 0) : cut].encode("latin-1")
        self._held = text[cut:].encode("latin-1")
        return b"".join(pieces)


def _without_colours(text: str) -> tuple[str, Callable[[int], int]]:
    """The text as it is seen, and for a place in it the place in the text as it came."""
    if "\x1b" not in text:
        return text, int
    seen: list[str] = []
    begins, shifts, at, size = [0], [0], 0, 0
    for match in re.finditer(_COLOURS, text):
        seen.append(text[at : match.start()])
        size += match.start() - at
        at = match.end()
        begins.append(size)
        shifts.append(at - size)
    seen.append(text[at:])
    return "".join(seen), lambda place: place + shifts[bisect_right(begins, place) - 1]
