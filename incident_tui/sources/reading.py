"""Reading an answer of which every field may be missing, null, or of another type."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from incident_tui.domain.text import clean, clean_line

LINE = 500
BLOCK = 4000
_FRACTION = re.compile(r"(\.\d{6})\d+")
_EARLIEST, _LATEST = datetime(1971, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def at(value: object, *path: str | int) -> object:
    """What stands below `path`, None where there is no such place."""
    for step in path:
        if isinstance(step, str) and isinstance(value, dict):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def items(value: object, *path: str | int) -> list[object]:
    """The list below `path`, empty where there is none."""
    found = at(value, *path)
    return found if isinstance(found, list) else []


def line(value: object, *path: str | int, limit: int = LINE) -> str:
    """A text or number below `path` as one clean line, "" for all else."""
    found = at(value, *path)
    if isinstance(found, str):
        # Cut before it is cleaned, too, so that the work is bounded.
        return _cut(clean_line(found[: 4 * limit]), limit)
    if isinstance(found, int | float) and not isinstance(found, bool):
        return str(found)[:limit]
    return ""


def block(value: object, *path: str | int, limit: int = BLOCK) -> str:
    """A text below `path`, clean, with its lines."""
    found = at(value, *path)
    return _cut(clean(found[: 4 * limit]).strip("\n"), limit) if isinstance(found, str) else line(value, *path)


def number(value: object, *path: str | int) -> int | None:
    """A whole number below `path`; services write it as text, too."""
    found = at(value, *path)
    if isinstance(found, bool) or found is None:
        return None
    if isinstance(found, str) and re.fullmatch(r"-?[0-9]{1,18}", found):
        return int(found)
    if isinstance(found, int) or (isinstance(found, float) and abs(found) < 1e18):
        return int(found)
    return None


def moment(value: object, *path: str | int) -> datetime | None:
    """A moment below `path`: ISO 8601 with its zone (UTC where it has none), or seconds since 1970."""
    found = at(value, *path)
    try:
        if isinstance(found, str) and found:
            parsed = datetime.fromisoformat(_FRACTION.sub(r"\1", found[:64]))
            parsed = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
            known = parsed.astimezone(UTC)
        elif isinstance(found, int | float) and not isinstance(found, bool):
            known = datetime.fromtimestamp(found, UTC)
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    return known if _EARLIEST <= known <= _LATEST else None


def pairs(value: object, *path: str | int) -> Iterator[tuple[str, str]]:
    """Keys and values of an object of scalars below `path`, each on one clean line."""
    found = at(value, *path)
    if isinstance(found, dict):
        for key in found:
            yield line(str(key)), line(found, key)


def written(value: object, limit: int = BLOCK) -> str:
    """Any JSON on one line, for what nobody knows the form of."""
    try:
        return _cut(clean_line(json.dumps(value, ensure_ascii=False)), limit)
    except (ValueError, RecursionError):
        return ""


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
