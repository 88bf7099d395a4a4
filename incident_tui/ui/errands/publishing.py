"""Publishing a document: for whom, a look at what goes where, then one act."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial

from msgspec import Struct
from msgspec.structs import replace
from textual.app import App
from textual.notifications import SeverityLevel

from incident_tui.channels.channel import Channel, Preview
from incident_tui.channels.registry import usable
from incident_tui.domain.anchoring import without_anchor
from incident_tui.domain.decide import Intent, Refused
from incident_tui.domain.decide.delivery import Target, queue_document
from incident_tui.domain.decide.drill import may_leave
from incident_tui.domain.decide.messages import DOCUMENT_LIMIT, draft
from incident_tui.domain.events import Event
from incident_tui.domain.evolve import evolve
from incident_tui.domain.incident import AUDIENCES, Incident, Message, ordered
from incident_tui.domain.letters import letters_for
from incident_tui.domain.permission import refusal
from incident_tui.domain.routing import EXTERNAL
from incident_tui.domain.scrubbing.bodies import without_secrets
from incident_tui.rooms import Room
from incident_tui.session import Session
from incident_tui.ui.documents import Offered
from incident_tui.ui.errands.sending import offered, with_problems
from incident_tui.ui.recorder import Recorder
from incident_tui.ui.screens.choose import ChooseScreen
from incident_tui.ui.screens.live import LiveScreen
from incident_tui.ui.screens.sending import Sending, SendScreen
from incident_tui.ui.widgets.board import Row

USUAL_AUDIENCE = {"status-external": "external", "executive-brief": "management", "incident-summary": "management"}
FOR_WHOM = {
    "internal": "the team",
    "management": "those who answer for it",
    "external": "customers: read it as one of them would",
}
WIKI = "wiki"


def publish(app: App[None], session: Session, recorder: Recorder, incident: str, document: Offered, text: str) -> None:
    """Ask for whom a document is, show what goes where, and send it."""
    room = session.enter(incident)
    objection = may_leave(room.incident)
    if objection is not None:
        app.notify(str(objection), severity="warning", markup=False)
        return
    rows = tuple(Row(name, ((f"{name:<12}", "strong"), (FOR_WHOM[name], ""))) for name in AUDIENCES)

    def chosen(audience: str | None) -> None:
        if audience is None:
            return
        publication = _Publication.of(session, room, document.name, audience, text)
        if isinstance(publication, Refused):
            app.notify(str(publication), severity="warning", markup=False, timeout=10)
        else:
            _look(app, recorder, publication)

    at = USUAL_AUDIENCE.get(document.name, AUDIENCES[0])
    app.push_screen(ChooseScreen(f"Publish “{document.name}” for", rows, at=at), chosen)


class _Publication(Struct, frozen=True):
    """A document as the `message` that it will be; `drafted` is the incident when that has been recorded."""

    session: Session
    room: Room
    title: str
    drafting: Intent
    drafted: Incident
    message: Message

    @classmethod
    def of(cls, session: Session, room: Room, title: str, audience: str, text: str) -> _Publication | Refused:
        """With what is masked when it is recorded."""
        words = without_anchor(text) if audience == EXTERNAL else text
        drafting: Intent = partial(draft, audience_word=audience, text_word=words, limit=DOCUMENT_LIMIT)
        decision = drafting(room.incident)
        if isinstance(decision, Refused):
            return decision
        (body,), _ = without_secrets(decision, session.own_secrets)
        now = session.now()
        event = Event("publication", room.incident.id, "", now, now, session.actor, body)
        after = evolve(room.incident, event)
        return cls(session, room, title, drafting, after, after.messages[event.id])

    def refusal(self, targets: Sequence[Target]) -> str:
        """Why it may not be sent by whoever sits here."""
        decision = queue_document(self.drafted, self.message.id, targets) if targets else ()
        if isinstance(decision, Refused):
            return str(decision)
        return str(refusal(self.drafted, decision, self.session.actor, self.session.policy) or "")

    def preview(self, channel: Channel, target: Target) -> Preview:
        decision = queue_document(self.drafted, self.message.id, (target,))
        if isinstance(decision, Refused):
            return Preview(target.channel, str(decision), ())
        *_, (_, letter) = letters_for(self.drafted, decision, self.session.now(), self.session.actor)
        return channel.preview(letter)


def _look(app: App[None], recorder: Recorder, publication: _Publication) -> None:
    tables = publication.session.config.channels
    wikis = [route.channel for _, route in usable(tables)[0].values() if route.group == WIKI]
    known, channels = offered(publication.session, publication.drafted, publication.message, sorted(wikis))

    @cache  # the text is long, and stands still while somebody reads it
    def preview(target: Target) -> Preview:
        return publication.preview(channels[target.channel], target)

    def decided(sending: Sending | None) -> None:
        if sending is not None:
            app.run_worker(_publish(app, recorder, publication, sending.targets), group="acts")

    offers = with_problems(known, preview)
    refused = publication.refusal([offer.target for offer in offers if offer.open])
    heading = f"Publish “{publication.title}” of {publication.room.incident.ref}"
    app.push_screen(SendScreen(heading, offers, preview, refusal=refused), decided)


async def _publish(app: App[None], recorder: Recorder, publication: _Publication, targets: tuple[Target, ...]) -> None:
    """Record the message and that it is to go; its way is told in the communications."""
    outcome = await recorder.record(publication.room, publication.drafting)
    if outcome.recorded:
        masked, message = outcome.words, ordered(outcome.room.incident.messages)[-1]
        outcome = await recorder.record(outcome.room, partial(queue_document, word=message.id, targets=targets))
        if outcome.recorded:
            names = ", ".join(target.channel for target in targets)
            going = f"{message.label} goes to {names}; the communications tell how it ends"
            outcome = replace(outcome, words=" · ".join(filter(None, (going, masked))))
    severity: SeverityLevel = "error" if outcome.lost else "information" if outcome.recorded else "warning"
    app.notify(outcome.words, severity=severity, markup=False, timeout=10)
    for screen in app.screen_stack:
        if isinstance(screen, LiveScreen):
            screen.catch_up()
