"""Where two texts differ that stand in the same place: only that need be sent to the terminal."""

from __future__ import annotations


def differing(old: str, new: str, cells: int) -> range:
    """The cells, of the `cells` that each of two different texts takes, from the first that differs to the last.

    Where a character need not take one cell, these are all.
    """
    both = old + new
    if not both.isascii() or not both.isprintable():
        return range(cells)
    places = [at for at, (one, other) in enumerate(zip(old, new, strict=True)) if one != other]
    return range(places[0], places[-1] + 1)
