"""What proves from outside that a chain has not lost its end: how many events it had, and the hash of the last.

A chain of hashes shows every change but one: whoever drops its newest events, or writes all of it anew, leaves a whole
chain behind. An anchor that was written down elsewhere before shows that, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec import Struct

from incident_tui.domain.identity import REFERENCE, well_formed
from incident_tui.journal.codec import Row

NAMED = re.compile(rf"\b{REFERENCE.pattern}\b")
# A line of `anchor`, the table of a report, the list of a brief; also broken over lines, as mail and terminals do.
ANCHOR = re.compile(
    r"(?:(?P<ref>INC-[0-9]{8}-[0-9A-Z]{3})\s+)?"
    r"(?<![0-9A-Za-z-])(?P<device>[0-9a-f]{8})(?![0-9A-Za-z-])[^0-9A-Za-z]{1,12}"
    r"(?P<events>[0-9]{1,12})(?:[^0-9A-Za-z]|events?|last|hash){1,40}(?P<hash>[0-9a-f]{64})(?![0-9A-Za-z])"
)
TAG = re.compile(r"<[^<>]{0,200}>")


class Anchor(Struct, frozen=True):
    """The end of one device's chain in the incident `ref`, which is empty where a document does not say it."""

    ref: str
    device: str
    events: int
    hash: str

    def __str__(self) -> str:
        return " ".join(filter(None, ("anchor", self.ref, self.device, str(self.events), self.hash)))


class Mismatch(NamedTuple):
    """An anchor that the journal does not hold to, and why; `missing` events are gone from its end, if that is it."""

    anchor: Anchor
    text: str
    missing: int = 0


def anchors_of(ref: str, rows: Iterable[Row]) -> list[Anchor]:
    """One for each device, in the order of their names; `rows` are all of the incident in the order of their ids."""
    heads: dict[str, tuple[int, str]] = {}
    for row in rows:
        heads[row.device] = (heads.get(row.device, (0, ""))[0] + 1, row.hash)
    return [Anchor(well_formed(ref), device, *head) for device, head in sorted(heads.items())]


def anchors_in(text: str) -> list[Anchor]:
    """The anchors in a document, a message or lines of `anchor`, each once.

    Where an anchor names no incident, it is the first that the document names.
    """
    plain = TAG.sub(" ", text)
    named = NAMED.search(plain)
    found = (
        Anchor(match["ref"] or (named[0] if named else ""), match["device"], int(match["events"]), match["hash"])
        for match in ANCHOR.finditer(plain)
    )
    return list(dict.fromkeys(found))


def mismatch(anchor: Anchor, incident: str, rows: Iterable[Row]) -> Mismatch | None:
    """What `rows`, all of an incident (its id, empty where it is not here), say against an anchor; None: nothing."""
    what = f"{anchor.ref or 'the incident'}, device {anchor.device}"
    if not incident:
        return Mismatch(anchor, f"{what}: there is no such incident here", anchor.events)
    chain = [row.hash for row in sorted(rows) if row.device == anchor.device]
    return _against(anchor, what, chain)


def _against(anchor: Anchor, what: str, chain: Sequence[str]) -> Mismatch | None:
    if 0 < anchor.events <= len(chain) and chain[anchor.events - 1] == anchor.hash:
        return None
    if len(chain) < anchor.events:
        gone = anchor.events - len(chain)
        last = f"the last one here has the hash {chain[-1][:12]}…" if chain else "none is here"
        return Mismatch(anchor, f"{what}: {gone} of {anchor.events} events are missing at the end, {last}", gone)
    if anchor.hash in chain:
        return Mismatch(anchor, f"{what}: number {chain.index(anchor.hash) + 1} was number {anchor.events} then")
    return Mismatch(anchor, f"{what}: number {anchor.events} is not the event that it was then")
