"""Events become rows and lines and come back; the hash covers every column; damage is named."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_tui.domain import events as e
from incident_tui.journal.codec import (
    COLUMNS,
    NotAnEvent,
    Row,
    canonical,
    digest,
    from_line,
    from_row,
    sealed,
    to_line,
    to_row,
)
from tests.story import checkout_outage
from tests.strategies import bodies, bodies_of, unrecognised

MOMENT = datetime(2026, 11, 21, 14, 5, 7, 123_000, UTC)
ID = "019aa6f8-9cf0-7000-8000-000280000001"


def event_with(body: e.Body) -> e.Event:
    late = MOMENT + timedelta(minutes=5)
    return sealed(e.Event(ID, ID, "0000000a", MOMENT, late, "mara", body), "f" * 64)


def example() -> Row:
    return to_row(event_with(e.EntryLogged("finding", "error rate ünd 💥 climbs", ("eu",))))


@pytest.mark.parametrize("kind", get_args(e.Body), ids=lambda kind: kind.__name__)
@settings(max_examples=12)
@given(st.data())
def test_every_kind_of_body_comes_back_from_its_row_and_its_line(kind: type[e.Body], data: st.DataObject) -> None:
    event = event_with(data.draw(unrecognised if kind is e.Unrecognised else bodies_of(kind)))

    row = to_row(event)

    assert from_row(row) == event
    assert digest(row) == event.hash
    assert from_line(to_line(row)) == row
    assert "\n" not in to_line(row)


@pytest.mark.parametrize("column", COLUMNS[:-1])
def test_changing_any_column_breaks_the_hash(column: str) -> None:
    row = example()

    assert digest(row._replace(**{column: getattr(row, column) + " "})) != row.hash


def test_text_cannot_move_from_one_column_into_the_next() -> None:
    row = example()

    moved = row._replace(actor=row.actor[:-1], kind=row.actor[-1] + row.kind)

    assert "".join(moved) == "".join(row)
    assert digest(moved) != row.hash


@given(bodies)
def test_the_order_of_keys_does_not_matter(body: e.Body) -> None:
    row = to_row(event_with(body))
    fields = json.loads(to_line(row))

    turned = {name: fields[name] for name in reversed(fields)}
    turned["body"] = {name: fields["body"][name] for name in reversed(fields["body"])}

    assert from_line(json.dumps(turned)) == row


def test_the_canonical_form() -> None:
    assert canonical({"b": [1, None, True], "a": "ü\n\u2028"}) == '{"a":"ü\\n\u2028","b":[1,null,true]}'


def test_the_hash_of_an_event_stays_what_it_is() -> None:
    """Journals are for years: whoever changes this number makes all of them look forged."""
    body = e.EntryLogged("finding", "error rate climbs", ("eu",))
    row = to_row(e.Event(ID, ID, "0000000a", MOMENT, MOMENT, "mara", body, prev="00"))

    assert digest(row) == "a32e180efcd2243ab57decfc35e3c0d2f4ff2800d3f775414f9b73b407e75b16"


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=len(COLUMNS), max_size=len(COLUMNS)))
def test_the_hash_is_over_the_bytes_of_every_column_with_their_number(texts: list[str]) -> None:
    told = b"".join(b"%d:%b" % (len(text.encode()), text.encode()) for text in texts[:-1])

    assert digest(Row(*texts)) == hashlib.sha256(told).hexdigest()


def test_a_story_survives_the_journey_by_lines() -> None:
    events = [sealed(event, "") for event in checkout_outage().events]

    assert [from_row(from_line(to_line(to_row(event)))) for event in events] == events


def changed_line(**fields: object) -> str:
    line = {**json.loads(to_line(example())), **fields}
    return json.dumps({name: value for name, value in line.items() if value is not None})


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        ("7", "not a JSON object"),
        (changed_line(actor=None), "without actor"),
        (changed_line(actor=7), "actor must be text"),
        (changed_line(body="text"), "body is not an object"),
        (changed_line(body={"text": 1.5}), "1.5 is not a whole number"),
        (changed_line(body={"text": float("nan")}), "NaN is not a whole number"),
        (changed_line(body={"text": "\ud800"}), "half a character"),
        (changed_line(actor="\udc80"), "half a character"),
        (changed_line(at="yesterday"), "is not a moment"),
        (changed_line(recorded="2026-11-21T14:05:07"), "is not a moment"),
        (changed_line(actor="jonas"), "does not fit its content"),
        (changed_line(hash=""), "does not fit its content"),
        ('{"id":' * 100_000, "nested too deeply"),
        (f'{{"id": {"9" * 5000}}}', "not JSON"),
    ],
    ids=range(17),
)
def test_a_damaged_line_is_refused_with_its_reason(line: str, why: str) -> None:
    with pytest.raises(NotAnEvent, match=why):
        from_line(line)


@pytest.mark.parametrize(
    "damage",
    [{"at": "?"}, {"recorded": ""}, {"body": "{"}, {"body": "[" * 100_000}],
    ids=["at", "recorded", "body", "depth"],
)
def test_a_damaged_row_is_named(damage: dict[str, str]) -> None:
    with pytest.raises(NotAnEvent, match=f"event {ID} is damaged"):
        from_row(example()._replace(**damage))


@given(st.text())
def test_any_text_is_a_line_or_is_refused(text: str) -> None:
    with pytest.raises(NotAnEvent):
        from_line(text)
