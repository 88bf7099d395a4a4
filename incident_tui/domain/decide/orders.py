"""Rules of orders: a task for one named person with a time box, said back, closed with its result."""

from __future__ import annotations

from datetime import datetime, timedelta

from incident_tui.domain.coordination import LONGEST_BOX_SECONDS
from incident_tui.domain.decide import Decision, Refused, person_of, quoted, remark, said
from incident_tui.domain.events import OrderCancelled, OrderDone, OrderExtended, OrderGiven, OrderUnderstood
from incident_tui.domain.incident import Incident, ordered
from incident_tui.domain.teamwork import Order

NOBODY = frozenset({"anybody", "anyone", "everybody", "everyone", "nobody", "somebody", "someone", "who"})
"""What people say in place of a name. Source: PagerDuty incident response, never “can someone”."""
RESULT_LIMIT = 2000
LONGEST_BOX = timedelta(seconds=LONGEST_BOX_SECONDS)


def give(incident: Incident, person_word: str, box: timedelta | None, text_word: str) -> Decision:
    """A task for a person, due when `box` is over. A commander commands and takes no orders."""
    person = person_of(remark(person_word))
    if not person or person == "@" or person.casefold() in NOBODY:
        return Refused("an order is for one named person", "name who does it")
    if isinstance(named := said(person, "the person's name", 80), Refused):
        return named
    seconds = _seconds(box)
    if isinstance(seconds, Refused):
        return seconds
    text = said(text_word, "the order")
    if isinstance(text, Refused):
        return text
    if person.casefold() == (incident.commander or "").casefold():
        return Refused(f"{person} is in command", "give it to somebody else, or hand over command first")
    return (OrderGiven(person, text, seconds),)


def understood(incident: Incident, word: str) -> Decision:
    """The person has said the order back."""
    order = open_order(incident, word)
    if isinstance(order, Refused):
        return order
    if order.state == "understood":
        return Refused(f"{order.label} is understood already")
    return (OrderUnderstood(order.id, _about(order)),)


def extend(incident: Incident, word: str, box: timedelta | None, now: datetime, reason: str = "") -> Decision:
    """More time: `box` is added to what is left of the time of the order; where that is over, it begins at `now`."""
    order, more = open_order(incident, word), _seconds(box)
    if isinstance(order, Refused):
        return order
    if isinstance(more, Refused):
        return more
    left = max(timedelta(), order.due - now)
    seconds = _seconds(left + timedelta(seconds=more))
    if isinstance(seconds, Refused):
        return seconds
    return (OrderExtended(order.id, seconds, remark(reason), _about(order)),)


def finish(incident: Incident, word: str, result_word: str) -> Decision:
    """Done, with what came of it."""
    order = open_order(incident, word)
    if isinstance(order, Refused):
        return order
    if not result_word.strip():
        return Refused(f"closing {order.label} asks for its result", "say what came of it")
    result = said(result_word, "the result", RESULT_LIMIT)
    return result if isinstance(result, Refused) else (OrderDone(order.id, result, _about(order)),)


def cancel(incident: Incident, word: str, reason: str = "") -> Decision:
    order = open_order(incident, word)
    if isinstance(order, Refused):
        return order
    return (OrderCancelled(order.id, remark(reason), _about(order)),)


def order_meant(incident: Incident, word: str) -> Order | Refused:
    """The order with this label (O3), number or id, or the only one whose person or text holds `word`.

    Where several do, it is the only open one of them.
    """
    wanted = " ".join(word.split()).casefold().removeprefix("@")
    orders = ordered(incident.orders)
    named = [order for order in orders if wanted in (order.label.casefold(), str(order.number), order.id)]
    if named:
        return named[0]
    found = [order for order in orders if wanted and wanted in f"{order.person} {order.text}".casefold()]
    still_open = [order for order in found if order.open]
    found = found if len(found) == 1 else still_open or found
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(_about(order) for order in found[:4])
        return Refused(f"{len(found)} orders match", f"be more exact: {names}{' …' if len(found) > 4 else ''}")
    known = ", ".join(order.label for order in orders) or "none yet"
    return Refused(f"no order {quoted(word)}", f"known are: {known}")


def open_order(incident: Incident, word: str) -> Order | Refused:
    """The order that is meant, unless it is done or cancelled."""
    order = order_meant(incident, word)
    if isinstance(order, Refused) or order.open:
        return order
    return Refused(f"{order.label} is {order.state} already", "give another order")


def _seconds(box: timedelta | None) -> int | Refused:
    if box is None:
        return Refused("an order has a time box", "say how long it may take, for example 10m")
    if box < timedelta(seconds=1):
        return Refused("a time box is longer than nothing", "for example 10m")
    if box > LONGEST_BOX:
        return Refused(f"a time box is at most {LONGEST_BOX.days} days", "make it an action item")
    return round(box.total_seconds())


def _about(order: Order) -> str:
    return f"{order.label} {order.person}"
