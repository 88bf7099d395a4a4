"""Alerts as monitoring sends them: recorded payloads, forms that people write themselves, and anything at all."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.domain.alerts import Alert
from incident_tui.sources.inbound import MOST, Inbound, inbound

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "contracts" / "samples"
NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["resolved", "firing", "critical", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+05:00", "1e999"])
)
names = st.sampled_from(
    [
        "alerts",
        "labels",
        "annotations",
        "status",
        "startsAt",
        "endsAt",
        "event",
        "data",
        "title",
        "severity",
        "issue",
        "event_type",
        "payload",
        "services",
        "metric_alert",
        "alert_id",
        "check",
        "monitorFriendlyName",
        "alertType",
        "specversion",
        "groupKey",
        "truncatedAlerts",
        "timestamp",
        "fingerprint",
        "tags",
        "name",
        "date",
        "url",
    ]
)
anything = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=6), max_leaves=25
)


def sample(folder: str, name: str) -> Any:
    file = SAMPLES / folder / f"{name}.json"
    if not file.exists():
        pytest.skip(f"the recorded payload {folder}/{name} is not on this machine")
    recorded = json.loads(file.read_text())
    return recorded.get("body", recorded) if isinstance(recorded, dict) else recorded


def only(value: object) -> Alert:
    (alert,) = inbound(value, NOW).alerts
    return alert


@given(anything)
def test_whatever_comes_is_read(value: object) -> None:
    found = inbound(value, NOW)

    assert isinstance(found, Inbound)
    assert all(alert.title and alert.key and "\n" not in alert.title for alert in found.alerts)
    assert all(alert.severity in (None, 1, 2, 3, 4) for alert in found.alerts)
    assert found == inbound(value, NOW)


def test_a_group_of_alertmanager() -> None:
    found = inbound(sample("alertmanager-0.25", "webhook_firing_2alerts_group"), NOW)
    first, second = found.alerts

    assert first.title == "HighErrorRate: 5xx > 5% on @everyone <script>"
    assert (first.severity, first.services, first.ended_at) == (1, ("checkout",), None)
    assert first.started_at == datetime(2026, 11, 21, 7, 37, 25, 864039, tzinfo=UTC)
    assert first.text == "line1\nline2 `code`"
    assert first.key != second.key
    assert found.group
    assert found.missing == 0


def test_a_rule_of_prometheus_that_has_gone_through_alertmanager() -> None:
    alert = only(sample("alertmanager-0.25", "webhook_from_real_prometheus_rule"))

    assert alert.title == "TargetDown: 127.0.0.1:19999 of job dead down"
    assert alert.text == "value 0\nhttps://runbooks.example/TargetDown"
    assert alert.url.startswith("http://prom.lab:9090/graph?")


def test_what_has_ended_keeps_the_key_that_it_began_with() -> None:
    body = sample("alertmanager-0.25", "webhook_from_real_prometheus_rule")
    over = json.loads(json.dumps(body))
    over["alerts"][0] |= {"status": "resolved", "endsAt": "2026-11-21T07:45:00Z"}

    ended = only(over)
    assert ended.key == only(body).key
    assert ended.ended_at == datetime(2026, 11, 21, 7, 45, tzinfo=UTC)
    assert only(sample("alertmanager-0.25", "webhook_resolved_with_bearer")).ended_at is not None


def test_what_the_sender_has_left_out_is_counted() -> None:
    assert inbound(sample("alertmanager-0.25", "webhook_max_alerts_truncated"), NOW).missing == 1
    many = inbound({"alerts": [{"labels": {"alertname": str(number)}} for number in range(MOST + 5)]}, NOW)
    assert (len(many.alerts), many.missing) == (MOST, 5)


def test_the_list_that_alertmanager_answers_is_read_too() -> None:
    found = inbound(sample("alertmanager-0.25", "api_v2_alerts"), NOW)

    assert found.alerts[0].title == "TargetDown: 127.0.0.1:19999 of job dead down"


def test_grafana() -> None:
    alert = only(sample("grafana", "webhook_contact_point"))

    assert (alert.source, alert.title) == (
        "Grafana",
        "High memory usage: This alert was triggered for zone us-1",
    )
    assert alert.started_at == datetime(2021, 10, 12, 7, 51, 3, 157076, tzinfo=UTC)
    assert alert.ended_at is None


def test_pagerduty() -> None:
    data = {
        "id": "PGR0VU2",
        "type": "incident",
        "title": "A little bump",
        "urgency": "high",
        "status": "triggered",
        "html_url": "https://acme.pagerduty.com/incidents/PGR0VU2",
        "created_at": "2026-11-21T13:00:00Z",
        "service": {"summary": "API Service"},
        "priority": {"summary": "P1"},
    }
    event = {"event_type": "incident.triggered", "occurred_at": "2026-11-21T13:00:05Z", "data": data}

    alert = only({"event": event})
    over = only({"event": {**event, "event_type": "incident.resolved"}})

    assert (alert.source, alert.title, alert.severity) == ("PagerDuty", "A little bump", 1)
    assert alert.started_at == datetime(2026, 11, 21, 13, tzinfo=UTC)
    assert (over.key, over.ended_at) == (alert.key, datetime(2026, 11, 21, 13, 0, 5, tzinfo=UTC))
    assert inbound({"event": {**event, "event_type": "incident.annotated"}}, NOW).alerts == ()


@pytest.mark.parametrize(
    "body",
    [
        {"action": "created", "data": {"issue": {"id": "1170", "title": "ReferenceError: heck", "level": "error"}}},
        {
            "action": "triggered",
            "data": {"event": {"issue_id": "1170", "title": "ReferenceError: heck", "level": "error"}},
        },
        {"id": "1170", "project_slug": "shop", "level": "error", "event": {"title": "ReferenceError: heck"}},
    ],
)
def test_sentry(body: dict[str, object]) -> None:
    alert = only(body)

    assert (alert.source, alert.title, alert.severity) == ("Sentry", "ReferenceError: heck", 2)
    assert alert.key == only({"action": "resolved", "data": {"issue": {"id": 1170, "title": "x"}}}).key


def test_a_metric_of_sentry() -> None:
    body = {
        "action": "critical",
        "data": {
            "description_title": "Critical: Too many errors",
            "description_text": "1000 events in the last 10 minutes",
            "web_url": "https://acme.sentry.io/alerts/7/",
            "metric_alert": {"id": "7", "title": "Too many errors", "projects": ["shop"]},
        },
    }

    assert only(body).severity == 1
    assert only({**body, "action": "resolved"}).ended_at == NOW


def test_datadog() -> None:
    body = {
        "id": "6502",
        "title": "[Triggered] [P2] CPU is high on {host:web-1}",
        "body": "cpu > 90",
        "date": 1795000000000,
        "last_updated": 1795000060000,
        "event_type": "metric_alert_monitor",
        "org": {"id": "1", "name": "acme"},
    }

    alert = only(body)
    over = only({**body, "id": "6503", "title": "[Recovered] [P2] CPU is high on {host:web-1}"})

    assert (alert.source, alert.title, alert.severity) == ("Datadog", "CPU is high on {host:web-1}", 2)
    assert alert.started_at == datetime.fromtimestamp(1795000000, UTC)
    assert (over.key, over.ended_at) == (alert.key, datetime.fromtimestamp(1795000060, UTC))


def test_uptimerobot() -> None:
    body = {
        "monitorID": "71234",
        "monitorFriendlyName": "shop",
        "monitorURL": "https://shop.example",
        "alertType": "1",
        "alertDetails": "Connection timeout",
        "alertDateTime": "1795000000",
    }

    alert = only(body)

    assert (alert.title, alert.severity, alert.url) == ("shop is down", 2, "https://shop.example")
    assert only({**body, "alertType": 2}).key == alert.key
    assert only({**body, "alertTypeFriendlyName": "Up"}).ended_at is not None


def test_healthchecks() -> None:
    alert = only({"name": "Backup", "status": "down", "n_pings": 7, "grace": 60, "ping_url": "https://hc-ping.com/x"})

    assert alert.title == "Backup is down"
    assert "hc-ping" not in repr(alert)
    assert only({"check": "Backup", "status": "up"}).ended_at == NOW


@pytest.mark.parametrize(
    ("body", "title", "severity"),
    [
        ({"title": "Disk full", "severity": "page"}, "Disk full", 1),
        ({"message": "Disk full", "level": "WARNING"}, "Disk full", 3),
        ({"payload": {"summary": "Disk full", "severity": "error"}, "event_action": "trigger"}, "Disk full", 2),
        ({"specversion": "1.0", "data": {"subject": "Disk full"}}, "Disk full", None),
        ([{"name": "Disk full", "priority": 4}], "Disk full", 4),
        ({"title": "\x1b[31mDisk\nfull"}, "Disk full", None),
    ],
)
def test_alerts_of_no_known_sender(body: object, title: str, severity: int | None) -> None:
    assert (only(body).title, only(body).severity) == (title, severity)


def test_an_alert_of_no_known_sender_that_is_over() -> None:
    over = only({"title": "Disk full", "id": 7, "status": "ok", "timestamp": 1795000000, "service": "db"})

    assert over.ended_at == datetime.fromtimestamp(1795000000, UTC)
    assert over.key == only({"title": "Disk is full!", "id": 7, "services": ["db", {"name": "api"}]}).key


@pytest.mark.parametrize("junk", [None, 7, "alert", [], {}, {"a": 1}, {"alerts": [7, {}]}, [[]], {"labels": {}}])
def test_what_tells_no_alert(junk: object) -> None:
    assert inbound(junk, NOW).alerts == ()
