"""Taking an act back: what it changed, and how that is put back by a compensating event."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, get_args

from msgspec.structs import replace
from rpds import HashTrieMap

from incident_tui.domain import events as e
from incident_tui.domain.encoding import NotReadable, field_types, from_json, to_json
from incident_tui.domain.incident import FACTS, Incident


def restoring(before: Incident, after: Incident) -> e.JsonObject:
    """What must be put back to turn the facts of `after` into those of `before`: field → value or keyed values.

    A key that did not exist before is mapped to None.
    """
    changed: e.JsonObject = {}
    for name in FACTS:
        old, new = getattr(before, name), getattr(after, name)
        if old is new or old == new:
            continue
        if isinstance(old, HashTrieMap):
            keys = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
            changed[name] = {key: to_json(old.get(key)) for key in keys}
        else:
            changed[name] = to_json(old)
    return changed


def restore(incident: Incident, values: e.JsonObject) -> Incident:
    """The incident with `values` put back; what cannot be read is left as it is."""
    restored: dict[str, Any] = {}
    for name in FACTS:
        if name in values:
            with suppress(NotReadable):
                restored[name] = _restored(name, getattr(incident, name), values[name])
    return replace(incident, **restored)


def _restored(name: str, current: object, data: e.Json) -> object:
    if not isinstance(current, HashTrieMap):
        whole: object = from_json(field_types(Incident)[name], data)
        return whole
    if not isinstance(data, dict):
        raise NotReadable("not an object")
    values = current
    _, kind = get_args(field_types(Incident)[name])
    for key, item in data.items():
        values = values.discard(key) if item is None else values.insert(key, from_json(kind, item))
    return values
