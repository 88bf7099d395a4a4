"""Masks secrets in the texts of events that are about to be recorded."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from incident_tui.domain.events import Body, Undone, Unrecognised
from incident_tui.domain.scrubbing import scrub


def without_secrets(bodies: tuple[Body, ...], known: Iterable[str] = ()) -> tuple[tuple[Body, ...], tuple[str, ...]]:
    """The bodies with every secret in their texts masked, and the kinds of what was found.

    Documents that are worked by, such as a protocol, stay as they were written; an undo restores what was.
    """
    kinds: list[str] = []
    values = tuple(known)
    return tuple(_scrubbed(body, values, kinds) for body in bodies), tuple(kinds)


def _scrubbed(body: Body, known: tuple[str, ...], kinds: list[str]) -> Body:
    if isinstance(body, (Undone, Unrecognised)):
        return body
    changed: dict[str, object] = {}
    for name in body.__struct_fields__:
        value = getattr(body, name)
        texts = (value,) if isinstance(value, str) else value
        if not texts or not isinstance(texts, tuple) or not isinstance(texts[0], str):
            continue
        found = [scrub(text, known) for text in texts]
        if any(item.found for item in found):
            kinds += [secret.kind for item in found for secret in item.found]
            cleaned = tuple(item.text for item in found)
            changed[name] = cleaned if isinstance(value, tuple) else cleaned[0]
    return replace(body, **changed) if changed else body
