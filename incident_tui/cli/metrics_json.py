"""The survey of all incidents as one JSON document; durations in seconds, null where there is none."""

from __future__ import annotations

from collections.abc import Sequence

from incident_tui.domain.encoding import to_json
from incident_tui.domain.events import Json, JsonObject
from incident_tui.domain.learning import Again, Broken, Overrun, Skipped, Task
from incident_tui.domain.metrics import DEFINITIONS, NO_SERVICE, Definition, Group, Measured, Reading, Trend
from incident_tui.domain.review import Period, Review
from incident_tui.domain.survey import NOTES, Survey


def as_json(found: Survey) -> JsonObject:
    """All of it; `by_month` and `by_week` come oldest first, lists of what went wrong the most frequent first."""
    return {
        "now": to_json(found.now),
        "incidents": len(found.incidents),
        "live": found.live,
        "measures": _trends(found.overall),
        "by_severity": [
            {"severity": _level(group.key), **_group(group), "title": group.key} for group in found.severities
        ],
        "by_service": [
            {"service": None if group.key == NO_SERVICE else group.key, **_group(group)} for group in found.services
        ],
        "by_month": [{"month": group.key, **_group(group)} for group in found.months],
        "by_week": [{"week": group.key, **_group(group)} for group in found.weeks],
        "invalid": [_invalid(item, reading) for item, reading in found.invalid],
        "phases_overrun": [_overrun(item) for item in found.overruns],
        "steps_skipped": [_skipped(item) for item in found.skipped],
        "promises": {
            "made": found.promised.made,
            "kept": found.promised.kept,
            "open": found.promised.open,
            "broken": len(found.promised.broken),
            "which": [_broken(item) for item in found.promised.broken],
        },
        "without_commander": {
            "incidents": found.command.incidents,
            "total_seconds": to_json(found.command.total),
            "median_seconds": to_json(found.command.median),
            "worst_seconds": to_json(found.command.worst),
            "worst_ref": found.command.ref or None,
        },
        "recurring_causes": [_again(item) for item in found.causes],
        "action_items": {
            "open": len(found.tasks.open),
            "late": len(found.tasks.late),
            "done": found.tasks.done,
            "which": [_task(item) for item in found.tasks.open],
        },
        "review": {"week": _review(found.week), "month": _review(found.month)},
        "definitions": [*(_definition(item) for item in DEFINITIONS), *_notes()],
    }


def readings_json(item: Measured) -> JsonObject:
    """One incident."""
    return {
        "ref": item.gist.ref,
        "title": item.gist.title,
        "severity": item.gist.severity,
        "status": item.gist.status,
        "services": list(item.gist.services),
        "measures": [
            {"name": each.name, "state": each.state, "seconds": to_json(each.took), "why": each.why}
            for each in item.readings
        ],
    }


def _level(key: str) -> int:
    return int(key[3:4]) if key[3:4].isdigit() else 0


def _group(group: Group) -> JsonObject:
    return {"incidents": group.incidents, "measures": _trends(group)}


def _trends(group: Group) -> Json:
    return [_trend(trend) for trend in group.trends]


def _trend(trend: Trend) -> JsonObject:
    return {
        "name": trend.name,
        "median_seconds": to_json(trend.median),
        "p90_seconds": to_json(trend.p90),
        "valid": trend.valid,
        "missing": trend.missing,
        "invalid": trend.invalid,
    }


def _invalid(item: Measured, reading: Reading) -> Json:
    return {"ref": item.gist.ref, "name": reading.name, "why": reading.why}


def _overrun(item: Overrun) -> Json:
    return {
        "phase": item.phase,
        "playbook": item.playbook or None,
        "worked": item.worked,
        "overran": item.overran,
        "median_seconds": to_json(item.median),
        "worst_seconds": to_json(item.worst),
        "worst_ref": item.ref,
    }


def _skipped(item: Skipped) -> Json:
    return {
        "step": item.step,
        "phase": item.phase,
        "playbook": item.playbook or None,
        "skipped": item.times,
        "runs": item.runs,
        "reasons": list(item.reasons),
    }


def _broken(item: Broken) -> Json:
    return {
        "ref": item.ref,
        "audience": item.audience,
        "message": item.message,
        "due": to_json(item.due),
        "over_seconds": to_json(item.over),
    }


def _again(item: Again) -> JsonObject:
    return {"text": item.text, "incidents": len(item.refs), "refs": list(item.refs), "last": to_json(item.last)}


def _task(task: Task) -> Json:
    return {
        "ref": task.ref,
        "item": task.item.label,
        "text": task.item.text,
        "owner": task.item.owner,
        "due": task.item.due,
        "priority": task.item.priority,
        "late": task.late is not None,
        "late_seconds": to_json(task.late),
    }


def _review(found: Review) -> Json:
    severities: Sequence[tuple[int, int]] = found.severities
    return {
        "period": _period(found.period),
        "before": _period(found.before),
        "incidents": found.now.incidents,
        "incidents_before": found.earlier.incidents,
        "severities": [
            {"severity": level, "incidents": now, "before": before}
            for level, (now, before) in enumerate(severities, start=1)
        ],
        "measures": _trends(found.now),
        "measures_before": _trends(found.earlier),
        "top_errors": [_again(item) for item in found.errors],
        "recurring_causes": [_again(item) for item in found.causes],
        "lessons": [{"ref": item.ref, "text": item.text} for item in found.lessons],
        "resolved": list(found.resolved),
        "actions_added": found.actions_added,
        "actions_done": found.actions_done,
        "not_in_the_journal": list(found.unknown),
    }


def _period(period: Period) -> Json:
    return {"label": period.label, "since": to_json(period.since), "until": to_json(period.until)}


def _definition(item: Definition) -> Json:
    ends: JsonObject = {"from": item.start, "to": item.end}
    return {"name": item.name, **ends, "meaning": item.meaning, "source": item.source}


def _notes() -> list[Json]:
    return [{"name": name, "meaning": meaning, "source": source} for name, meaning, source in NOTES]
