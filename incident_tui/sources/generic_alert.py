"""An alert of a form that nobody has defined, by the names that most senders use; and what all forms share."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Final

from incident_tui.domain.alerts import Alert
from incident_tui.sources.reading import at, block, items, line, moment, number, pairs

LEVELS: Final = {
    1: "critical crit emergency emerg fatal disaster page p1 sev1 sev-1 s1 1 highest down outage",
    2: "error err high major alert p2 sev2 sev-2 s2 2",
    3: "warning warn medium minor average moderate degraded p3 sev3 sev-3 s3 3",
    4: "info information informational low lowest notice debug none ok p4 p5 sev4 sev-4 sev5 s4 4 5",
}
SEVERITIES: Final = {word: level for level, words in LEVELS.items() for word in words.split()}
ENDINGS: Final = (
    "resolved resolve ok okay closed close recovered recovery up normal success passing healthy inactive green"
)
OVER: Final = frozenset(ENDINGS.split())
TITLES: Final = (
    "title",
    "summary",
    "subject",
    "alert_name",
    "alertname",
    "ruleName",
    "name",
    "alert",
    "check",
    "event",
)
TEXTS: Final = ("text", "description", "message", "body", "details", "detail", "output", "reason")
LEVEL_KEYS: Final = ("severity", "level", "priority", "urgency", "alert_type")
STATE_KEYS: Final = ("status", "state", "event_action", "action", "alert_status", "current_state")
LINKS: Final = ("url", "link", "href", "web_url", "html_url", "ruleUrl", "permalink", "source_url")
KEYS: Final = ("key", "dedup_key", "fingerprint", "incident_key", "alert_id", "id", "uuid", "code")
SERVICES: Final = ("services", "service", "component", "application", "app", "monitor")
STARTED: Final = ("started_at", "startsAt", "startedAt", "triggered_at", "created_at", "timestamp", "time", "date")
ENDED: Final = ("ended_at", "endsAt", "resolved_at", "endedAt", "resolvedAt", "timestamp")


def generic(value: object, now: datetime) -> Alert | None:
    """The alert in an object with a title or a text, also one level down; None where there is neither."""
    inner = at(value, "payload")
    parts = (value, inner) if isinstance(inner, dict) else (value,)
    title = _first(parts, TITLES) or _first(parts, TEXTS)
    if not title:
        return None
    text = next((found for part in parts for key in TEXTS if (found := block(part, key))), "")
    over = any(line(part, key).casefold() in OVER for part in parts for key in STATE_KEYS)
    given = _first(parts, KEYS)
    services = tuple(name for part in parts for key in SERVICES for name in _names(at(part, key)))
    began = _moment(parts, STARTED)
    labels = {name: text for part in parts for field in ("labels", "tags") for name, text in pairs(part, field) if text}
    source = _first(parts, ("source", "origin", "sender", "client")) or "Alert"
    return Alert(
        source,
        key_of("generic", given) if given else key_of("generic", source, title),
        title,
        "" if text == title else text,
        severity_of(_first(parts, LEVEL_KEYS)),
        tuple(dict.fromkeys(services)),
        began,
        (_moment(parts, ENDED) or now) if over else None,
        link(_first(parts, LINKS)),
        labels,
    )


def severity_of(word: str) -> int | None:
    """1 to 4 for the words of most senders; None for others."""
    return SEVERITIES.get(word.strip().casefold())


def key_of(*parts: str) -> str:
    """A short name for what the parts name: it holds nothing that could be taken for a secret."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:20]


def when(value: object, *path: str | int) -> datetime | None:
    """A moment below `path`, also as text of seconds, and in thousandths."""
    count = number(value, *path)
    if count is None:
        return moment(value, *path)
    return moment(count / 1000 if count > 10**11 else count)


def link(text: str) -> str:
    return text if re.match(r"https?://\S+\Z", text) else ""


def _first(parts: tuple[object, ...], keys: tuple[str, ...]) -> str:
    return next((found for key in keys for part in parts if (found := line(part, key))), "")


def _moment(parts: tuple[object, ...], keys: tuple[str, ...]) -> datetime | None:
    return next((found for key in keys for part in parts if (found := when(part, key))), None)


def _names(value: object) -> list[str]:
    found = value if isinstance(value, list) else [value]
    named = [line(one) or line(one, "name") or line(one, "summary") for one in items(found)[:20]]
    return [name for name in named if name]
