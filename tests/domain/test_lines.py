"""Lines of the log: which events have one, in which words, and what a search finds them by."""

from __future__ import annotations

from typing import Any, get_args, get_origin

import pytest
from hypothesis import given

from incident_tui.domain import events as e
from incident_tui.domain.encoding import BODIES, field_types
from incident_tui.domain.lines import LINE_KINDS, LogLine, line_of, searchable, size_words
from tests.story import checkout_outage
from tests.strategies import bodies

# They change something that has a line already, or are shown in another place.
WITHOUT_LINE = {
    e.ActionItemChanged,
    e.ActionItemDone,
    e.ActionItemReopened,
    e.CalloutAnswered,
    e.DeliveryBegun,
    e.DeliveryDelayed,
    e.DeliveryDone,
    e.DeliveryDropped,
    e.DeliveryFailed,
    e.DeliveryQueued,
    e.DeliveryRetried,
    e.DeliveryUnclear,
    e.EntryAmended,
    e.EntryStarred,
    e.EntryStruck,
    e.EvidenceWeighed,
    e.LoopMoved,
    e.MessageApproved,
    e.MessageDiscarded,
    e.MessageEdited,
    e.MessageSent,
    e.PhaseBegun,
    e.TheoryJudged,
    e.Undone,
    e.Unrecognised,
}
# Texts that say how or where, or name another thing: no words that anybody searches for.
NOT_SEARCHED = {
    "alert",
    "asked",
    "callout",
    "channel",
    "delivery",
    "detected",
    "drill",
    "due",
    "entry",
    "event",
    "folder",
    "forked",
    "form",
    "group",
    "handoff",
    "how",
    "item",
    "kind",
    "language",
    "mark",
    "message",
    "opened",
    "order",
    "partial",
    "priority",
    "promised",
    "proposal",
    "receipt",
    "record",
    "ref",
    "refutes",
    "repeats",
    "segment",
    "sha256",
    "since",
    "stance",
    "state",
    "step",
    "subject",
    "supports",
    "theory",
    "until",
    "url",
    "via",
    "zone",
}


def test_every_other_event_has_a_line() -> None:
    events = checkout_outage().events
    without = {type(event.body) for event in events if line_of(event.body) is None}

    assert without == WITHOUT_LINE
    assert set(get_args(e.Body)) > WITHOUT_LINE


@given(bodies)
def test_a_line_is_one_line_of_a_known_kind(body: e.Body) -> None:
    line = line_of(body)
    assert (line is None) == (type(body) in WITHOUT_LINE)
    if line is not None:
        assert line.kind in LINE_KINDS
        assert "\n" not in line.text


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_a_search_finds_every_text(kind: str) -> None:
    body_type: Any = BODIES[kind]
    values = {name: sample(name, hint) for name, hint in field_types(body_type).items()}
    found = searchable(body_type(**values))
    texts = {name for name, value in values.items() if isinstance(value, str | tuple)}

    assert {name for name in texts if f"<{name}>" not in found} <= NOT_SEARCHED


def sample(name: str, hint: Any) -> Any:
    """A value of a field that tells the field's name, where it is a text."""
    if hint == tuple[str, ...]:
        return (f"<{name}>",)
    if get_origin(hint) is dict:
        return {}
    return 1 if hint in (int, bool, int | None) else f"<{name}>"


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (e.EntryLogged("finding", "a\nb\nc"), LogLine("finding", "a", "b\nc")),
        (e.EntryLogged("rumour", "a"), LogLine("note", "a")),
        (e.CommandRun("uptime", 0, 5, "up 3 days\n"), LogLine("evidence", "$ uptime", "up 3 days\n")),
        (e.CommandRun("a\nb", 0, 5, "c"), LogLine("evidence", "$ a", "b\nc")),
        (e.FileAttached("pool.png", "ab", 48_211, ""), LogLine("evidence", "pool.png (47.1 KiB)")),
        (e.SeveritySet(1), LogLine("severity", "SEV1 critical")),
        (e.SeveritySet(3, "few"), LogLine("severity", "SEV3 medium (few)")),
        (e.StatusSet("resolved", "x"), LogLine("status", "resolved (x)")),
        (e.RoleTaken("scribe", "Ida"), LogLine("role", "Ida is scribe")),
        (e.RoleLeft("scribe"), LogLine("role", "nobody is scribe any more")),
        (e.StepSkipped("1.1", "x"), LogLine("step", "1.1 skipped (x)")),
        (e.MessageDrafted("internal", "a\nb", "", "👀"), LogLine("message", "internal: 👀 a", "b")),
        (e.MessageDrafted("internal", "a"), LogLine("message", "internal: a")),
        (e.RecoveryRecorded("data", "a\nb"), LogLine("recovery", "data: a", "b")),
    ],
)
def test_the_words_of_lines(body: e.Body, line: LogLine) -> None:
    assert line_of(body) == line


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (48_211, "47.1 KiB"), (3 << 20, "3.0 MiB")],
)
def test_sizes_as_people_say_them(size: int, words: str) -> None:
    assert size_words(size) == words
