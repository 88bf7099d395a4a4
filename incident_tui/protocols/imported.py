"""What comes of reading a document: a protocol, and how each of its parts was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from incident_tui.domain.protocol import Protocol


@dataclass(frozen=True, slots=True)
class Note:
    """How a line was read; a doubt has a hint that says how to write it so that it is certain."""

    line: int
    kind: Literal["read", "doubt"]
    text: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """A document as a protocol, and how each of its parts was read."""

    protocol: Protocol
    notes: tuple[Note, ...]
