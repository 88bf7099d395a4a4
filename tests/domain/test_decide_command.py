"""Rules of command, as tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from incident_tui.domain.closing import listed, open_ends
from incident_tui.domain.decide import Intent, Refused, moment_allowed
from incident_tui.domain.decide import command as decide
from incident_tui.domain.events import (
    Body,
    ImpactSet,
    IncidentDeclared,
    IncidentRenamed,
    MilestoneSet,
    RoleLeft,
    RoleTaken,
    SeveritySet,
    StatusSet,
)
from incident_tui.domain.incident import Incident
from incident_tui.domain.protocol_json import to_json
from tests.story import START
from tests.strategies import SMALL, opened

SEVERITY_HINT = "it is SEV1 critical, SEV2 high, SEV3 medium or SEV4 low"
STATUS_HINT = "it is one of investigating, identified, monitoring, resolved, closed"
STORY = opened()
STORY.say(RoleTaken("incident commander", "Mara"), ImpactSet("users", "1,200"))
STORY.say(MilestoneSet("started"), at=START)
INCIDENT = STORY.incident()
STORY.say(StatusSet("resolved"))
RESOLVED = STORY.incident()

ACCEPTED: list[tuple[Intent, Body]] = [
    (lambda i: decide.rename(i, " a\nnew  title "), IncidentRenamed("a new  title")),
    (lambda i: decide.set_severity(i, 1), SeveritySet(1)),
    (lambda i: decide.set_severity(i, 1, " all  of it "), SeveritySet(1, "all of it")),
    (lambda i: decide.set_severity(i, 3, "\x1b[1mfew\x07"), SeveritySet(3, "few^G")),
    (lambda i: decide.set_status(i, "IDENT"), StatusSet("identified")),
    (lambda i: decide.set_status(i, "resolved", "\u202eall well"), StatusSet("resolved", "\ufffdall well")),
    (lambda i: decide.set_milestone(i, "mit", START), MilestoneSet("mitigated")),
    (lambda i: decide.set_milestone(i, "started", START + timedelta(seconds=1)), MilestoneSet("started")),
    (lambda i: decide.take_role(i, "IC", "@jonas anyway"), RoleTaken("incident commander", "jonas")),
    (lambda i: decide.take_role(i, "deputy", "Mara"), RoleTaken("deputy", "Mara")),
    (lambda i: decide.take_role(i, "comms", "Ida"), RoleTaken("communications lead", "Ida")),
    (lambda i: decide.take_role(i, "tech", "Ida"), RoleTaken("technical lead", "Ida")),
    (lambda i: decide.take_role(i, "Cust", "Ida"), RoleTaken("customer liaison", "Ida")),
    (lambda i: decide.take_role(i, "Database Guru", "@"), RoleTaken("database guru", "@")),
    (lambda i: decide.leave_role(i, "commander"), RoleLeft("incident commander")),
    (lambda i: decide.set_impact(i, "Users", "2,000"), ImpactSet("users", "2,000")),
    (lambda i: decide.set_impact(i, "data", "1,200"), ImpactSet("data", "1,200")),
]
REFUSED: list[tuple[Intent, Refused]] = [
    (
        lambda i: decide.take_role(i, "ic", "@jonas"),
        Refused("Mara commands", "hand it over (F8), or take it at once: /role ic @jonas anyway"),
    ),
    (lambda i: decide.rename(i, ""), Refused("the title is empty", "type some text")),
    (lambda i: decide.rename(i, "Checkout fails with 502 "), Refused("the title is that already")),
    (
        lambda i: decide.rename(i, "x" * 201),
        Refused("the title has 201 characters, 200 are the limit", "make it shorter"),
    ),
    (lambda i: decide.set_severity(i, 2), Refused("the severity is SEV2 already")),
    (
        lambda i: decide.set_severity(i, 3, " "),
        Refused("lowering to SEV3 needs a reason", "say why it is less severe than it was"),
    ),
    (lambda i: decide.set_severity(i, 5, "x"), Refused("no severity “5”", SEVERITY_HINT)),
    (lambda i: decide.set_severity(i, 0), Refused("no severity “0”", SEVERITY_HINT)),
    (lambda i: decide.set_status(i, "investigating"), Refused("the status is investigating already")),
    (lambda i: decide.set_status(i, "closed"), Refused("a live incident is not closed", "resolve it first")),
    (lambda i: decide.set_status(i, "i"), Refused("no status “i”", STATUS_HINT)),
    (lambda i: decide.set_status(i, ""), Refused("no status “”", STATUS_HINT)),
    (lambda i: decide.set_milestone(i, "started", START), Refused("started is at that moment already")),
    (
        lambda i: decide.set_milestone(i, "won", START),
        Refused("no milestone “won”", "it is one of started, detected, acknowledged, identified, mitigated, resolved"),
    ),
    (lambda i: decide.take_role(i, "ic", "@Mara"), Refused("Mara is incident commander already")),
    (lambda i: decide.take_role(i, "", "Mara"), Refused("the role is empty", "type some text")),
    (lambda i: decide.take_role(i, "ic", " "), Refused("the person's name is empty", "type some text")),
    (lambda i: decide.leave_role(i, "scribe"), Refused("nobody is scribe")),
    (lambda i: decide.leave_role(i, " "), Refused("the role is empty", "type some text")),
    (lambda i: decide.set_impact(i, "USERS", "1,200"), Refused("users is 1,200 already")),
    (lambda i: decide.set_impact(i, "", "x"), Refused("the kind of impact is empty", "type some text")),
    (lambda i: decide.set_impact(i, "users", ""), Refused("the impact is empty", "type some text")),
]


@pytest.mark.parametrize(("intent", "body"), ACCEPTED)
def test_accepted(intent: Intent, body: Body) -> None:
    assert intent(INCIDENT) == (body,)


@pytest.mark.parametrize(("intent", "refusal"), REFUSED)
def test_refused(intent: Intent, refusal: Refused) -> None:
    assert intent(INCIDENT) == refusal


@pytest.mark.parametrize("word", ["investigating", "monitoring"])
def test_what_is_resolved_may_be_opened_again(word: str) -> None:
    assert decide.set_status(RESOLVED, word) == (StatusSet(word),)


def test_nothing_that_is_open_is_closed_without_a_reason() -> None:
    ends = listed(open_ends(RESOLVED))
    refusal = Refused(f"still open: {ends}", "settle it, or close with a reason why it is left")
    assert decide.set_status(RESOLVED, "closed") == refusal
    assert decide.set_status(RESOLVED, "closed", " \n") == refusal

    assert decide.set_status(RESOLVED, "closed", "all in A2") == (StatusSet("closed", f"all in A2; left open: {ends}"),)


def test_a_declaration() -> None:
    detected = datetime(2026, 11, 21, 13, 59, tzinfo=UTC)

    assert decide.declare("INC-1", " Checkout\tfails ", 1, "Europe/Berlin", SMALL, detected) == (
        IncidentDeclared("INC-1", "Checkout fails", 1, "Europe/Berlin", "2026-11-21T13:59:00+00:00", to_json(SMALL)),
    )


def test_a_declaration_with_its_commander() -> None:
    assert decide.declare("INC-1", "x", 1, "UTC", SMALL, commander="@Mara ") == (
        IncidentDeclared("INC-1", "x", 1, "UTC", None, to_json(SMALL)),
        RoleTaken("incident commander", "Mara"),
    )


def test_declarations_refused() -> None:
    assert decide.declare("INC-1", "\n", 1, "UTC", SMALL) == Refused("the title is empty", "type some text")
    assert decide.declare("INC-1", "x", 9, "UTC", SMALL) == Refused("no severity “9”", SEVERITY_HINT)
    assert decide.declare("INC-1", "x", 1, "UTC", SMALL, commander="x" * 81) == Refused(
        "the commander's name has 81 characters, 80 are the limit", "make it shorter"
    )


@pytest.mark.parametrize(
    ("word", "severity"),
    [("1", 1), ("sev2", 2), ("SEV 3", 3), ("Low", 4), ("crit", 1), (" high ", 2), ("m", 3)],
)
def test_words_for_severities(word: str, severity: int) -> None:
    assert decide.severity_of(word) == severity


@pytest.mark.parametrize("word", ["", "0", "5", "sev", "sev5", "highest", "²"])
def test_words_for_no_severity(word: str) -> None:
    assert decide.severity_of(word) == Refused(f"no severity “{word}”", SEVERITY_HINT)


@pytest.mark.parametrize(("seconds", "allowed"), [(-86_400, True), (0, True), (60, True), (61, False)])
def test_nothing_is_dated_ahead(seconds: int, allowed: bool) -> None:
    refused = moment_allowed(START + timedelta(seconds=seconds), START)

    assert (refused is None) is allowed
    assert allowed or refused == Refused("2026-11-21 14:03 lies in the future", "give a moment that has been")


def test_rules_hold_before_anything_is_known() -> None:
    assert decide.leave_role(Incident("x"), "ic") == Refused("nobody is incident commander")
