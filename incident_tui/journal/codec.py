"""Events as rows and as export lines, and the hash that chains them.

The hash covers every other column as length-prefixed UTF-8, the body as canonical JSON: sorted keys, no blanks, no
floating point, which for these bodies equals RFC 8785.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from msgspec import json as msgspec_json
from msgspec.structs import replace

from incident_tui.domain.encoding import body_from_json, body_to_json
from incident_tui.domain.events import Body, Event, Json, JsonObject
from incident_tui.times import from_iso, iso

if TYPE_CHECKING:
    from hashlib import _Hash

CANONICAL = msgspec_json.Encoder(order="sorted")
COLUMNS = ("id", "incident", "device", "at", "recorded", "actor", "kind", "body", "prev", "hash")
HALF = "with half a character, which no text can hold"


def _sha256() -> Callable[[bytes], _Hash]:
    """What `hashlib` falls back to, `_sha2` since Python 3.12: that loads OpenSSL, which takes longer than to hash
    thousands of rows, and who records hashes one. Who hashes many hands `digest` the faster one.
    """
    for name in ("_sha2", "_sha256"):
        with contextlib.suppress(ImportError, AttributeError):
            found: Callable[[bytes], _Hash] = import_module(name).sha256
            return found
    from hashlib import sha256

    return sha256


SHA256 = _sha256()


class Row(NamedTuple):
    """The columns of an event as they are stored: all text, `body` as canonical JSON."""

    id: str
    incident: str
    device: str
    at: str
    recorded: str
    actor: str
    kind: str
    body: str
    prev: str
    hash: str


class NotAnEvent(ValueError):
    """A line or a row that is not an event of ours; the message says why."""


def canonical(data: Json) -> str:
    """JSON-native data in its one canonical form. Raises UnicodeEncodeError for half a character."""
    return CANONICAL.encode(data).decode()


def to_row(event: Event) -> Row:
    """An event as it is stored."""
    kind, data = body_to_json(event.body)
    recorded = iso(event.recorded)
    return Row(
        event.id,
        event.incident,
        event.device,
        recorded if event.at is event.recorded else iso(event.at),
        recorded,
        event.actor,
        kind,
        canonical(data),
        event.prev,
        event.hash,
    )


def from_row(row: Row) -> Event:
    """A stored event. Raises NotAnEvent where the row is damaged."""
    try:
        body = body_of(row.kind, row.body)
        at, recorded = from_iso(row.at), from_iso(row.recorded)
    except (ValueError, RecursionError) as error:
        raise NotAnEvent(f"event {row.id} is damaged: {error}") from error
    return Event(row.id, row.incident, row.device, at, recorded, row.actor, body, row.prev, row.hash)


def body_of(kind: str, text: str) -> Body:
    """What a stored event says. Raises ValueError or RecursionError where it is damaged."""
    data = msgspec_json.decode(text)
    return body_from_json(kind, data if isinstance(data, dict) else {"value": data})


def sealed(event: Event, prev: str) -> Event:
    """The event chained to the hash before it in its device and incident."""
    return sealed_row(replace(event, prev=prev))[0]


def sealed_row(event: Event) -> tuple[Event, Row]:
    """The event with its hash, also as it is stored; it has been chained to the one before it."""
    row = to_row(event)
    found = digest(row)
    return replace(event, hash=found), Row(*row[:-1], found)


def digest(row: Row, sha256: Callable[[bytes], _Hash] = SHA256) -> str:
    """The SHA-256 over all columns but the hash itself."""
    plain = "".join([f"{len(text)}:{text}" for text in row[:-1]])
    if plain.isascii():
        return sha256(plain.encode()).hexdigest()
    columns = [text.encode("utf-8", "surrogatepass") for text in row[:-1]]
    return sha256(b"".join([b"%d:%b" % (len(data), data) for data in columns])).hexdigest()


def to_line(row: Row) -> str:
    """A row as one line of an export."""
    import json

    fields: JsonObject = {name: value for name, value in zip(COLUMNS, row, strict=True) if name != "body"}
    fields["body"] = json.loads(row.body)
    return json.dumps({name: fields[name] for name in COLUMNS}, ensure_ascii=False, separators=(",", ":"))


def from_line(line: str) -> Row:
    """The row in one line of an export. Raises NotAnEvent when it is none, or its hash does not fit."""
    import json

    try:
        fields = json.loads(line, parse_float=_no_float, parse_constant=_no_float)
        row = _row(fields)
    except RecursionError as error:
        raise NotAnEvent("nested too deeply") from error
    except NotAnEvent:
        raise
    except UnicodeEncodeError as error:
        raise NotAnEvent(HALF) from error
    except ValueError as error:
        raise NotAnEvent(f"not JSON: {error}") from error
    if not _is_text("".join(row)):
        raise NotAnEvent(HALF)
    for moment in (row.at, row.recorded):
        if not _is_moment(moment):
            raise NotAnEvent(f"“{moment[:40]}” is not a moment such as 2026-11-21T14:05:07.123Z")
    if digest(row) != row.hash:
        raise NotAnEvent(f"the hash of event {row.id[:36]} does not fit its content")
    return row


def _row(fields: object) -> Row:
    if not isinstance(fields, Mapping):
        raise NotAnEvent("not a JSON object")
    missing = [name for name in COLUMNS if name not in fields]
    if missing:
        raise NotAnEvent(f"without {', '.join(missing)}")
    if not isinstance(fields["body"], dict):
        raise NotAnEvent("its body is not an object")
    odd = [name for name in COLUMNS if name != "body" and not isinstance(fields[name], str)]
    if odd:
        raise NotAnEvent(f"{', '.join(odd)} must be text")
    values = {name: fields[name] for name in COLUMNS if name != "body"}
    return Row(body=canonical(fields["body"]), **values)


def _is_text(text: str) -> bool:
    """JSON can name single halves of a character, SQLite cannot keep them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_moment(text: str) -> bool:
    try:
        return isinstance(from_iso(text), datetime)
    except ValueError:
        return False


def _no_float(text: str) -> Json:
    raise NotAnEvent(f"{text[:20]} is not a whole number")
