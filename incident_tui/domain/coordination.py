"""How orders, proposals, escalations, handoffs and callouts change: the part of `evolve` that is about people."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from msgspec.structs import replace

from incident_tui.domain import events as e
from incident_tui.domain import roles
from incident_tui.domain.encoding import moment_of
from incident_tui.domain.incident import Incident
from incident_tui.domain.teamwork import (
    LOOP,
    RULINGS,
    Answer,
    Escalation,
    Handoff,
    Loop,
    Objection,
    Order,
    Proposal,
)

OrderChange = e.OrderUnderstood | e.OrderExtended | e.OrderDone | e.OrderCancelled
ProposalChange = e.ObjectionRaised | e.DecisionRuled
HandoffChange = e.HandoffAccepted | e.HandoffWithdrawn
Teamwork = (
    e.OrderGiven
    | OrderChange
    | e.DecisionProposed
    | ProposalChange
    | e.Escalated
    | e.HandoffOffered
    | HandoffChange
    | e.LoopMoved
    | e.CalloutAnswered
)
LONGEST_BOX_SECONDS = 30 * 86_400


def evolve(incident: Incident, event: e.Event, body: Teamwork) -> Incident:  # noqa: PLR0911 - one arm for each kind
    """The incident after an event of people working together; it never raises."""
    match body:
        case e.OrderGiven():
            return _give(incident, event, body)
        case e.OrderUnderstood() | e.OrderExtended() | e.OrderDone() | e.OrderCancelled():
            return _change_order(incident, event, body)
        case e.DecisionProposed():
            return _propose(incident, event, body)
        case e.ObjectionRaised() | e.DecisionRuled():
            return _change_proposal(incident, event, body)
        case e.Escalated():
            made = Escalation(incident.version, event.id, body.level, body.person, body.reason, event.at, event.actor)
            return replace(incident, escalations=incident.escalations.insert(event.id, made))
        case e.HandoffOffered():
            return _offer(incident, event, body)
        case e.HandoffAccepted() | e.HandoffWithdrawn():
            return _close_handoff(incident, event, body)
        case e.LoopMoved():
            return _move_loop(incident, event, body.segment)
        case e.CalloutAnswered():
            answer = Answer(event.at, event.actor, moment_of(body.until))
            return replace(incident, answers=incident.answers.insert(body.callout, answer))
        case _:
            assert_never(body)


def _after(moment: datetime, seconds: int) -> datetime:
    return moment + timedelta(seconds=min(max(0, seconds), LONGEST_BOX_SECONDS))


def _give(incident: Incident, event: e.Event, body: e.OrderGiven) -> Incident:
    number = incident.next_number("order")
    due = _after(event.at, body.box_seconds)
    order = Order(incident.version, event.id, number, body.person, body.text, event.at, event.actor, due)
    numbers = incident.numbers.insert("order", number)
    return replace(incident, orders=incident.orders.insert(event.id, order), numbers=numbers)


def _change_order(incident: Incident, event: e.Event, body: OrderChange) -> Incident:
    order = incident.orders.get(body.order)
    if order is None or not order.open:
        return incident
    match body:
        case e.OrderUnderstood():
            changed = replace(order, state="understood", understood_at=event.at)
        case e.OrderExtended():
            changed = replace(order, due=_after(event.at, body.box_seconds), extended=order.extended + 1)
        case e.OrderDone():
            changed = replace(order, state="done", closed_at=event.at, result=body.result)
        case e.OrderCancelled():
            changed = replace(order, state="cancelled", closed_at=event.at, result=body.reason)
        case _:
            assert_never(body)
    return replace(incident, orders=incident.orders.insert(order.id, changed))


def _propose(incident: Incident, event: e.Event, body: e.DecisionProposed) -> Incident:
    number = incident.next_number("proposal")
    proposal = Proposal(
        order=incident.version,
        id=event.id,
        number=number,
        text=body.text,
        risk=body.risk,
        rollback=body.rollback,
        at=event.at,
        by=event.actor,
        until=_after(event.at, body.window_seconds),
        executor=body.executor,
    )
    numbers = incident.numbers.insert("proposal", number)
    return replace(incident, proposals=incident.proposals.insert(event.id, proposal), numbers=numbers)


def _change_proposal(incident: Incident, event: e.Event, body: ProposalChange) -> Incident:
    proposal = incident.proposals.get(body.proposal)
    if proposal is None or not proposal.open:
        return incident
    match body:
        case e.ObjectionRaised():
            objection = Objection(body.person, body.text, event.at)
            changed = replace(proposal, objections=(*proposal.objections, objection))
        case e.DecisionRuled():
            if body.ruling not in RULINGS:
                return incident
            changed = replace(
                proposal,
                ruling=body.ruling,
                reason=body.reason,
                executor=body.executor or proposal.executor,
                ruled_at=event.at,
                ruled_by=event.actor,
            )
        case _:
            assert_never(body)
    return replace(incident, proposals=incident.proposals.insert(proposal.id, changed))


def _offer(incident: Incident, event: e.Event, body: e.HandoffOffered) -> Incident:
    handoff = Handoff(
        order=incident.version,
        id=event.id,
        role=body.role,
        giver=incident.holder(body.role) or "",
        person=body.person,
        brief=body.brief,
        at=event.at,
        by=event.actor,
    )
    return replace(incident, handoffs=incident.handoffs.insert(event.id, handoff))


def _close_handoff(incident: Incident, event: e.Event, body: HandoffChange) -> Incident:
    handoff = incident.handoffs.get(body.handoff)
    if handoff is None or not handoff.open:
        return incident
    state = "accepted" if isinstance(body, e.HandoffAccepted) else "withdrawn"
    closed = replace(handoff, state=state, closed_at=event.at, closed_by=event.actor)
    changed = replace(incident, handoffs=incident.handoffs.insert(handoff.id, closed))
    return roles.take(changed, event, handoff.role, handoff.person) if state == "accepted" else changed


def _move_loop(incident: Incident, event: e.Event, segment: str) -> Incident:
    if segment not in LOOP:
        return incident
    before = incident.loop
    again = segment == LOOP[0] and before.segment != LOOP[0]
    return replace(incident, loop=Loop(segment, event.at, before.rounds + again))
