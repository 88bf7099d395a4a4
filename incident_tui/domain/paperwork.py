"""How messages, the technical record, and action items change: the part of `evolve` that is about documents."""

from __future__ import annotations

from typing import assert_never

from msgspec.structs import replace

from incident_tui.domain import events as e
from incident_tui.domain.encoding import moment_of
from incident_tui.domain.incident import ActionItem, Incident, Message, Record, SignOff

MessageChange = e.MessageEdited | e.MessageApproved | e.MessageSent | e.MessageDiscarded
ActionItemChange = e.ActionItemChanged | e.ActionItemDone | e.ActionItemReopened
Recorded = (
    e.ErrorRecorded
    | e.ReadingRecorded
    | e.ConfigurationRecorded
    | e.FixStepRecorded
    | e.RecoveryRecorded
    | e.CostRecorded
    | e.LessonRecorded
)
Paper = e.MessageDrafted | MessageChange | e.ActionItemAdded | ActionItemChange | e.SignedOff | Recorded


def evolve(incident: Incident, event: e.Event, body: Paper) -> Incident:
    """The incident after an event about documents; it never raises."""
    if isinstance(body, Recorded):
        return record(incident, event, body)
    match body:
        case e.MessageDrafted():
            return draft(incident, event, body)
        case e.MessageEdited() | e.MessageApproved() | e.MessageSent() | e.MessageDiscarded():
            return change_message(incident, event, body)
        case e.SignedOff():
            sign_off = SignOff(incident.version, event.id, body.role, body.person, event.at)
            return replace(incident, sign_offs=incident.sign_offs.insert(event.id, sign_off))
        case e.ActionItemAdded():
            return add_action_item(incident, event, body)
        case e.ActionItemChanged() | e.ActionItemDone() | e.ActionItemReopened():
            return change_action_item(incident, event, body)
        case _:
            assert_never(body)


def draft(incident: Incident, event: e.Event, body: e.MessageDrafted) -> Incident:
    number = incident.next_number("message")
    message = Message(
        order=incident.version,
        id=event.id,
        number=number,
        audience=body.audience,
        channel=body.channel,
        mark=body.mark,
        text=body.text,
        state="drafted",
        at=event.at,
        by=event.actor,
        promise_seconds=body.promise_seconds,
    )
    numbers = incident.numbers.insert("message", number)
    return replace(incident, messages=incident.messages.insert(event.id, message), numbers=numbers)


def change_message(incident: Incident, event: e.Event, body: MessageChange) -> Incident:
    message = incident.messages.get(body.message)
    if message is None or not message.waiting:
        return incident
    match body:
        case e.MessageEdited():
            changed = replace(
                message,
                text=body.text,
                channel=body.channel,
                mark=body.mark,
                promise_seconds=body.promise_seconds,
                state="drafted",
                approved_by="",
            )
        case e.MessageApproved():
            changed = replace(message, state="approved", approved_by=event.actor)
        case e.MessageSent():
            promised = moment_of(body.promised)
            changed = replace(message, state="sent", sent_at=event.at, how=body.how, promised_at=promised)
        case e.MessageDiscarded():
            changed = replace(message, state="discarded")
        case _:
            assert_never(body)
    return replace(incident, messages=incident.messages.insert(message.id, changed))


def record(incident: Incident, event: e.Event, body: Recorded) -> Incident:
    extra = ""
    match body:
        case e.ErrorRecorded():
            label, text = "", body.text
        case e.ReadingRecorded():
            label, text, extra = body.measure, body.value, body.moment
        case e.ConfigurationRecorded():
            label, text = body.language, body.text
        case e.FixStepRecorded():
            label, text = body.fix, body.text
        case e.RecoveryRecorded():
            label, text = body.scope, body.text
        case e.CostRecorded():
            label, text = body.item, body.value
        case e.LessonRecorded():
            label, text = body.side, body.text
        case _:
            assert_never(body)
    section = body.KIND.partition(".")[0]
    record = Record(incident.version, event.id, section, label, text, event.at, event.actor, extra)
    return replace(incident, records=incident.records.insert(event.id, record))


def add_action_item(incident: Incident, event: e.Event, body: e.ActionItemAdded) -> Incident:
    number = incident.next_number("action item")
    item = ActionItem(incident.version, event.id, number, body.text, body.owner, body.due, body.priority, event.at)
    numbers = incident.numbers.insert("action item", number)
    return replace(incident, action_items=incident.action_items.insert(event.id, item), numbers=numbers)


def change_action_item(incident: Incident, event: e.Event, body: ActionItemChange) -> Incident:
    item = incident.action_items.get(body.item)
    if item is None:
        return incident
    match body:
        case e.ActionItemChanged():
            changed = replace(item, text=body.text, owner=body.owner, due=body.due, priority=body.priority)
        case e.ActionItemDone():
            changed = replace(item, done_at=event.at)
        case e.ActionItemReopened():
            changed = replace(item, done_at=None)
        case _:
            assert_never(body)
    return replace(incident, action_items=incident.action_items.insert(item.id, changed))
