"""Rules of the investigation log, as tables."""

from __future__ import annotations

import pytest

from incident_tui.domain import events as e
from incident_tui.domain.decide import Decision, Intent, Refused
from incident_tui.domain.decide import log as decide
from tests.story import checkout_outage
from tests.strategies import opened

STORY = opened()
POOL = STORY.say(e.EntryLogged("theory", "the pool is exhausted")).id
CACHE = STORY.say(e.EntryLogged("theory", "the cache is cold; the pool waits for it")).id
STORY.say(e.TheoryJudged(CACHE, "refuted"))
NOTE = STORY.say(e.EntryLogged("note", "all red"))
COST = STORY.say(e.CostRecorded("refunds", "2,300"))
COMMAND = STORY.say(e.CommandRun("uptime", 0, 5))
STRUCK = STORY.say(e.EntryLogged("note", "wrong"))
STORY.say(e.EntryStruck(STRUCK.id))
STARRED = STORY.say(e.EntryLogged("note", "good"))
STORY.say(e.EntryStarred(STARRED.id), e.EntryAmended(STARRED.id, "better"))
ROLE = STORY.say(e.RoleTaken("scribe", "Ida"))
INCIDENT = STORY.incident()
KNOWN = "known are: H1, H2"
KINDS = "it is one of finding, theory, action, decision, evidence, cause, fix, note, health, alert"
TAG_HINT = "letters and digits, then also . / : - _"
NO_TEXT = Refused("that has no text to amend", "amend log entries and records; log a note instead")
NO_STRIKE = Refused("that cannot be struck", "strike log entries, evidence and records")

ACCEPTED: list[tuple[Intent, e.Body]] = [
    (lambda i: decide.log_entry(i, "note", "\n a\r\nb\x1b[0m \n"), e.EntryLogged("note", " a\nb ")),
    (lambda i: decide.log_entry(i, "find", "x", ("db", "a/b", "db")), e.EntryLogged("finding", "x", ("db", "a/b"))),
    (lambda i: decide.log_entry(i, "evidence", "x", (), "h1", "cold"), e.EntryLogged("evidence", "x", (), POOL, CACHE)),
    (lambda i: decide.judge_theory(i, "H1", "conf", " by  \x07us"), e.TheoryJudged(POOL, "confirmed", "by ^Gus")),
    (lambda i: decide.judge_theory(i, POOL, "supported"), e.TheoryJudged(POOL, "supported")),
    (lambda i: decide.weigh_evidence(i, NOTE.id, "h2", "against"), e.EvidenceWeighed(NOTE.id, CACHE, "against")),
    (lambda i: decide.weigh_evidence(i, POOL, "h2", "none"), e.EvidenceWeighed(POOL, CACHE, "none")),
    (lambda i: decide.amend(i, NOTE, "all green"), e.EntryAmended(NOTE.id, "all green")),
    (lambda i: decide.amend(i, COST, "2,500"), e.EntryAmended(COST.id, "2,500")),
    (lambda i: decide.amend(i, STARRED, "good"), e.EntryAmended(STARRED.id, "good")),
    (lambda i: decide.strike(i, NOTE, " not\nso "), e.EntryStruck(NOTE.id, "not so")),
    (lambda i: decide.strike(i, COMMAND), e.EntryStruck(COMMAND.id)),
    (lambda i: decide.toggle_star(i, NOTE), e.EntryStarred(NOTE.id)),
    (lambda i: decide.toggle_star(i, STRUCK), e.EntryStarred(STRUCK.id)),
    (lambda i: decide.toggle_star(i, STARRED), e.EntryStarred(STARRED.id, False)),
]
REFUSED: list[tuple[Intent, Refused]] = [
    (lambda i: decide.log_entry(i, "rumour", "x"), Refused("no kind of entry “rumour”", KINDS)),
    (lambda i: decide.log_entry(i, "f", "x"), Refused("no kind of entry “f”", KINDS)),
    (lambda i: decide.log_entry(i, "note", " \n"), Refused("the note is empty", "type some text")),
    (
        lambda i: decide.log_entry(i, "note", "x" * 65_537),
        Refused("the note has 65,537 characters, 65,536 are the limit", "attach it as a file"),
    ),
    (lambda i: decide.log_entry(i, "note", "x", supports="h3"), Refused("no theory “h3”", KNOWN)),
    (lambda i: decide.log_entry(i, "note", "x", refutes="pool"), Refused("no theory “pool”", KNOWN)),
    (lambda i: decide.log_entry(i, "note", "x", ["a b"]), Refused("“a b” is not a tag", TAG_HINT)),
    (lambda i: decide.log_entry(i, "note", "x", [""]), Refused("“” is not a tag", TAG_HINT)),
    (lambda i: decide.log_entry(i, "note", "x", ["-a"]), Refused("“-a” is not a tag", TAG_HINT)),
    (lambda i: decide.judge_theory(i, "h2", "refuted"), Refused("H2 is refuted already")),
    (lambda i: decide.judge_theory(i, " ", "refuted"), Refused("no theory “”", KNOWN)),
    (
        lambda i: decide.judge_theory(i, "h1", "sure"),
        Refused("no state of a theory “sure”", "it is one of untested, supported, refuted, confirmed"),
    ),
    (lambda i: decide.weigh_evidence(i, POOL, "h1", "for"), Refused("a theory is no evidence for itself")),
    (lambda i: decide.weigh_evidence(i, NOTE.id, "dns", "for"), Refused("no theory “dns”", KNOWN)),
    (
        lambda i: decide.weigh_evidence(i, NOTE.id, "h1", "maybe"),
        Refused("no stance “maybe”", "it is one of for, against, none"),
    ),
    (lambda i: decide.amend(i, None, "x"), NO_TEXT),
    (lambda i: decide.amend(i, COMMAND, "x"), NO_TEXT),
    (lambda i: decide.amend(i, ROLE, "x"), NO_TEXT),
    (lambda i: decide.amend(i, NOTE, "all red\n"), Refused("the text is that already")),
    (lambda i: decide.amend(i, STARRED, "better"), Refused("the text is that already")),
    (lambda i: decide.amend(i, COST, "2,300"), Refused("the text is that already")),
    (lambda i: decide.amend(i, NOTE, ""), Refused("the new text is empty", "type some text")),
    (lambda i: decide.strike(i, None), NO_STRIKE),
    (lambda i: decide.strike(i, ROLE), NO_STRIKE),
    (lambda i: decide.strike(i, STRUCK), Refused("it is struck already")),
    (lambda i: decide.toggle_star(i, None), Refused("there is nothing to star")),
]


@pytest.mark.parametrize(("intent", "body"), ACCEPTED)
def test_accepted(intent: Intent, body: e.Body) -> None:
    assert intent(INCIDENT) == (body,)


@pytest.mark.parametrize(("intent", "refusal"), REFUSED)
def test_refused(intent: Intent, refusal: Refused) -> None:
    assert intent(INCIDENT) == refusal


def test_without_theories_none_is_known() -> None:
    decision: Decision = decide.judge_theory(opened().incident(), "h1", "refuted")

    assert decision == Refused("no theory “h1”", "known are: none yet")


@pytest.mark.parametrize(
    "event",
    [event for event in checkout_outage().events if isinstance(event.body, decide.Amendable)],
    ids=lambda event: event.body.KIND,
)
def test_everything_with_a_text_can_be_amended_and_struck(event: e.Event) -> None:
    assert decide.amend(INCIDENT, event, "a better text") == (e.EntryAmended(event.id, "a better text"),)
    assert decide.strike(INCIDENT, event) == (e.EntryStruck(event.id),)
