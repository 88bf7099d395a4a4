"""Which events are lines of the log, of what kind, and in which words."""

from __future__ import annotations

from msgspec import Struct

from incident_tui.domain import events as e
from incident_tui.domain.incident import ENTRY_KINDS, SEVERITIES

TURNS = ("milestone", "severity", "status", "role", "impact", "title", "escalation")
COMMANDS = ("order", "proposal", "handoff")
RECORDS = ("error", "reading", "configuration", "fix step", "recovery", "cost", "lesson", "sign-off", "action item")
MAIN_KINDS = (*ENTRY_KINDS, *TURNS, *COMMANDS, *RECORDS)
SIDE_KINDS = ("step", "message")
LINE_KINDS = (*MAIN_KINDS, *SIDE_KINDS)


class LogLine(Struct, frozen=True):
    """`text` is untrusted. Its first line is the line; `more` is what folds out below it."""

    kind: str
    text: str
    more: str = ""


def line_of(body: e.Body) -> LogLine | None:
    """The line that an event adds to the log; None for what changes something that has a line already."""
    line = _whole(body)
    if line is None or "\n" not in line.text:
        return line
    text, _, more = line.text.partition("\n")
    return LogLine(line.kind, text, f"{more}\n{line.more}" if line.more else more)


def kind_of(body: e.Body) -> str:
    """Of what kind the line is that an event adds to the log; empty where it adds none."""
    if isinstance(body, e.EntryLogged):
        return body.kind if body.kind in ENTRY_KINDS else "note"
    line = _whole(body)
    return line.kind if line else ""


def _whole(body: e.Body) -> LogLine | None:  # noqa: PLR0911, PLR0912 - one arm for each kind of event
    """The line before it is folded after its first newline."""
    match body:
        case e.EntryLogged():
            return LogLine(kind_of(body), body.text)
        case e.CommandRun():
            return LogLine("evidence", f"$ {body.command}", body.output)
        case e.FileAttached():
            return LogLine("evidence", f"{body.name} ({size_words(body.size)})", body.preview)
        case e.ResultKept():
            return LogLine("evidence", f"{body.source}: {body.title}", _asked(body))
        case e.IncidentDeclared():
            return LogLine("milestone", f"declared: {body.title}")
        case e.IncidentRenamed():
            return LogLine("title", f"now called: {body.title}")
        case e.SeveritySet():
            words = f"SEV{body.severity} {SEVERITIES.get(body.severity, '')}"
            return LogLine("severity", _because(words, body.reason))
        case e.StatusSet():
            return LogLine("status", _because(body.status, body.reason))
        case e.MilestoneSet():
            return LogLine("milestone", body.milestone)
        case e.RoleTaken():
            return LogLine("role", f"{body.person} is {body.role}")
        case e.RoleLeft():
            return LogLine("role", f"nobody is {body.role} any more")
        case e.ImpactSet():
            return LogLine("impact", f"{body.key}: {body.value}")
        case e.ServiceTagged():
            return LogLine("impact", f"service {body.service} is affected")
        case e.ServiceUntagged():
            return LogLine("impact", f"service {body.service} is not affected")
        case e.ErrorRecorded():
            return LogLine("error", body.text)
        case e.ReadingRecorded():
            return LogLine("reading", f"{body.measure} {body.moment}: {body.value}")
        case e.ConfigurationRecorded():
            return LogLine("configuration", body.text)
        case e.FixStepRecorded():
            return LogLine("fix step", f"{body.fix}: {body.text}")
        case e.RecoveryRecorded():
            return LogLine("recovery", f"{body.scope}: {body.text}")
        case e.CostRecorded():
            return LogLine("cost", f"{body.item}: {body.value}")
        case e.LessonRecorded():
            return LogLine("lesson", f"{body.side}: {body.text}")
        case e.SignedOff():
            return LogLine("sign-off", f"{body.person} as {body.role}")
        case e.ActionItemAdded():
            return LogLine("action item", body.text)
        case e.MessageDrafted():
            return LogLine(
                "message", f"{body.audience}: {body.mark} {body.text}" if body.mark else f"{body.audience}: {body.text}"
            )
        case _:
            return _of_checklist(body) or _of_teamwork(body)


