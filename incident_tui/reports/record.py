"""What a document rests on: the chains of the devices, the evidence, and what this version did not understand.

The chains of a document about many incidents are those of its incidents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from operator import attrgetter
from typing import Final

from msgspec import Struct

from incident_tui.domain import events as e
from incident_tui.domain.gist import Gist
from incident_tui.domain.identity import well_formed
from incident_tui.domain.incident import Head, Incident
from incident_tui.reports.written import Item

MOST: Final = 200
"""So many incidents have their anchors in one document; the verb `anchor` prints those of all."""


class Proof(Struct, frozen=True):
    """A file kept as evidence, or the whole output of a command."""

    name: str
    size: str
    sha256: str
    of_command: bool = False


class Device(Struct, frozen=True):
    name: str
    head: Head


class Record(Struct, frozen=True):
    """What the document rests on: chains of events, evidence, and kinds of events not understood, with their number."""

    devices: tuple[Device, ...]
    proofs: tuple[Proof, ...]
    unrecognised: tuple[tuple[str, int], ...]


def record_of(incident: Incident, history: Iterable[e.Event], proofs: Iterable[Proof]) -> Record:
    """`proofs` come in the order of the log; files are named before what commands put out."""
    devices = tuple(Device(name, incident.heads[name]) for name in sorted(incident.heads))
    kinds = Counter(event.body.kind for event in history if isinstance(event.body, e.Unrecognised))
    return Record(devices, tuple(sorted(proofs, key=attrgetter("of_command"))), tuple(sorted(kinds.items())))


class Chain(Struct, frozen=True):
    """The anchor of one device in the incident `ref`."""

    ref: str
    device: str
    head: Head


class Chains(Struct, frozen=True):
    """The anchors of the incidents that a document is about; `left` of them are too many for it."""

    shown: tuple[Chain, ...]
    left: int = 0


def chains_of(incidents: Iterable[Incident | Gist]) -> Chains:
    """In the order of the incidents, at most `MOST` of them; what has no hash was not recorded, but made up."""
    every = [_chains(item) for item in incidents]
    return Chains(tuple(chain for chains in every[:MOST] for chain in chains), max(0, len(every) - MOST))


def _chains(item: Incident | Gist) -> list[Chain]:
    ends = [(device, item.heads[device]) for device in sorted(item.heads)]
    return [Chain(well_formed(item.ref), device, head) for device, head in ends if head.hash]


def proof_of(item: Item) -> Proof | None:
    """The evidence that a line of the log names by its hash, if it does."""
    file, output = item.file, item.output
    if file is not None:
        return Proof(file.name, file.size, file.sha256)
    if output is not None and output.sha256:
        return Proof(f"output of {output.command}", output.size, output.sha256, of_command=True)
    return None
