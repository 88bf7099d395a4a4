"""What hypothesis draws: bodies of every kind, meaningful, odd and hostile, and whole histories of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from msgspec.structs import replace

from incident_tui.domain import events as e
from incident_tui.domain.delivery import FORMS
from incident_tui.domain.encoding import BODIES, field_types
from incident_tui.domain.incident import (
    AUDIENCES,
    ENTRY_KINDS,
    FACTS,
    MILESTONES,
    PRIORITIES,
    ROLES,
    STATUSES,
    THEORY_STATES,
)
from incident_tui.domain.protocol import Phase, Protocol, Step
from incident_tui.domain.protocol_json import to_json as protocol_to_json
from incident_tui.domain.teamwork import LOOP, RULINGS
from tests.story import HERE, THERE, Story, declared

HOSTILE = (
    "[/x]",
    "[bold red]no[/]",
    "[@click=app.quit]here[/]",
    "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "\u202eevil\u2066",
    "a\tb\r\nc\n\nd",
    "| cell | <b>html</b> `code` [link](javascript:alert(1)) # -",
    "{{ 7*7 }} {% raw %} $name %s %(x)s {0}",
    "👩‍👩‍👧‍👦🇩🇪 e\u0301 ｗｉｄｅ ",
    "'; drop table events; -- \"",
    "\x00\x9b\x7f",
    " ",
    "x" * 300,
)
SMALL = Protocol(
    "small",
    "Small",
    (
        Phase("First", budget=timedelta(minutes=5), anchor="declared", steps=(Step("1.1", "Look"), Step("1.2", "Ask"))),
        Phase("Then", steps=(Step("2.1", "Fix", commands=("true",), steps=(Step("2.1.1", "Fix it well"),)),)),
        Phase("Last", budget=timedelta(hours=24), anchor="resolved", steps=(Step("3.1", "Watch"),)),
    ),
)

hostile = st.sampled_from(HOSTILE) | st.text(max_size=12)
words = st.sampled_from(("pool", "cache", "orders-db", "4.12", "", "no")) | hostile
moments = st.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(words, below, max_size=3),
    max_leaves=6,
)
junk_objects = st.dictionaries(words, junk, max_size=3)
junk_restores = st.dictionaries(st.sampled_from(FACTS) | words, junk | junk_objects, max_size=4)


def some(known: Sequence[str]) -> SearchStrategy[str]:
    """Mostly a known word, now and then any other."""
    return st.sampled_from((*known, *known, "junk", "")) | hostile


# A reference is drawn as the count of a fitting earlier event and becomes its id when the history is told.
references = st.integers(0, 4).map("#{}".format) | st.just("nowhere")
VALUES: dict[str, SearchStrategy[Any]] = {
    "asked": st.none() | moments.map(datetime.isoformat) | words,
    "audience": some(AUDIENCES),
    "box_seconds": st.sampled_from((0, 600, -5)) | st.integers(),
    "callout": st.sampled_from(("ten:1", "phase:0")) | hostile,
    "delivery": references,
    "detected": st.none() | moments.map(datetime.isoformat) | words,
    "drill": st.sampled_from(("", "", "", "nowhere")) | hostile,
    "due": st.sampled_from((None, "2026-12-05", "soon")),
    "entry": references,
    "event": references,
    "form": some(FORMS),
    "forked": st.none() | moments.map(datetime.isoformat) | words,
    "handoff": references,
    "item": references,
    "kind": some((*ENTRY_KINDS, "theory", "theory", "cause", "fix")),
    "level": st.integers(0, 4),
    "line": st.integers(0, 9),
    "mark": st.sampled_from(("", "👀", "✅", "?")),
    "message": references,
    "milestone": some(MILESTONES),
    "opened": st.none() | moments.map(datetime.isoformat) | words,
    "order": references,
    "phase": st.integers(-2, 4),
    "playbook": st.just(protocol_to_json(SMALL)) | junk_objects,
    "priority": some(PRIORITIES),
    "promise_seconds": st.sampled_from((None, 0, 600, -5)) | st.integers(),
    "promised": st.none() | moments.map(datetime.isoformat) | words,
    "proposal": references,
    "protocol": st.just(protocol_to_json(SMALL)) | junk_objects,
    "refutes": st.none() | references,
    "repeats": st.sampled_from(("", "", "")) | references,
    "restore": junk_restores,
    "role": some(ROLES[:3]),
    "ruling": some(RULINGS),
    "seconds": st.none() | st.sampled_from((0, 600, -5)) | st.integers(),
    "segment": some(LOOP),
    "service": some(("web", "orders-db")),
    "severity": st.integers(-1, 6),
    "since": st.none() | moments.map(datetime.isoformat) | words,
    "stance": some(("for", "against", "none")),
    "state": some(THEORY_STATES),
    "status": some(STATUSES),
    "subject": references | st.just(""),
    "step": some(("1.1", "1.2", "2.1", "2.1.1", "3.1")),
    "supports": st.none() | references,
    "theory": references,
    "until": st.none() | moments.map(datetime.isoformat) | words,
    "window_seconds": st.sampled_from((0, 15)) | st.integers(),
}
REFERENCES = (
    "delivery",
    "entry",
    "event",
    "handoff",
    "item",
    "message",
    "order",
    "proposal",
    "refutes",
    "repeats",
    "subject",
    "supports",
    "theory",
)
PLAIN: dict[object, SearchStrategy[Any]] = {
    str: words,
    int: st.integers(-10, 10_000),
    bool: st.booleans(),
    tuple[str, ...]: st.lists(words, max_size=2).map(tuple),
}


def bodies_of(kind: Any) -> SearchStrategy[e.Body]:
    """Bodies of one type."""
    drawn = {name: VALUES[name] if name in VALUES else PLAIN[hint] for name, hint in field_types(kind).items()}
    return st.fixed_dictionaries(drawn).map(lambda values: kind(**values))


unrecognised: SearchStrategy[e.Body] = st.tuples(words.filter(lambda word: word not in BODIES), junk_objects).map(
    lambda drawn: e.Unrecognised(*drawn)
)
bodies: SearchStrategy[e.Body] = st.one_of(
    *(bodies_of(kind) for kind in get_args(e.Body) if kind is not e.Unrecognised), unrecognised
)


@dataclass(frozen=True)
class Act:
    """One body to be told, by whom and when."""

    body: e.Body
    device: str
    actor: str
    after: timedelta
    earlier: timedelta


acts = st.builds(
    Act,
    bodies,
    st.sampled_from((HERE, HERE, THERE)),
    st.sampled_from(("mara", "jonas")),
    st.sampled_from((0, 1, 90)).map(lambda seconds: timedelta(seconds=seconds)),
    st.sampled_from((0, 0, 240)).map(lambda seconds: timedelta(seconds=seconds)),
)


def told(acts: Sequence[Act], story: Story) -> Story:
    """The story with the acts added."""
    for act in acts:
        at = story.now + act.after - act.earlier
        body = _resolved(act.body, story)
        story.say(body, at=at, actor=act.actor, after=act.after, device=act.device)
    return story


def opened() -> Story:
    story = Story()
    story.say(declared(protocol=SMALL), after=timedelta(0))
    return story


def stories(longest: int = 14) -> SearchStrategy[Story]:
    """Histories of one incident on two devices; all but few begin with its declaration."""
    return st.builds(
        lambda acts, bare: told(acts, Story() if bare else opened()),
        st.lists(acts, max_size=longest),
        st.sampled_from((False, False, False, True)),
    )


def _resolved(body: e.Body, story: Story) -> e.Body:
    values: dict[str, Any] = {
        name: _id_of(name, value, story)
        for name in body.__struct_fields__
        if name in REFERENCES and isinstance(value := getattr(body, name), str)
    }
    return replace(body, **values) if values else body


def _id_of(name: str, value: str, story: Story) -> str:
    if not value.startswith("#"):
        return value
    found = [event.id for event in story.events if _fits(name, event.body)]
    return found[int(value[1:]) % len(found)] if found else "nowhere"


def _fits(name: str, body: e.Body) -> bool:  # noqa: PLR0911 - one arm for each kind of reference
    match name:
        case "message":
            return isinstance(body, e.MessageDrafted)
        case "delivery":
            return isinstance(body, e.DeliveryQueued)
        case "subject":
            return isinstance(body, e.MessageDrafted | e.ActionItemAdded)
        case "item":
            return isinstance(body, e.ActionItemAdded)
        case "order":
            return isinstance(body, e.OrderGiven)
        case "proposal":
            return isinstance(body, e.DecisionProposed)
        case "handoff":
            return isinstance(body, e.HandoffOffered)
        case "theory" | "supports" | "refutes":
            return isinstance(body, e.EntryLogged) and body.kind == "theory"
        case _:
            return True
