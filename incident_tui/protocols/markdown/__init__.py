"""Markdown documents read as protocols."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from msgspec.structs import replace

from incident_tui.protocols.imported import Imported, Note
from incident_tui.protocols.markdown.assemble import assembled
from incident_tui.protocols.markdown.ending import ended
from incident_tui.protocols.markdown.outline import outlined
from incident_tui.protocols.markdown.remarks import hand_out
from incident_tui.protocols.markdown.source import prepare
from incident_tui.protocols.markdown.tree import parse

__all__ = ["Imported", "Note", "read"]


def read(text: str, name: str = "", source: str = "") -> Imported:
    """The protocol that a Markdown document describes. Never raises: what is no step is kept as text to read.

    `name` is the file's name without its folder, `source` says where it lies. Lines count from 1. The digest is that of
    the document's bytes if `text` still has its own line ends.
    """
    with _uncollected():
        return _read(text, name, source)


def _read(text: str, name: str, source: str) -> Imported:
    prepared = prepare(text)
    root = outlined(parse(prepared.text), prepared.title, name)
    unknown = hand_out(root, prepared.directives)
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    protocol, notes = assembled(root, name, source, digest)
    protocol = replace(protocol, phases=tuple(ended(phase) for phase in protocol.phases))
    hint = "known: steps, reference, step, not a step, budget 15m, no budget, every 30m"
    strange = [Note(line, "doubt", f"nobody understands <!-- incident: {word} -->", hint) for line, word in unknown]
    return Imported(protocol, tuple(sorted([*notes, *strange], key=lambda note: note.line)))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Many thousand tokens without a cycle among them: looking for one again and again takes half of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
