"""Bodies and incidents as JSON: kinds are frozen for ever, old events always read, junk never raises."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given

from incident_tui.domain import events as e
from incident_tui.domain.encoding import (
    BODIES,
    NotReadable,
    body_from_json,
    body_to_json,
    field_types,
    from_json,
    moment_of,
    to_json,
)
from incident_tui.domain.incident import Incident, Milestone
from tests.story import Story, checkout_outage
from tests.strategies import bodies, bodies_of, junk_objects, stories

# Names and order of the fields of every kind, those after the bar optional. Nothing here is ever renamed or removed;
# a later version may add kinds, and optional fields at the end.
FROZEN = """
incident.declared: ref title severity | zone detected protocol drill forked opened
incident.renamed: title
severity.set: severity | reason
status.set: status | reason
milestone.set: milestone | repeats
role.taken: role person
role.left: role
impact.set: key value | repeats
service.tagged: service | repeats
service.untagged: service | repeats
phase.begun: phase
step.checked: step
step.reopened: step
step.skipped: step reason
step.ruled_out: step | reason
step.noted: step text
entry.logged: kind text | tags supports refutes repeats alert group over
command.run: command exit_code duration_ms | output sha256 size cut host folder step
file.attached: name sha256 size | preview
result.kept: source title text | query since until asked url partial
entry.amended: entry text
entry.struck: entry | reason
entry.starred: entry | starred
theory.judged: theory state | reason
evidence.weighed: entry theory stance
message.drafted: audience text | channel mark promise_seconds
message.edited: message text | channel mark promise_seconds
message.approved: message
message.sent: message how | promised
message.discarded: message | reason
delivery.queued: subject channel via form | follow record
delivery.begun: delivery
delivery.done: delivery | receipt url note
delivery.delayed: delivery reason
delivery.failed: delivery reason
delivery.unclear: delivery reason
delivery.retried: delivery
delivery.dropped: delivery | arrived reason
error.recorded: text
reading.recorded: measure moment value
configuration.recorded: text | language
fix_step.recorded: fix text
recovery.recorded: scope text
cost.recorded: item value
lesson.recorded: side text
signed.off: role person
action_item.added: text | owner due priority
action_item.changed: item text | owner due priority
action_item.done: item
action_item.reopened: item
playbook.attached: playbook
step.added: phase title | detail commands
step.set_aside: step
phase.set_aside: phase
section.taken: title line
budget.set: phase seconds | step
order.given: person text box_seconds
order.understood: order | about
order.extended: order box_seconds | reason about
order.done: order result | about
order.cancelled: order | reason about
decision.proposed: text | risk rollback window_seconds executor
objection.raised: proposal person text | about
decision.ruled: proposal ruling | reason executor about
escalation.made: level person | reason
handoff.offered: role person | brief
handoff.accepted: handoff severity | orders about
handoff.withdrawn: handoff | reason about
loop.moved: segment
callout.answered: callout | until
act.undone: event | restore
"""

FROZEN_FIELDS = dict(line.split(":") for line in FROZEN.strip().splitlines())


def test_kinds_and_their_fields_are_what_they_were() -> None:
    assert {kind: " ".join(described(body)) for kind, body in BODIES.items()} == {
        kind: names.strip() for kind, names in FROZEN_FIELDS.items()
    }


def described(body: Any) -> list[str]:
    names = body.__struct_fields__
    bar = len(names) - len(body.__struct_defaults__)
    required, optional = names[:bar], names[bar:]
    return [*required, "|", *optional] if optional else required


def test_every_body_has_a_kind_of_its_own() -> None:
    assert len(BODIES) + 1 == len(get_args(e.Body))


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_an_event_without_its_optional_fields_still_reads(kind: str) -> None:
    required = FROZEN_FIELDS[kind].partition("|")[0].split()
    body_type: Any = BODIES[kind]
    hints = field_types(body_type)
    values: e.JsonObject = {"playbook": {"title": "x"}}
    old: e.JsonObject = {name: values.get(name, 2 if hints[name] in (int, int | None) else "x") for name in required}

    body = body_from_json(kind, old)

    assert isinstance(body, BODIES[kind])
    assert {name: getattr(body, name) for name in required} == old


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_an_event_of_a_newer_version_reads_without_its_new_fields(kind: str) -> None:
    body = next(event.body for event in checkout_outage().events if kind == event.body.KIND)
    _, data = body_to_json(body)

    assert body_from_json(kind, {**data, "added_later": {"x": [1]}}) == body


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_an_event_without_a_required_field_is_kept_as_unrecognised(kind: str) -> None:
    assert body_from_json(kind, {"other": 1}) == e.Unrecognised(kind, {"other": 1})


@given(bodies)
def test_a_body_survives_its_json(body: e.Body) -> None:
    kind, data = body_to_json(body)

    assert body_from_json(kind, json.loads(json.dumps(data))) == body


@pytest.mark.parametrize("event", checkout_outage().events, ids=lambda event: event.body.KIND)
def test_every_kind_of_body_survives_its_json(event: e.Event) -> None:
    kind, data = body_to_json(event.body)

    assert body_from_json(kind, json.loads(json.dumps(data))) == event.body


@given(bodies_of(e.EntryLogged), junk_objects)
def test_a_body_with_any_junk_reads_as_itself_or_as_unrecognised(body: e.Body, junk: e.JsonObject) -> None:
    kind, data = body_to_json(body)
    for name in data:
        read = body_from_json(kind, {**data, name: junk})
        assert read == e.Unrecognised(kind, {**data, name: junk})


@given(stories())
def test_an_incident_survives_its_json(story: Story) -> None:
    incident = story.incident()

    assert from_json(Incident, json.loads(json.dumps(to_json(incident)))) == incident


def test_true_is_no_number_and_one_is_no_truth() -> None:
    assert isinstance(body_from_json("phase.begun", {"phase": True}), e.Unrecognised)
    assert isinstance(body_from_json("entry.starred", {"entry": "x", "starred": 1}), e.Unrecognised)


def test_what_has_no_json_form_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError, match="set has no JSON form"):
        to_json({1, 2})


def test_moments_are_read_as_utc_and_must_have_a_zone() -> None:
    assert moment_of("2026-11-21T15:02:00+01:00") == datetime(2026, 11, 21, 14, 2, tzinfo=UTC)
    assert str(moment_of("2026-11-21T15:02:00+01:00")) == "2026-11-21 14:02:00+00:00"
    assert moment_of("2026-11-21T15:02:00") is None
    assert moment_of("soon") is None
    assert moment_of(None) is None


@pytest.mark.parametrize("edge", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59Z"])
def test_moments_at_the_edges_of_the_calendar_are_none_because_other_zones_cannot_hold_them(edge: str) -> None:
    assert moment_of(edge) is None


def test_a_hostile_protocol_is_put_back_harmlessly() -> None:
    deep: e.Json = []
    for _ in range(300):
        deep = [{"number": "1", "title": "x", "steps": deep}]
    phase: e.JsonObject = {"title": "x", "budget": 10**30, "budget_seconds": 10**30, "steps": deep}
    story = checkout_outage()
    story.say(e.Undone("x", {"protocol": {"name": "x", "title": "x", "phases": [phase]}}))

    assert [phase.budget for phase in story.incident().protocol.phases] == [None]


def test_a_value_of_another_type_is_not_readable() -> None:
    with pytest.raises(NotReadable, match="without by, recorded"):
        from_json(Milestone, {"at": "2026-11-21T15:02:00+01:00"})
    with pytest.raises(NotReadable, match="not an object"):
        from_json(Milestone, [])


def test_a_field_that_came_later_is_written_only_where_it_says_something() -> None:
    old, new = e.CommandRun("uptime", 0, 12), e.CommandRun("uptime", 0, 12, step="2.3")

    assert "step" not in body_to_json(old)[1]
    assert body_to_json(new)[1]["step"] == "2.3"
    assert [body_from_json(*body_to_json(body)) for body in (old, new)] == [old, new]
