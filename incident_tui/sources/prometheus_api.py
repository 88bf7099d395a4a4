"""How Prometheus answers: an envelope with a status, values as texts, and errors with their kind."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from incident_tui.sources.asking import Door
from incident_tui.sources.reading import at, items, line, pairs
from incident_tui.web import Reply, Trouble

SPARKS = "▁▂▃▄▅▆▇█"
ERRORS = {
    "bad_data": "the query is not understood",
    "execution": "the query cannot be worked out",
    "timeout": "the query takes too long there",
    "canceled": "the query was ended there",
    "unavailable": "it is not ready yet",
}


def data_of(door: Door, path: str, params: dict[str, str | list[str]] | None = None) -> object:
    """What stands under `data`, and with it what is warned of. Raises Trouble, ConfigError."""
    return answered(door, door.asked(path, params))


def answered(door: Door, reply: Reply) -> object:
    """The envelope where it holds an answer. Raises Trouble."""
    if reply.status in (400, 422, 503) and "json" in reply.headers.get("content-type", ""):
        envelope = reply.json()
        kind = line(envelope, "errorType")
        if kind:
            raise Trouble(f"{ERRORS.get(kind, kind)}: {line(envelope, 'error')}", status=reply.status)
    envelope = door.good(reply).json()
    if line(envelope, "status") != "success":
        raise Trouble(f"it answers with an error: {line(envelope, 'error') or 'without a reason'}", status=reply.status)
    return envelope


def warned(envelope: object) -> str:
    """What is missing of an answer, in the words of the server."""
    return "; ".join(filter(None, (line(one) for one in items(envelope, "warnings")[:3])))


def value_of(sample: object) -> float | None:
    """The value of a sample `[moment, text]`, also NaN and the infinities; None where it is none."""
    text = line(sample, 1)
    try:
        return float(text) if text and "_" not in text else None
    except ValueError:
        return None


def shown(value: float | None) -> str:
    """A value in few signs: 0.000123, 12.3, 4.57e+09, NaN, +Inf."""
    if value is None:
        return "?"
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return f"{value:.4g}"


def named(metric: object) -> str:
    """A series as it is written in a query, with its labels."""
    labels = [f'{name}="{text}"' for name, text in pairs(metric) if name != "__name__"]
    return f"{line(metric, '__name__')}{{{', '.join(labels)}}}" if labels else line(metric, "__name__") or "{}"


def moment_of(sample: object) -> datetime | None:
    """The moment of a sample, in seconds since 1970."""
    seconds = at(sample, 0)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < 7e9:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def sparkline(values: list[float | None], cells: int) -> str:
    """The course of values in at most so many signs, each the highest of its span; a dot where there is none.

    What is infinite is as high or low as it gets, and counts for nothing else.
    """
    finite = [value for value in values if value is not None and math.isfinite(value)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    width = min(cells, len(values))
    spans = [values[number * len(values) // width : (number + 1) * len(values) // width] for number in range(width)]
    return "".join(_spark(span, low, high) for span in spans)


def _spark(span: list[float | None], low: float, high: float) -> str:
    known = [value for value in span if value is not None and not math.isnan(value)]
    if not known:
        return "·"
    top = max(known)
    if math.isinf(top):
        return SPARKS[-1] if top > 0 else SPARKS[0]
    # Halved first: the distance of two finite numbers may be infinite.
    part = (top / 2 - low / 2) / (high / 2 - low / 2) if high / 2 > low / 2 else 0.0
    return SPARKS[min(int(part * len(SPARKS)), len(SPARKS) - 1)]
