"""What a line of log and a monitor of Datadog look like in a panel."""

from __future__ import annotations

from typing import Final

from incident_tui.sources.panel import Row
from incident_tui.sources.reading import at, block, items, line, moment, number, written

TONES: Final = {
    "emergency": "bad",
    "alert": "bad",
    "critical": "bad",
    "error": "bad",
    "no data": "warn",
    "warn": "warn",
    "warning": "warn",
    "ok": "good",
}


def tone_of(status: str) -> str:
    return TONES.get(status.casefold(), "")


def log_row(log: object) -> Row:
    told = at(log, "attributes")
    message = block(told, "message")
    first, _, rest = message.partition("\n")
    words = filter(None, (line(told, "status"), line(told, "service"), line(told, "host"), first or "no message"))
    tags = " ".join(line(tag) for tag in items(told, "tags"))
    own = at(told, "attributes")
    more = "\n".join(filter(None, (rest, tags, written(own) if own else "")))
    return Row(" · ".join(words), more, tone_of(line(told, "status")), moment(told, "timestamp"))


def monitor_row(monitor: object) -> Row:
    """A monitor among others."""
    status = line(monitor, "status") or line(monitor, "overall_state") or "?"
    tags = " ".join(line(tag) for tag in items(monitor, "tags"))
    more = "\n".join(filter(None, (line(monitor, "query"), tags)))
    name = line(monitor, "name") or f"monitor {line(monitor, 'id') or '?'}"
    muted = " · muted" if number(monitor, "muted_until_ts") else ""
    return Row(f"{status} · {name}{muted}", more, tone_of(status), moment(monitor, "last_triggered_ts"))


def monitor_rows(monitor: object) -> tuple[Row, ...]:
    """One monitor, with what its authors wrote for whom it wakes."""
    status = line(monitor, "overall_state") or "?"
    rows = [
        Row(
            f"{status} · {line(monitor, 'name') or 'unnamed'}",
            line(monitor, "query"),
            tone_of(status),
            moment(monitor, "overall_state_modified"),
        )
    ]
    message = block(monitor, "message")
    rows += [Row("message", message)] if message else []
    tags = " ".join(line(tag) for tag in items(monitor, "tags"))
    rows += [Row(tags, tone="muted")] if tags else []
    rows += [
        Row(f"downtime {line(one, 'message') or line(one, 'id')}", tone="warn", at=moment(one, "start"))
        for one in items(monitor, "matching_downtimes")
    ]
    return tuple(rows)
