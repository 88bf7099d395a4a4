"""Commands: every example does what it promises, and no line breaks the reading."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.domain import events as e
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.delivery import Target
from incident_tui.domain.policy import Policy
from incident_tui.domain.protocol import Phase, Protocol, Reading, Step
from incident_tui.domain.routing import Route
from incident_tui.reports.handoff import render_handoff
from incident_tui.verbs.table import VERBS, Context, Meant, Verb, read, verb_meant
from incident_tui.verbs.tracking import trackers
from tests.story import Story, declared

BERLIN = ZoneInfo("Europe/Berlin")
PROTOCOL = Protocol(
    "short",
    "Short",
    (
        Phase("Stabilization", steps=(Step("1.1", "Roll back"), Step("1.2", "Service restart"))),
        Phase("Investigation", steps=(Step("2.1", "Read the logs"), Step("2.2", "Background"), Step("2.3", "Ask"))),
    ),
    readings=(Reading("Mitigation", "Fail over.", line=9),),
)
RESOLVED = (e.StatusSet("resolved"),)


def sample() -> Story:
    story = Story()
    story.say(declared(severity=1, protocol=PROTOCOL))
    story.say(e.RoleTaken("scribe", "Jonas"))
    story.say(e.EntryLogged("theory", "the pool leaks"))
    story.say(e.EntryLogged("evidence", "187 idle sessions"))
    story.say(e.MessageDrafted("external", "We are on it.", "status page", "", 1200))
    story.say(e.ActionItemAdded("alert on pool use", "", "2026-12-05", "high"))
    story.say(e.OrderGiven("Lee", "count idle connections", 600))
    story.say(e.DecisionProposed("roll back", executor="Kim"))
    return story


STORY = sample()
PROOF = STORY.events[3]
H1, M1, A1, O1, D1 = (STORY.events[place].id for place in (2, 4, 5, 6, 7))
NOW = STORY.now
OFFERED = (e.HandoffOffered("scribe", "Kim", "the log is complete"),)
OFFER_ID = sample().say(*OFFERED).id
QUEUED = (e.DeliveryQueued(M1, "ops", "discord", "opening"),)
Q1 = sample().say(*QUEUED).id
ROUTES = (
    Route("ops", "discord", "chat", ("internal",), follows=True),
    Route("issues", "github", "issue tracker", ("internal",), follows=True),
)
CONTEXT = Context(STORY.incident(), NOW, BERLIN, "mara", PROOF)


def bodies(line: str, *before: e.Body, selected: e.Event | None = PROOF) -> tuple[e.Body, ...] | Refused:
    """What a line records on the sample incident after `before` has happened to it."""
    story = sample()
    if before:
        story.say(*before)
    incident = story.incident()
    meant = read(line, Context(incident, NOW, BERLIN, "mara", selected))
    return meant if isinstance(meant, Refused) else meant.intent(incident)


def body(line: str, *before: e.Body) -> e.Body:
    decided = bodies(line, *before)
    assert not isinstance(decided, Refused), str(decided)
    assert len(decided) == 1
    return decided[0]


EXAMPLES: dict[str, e.Body] = {
    "assign": e.ActionItemChanged(A1, "alert on pool use", "lee", "2026-12-01", "high"),
    "addstep": e.StepAdded(1, "page the on-call DBA"),
    "aside": e.StepSetAside("2.3"),
    "take": e.SectionTaken("Mitigation", 9),
    "budget": e.BudgetSet(1, 900),
    "severity": e.SeveritySet(2, "only one region"),
    "status": e.StatusSet("monitoring"),
    "resolve": e.StatusSet("resolved", "no errors for 30 min"),
    "close": e.StatusSet(
        "closed",
        "what is left is in A2; left open: O1, D1, M1, milestone started, milestone acknowledged, "
        "milestone identified, milestone mitigated, H1, A1, sign-off incident commander, sign-off management",
    ),
    "reopen": e.StatusSet("investigating"),
    "milestone": e.MilestoneSet("started"),
    "role": e.RoleTaken("technical lead", "lee"),
    "leave": e.RoleLeft("scribe"),
    "impact": e.ImpactSet("users", "≈1,500"),
    "service": e.ServiceTagged("checkout-api"),
    "unservice": e.ServiceUntagged("cache"),
    "title": e.IncidentRenamed("Card payments fail"),
    "finding": e.EntryLogged("finding", "p95 of checkout is 9.8 s", ("checkout",)),
    "theory": e.EntryLogged("theory", "connections leak since web@2.4.1"),
    "action": e.EntryLogged("action", "restarted order-worker"),
    "decision": e.EntryLogged("decision", "roll back to web@2.4.0"),
    "evidence": e.EntryLogged("evidence", "187 idle sessions", (), H1),
    "cause": e.EntryLogged("cause", "connection is not released when payment fails"),
    "fix": e.EntryLogged("fix", "released in a finally block"),
    "note": e.EntryLogged("note", "Kim joins at 15:00"),
    "health": e.EntryLogged("health", "api /health 503"),
    "alert": e.EntryLogged("alert", "PoolTimeout in POST /api/checkout"),
    "judge": e.TheoryJudged(H1, "refuted", "no leak"),
    "for": e.EvidenceWeighed(PROOF.id, H1, "for"),
    "against": e.EvidenceWeighed(PROOF.id, H1, "against"),
    "amend": e.EntryAmended(PROOF.id, "p95 is 8.9 s"),
    "strike": e.EntryStruck(PROOF.id, "typo"),
    "star": e.EntryStarred(PROOF.id, True),
    "check": e.StepChecked("1.1"),
    "skip": e.StepSkipped("1.2", "not safe now"),
    "na": e.StepRuledOut("1.2", "no cache"),
    "open": e.StepReopened("1.1"),
    "stepnote": e.StepNoted("1.1", "Lee is on it"),
    "begin": e.PhaseBegun(1),
    "draft": e.MessageDrafted("external", "Payments fail, we are on it", "", "", 1200),
    "edit": e.MessageEdited(M1, "Rolling back", "status page", "", 1200),
    "approve": e.MessageApproved(M1),
    "sent": e.MessageSent(M1, "status page", (NOW + timedelta(minutes=20)).isoformat()),
    "discard": e.MessageDiscarded(M1),
    "error": e.ErrorRecorded("PoolTimeout"),
    "state": e.ReadingRecorded("pool size", "during", "187"),
    "config": e.ConfigurationRecorded("pool: 200"),
    "fixstep": e.FixStepRecorded("immediate", "undo"),
    "recovery": e.RecoveryRecorded("data", "replayed 312 orders"),
    "cost": e.CostRecorded("refunds", "1,200 €"),
    "lesson": e.LessonRecorded("well", "the rollback took 4 min"),
    "todo": e.ActionItemAdded("alert on pool use", "lee", "2026-12-01", "high"),
    "done": e.ActionItemDone(A1),
    "sign": e.SignedOff("incident commander", "dana"),
    "order": e.OrderGiven("Lee", "count idle connections", 600),
    "understood": e.OrderUnderstood(O1, "O1 Lee"),
    "extend": e.OrderExtended(O1, 870, "two replicas are slow", "O1 Lee"),
    "result": e.OrderDone(O1, "61 idle", "O1 Lee"),
    "cancel": e.OrderCancelled(O1, "would not help", "O1 Lee"),
    "propose": e.DecisionProposed("roll back to 4.11", "3 min of errors", "deploy 4.12 again", 15, "Lee"),
    "object": e.ObjectionRaised(D1, "Kim", "the export runs", "D1"),
    "proceed": e.DecisionRuled(D1, "proceed", "the export can be repeated", "Lee", "D1"),
    "reject": e.DecisionRuled(D1, "rejected", "too risky", "", "D1"),
    "withdraw": e.DecisionRuled(D1, "withdrawn", "", "", "D1"),
    "escalate": e.Escalated(2, "Noor", "no order works"),
    "loop": e.LoopMoved("stabilize"),
    "handoff": e.HandoffOffered("scribe", "Kim", render_handoff(CONTEXT.incident, Policy(), NOW).strip("\n")),
    "accept": e.HandoffAccepted(OFFER_ID, 1, ("O1",), "Jonas → Kim"),
    "retry": e.DeliveryRetried(Q1),
    "giveup": e.DeliveryDropped(Q1, False, "the channel is gone"),
    "arrived": e.DeliveryDropped(Q1, True, "seen in #ops"),
    "keep": e.HandoffWithdrawn(OFFER_ID, "not before the rollback", "Jonas → Kim"),
    "seen": e.CalloutAnswered("ten:1"),
    "snooze": e.CalloutAnswered("ten:1", (NOW + timedelta(minutes=5)).isoformat()),
}
BEFORE: dict[str, tuple[e.Body, ...]] = {
    "close": RESOLVED,
    "reopen": RESOLVED,
    "retry": (*QUEUED, e.DeliveryFailed(Q1, "channel_is_archived")),
    "giveup": QUEUED,
    "arrived": (*QUEUED, e.DeliveryUnclear(Q1, "the answer broke off")),
    "open": (e.StepChecked("1.1"),),
    "accept": OFFERED,
    "keep": OFFERED,
    "unservice": (e.ServiceTagged("cache"),),
}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_the_example_does_what_it_says(verb: Verb) -> None:
    assert body(f"/{verb.example}", *BEFORE.get(verb.name, ())) == EXAMPLES[verb.name]


@pytest.mark.parametrize("name", VERBS)
def test_the_usage_begins_with_the_name_and_too_few_words_are_answered_with_it(name: str) -> None:
    verb = VERBS[name]
    assert verb.usage.split()[0] == verb.name == name
    assert verb.example.split()[0] == name
    assert verb.summary

    refused = read(name, CONTEXT)

    if verb.needed:
        assert refused == Refused(f"it is /{verb.usage}", f"for example: /{verb.example}")
    else:
        assert isinstance(refused, Meant)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("severity critical", Refused("the severity is SEV1 already")),
        ("/SEVERITY 2 only one region", EXAMPLES["severity"]),
        ("/sev 2 only one region", EXAMPLES["severity"]),
        ("role technical lead Lee Ann Smith", e.RoleTaken("technical lead", "Lee Ann Smith")),
        ("role tech lead @lee", e.RoleTaken("technical lead", "lee")),
        ("role ic dana", e.RoleTaken("incident commander", "dana")),
        ("role comms @sam", e.RoleTaken("communications lead", "sam")),
        ("role dep kim", e.RoleTaken("deputy", "kim")),
        ("role database expert @kim", e.RoleTaken("database expert", "kim")),
        ('role "database expert" Kim Lee', e.RoleTaken("database expert", "Kim Lee")),
        ("role runner Kim Lee", e.RoleTaken("runner", "Kim Lee")),
        ("role technical lead", Refused("nobody is named as technical lead", "for example: technical lead @lee")),
        ("leave Scribe", e.RoleLeft("scribe")),
        ("leave tech lead", Refused("nobody is technical lead")),
        ('impact "failed payments" 4.1 %', e.ImpactSet("failed payments", "4.1 %")),
        ('skip "service restart" not safe', e.StepSkipped("1.2", "not safe")),
        ("check service", e.StepChecked("1.2")),
        ("begin investigation", e.PhaseBegun(1)),
        ("begin 0", Refused("there is no phase 0", "the protocol has 2")),
        ("reopen", Refused("the incident is open", "/status changes how far it is")),
        ("reopen A1", Refused("A1 is open already")),
        ("edit M1 Rolling back next 1h", e.MessageEdited(M1, "Rolling back", "status page", "", 3600)),
        ("fixstep root-cause release it", e.FixStepRecorded("root cause", "release it")),
        ("fixstep root cause release it", e.FixStepRecorded("root cause", "release it")),
        ("state connections after 36", e.ReadingRecorded("connections", "after", "36")),
        ('todo !low tell\towner:"Lee Ann" support', e.ActionItemAdded("tell support", "Lee Ann", "2026-12-21", "low")),
        ("todo wow !important", e.ActionItemAdded("wow !important", "", "2026-12-21", "medium")),
        ("todo x due:tomorrow", Refused("“tomorrow” is not a date", "write due:2026-12-01")),
        ("error PoolTimeout\n  at db.py:81\n", e.ErrorRecorded("PoolTimeout\n  at db.py:81")),
        ("config\n  pool: 200\n  size: 1", e.ConfigurationRecorded("  pool: 200\n  size: 1")),
        ("evidence graph #db\n#not-a-tag", e.EntryLogged("evidence", "graph\n#not-a-tag", ("db",))),
        ("lesson wrong no alert", e.LessonRecorded("wrong", "no alert")),
        ("done O1 61 idle", EXAMPLES["result"]),
        ("done o1", Refused("closing O1 asks for its result", "say what came of it")),
        ("done O9 x", Refused("no order “O9”", "known are: O1")),
        ('order "Lee Ann" 10 look', e.OrderGiven("Lee Ann", "look", 600)),
        (
            "order Lee soon look",
            Refused('"soon" is not a duration', "write 90s, 20m, 1h30m or 2d"),
        ),
        ("order someone 10m look", Refused("an order is for one named person", "name who does it")),
        ("understood lee", EXAMPLES["understood"]),
        ("extend O1 soon", Refused('"soon" is not a duration', "write 90s, 20m, 1h30m or 2d")),
        ("extend idle 1h", e.OrderExtended(O1, 4170, "", "O1 Lee")),
        ("cancel O1", e.OrderCancelled(O1, "", "O1 Lee")),
        ("propose restart it", e.DecisionProposed("restart it")),
        (
            'propose "restart it" Rollback: "start the old one" by:"Kim Lee" window:1m RISK: "a minute"',
            e.DecisionProposed("restart it", "a minute", "start the old one", 60, "Kim Lee"),
        ),
        (
            'propose "restart it" "risk: a minute" "by:Kim Lee" rollback: none',
            e.DecisionProposed("restart it", "a minute", "none", 15, "Kim Lee"),
        ),
        ("propose go window:soon", Refused('"soon" is not a duration', "write 90s, 20m, 1h30m or 2d")),
        ("propose risk: all", Refused("the proposal is empty", "type some text")),
        ('object D1 "Kim Lee" not now', e.ObjectionRaised(D1, "Kim Lee", "not now", "D1")),
        ("proceed D1", Refused("D1 is open to objections for another 15 s", "wait, or say why not to")),
        ("proceed D1 no time", e.DecisionRuled(D1, "proceed", "no time", "Kim", "D1")),
        ("reject D1 too risky by:now", e.DecisionRuled(D1, "rejected", "too risky by:now", "", "D1")),
        ("withdraw roll", EXAMPLES["withdraw"]),
        ('escalate L3 "Kim Lee"', e.Escalated(3, "Kim Lee")),
        ("escalate level3 kim", e.Escalated(3, "kim")),
        ("escalate 9 kim", Refused("no escalation level 9", "it is 1, 2, 3")),
        ("escalate kim now", Refused("“kim” is no escalation level", "for example: /escalate 2 Noor")),
        ("loop", e.LoopMoved("stabilize")),
        ("loop ver", e.LoopMoved("verify")),
        ("snooze ten:1 never", Refused('"never" is not a duration', "write 90s, 20m, 1h30m or 2d")),
        ("accept sev 1 o1", Refused("no handoff is offered", "the holder of a role offers it")),
        (
            "handoff Kim deputy",
            Refused("nobody is deputy, so nobody can hand it over", "take it with /role deputy @Kim"),
        ),
        ("snooze ten:1 9d", Refused("a callout comes again within minutes to a day", "for example in 10m")),
    ],
)
def test_further_forms(line: str, expected: e.Body | Refused) -> None:
    decided = bodies(line)
    assert decided == (expected if isinstance(expected, Refused) else (expected,))


def test_a_finished_item_is_opened_again() -> None:
    assert body("reopen A1", e.ActionItemDone(A1)) == e.ActionItemReopened(A1)


@pytest.mark.parametrize("line", ["for H1", "against H1", "amend better", "strike", "star"])
def test_what_is_about_an_entry_needs_one(line: str) -> None:
    assert isinstance(bodies(line, selected=None), Refused)


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("milestone started", None),
        ("milestone started 14:02", datetime(2026, 11, 21, 13, 2, tzinfo=UTC)),
        ("milestone started -10m", NOW - timedelta(minutes=10)),
        ("milestone started 10m ago", NOW - timedelta(minutes=10)),
        ("milestone started yesterday 14:02", datetime(2026, 11, 20, 13, 2, tzinfo=UTC)),
        ("milestone started 2026-11-20 14:02", datetime(2026, 11, 20, 13, 2, tzinfo=UTC)),
        ("severity 2 one region", None),
    ],
)
def test_the_moment_of_a_command(line: str, at: datetime | None) -> None:
    meant = read(line, CONTEXT)
    assert isinstance(meant, Meant)
    assert meant.at == at


def test_a_back_dated_command_counts_from_its_moment() -> None:
    earlier = NOW - timedelta(minutes=5)

    meant = read("sent M1", CONTEXT, earlier)

    assert isinstance(meant, Meant)
    promised = (earlier + timedelta(minutes=20)).isoformat()
    assert meant.intent(CONTEXT.incident) == (e.MessageSent(M1, "by hand", promised),)
    assert meant.at == earlier


@pytest.mark.parametrize("time", ["25:00", "2027-01-01 10:00", "soon", "0001-01-01 10:00"])
def test_an_impossible_moment_is_refused(time: str) -> None:
    assert isinstance(read(f"milestone started {time}", CONTEXT), Refused)


@pytest.mark.parametrize(
    ("name", "near"), [("serverity", "severity"), ("stats", "status"), ("st", "strike"), ("evidense", "evidence")]
)
def test_an_unknown_name_is_answered_with_the_nearest(name: str, near: str) -> None:
    refused = verb_meant(name)
    assert isinstance(refused, Refused)
    assert near in refused.hint


def test_an_item_goes_only_to_trackers_that_are_configured() -> None:
    assert trackers(ROUTES) == trackers(ROUTES, ["issues"]) == (Target("issues", "github"),)
    none = Refused("no issue tracker is configured", "docs/channels/github.md and jira.md say how")
    assert trackers(ROUTES[:1]) == none
    assert trackers(ROUTES, ["ops"]) == Refused("“ops” is no issue tracker", "configured are: issues")
    several = (*ROUTES, Route("jira", "jira", "issue tracker", ()))
    assert trackers(several) == Refused("there are several issue trackers", "name one of: issues, jira")


WORDS = st.sampled_from(
    [
        *VERBS,
        "H1",
        "M1",
        "A1",
        "O1",
        "D1",
        "by:x",
        "risk:",
        "999999d",
        "1.1",
        '"',
        "@x",
        "next",
        "20m",
        "during",
        "owner:",
        "due:1",
        "!high",
        "-H9",
        "9" * 30,
    ]
)


@given(
    st.lists(WORDS | st.text(max_size=12), max_size=6).map(" ".join) | st.text(),
    st.sampled_from([None, PROOF, STORY.events[0]]),
)
def test_no_line_breaks_the_reading(line: str, selected: e.Event | None) -> None:
    meant = read(line, Context(CONTEXT.incident, NOW, BERLIN, "mara", selected))

    assert isinstance(meant if isinstance(meant, Refused) else meant.intent(CONTEXT.incident), Refused | tuple)


def test_of_several_handoffs_the_one_to_the_reader_or_of_the_role_is_meant() -> None:
    other = e.HandoffOffered("incident commander", "mara", "brief")
    chief = e.RoleTaken("incident commander", "Ines")
    several = Refused("2 handoffs are offered", "name the role, too: incident commander, scribe")

    assert isinstance(bodies("accept 1 O1 by:somebody", *OFFERED, chief, other), Refused)
    accepted = bodies("accept 1 O1", *OFFERED, chief, other)
    assert isinstance(accepted, tuple)
    assert isinstance(accepted[0], e.HandoffAccepted)
    assert accepted[0].about == "Ines → mara"
    assert bodies("accept sev1 1 scribe by:kim", *OFFERED, chief, other) == (EXAMPLES["accept"],)
    assert bodies("keep not before the rollback", *OFFERED, chief, other) == several
    assert bodies("keep scribe not before the rollback", *OFFERED, chief, other) == (EXAMPLES["keep"],)