def _of_checklist(body: e.Body) -> LogLine | None:  # noqa: PLR0911 - one arm for each kind of event
    match body:
        case e.StepChecked():
            return LogLine("step", f"{body.step} done")
        case e.StepReopened():
            return LogLine("step", f"{body.step} open again")
        case e.StepSkipped():
            return LogLine("step", _because(f"{body.step} skipped", body.reason))
        case e.StepRuledOut():
            return LogLine("step", _because(f"{body.step} not applicable", body.reason))
        case e.StepNoted():
            return LogLine("step", f"{body.step}: {body.text}")
        case e.StepAdded():
            return LogLine("step", f"added: {body.title}", body.detail)
        case e.StepSetAside():
            return LogLine("step", f"{body.step} is to be read, not to be done")
        case e.PhaseSetAside():
            return LogLine("step", f"phase {body.phase + 1} is to be read, not to be done")
        case e.SectionTaken():
            return LogLine("step", f"now a phase: {body.title}")
        case e.BudgetSet():
            time = "no time limit" if body.seconds is None else duration_words(body.seconds)
            return LogLine("step", f"{body.step or f'phase {body.phase + 1}'} has {time}")
        case e.PlaybookAttached():
            title = body.playbook.get("title")
            return LogLine("action", f"playbook attached: {title if isinstance(title, str) else ''}")
        case _:
            return None


def _of_teamwork(body: e.Body) -> LogLine | None:  # noqa: PLR0911, PLR0912 - one arm for each kind of event
    match body:
        case e.OrderGiven():
            return LogLine("order", f"{body.person} {duration_words(body.box_seconds)}: {body.text}")
        case e.OrderUnderstood():
            return LogLine("order", _about(body.about, "understood"))
        case e.OrderExtended():
            return LogLine(
                "order", _because(_about(body.about, f"is due in {duration_words(body.box_seconds)}"), body.reason)
            )
        case e.OrderDone():
            return LogLine("order", _about(body.about, f"done: {body.result}"))
        case e.OrderCancelled():
            return LogLine("order", _because(_about(body.about, "cancelled"), body.reason))
        case e.DecisionProposed():
            more = [f"{name}: {text}" for name, text in (("risk", body.risk), ("rollback", body.rollback)) if text]
            return LogLine("proposal", body.text, "\n".join(more))
        case e.ObjectionRaised():
            return LogLine("proposal", _about(body.about, f"{body.person} objects: {body.text}"))
        case e.DecisionRuled():
            executor = f", {body.executor} carries it out" if body.executor else ""
            return LogLine("proposal", _because(_about(body.about, f"{body.ruling}{executor}"), body.reason))
        case e.Escalated():
            return LogLine("escalation", _because(f"level {body.level}: {body.person}", body.reason))
        case e.HandoffOffered():
            return LogLine("handoff", f"{body.role} offered to {body.person}", body.brief)
        case e.HandoffAccepted():
            return LogLine("handoff", _about(body.about, "accepted"))
        case e.HandoffWithdrawn():
            return LogLine("handoff", _because(_about(body.about, "withdrawn"), body.reason))
        case _:
            return None


def duration_words(seconds: int) -> str:
    """A number of seconds in the largest units that say it exactly, such as 1h 30m."""
    parts = (
        (seconds // 86_400, "d"),
        (seconds % 86_400 // 3600, "h"),
        (seconds % 3600 // 60, "m"),
        (seconds % 60, "s"),
    )
    return " ".join(f"{count}{unit}" for count, unit in parts if count) or "0s"


def searchable(body: e.Body) -> str:
    """What a search finds an event by: all words that people wrote in it; empty for what has none."""
    line = _whole(body)
    words = [line.text, line.more] if line else []
    match body:
        case e.EntryLogged():
            words += [f"#{tag}" for tag in body.tags]
        case e.CommandRun():
            words += [body.host]
        case e.ActionItemAdded():
            words += [body.owner]
        case e.StepAdded():
            words += body.commands
        case e.DecisionProposed():
            words += [body.executor]
        case e.HandoffAccepted():
            words += body.orders
        case e.ActionItemChanged():
            words += [body.text, body.owner]
        case e.EntryAmended() | e.MessageEdited():
            words += [body.text]
        case (
            e.EntryStruck()
            | e.TheoryJudged()
            | e.MessageDiscarded()
            | e.DeliveryFailed()
            | e.DeliveryDelayed()
            | e.DeliveryUnclear()
            | e.DeliveryDropped()
        ):
            words += [body.reason]
        case e.DeliveryDone():
            words += [body.note]
        case _:
            pass
    return "\n".join(word for word in words if word)


def size_words(size: int) -> str:
    """A number of bytes as people say it."""
    if size < 1024:
        return f"{size} B"
    if size < 1024**2:
        return f"{size / 1024:.1f} KiB"
    return f"{size / 1024**2:.1f} MiB"


def _asked(body: e.ResultKept) -> str:
    """The answer below what was asked."""
    return "\n".join(part for part in (body.query, body.partial and f"partial: {body.partial}", body.text) if part)


def _because(text: str, reason: str) -> str:
    return f"{text} ({reason})" if reason else text


def _about(about: str, text: str) -> str:
    return f"{about} {text}" if about else text
