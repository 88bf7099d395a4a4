"""The handoff brief: what it says, that it says the same each time, and that no text acts in it."""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from jinja2 import DictLoader

from incident_tui.domain import events as e
from incident_tui.domain.incident import COMMANDER, ROLES, Incident
from incident_tui.domain.policy import Policy
from incident_tui.domain.protocol import Phase, Protocol, Step
from incident_tui.domain.protocol_json import to_json as protocol_to_json
from incident_tui.reports import handoff
from incident_tui.reports.handoff import prepare_brief, render_handoff
from incident_tui.reports.typeset import Unfiltered, Wall, environment
from tests.reports.history import Words, chained
from tests.reports.test_markdown import HOSTILE, PARSER, read
from tests.story import START, Story, checkout_outage, declared, quiet_story
from tests.strategies import stories

HERE = Path(__file__).parent
GOLDEN = HERE / "golden" / "handoff.md"
SOURCE = (Path(handoff.__file__).parent / "templates" / "handoff.md.j2").read_text(encoding="utf-8")
MINUTE = timedelta(minutes=1)


def brief(story: Story, after: timedelta = timedelta(0)) -> str:
    return render_handoff(story.incident(), Policy(), story.now + after)


def section(document: str, title: str) -> str:
    _, found, rest = document.partition(f"\n## {title}\n")
    assert found, f"no section {title}"
    return rest.partition("\n## ")[0].strip()


def half_way() -> Story:
    """The outage of the stories before anything helped, with people at work and a decision that waits."""
    story = checkout_outage()
    end = next(n for n, event in enumerate(story.events) if event.body == e.StatusSet("monitoring"))
    story.events = story.events[:end]
    story.now = story.events[-1].recorded
    shown = story.say(e.MessageDrafted("external", "Some payments fail.\nWe are on it.", "status page", "🔍", 1200))
    story.say(e.MessageSent(shown.id, "by hand", (story.now + 20 * MINUTE).isoformat()), actor="jonas")
    story.say(e.OrderGiven("Lee", "watch the error rate of eu-west-1", 300))
    story.say(e.OrderUnderstood(story.events[-1].id, "O3 Lee"), after=MINUTE)
    story.say(e.OrderGiven("Kim", "draft the mail to resellers", 900), e.RoleTaken("technical lead", "Mara"))
    worse = story.say(e.DecisionProposed("drop all idle sessions", "running orders break"), after=MINUTE)
    story.say(e.DecisionRuled(worse.id, "rejected", "the rollback is under way", "", "D2"))
    move = story.say(e.DecisionProposed("move traffic to us-east-1", "slow for 10 min", "move it back", 60))
    story.say(e.ObjectionRaised(move.id, "Kim", "no capacity there", "D3"), after=4 * MINUTE)
    story.events = chained(story)
    return story


def test_reads_like_the_golden_document() -> None:
    document = brief(half_way())

    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(document, encoding="utf-8")
    assert document == GOLDEN.read_text(encoding="utf-8")


def test_golden_document_is_tidy() -> None:
    document = GOLDEN.read_text(encoding="utf-8")

    assert [line for line in document.split("\n") if line != line.rstrip()] == []
    assert "\n\n\n" not in document
    assert document.endswith("\n")
    assert not document.endswith("\n\n")


def test_is_the_same_each_time_whatever_the_hash_seed() -> None:
    code = (
        "import sys; from tests.reports.test_handoff import brief, half_way;"
        "sys.stdout.buffer.write(brief(half_way()).encode())"
    )
    root = HERE.parents[1]
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert seen == {brief(half_way()).encode()}


def test_an_incident_of_a_moment_ago_has_a_brief() -> None:
    document = brief(quiet_story())

    assert re.findall("^## (.*)$", document, re.MULTILINE) == [
        "Situation",
        "Objectives",
        "Open orders",
        "Theories that stand",
        "Tried, and not to be tried again",
        "Communication",
        "People",
        "The record",
    ]
    assert section(document, "Open orders") == "None."
    assert "- **Cause:** not known" in section(document, "Situation")
    assert section(document, "Tried, and not to be tried again") == "Nothing yet."
    assert f"- **Nobody is:** {', '.join(ROLES)}" in section(document, "People")
    assert "Management:** nothing sent yet\n- **" in document
    assert render_handoff(Incident("x"), Policy(), START).startswith("# Handoff brief: \n")


def test_time_goes_on_in_it() -> None:
    story = quiet_story()
    story.say(e.OrderGiven("Lee", "look", 600))

    assert "| O1 | Lee | look | given | 9 min left |" in brief(story, MINUTE)
    assert "| O1 | Lee | look | given | **late by 2 min 5 s** |" in brief(story, 12 * MINUTE + timedelta(seconds=5))


