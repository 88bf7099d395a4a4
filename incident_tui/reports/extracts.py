"""What the shorter documents take from a report: what stands, sorted by the questions that they ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from incident_tui.domain.incident import COMMANDER, ordered
from incident_tui.reports.actions import ActionView
from incident_tui.reports.theories import TheoryView
from incident_tui.reports.timelines import Highlight, highlights
from incident_tui.reports.view import Report
from incident_tui.reports.written import Item

TAGS = ("code", "docs", "environment", "expected", "factor", "gap", "prevention", "related", "reproduce")
"""What these documents ask for and the record has no place of its own for: an entry with such a tag answers it."""
FOUND = ("finding", "evidence", "note")
STEPS = ("finding", "action", "evidence", "fix")


class Extracts(Struct, frozen=True):
    """Nothing in here was struck or undone. `fixing` is what was done to repair it, `prevention` that it stays so.

    `tagged` has every one of TAGS; `watch` and `documentation` are lines. `first` is when it began,
    `between` what happened beside its milestones, `decided` what was.
    """

    rows: tuple[Highlight, ...]
    between: tuple[Highlight, ...]
    decided: tuple[str, ...]
    alerts: tuple[Item, ...]
    findings: tuple[Item, ...]
    steps: tuple[Item, ...]
    errors: tuple[Item, ...]
    commands: tuple[Item, ...]
    files: tuple[Item, ...]
    configurations: tuple[Item, ...]
    checks: tuple[Item, ...]
    costs: tuple[Item, ...]
    fixing: tuple[Item, ...]
    prevention: tuple[Item, ...]
    well: tuple[Item, ...]
    wrong: tuple[Item, ...]
    luck: tuple[Item, ...]
    actions: tuple[ActionView, ...]
    ruled_out: tuple[TheoryView, ...]
    tagged: Mapping[str, tuple[Item, ...]]
    tags: tuple[str, ...]
    watch: tuple[str, ...]
    documentation: tuple[str, ...]
    author: str
    first: datetime | None


def extracts_of(report: Report) -> Extracts:
    log = _standing(report.log)
    tagged = {tag: tuple(item for item in log if tag in _tags(item)) for tag in TAGS}
    lessons = {group.label: _standing(group.items) for group in report.lessons}
    fixes = {group.label: _standing(group.items) for group in report.fixes}
    plain = tuple(item for item in log if item.output is None and item.file is None)
    return Extracts(
        rows=highlights(report),
        between=highlights(report, milestones=False),
        decided=tuple(turn.text or "–" for turn in report.turns if turn.kind == "decision" and not turn.undone),
        alerts=tuple(item for item in plain if item.kind == "alert"),
        findings=tuple(item for item in plain if item.kind in FOUND and not _asked_for(item)),
        steps=tuple(item for item in log if item.kind in STEPS and not _asked_for(item)),
        errors=_standing(report.errors),
        commands=tuple(item for item in log if item.output is not None),
        files=tuple(item for item in log if item.file is not None),
        configurations=_standing(report.configurations),
        checks=_standing(report.checks),
        costs=_standing(report.cost.recorded),
        fixing=(*report.fix_entries, *(item for label, items in fixes.items() for item in items)),
        prevention=(*fixes.get("root cause", ()), *tagged["prevention"]),
        well=lessons.get("well", ()),
        wrong=lessons.get("wrong", ()),
        luck=lessons.get("luck", ()),
        actions=tuple(view for view in report.actions if view.struck is None),
        ruled_out=tuple(view for view in report.theories if view.theory.state == "refuted" and not view.struck),
        tagged=tagged,
        tags=tuple(dict.fromkeys(tag for item in log for tag in item.tags if tag.casefold() not in TAGS)),
        watch=tuple(_watch(report)),
        documentation=tuple(_documentation(report, tagged["docs"])),
        author=_author(report),
        first=report.incident.moment("started") or report.incident.began_at,
    )


def _standing(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(item for item in items if item.struck is None)


def _tags(item: Item) -> tuple[str, ...]:
    return tuple(tag.casefold() for tag in item.tags)


def _asked_for(item: Item) -> bool:
    """Whether the entry has a section of its own."""
    return any(tag in TAGS for tag in _tags(item))


def _watch(report: Report) -> list[str]:
    """What may come back: a fix that is young, explanations that nobody settled, measures that had moved."""
    found = ["the fix is being watched"] if report.incident.status == "monitoring" else []
    found += [
        f"{view.theory.label} is {view.theory.state}: {view.text}"
        for view in report.theories
        if view.theory.state in ("untested", "supported") and not view.struck
    ]
    for row in report.readings:
        read = [f"{item.extra} {item.text}" for items in row.cells for item in _standing(items)]
        if read:
            found.append(f"{row.name}: {', '.join(read)}")
    return found


def _documentation(report: Report, entries: Iterable[Item]) -> list[str]:
    """How the checklist was changed on the way, which its document does not have yet, and what was noted about it."""
    changes = [f"{change.what}: {change.title}" for change in report.followed.changes if not change.undone]
    return [*changes, *(item.text for item in entries)]


def _author(report: Report) -> str:
    """Who answers for it: the first to sign, else the commander."""
    signed = [item for item in ordered(report.incident.sign_offs) if not report.incident.struck(item.id)]
    return signed[0].person if signed else report.incident.holder(COMMANDER) or ""
