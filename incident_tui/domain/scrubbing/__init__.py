"""Masks secrets in what people type, paste and let run, before it is kept: tokens of known formats, and one's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from incident_tui.domain.scrubbing.finding import CLOSE, OPEN, Span, spans

_TELLING = 32  # a token at least so long says nothing by its last characters but which one it is
_TAIL = 4
_LOOKS = 6  # what has no secret beside one may have it once that is masked


class Found(Struct, frozen=True):
    """A secret of a kind, and where it stood in the text that was given."""

    kind: str
    start: int
    end: int


class Scrubbed(Struct, frozen=True):
    """A text without secrets, and what was found in it, in order."""

    text: str
    found: tuple[Found, ...]


def scrub(text: str, known: Iterable[str] = ()) -> Scrubbed:
    """The text with every secret masked as `‹GitHub token …c3f9 masked›`; `known` values are masked wherever they are.

    Scrubbing twice changes nothing. The time is linear in the length of the text.
    """
    values, shown = tuple(known), text
    found: tuple[Span, ...] = ()
    for _ in range(_LOOKS):
        more = spans(shown, values)
        if not more:
            break
        found = tuple(sorted([*found, *_as_given(text, found, more)]))
        shown = _masked(text, found)
    return Scrubbed(shown, tuple(Found(span.kind, span.start, span.end) for span in found))


def _as_given(text: str, found: tuple[Span, ...], more: list[Span]) -> Iterator[Span]:
    """What was seen beside the masks of `found`, at its places in the text that was given."""
    shift, at = 0, 0
    for span in more:
        while at < len(found) and found[at].start - shift < span.start:
            secret = text[found[at].start : found[at].end]
            shift += len(secret) - len(mask(found[at].kind, secret))
            at += 1
        yield Span(span.start + shift, span.end + shift, span.kind)


def _masked(text: str, found: tuple[Span, ...]) -> str:
    pieces: list[str] = []
    at = 0
    for span in found:
        pieces += (text[at : span.start], mask(span.kind, text[span.start : span.end]))
        at = span.end
    pieces.append(text[at:])
    return "".join(pieces)


def mask(kind: str, secret: str) -> str:
    """What stands in the place of a secret; the end of a long token tells which one is to be revoked."""
    tail = secret[-_TAIL:]
    telling = len(secret) >= _TELLING and tail.isascii() and tail.isalnum() and "\n" not in secret
    return f"{OPEN}{kind}{f' …{tail}' if telling and kind not in _UNTOLD else ''}{CLOSE}"


def summed_up(kinds: Iterable[str], what: str = "masked", *, verb_first: bool = False) -> str:
    """`1 secret masked (GitHub token)`, `3 secrets masked (password ×2, private key)`; or `masked 1 secret (…)`."""
    counts: dict[str, int] = {}
    for kind in kinds:
        counts[kind] = counts.get(kind, 0) + 1
    total = sum(counts.values())
    named = ", ".join(f"{kind} ×{count}" if count > 1 else kind for kind, count in counts.items())
    secrets = f"{total:,} secret{'' if total == 1 else 's'}"
    return f"{f'{what} {secrets}' if verb_first else f'{secrets} {what}'} ({named})"


# What a person made up, alone or within: its end is a good part of it.
_UNTOLD = frozenset(
    ("password", "private key", "secret of yours", "signed URL", "authorization", "registry login", "notification URL")
)

__all__ = ["Found", "Scrubbed", "Span", "mask", "scrub", "spans", "summed_up"]
