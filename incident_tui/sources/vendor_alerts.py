"""Alerts in the forms of single services: PagerDuty, Sentry, Datadog, UptimeRobot, Healthchecks.

Each answers None where the form is not its own. Forms that their users write themselves are known by their usual names.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from incident_tui.domain.alerts import Alert
from incident_tui.sources.generic_alert import key_of, link, severity_of, when
from incident_tui.sources.reading import at, block, items, line, moment

PAGERDUTY_OVER: Final = ("incident.resolved",)
PAGERDUTY_TOLD: Final = ("incident.triggered", "incident.acknowledged", "incident.reopened", "incident.escalated")
SENTRY_OVER: Final = ("resolved", "ignored", "archived")
DATADOG_OVER: Final = ("recovered", "success", "ok")
STATES: Final = {"down": False, "up": True, "grace": False, "started": True, "paused": True, "new": True}


def pagerduty(value: object, now: datetime) -> Alert | None:
    """A webhook of version 3: `event.event_type` and the incident in `event.data`."""
    kind = line(value, "event", "event_type")
    data = at(value, "event", "data")
    if not kind.startswith("incident.") or not isinstance(data, dict):
        return None
    over = kind in PAGERDUTY_OVER or line(data, "status") == "resolved"
    title = line(data, "title") or line(data, "summary")
    if not title or not (over or kind in PAGERDUTY_TOLD):
        return None
    urgency = {"high": 2, "low": 3}.get(line(data, "urgency"))
    service = line(data, "service", "summary")
    return Alert(
        "PagerDuty",
        key_of("pagerduty", line(data, "id") or title),
        title,
        "",
        severity_of(line(data, "priority", "summary")) or urgency,
        (service,) if service else (),
        moment(data, "created_at") or moment(value, "event", "occurred_at"),
        (moment(value, "event", "occurred_at") or now) if over else None,
        link(line(data, "html_url")),
        _labels(number=line(data, "number"), urgency=line(data, "urgency")),
    )


def sentry(value: object, now: datetime) -> Alert | None:
    """A webhook of an integration: an alert on an issue, an issue, a metric; or of the older plugin."""
    data, action = at(value, "data"), line(value, "action")
    metric = at(data, "metric_alert")
    if isinstance(metric, dict):
        return _metric(value, now)
    known = (at(data, key) for key in ("issue", "event"))
    issue: object = next((found for found in known if isinstance(found, dict)), None)
    if issue is None and line(value, "project_slug") and isinstance(at(value, "event"), dict):
        issue = value
    if issue is None:
        return None
    title = line(issue, "title") or line(issue, "metadata", "title") or line(issue, "event", "title")
    title = title or line(issue, "message") or line(issue, "culprit")
    if not title:
        return None
    over = action in SENTRY_OVER or line(issue, "status") in SENTRY_OVER
    identifier = line(issue, "issue_id") or line(issue, "id") or title
    project = line(issue, "project", "slug") or line(issue, "project_slug")
    links = (line(issue, key) for key in ("web_url", "permalink", "url"))
    return Alert(
        "Sentry",
        key_of("sentry", identifier),
        title,
        line(issue, "culprit"),
        {"fatal": 1, "error": 2, "warning": 3, "info": 4, "debug": 4}.get(line(issue, "level")),
        (project,) if project else (),
        moment(issue, "firstSeen") or moment(issue, "datetime"),
        now if over else None,
        next((found for text in links if (found := link(text)) and "/api/0/" not in found), ""),
        _labels(issue=line(issue, "shortId"), level=line(issue, "level"), rule=line(data, "triggered_rule")),
    )


def _metric(value: object, now: datetime) -> Alert | None:
    data = at(value, "data")
    title = line(data, "description_title") or line(data, "metric_alert", "title")
    if not title:
        return None
    projects = [line(one) for one in items(data, "metric_alert", "projects")[:20]]
    action = line(value, "action")
    return Alert(
        "Sentry",
        key_of("sentry-metric", line(data, "metric_alert", "id") or title),
        title,
        line(data, "description_text"),
        severity_of(action),
        tuple(filter(None, projects)),
        moment(data, "metric_alert", "date_started"),
        (moment(data, "metric_alert", "date_closed") or now) if action in SENTRY_OVER else None,
        link(line(data, "web_url")),
    )


def datadog(value: object, now: datetime) -> Alert | None:
    """The form that a webhook has by default, and the names of variables that people choose."""
    known = [name for name in ("alert_transition", "event_type", "alert_id", "last_updated") if line(value, name)]
    title = line(value, "title") or line(value, "event_title") or line(value, "alert_title")
    if not title or not known or (known == ["event_type"] and not line(value, "org", "id")):
        return None
    found = re.match(r"((?:\[[^\]]{1,40}\]\s*)+)", title)
    marks = re.findall(r"\[([^\]]*)\]", found[1]) if found else []
    bare = title[found.end() :] if found and title[found.end() :] else title
    transition = line(value, "alert_transition") or next((mark for mark in marks if severity_of(mark) is None), "")
    over = transition.casefold() in DATADOG_OVER or line(value, "alert_type").casefold() in DATADOG_OVER
    words = (line(value, "alert_priority"), line(value, "priority"), *marks, line(value, "alert_type"))
    tags = dict(_tag(text) for text in line(value, "tags", limit=4000).split(",") if ":" in text)
    service = tags.get("service", "")
    return Alert(
        "Datadog",
        key_of("datadog", line(value, "alert_id") or line(value, "aggreg_key") or bare, line(value, "alert_scope")),
        bare,
        block(value, "body") or block(value, "text") or block(value, "event_msg"),
        next((level for word in words if (level := severity_of(word))), None),
        (service,) if service else (),
        when(value, "date") or when(value, "last_updated"),
        (when(value, "last_updated") or when(value, "date") or now) if over else None,
        link(line(value, "link") or line(value, "url")),
        tags,
    )


def uptimerobot(value: object, now: datetime) -> Alert | None:
    """The variables of a webhook by their own names: 1 is down, 2 up, 3 a certificate that ends soon."""
    name = line(value, "monitorFriendlyName") or line(value, "monitorURL")
    kind = line(value, "alertTypeFriendlyName").casefold() or line(value, "alertType")
    if not name or not kind:
        return None
    over = kind in ("up", "2")
    word = {"1": "down", "2": "up", "3": "certificate ends soon"}.get(kind, kind)
    moment_ = when(value, "alertDateTime")
    return Alert(
        "UptimeRobot",
        key_of("uptimerobot", line(value, "monitorID") or name),
        f"{name} is {word}",
        line(value, "alertDetails"),
        2 if kind in ("down", "1") else 3,
        (),
        None if over else moment_,
        (moment_ or now) if over else None,
        link(line(value, "monitorURL")),
        _labels(monitor=line(value, "monitorID")),
    )


def healthchecks(value: object, now: datetime) -> Alert | None:
    """A check with its state, as `$JSON` or in words of one's own; addresses to report to are left out."""
    status = line(value, "status").casefold()
    own = any(name in value for name in ("n_pings", "last_ping", "grace")) if isinstance(value, dict) else False
    name = line(value, "check") or (line(value, "name") if own else "")
    if not name or status not in STATES:
        return None
    over = STATES[status]
    tags = line(value, "tags").split()
    identifier = line(value, "code") or line(value, "unique_key") or line(value, "uuid") or line(value, "slug") or name
    return Alert(
        "Healthchecks",
        key_of("healthchecks", identifier),
        f"{name} is {status}",
        line(value, "desc"),
        2 if status == "down" else 3,
        (),
        None,
        now if over else None,
        "",
        {"tags": " ".join(tags)} if tags else {},
    )


def _labels(**given: str) -> dict[str, str]:
    return {name: text for name, text in given.items() if text}


def _tag(text: str) -> tuple[str, str]:
    name, _, rest = text.strip().partition(":")
    return name, rest