def test_who_does_too_much_is_said() -> None:
    story = quiet_story()
    story.say(e.RoleTaken(COMMANDER, "Mara"), e.RoleTaken("technical lead", "mara"))
    story.say(*(e.OrderGiven(f"person {number}", "look", 600) for number in range(8)))

    people = section(brief(story), "People")

    assert "- **Too much for one:** Mara is incident commander and technical lead" in people
    assert "- **Span of control:** 9 people" not in people
    assert "- **Span of control:** 8 people under one commander; more than 7 need teams" in people


def test_what_was_struck_or_refuted_does_not_stand() -> None:
    story = quiet_story()
    cause = story.say(e.EntryLogged("cause", "the wrong one"))
    theory = story.say(e.EntryLogged("theory", "sun spots"))
    story.say(e.EntryStruck(cause.id), e.TheoryJudged(theory.id, "refuted", "cloudy"))

    document = brief(story)

    assert "the wrong one" not in document
    assert section(document, "Theories that stand") == "None."
    assert "- **H1** sun spots (refuted, 0 for, 0 against): cloudy" in document


def every_text(words: Words) -> Story:
    """Each text that the brief shows is `words(its name)`."""
    story = Story(actor=words("actor"))
    protocol = Protocol("p", "p", (Phase(words("phase"), steps=(Step("1.1", words("step")),)),))
    story.say(declared(words("title"), protocol=protocol, ref=words("ref")))
    story.say(e.RoleTaken(COMMANDER, words("commander")), e.RoleTaken(words("role"), words("holder")))
    story.say(e.RoleTaken("scribe", words("commander")), e.ImpactSet(words("impact key"), words("impact")))
    for kind in ("cause", "fix", "decision"):
        story.say(e.EntryLogged(kind, words(kind)))
    for name, state in (("theory", "supported"), ("refuted theory", "refuted")):
        theory = story.say(e.EntryLogged("theory", words(name)))
        story.say(e.TheoryJudged(theory.id, state, words(f"{name} reason")))
    for ending in ("open", "done", "cancelled"):
        given = story.say(e.OrderGiven(words(f"{ending} person"), words(f"{ending} task"), 60)).id
        if ending == "done":
            story.say(e.OrderDone(given, words("result")))
        if ending == "cancelled":
            story.say(e.OrderCancelled(given, words("cancel reason")))
    for ending in ("rejected", "open"):
        made = story.say(e.DecisionProposed(words(f"{ending} proposal"), words("risk"), words("rollback"))).id
        if ending == "open":
            story.say(e.ObjectionRaised(made, words("objector"), words("objection")))
        else:
            story.say(e.DecisionRuled(made, "rejected", words("ruling reason")))
    for audience in ("internal", "external"):
        text = e.MessageDrafted(audience, words(f"{audience} message"), "c", words("mark"), 60)
        drafted = story.say(text).id
        if audience == "internal":
            story.say(e.MessageSent(drafted, "by hand", (story.now + MINUTE).isoformat()))
    told = story.say(e.MessageDrafted("management", words("told"))).id
    way = story.say(e.DeliveryQueued(told, words("channel"), "email", "opening")).id
    story.say(e.DeliveryUnclear(way, words("doubt")))
    story.say(e.Escalated(2, words("called"), words("call reason")))
    playbook = Protocol("b", words("playbook"), (Phase("b", steps=(Step("1.1", "b"),)),))
    story.say(e.PlaybookAttached(protocol_to_json(playbook)))
    return story


def test_every_text_is_in_the_brief() -> None:
    markers: dict[str, str] = {}

    document = brief(every_text(lambda name: markers.setdefault(name, f"MARK{len(markers)}END")))

    # Roles are written small, and so are the kinds of impact.
    shown = document.casefold()
    assert {name for name, text in markers.items() if text.casefold() not in shown} == set()


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.strip()])
def test_no_text_acts(text: str) -> None:
    assert nodes(text) == nodes("harmless")


@functools.cache
def nodes(text: str) -> list[str]:
    """The nodes of the brief that has `text` everywhere."""
    return read(brief(every_text(lambda _: text)))[0]


@pytest.mark.parametrize("found", sorted(set(re.findall(r"\{\{ [\w.]+\|(?:inline|cell|line) \}\}", SOURCE))))
def test_forgetting_a_filter_fails(found: str) -> None:
    bare = re.sub(r"\|\w+", "", found)
    story = every_text(lambda name: name)
    given = prepare_brief(story.incident(), Policy(), story.now)
    made = environment(DictLoader({"x": SOURCE.replace(found, bare)}), Wall.of("UTC", story.now), trusted=True)

    with pytest.raises(Unfiltered):
        made.get_template("x").render(brief=given, most=7)


@given(stories())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_history_has_a_brief_without_structure_of_its_own(story: Story) -> None:
    document = brief(story)

    headings = {token.map[0] for token in PARSER.parse(document) if token.type == "heading_open" and token.map}
    assert headings <= {number for number, text in enumerate(document.split("\n")) if text.startswith("#")}
    assert not {"link", "image", "html_block"} & {token.type.partition("_open")[0] for token in PARSER.parse(document)}
