"""How long a text is as a service counts, and how it is cut to what the service takes."""

from __future__ import annotations

from collections.abc import Callable

Size = Callable[[str], int]
Shape = Callable[[str], str]
SHRINKS = 4
"""No shape makes a text shorter than a quarter, so more than that need not be looked at."""


def utf8(text: str) -> int:
    """Bytes in UTF-8."""
    return len(text.encode("utf-8", "replace"))


def utf16(text: str) -> int:
    """Code units in UTF-16; never fewer than characters, so a limit held in them holds in both."""
    return len(text) + sum(character > "\uffff" for character in text)


def as_it_is(text: str) -> str:
    return text


def fitted(text: str, limit: int, size: Size = utf16, shaped: Shape = as_it_is) -> tuple[str, str]:
    """The text as `shaped` writes it, within `limit`, and what was cut, in words for the preview.

    The text is cut before it is shaped, so that no escape is cut in two.
    """
    whole = shaped(text)
    if size(whole) <= limit:
        return whole, ""
    low, high = 0, min(len(text), SHRINKS * limit)
    while low < high:
        middle = (low + high + 1) // 2
        if size(_begun(text, middle, shaped)) <= limit:
            low = middle
        else:
            high = middle - 1
    while low and size(_begun(text, low, shaped)) > limit:
        low -= 1
    return _begun(text, low, shaped), f"the last {len(text) - low:,} characters"


def _begun(text: str, length: int, shaped: Shape) -> str:
    return shaped(text[:length].rstrip("\u200d").rstrip() + "…")
