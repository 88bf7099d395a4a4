"""Two keys to a role: whoever holds it signs the brief, whoever takes it over restates what matters; then it moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.reactive import var
from textual.widgets import Input

from incident_tui.domain.decide import Intent
from incident_tui.domain.decide import handoff as rules
from incident_tui.domain.incident import ROLES, Incident
from incident_tui.domain.roles import offered
from incident_tui.domain.teamwork import Handoff
from incident_tui.domain.text import clean_line
from incident_tui.paths import styles
from incident_tui.rooms import Room
from incident_tui.session import Session
from incident_tui.times import zone_or_local
from incident_tui.ui.clipboard import copy
from incident_tui.ui.keys import ActiveKeys
from incident_tui.ui.recorder import Recorder
from incident_tui.ui.screens.ask import AskScreen
from incident_tui.ui.screens.dialog import field
from incident_tui.ui.screens.live import LiveScreen
from incident_tui.ui.screens.report import rendered
from incident_tui.ui.views.banner import ROOMY
from incident_tui.ui.views.handing import header, turns
from incident_tui.ui.views.scene import Scene
from incident_tui.ui.widgets.choice_line import Choice, ChoiceLine
from incident_tui.ui.widgets.words import Words

SIGN, BACK = "sign", "back"
NO_NAME = "type your name: who takes over is on record"
NO_BRIEF = "the brief is not there yet"


class HandoffScreen(LiveScreen):
    """The brief of an incident, and below it the key that is to be turned next.

    `role` and `person` are what to offer to whom; with "" or the same person an open offer goes on. `shown` gets each
    newer room.
    """

    CSS_PATH = styles() / "screens.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown", "read(1)", "read on", priority=True, id="handoff.down", tooltip="Scroll the brief"),
        Binding("pageup", "read(-1)", "read back", show=False, priority=True, id="handoff.up"),
        Binding("ctrl+y", "copy", "copy the brief", id="handoff.copy", tooltip="Copy the brief as Markdown"),
        Binding("f9", "keep", "keep the role", id="handoff.keep", tooltip="Take the offer back"),
        Binding("escape", "back", "back", id="handoff.back", tooltip="Back to the war room; an offer stays open"),
    ]
    AUTO_FOCUS = ""

    class Made(Message):
        """The brief is there; or `problem` says why it is not."""

        def __init__(self, text: str, problem: str = "") -> None:
            super().__init__()
            self.text = text
            self.problem = problem

    offered: var[Handoff | None] = var(None, init=False, bindings=True)
    """What waits to be accepted; None while nothing is signed."""

    def __init__(
        self, session: Session, recorder: Recorder, room: Room, shown: Callable[[Room], None], role: str, person: str
    ) -> None:
        super().__init__()
        self.session = session
        self.recorder = recorder
        self.room = room
        self.shown = shown
        self.text = ""
        self.acting = False
        self.leaving = False
        self.header = Words(id="handoff-header")
        self.scroll = VerticalScroll(id="handoff-brief")
        self.keys = Words(classes="handoff--words")
        roles = (*ROLES, *sorted(set(room.incident.roles) - set(ROLES)))
        held = tuple(Choice(name, ((name, ""),)) for name in roles if room.incident.holder(name))
        self.role = ChoiceLine(held, role)
        self.to = Input(person, placeholder="who takes over", compact=True)
        self.sign = ChoiceLine((Choice(SIGN, (("sign and offer", "good"),)), Choice(BACK, (("not now", ""),))))
        self.name_ = Input(placeholder="who takes over", compact=True)
        self.severity = Input(placeholder="as the brief has it", compact=True)
        self.orders = Input(placeholder="all labels, or none; enter takes over", compact=True)
        self.reason = Words(classes="handoff--words", id="handoff-reason")
        self.signing = Vertical(field("To", self.to), field("Role", self.role), field("", self.sign))
        self.confirming = Vertical(
            field("Your name", self.name_), field("Severity", self.severity), field("Open orders", self.orders)
        )
        self.replaced = ""
        waiting = self._offer_of(role)
        if waiting is not None and person.casefold() in ("", waiting.person.casefold()):
            self.set_reactive(HandoffScreen.offered, waiting)
        elif waiting is not None:
            self.replaced = waiting.id

    def compose(self) -> ComposeResult:
        yield self.header
        with Vertical(id="handoff-body"):
            yield self.scroll
            with Vertical(id="handoff-panel"):
                yield self.keys
                yield self.signing
                yield self.confirming
                yield self.reason
        yield ActiveKeys()

    def on_mount(self) -> None:
        """The brief is made without holding up the screen."""
        self.watch_offered()
        self._make(self.room.incident, self.session.now())

    def on_resize(self) -> None:
        """Side by side where there is room for both."""
        self.set_class(self.size.width >= ROOMY, "-wide")

    def tick(self, now: datetime) -> None:
        """What the brief says about time is as of the moment that it names."""

    def catch_up(self) -> None:
        """What others have recorded may be part of the brief."""
        room = self.session.catch_up(self.room)
        if room.seq > self.room.seq:
            self._took(room)

    def unkept(self) -> str:
        """The line that goes on with the names that are typed."""
        if self.offered is None:
            person = " ".join(self.to.value.replace('"', "").split())
            return f'/handoff "{person}" {self.role.value}' if person else ""
        name = " ".join(self.name_.value.split())
        severity = self.severity.value.strip() or "SEV?"
        parts = ("/accept", severity, self.orders.value.strip(), self.role.value, f"by:{name}")
        return " ".join(part for part in parts if part) if name else ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Only what was offered can be taken back."""
        return self.offered is not None if action == "keep" else True

    def watch_offered(self) -> None:
        """The fields of the key that is to be turned next."""
        offered = self.offered
        self.signing.display, self.confirming.display = offered is None, offered is not None
        self._describe()
        if offered is not None:
            self.name_.focus()
        else:
            (self.sign if self.to.value else self.to).focus()

    def on_handoff_screen_made(self, message: Made) -> None:
        """Show the brief, or why there is none."""
        message.stop()
        if message.problem:
            self._object_to(message.problem)
        else:
            self.run_worker(self._lay_out(message.text), group="brief", exclusive=True)

    async def _lay_out(self, text: str) -> None:
        """A newer brief takes the place of the old one where that was being read."""
        from textual.widgets import Markdown

        found = self.scroll.query(Markdown)
        if found:
            place = self.scroll.scroll_y
            await found.first().update(text)
            self.scroll.scroll_to(y=place, animate=False)
        else:
            await self.scroll.mount(rendered(text))
        self.text = text

    @on(Input.Changed)
    @on(ChoiceLine.Changed)
    def start_over(self) -> None:
        """What was wrong may be right now."""
        self._object_to("")
        self._describe()

    @on(Input.Submitted)
    def go_on(self, message: Input.Submitted) -> None:
        """Enter goes to the next field, from the last one it takes the role over."""
        if message.input is self.orders:
            self._accept()
        else:
            self.focus_next()

    @on(ChoiceLine.Taken)
    def signed(self, message: ChoiceLine.Taken) -> None:
        """Only this line signs."""
        if message.line is not self.sign:
            self.focus_next()
        elif self.offered is not None:
            return  # signed already: this Enter was on its way before the fields of the second key stood there
        elif message.value == BACK:
            self.action_back()
        elif not self.text:
            self._object_to(NO_BRIEF)
        else:
            self._record(partial(rules.offer, role_word=self.role.value, person_word=self.to.value, brief=self.text))

    def action_read(self, step: int) -> None:
        """Scroll the brief, wherever the focus is."""
        (self.scroll.scroll_page_down if step > 0 else self.scroll.scroll_page_up)(animate=False)

    def action_copy(self) -> None:
        """Put the brief on the clipboard, to be read out or sent beside the program."""

        async def copied() -> None:
            self.notify(await copy(self.app, self.text) if self.text else NO_BRIEF, markup=False)

        self.run_worker(copied())

    def action_keep(self) -> None:
        """Take the offer back, with a reason or none."""
        offered = self.offered
        if offered is None:
            return

        def answered(reason: str | None) -> None:
            if reason is not None:
                self._record(partial(rules.withdraw, handoff=offered.id, reason=reason))

        hint = f"{offered.giver} stays {offered.role}; enter alone gives no reason"
        self.app.push_screen(AskScreen("Keep the role", "Reason", hint=hint, required=False), answered)

    def action_back(self) -> None:
        """Close, once; what was offered stays offered, and what is being recorded is recorded first."""
        if self.acting:
            self.leaving = True
        elif self.is_current:
            self.dismiss(None)

    @work(thread=True, exit_on_error=False)
    def _make(self, incident: Incident, now: datetime) -> None:
        from incident_tui.reports.handoff import render_handoff

        try:
            made = self.Made(render_handoff(incident, self.session.policy, now))
        except Exception as error:  # whatever a document stumbles over is told, the room stays open  # noqa: BLE001
            made = self.Made("", f"the brief cannot be made: {clean_line(str(error)) or type(error).__name__}")
        self.post_message(made)

    def _accept(self) -> None:
        offered = self.offered
        if offered is None:
            return
        if not self.name_.value.strip():
            self.name_.focus()
            self._object_to(NO_NAME)
            return
        self._record(
            partial(
                rules.accept,
                handoff=offered.id,
                severity_word=self.severity.value,
                orders=[self.orders.value],
                name=self.name_.value,
            )
        )

    def _record(self, intent: Intent) -> None:
        """Record it once, however often the key was pressed; what is refused leaves every field as it is."""
        if self.acting:
            return
        self.acting = True

        async def recorded() -> None:
            try:
                outcome = await self.recorder.record(self.room, intent)
            finally:
                self.acting = False
            if not outcome.recorded:
                self._object_to(outcome.words)
            self._took(outcome.room)
            if self.leaving:
                self.action_back()

        self.run_worker(recorded(), group="acts")

    def _took(self, room: Room) -> None:
        """Go on with a newer room: to the next key, or back where the role has moved."""
        before = self.offered
        changed = room.seq > self.room.seq
        self.room = room
        self.shown(room)
        now = room.incident.handoffs.get(before.id) if before else None
        if now is not None and now.state == "accepted":
            self.notify(f"{now.person} is {now.role} now", markup=False)
            self.action_back()
            return
        self.offered = self._offer_of(self.role.value)
        if changed:
            self._make(room.incident, self.session.now())

    def _offer_of(self, role: str) -> Handoff | None:
        offers = offered(self.room.incident)
        return next((item for item in offers if item.role == role and item.id != self.replaced), None)

    def _describe(self) -> None:
        """Whose turn it is."""
        incident, session = self.room.incident, self.session
        scene = Scene(incident, session.now(), zone_or_local(incident.zone), session.policy, session.actor)
        self.header.lines = (header(scene, self.role.value, self.offered),)
        self.keys.lines = turns(scene, self.role.value, self.offered, self.to.value)

    def _object_to(self, reason: str) -> None:
        """Why nothing moved; "" takes that back."""
        self.reason.lines = (((reason, "warn"),),) if reason else ()
