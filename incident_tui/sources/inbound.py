"""What monitoring sends by itself, as alerts: the body of a webhook of whichever sender, total on any JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from msgspec import Struct

from incident_tui.domain.alerts import Alert
from incident_tui.sources.generic_alert import generic, key_of, link, severity_of
from incident_tui.sources.reading import at, block, items, line, moment, number, pairs
from incident_tui.sources.vendor_alerts import datadog, healthchecks, pagerduty, sentry, uptimerobot

MOST = 200
SERVICE_LABELS: Final = ("service", "service_name", "app", "application", "app_kubernetes_io_name", "component")
TITLES: Final = ("summary", "title", "message", "description")
TEXTS: Final = ("description", "message", "runbook_url", "runbook")


class Inbound(Struct, frozen=True):
    """The alerts of one message, at most 200; `missing` counts those that were left out, here or by the sender.

    `group` is the same for all messages about what the sender keeps together, "" where it keeps nothing so.
    """

    alerts: tuple[Alert, ...] = ()
    group: str = ""
    missing: int = 0


def inbound(value: object, now: datetime) -> Inbound:
    """What is told in decoded JSON of any sender; nothing where it is of none. Never raises.

    What has ended at a moment that is not said has ended `now`.
    """
    if isinstance(value, dict) and isinstance(at(value, "alerts"), list):
        return _of_alertmanager(value, now)
    if isinstance(value, list):
        found = [alert for one in value[:MOST] if (alert := _alert(one, now)) is not None]
        return Inbound(tuple(found), "", max(len(value) - MOST, 0))
    alert = _alert(value, now)
    return Inbound((alert,) if alert else ())


Reader = Callable[[object, datetime], Alert | None]
READERS: Final[tuple[Reader, ...]] = (pagerduty, sentry, datadog, uptimerobot, healthchecks, generic)
"""The first that knows a form reads it; what all know comes last."""


def _alert(value: object, now: datetime) -> Alert | None:
    if not isinstance(value, dict):
        return None
    if isinstance(at(value, "labels"), dict):
        return _of_prometheus(value, "Alertmanager", {}, now)
    inner = at(value, "data")
    if line(value, "specversion") and isinstance(inner, dict):
        # An envelope of CloudEvents; what it holds may be of any form.
        value = inner
    return next((alert for read in READERS if (alert := read(value, now)) is not None), None)


def _of_alertmanager(value: dict[str, object], now: datetime) -> Inbound:
    """A group of Alertmanager (version 4) or of Grafana, which speaks like it and says more."""
    grafana = "orgId" in value or line(value, "version") == "1"
    source = "Grafana" if grafana else "Alertmanager"
    common = {name: text for name, text in pairs(value, "commonAnnotations") if text}
    told = items(value, "alerts")
    alerts = [_of_prometheus(one, source, common, now) for one in told[:MOST] if isinstance(one, dict)]
    named = line(value, "groupKey", limit=4000)
    receiver = line(value, "receiver")
    group = key_of(source, receiver, named) if named and named != "{}:{}" else ""
    missing = max(len(told) - MOST, 0) + max(number(value, "truncatedAlerts") or 0, 0)
    return Inbound(tuple(alert for alert in alerts if alert), group, missing)


def _of_prometheus(value: object, source: str, common: dict[str, str], now: datetime) -> Alert | None:
    labels = {name: text for name, text in pairs(value, "labels") if name and text}
    notes = common | {name: text for name, text in pairs(value, "annotations") if text}
    name = labels.get("alertname", "")
    summary = next((notes[key] for key in TITLES if key in notes), "")
    if not (name or summary or labels):
        return None
    title = f"{name}: {summary}" if name and summary else name or summary or " ".join(labels.values())
    texts = [block(value, "annotations", key) or notes.get(key, "") for key in TEXTS]
    began = moment(value, "startsAt")
    started = line(value, "startsAt")
    print_ = line(value, "fingerprint") or key_of(*(f"{key}={labels[key]}" for key in sorted(labels)))
    over = line(value, "status").casefold() in ("resolved", "normal", "ok")
    services = tuple(labels[key] for key in SERVICE_LABELS if key in labels)[:1]
    links = (line(value, key) for key in ("panelURL", "dashboardURL", "generatorURL"))
    return Alert(
        source,
        key_of(source, print_, began.isoformat() if began else started),
        title,
        "\n".join(dict.fromkeys(text for text in texts if text and text != summary)),
        severity_of(labels.get("severity") or labels.get("priority") or labels.get("level") or ""),
        services,
        began,
        (moment(value, "endsAt") or now) if over else None,
        link(next(filter(None, links), "")),
        labels,
    )
