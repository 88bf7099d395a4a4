"""The playbooks: complete against the reference document, in our own words, well formed, suggested by what is heard."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator

import pytest

from incident_tui.domain.protocol import Phase, Protocol
from incident_tui.domain.protocol_json import from_json, to_json
from incident_tui.domain.text import has_controls
from incident_tui.protocols import shelf
from incident_tui.protocols.filling import KNOWN, PLACEHOLDER
from incident_tui.protocols.library import UnknownProtocol

LONGEST_TITLE = 60
LONGEST_DETAIL = 340
BOOKS = {playbook.name: playbook for playbook in shelf.all_playbooks()}


def prose(playbook: Protocol) -> Iterator[str]:
    yield from (playbook.title, playbook.summary)
    for phase in playbook.phases:
        yield from (phase.title, phase.text)
    for _, step in playbook.all_steps():
        yield from (step.title, step.detail)


def pieces(playbook: Protocol) -> Iterator[tuple[str, str]]:
    """Commands and blocks, each with its language."""
    for phase in playbook.phases:
        yield from ((block.language, block.text) for block in phase.blocks)
    for _, step in playbook.all_steps():
        yield from (("bash", command) for command in step.commands)
        yield from ((block.language, block.text) for block in step.blocks)


def all_text(playbook: Protocol) -> str:
    return " ".join(" ".join([*prose(playbook), *(text for _, text in pieces(playbook))]).split())


# What an incident can put in, with the signs that such values do have.
VALUES = {
    "service": "shop-api",
    "release": "shop-api@2.0.0",
    "previous": "v1.9.0",
    "since": "2026-03-01T14:30:00Z",
    "environment": "production",
    "namespace": "shop",
    "endpoint": "POST /api/orders",
    "module": "apps/api/src/checkout",
    "url": "https://shop.example/api/orders?page=1&sort=name",
    "user": "sso|5f7c 01",
    "org": "example",
    "project": "shop-web",
}


@pytest.mark.parametrize("name", shelf.names())
class TestEachPlaybook:
    def test_it_loads_and_survives_json(self, name: str) -> None:
        playbook = shelf.load(name)
        assert from_json(to_json(playbook)) == playbook
        assert (playbook.name, playbook.source) == (name, f"playbook:{name}")
        assert playbook.title
        assert playbook.summary.endswith(".")

    def test_no_key_is_silently_ignored(self, name: str) -> None:
        def set_only(value: object) -> object:
            if isinstance(value, dict):
                return {key: set_only(inner) for key, inner in value.items() if inner not in ("", None, [])}
            return [set_only(item) for item in value] if isinstance(value, list) else value

        written = tomllib.loads((shelf.PLAYBOOKS / f"{name}.toml").read_text(encoding="utf-8"))
        for phase in written["phases"]:
            phase.setdefault("anchor", "phase")
        assert set_only(to_json(from_json(written))) == written

    def test_steps_are_numbered_by_position(self, name: str) -> None:
        def positions(phase: Phase, above: str) -> Iterator[tuple[str, str]]:
            for position, step in enumerate(phase.steps, 1):
                yield step.number, f"{above}.{position}"
                yield from ((child.number, f"{above}.{position}.{n}") for n, child in enumerate(step.steps, 1))

        found = [pair for n, phase in enumerate(BOOKS[name].phases, 1) for pair in positions(phase, str(n))]
        assert [given for given, _ in found] == [expected for _, expected in found]
        assert len(found) == len(list(BOOKS[name].all_steps()))

    def test_phases_and_titles_are_few_short_and_different(self, name: str) -> None:
        steps = [step for _, step in BOOKS[name].all_steps()]
        assert 2 <= len(BOOKS[name].phases) <= 5
        assert len({step.title for step in steps}) == len(steps)
        assert [step.title for step in steps if not 0 < len(step.title) <= LONGEST_TITLE] == []

    def test_every_step_is_explained_in_few_sentences(self, name: str) -> None:
        details = [step.detail for _, step in BOOKS[name].all_steps()]
        assert [detail for detail in details if not detail.endswith((".", "?"))] == []
        assert [detail for detail in details if len(detail) > LONGEST_DETAIL] == []

    def test_symptoms_are_phrases_to_search_for(self, name: str) -> None:
        symptoms = BOOKS[name].symptoms
        assert len(symptoms) >= 5
        assert len({symptom.casefold() for symptom in symptoms}) == len(symptoms)
        assert [symptom for symptom in symptoms if symptom != symptom.strip() or len(symptom) < 3] == []

    def test_placeholders_are_known_and_stand_only_where_they_are_filled(self, name: str) -> None:
        assert set(shelf.placeholders(BOOKS[name])) <= set(KNOWN)
        assert [text for text in prose(BOOKS[name]) if PLACEHOLDER.search(text)] == []

    def test_what_an_incident_knows_fills_every_placeholder(self, name: str) -> None:
        assert set(VALUES) == set(KNOWN)
        assert shelf.placeholders(shelf.fill(BOOKS[name], VALUES)) == ()

    def test_nothing_belongs_to_the_house_the_reference_was_written_in(self, name: str) -> None:
        text = all_text(BOOKS[name])
        assert "broxiva" not in text.casefold()
        assert not has_controls(text)

    def test_commands_are_understood_by_a_shell(self, name: str) -> None:
        bash = shutil.which("bash")
        if bash is None:
            pytest.skip("no bash to ask")
        filled = shelf.fill(BOOKS[name], dict.fromkeys(KNOWN, "it's; a $(test)"))
        commands = [command for _, step in filled.all_steps() for command in step.commands]
        wrong = [text for text in commands if subprocess.run([bash, "-n"], input=text.encode(), check=False).returncode]
        assert wrong == []


@pytest.mark.parametrize("name", ["nope", "", "../builtin/emergency", "triage.toml", "[/red]"])
def test_unknown_name_lists_the_known_ones(name: str) -> None:
    with pytest.raises(UnknownProtocol, match=r"no playbook .*known: .*triage"):
        shelf.load(name)


def heard(**counts: int) -> tuple[shelf.Suggestion, ...]:
    books = (
        Protocol("b", "B", (), symptoms=("one", "two")),
        Protocol("a", "A", (), symptoms=("two", "three", "two")),
        Protocol("c", "C", ()),
    )
    return shelf.suggest(books, lambda phrase: counts.get(phrase, 0))


def test_silence_suggests_nothing() -> None:
    assert heard() == ()
    assert heard(one=-1) == ()


def test_different_symptoms_outrank_one_repeated() -> None:
    best, second = heard(one=90, two=1, three=1)
    assert (best.playbook.name, best.symptoms, best.hits) == ("b", ("one", "two"), 91)
    assert (second.playbook.name, second.symptoms, second.hits) == ("a", ("two", "three"), 2)
    assert [each.playbook.name for each in heard(one=90, three=1)] == ["b", "a"]
    assert [each.playbook.name for each in heard(two=3, three=1)] == ["a", "b"]


def test_equals_are_ranked_by_name() -> None:
    assert [each.playbook.name for each in heard(two=3)] == ["a", "b"]


def test_each_phrase_is_asked_for_once() -> None:
    asked: list[str] = []

    def mentions(phrase: str) -> int:
        asked.append(phrase)
        return 0

    assert shelf.suggest(BOOKS.values(), mentions) == ()
    assert len(asked) == len(set(asked)) == len({symptom for book in BOOKS.values() for symptom in book.symptoms})


# What people write into a log, and the playbook that should come first.
LOGS = [
    (["FATAL: too many connections for role app", "P2024 timed out fetching from the connection pool"], "database-"),
    (["ERROR: deadlock detected", "DETAIL: process 12 waiting for ShareLock"], "deadlocks"),
    (["card_declined rising at checkout", "Stripe answers processing_error"], "payment-"),
    (["TokenExpiredError: jwt expired", "many 401 on /me"], "token-"),
    (["TypeError: Cannot read properties of undefined", "ChunkLoadError on /cart"], "browser-"),
    (["LCP on the product page is 6 s", "slow page reports from support"], "web-vitals"),
    (["latency of /search at P95 9 s", "504 from the gateway"], "slow-"),
    (["errors began after deployment of the new release"], "spike-"),
]


@pytest.mark.parametrize(("entries", "expected"), LOGS)
def test_what_the_log_says_finds_its_playbook(entries: list[str], expected: str) -> None:
    def mentions(phrase: str) -> int:
        wanted = set(re.findall(r"\w+", phrase.casefold()))
        return sum(wanted <= set(re.findall(r"\w+", entry.casefold())) for entry in entries)

    best, *_ = shelf.suggest(BOOKS.values(), mentions)
    assert best.playbook.name.startswith(expected)
