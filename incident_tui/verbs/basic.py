"""Commands of the incident itself: its state, log, checklist, messages, record."""

from __future__ import annotations

from typing import Final

from incident_tui.domain.decide import checklist, command, log, messages, record, services
from incident_tui.verbs import readers as r
from incident_tui.verbs.verb import Verb


def _entry(kind: str, summary: str, text: str) -> Verb:
    return Verb(kind, f"{kind} TEXT", summary, f"{kind} {text}", r.log_as(kind))


def _on_entry(name: str, usage: str, summary: str, example: str, read: r.Reader) -> Verb:
    return Verb(name, usage, summary, example, read, on_entry=True)


TABLE: Final = (
    Verb("severity", "severity S [REASON]", "raise or lower the severity", "severity 2 only one region", r.severity),
    Verb("status", "status S [REASON]", "say how far it is", "status monitoring", r.first(command.set_status)),
    Verb("resolve", "resolve [REASON]", "the incident is over", "resolve no errors for 30 min", r.status("resolved")),
    Verb("close", "close [REASON]", "nothing is left to do", "close what is left is in A2", r.status("closed")),
    Verb("reopen", "reopen [A1 or REASON]", "investigate again, or open an action item again", "reopen", r.reopen),
    Verb("milestone", "milestone NAME [T]", "set or move a milestone", "milestone started 14:02", r.milestone, True),
    Verb("role", "role NAME PERSON", "give a role to somebody", "role technical lead @lee", r.held(command.take_role)),
    Verb("leave", "leave ROLE", "nobody holds the role any more", "leave scribe", r.leave),
    Verb("impact", "impact KEY VALUE", "say what is affected", "impact users ≈1,500", r.first(command.set_impact)),
    Verb("service", "service NAME…", "tag what is affected", "service checkout-api", r.whole(services.tag)),
    Verb("unservice", "unservice NAME…", "it is not affected after all", "unservice cache", r.whole(services.untag)),
    Verb("title", "title TEXT", "rename the incident", "title Card payments fail", r.whole(command.rename)),
    _entry("finding", "log what was seen", "p95 of checkout is 9.8 s #checkout"),
    _entry("theory", "log what may be the reason", "connections leak since web@2.4.1"),
    _entry("action", "log what is done about it", "restarted order-worker"),
    _entry("decision", "log what was decided", "roll back to web@2.4.0"),
    _entry("evidence", "log what proves something", "187 idle sessions +H1"),
    _entry("cause", "log the cause", "connection is not released when payment fails"),
    _entry("fix", "log the fix", "released in a finally block"),
    _entry("note", "log a note", "Kim joins at 15:00"),
    _entry("health", "log how a service is", "api /health 503"),
    _entry("alert", "log an alert", "PoolTimeout in POST /api/checkout"),
    Verb(
        "judge", "judge H1 STATE [REASON]", "call a theory supported, refuted, …", "judge H1 refuted no leak", r.judge
    ),
    _on_entry("for", "for H1", "the selected entry supports a theory", "for H1", r.weigh("for")),
    _on_entry("against", "against H1", "the selected entry speaks against a theory", "against H1", r.weigh("against")),
    _on_entry(
        "amend", "amend TEXT", "a better text for the selected entry", "amend p95 is 8.9 s", r.selected(log.amend)
    ),
    _on_entry(
        "strike", "strike [REASON]", "the selected entry no longer counts", "strike typo", r.selected(log.strike)
    ),
    _on_entry("star", "star", "mark the selected entry, or take the mark off", "star", r.selected(r.toggle_star)),
    Verb("check", "check STEP", "a step is done", "check 1.1", r.whole(checklist.check_step)),
    Verb("skip", "skip STEP REASON", "leave a step out", "skip 1.2 not safe now", r.first(checklist.skip_step)),
    Verb("na", "na STEP [REASON]", "a step does not apply", "na 1.2 no cache", r.first(checklist.rule_out_step)),
    Verb("open", "open STEP", "a step is to be done again", "open 1.1", r.whole(checklist.reopen_step)),
    Verb(
        "stepnote", "stepnote STEP TEXT", "a note on a step", "stepnote 1.1 Lee is on it", r.first(checklist.note_step)
    ),
    Verb("begin", "begin PHASE", "start the clock of a phase", "begin 2", r.begin),
    Verb(
        "draft",
        "draft AUDIENCE TEXT [next 20m]",
        "write to internal, management or external",
        "draft external Payments fail, we are on it next 20m",
        r.draft,
    ),
    Verb("edit", "edit M1 TEXT [next 20m]", "change a message", "edit M1 Rolling back", r.edit),
    Verb("approve", "approve M1", "a message may go out", "approve M1", r.whole(messages.approve)),
    Verb("sent", "sent M1 [HOW] [anyway]", "a message has gone out", "sent M1 status page", r.sent),
    Verb("discard", "discard M1 [REASON]", "a message will not go out", "discard M1", r.first(messages.discard)),
    Verb("error", "error TEXT", "record an error message", "error PoolTimeout", r.whole(record.record_error)),
    Verb(
        "state",
        "state MEASURE before|during|after VALUE",
        "record a reading of the system",
        "state pool size during 187",
        r.state,
    ),
    Verb("config", "config TEXT", "record a configuration", "config pool: 200", r.whole(record.record_configuration)),
    Verb(
        "fixstep", "fixstep immediate|root-cause TEXT", "record a step of a fix", "fixstep immediate undo", r.fix_step
    ),
    Verb(
        "recovery",
        "recovery data|service TEXT",
        "record what was recovered",
        "recovery data replayed 312 orders",
        r.first(record.record_recovery),
    ),
    Verb("cost", "cost ITEM VALUE", "record a cost", "cost refunds 1,200 €", r.first(record.record_cost)),
    Verb(
        "lesson",
        "lesson wrong|well|luck TEXT",
        "record what went wrong, what went well, what was luck",
        "lesson well the rollback took 4 min",
        r.first(record.record_lesson),
    ),
    Verb(
        "todo",
        "todo TEXT [owner:NAME] [due:YYYY-MM-DD] [!high|!medium|!low]",
        "add an action item",
        "todo alert on pool use owner:lee due:2026-12-01 !high",
        r.todo,
    ),
    Verb("done", "done A1 [or O1 RESULT]", "an action item or an order is done", "done A1", r.done),
    Verb(
        "assign",
        "assign A1 [owner:NAME] [due:YYYY-MM-DD] [!high|!medium|!low] [TEXT]",
        "change an action item",
        "assign A1 owner:lee due:2026-12-01",
        r.assign,
    ),
    Verb("sign", "sign ROLE PERSON", "sign off", "sign incident commander @dana", r.held(record.sign_off)),
)
