"""A history told in a few lines: bodies become events with proper ids and times, and an outage that has it all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import reduce

from incident_tui.domain import events as e
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.log import undo
from incident_tui.domain.evolve import fold
from incident_tui.domain.identity import Tick, event_id, next_tick
from incident_tui.domain.incident import Incident
from incident_tui.domain.protocol import Phase, Protocol, Reading, Step
from incident_tui.domain.protocol_json import to_json as protocol_to_json
from incident_tui.domain.timeline import Timeline
from incident_tui.protocols.library import load_builtin

START = datetime(2026, 11, 21, 14, 2, tzinfo=UTC)
HERE = "0000000a"
THERE = "0000000b"
STEP = timedelta(seconds=30)


class Story:
    """Events of one incident, told one after the other; `now` is when the last one was entered.

    Every device draws from the same clock, so that the order of the telling is the order of the ids.
    """

    def __init__(self, device: str = HERE, start: datetime = START, actor: str = "mara") -> None:
        self.device = device
        self.now = start
        self.actor = actor
        self.id = event_id(Tick(millis_of(start) - 1, 0), device, 0)
        self.events: list[e.Event] = []
        self._tick = Tick(0, 0)

    def say(
        self,
        *bodies: e.Body,
        at: datetime | None = None,
        actor: str = "",
        after: timedelta = STEP,
        device: str = "",
    ) -> e.Event:
        """Enter the bodies together, `after` the ones before; they happened then or, back-dated, `at`.

        Returns the last of the events.
        """
        self.now += after
        for body in bodies:
            self._tick = next_tick(self._tick, millis_of(self.now))
            where = device or self.device
            identifier = event_id(self._tick, where, len(self.events) + 1)
            moment = at or self.now
            self.events.append(e.Event(identifier, self.id, where, moment, self.now, actor or self.actor, body))
        return self.events[-1]

    def take_back(self, device: str = "", after: timedelta = STEP) -> e.Event:
        """Undo the device's latest act."""
        decision = undo(self.timeline(), device or self.device)
        assert not isinstance(decision, Refused), str(decision)
        return self.say(*decision, device=device, after=after)

    def incident(self) -> Incident:
        return fold(self.events, Incident(self.id))

    def timeline(self) -> Timeline:
        return Timeline.of(Incident(self.id), self.events)


