"""The things of a persistent map in one go."""

from __future__ import annotations

from typing import TypeVar

from rpds import HashTrieMap

Thing = TypeVar("Thing")


def values(things: HashTrieMap[str, Thing]) -> list[Thing]:
    """What the map holds, in no order.

    As the map lists itself to be pickled: its own iterators take a thing out of a copy at each step, and with that
    sixty times as long.
    """
    listed: tuple[list[tuple[str, Thing]]] = things.__reduce__()[1]  # type: ignore[assignment]  # a text only of globals
    return [thing for _key, thing in listed[0]]
