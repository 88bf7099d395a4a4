"""The documents about one incident that are not the whole report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from incident_tui.domain.anchoring import anchor_line
from incident_tui.domain.events import Event
from incident_tui.domain.incident import Incident
from incident_tui.domain.policy import Policy
from incident_tui.reports.diagram import mermaid
from incident_tui.reports.extracts import extracts_of
from incident_tui.reports.handoff import render_handoff
from incident_tui.reports.incident_report import render_file
from incident_tui.reports.press import press
from incident_tui.reports.reminders import reminders as calendar_of
from incident_tui.reports.spreadsheet import csv_of
from incident_tui.reports.standing import standing_of
from incident_tui.reports.timelines import highlights, lines_of
from incident_tui.reports.typeset import Wall
from incident_tui.reports.view import Report, prepare


def summary(incident: Incident, events: Sequence[Event], policy: Policy, now: datetime | None = None) -> str:
    """Source: Sentry debugging workflows, incident documentation."""
    return _pressed("incident-summary", incident, events, policy, now)


def postmortem(incident: Incident, events: Sequence[Event], policy: Policy, now: datetime | None = None) -> str:
    """Source: incident response guide, post-mortem."""
    return _pressed("postmortem", incident, events, policy, now)


def debugging(incident: Incident, events: Sequence[Event], policy: Policy, now: datetime | None = None) -> str:
    """Source: debugging session notes."""
    return _pressed("debugging-session", incident, events, policy, now)


def mistake(incident: Incident, events: Sequence[Event], policy: Policy, now: datetime | None = None) -> str:
    """Source: mistake documentation."""
    return _pressed("mistake-record", incident, events, policy, now)


def status_internal(incident: Incident, events: Sequence[Event], policy: Policy, now: datetime | None = None) -> str:
    """Source: incident response guide, status updates."""
    return _pressed("status-internal", incident, events, policy, now)


def status_external(incident: Incident, events: Sequence[Event], policy: Policy, now: datetime | None = None) -> str:
    """What customers may read: what was sent to them, and impact that is named public; no cause, no names.

    Source: incident response guide, external status update.
    """
    return _pressed("status-external", incident, events, policy, now)


def brief(incident: Incident, events: Sequence[Event], policy: Policy, now: datetime | None = None) -> str:
    """For management: the business first."""
    return _pressed("executive-brief", incident, events, policy, now)


def handoff(incident: Incident, events: Sequence[Event], policy: Policy, now: datetime | None = None) -> str:
    return render_handoff(incident, policy, now or _last(incident, events))


def timeline(incident: Incident, events: Sequence[Event], policy: Policy, now: datetime | None = None) -> str:
    wall = Wall.of(incident.zone, incident.declared_at)
    report = prepare(incident, events, policy, wall, now)
    return press("timeline", wall, report=report, lines=lines_of(incident, events))


def timeline_csv(incident: Incident, events: Sequence[Event], _policy: Policy, _now: datetime | None = None) -> str:
    """One row for each line of the record, times in the incident's zone with their offset."""
    return csv_of(lines_of(incident, events), Wall.of(incident.zone, incident.declared_at))


def timeline_mermaid(incident: Incident, events: Sequence[Event], policy: Policy, now: datetime | None = None) -> str:
    wall = Wall.of(incident.zone, incident.declared_at)
    report = prepare(incident, events, policy, wall, now)
    return mermaid(incident.ref, incident.title, highlights(report), wall, anchor_line(incident))


def reminders(incident: Incident, events: Sequence[Event], _policy: Policy, now: datetime | None = None) -> str:
    """Raises MissingExtra."""
    return calendar_of(incident, now or _last(incident, events))


def own(path: Path, incident: Incident, events: Sequence[Event], policy: Policy, now: datetime | None = None) -> str:
    """By a template of the user's, which sees all that ours see. Raises TemplateFailed."""
    return render_file(path, incident, events, policy, now, partial(_values, policy))


def _pressed(name: str, incident: Incident, events: Sequence[Event], policy: Policy, now: datetime | None) -> str:
    wall = Wall.of(incident.zone, incident.declared_at)
    report = prepare(incident, events, policy, wall, now)
    return press(name, wall, report=report, **_values(policy, report))


def _values(policy: Policy, report: Report) -> dict[str, object]:
    """What a template sees beside the report."""
    found = extracts_of(report)
    extracts = {name: getattr(found, name) for name in found.__struct_fields__}
    return {"standing": standing_of(report.incident, policy, report.now), **extracts}


def _last(incident: Incident, events: Sequence[Event]) -> datetime:
    """When the last event was recorded."""
    moments = [event.recorded for event in events]
    if incident.declared_at is not None:
        moments.append(incident.declared_at)
    return max(moments)
