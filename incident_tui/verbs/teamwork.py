"""Commands of people working together: orders, proposals, escalation, the loop, callouts."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from incident_tui.domain.decide import Decision, Intent, Refused, callouts, decisions, escalation, loop, orders
from incident_tui.domain.incident import Incident
from incident_tui.domain.text import clean_line
from incident_tui.verbs.phrases import boxed, word
from incident_tui.verbs.readers import Context, Reader, first, whole
from incident_tui.verbs.verb import Verb

_OPTION: Final = re.compile(r'(?<!\S)(?P<name>by|window):(?:"(?P<quoted>[^"\n]*)"|(?P<plain>\S+))(?!\S)', re.IGNORECASE)
_QUOTED: Final = re.compile(r'(?<!\S)"(by|window|risk|rollback):\s*([^"\n]*)"(?!\S)', re.IGNORECASE)
_PART: Final = re.compile(r"(?<!\S)(risk|rollback):\s*", re.IGNORECASE)


def _order(text: str, _context: Context) -> Intent | Refused:
    person, rest = word(text)
    name, task = word(rest)
    box = boxed(name)
    if isinstance(box, Refused):
        return box
    return lambda incident: orders.give(incident, person, box, task)


def _extend(text: str, context: Context) -> Intent | Refused:
    order, rest = word(text)
    name, reason = word(rest)
    box = boxed(name)
    if isinstance(box, Refused):
        return box
    return lambda incident: orders.extend(incident, order, box, context.now, reason)


def _propose(text: str, _context: Context) -> Intent | Refused:
    options, rest = _options(_QUOTED.sub(r'\1:"\2"', text))
    window: timedelta | Refused = decisions.WINDOW
    if name := options.get("window"):
        window = boxed(name)
    if isinstance(window, Refused):
        return window
    said, *more = _PART.split(rest)
    parts = {name.casefold(): _unquoted(part) for name, part in zip(more[::2], more[1::2], strict=True)}
    return lambda incident: decisions.propose(
        incident, _unquoted(said), parts.get("risk", ""), parts.get("rollback", ""), window, options.get("by", "")
    )


def _object(text: str, _context: Context) -> Intent:
    proposal, rest = word(text)
    person, objection = word(rest)
    return lambda incident: decisions.object_to(incident, proposal, person, objection)


def _proceed(text: str, context: Context) -> Intent:
    options, rest = _options(_QUOTED.sub(r'\1:"\2"', text))
    proposal, reason = word(rest)
    return _ruled(proposal, "proceed", context.now, reason, options.get("by", ""))


def _ruling(ruling: str) -> Reader:
    def reader(text: str, context: Context) -> Intent:
        proposal, reason = word(text)
        return _ruled(proposal, ruling, context.now, reason)

    return reader


def _ruled(proposal: str, ruling: str, now: datetime, reason: str, executor: str = "") -> Intent:
    def intent(incident: Incident) -> Decision:
        return decisions.rule(incident, proposal, ruling, now, executor, reason)

    return intent


def _escalate(text: str, _context: Context) -> Intent | Refused:
    name, rest = word(text)
    level = name.casefold().removeprefix("level").removeprefix("l")
    if not re.fullmatch(r"[0-9]{1,3}", level, re.ASCII):
        return Refused(f"“{clean_line(name)[:40]}” is no escalation level", "for example: /escalate 2 Noor")
    person, reason = word(rest)
    return lambda incident: escalation.escalate(incident, int(level), person, reason)


def _snooze(text: str, context: Context) -> Intent | Refused:
    callout, name = word(text)
    box = boxed(name)
    if isinstance(box, Refused):
        return box
    return lambda incident: callouts.snooze(incident, callout, context.now + box, context.now)


def _options(text: str) -> tuple[dict[str, str], str]:
    """The values of `by:` and `window:`, and the text without them."""
    options = {found["name"].casefold(): found["quoted"] or found["plain"] or "" for found in _OPTION.finditer(text)}
    return options, _OPTION.sub("", text)


def _unquoted(text: str) -> str:
    """A text without the quotes around the whole of it, as the command line gives several words."""
    plain = text.strip()
    return plain[1:-1] if re.fullmatch(r'"[^"]*"', plain) else plain


TABLE: Final[tuple[Verb, ...]] = (
    Verb(
        "order",
        "order PERSON BOX TEXT",
        "give a task to a person, with a time box",
        "order Lee 10m count idle connections",
        _order,
    ),
    Verb(
        "understood", "understood O1", "the person has said the order back", "understood O1", whole(orders.understood)
    ),
    Verb("extend", "extend O1 BOX [REASON]", "more time for an order", "extend O1 5m two replicas are slow", _extend),
    Verb("result", "result O1 TEXT", "an order is done, with this result", "result O1 61 idle", first(orders.finish)),
    Verb("cancel", "cancel O1 [REASON]", "an order is off", "cancel O1 would not help", first(orders.cancel)),
    Verb(
        "propose",
        "propose TEXT [risk: …] [rollback: …] [by:NAME] [window:30s]",
        "ask for strong objections before it is done",
        "propose roll back to 4.11 risk: 3 min of errors rollback: deploy 4.12 again by:Lee",
        _propose,
    ),
    Verb("object", "object D1 PERSON TEXT", "somebody objects to a proposal", "object D1 Kim the export runs", _object),
    Verb(
        "proceed",
        "proceed D1 [by:NAME] [REASON]",
        "a proposal is carried out",
        "proceed D1 by:Lee the export can be repeated",
        _proceed,
    ),
    Verb("reject", "reject D1 REASON", "a proposal is not carried out", "reject D1 too risky", _ruling("rejected")),
    Verb("withdraw", "withdraw D1 [REASON]", "a proposal is taken back", "withdraw D1", _ruling("withdrawn")),
    Verb("escalate", "escalate LEVEL PERSON [REASON]", "call somebody in", "escalate 2 Noor no order works", _escalate),
    Verb("loop", "loop [SEGMENT]", "go on: size-up, stabilize, update, verify", "loop stabilize", whole(loop.move)),
    Verb("seen", "seen CALLOUT", "a callout was seen", "seen ten:1", whole(callouts.answer)),
    Verb("snooze", "snooze CALLOUT BOX", "a callout comes again later", "snooze ten:1 5m", _snooze),
)
