"""Rules of the two-key handoff: the outgoing signs a brief, the incoming restates what matters, then the role moves."""

from __future__ import annotations

import re
from collections.abc import Iterable

from incident_tui.domain.decide import TEXT_LIMIT, Decision, Refused, person_of, quoted, remark, said
from incident_tui.domain.decide.command import role_of, severity_of
from incident_tui.domain.events import HandoffAccepted, HandoffOffered, HandoffWithdrawn
from incident_tui.domain.incident import COMMANDER, Incident, ordered
from incident_tui.domain.roles import standing
from incident_tui.domain.teamwork import Handoff, Order
from incident_tui.domain.text import clean

REPLACED = "offered anew"
CUT = "\n\n… the rest is in the record.\n"
NO_ORDERS = frozenset({"none", "no", "nothing", "-", "–", "and"})
LABEL = re.compile(r"[Oo]?([0-9]{1,6})")
SEPARATORS = re.compile(r"[\s,;+&]+")


def offer(incident: Incident, role_word: str, person_word: str, brief: str) -> Decision:
    """Sign the brief and offer a held role; it moves only when accepted. An earlier offer of the role is withdrawn."""
    role, named = role_of(role_word or COMMANDER), said(person_word, "the person's name", 80)
    if isinstance(role, Refused):
        return role
    if isinstance(named, Refused):
        return named
    person, holder = person_of(named), incident.holder(role)
    if holder is None:
        return Refused(f"nobody is {role}, so nobody can hand it over", f"take it with /role {role} @{person}")
    if _same(person, holder):
        return Refused(f"{holder} is {role} already", "offer it to somebody else")
    earlier = [item for item in ordered(incident.handoffs) if item.open and item.role == role]
    withdrawn = (HandoffWithdrawn(item.id, REPLACED, about(item)) for item in earlier)
    return (*withdrawn, HandoffOffered(role, person, _within_limit(brief)))


def accept(incident: Incident, handoff: str, severity_word: str, orders: Iterable[str], name: str = "") -> Decision:
    """Move the role to the person it was offered to, who has restated the severity and every open order.

    `handoff` is its id, `orders` are labels (O1, o1 or 1), `name` that of the person where it is asked for. What does
    not match is said, what would match is not.
    """
    found = _open(incident, handoff)
    if isinstance(found, Refused):
        return found
    if name.strip() and not _same(person_of(remark(name)), found.person):
        return Refused(f"the {found.role} was offered to {found.person}, not to {quoted(remark(name))}")
    if not standing(incident, found):
        return Refused(f"{found.giver} is no longer {found.role}", "the brief is out of date; have it offered anew")
    if not severity_word.strip():
        return Refused("the severity is not restated", "it stands in the brief")
    severity = severity_of(severity_word)
    if isinstance(severity, Refused):
        return severity
    said_orders = labels(orders)
    wrong = [] if severity == incident.severity else [f"the severity is not SEV{severity}"]
    wrong += _about_orders(open_orders(incident), said_orders)
    if wrong:
        return Refused("; ".join(wrong), "read the brief again, then restate it")
    return (HandoffAccepted(found.id, severity, tuple(order.label for order in open_orders(incident)), about(found)),)


def withdraw(incident: Incident, handoff: str, reason: str = "") -> Decision:
    """Keep the role; the offer is no longer there to accept."""
    found = _open(incident, handoff)
    return found if isinstance(found, Refused) else (HandoffWithdrawn(found.id, remark(reason), about(found)),)


def handoff_meant(incident: Incident, role_word: str = "", person: str = "") -> Handoff | Refused:
    """The open handoff of a role; with no role the only one, or the only one to `person`."""
    found = [item for item in ordered(incident.handoffs) if item.open]
    if role_word.strip():
        role = role_of(role_word)
        if isinstance(role, Refused):
            return role
        found = [item for item in found if item.role == role]
    own = [item for item in found if _same(item.person, person)]
    if len(own) == 1 or len(found) == 1:
        return (own if len(own) == 1 else found)[0]
    if not found:
        return Refused("no handoff is offered", "the holder of a role offers it")
    roles = ", ".join(sorted(item.role for item in found))
    return Refused(f"{len(found)} handoffs are offered", f"name the role, too: {roles}")


def open_orders(incident: Incident) -> list[Order]:
    return [order for order in ordered(incident.orders) if order.open]


def labels(words: Iterable[str]) -> list[str]:
    """The labels that people write as `O1 O3`, `o1, o3`, `1 and 3` or `none`; what is no label stays as it is."""
    parts = [part for word in words for part in SEPARATORS.split(word) if part]
    kept = [part for part in parts if part.casefold() not in NO_ORDERS]
    return list(dict.fromkeys(f"O{int(found[1])}" if (found := LABEL.fullmatch(part)) else part for part in kept))


def about(handoff: Handoff) -> str:
    return f"{handoff.giver} → {handoff.person}"


def _about_orders(open_now: list[Order], said_labels: list[str]) -> list[str]:
    """What does not match: how many of the open orders were named, and what was named but is not open."""
    known = {order.label for order in open_now}
    named, others = [label for label in said_labels if label in known], [x for x in said_labels if x not in known]
    wrong = [f"{len(named)} of {len(known)} open orders restated"] if len(named) < len(known) else []
    if others:
        wrong.append(f"{', '.join(quoted(label) for label in others[:5])}: no open order")
    return wrong


def _open(incident: Incident, identifier: str) -> Handoff | Refused:
    found = incident.handoffs.get(identifier)
    if found is None:
        return Refused("no handoff is offered", "the holder of a role offers it")
    if not found.open:
        return Refused(f"the handoff {about(found)} is {found.state} already")
    return found


def _same(name: str, other: str) -> bool:
    return person_of(name).casefold() == other.casefold()


def _within_limit(brief: str) -> str:
    """The brief, of a very large incident its beginning: an event has a limit, and nobody may be kept from leaving."""
    text = clean(brief).strip("\n")
    return text if len(text) <= TEXT_LIMIT else text[: TEXT_LIMIT - len(CUT)].rpartition("\n")[0].rstrip() + CUT
