"""What a disk may hold after the power fails: all that was synced, and any part of what was not.

A writer's system calls are recorded; for any moment between two of them the files can then be made up as a disk could
have kept them, down to single sectors that arrived while their neighbours did not. The name of a file or a folder is
there for certain only once the folder that it is in was synced.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

CALLS = ("mkdir", "openat", "close", "pwrite64", "ftruncate", "fdatasync", "fsync", "unlink", "write")
SECTOR = 512
LINE = re.compile(r"(?:\d+ +)?(\w+)\((.*)\) += (\d+)")


@dataclass(frozen=True, slots=True)
class Step:
    """One call: `what` is name, write, cut, sync, remove or say; `data` is what was written or said."""

    what: str
    file: str
    offset: int = 0
    data: bytes = b""


def steps_of(trace: Path, database: Path) -> list[Step]:
    """The calls of a recorded writer that concern the database, its logs and their folders, and what it said."""
    lasting = {str(database), f"{database}-wal", f"{database}-journal", *map(str, database.parents)}
    return [step for step in _steps(trace) if step.what == "say" or step.file in lasting]


def _steps(trace: Path) -> Iterator[Step]:
    files: dict[str, str] = {}
    for line in trace.read_text().splitlines():
        found = LINE.match(line)
        if found is None:
            continue
        call, arguments, result = found[1], found[2].split(", "), found[3]
        match call:
            case "openat":
                files[result] = _bytes(arguments[1]).decode("utf-8", "replace")
                if "O_CREAT" in arguments[2]:
                    yield Step("name", files[result])
            case "mkdir":
                yield Step("name", _bytes(arguments[0]).decode("utf-8", "replace"))
            case "close":
                files.pop(arguments[0], None)
            case "write" if arguments[0] == "1":
                yield Step("say", "", data=_bytes(arguments[1]))
            case "unlink":
                yield Step("remove", _bytes(arguments[0]).decode("utf-8", "replace"))
            case "pwrite64":
                yield Step("write", files.get(arguments[0], ""), int(arguments[3]), _bytes(arguments[1]))
            case "ftruncate":
                yield Step("cut", files.get(arguments[0], ""), int(arguments[1]))
            case "fdatasync" | "fsync":
                yield Step("sync", files.get(arguments[0], ""))


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.strip('"').replace("\\x", ""))


@dataclass
class Disk:
    """Files as they are for certain, and what may or may not have reached them, or the folders that name them."""

    certain: dict[str, bytearray] = field(default_factory=dict)
    pending: dict[str, list[Step]] = field(default_factory=dict)
    named: dict[str, bool] = field(default_factory=dict)
    """Whether a name is there for certain."""
    said: bytes = b""

    def take(self, step: Step) -> None:
        match step.what:
            case "say":
                self.said += step.data
            case "name":
                self.named.setdefault(step.file, False)
            case "remove":
                self.certain.pop(step.file, None)
                self.pending.pop(step.file, None)
                self.named.pop(step.file, None)
            case "sync" if step.file not in self.pending:
                self.named |= {name: True for name in self.named if os.path.dirname(name) == step.file}
            case "sync":
                content = self.certain.setdefault(step.file, bytearray())
                for earlier in self.pending.pop(step.file, []):
                    _apply(content, earlier)
            case _:
                self.pending.setdefault(step.file, []).append(step)

    def after_the_cut(self, chance: Random) -> dict[str, bytearray]:
        """The files as they may be found: of each, nothing, everything or half of what was pending has arrived.

        Those whose names have not, or the names of their folders, are not found at all.
        """
        lost = [name for name, certain in self.named.items() if not certain and chance.random() < 0.5]
        found = {file: bytearray(content) for file, content in self.certain.items()}
        for file, steps in self.pending.items():
            content, likely = found.setdefault(file, bytearray()), chance.choice((0.0, 0.5, 1.0))
            for part in (part for step in steps for part in _sectors(step)):
                if chance.random() < likely:
                    _apply(content, part)
        return {file: content for file, content in found.items() if not _is_below(file, lost)}


def _is_below(file: str, names: Sequence[str]) -> bool:
    return any(file == name or file.startswith(f"{name}/") for name in names)


def disk_at(steps: Sequence[Step], moment: int) -> Disk:
    disk = Disk()
    for step in steps[:moment]:
        disk.take(step)
    return disk


def _apply(content: bytearray, step: Step) -> None:
    if step.what == "cut":
        del content[step.offset :]
        return
    content.extend(bytes(max(0, step.offset - len(content))))
    content[step.offset : step.offset + len(step.data)] = step.data


def _sectors(step: Step) -> Iterator[Step]:
    if step.what == "cut":
        yield step
    for start in range(0, len(step.data), SECTOR):
        yield Step("write", step.file, step.offset + start, step.data[start : start + SECTOR])
