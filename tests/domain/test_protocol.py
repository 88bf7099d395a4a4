"""Protocols: round trip through JSON, indifference to junk, order and search."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.domain.protocol import BLOCK_KINDS, Block, Phase, Protocol, Reading, Step, find
from incident_tui.domain.protocol_json import DEEPEST_NESTING, LONGEST_BUDGET, from_json, to_json

words = st.text(max_size=6)
texts = st.lists(words, max_size=2).map(tuple)
budgets = st.none() | st.integers(0, int(LONGEST_BUDGET.total_seconds())).map(lambda s: timedelta(seconds=s))
repeats = st.none() | st.integers(1, 86_400).map(lambda s: timedelta(seconds=s))
lines = st.integers(0, 2_000)
blocks = st.lists(st.builds(Block, st.sampled_from(BLOCK_KINDS), words, words), max_size=2).map(tuple)


def step_of(below: st.SearchStrategy[tuple[Step, ...]]) -> st.SearchStrategy[Step]:
    return st.builds(
        Step, words, words, words, texts, below, blocks, words, budgets, budgets, repeats, st.booleans(), lines
    )


steps = st.recursive(step_of(st.just(())), lambda below: step_of(st.lists(below, max_size=2).map(tuple)), max_leaves=4)
phases = st.builds(
    Phase,
    title=words,
    group=words,
    budget=budgets,
    anchor=st.sampled_from(["declared", "phase", "resolved"]),
    steps=st.lists(steps, max_size=2).map(tuple),
    text=words,
    blocks=blocks,
    assignee=words,
    every=repeats,
    working=st.booleans(),
    playbook=words,
    line=lines,
)
readings = st.builds(Reading, words, words, blocks, st.integers(0, 9), st.integers(1, 6), lines)
protocols = st.builds(
    Protocol,
    words,
    words,
    st.lists(phases, max_size=3).map(tuple),
    words,
    words,
    st.lists(readings, max_size=2).map(tuple),
    words,
    texts,
)

scalars = st.none() | st.booleans() | st.integers() | st.floats() | words
keys = st.sampled_from(
    [
        *("name", "title", "phases", "group", "budget_seconds", "anchor", "steps", "number", "detail", "commands"),
        *("readings", "blocks", "kind", "text", "line", "before", "level", "every_seconds", "symptoms", "working"),
    ]
)
junk = st.recursive(
    scalars,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(keys | words, below, max_size=5),
    max_leaves=20,
)

CACHES = Step("1.1.1", "Clear caches")
CLEAR = Step("1.1", "Clear caches that do harm", steps=(CACHES,))
RESTART = Step("2.1", "Restart services", commands=("uptime",))
TOP = Step("1.2", "Größe prüfen")
SAMPLE = Protocol("sample", "Sample", (Phase("One", steps=(CLEAR, TOP)), Phase("Two", steps=(RESTART,))))


@given(protocols)
def test_round_trip_through_json_text(protocol: Protocol) -> None:
    assert from_json(json.loads(json.dumps(to_json(protocol)))) == protocol


def test_a_budget_of_no_time_stays_one() -> None:
    at_once = Step("1", "Now", budget=timedelta(0), wait=timedelta(0))
    protocol = Protocol("now", "Now", (Phase("One", steps=(at_once,), budget=timedelta(0)),))

    assert from_json(to_json(protocol)) == protocol


@given(junk)
def test_any_junk_becomes_a_protocol_that_is_stable_afterwards(data: object) -> None:
    protocol = from_json(data)
    assert from_json(to_json(protocol)) == protocol


@given(st.lists(st.fixed_dictionaries({}, optional={
    "title": junk, "group": junk, "budget_seconds": junk, "anchor": junk, "steps": junk,
}), max_size=3))  # fmt: skip
def test_junk_inside_phases_keeps_the_phases(odd: list[dict[str, object]]) -> None:
    assert len(from_json({"name": "x", "phases": odd}).phases) == len(odd)


def test_missing_fields_get_defaults() -> None:
    assert from_json({"phases": [{"steps": [{}]}]}) == Protocol("", "", (Phase("", steps=(Step("", ""),)),))


@pytest.mark.parametrize("seconds", [-1, True, 1.5, "300", 10**30, float("nan"), [], {}])
def test_an_odd_budget_is_no_budget(seconds: object) -> None:
    assert from_json({"phases": [{"budget_seconds": seconds}]}).phases[0].budget is None


@pytest.mark.parametrize("anchor", ["later", None, 3, [], {}])
def test_an_odd_anchor_is_the_phase(anchor: object) -> None:
    assert from_json({"phases": [{"anchor": anchor}]}).phases[0].anchor == "phase"


def test_endless_nesting_is_cut() -> None:
    step: dict[str, object] = {}
    for _ in range(100_000):
        step = {"steps": [step]}
    assert len(list(from_json({"phases": [{"steps": [step]}]}).all_steps())) == DEEPEST_NESTING


def test_budget_is_written_in_seconds() -> None:
    written = to_json(Protocol("x", "X", (Phase("P", budget=timedelta(minutes=5)),)))
    assert written["phases"] == [
        {"title": "P", "group": "", "budget_seconds": 300, "anchor": "phase", "until": "", "steps": []}
    ]


def test_all_steps_goes_depth_first_with_phase_index() -> None:
    assert list(SAMPLE.all_steps()) == [(0, CLEAR), (0, CACHES), (0, TOP), (1, RESTART)]


def test_step_by_number() -> None:
    assert SAMPLE.step("1.1.1") is CACHES
    assert SAMPLE.step("9.9") is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1.1", [CLEAR]),
        (" 2.1 ", [RESTART]),
        ("RESTART", [RESTART]),
        ("grosse", []),
        ("GRÖSSE", [TOP]),
        ("clear", [CLEAR, CACHES]),
        ("clear caches", [CACHES]),
        ("nothing like it", []),
        ("  ", []),
        ("", []),
    ],
)
def test_find(text: str, found: list[Step]) -> None:
    assert find(SAMPLE, text) == found
