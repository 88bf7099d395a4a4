"""JSON-native forms of event bodies and of the incident's values, and back, without ever raising on odd input."""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, Union, get_args, get_origin

from rpds import HashTrieMap

from incident_tui.domain import protocol
from incident_tui.domain.events import Body, Json, JsonObject, Unrecognised
from incident_tui.domain.protocol import Protocol

T = TypeVar("T")

BODIES: dict[str, type[Body]] = {body.KIND: body for body in get_args(Body) if body is not Unrecognised}


class NotReadable(ValueError):
    """A JSON value does not have the shape that the type asks for."""


def body_to_json(body: Body) -> tuple[str, JsonObject]:
    """A body as its kind and its fields."""
    if isinstance(body, Unrecognised):
        return body.kind, body.data
    kind: Any = type(body)
    return body.KIND, {name: to_json(getattr(body, name)) for name in field_types(kind)}


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
    match value:
        case None | str() | bool() | int():
            return value
        case datetime():
            return value.isoformat()
        case timedelta():
            return int(value.total_seconds())
        case tuple() | list():
            return [to_json(item) for item in value]
        case dict():
            return {str(key): to_json(item) for key, item in value.items()}
        case Protocol():
            return protocol.to_json(value)
        case HashTrieMap():
            return {str(key): to_json(value[key]) for key in sorted(value)}
    if dataclasses.is_dataclass(value):
        kind: Any = type(value)
        return {name: to_json(getattr(value, name)) for name in field_types(kind)}
    raise TypeError(f"{type(value).__name__} has no JSON form")


def from_json(kind: type[T], data: Json) -> T:
    """The value of type `kind`; absent fields get their defaults, unknown ones are left out.

    Raises NotReadable where the shape does not fit.
    """
    value = _read(kind, data)
    return typing.cast("T", value)  # `_read` returns what `kind` describes; the type system cannot follow it


@functools.cache
def field_types(kind: type) -> dict[str, Any]:
    """The type of each field; a HashTrieMap, which takes no parameters while the program runs, reads as a Mapping."""
    hints = typing.get_type_hints(kind, localns={"HashTrieMap": Mapping, "Json": object})
    return {item.name: hints[item.name] for item in dataclasses.fields(kind) if item.init}


@functools.cache
def _required(kind: type) -> frozenset[str]:
    missing = dataclasses.MISSING
    return frozenset(
        item.name for item in dataclasses.fields(kind) if item.default is missing and item.default_factory is missing
    )


def _read(kind: Any, data: Json) -> object:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _read_union(get_args(kind), data)
    if origin is tuple:
        return tuple(_read(get_args(kind)[0], item) for item in _array(data))
    if origin is Mapping:
        return HashTrieMap({key: _read(get_args(kind)[1], item) for key, item in _object(data).items()})
    if origin is dict or kind is dict:
        return _object(data)
    if kind is Protocol:
        return protocol.from_json(_object(data))
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _read_dataclass(kind, _object(data))
    return _read_plain(kind, data)


def _read_plain(kind: Any, data: Json) -> object:
    if kind is datetime:
        return _moment(data)
    if kind is int:
        return _expect(isinstance(data, int) and not isinstance(data, bool), data)
    if kind in (str, bool, types.NoneType):
        return _expect(isinstance(data, kind), data)
    return data


def _read_union(options: tuple[Any, ...], data: Json) -> object:
    if data is None and types.NoneType in options:
        return None
    for option in options:
        if option is types.NoneType:
            continue
        try:
            return _read(option, data)
        except NotReadable:
            continue
    raise NotReadable("none of the forms fits")


def _read_dataclass(kind: type, data: JsonObject) -> object:
    absent = _required(kind) - data.keys()
    if absent:
        raise NotReadable(f"{kind.__name__} without {', '.join(sorted(absent))}")
    return kind(**{name: _read(hint, data[name]) for name, hint in field_types(kind).items() if name in data})


def _expect(fits: bool, data: Any) -> Any:
    if not fits:
        raise NotReadable("a value of another type")
    return data


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
    return moment.astimezone(UTC)


def moment_of(text: str | None) -> datetime | None:
    """The moment that a body's text names; None where it names none."""
    try:
        return _moment(text)
    except NotReadable:
        return None
