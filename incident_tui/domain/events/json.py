"""The types of decoded JSON without floating point, which no event carries; and how a kind of event may grow."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]
JsonObject = dict[str, Json]

LATER: Final[Mapping[str, bool]] = MappingProxyType({"later": True})
"""Marks a field that a kind got after it was first written: without a value of its own it is not written at all.

So an event of an earlier version keeps its bytes, and with them its hash, wherever it is written anew.
"""