def millis_of(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def declared(
    title: str = "Checkout fails with 502",
    severity: int = 2,
    protocol: Protocol | None = None,
    zone: str = "Europe/Berlin",
    ref: str = "INC-20261121-K7Q",
    detected: datetime | None = None,
) -> e.IncidentDeclared:
    """A declaration; with the built-in protocol unless another is given."""
    noticed = detected.isoformat() if detected else None
    chosen = protocol or load_builtin("emergency")
    return e.IncidentDeclared(ref, title, severity, zone, noticed, protocol_to_json(chosen))


def quiet_story(start: datetime = START) -> Story:
    """Declared and nothing else."""
    story = Story(start=start)
    story.say(declared(), after=timedelta(0))
    return story


def checkout_outage(start: datetime = START) -> Story:
    """A resolved outage of 50 minutes by three people on two devices, with events of every kind."""
    acts = (_response, _investigation, _teamwork, _mitigation, _aftermath)
    return reduce(lambda story, act: act(story), acts, Story(start=start))


def _response(story: Story) -> Story:
    start = story.now
    story.say(declared(detected=start - timedelta(minutes=3)), after=timedelta(0))
    story.say(e.RoleTaken("incident commander", "Mara"))
    story.say(e.RoleTaken("scribe", "Jonas"))
    story.say(e.SeveritySet(1, "no order goes through"))
    story.say(e.ImpactSet("users", "about 1,200"), e.ImpactSet("revenue", "3,400 per hour"))
    story.say(e.MilestoneSet("started"), at=start - timedelta(minutes=6))
    story.say(e.StepChecked("1.1"))
    story.say(e.StepChecked("1.2"))
    story.say(e.StepNoted("1.2", "502 on 38 % of POST /checkout, usually 0.1 %"))
    story.say(e.StepRuledOut("2.3", "no status page for internal customers"))
    story.say(e.EntryLogged("finding", "error rate climbs since 13:56\nfirst in eu-west-1", ("eu-west-1", "checkout")))
    draft = story.say(
        e.MessageDrafted("internal", "We look into failing checkouts.", "#war-room", "👀", 600), actor="jonas"
    )
    story.say(e.MessageApproved(draft.id))
    story.say(e.MessageSent(draft.id, "copied to #war-room", (story.now + timedelta(minutes=10)).isoformat()))
    return story


def _investigation(story: Story) -> Story:
    story.say(e.PhaseBegun(4), after=timedelta(minutes=1))
    pool = story.say(e.EntryLogged("theory", "the connection pool of orders-db is exhausted"))
    cache = story.say(e.EntryLogged("theory", "the cache lost its warm keys"), device=THERE, actor="jonas")
    story.say(
        e.CommandRun("psql -c 'select count(*) from pg_stat_activity'", 0, 412, "count\n  100", host="db-1", step="5.1")
    )
    counted = story.say(e.EntryLogged("evidence", "100 of 100 connections are taken", ("db",), pool.id, cache.id))
    graph = story.say(e.FileAttached("pool.png", "9f86d081884c7d65" * 4, 48_211))
    story.say(e.EvidenceWeighed(graph.id, pool.id, "for"))
    story.say(e.EntryAmended(counted.id, "100 of 100 connections are taken, 61 idle in transaction"))
    wrong = story.say(e.EntryLogged("note", "traffic is twice the usual"), actor="jonas", device=THERE)
    story.say(e.EntryStruck(wrong.id, "read from the wrong graph"), actor="jonas", device=THERE)
    story.say(e.EntryStarred(counted.id))
    story.say(e.TheoryJudged(cache.id, "refuted", "hit rate is 97 %"))
    story.say(e.TheoryJudged(pool.id, "confirmed"))
    story.say(e.ErrorRecorded("PoolTimeout: no connection within 5 s\n  at orders/db.py:81"))
    story.say(e.ReadingRecorded("connections", "before", "35"), e.ReadingRecorded("connections", "during", "100"))
    story.say(e.EntryLogged("cause", "release 4.12 leaks a connection on every declined card"))
    story.say(e.StatusSet("identified"))
    return story


def _teamwork(story: Story) -> Story:
    look = story.say(e.OrderGiven("Lee", "count idle connections on all replicas", 600), after=timedelta(seconds=20))
    drain = story.say(e.OrderGiven("Kim", "prepare to drain eu-west-1", 300), after=timedelta(seconds=5))
    story.say(e.OrderUnderstood(look.id, "O1 Lee"), actor="jonas")
    story.say(e.LoopMoved("stabilize"), after=timedelta(seconds=5))
    story.say(e.CalloutAnswered("ten:1", None), after=timedelta(seconds=5))
    story.say(e.Escalated(2, "Noor", "no order goes through"), after=timedelta(seconds=5))
    story.say(e.OrderExtended(look.id, 300, "two replicas answer slowly", "O1 Lee"))
    story.say(e.OrderDone(look.id, "61 idle on the primary, none on the replicas", "O1 Lee"))
    story.say(e.OrderCancelled(drain.id, "one region only would not help", "O2 Kim"))
    back = story.say(e.DecisionProposed("roll back to 4.11", "3 min of refused orders", "deploy 4.12 again", 15, "Lee"))
    story.say(e.ObjectionRaised(back.id, "Kim", "the export job still runs", "D1"), after=timedelta(seconds=8))
    story.say(e.DecisionRuled(back.id, "proceed", "the export can be repeated", "Lee", "D1"))
    early = story.say(e.HandoffOffered("incident commander", "Noor", "Situation: orders fail"))
    story.say(e.HandoffWithdrawn(early.id, "not before the rollback", "Mara → Noor"))
    scribe = story.say(e.HandoffOffered("scribe", "Kim", "Log is complete to 14:30"))
    story.say(e.HandoffAccepted(scribe.id, 1, (), "Jonas → Kim"))
    story.say(e.PlaybookAttached(protocol_to_json(POOL)))
    story.say(e.StepChecked("14.1"))
    story.say(e.StepAdded(13, "Ask the payment team for its retries", "they retry three times", ("true",)))
    story.say(e.StepSetAside("14.2"))
    story.say(e.SectionTaken("Roll back by hand", 40))
    story.say(e.BudgetSet(13, 900))
    story.say(e.PhaseSetAside(14))
    return story


POOL = Protocol(
    "pool",
    "Connection pool is empty",
    (Phase("Relieve the pool", steps=(Step("1.1", "End idle transactions"), Step("1.2", "Background"))),),
    readings=(Reading("Roll back by hand", "Deploy the release before.", line=40),),
)


def _mitigation(story: Story) -> Story:
    story.say(e.EntryLogged("decision", "roll back to 4.11"), after=timedelta(minutes=2))
    story.say(e.EntryLogged("action", "rollback of orders started"))
    story.say(e.StepSkipped("4.3", "caches are healthy"))
    story.say(e.StepChecked("4.4"))
    story.say(e.StepReopened("4.4"))
    story.say(e.ConfigurationRecorded("pool_size: 100\nrelease: 4.11", "yaml"))
    story.say(e.FixStepRecorded("immediate", "roll back orders to 4.11"))
    story.say(e.EntryLogged("fix", "4.11 runs on all nodes"), at=story.now - timedelta(minutes=4))
    story.say(e.StatusSet("monitoring"))
    wording = story.say(e.MessageDrafted("external", "Checkout works again.", "status page", "✅", 1200))
    story.say(e.MessageEdited(wording.id, "Checkout works again. We keep watching.", "status page", "✅", 1200))
    doubtful = story.say(e.MessageDrafted("management", "All is well."))
    story.say(e.MessageDiscarded(doubtful.id, "too early"))
    _delivered(story)
    story.say(e.ServiceTagged("orders-db"), e.ServiceTagged("cache"))
    story.say(e.ServiceUntagged("cache"))
    story.say(e.ImpactSet("data", "lost"))
    story.take_back()
    story.say(e.Unrecognised("probe.passed", {"probe": "checkout", "status": 200}))
    return story


def _delivered(story: Story) -> None:
    none = timedelta(0)
    news = story.say(e.MessageDrafted("management", "Orders go through again.", mark="✅"), after=none)
    mail = story.say(e.DeliveryQueued(news.id, "board", "email", "opening"), after=none)
    story.say(e.DeliveryBegun(mail.id), e.DeliveryDelayed(mail.id, "mail.example: no connection"), after=none)
    story.say(e.DeliveryBegun(mail.id), e.DeliveryUnclear(mail.id, "mail.example: the answer broke off"), after=none)
    story.say(
        e.DeliveryRetried(mail.id), e.DeliveryBegun(mail.id), e.DeliveryDone(mail.id, "<q1@mail.example>"), after=none
    )
    chat = story.say(e.DeliveryQueued(news.id, "leads", "slack", "opening"), after=none)
    story.say(e.DeliveryBegun(chat.id), e.DeliveryFailed(chat.id, "slack: channel_is_archived"), after=none)
    story.say(e.DeliveryDropped(chat.id, False, "the channel is gone"), after=none)
    story.say(
        e.ResultKept("Datadog logs", "12 errors since 14:00", "PoolTimeout", "service:orders status:error"), after=none
    )


def _aftermath(story: Story) -> Story:
    story.say(e.ReadingRecorded("connections", "after", "36"), after=timedelta(minutes=20))
    story.say(e.RecoveryRecorded("data", "14 double bookings repaired by hand"))
    story.say(e.SeveritySet(2, "only reports are late now"))
    story.say(e.StatusSet("resolved"))
    story.say(e.RoleLeft("scribe"))
    story.say(e.IncidentRenamed("Checkout fails: leaked connections"))
    story.say(e.CostRecorded("refunds", "2,300"))
    story.say(e.LessonRecorded("wrong", "no alert on idle in transaction"), e.LessonRecorded("well", "quick rollback"))
    item = story.say(e.ActionItemAdded("alert on the pool", "jonas", "2026-12-05", "high"))
    story.say(e.ActionItemChanged(item.id, "alert on idle in transaction", "jonas", "2026-12-05", "high"))
    story.say(e.ActionItemDone(item.id), actor="jonas", device=THERE)
    story.say(e.ActionItemReopened(item.id))
    story.say(e.SignedOff("incident commander", "Mara"), after=timedelta(minutes=5))
    return story
