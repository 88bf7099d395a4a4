"""An export that another machine could have written: with other words in it, and chained anew as the format says."""

from __future__ import annotations

import hashlib
import json
from typing import Any

HASHED = ("id", "incident", "device", "at", "recorded", "actor", "kind", "body", "prev")


def rewritten(exported: str, actor: str = "", **declared: str) -> str:
    """The export of one incident, with what is `declared` of it and its actor changed and every hash made anew."""
    ends: dict[str, str] = {}
    lines = []
    for line in exported.splitlines():
        event = json.loads(line)
        if event["kind"] == "incident.declared":
            event["body"] |= declared
        event["actor"] = actor or event["actor"]
        event["prev"] = ends.get(event["device"], event["prev"])
        event["hash"] = ends[event["device"]] = _hash(event)
        lines.append(json.dumps(event) + "\n")
    return "".join(lines)


def _hash(event: dict[str, Any]) -> str:
    hasher = hashlib.sha256()
    for name in HASHED:
        value = event[name]
        if name == "body":
            value = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        data = value.encode("utf-8", "surrogatepass")
        hasher.update(b"%d:" % len(data) + data)
    return hasher.hexdigest()
