"""Rules of the technical record, lessons, sign-offs and action items."""

from __future__ import annotations

from datetime import date, timedelta

from incident_tui.domain.decide import Decision, Refused, one_of, person_of, quoted, remark, said, written
from incident_tui.domain.decide.command import role_of
from incident_tui.domain.events import (
    ActionItemAdded,
    ActionItemChanged,
    ActionItemDone,
    ActionItemReopened,
    ConfigurationRecorded,
    CostRecorded,
    ErrorRecorded,
    FixStepRecorded,
    LessonRecorded,
    ReadingRecorded,
    RecoveryRecorded,
    SignedOff,
)
from incident_tui.domain.incident import PRIORITIES, ActionItem, Incident, ordered
from incident_tui.domain.policy import DUE_DAYS

MOMENTS = ("before", "during", "after")
FIXES = ("immediate", "root cause")
SCOPES = ("data", "service")
SIDES = ("wrong", "well", "luck")


def record_error(incident: Incident, text_word: str) -> Decision:
    text = written(text_word, "the error")
    return text if isinstance(text, Refused) else (ErrorRecorded(text),)


def record_reading(incident: Incident, measure_word: str, moment_word: str, value_word: str) -> Decision:
    """The state of the system before, during or after: any measure, such as cpu, memory, connections, queue depth."""
    measure, value = said(measure_word, "the measure", 60), said(value_word, "the reading")
    moment = one_of(moment_word, MOMENTS, "moment of a reading")
    for problem in (measure, moment, value):
        if isinstance(problem, Refused):
            return problem
    return (ReadingRecorded(str(measure).casefold(), str(moment), str(value)),)


def record_configuration(incident: Incident, text_word: str, language: str = "") -> Decision:
    text = written(text_word, "the configuration")
    return text if isinstance(text, Refused) else (ConfigurationRecorded(text, remark(language)),)


def record_fix_step(incident: Incident, fix_word: str, text_word: str) -> Decision:
    fix, text = one_of(fix_word, FIXES, "fix"), written(text_word, "the step of the fix")
    if isinstance(fix, Refused):
        return fix
    return text if isinstance(text, Refused) else (FixStepRecorded(fix, text),)


def record_recovery(incident: Incident, scope_word: str, text_word: str) -> Decision:
    scope, text = one_of(scope_word, SCOPES, "recovery"), written(text_word, "the recovery")
    if isinstance(scope, Refused):
        return scope
    return text if isinstance(text, Refused) else (RecoveryRecorded(scope, text),)


def record_cost(incident: Incident, item_word: str, value_word: str) -> Decision:
    item, value = said(item_word, "the kind of cost", 60), said(value_word, "the cost")
    if isinstance(item, Refused):
        return item
    return value if isinstance(value, Refused) else (CostRecorded(item.casefold(), value),)


def record_lesson(incident: Incident, side_word: str, text_word: str) -> Decision:
    side, text = one_of(side_word, SIDES, "side of a lesson"), written(text_word, "the lesson")
    if isinstance(side, Refused):
        return side
    return text if isinstance(text, Refused) else (LessonRecorded(side, text),)


def sign_off(incident: Incident, role_word: str, person_word: str) -> Decision:
    role, person = role_of(role_word), said(person_word, "the person's name", 80)
    if isinstance(role, Refused):
        return role
    if isinstance(person, Refused):
        return person
    person = person_of(person)
    if any(done.role == role and done.person == person for done in incident.sign_offs.values()):
        return Refused(f"{person} has signed off as {role} already")
    return (SignedOff(role, person),)


def add_action_item(
    incident: Incident,
    text_word: str,
    today: date,
    owner: str = "",
    due: date | None = None,
    priority_word: str = "medium",
) -> Decision:
    """A follow-up; due in 14 days when high, else in 30, unless said otherwise."""
    text, priority = said(text_word, "the action item"), one_of(priority_word, PRIORITIES, "priority")
    if isinstance(text, Refused):
        return text
    if isinstance(priority, Refused):
        return priority
    day = due or today + timedelta(days=DUE_DAYS[priority])
    return (ActionItemAdded(text, _owner(owner), day.isoformat(), priority),)


def change_action_item(
    incident: Incident,
    word: str,
    text: str | None = None,
    owner: str | None = None,
    due: date | None = None,
    priority_word: str | None = None,
) -> Decision:
    """Change what is given of an action item; the rest stays."""
    item = action_item_meant(incident, word)
    if isinstance(item, Refused):
        return item
    priority = one_of(priority_word, PRIORITIES, "priority") if priority_word else item.priority
    if isinstance(priority, Refused):
        return priority
    named = item.text if text is None else said(text, "the action item")
    if isinstance(named, Refused):
        return named
    day = due.isoformat() if due else item.due
    changed = ActionItemChanged(item.id, named, item.owner if owner is None else _owner(owner), day, priority)
    same = (changed.text, changed.owner, changed.due, changed.priority) == (
        item.text,
        item.owner,
        item.due,
        item.priority,
    )
    return Refused(f"{item.label} is like that already") if same else (changed,)


def finish_action_item(incident: Incident, word: str) -> Decision:
    item = action_item_meant(incident, word)
    if isinstance(item, Refused):
        return item
    return Refused(f"{item.label} is done already") if item.done_at else (ActionItemDone(item.id),)


def reopen_action_item(incident: Incident, word: str) -> Decision:
    item = action_item_meant(incident, word)
    if isinstance(item, Refused):
        return item
    return (ActionItemReopened(item.id),) if item.done_at else Refused(f"{item.label} is open already")


def action_item_meant(incident: Incident, word: str) -> ActionItem | Refused:
    """The action item with this label (A2) or number, or the only one whose text holds `word`."""
    wanted = word.strip().casefold()
    items = ordered(incident.action_items)
    found = [item for item in items if wanted in (item.label.casefold(), str(item.number), item.id)]
    found = found or [item for item in items if wanted and wanted in item.text.casefold()]
    if len(found) == 1:
        return found[0]
    known = ", ".join(item.label for item in items) or "none yet"
    return Refused(f"no action item {quoted(word)}", f"known are: {known}")


def _owner(name: str) -> str:
    return remark(name).removeprefix("@")
