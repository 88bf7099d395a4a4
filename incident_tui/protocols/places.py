"""Where protocols and playbooks are found: a project's `.incident` folder, the user's own, those that come with us."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.domain.protocol import Protocol
from incident_tui.protocols import library, shelf
from incident_tui.protocols.imported import Imported, Note
from incident_tui.protocols.library import UnknownProtocol

Kind = Literal["protocol", "playbook"]
Owner = Literal["project", "yours", "builtin", "file"]

PROJECT_FOLDER = ".incident"
SUFFIXES = (".md", ".markdown", ".mdx", ".mkd", ".toml")
INNER_SUFFIXES = (*SUFFIXES, ".erb", ".html", ".txt")
LARGEST = 4 * 1024 * 1024


class ProtocolError(Exception):
    """A document cannot be had as a protocol: why, and what to do."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(f"{reason}; {hint}" if hint else reason)
        self.reason = reason
        self.hint = hint


class Listed(Struct, frozen=True):
    """A protocol or playbook by its name; `path` is None for what comes with the program, "file" was opened by path."""

    name: str
    kind: Kind
    owner: Owner
    path: Path | None = None


class Places(Struct, frozen=True):
    """The folders to look into; a project's name hides the user's, and the user's hides ours."""

    config: Path
    project: Path | None = None

    @classmethod
    def around(cls, config: Path, folder: Path) -> Places:
        """The user's folder, and the `.incident` folder of `folder` or of the nearest one above it."""
        for above in (folder, *folder.parents):
            if (above / PROJECT_FOLDER).is_dir():
                return cls(config, above / PROJECT_FOLDER)
            if (above / ".git").exists():
                break
        return cls(config)

    def listed(self, kind: Kind = "protocol") -> tuple[Listed, ...]:
        """Everything of this kind by name, each name once."""
        found = {name: Listed(name, kind, "builtin") for name in _builtin(kind)}
        for owner, folder in self._folders(kind):
            found |= {name: Listed(name, kind, owner, path) for name, path in _documents(folder).items()}
        return tuple(found[name] for name in sorted(found))

    def load(self, word: str, kind: Kind = "protocol") -> Imported:
        """What `word` names: a file by its path, else the document of this name.

        Raises ProtocolError where there is none, or it cannot be read.
        """
        if _is_path(word):
            return read_file(Path(os.path.expanduser(word)))
        known = {item.name: item for item in self.listed(kind)}
        begun = [name for name in known if word and name.startswith(word)]
        item = known.get(word) or (known[begun[0]] if len(begun) == 1 and not Path(word).is_file() else None)
        if item is None:
            if Path(word).is_file():
                return read_file(Path(word))
            raise ProtocolError(f"no {kind} “{word[:60]}”", f"known are {', '.join(known)}, or give the path of a file")
        if item.path is None:
            return Imported(shelf.load(item.name) if kind == "playbook" else library.load_builtin(item.name), ())
        return read_file(item.path)

    def _folders(self, kind: Kind) -> tuple[tuple[Owner, Path], ...]:
        """Later ones hide earlier ones. In a project's folder protocols lie at the top or below `protocols`."""
        below = f"{kind}s"
        folders: list[tuple[Owner, Path]] = [("yours", self.config / below)]
        if self.project is not None:
            folders += [("project", self.project)] if kind == "protocol" else []
            folders.append(("project", self.project / below))
        return tuple(folders)


def read_file(path: Path) -> Imported:
    """The protocol that a file becomes: TOML in our own form, anything else read as Markdown. Raises ProtocolError."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise ProtocolError(f"{path}: {error.strerror or error}", "give the path of a file that can be read") from error
    if len(data) > LARGEST:
        raise ProtocolError(f"{path} is larger than {LARGEST // 1024**2} MiB", "a protocol is a text that people read")
    if b"\0" in data[:8192]:
        raise ProtocolError(f"{path} is not a text", "a protocol is Markdown, or TOML in our own form")
    source = str(path.absolute())
    if path.suffix == ".toml":
        return _read_toml(data, path, source)
    from incident_tui.protocols.markdown import read as read_markdown

    imported = read_markdown(data.decode("utf-8-sig", "replace"), name=name_of(path), source=source)
    return replace(imported, protocol=replace(imported.protocol, digest=sha256(data).hexdigest()))


def usable(imported: Imported, word: str) -> Protocol:
    """The protocol, if there is something to do in it. Raises ProtocolError."""
    if not imported.protocol.phases:
        raise ProtocolError(f"no step was found in {word}", f"incident-tui protocols lint {word} says how it was read")
    return imported.protocol


def name_of(path: Path) -> str:
    """The file's name without what only says how it is written."""
    name = path.name
    while (suffix := Path(name).suffix.lower()) in INNER_SUFFIXES:
        name = name[: -len(suffix)]
    return name or path.name


def _read_toml(data: bytes, path: Path, source: str) -> Imported:
    import tomllib

    try:
        protocol = library.from_toml(data, name_of(path), source)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProtocolError(
            f"{path}: {error}", "mend the file; incident-tui protocols show emergency is a model"
        ) from error
    notes = tuple(
        Note(0, "doubt", f"phase “{phase.title}” has no steps", "a step is [[phases.steps]] with a title")
        for phase in protocol.phases
        if not phase.steps
    )
    return Imported(protocol, notes)


def _builtin(kind: Kind) -> tuple[str, ...]:
    return shelf.names() if kind == "playbook" else library.names()


def _documents(folder: Path) -> dict[str, Path]:
    """The documents of a folder by name; a folder that cannot be read has none."""
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return {}
    return {
        name_of(path): path
        for path in entries
        if path.suffix.lower() in (*SUFFIXES, ".erb") and path.stem.casefold() != "readme" and path.is_file()
    }


def _is_path(word: str) -> bool:
    return "/" in word or "\\" in word or Path(word).suffix.lower() in (*SUFFIXES, ".erb")


__all__ = ["Listed", "Places", "ProtocolError", "UnknownProtocol", "name_of", "read_file", "usable"]
