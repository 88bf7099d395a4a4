"""The documents to look at, and the corrections made to them while they are looked at."""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import Struct

from incident_tui.domain.protocol import Protocol
from incident_tui.protocols.correcting import Correction, correct, items_of
from incident_tui.protocols.imported import Imported
from incident_tui.protocols.places import Listed, Places, ProtocolError, name_of, read_file
from incident_tui.protocols.rewriting import copy_builtin, opened, write
from incident_tui.ui.views.protocols import Part


class Looked(Struct, frozen=True):
    """A document as it was read; `items` are the lines and texts of its list items, `problem` why it was not read."""

    item: Listed
    imported: Imported
    items: tuple[tuple[int, str], ...] = ()
    problem: str = ""


class Runbooks:
    """What is in `places`, and the files opened besides."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.besides: list[Listed] = []
        self.done: list[tuple[Path, str, str]] = []
        """Corrections to take back, the last one last: the file, its hash after it, its text before it."""

    def listed(self) -> tuple[Listed, ...]:
        """Protocols, the files opened besides first, then playbooks."""
        return (*self.besides, *self.places.listed("protocol"), *self.places.listed("playbook"))

    def find(self, word: str) -> Listed:
        """What a name or the path of a file means; the file is listed from now on. Raises ProtocolError."""
        named = next((item for item in self.listed() if item.name == word), None)
        if named is not None:
            return named
        path = Path(os.path.expanduser(word))
        read_file(path)
        path = path.absolute()
        there = next((item for item in self.listed() if item.path == path), None)
        if there is not None:
            return there
        self.besides.append(Listed(name_of(path), "protocol", "file", path))
        return self.besides[-1]

    def try_to_find(self, word: str) -> str:
        """Why a word means nothing; "" when it means something."""
        try:
            self.find(word)
        except ProtocolError as problem:
            return str(problem)
        return ""

    def look(self, item: Listed) -> Looked:
        """The document as it is now."""
        try:
            if item.path is None:
                return Looked(item, self.places.load(item.name, item.kind))
            imported = read_file(item.path)
            items = items_of(opened(item.path)[0]) if is_markdown(item) else ()
            return Looked(item, imported, items)
        except ProtocolError as problem:
            return Looked(item, Imported(Protocol(item.name, item.name, ()), ()), (), str(problem))

    def propose(self, looked: Looked, part: Part, wish: str) -> Correction:
        """The correction that makes a part be read as wished. Raises ProtocolError."""
        item = looked.item
        if item.path is None:
            raise ProtocolError(f"{item.name} is built in and cannot be changed", "c copies it into your own folder")
        if not is_markdown(item):
            raise ProtocolError(
                f"{item.path.name} is in our own form: nothing in it is guessed", "change it in the file"
            )
        text, digest = opened(item.path)
        if digest != looked.imported.protocol.digest:
            raise ProtocolError(f"{item.path.name} has changed since it was read", "it is read anew; look at it again")
        return correct(text, part.line, wish, item=part.kind in ("step", "item"))

    def write(self, looked: Looked, correction: Correction) -> str:
        """Writes a correction into the file; "" or why it was not written."""
        path, before = looked.item.path, looked.imported.protocol.digest
        if path is None:
            return "there is no file to write into"
        try:
            text, _ = opened(path)
            self.done.append((path, write(path, before, correction.text), text))
        except ProtocolError as problem:
            return str(problem)
        return ""

    def undo(self) -> Path:
        """Takes the last correction back, unless the file has changed since. Raises ProtocolError."""
        path, after, text = self.done.pop()
        write(path, after, text)
        return path

    def copy(self, item: Listed) -> Path:
        """Copies what is built in into the user's folder, where it takes its place. Raises ProtocolError."""
        return copy_builtin(item, self.places.config)


def is_markdown(item: Listed) -> bool:
    return item.path is not None and item.path.suffix != ".toml"
