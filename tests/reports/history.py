"""Incidents for documents: an outage with every feature, and one with every field of every kind of event filled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from msgspec.structs import replace

from incident_tui.domain import events as e
from incident_tui.domain.protocol import Phase, Protocol, Reading, Step
from incident_tui.domain.protocol_json import to_json as protocol_to_json
from tests.story import START, THERE, Story, declared

MINUTE = timedelta(minutes=1)
TRACE = (
    "\x1b[31mpsycopg.errors.TooManyConnections\x1b[0m: [orders-db] remaining slots are reserved\r\n"
    "  File [/srv/checkout/pool.py], line 81, in _acquire [/bold] [red]\n"
    '    raise PoolTimeout(f"no connection within {self.timeout} s")  # ```\n'
    "## Resolved\n"
    "<script>alert(1)</script> ![x](http://evil.example/p.png) | a | b |\n"
    "\x1b]52;c;ZXZpbA==\x07 @everyone #123"
)
Words = Callable[[str], str]


def chained(story: Story) -> list[e.Event]:
    """The events of a story with the chains of their devices."""
    heads: dict[str, str] = {}
    found = []
    for event in story.events:
        before = heads.get(event.device, "")
        heads[event.device] = sha256(f"{before}{event.id}".encode()).hexdigest()
        found.append(replace(event, prev=before, hash=heads[event.device]))
    return found


def outage() -> Story:
    """A checkout outage that is over, told by four people on two devices."""
    story = Story(start=START - timedelta(seconds=30), actor="Mara")
    for act in (_alarm, _protocol, _investigation, _command, _messages, _repair, _aftermath):
        act(story)
    story.events = chained(story)
    return story


def _alarm(story: Story) -> None:
    said = declared("Checkout fails with 502", 2, detected=START - 4 * MINUTE)
    story.say(said)
    story.say(e.MilestoneSet("started"), at=START - 11 * MINUTE, after=MINUTE)
    story.say(e.RoleTaken("incident commander", "Mara"), after=MINUTE)
    story.say(e.RoleTaken("scribe", "Jonas"), e.RoleTaken("technical lead", "Ines"))
    story.say(e.SeveritySet(1, "no order goes through"))
    story.say(
        e.ImpactSet("users", "about 1,200, every second checkout"),
        e.ImpactSet("revenue", "$3,400 per hour"),
        e.ImpactSet("data", "none"),
        e.ImpactSet("reputation", "first posts on social media"),
        e.ImpactSet("frontend", "the pay button spins for ever"),
        e.ImpactSet("backend", "checkout-api, orders-api"),
        e.ImpactSet("database", "orders-db: 100 of 100 connections"),
        e.ImpactSet("partners", "two resellers cannot order"),
        e.ServiceTagged("checkout-api"),
        e.ServiceTagged("orders-db"),
    )


def _protocol(story: Story) -> None:
    for number in ("1.1", "1.2", "1.3", "1.4", "2.1", "2.2"):
        story.say(e.StepChecked(number))
    story.say(e.StepNoted("1.2", "502 on 38 % of POST /checkout, usually 0.1 %"), actor="Jonas")
    story.say(e.StepRuledOut("2.3", "the status page is fed by the health checks"))
    story.say(e.StepChecked("2.4"), after=3 * MINUTE)
    story.say(e.StepSkipped("4.3", "the caches are healthy"))
    story.say(e.StepChecked("4.4"))
    story.say(e.StepReopened("4.4"))
    story.say(e.StepChecked("4.1"))
    story.take_back()


def _investigation(story: Story) -> None:
    story.say(e.PhaseBegun(4))
    story.say(e.EntryLogged("finding", "error rate climbs since 13:51\nfirst in eu-west-1", ("eu-west-1", "checkout")))
    pool = story.say(e.EntryLogged("theory", "the connection pool of orders-db is exhausted"), actor="Ines")
    cache = story.say(e.EntryLogged("theory", "the cache lost its warm keys"), device=THERE, actor="Jonas")
    output = "count | state\n 61 | idle in transaction\n 39 | active"
    counted = story.say(
        e.CommandRun(
            "psql -c 'select count(*), state from pg_stat_activity group by 2'",
            0,
            412,
            output,
            host="db-1",
            folder="/srv/orders",
        ),
        actor="Ines",
    )
    story.say(e.EvidenceWeighed(counted.id, pool.id, "for"))
    story.say(e.EntryStarred(counted.id))
    whole = sha256(b"log").hexdigest()
    story.say(e.CommandRun("kubectl logs deploy/checkout", 1, 72_000, "PoolTimeout\n" * 3, whole, 2_411_724, True))
    hits = story.say(e.EntryLogged("evidence", "cache hit rate is 97 %", ("cache",), None, cache.id), actor="Jonas")
    story.say(e.EntryAmended(hits.id, "cache hit rate is 97.4 %, as on every day"))
    wrong = story.say(e.EntryLogged("note", "traffic is ~2x the usual"), actor="Jonas", device=THERE)
    story.say(e.EntryStruck(wrong.id, "read from the wrong graph"), actor="Jonas", device=THERE)
    story.say(e.EntryLogged("note", "typed into the wrong window"))
    story.take_back()
    story.say(e.EntryLogged("alert", "payments: p99 over 5 s"), at=story.now - 12 * MINUTE, actor="Ines")
    graph = story.say(e.FileAttached("pool.png", sha256(b"pool").hexdigest(), 48_211))
    story.say(e.EvidenceWeighed(graph.id, pool.id, "for"))
    story.say(e.FileAttached("trace.txt", sha256(TRACE.encode()).hexdigest(), len(TRACE), TRACE))
    story.say(e.ErrorRecorded(TRACE), actor="Ines")
    story.say(e.TheoryJudged(cache.id, "refuted", "the hit rate never fell"))
    story.say(e.TheoryJudged(pool.id, "supported"), e.TheoryJudged(pool.id, "confirmed", "the pool drains on release"))
    story.say(e.EntryLogged("cause", "release 4.12 leaks a connection on every declined card"), actor="Ines")
    story.say(e.StatusSet("identified"))


POOL = Protocol(
    "database-connections",
    "Connection pool is empty",
    (
        Phase("Relieve the pool", steps=(Step("1.1", "End idle transactions"), Step("1.2", "Background"))),
        Phase("Find the leak", steps=(Step("2.1", "Compare the releases"),)),
    ),
    "playbook:database-connections",
    sha256(b"pool").hexdigest(),
    (Reading("Roll back by hand", "Deploy the release before.", line=40),),
)


def _command(story: Story) -> None:
    """What people ask of each other, each after a few seconds."""

    def say(*bodies: e.Body, actor: str = "") -> str:
        return story.say(*bodies, actor=actor, after=timedelta(seconds=4)).id

    look = say(e.OrderGiven("Lee", "count idle connections on all replicas", 20))
    drain, post = (
        say(e.OrderGiven("Kim", "prepare to drain eu-west-1", 300)),
        say(e.OrderGiven("Ada", "ask | sales", 300)),
    )
    say(e.OrderUnderstood(look, "O1 Lee"), actor="Lee")
    say(e.OrderExtended(look, 8, "two replicas answer slowly", "O1 Lee"), e.LoopMoved("stabilize"))
    say(e.CalloutAnswered("order:1", (story.now + MINUTE).isoformat()), e.CalloutAnswered("ten:1"))
    say(e.Escalated(2, "Noor", "no order goes through"), e.LoopMoved("update"), e.LoopMoved("verify"))
    say(
        e.OrderDone(look, "61 idle on the primary", "O1 Lee"), e.OrderCancelled(look, "too late", "O1 Lee"), actor="Lee"
    )
    say(e.OrderCancelled(drain, "one region only would not help", "O2 Kim"), e.OrderUnderstood(post, "O3 Ada"))
    story.take_back(after=timedelta(seconds=4))
    back = say(e.DecisionProposed("roll back to 4.11", "3 min of refused orders", "deploy 4.12 again", 15, "Lee"))
    say(e.ObjectionRaised(back, "Kim", "the export job still runs", "D1"), e.LoopMoved("size-up"))
    say(e.DecisionRuled(back, "proceed", "the export can be repeated", "Lee", "D1"))
    say(e.ObjectionRaised(back, "Ada", "so do the invoices", "D1"), e.DecisionProposed("close the shop"))
    first = say(e.HandoffOffered("incident commander", "Noor", "Situation: orders fail\nNext: roll back"))
    say(e.HandoffWithdrawn(first, "not before the rollback", "Mara → Noor"))
    scribe = say(e.HandoffOffered("scribe", "Kim", "The log is complete."))
    say(e.HandoffAccepted(scribe, 1, ("O2", "O3"), "Jonas → Kim"), actor="Kim")
    say(e.PlaybookAttached(protocol_to_json(POOL)))
    say(e.StepChecked("15.1"))
    say(e.StepAdded(13, "Ask the payment team for its retries", "they retry three times", ("retries --all",)))
    say(e.StepChecked("14.3"))
    say(e.StepChecked("14.1"), e.StepSetAside("14.2"), e.SectionTaken("Roll back by hand", 40), e.BudgetSet(13, 900))
    say(e.BudgetSet(13, None, "14.1"), e.PhaseSetAside(15), e.PhaseSetAside(99))
    say(e.StepAdded(13, "Wait"))
    story.take_back(after=timedelta(seconds=4))


def _messages(story: Story) -> None:
    team = story.say(
        e.MessageDrafted("internal", "Checkout is down, we look into it.", "#war-room", "👀", 600), actor="Jonas"
    )
    story.say(e.MessageApproved(team.id))
    story.say(e.MessageSent(team.id, "pasted by hand", (story.now + 10 * MINUTE).isoformat()))
    boss = story.say(e.MessageDrafted("management", "SEV1: no orders since 14:51.\nNext word at 15:40.", "e-mail"))
    story.say(e.MessageSent(boss.id, "by hand", (story.now + 5 * MINUTE).isoformat()))
    page = story.say(e.MessageDrafted("external", "We have a problem.", "status page", "🔍", 1200))
    story.say(e.MessageEdited(page.id, "Some payments fail. We are working on it.", "status page", "🔍", 1200))
    story.say(e.MessageSent(page.id, "copied", (story.now + 20 * MINUTE).isoformat()))
    update = story.say(
        e.MessageDrafted("internal", "The cause is found: release 4.12. Rolling back.", "#war-room", "🔧")
    )
    story.say(e.MessageSent(update.id, "pasted by hand"), after=4 * MINUTE)
    doubtful = story.say(e.MessageDrafted("management", "All is well."))
    story.say(e.MessageDiscarded(doubtful.id, "too early"))
    story.say(e.MessageDrafted("external", "Sorry! Here is a voucher.", "e-mail"), actor="Jonas")


def _repair(story: Story) -> None:
    story.say(e.EntryLogged("decision", "roll back to 4.11; no hot fix"), after=MINUTE)
    story.say(e.EntryLogged("action", "rollback of orders started"), actor="Ines")
    story.say(e.ReadingRecorded("connections", "before", "35"), e.ReadingRecorded("connections", "during", "100"))
    story.say(e.ReadingRecorded("cpu", "during", "31 %"), e.ReadingRecorded("connections", "after", "36"))
    story.say(e.ConfigurationRecorded("pool_size: 100\nrelease: '4.12'", "yaml"))
    story.say(e.FixStepRecorded("immediate", "roll back orders to 4.11"), actor="Ines")
    story.say(e.FixStepRecorded("immediate", "kill the idle sessions:\nselect pg_terminate_backend(pid)"), actor="Ines")
    step = story.say(e.FixStepRecorded("root cause", "close the cursor when a card is declined"), actor="Ines")
    story.say(e.EntryStruck(step.id, "the connection, not the cursor"))
    story.say(e.FixStepRecorded("root cause", "give the connection back when a card is declined"), actor="Ines")
    story.say(e.EntryLogged("fix", "4.11 runs on all nodes"), at=story.now - 4 * MINUTE, actor="Ines")
    story.say(e.StatusSet("monitoring", "error rate falls"))
    story.say(e.EntryLogged("health", "checkout: 0.1 % errors, p99 240 ms"), after=8 * MINUTE)
    story.say(*(e.StepChecked(f"7.{number}") for number in range(1, 5)), after=20 * MINUTE)
    story.say(e.RecoveryRecorded("data", "14 double bookings repaired by hand"))
    story.say(e.RecoveryRecorded("service", "circuit breaker to the payment provider reset"))
    story.say(e.StepChecked("9.1"), e.StepChecked("10.2"), e.StepRuledOut("9.2"))
    story.say(e.StatusSet("resolved"))


def _aftermath(story: Story) -> None:
    story.say(e.RoleLeft("scribe"), e.IncidentRenamed("Checkout fails: leaked connections"))
    story.say(e.SeveritySet(2, "only reports are late now"), after=10 * MINUTE)
    story.say(e.CostRecorded("refunds", "$2,300"), e.CostRecorded("goodwill", "14 vouchers"))
    story.say(e.LessonRecorded("wrong", "no alert on idle in transaction"))
    story.say(e.LessonRecorded("well", "the rollback took four minutes"), e.LessonRecorded("luck", "it was no Friday"))
    high = story.say(e.ActionItemAdded("alert on the pool", "Jonas", "2026-12-05", "high"))
    story.say(e.ActionItemChanged(high.id, "alert on idle in transaction", "Jonas", "2026-12-05", "high"))
    story.say(e.ActionItemAdded("write a test for declined cards", "Ines", "2026-11-20", "medium"))
    low = story.say(e.ActionItemAdded("tidy up the dashboards", priority="low"))
    story.say(e.ActionItemDone(low.id), after=9 * timedelta(hours=1))
    story.say(e.StepChecked("11.1"))
    story.say(e.SignedOff("incident commander", "Mara"), e.SignedOff("technical lead", "Ines"))
    story.say(e.Unrecognised("probe.passed", {"probe": "checkout"}), device=THERE)


def every_kind(words: Words) -> Story:
    """One event of each kind at least, each field of text filled with `words(its name)`."""
    story = Story(actor=words("actor"))
    step = Step("1.1", words("step title"), words("step detail"), (words("step command"),))
    more = tuple(Step(number, "step") for number in ("1.2", "1.3", "1.4", "1.5"))
    phases = (
        Phase(words("phase title"), words("phase group"), MINUTE, steps=(step, *more)),
        Phase("next", "Recovery", steps=(Step(words("step number"), "step"),)),
    )
    protocol = Protocol(words("protocol name"), words("protocol title"), phases, words("protocol source"))
    story.say(declared(words("incident title"), protocol=protocol, zone=words("zone"), ref=words("ref")))
    story.say(e.IncidentRenamed(words("new title")), e.SeveritySet(1, words("severity reason")))
    story.say(e.StatusSet("identified", words("status reason")), e.StatusSet(words("status"), "why"))
    story.say(e.MilestoneSet(words("milestone")), e.RoleTaken(words("role"), words("person")))
    story.say(e.RoleTaken("scribe", "b"), e.RoleLeft("scribe"), e.RoleLeft(words("left role")))
    story.say(e.ImpactSet(words("impact key"), words("impact")), e.ImpactSet("users", words("users")))
    story.say(e.ServiceTagged(words("service")), e.ServiceTagged("left"))
    story.say(e.ServiceUntagged("left"), e.ServiceUntagged(words("left service")))
    story.say(e.ImpactSet("frontend", words("component")), e.PhaseBegun(0))
    story.say(e.StepChecked("1.1"), e.StepReopened("1.1"), e.StepSkipped("1.2", words("skip reason")))
    story.say(e.StepSkipped("1.4", words("earlier skip reason")), e.StepChecked("1.4"))
    story.say(e.StepRuledOut("1.3", words("rule out reason")), e.StepNoted("1.1", words("step note")))
    story.say(e.StepNoted(words("strange step"), words("strange note")))
    story.say(e.StepNoted("1.5", words("undone note")))
    story.take_back()
    _every_writing(story, words)
    _every_message(story, words)
    _every_record(story, words)
    _every_order(story, words)
    _every_decision(story, words)
    _every_change(story, words)
    return story


def _every_writing(story: Story, words: Words) -> None:
    theory = story.say(e.EntryLogged("theory", words("theory"))).id
    story.say(e.EntryLogged("finding", words("entry"), (words("tag"),), theory, None))
    story.say(e.EntryLogged(words("entry kind"), words("entry of a strange kind"), (), None, theory))
    for kind in ("cause", "decision", "fix", "health"):
        story.say(e.EntryLogged(kind, words(kind)))
    output = e.CommandRun(
        words("command"), 1, 20, words("output"), words("output hash"), 9, True, words("host"), words("folder")
    )
    run = story.say(output)
    story.say(e.EvidenceWeighed(run.id, theory, "for"), e.EntryStarred(run.id))
    story.say(e.FileAttached(words("file name"), words("file hash"), 10, words("preview")))
    answer = e.ResultKept(
        words("source"),
        words("answer title"),
        words("answer"),
        words("query"),
        partial=words("partial"),
        url=words("seen at"),
    )
    story.say(replace(answer, since=story.now.isoformat(), until=story.now.isoformat(), asked=story.now.isoformat()))
    story.say(e.TheoryJudged(theory, "supported", words("first verdict")))
    story.say(e.TheoryJudged(theory, words("theory state"), words("verdict")))
    old = story.say(e.EntryLogged("note", words("old text")))
    story.say(e.EntryAmended(old.id, words("new text")))
    story.say(e.EntryAmended(old.id, words("undone amendment")))
    story.take_back()
    wrong = story.say(e.EntryLogged("note", words("struck text")))
    story.say(e.EntryStruck(wrong.id, words("strike reason")))
    story.say(e.EntryLogged("note", words("undone text")))
    story.take_back()


def _every_message(story: Story, words: Words) -> None:
    sent = story.say(e.MessageDrafted(words("audience"), words("first wording"), "c", "m", 60)).id
    story.say(e.MessageEdited(sent, words("wording"), words("channel"), words("mark"), 60))
    story.say(e.MessageApproved(sent), actor=words("approver"))
    story.say(e.MessageSent(sent, words("how"), (story.now + MINUTE).isoformat()))
    gone = story.say(e.MessageDrafted("internal", words("sent wording"))).id
    told = story.say(e.DeliveryQueued(gone, words("reached channel"), words("via"), words("form"))).id
    story.say(e.DeliveryBegun(told), e.DeliveryDelayed(told, words("delay")), e.DeliveryFailed(told, words("failure")))
    story.say(e.DeliveryRetried(told), e.DeliveryUnclear(told, words("doubt")))
    story.say(e.DeliveryDone(told, words("receipt"), words("url")))
    lost = story.say(e.DeliveryQueued(gone, words("lost channel"), "x", "update")).id
    story.say(e.DeliveryDropped(lost, False, words("drop reason")))
    left = story.say(e.MessageDrafted("internal", words("draft"), words("draft channel"), words("draft mark"))).id
    story.say(e.MessageDiscarded(left, words("discard reason")))
    story.say(e.MessageDrafted("internal", words("undone draft")))
    story.take_back()


def _every_record(story: Story, words: Words) -> None:
    story.say(e.ErrorRecorded(words("error")), e.ConfigurationRecorded(words("configuration"), words("language")))
    story.say(e.ReadingRecorded(words("measure"), words("moment"), words("reading")))
    story.say(e.FixStepRecorded(words("fix kind"), words("fix step")))
    story.say(e.RecoveryRecorded(words("scope"), words("recovery")))
    story.say(e.CostRecorded(words("cost item"), words("cost")), e.LessonRecorded(words("side"), words("lesson")))
    for record in (e.ErrorRecorded(words("struck error")), e.ReadingRecorded("cpu", "before", words("struck reading"))):
        story.say(e.EntryStruck(story.say(record).id, words("record strike reason")))
    story.say(e.SignedOff(words("sign-off role"), words("sign-off person")))
    item = story.say(e.ActionItemAdded(words("first action"), "a", None, "high")).id
    changed = e.ActionItemChanged(item, words("action"), words("owner"), words("due"), words("priority"))
    story.say(changed, e.ActionItemDone(item), e.ActionItemReopened(item))
    story.say(e.ActionItemAdded(words("undone action")))
    story.take_back()
    story.say(e.Unrecognised(words("strange kind"), {"x": words("strange data")}))


def _every_order(story: Story, words: Words) -> None:
    order = story.say(e.OrderGiven(words("order person"), words("order"), 60)).id
    story.say(e.OrderUnderstood(order, words("known about")), e.OrderExtended(order, 60, words("extension reason")))
    story.say(e.OrderDone(order, words("order result")), e.OrderDone(order, words("second result")))
    left = story.say(e.OrderGiven("b", words("left order"), 60)).id
    story.say(e.OrderCancelled(left, words("cancel reason")))
    story.say(e.OrderGiven(words("undone person"), words("undone order"), 60))
    story.take_back()
    lost = "nowhere"
    story.say(e.OrderUnderstood(lost, words("about understood")), e.OrderDone(lost, "", words("about done")))
    story.say(e.OrderCancelled(lost, words("lost reason"), words("about cancelled")))
    story.say(e.OrderExtended(lost, 60, words("lost extension"), words("about extended")))


def _every_decision(story: Story, words: Words) -> None:
    made = e.DecisionProposed(words("proposal"), words("risk"), words("way back"), 15, words("first executor"))
    proposal = story.say(made).id
    story.say(e.ObjectionRaised(proposal, words("objector"), words("objection")))
    story.say(e.DecisionRuled(proposal, words("strange ruling"), words("strange ruling reason"), words("nobody")))
    story.say(e.DecisionRuled(proposal, "proceed", words("ruling reason"), words("executor")))
    story.say(e.DecisionProposed(words("undone proposal"), words("undone risk")))
    story.take_back()
    story.say(e.ObjectionRaised("nowhere", "a", "b", words("objection about")))
    story.say(e.DecisionRuled("nowhere", "rejected", "", "", words("ruling about")))
    story.say(e.Escalated(2, words("called"), words("call reason")), e.Escalated(3, words("undone call")))
    story.take_back()
    offer = e.HandoffOffered(words("offered role"), words("next person"), words("brief"))
    first, second = (story.say(offer, actor=words("offerer")).id for _ in range(2))
    story.say(e.HandoffAccepted(first, 1, (words("restated order"),)))
    story.say(e.HandoffWithdrawn(second, words("withdrawal reason")))
    story.say(e.HandoffAccepted("nowhere", 1, (), words("about accepted")))
    story.say(e.HandoffWithdrawn("nowhere", "", words("about withdrawn")))
    story.say(e.HandoffOffered("scribe", words("undone next"), words("undone brief")))
    story.take_back()
    story.say(e.LoopMoved("verify"), e.LoopMoved(words("segment")))
    story.say(e.CalloutAnswered(words("callout"), words("until")))


def _every_change(story: Story, words: Words) -> None:
    steps = (Step("1.1", words("playbook step")), Step("1.2", words("aside step")))
    phases = (Phase(words("playbook phase"), steps=steps), Phase(words("aside phase"), steps=(Step("2.1", "x"),)))
    reading = Reading(words("section"), "text", line=3)
    playbook = Protocol(
        words("playbook name"), words("playbook title"), phases, words("playbook source"), "f" * 64, (reading,)
    )
    story.say(e.PlaybookAttached(protocol_to_json(playbook)))
    story.say(e.StepAdded(2, words("added step"), words("added detail"), (words("added command"),)))
    story.say(e.StepSetAside("3.2"), e.PhaseSetAside(3), e.SectionTaken(words("section"), 3))
    story.say(e.BudgetSet(0, 900), e.BudgetSet(0, None, "1.1"), e.BudgetSet(0, 900, words("budget step")))
    story.say(e.StepAdded(0, words("undone step"), words("undone detail"), (words("undone command"),)))
    story.take_back()


def empty() -> Story:
    """Declared a moment ago, with a protocol of nothing."""
    story = Story()
    story.say(declared(protocol=Protocol("", "", ())), after=timedelta(0))
    return story
