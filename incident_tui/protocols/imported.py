"""What comes of reading a document: a protocol, and how each of its parts was read."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from incident_tui.domain.protocol import Protocol


class Note(Struct, frozen=True):
    """How a line was read; a doubt has a hint that says how to write it so that it is certain."""

    line: int
    kind: Literal["read", "doubt"]
    text: str
    hint: str = ""


class Imported(Struct, frozen=True):
    """A document as a protocol, and how each of its parts was read."""

    protocol: Protocol
    notes: tuple[Note, ...]
