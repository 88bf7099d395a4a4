"""The war room: one incident, live. Keys and lines become acts, which are recorded and then shown."""

from __future__ import annotations

from collections.abc import Coroutine
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message

from incident_tui.rooms import Room
from incident_tui.session import Session
from incident_tui.ui.calling import Caller
from incident_tui.ui.drilling import Feed
from incident_tui.ui.keys import key_of
from incident_tui.ui.recorder import Outcome, Recorder
from incident_tui.ui.screens.aim import Aim
from incident_tui.ui.screens.own_lines import NEEDED, explained, link_in, own_line
from incident_tui.ui.screens.panes import OF_WAYS
from incident_tui.ui.screens.room_screen import RoomScreen
from incident_tui.ui.secrets import Secrets
from incident_tui.ui.titles import set_subtitle
from incident_tui.ui.views.log import GLYPHS
from incident_tui.ui.views.scene import Scene
from incident_tui.ui.views.strip import called
from incident_tui.ui.widgets.board import Board
from incident_tui.ui.widgets.composer import Composer
from incident_tui.ui.widgets.log_view import LogView


class WarRoom(RoomScreen):
    """Every act goes through the recorder and comes back as a newer room."""

    class Asked(Message):
        """Something beyond this room is wanted: home, report, help, status, message (its id), send and track (a label,
        and channels), copy (a text), handoff (to whom, and of which role), quit.
        """

        def __init__(self, war_room: WarRoom, what: str, text: str = "") -> None:
            super().__init__()
            self.war_room = war_room
            self.what = what
            self.text = text

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "raise_severity", "raise", id="severity.raise", tooltip="Raise the severity at once"),
        Binding("f3", "ask('status')", "status", id="status.choose", tooltip="Choose the status"),
        Binding("f4", "fill('/role ')", "role", show=False, id="role.take", tooltip="Say who takes a role"),
        Binding("f5", "ask('message')", "message", id="message.write", tooltip="Write a message to an audience"),
        Binding("f6", "ask('report')", "report", id="report.open", tooltip="Read and export the report"),
        Binding(
            "f8", "ask('handoff')", "hand over", show=False, id="handoff.open", tooltip="Hand a role over, or take it"
        ),
        Binding("f7", "carry_out('/loop')", "loop", show=False, id="loop.next", tooltip="Go on in the loop"),
        Binding(
            "f9",
            "carry_out('/seen {callout}')",
            "seen",
            show=False,
            id="callout.seen",
            tooltip="The callout was seen",
        ),
        Binding(
            "ctrl+n",
            "carry_out('/snooze {callout} 10m')",
            "not now",
            show=False,
            id="callout.snooze",
            tooltip="Call it out again in 10 min",
        ),
        Binding("o", "fill('o ')", "order", show=False, id="order.give", tooltip="Give an order with a time box"),
        Binding("u", "ask('update')", "update", show=False, id="update.draft", tooltip="Draft the next update"),
        Binding(
            "f10,R", "ask('replay')", "replay", show=False, id="replay.open", tooltip="See it as it was known earlier"
        ),
        Binding("l", "ask('similar')", "alike", show=False, id="similar.open", tooltip="Past incidents like this one"),
        Binding("ctrl+l", "look", "look outside", show=False, id="look.open", tooltip="What the sources say"),
        Binding("ctrl+z", "undo", "undo", id="act.undo", tooltip="Take back the latest act"),
        Binding(
            "ctrl+r",
            "toggle_secrets",
            "keep secrets",
            show=False,
            id="composer.secrets",
            tooltip="Keep what looks like a secret in this line, or mask it",
        ),
        Binding("ctrl+t", "stop_command", "stop the command", show=False, id="command.stop"),
        Binding("ctrl+o", "ask('home')", "home", show=False, id="room.home", tooltip="All incidents"),
        Binding("f1,question_mark", "ask('help')", "help", id="room.help", key_display="f1"),
    ]

    def __init__(self, session: Session, recorder: Recorder, room: Room) -> None:
        self.composer = Composer(self.explain, id="composer")
        super().__init__(session, room, self.composer)
        self.recorder = recorder
        self.feed = Feed(session, recorder)
        self.caller = Caller(session.config.callouts)
        self.secrets = Secrets(session)
        self.aim = Aim(self, lambda: recorder.keeping.is_from_before(room.incident.id))

    def tick(self, now: datetime) -> None:
        """Move the clocks on, and draw attention to what they call out."""
        super().tick(now)
        self.caller.hear(self.app, called(self.painted or self.scene(now)))

    def show_scene(self, scene: Scene) -> None:
        """The composer's clock too, and first: what is told after the panes would take a frame of its own."""
        self.composer.when = f"{scene.time(scene.now, seconds=True)}  {scene.zone.key}"
        super().show_scene(scene)
        self.show_keys_of_ways()

    @on(Board.Moved, "#messages")
    def show_keys_of_ways(self) -> None:
        """Say what the keys do about what has not arrived, while it is under the cursor."""
        keys = ""
        if self.messages.has_focus and self.messages.cursor_key in self.room.incident.deliveries:
            keys = " ".join(f"{key_of(self, item.action)} {item.description}" for item in OF_WAYS)
        set_subtitle(self.messages, keys)

    def show(self, outcome: Outcome) -> None:
        """Show the room after an act, and say what there is to say."""
        was_live = self.room.incident.live
        self.show_room(outcome.room)
        if was_live and not self.room.incident.live:
            _tell_the_end(self)
        if not outcome.words:
            return
        if outcome.lost:
            self.notify(outcome.words, severity="error", markup=False, timeout=10)
        else:
            self.notify(outcome.words, severity="information" if outcome.recorded else "warning", markup=False)

    def begin(self, act: Coroutine[Any, Any, Outcome]) -> None:
        """Carry out an act without holding up the screen; acts are recorded in the order in which they began."""

        async def carried_out() -> None:
            self.show(await act)

        self.run_worker(carried_out(), group="acts")

    @on(Composer.Submitted)
    def _submit(self, event: Composer.Submitted) -> None:
        own = own_line(event.text)
        if own is None:
            self.run_worker(self._typed(event.text, keep_secrets=event.keep_secrets), group="acts")
            return
        self.composer.accepted()
        if own.action:
            self.call_later(self.run_action, own.action)
        else:
            self.post_message(self.Asked(self, own.what, own.about))

    async def _typed(self, text: str, *, keep_secrets: bool) -> None:
        """Record a line of the composer and show it; its text leaves the composer only once it is durable.

        A command of the system may take long, so its line makes room at once, and comes back if it cannot run.
        """
        runs = text.lstrip().startswith("!")
        if runs:
            self.composer.accepted()
            self.log_column.running = True
        outcome = await self.recorder.line(self.room, text, self.aim.find, keep_secrets=keep_secrets)
        if outcome.recorded and text.lstrip()[:1] not in ("!", "/"):
            self.log_pane.cursor_key = ""  # a `/strike` that names no entry is now about this one
        self.show(outcome)
        if runs:
            self.log_column.running = self.recorder.running is not None
            if not outcome.recorded and not self.composer.text:
                self.composer.set_text(text)
                self.recorder.keeping.composer_has(self.room.incident.id, outcome.text)
        elif outcome.recorded:
            self.composer.accepted()
            self.recorder.keeping.composer_is_kept(self.room.incident.id)
        else:
            self.composer.returned()
            self.recorder.keeping.composer_has(self.room.incident.id, outcome.text)

    async def run_for(self, step: str, text: str) -> Outcome:
        """Run a command for a step; what did not run comes back into the composer."""
        self.log_column.running = True
        outcome = await self.recorder.run(self.room, text, step)
        self.log_column.running = self.recorder.running is not None
        return outcome

    @on(Board.Chosen)
    @on(LogView.Chosen)
    def _chosen(self, event: Board.Chosen | LogView.Chosen) -> None:
        message = self.room.incident.messages.get(event.key)
        if message is not None and message.waiting:
            self.post_message(self.Asked(self, "message", message.id))
        else:
            self.unfold(event.key)

    def explain(self, text: str) -> tuple[str, str]:
        """The glyph of what a line will become, and words for it; some are for the screen itself."""
        scene, own = self.scene(), explained(text)
        if own or not text.strip():
            self.aim.about(None, scene)
            return ("/", own) if own else (GLYPHS["finding"][0], "")
        from incident_tui import grammar

        typed = grammar.read(text, scene.now, scene.zone, scene.incident)
        about = self.aim.about(typed, scene)
        secrets = self.secrets.about(text, keeping=self.composer.keeping, key=partial(key_of, self, "toggle_secrets"))
        return typed.glyph, " · ".join(part for part in (about, typed.shown, secrets) if part)

    def action_toggle_secrets(self) -> None:
        """Keep what looks like a secret in the line that is typed, or mask it again."""
        if self.composer.text.strip():
            self.composer.keeping = not self.composer.keeping
        else:
            self.notify("type or paste a line first", severity="warning", markup=False)

    def action_ask(self, what: str, template: str = "") -> None:
        """Ask for something beyond this room, perhaps about what is selected."""
        about = self._filled(template)
        if about is not None:
            self.post_message(self.Asked(self, what, about))

    def action_fill(self, template: str) -> None:
        """Begin a line in the composer about what is selected."""
        line = self._filled(template)
        if line is None:
            return
        if self.composer.pasted:
            self.notify("a pasted text waits in the composer: enter keeps it, esc drops it", markup=False)
        else:
            self.composer.begin(line)
        self.composer.focus()

    def action_carry_out(self, template: str) -> None:
        """Carry out a line about what is selected."""
        line = self._filled(template)
        if line is not None:
            self.begin(self.recorder.line(self.room, line, self.aim.find))

    def _filled(self, template: str) -> str | None:
        try:
            return template.format(**self.aim.given(self.selection()))
        except KeyError as missing:
            self.notify(NEEDED[missing.args[0]], severity="warning", markup=False)
            return None

    def action_toggle_step(self) -> None:
        """Check the selected step, or open it again; on a phase, fold or unfold it."""
        from incident_tui.domain.decide import checklist

        step = self.selection().step
        if step:
            # What is meant is what is seen: a second press before the first is recorded must not open it again.
            seen_open = self.room.incident.step(step).status == "open"
            meant = checklist.check_step if seen_open else checklist.reopen_step
            self.begin(self.recorder.record(self.room, partial(meant, text=step)))
        elif self.checklist.cursor_key:
            self.unfold(self.checklist.cursor_key)

    def action_run_command(self) -> None:
        """Put the selected step's command where it can be edited."""
        step = self.selection().step
        if step:
            self.post_message(self.Asked(self, "command", step))
        else:
            self.notify(NEEDED["step"], severity="warning", markup=False)

    def action_raise_severity(self) -> None:
        """One step more severe, at once."""
        from incident_tui.domain.decide import command

        severity = self.room.incident.severity - 1
        if severity < 1:
            self.notify("it is SEV1 already; /severity lowers it with a reason", severity="warning", markup=False)
            return
        self.begin(self.recorder.record(self.room, partial(command.set_severity, severity=severity)))

    def action_look(self) -> None:
        """Ask the sources: about the link that stands in the composer, else how things stand."""
        self.post_message(self.Asked(self, "look", link_in(self.composer.text)))

    def action_settle(self) -> None:
        """Finish what is selected in the case: an order with its result, a proposal, an action item."""
        words = self.selection().words()
        if "order" in words:
            self.action_fill("/result {order} ")
        else:
            self.action_carry_out("/proceed {proposal}" if "proposal" in words else "/done {item}")

    def action_drop(self) -> None:
        """Call off what is selected in the case, or strike it."""
        words = self.selection().words()
        templates = {"order": "/cancel {order} ", "proposal": "/reject {proposal} "}
        self.action_fill(next((line for what, line in templates.items() if what in words), "/strike {entry} "))

    def action_undo(self) -> None:
        """Take back the latest act of this device."""
        self.begin(self.recorder.undo(self.room))

    def action_stop_command(self) -> None:
        """End the command that runs; what it has said so far is kept."""
        running = self.recorder.running
        if running is None:
            self.notify("no command runs", severity="warning", markup=False)
        else:
            running.stop()

    def action_copy_selected(self) -> None:
        """Copy what is selected in this pane."""
        from incident_tui.domain.anchoring import for_posting

        selection = self.selection()
        message = self.room.incident.messages.get(selection.message)
        words = f"{message.mark} {message.text}".strip() if message else ""
        texts = {
            "checklist": selection.commands,
            "log": selection.text,
            "messages": for_posting(words, message.audience, self.room.incident) if message else "",
        }
        text = texts.get(self.pane, "")
        if text:
            self.post_message(self.Asked(self, "copy", text))
        else:
            self.notify("there is nothing to copy here", severity="warning", markup=False)


def _tell_the_end(room: WarRoom) -> None:
    """Say what the end leaves open; after a drill, how it went."""
    from incident_tui.domain.closing import listed, open_ends

    incident = room.room.incident
    ends = open_ends(incident)
    if ends:
        room.notify(f"still open: {listed(ends)}; /close settles it", markup=False, timeout=10)
    if incident.drill is not None:
        room.action_ask("compare")
