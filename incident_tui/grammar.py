"""What a line typed into the composer becomes: its first characters choose the kind."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.domain.decide import Intent, Refused, log, messages, one_of, orders
from incident_tui.domain.incident import AUDIENCES, Incident
from incident_tui.domain.text import clean, first_line
from incident_tui.protocols.filling import left_open
from incident_tui.times import show
from incident_tui.verbs.phrases import back_dated, boxed, phrased, promised, word

if TYPE_CHECKING:
    from incident_tui.verbs.verb import Verb

GLYPHS: Final = {
    "finding": "●",
    "theory": "?",
    "run": "$",
    "decision": "◆",
    "action": "▶",
    "evidence": "+",
    "message": "@",
    "order": "→",
    "verb": "/",
}
SIGNS: Final = {"?": "theory", "!": "run", ">": "decision", "*": "action", "+": "evidence", "@": "message", "/": "verb"}

_EMPTY: Final = "nothing is written yet"
# “+5 % errors” and “>100 req/s” are findings: a sign that belongs to a number stays with it.
_NUMBER: Final = re.compile(r"[>*+][0-9.]")
_WEIGHED: Final = re.compile(r"\+[Hh][0-9]{1,6}\s*")  # in front of a paste; a line of its own is a text
_STEP: Final = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,3})+)[ \t]+(?=\S)")
# “o no, it is down” is a finding: only a name and a time with its unit after it make an order.
_ORDER: Final = re.compile(
    r'o[ \t]+(?:"(?P<quoted>[^"\n]+)"|(?P<plain>\S+))[ \t]+(?P<box>[0-9]{1,6}[dhms](?:[0-9]{1,6}[hms]){0,3})(?=\s|$)',
    re.IGNORECASE,
)
# A single o, o with one word, and o with a word and something like a time are orders that are not whole yet.
_UNFINISHED: Final = re.compile(
    r'o(?=[ \t]*$)|o[ \t]+(?:"(?P<quoted>[^"\n]+)"|(?P<plain>[^\s,;.!?]+))(?:[ \t]*$|[ \t]+[0-9]+[a-z]+(?=\s|$))',
    re.IGNORECASE,
)
_ORDER_USAGE: Final = "an order is o PERSON TIME TEXT, as in o lee 10m count idle connections"


class Typed(Struct, frozen=True):
    """A line as it will be kept.

    `kind` is a kind of log entry, `message`, `order`, `run` (a command of the machine, in `text`) or `verb` (a command
    of ours, in `text` with its slash). `at` is None for now. `problem` says why it cannot be recorded as it stands.
    """

    kind: str
    glyph: str = ""
    hint: str = ""
    text: str = ""
    tags: tuple[str, ...] = ()
    at: datetime | None = None
    audience: str = ""
    supports: str = ""
    refutes: str = ""
    promise: timedelta | None = None
    person: str = ""
    box: timedelta | None = None
    step: str = ""
    problem: str | None = None

    @property
    def shown(self) -> str:
        """What to show while it is typed; that nothing is written yet needs no words."""
        return self.problem if self.problem and self.text.strip() else self.hint


def read(line: str, now: datetime, zone: ZoneInfo, incident: Incident) -> Typed:
    """What `line` becomes. Lines after the first are a pasted block, which makes it evidence by default."""
    line = clean(line)
    at, rest = back_dated(line.lstrip(" \t"), now, zone)
    typed = _kind(rest.lstrip(" \t"))
    if isinstance(at, Refused):
        return _finished(replace(typed, problem=str(at)), now, zone, incident)
    return _finished(replace(typed, at=at), now, zone, incident)


def intent(typed: Typed) -> Intent | Refused:
    """How to record an entry or draft a message; commands are not recorded but carried out."""
    if typed.kind in ("run", "verb"):
        return Refused("a command is carried out, not logged")
    if typed.problem:
        return Refused(typed.problem)
    if typed.kind == "message":
        return lambda incident: messages.draft(incident, typed.audience, typed.text, promise=typed.promise)
    if typed.kind == "order":
        return lambda incident: orders.give(incident, typed.person, typed.box, typed.text)
    return lambda incident: log.log_entry(incident, typed.kind, typed.text, typed.tags, typed.supports, typed.refutes)


def _kind(rest: str) -> Typed:
    head, newline, _ = rest.partition("\n")
    if head.startswith("\\"):
        return Typed("finding", text=rest[1:])
    if found := _ORDER.match(head):
        return _order(found, rest)
    if found := _UNFINISHED.match(head):
        person = found["quoted"] or found["plain"] or ""
        return Typed("order", text=rest[found.end() :].strip() or head, person=person, problem=_ORDER_USAGE)
    kind = SIGNS.get(head[:1], "")
    if newline and _WEIGHED.fullmatch(head):
        return _entry("evidence", rest)
    if not kind or _NUMBER.match(head):
        return _entry("evidence" if newline else "finding", rest)
    if kind == "verb":
        return Typed(kind, text=rest)
    if kind == "run":
        return _command(head[1:].strip(), "a command to run is one line" if newline else None)
    return _message(rest[1:]) if kind == "message" else _entry(kind, rest[1:].lstrip(" \t"))


def _command(text: str, problem: str | None) -> Typed:
    """A command of the machine; a number such as 2.3 in front of it names the step that it is run for."""
    numbered = _STEP.match(text)
    if numbered is None:
        return Typed("run", text=text, problem=problem)
    return Typed("run", text=text[numbered.end() :], step=numbered[1], problem=problem)


def _entry(kind: str, text: str) -> Typed:
    entry = phrased(text)
    if isinstance(entry, Refused):
        return Typed(kind, text=text, problem=str(entry))
    return Typed(kind, text=entry.text, tags=entry.tags, supports=entry.supports, refutes=entry.refutes)


def _order(found: re.Match[str], rest: str) -> Typed:
    text, person, box = rest[found.end() :].strip(), found["quoted"] or found["plain"], boxed(found["box"])
    if isinstance(box, Refused):
        return Typed("order", text=text, person=person, problem=str(box))
    return Typed("order", text=text, person=person, box=box)


def _message(text: str) -> Typed:
    name, rest = word(text) if text[:1].strip() else ("", text)
    audience = one_of(name, AUDIENCES, "audience")
    if isinstance(audience, Refused):
        return Typed(
            "message",
            text=rest or name,
            problem=f"{audience.reason}: {', '.join(AUDIENCES)}; \\ in front logs it as it is",
        )
    promise, said = promised(rest)
    if isinstance(promise, Refused):
        return Typed("message", text=said, audience=audience, problem=str(promise))
    return Typed("message", text=said, audience=audience, promise=promise)


def _finished(typed: Typed, now: datetime, zone: ZoneInfo, incident: Incident) -> Typed:
    """With its glyph, its hint, and what the rules say against it as things stand."""
    typed = replace(typed, glyph=GLYPHS[typed.kind], hint=_hint(typed, now, zone))
    return typed if typed.problem else replace(typed, problem=_problem(typed, incident))


def _problem(typed: Typed, incident: Incident) -> str | None:
    if typed.kind == "verb":
        verb = _verb(typed.text)
        return str(verb) if isinstance(verb, Refused) else None
    if not typed.text.strip():
        return _EMPTY
    if typed.kind == "run":
        if typed.step and incident.protocol.step(typed.step) is None:
            return f"there is no step {typed.step} to run this for"
        if asked := left_open(typed.text):
            return f"{asked} is still to be filled in"
        return "a command runs now, not earlier" if typed.at else None
    meant = intent(typed)
    decision = meant if isinstance(meant, Refused) else meant(incident)
    return str(decision) if isinstance(decision, Refused) else None


def _hint(typed: Typed, now: datetime, zone: ZoneInfo) -> str:
    if typed.kind == "run":
        kept = f"output is kept with {typed.step}" if typed.step else "output is kept"
        return f"runs: {first_line(typed.text, 60)}, {kept}" if typed.text else "runs a command, output is kept"
    when = f" at {show(typed.at, zone, now).removesuffix(':00')} ({_ago(now - typed.at)})" if typed.at else ""
    if typed.kind == "verb":
        return _verb_hint(typed.text) + when
    if typed.kind == "message":
        to = f" to {typed.audience}" if typed.audience else ""
        promise = f", next update in {_span(typed.promise)}" if typed.promise else ""
        return f"message{to}{when}{promise}, as a draft"
    if typed.kind == "order":
        box = f", {_span(typed.box)}" if typed.box else ""
        return f"order to {first_line(typed.person.removeprefix('@'), 40)}{box}{when}"
    tags = f"tags {', '.join(typed.tags)}" if len(typed.tags) > 1 else "".join(f"tag {tag}" for tag in typed.tags)
    supports = f"for {typed.supports}" if typed.supports else ""
    refutes = f"against {typed.refutes}" if typed.refutes else ""
    lines = typed.text.strip("\n").count("\n") + 1
    block = f"{lines} lines" if lines > 1 else ""
    return " · ".join(part for part in (typed.kind + when, block, tags, supports, refutes) if part)


def _verb(text: str) -> Verb | Refused:
    """The verb of a line. Most lines have none, and can do without all that verbs do."""
    from incident_tui.verbs.table import verb_meant

    return verb_meant(word(text[1:])[0])


def _verb_hint(text: str) -> str:
    verb = _verb(text)
    return "a command" if isinstance(verb, Refused) else f"/{verb.usage} — {verb.summary}"


def _ago(passed: timedelta) -> str:
    return f"{_span(passed)} ago" if passed >= timedelta(minutes=1) else "just now"


def _span(duration: timedelta) -> str:
    """A duration in its two largest units: `20 min`, `1 h 30 min`, `2 d 4 h`."""
    total = int(duration.total_seconds())
    parts = ((total // 86400, "d"), (total // 3600 % 24, "h"), (total // 60 % 60, "min"), (total % 60, "s"))
    first = next((index for index, (amount, _) in enumerate(parts) if amount), 3)
    return " ".join(f"{amount} {unit}" for amount, unit in parts[first : first + 2] if amount)
