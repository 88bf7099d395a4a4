"""What a room asks for beyond itself: dialogs, the report, help, the clipboard."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from msgspec.structs import replace
from textual.app import App

from incident_tui.domain.anchoring import for_posting
from incident_tui.domain.decide import Intent, Refused, command, messages, person_of
from incident_tui.domain.drafts import TEMPLATES, About
from incident_tui.domain.incident import COMMANDER, STATUSES, Message, ordered
from incident_tui.domain.roles import offered as handoffs_offered
from incident_tui.domain.text import first_line
from incident_tui.domain.wording import remarks
from incident_tui.session import Session
from incident_tui.times import zone_or_local
from incident_tui.ui.clipboard import copy
from incident_tui.ui.documents import offered
from incident_tui.ui.recorder import Outcome, Recorder
from incident_tui.ui.screens.choose import ChooseScreen
from incident_tui.ui.screens.handoff import HandoffScreen
from incident_tui.ui.screens.help import HelpScreen, sections_of
from incident_tui.ui.screens.own_lines import COMMANDS
from incident_tui.ui.screens.report import ReportScreen
from incident_tui.ui.screens.war_room import WarRoom
from incident_tui.ui.screens.write import MessageScreen, Written
from incident_tui.ui.views.help import COMPOSER, composer_sections
from incident_tui.ui.views.scene import STATUS_TONES
from incident_tui.ui.widgets.board import Row
from incident_tui.verbs.handing import person_and_role


def report(
    app: App[None],
    session: Session,
    incident: str,
    at: datetime | None = None,
    *,
    recorder: Recorder | None = None,
) -> None:
    """Read the report or any other document, export it, copy it; with `at` as it was known at that moment.

    With a `recorder` it can be published.
    """
    known = session.enter(incident).incident
    documents = offered(session, incident, known.ref, at)
    screen = ReportScreen(f"{known.ref}  {known.title}", documents, Path.cwd())
    if recorder is not None and session.config.channels:
        from incident_tui.ui.errands.publishing import publish

        screen.publish = partial(publish, app, session, recorder, incident)
    app.push_screen(screen)


def explain(app: App[None], room: WarRoom) -> None:
    """Help for the focused pane."""
    own = room.focused.HELP if room.focused is not None else None
    own_lines = tuple((f"/{line.usage}", line.summary) for line in COMMANDS)
    sections = (*sections_of(room), *composer_sections(own_lines))
    app.push_screen(HelpScreen("Help", ((own or COMPOSER, ""),), sections))


def choose_status(app: App[None], room: WarRoom) -> None:
    """Set the status from a list."""
    rows = tuple(Row(status, ((status, STATUS_TONES[status]),)) for status in STATUSES)

    def chosen(status: str | None) -> None:
        if status is not None:
            room.begin(room.recorder.record(room.room, partial(command.set_status, word=status)))

    app.push_screen(ChooseScreen(f"Status, now {room.room.incident.status}", rows), chosen)


def choose_template(app: App[None], room: WarRoom) -> None:
    """Begin a message with a template, filled from the incident as it stands."""
    rows = tuple(
        Row(name, ((f"{name}  ", "strong"), (template.summary, "")), ((template.audience, "muted"),))
        for name, template in TEMPLATES.items()
    )

    def chosen(name: str | None) -> None:
        if name is not None:
            incident = room.room.incident
            audience = TEMPLATES[name].audience
            about = About(incident, room.session.now(), zone_or_local(incident.zone), audience=audience)
            text = TEMPLATES[name].fill(about)
            cadence = room.session.policy.of(incident.severity).cadence
            _open_dialog(
                app, room, None, f"M{len(incident.messages) + 1}", Written(audience, "", text, cadence(audience))
            )

    app.push_screen(ChooseScreen("Begin with a template", rows), chosen)


def open_message(app: App[None], room: WarRoom, start: Written) -> None:
    """Begin a message with what is written already."""
    _open_dialog(app, room, None, f"M{len(room.room.incident.messages) + 1}", start)


def write_message(app: App[None], room: WarRoom, waiting: str = "") -> None:
    """Write a message, or go on with one that waits; nothing leaves by itself."""
    incident = room.room.incident
    message = incident.messages.get(waiting)
    if message is None:
        _open_dialog(app, room, None, f"M{len(incident.messages) + 1}", None)
    else:
        _open_dialog(app, room, message, message.label, _as_typed(message))


def _open_dialog(
    app: App[None], room: WarRoom, read: Message | None, label: str, start: Written | None
) -> MessageScreen:
    """The dialog; `read` is the message that it changes."""
    incident = room.room.incident
    cadence = room.session.policy.of(incident.severity).cadence
    screen = MessageScreen(
        label,
        cadence,
        now=room.session.now,
        zone=zone_or_local(incident.zone),
        start=start,
        doubts=lambda audience, text: messages.unsaid(room.room.incident, audience, text, label),
        channels=() if incident.drill else tuple(room.session.config.channels),
    )

    screen.remarked = partial(remarks, known_secrets=room.session.own_secrets)

    def written(answer: Written | None) -> None:
        if answer is not None:
            room.begin(_finish(app, room, read, answer))

    app.push_screen(screen, written)
    return screen


def _write_on(app: App[None], room: WarRoom, read: Message, newest: Message, answer: Written) -> None:
    """Go on with what was written while others changed the message: what is kept now takes the place of theirs."""
    theirs = _as_typed(newest)
    untouched = _same(read, answer)
    screen = _open_dialog(app, room, newest, newest.label, theirs if untouched else answer)
    screen.start = theirs
    words = f"{newest.label} was changed meanwhile"
    if untouched:
        words = f"{words}: this is what it says now"
    else:
        words = f"{words}, to “{first_line(theirs.text, 60)}”; the same key again puts yours in its place"
    screen.call_after_refresh(screen.object_to, words)


async def _finish(app: App[None], room: WarRoom, read: Message | None, answer: Written) -> Outcome:
    """Record the message, then that it was approved or sent; a text that is not recorded goes back to be changed."""
    recorder = room.recorder
    if read is not None and _same(read, answer) and answer.act != "draft":
        return await _go_on(app, room, read, answer, Outcome(room.room))
    outcome = await recorder.message(
        room.room, read, answer.audience, answer.text, answer.channel, answer.promise, keep_secrets=answer.anyway
    )
    if not outcome.recorded:
        return _back(app, room, read, answer, outcome)
    known = outcome.room.incident.messages
    return await _go_on(app, room, known[read.id] if read is not None else ordered(known)[-1], answer, outcome)


async def _go_on(app: App[None], room: WarRoom, message: Message, answer: Written, outcome: Outcome) -> Outcome:
    """Record what is to be done with the message, if it still says what the person has seen."""
    match answer.act:
        case "draft":
            return outcome
        case "approve":
            approve = messages.as_read(partial(messages.approve, word=message.id), message)
            approved = await room.recorder.record(outcome.room, approve)
            return replace(approved, words=approved.words or outcome.words)
        case "send":
            from incident_tui.ui.errands.sending import send

            room.call_later(send, app, room, message.id)
            return outcome
        case "copy":
            outcome = await room.recorder.record(outcome.room, _sent(room, message, "copied", answer))
            if outcome.recorded:
                text = for_posting(answer.text, answer.audience, outcome.room.incident)
                app.notify(await copy(app, text), markup=False)
            return outcome
        case "sent":
            return await room.recorder.record(outcome.room, _sent(room, message, "by hand", answer))


def _sent(room: WarRoom, message: Message, how: str, answer: Written) -> Intent:
    sent = partial(messages.mark_sent, word=message.id, how=how, at=room.session.now(), force=answer.anyway)
    return messages.as_read(sent, message)


def _back(app: App[None], room: WarRoom, read: Message | None, answer: Written, outcome: Outcome) -> Outcome:
    """A text that was not recorded goes to the composer; into the dialog where others have changed the message."""
    newest = None
    if read is not None and not outcome.lost:
        room.catch_up()
        newest = room.room.incident.messages.get(read.id)
    if read is None or newest is None or messages.same_words(newest, read):
        room.composer.set_text(f"@{answer.audience} {answer.text}")
        room.recorder.keeping.composer_has(room.room.incident.id, outcome.text)
        return outcome
    _write_on(app, room, read, newest, answer)
    return replace(outcome, words="")


def _as_typed(message: Message) -> Written:
    """A message as the dialog has it."""
    promise = timedelta(seconds=message.promise_seconds) if message.promise_seconds else None
    text = f"{message.mark} {message.text}" if message.mark else message.text
    return Written(message.audience, message.channel, text, promise)


def _same(message: Message, answer: Written) -> bool:
    """Whether the dialog has left the message as it was, so that its approval still holds."""
    promise = round(answer.promise.total_seconds()) if answer.promise else None
    text = messages.split_mark(answer.text)
    return (message.mark, message.text, message.channel, message.promise_seconds) == (*text, answer.channel, promise)


def hand_over(app: App[None], room: WarRoom, words: str = "") -> None:
    """Offer a role, or go on with what is offered; `words` name the person and, if it is not command, the role."""
    incident = room.room.incident
    person, role = person_and_role(words)
    waiting = handoffs_offered(incident)
    if not person and waiting:
        role = next((item.role for item in waiting if item.role == COMMANDER), waiting[0].role)
    known = command.role_of(role)
    if isinstance(known, Refused) or incident.holder(known) is None:
        room.notify(f"nobody is {role}; /role gives it to somebody", severity="warning", markup=False)
        return
    app.push_screen(HandoffScreen(room.session, room.recorder, room.room, room.show_room, known, person_of(person)))


def copy_text(app: App[None], text: str) -> None:
    """Put text on the clipboard, and say by which way."""

    async def copied() -> None:
        app.notify(await copy(app, text), markup=False)

    app.run_worker(copied())
