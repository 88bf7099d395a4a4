"""JSON-native forms of event bodies and of the incident's values, and back, without ever raising on odd input."""

from __future__ import annotations

import functools
import sys
import types
import typing
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, Union, get_args, get_origin

from msgspec import Struct
from msgspec.structs import asdict
from rpds import HashTrieMap

from incident_tui.domain import protocol_json
from incident_tui.domain.events import Body, Json, JsonObject, Unrecognised
from incident_tui.domain.protocol import Protocol

T = TypeVar("T")
Reader = Callable[[Json], object]
"""Turns decoded JSON into a value of one type. Raises NotReadable where the shape does not fit."""

BODIES: dict[str, type[Body]] = {body.KIND: body for body in get_args(Body) if body is not Unrecognised}


READ_AS = {"HashTrieMap": Mapping, "Json": object}


class NotReadable(ValueError):
    """A JSON value does not have the shape that the type asks for."""


def body_to_json(body: Body) -> tuple[str, JsonObject]:
    """A body as its kind and its fields; those that came later are left out where they say nothing."""
    if isinstance(body, Unrecognised):
        return body.kind, body.data
    later = _later(type(body))
    values = asdict(body)
    return body.KIND, {name: to_json(value) for name, value in values.items() if later.get(name, ...) != value}


def body_from_json(kind: str, data: JsonObject) -> Body:
    """The body of `kind`; what this version cannot read comes back as `Unrecognised`, unchanged."""
    body = BODIES.get(kind)
    if body is None:
        return Unrecognised(kind, data)
    try:
        return from_json(body, data)
    except NotReadable:
        return Unrecognised(kind, data)


def to_json(value: object) -> Json:
    """A value of the domain in JSON-native form: times as ISO 8601, durations as whole seconds."""
    if value is None or isinstance(value, str | bool | int):
        return value
    match value:
        case datetime():
            return value.isoformat()
        case timedelta():
            return int(value.total_seconds())
        case tuple() | list():
            return [to_json(item) for item in value]
        case dict():
            return {str(key): to_json(item) for key, item in value.items()}
        case Protocol():
            return protocol_json.to_json(value)
        case HashTrieMap():
            return {str(key): to_json(value[key]) for key in sorted(value)}
    if isinstance(value, Struct):
        return {name: to_json(getattr(value, name)) for name in value.__struct_fields__}
    raise TypeError(f"{type(value).__name__} has no JSON form")


def from_json(kind: type[T], data: Json) -> T:
    """The value of type `kind`; absent fields get their defaults, unknown ones are left out.

    Raises NotReadable where the shape does not fit.
    """
    described: Any = kind
    value = _reader(described)(data)
    return typing.cast("T", value)  # the reader returns what `kind` describes; the type system cannot follow it


@functools.cache
def field_types(kind: type[Struct]) -> dict[str, Any]:
    """The type of each field; a HashTrieMap, which takes no parameters while the program runs, reads as a Mapping.

    Those of a class are evaluated together: `typing.get_type_hints` compiles each by itself, and looks into it.
    """
    names, found = frozenset(kind.__struct_fields__), dict[str, Any]()
    for part in reversed(kind.__mro__):
        texts = {name: text for name, text in vars(part).get("__annotations__", {}).items() if name in names}
        together = "".join(f"{text}," for text in texts.values())
        found |= zip(texts, eval(f"({together})", vars(sys.modules[part.__module__]), READ_AS), strict=True)
    return {name: found[name] for name in kind.__struct_fields__}


@functools.cache
def _later(kind: Any) -> dict[str, object]:
    """The fields that the kind got later, with the value that is not written."""
    names, defaults = kind.__struct_fields__, kind.__struct_defaults__
    given = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))
    return {name: given[name] for name in getattr(kind, "LATER", ())}


@functools.cache
def _required(kind: type[Struct]) -> frozenset[str]:
    names = kind.__struct_fields__
    return frozenset(names[: len(names) - len(kind.__struct_defaults__)])


@functools.cache
def _reader(kind: Any) -> Reader:
    """What reads a value of type `kind`. The type is looked at once, because histories are read in one go.

    What is inside is looked at when there first is something inside: most incidents have few kinds of things.
    """
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _union_reader(get_args(kind))
    if origin is tuple:
        return _tuple_reader(get_args(kind)[0])
    if origin is Mapping:
        return _map_reader(get_args(kind)[1])
    if origin is dict or kind is dict:
        return _object
    if kind is Protocol:
        return lambda data: protocol_json.from_json(_object(data))
    if isinstance(kind, type) and issubclass(kind, Struct):
        return _struct_reader(kind)
    return _plain_reader(kind)


def _plain_reader(kind: Any) -> Reader:
    if kind is datetime:
        return _moment
    if kind not in (int, str, bool, types.NoneType):
        return lambda data: data

    def read(data: Json) -> object:
        if type(data) is not kind:  # JSON knows no subtypes, and a bool is no number
            raise NotReadable("a value of another type")
        return data

    return read


def _tuple_reader(inner: Any) -> Reader:
    def read(data: Json) -> object:
        items = _array(data)
        if not items:
            return ()
        read_item = _reader(inner)
        return tuple([read_item(item) for item in items])

    return read


def _map_reader(inner: Any) -> Reader:
    def read(data: Json) -> object:
        items = _object(data)
        if not items:
            return HashTrieMap()
        read_item = _reader(inner)
        return HashTrieMap({key: read_item(item) for key, item in items.items()})

    return read


def _union_reader(options: tuple[Any, ...]) -> Reader:
    optional = types.NoneType in options
    kinds = [option for option in options if option is not types.NoneType]

    def read(data: Json) -> object:
        if data is None and optional:
            return None
        for kind in kinds:
            try:
                return _reader(kind)(data)
            except NotReadable:
                continue
        raise NotReadable("none of the forms fits")

    return read


def _struct_reader(kind: type[Struct]) -> Reader:
    required = _required(kind)
    readers = {name: _reader(hint) for name, hint in field_types(kind).items()}

    def read(data: Json) -> object:
        given = _object(data)
        if not required <= given.keys():
            raise NotReadable(f"{kind.__name__} without {', '.join(sorted(required - given.keys()))}")
        return kind(**{name: readers[name](value) for name, value in given.items() if name in readers})

    return read


def _array(data: Json) -> list[Json]:
    if not isinstance(data, list):
        raise NotReadable("not a list")
    return data


def _object(data: Json) -> JsonObject:
    if not isinstance(data, dict):
        raise NotReadable("not an object")
    return data


def _moment(data: Json) -> datetime:
    try:
        moment = datetime.fromisoformat(data) if isinstance(data, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise NotReadable("not a moment with a zone")
    # The first and the last year leave no room for another zone or a budget.
    if not datetime.min.year < moment.year < datetime.max.year:
        raise NotReadable("not a moment of ours")
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


def moment_of(text: str | None) -> datetime | None:
    """The moment that a body's text names; None where it names none."""
    try:
        return _moment(text)
    except NotReadable:
        return None
