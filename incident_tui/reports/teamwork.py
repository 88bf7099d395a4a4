"""What people asked of each other: orders, decisions with their objections, escalations, handoffs, the loop, callouts.

It is told from all events, so that what was taken back, or came when all was settled, is there too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.domain import coordination
from incident_tui.domain import events as e
from incident_tui.domain.incident import Incident
from incident_tui.domain.lines import duration_words
from incident_tui.domain.teamwork import LOOP, RULINGS, Escalation, Handoff, Order, Proposal
from incident_tui.reports.measures import ended_at

CLOSING = (e.OrderDone, e.OrderCancelled, e.DecisionRuled, e.HandoffAccepted, e.HandoffWithdrawn)


class Move(Struct, frozen=True):
    """One thing done about an order, a proposal or a handoff: `what` it was, and the words that came with it.

    `about` names its subject where the record does not hold that. `idle` when it came after the end and changed
    nothing.
    """

    what: str
    text: str
    at: datetime
    by: str
    undone: bool
    about: str = ""
    idle: bool = False

    @property
    def stands(self) -> bool:
        return not self.undone and not self.idle


class OrderView(Struct, frozen=True):
    """An order; `box` is the time that it was given with, `more` holds what the other columns do not say."""

    order: Order
    box: timedelta
    understood: Move | None
    closed: Move | None
    late_by: timedelta | None
    more: tuple[Move, ...]
    undone: bool


class ProposalView(Struct, frozen=True):
    """A decision in the ledger, with its objections and rulings; `executor` is who was proposed for it."""

    proposal: Proposal
    window: timedelta
    executor: str
    moves: tuple[Move, ...]
    undone: bool


class HandoffView(Struct, frozen=True):
    handoff: Handoff
    moves: tuple[Move, ...]
    undone: bool


class EscalationView(Struct, frozen=True):
    escalation: Escalation
    undone: bool


class Teamwork(Struct, frozen=True):
    """All of it; the strays are about orders, proposals and handoffs that the record does not hold.

    `rounds` counts how often the commander's loop came round, `answered` the callouts that were seen, `put_off` those
    of them that were to come again.
    """

    orders: tuple[OrderView, ...]
    order_strays: tuple[Move, ...]
    proposals: tuple[ProposalView, ...]
    proposal_strays: tuple[Move, ...]
    handoffs: tuple[HandoffView, ...]
    handoff_strays: tuple[Move, ...]
    escalations: tuple[EscalationView, ...]
    loop: tuple[Move, ...]
    rounds: int
    answered: int
    put_off: int

    @property
    def late(self) -> int:
        """How many orders were not done in time."""
        return sum(view.late_by is not None for view in self.orders)


def teamwork_of(
    incident: Incident, history: Sequence[e.Event], undone: Mapping[str, e.Event], now: datetime
) -> Teamwork:
    """Everything between people in `history`, all events in the order of their ids."""
    moves = _moves(history, undone)
    given = [event for event in history if isinstance(event.body, e.OrderGiven)]
    proposed = [event for event in history if isinstance(event.body, e.DecisionProposed)]
    offered = [event for event in history if isinstance(event.body, e.HandoffOffered)]
    answers = [event.body for event in history if isinstance(event.body, e.CalloutAnswered) and event.id not in undone]
    return Teamwork(
        orders=tuple(_orders(incident, given, undone, moves, now)),
        order_strays=_strays(moves, given, e.OrderUnderstood, e.OrderExtended, e.OrderDone, e.OrderCancelled),
        proposals=tuple(_proposals(incident, proposed, undone, moves)),
        proposal_strays=_strays(moves, proposed, e.ObjectionRaised, e.DecisionRuled),
        handoffs=tuple(_handoffs(incident, offered, undone, moves)),
        handoff_strays=_strays(moves, offered, e.HandoffAccepted, e.HandoffWithdrawn),
        escalations=tuple(_escalations(incident, history, undone)),
        loop=tuple(_loop(history, undone)),
        rounds=incident.loop.rounds,
        answered=len(answers),
        put_off=sum(answer.until is not None for answer in answers),
    )


Told = tuple[type, Move]
Moves = Mapping[str, Sequence[Told]]


def _moves(history: Iterable[e.Event], undone: Mapping[str, e.Event]) -> Moves:
    """What was done about each subject, by its id, with the type of the event."""
    found: dict[str, list[Told]] = {}
    for event in history:
        described = _described(event.body)
        if described is None:
            continue
        subject, what, text, about = described
        told = found.setdefault(subject, [])
        taken_back = event.id in undone
        over = any(issubclass(kind, CLOSING) and move.stands for kind, move in told)
        odd = isinstance(event.body, e.DecisionRuled) and event.body.ruling not in RULINGS
        idle = not taken_back and (over or odd)
        told.append((type(event.body), Move(what, text, event.at, event.actor, taken_back, about, idle)))
    return found


def _described(body: e.Body) -> tuple[str, str, str, str] | None:  # noqa: PLR0911 - one arm for each kind of event
    """Subject, what was done, words, and what it is about."""
    match body:
        case e.OrderUnderstood():
            return body.order, "understood", "", body.about
        case e.OrderExtended():
            return body.order, f"extended, {duration_words(body.box_seconds)} from then", body.reason, body.about
        case e.OrderDone():
            return body.order, "done", body.result, body.about
        case e.OrderCancelled():
            return body.order, "cancelled", body.reason, body.about
        case e.ObjectionRaised():
            return body.proposal, f"{body.person} objects", body.text, body.about
        case e.DecisionRuled():
            executor = f", {body.executor} carries it out" if body.executor else ""
            return body.proposal, f"ruled {body.ruling}{executor}", body.reason, body.about
        case e.HandoffAccepted():
            orders = f"open orders {', '.join(body.orders)}" if body.orders else "no open orders"
            return body.handoff, "accepted", f"restated SEV{body.severity}, {orders}", body.about
        case e.HandoffWithdrawn():
            return body.handoff, "withdrawn", body.reason, body.about
        case _:
            return None


def _strays(moves: Moves, begun: Iterable[e.Event], *kinds: type) -> tuple[Move, ...]:
    known = {event.id for event in begun}
    return tuple(
        move for subject, told in moves.items() if subject not in known for kind, move in told if kind in kinds
    )


def _of(moves: Moves, subject: str) -> tuple[Move, ...]:
    return tuple(move for _, move in moves.get(subject, ()))


def _first(moves: Moves, subject: str, *kinds: type) -> Move | None:
    """The first of these kinds that stands."""
    return next((move for kind, move in moves.get(subject, ()) if kind in kinds and move.stands), None)


def _orders(
    incident: Incident, given: Iterable[e.Event], undone: Mapping[str, e.Event], moves: Moves, now: datetime
) -> Iterator[OrderView]:
    end = ended_at(incident, now)
    for number, event in enumerate(given, start=1):
        first = _alone(event).orders[event.id]
        order = incident.orders.get(event.id) or replace(first, number=number)
        understood = _first(moves, event.id, e.OrderUnderstood)
        closed = _first(moves, event.id, e.OrderDone, e.OrderCancelled)
        more = tuple(move for move in _of(moves, event.id) if move is not understood and move is not closed)
        taken_back = event.id in undone
        late = order.late(end) and not taken_back
        late_by = (order.closed_at or end) - order.due if late else None
        yield OrderView(order, first.box, understood, closed, late_by, more, taken_back)


def _proposals(
    incident: Incident, proposed: Iterable[e.Event], undone: Mapping[str, e.Event], moves: Moves
) -> Iterator[ProposalView]:
    for number, event in enumerate(proposed, start=1):
        first = _alone(event).proposals[event.id]
        proposal = incident.proposals.get(event.id) or replace(first, number=number)
        window, told = first.until - first.at, _of(moves, event.id)
        yield ProposalView(proposal, window, first.executor, told, event.id in undone)


def _handoffs(
    incident: Incident, offered: Iterable[e.Event], undone: Mapping[str, e.Event], moves: Moves
) -> Iterator[HandoffView]:
    for event in offered:
        handoff = incident.handoffs.get(event.id) or _alone(event).handoffs[event.id]
        yield HandoffView(handoff, _of(moves, event.id), event.id in undone)


def _escalations(
    incident: Incident, history: Iterable[e.Event], undone: Mapping[str, e.Event]
) -> Iterator[EscalationView]:
    for event in history:
        if isinstance(event.body, e.Escalated):
            made = incident.escalations.get(event.id) or _alone(event).escalations[event.id]
            yield EscalationView(made, event.id in undone)


def _loop(history: Iterable[e.Event], undone: Mapping[str, e.Event]) -> Iterator[Move]:
    for event in history:
        if isinstance(event.body, e.LoopMoved):
            segment = event.body.segment
            idle = segment not in LOOP
            yield Move(segment, "", event.at, event.actor, event.id in undone, idle=idle)


def _alone(event: e.Event) -> Incident:
    """What the event makes where nothing was before: the thing as it began, also when it was taken back since."""
    assert isinstance(event.body, coordination.Teamwork)
    return coordination.evolve(Incident(event.incident), event, event.body)
