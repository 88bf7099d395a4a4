"""Names that need no coordinator: ordered event ids, the hybrid logical clock in them, incident references.

An event id is a UUIDv7 (RFC 9562). Its 48-bit millisecond field and 12-bit counter are a hybrid logical clock, the
device comes next, then randomness: so plain text order of ids is the total order of events (clock, device, id).
"""

from __future__ import annotations

import re
from datetime import date

from msgspec import Struct

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE_SPACE = len(CROCKFORD) ** 3
REFERENCE = re.compile(r"INC-[0-9]{8}-[0-9A-Z]{3}")
DEVICE_BITS = 32
RANDOM_BITS = 30
NAME_SIGNS = 8
"""The end of an id of which nearly all is random."""
COUNTER_LIMIT = 1 << 12


class Tick(Struct, frozen=True, order=True):
    """A reading of the hybrid logical clock: milliseconds since 1970 and a counter within the millisecond."""

    millis: int
    counter: int


def next_tick(last: Tick, wall_millis: int) -> Tick:
    """The tick after `last`: it follows the wall clock, and never goes back when the wall clock does."""
    if wall_millis > last.millis:
        return Tick(wall_millis, 0)
    if last.counter + 1 < COUNTER_LIMIT:
        return Tick(last.millis, last.counter + 1)
    return Tick(last.millis + 1, 0)


def event_id(tick: Tick, device: str, random_bits: int) -> str:
    """The id of an event; `device` is eight hexadecimal digits, `random_bits` any non-negative integer."""
    low = (int(device, 16) & ((1 << DEVICE_BITS) - 1)) << RANDOM_BITS | random_bits & ((1 << RANDOM_BITS) - 1)
    number = (tick.millis & ((1 << 48) - 1)) << 80 | 0x7 << 76 | tick.counter << 64 | 0b10 << 62 | low
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def tick_of(identifier: str) -> Tick:
    """The clock reading inside an event id; (0, 0) where there is none."""
    try:
        number = int(identifier.replace("-", ""), 16)
    except ValueError:
        return Tick(0, 0)
    return Tick(number >> 80 & ((1 << 48) - 1), number >> 64 & 0xFFF)


def name_of(identifier: str) -> str:
    """How a typed line names an event, by the end of its id."""
    return f"^{identifier[-NAME_SIGNS:]}"


def well_formed(ref: str) -> str:
    """The reference; empty where it has not the form of one, as others may send it, and would be read as more."""
    return ref if REFERENCE.fullmatch(ref) else ""


def reference(day: date, random_number: int) -> str:
    """A speakable reference such as INC-20261121-K7Q; `day` is the incident's local date."""
    number = random_number % REFERENCE_SPACE
    letters = CROCKFORD[number >> 10] + CROCKFORD[number >> 5 & 31] + CROCKFORD[number & 31]
    return f"INC-{day:%Y%m%d}-{letters}"
