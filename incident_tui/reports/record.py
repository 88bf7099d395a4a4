"""What a document rests on: the chains of the devices, the evidence, and what this version did not understand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from incident_tui.domain import events as e
from incident_tui.domain.incident import Head, Incident
from incident_tui.reports.written import Item


class Proof(Struct, frozen=True):
    """A file kept as evidence, or the whole output of a command."""

    name: str
    size: str
    sha256: str


class Device(Struct, frozen=True):
    name: str
    head: Head


class Record(Struct, frozen=True):
    """What the document rests on: chains of events, evidence, and kinds of events not understood, with their number."""

    devices: tuple[Device, ...]
    proofs: tuple[Proof, ...]
    unrecognised: tuple[tuple[str, int], ...]


def record_of(incident: Incident, history: Iterable[e.Event], log: Iterable[Item]) -> Record:
    devices = tuple(Device(name, incident.heads[name]) for name in sorted(incident.heads))
    kinds = Counter(event.body.kind for event in history if isinstance(event.body, e.Unrecognised))
    return Record(devices, _proofs(log), tuple(sorted(kinds.items())))


def _proofs(log: Iterable[Item]) -> tuple[Proof, ...]:
    found = [Proof(item.file.name, item.file.size, item.file.sha256) for item in log if item.file is not None]
    found += [
        Proof(f"output of {item.output.command}", item.output.size, item.output.sha256)
        for item in log
        if item.output is not None and item.output.sha256
    ]
    return tuple(found)
