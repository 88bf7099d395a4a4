"""The verb that drafts messages; `approve`, `sent` and `discard` come from the table of commands."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from functools import partial

from incident_tui.cli.console import USAGE, Stop
from incident_tui.cli.desk import Desk, Work
from incident_tui.cli.remarks import mention
from incident_tui.cli.verb import Verb
from incident_tui.domain.anchoring import anchor_line, with_anchor, without_anchor
from incident_tui.domain.decide import Decision, Intent, Refused, one_of
from incident_tui.domain.decide.delivery import Target, queue_document, queue_message
from incident_tui.domain.decide.drill import may_leave
from incident_tui.domain.decide.messages import DOCUMENT_LIMIT, MESSAGE_LIMIT, draft, has_gap, mark_sent, unsaid
from incident_tui.domain.drafts import TEMPLATES, About, template_named
from incident_tui.domain.incident import AUDIENCES, Incident
from incident_tui.domain.permission import ACTS, forbidden
from incident_tui.domain.routing import EXTERNAL
from incident_tui.times import parse_duration


def say(desk: Desk, arguments: Namespace) -> int:
    promise = parse_duration(arguments.promise) if arguments.promise is not None else None
    audience = arguments.audience.removeprefix("@")
    if arguments.send and arguments.sent is not None:
        raise Stop("--send sends it, --sent says that it is out", "give one of them", USAGE)
    with desk.incident() as work:
        document = _document(desk, work, arguments)
        if one_of(audience, AUDIENCES, "audience") == EXTERNAL and not arguments.anchor:
            document = without_anchor(document)
        text = document or _text(desk, work, arguments)
        if arguments.anchor and not document:  # the documents have it
            text = with_anchor(text, anchor_line(work.incident))
        leaving = arguments.send or arguments.sent is not None
        targets = _targets(desk, work, audience, arguments.channel) if arguments.send else []

        def intent(incident: Incident) -> Decision:
            # Asked before the draft is there: what is refused leaves nothing behind.
            objection = _forbidden(work, incident, audience) if leaving else None
            if objection is None and leaving and not (arguments.force or document):
                objection = _unsaid(incident, audience, text)
            limit = DOCUMENT_LIMIT if document else MESSAGE_LIMIT
            return objection or draft(incident, audience, text, arguments.channel, promise, limit)

        done = work.record(intent, text=text)
        mention(work, audience, text)
        label = work.incident.messages[done.events[0].id].label
        if arguments.send:
            rule = queue_document if document else partial(queue_message, force=True)
            return _send(desk, work, partial(rule, word=label, targets=targets), 0 if arguments.yes else len(targets))
        if arguments.sent is None:
            work.said(f"{label} to {work.incident.messages[done.events[0].id].audience} drafted")
            return 0
        now = work.session.now()
        work.record(lambda incident: mark_sent(incident, label, arguments.sent, now, force=True), now)
        message = work.incident.messages[done.events[0].id]
        promised = f", next update by {work.show(message.promised_at)}" if message.promised_at else ""
        work.said(f"{label} to {message.audience} sent {message.how}{promised}")
    return 0


def _targets(desk: Desk, work: Work, word: str, channel: str) -> list[Target]:
    """Where it is to go. Raises Stop before anything is drafted: in a drill, or where there is no channel."""
    from incident_tui.cli.sending import targets_for

    audience = one_of(word, AUDIENCES, "audience")
    if isinstance(audience, Refused):
        raise Stop.refused(audience)
    leaving = may_leave(work.incident)
    if leaving is not None:
        raise Stop.refused(leaving)
    return targets_for(desk, work, audience, [name.strip() for name in channel.split(",") if name.strip()])


def _send(desk: Desk, work: Work, intent: Intent, asked: int) -> int:
    """Show what goes where, ask about the channels where somebody is there to answer, and send it."""
    from incident_tui.cli.sending import ask, carry_out, preview

    preview(desk, work, intent)
    if asked and desk.at_keyboard:
        ask(desk, asked)
    return carry_out(desk, work, intent)


def _document(desk: Desk, work: Work, arguments: Namespace) -> str:
    """The whole document that --template names, else "". Raises Stop where words are to go with it."""
    if arguments.template is None or not isinstance(template_named(arguments.template), Refused):
        return ""
    from incident_tui.cli.report import about_one
    from incident_tui.reports.documents import MARKDOWN, OfOne, documents

    document = documents(desk.paths.templates).get(arguments.template)
    if not isinstance(document, OfOne) or document.media != MARKDOWN:
        return ""
    if arguments.text:
        raise Stop(f"{document.name} is a whole document", "leave out TEXT", USAGE)
    return about_one(work, document)


def _forbidden(work: Work, incident: Incident, word: str) -> Refused | None:
    """Why the person may not approve it, which sending it would do."""
    audience, session = one_of(word, AUDIENCES, "audience"), work.session
    act = f"approve.{audience}"
    return forbidden(incident, session.actor, act, session.policy) if act in ACTS else None


def _unsaid(incident: Incident, word: str, text: str) -> Refused | None:
    audience = one_of(word, AUDIENCES, "audience")
    return audience if isinstance(audience, Refused) else unsaid(incident, audience, text)


def _text(desk: Desk, work: Work, arguments: Namespace) -> str:
    """What is typed, or the template with what is typed in its place."""
    if arguments.template is None:
        return desk.typed(arguments.text, "message")
    template = template_named(arguments.template)
    if isinstance(template, Refused):
        raise Stop(template.reason, template.hint)
    text = desk.typed(arguments.text, "message") if arguments.text else ""
    named = one_of(arguments.audience.removeprefix("@"), AUDIENCES, "audience")
    audience = template.audience if isinstance(named, Refused) else named
    filled = template.fill(About(work.incident, work.session.now(), work.zone, text, audience))
    if has_gap(filled) and arguments.sent is not None and not arguments.force:
        raise Stop(f"the template {template.name} leaves something to say", "give it as TEXT")
    return filled


def say_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("audience", metavar="AUDIENCE", help=", ".join(AUDIENCES))
    parser.add_argument("text", metavar="TEXT", nargs="*", help="the message; - or nothing reads standard input")
    parser.add_argument(
        "--template", metavar="T", help=f"begin with a template ({', '.join(TEMPLATES)}), or a document of `report`"
    )
    parser.add_argument(
        "--channel", metavar="C", default="", help="where it goes: the name of a channel, or several with commas"
    )
    parser.add_argument("--promise", metavar="20m", help="when the next update follows")
    parser.add_argument(
        "--sent", metavar="HOW", nargs="?", const="by hand", help="it is out already; HOW says by what means"
    )
    parser.add_argument("--send", action="store_true", help="send it to its channels; without it is only drafted")
    parser.add_argument("--yes", action="store_true", help="do not ask at the keyboard before it is sent")
    parser.add_argument(
        "--anchor",
        action="store_true",
        help="end it with the anchor of the record, see verify; what is sent to those inside has it anyway",
    )
    parser.add_argument("--force", action="store_true", help="send it anyway: with a gap, or with nothing new in it")


VERBS = {
    "say": Verb(
        "draft a message to an audience",
        "incident-tui say external 'Payments fail, we are on it' --promise 20m --sent 'status page'",
        say,
        say_arguments,
    )
}
