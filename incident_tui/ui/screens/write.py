"""Writing a message. Nothing leaves from here: sending is a step of its own, and shows what goes where."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Literal
from zoneinfo import ZoneInfo

from msgspec import Struct
from textual import on
from textual.binding import Binding, BindingType
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import Input, TextArea

from incident_tui.domain.decide import Refused, written
from incident_tui.domain.decide.messages import MARK_MEANINGS, MESSAGE_LIMIT, split_mark
from incident_tui.domain.incident import AUDIENCES
from incident_tui.domain.text import clean_line
from incident_tui.domain.wording import Remark, forbidding, in_one_line, remarks
from incident_tui.times import TimeError, parse_duration, show
from incident_tui.ui.screens.dialog import Dialog, field
from incident_tui.ui.text import Line
from incident_tui.ui.widgets.choice_line import Choice, ChoiceLine
from incident_tui.ui.widgets.words import Words

Act = Literal["draft", "approve", "send", "sent", "copy"]


class Written(Struct, frozen=True):
    """A message as typed, its mark in front of the text; `act` is what is to be done with it.

    `promise` is the time until the next update, counted from when it is sent; `copy` is to put the text
    on the clipboard and to record it as sent, `anyway` even if nothing in it is new.
    """

    audience: str
    channel: str
    text: str
    promise: timedelta | None
    act: Act = "draft"
    anyway: bool = False


def no_doubts(_audience: str, _text: str) -> Refused | None:
    """Nothing speaks against sending it."""
    return None


class MessageScreen(Dialog[Written]):
    """`label` is what the message is or will be called (M4), `cadence` how often an audience is owed an update.

    `start` is a message that waits; its audience is settled. Escape asks before typed text is given up. What `doubts`
    says against sending a text to an audience is said once; the same key again sends it. What `remarked`
    finds had better not be said stands below the text while it is written. Without `channels` nothing is sent.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        # No key that fields use: a redo must never record that something was sent.
        Binding("ctrl+s", "finish('draft')", "keep draft", priority=True, id="message.draft"),
        Binding("f5", "finish('send')", "send …", priority=True, id="message.send_on", tooltip="See what goes where"),
        Binding("ctrl+g", "finish('approve')", "approve", priority=True, id="message.approve"),
        Binding("ctrl+o", "finish('copy')", "copy + sent", priority=True, id="message.copy"),
        Binding("f9,ctrl+enter", "finish('sent')", "sent by hand", priority=True, id="message.sent"),
    ]

    leaving: var[bool] = var(False, init=False)
    """Whether the person is being asked what to do with the typed text."""

    def __init__(
        self,
        label: str,
        cadence: Callable[[str], timedelta | None],
        *,
        now: Callable[[], datetime],
        zone: ZoneInfo,
        start: Written | None = None,
        doubts: Callable[[str, str], Refused | None] = no_doubts,
        channels: Sequence[str] = (),
    ) -> None:
        super().__init__(f"Message {label}")
        self.label = label
        self.cadence = cadence
        self.now = now
        self.zone = zone
        self.doubts = doubts
        self.remarked: Callable[[str, str], tuple[Remark, ...]] = remarks
        self.sends = bool(channels)
        self.doubted = ""
        self._waits = start is not None
        self.start = start or Written(AUDIENCES[0], "", "", cadence(AUDIENCES[0]))
        audiences = (start.audience,) if start else AUDIENCES
        mark, text = split_mark(self.start.text)
        self.audience = ChoiceLine(
            tuple(Choice(name, ((name, ""),), name[0]) for name in audiences), self.start.audience
        )
        self.channel = Input(self.start.channel, placeholder=_places(channels), compact=True)
        marks = (Choice("", (("none", ""),)), *(Choice(sign, ((sign, ""),)) for sign in MARK_MEANINGS))
        self.mark = ChoiceLine(marks, mark)
        self.text = TextArea(text, tab_behavior="focus", classes="boxed")
        self.remarks = Words(classes="message--remarks")
        self.promise = Input(duration_text(self.start.promise), placeholder="no promise", compact=True)
        self.custom = Words(classes="field--note")
        self.preview = Words(classes="message--preview")
        self.question = ChoiceLine(
            (
                Choice("keep", (("keep as a draft", "good"),), "k"),
                Choice("discard", (("discard it", "bad"),), "d"),
                Choice("on", (("go on writing", ""),), "g"),
            ),
            at_once=True,
        )
        self.asking = field("Not kept yet", self.question)

    def body(self) -> Iterable[Widget]:
        """Whom, where, what, until when; and what will be recorded."""
        yield field("To", self.audience)
        yield field("Channel", self.channel)
        yield field("Mark", self.mark)
        yield self.text
        yield self.remarks
        yield field("Next update in", self.promise, self.custom)
        yield self.preview
        yield self.asking

    def on_mount(self) -> None:
        """The text first: the rest is filled in already."""
        self.asking.display = False
        self.text.focus()
        self._preview()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without channels there is nothing to send by."""
        return self.sends if action == "finish" and parameters == ("send",) else True

    def unkept(self) -> str:
        """The message with its promise, unless it is as it was; of a new one the channel is not kept."""
        if not self._changed():
            return ""
        whom = f"/edit {self.label}" if self._waits else f"@{self.audience.value}"
        promise = self._promised()
        until = f"next {duration_text(promise)}" if isinstance(promise, timedelta) else ""
        return " ".join(part for part in (whom, self._marked(self.text.text.strip()), until) if part)

    def watch_leaving(self, leaving: bool) -> None:
        """Asks within the dialog."""
        self.asking.display = leaving
        self.object_to("")
        (self.question if leaving else self.text).focus()

    @on(Input.Changed)
    @on(TextArea.Changed)
    def start_over(self) -> None:
        """What was wrong may be right now."""
        self.object_to("")
        self._preview()

    @on(ChoiceLine.Changed)
    def describe(self, message: ChoiceLine.Changed) -> None:
        """Says what the choice means; another audience is owed its own next update."""
        if message.line is self.audience:
            typed, usual = self.promise.value.strip(), {duration_text(self.cadence(name)) for name in AUDIENCES}
            if typed in usual:
                self.promise.value = duration_text(self.cadence(message.value))
        self._preview()

    @on(ChoiceLine.Taken)
    def answer_question(self, message: ChoiceLine.Taken) -> None:
        """What happens to the text when the dialog closes; from other choices on to the next field."""
        if message.line is not self.question:
            self.focus_next()
            return
        self.leaving = False
        if message.value == "discard":
            self.dismiss(None)
        elif message.value == "keep":
            self.action_finish("draft")

    @on(Input.Submitted)
    def go_on(self) -> None:
        """Enter in a field goes to the next one; only the named keys finish a message."""
        self.focus_next()

    def action_close_dialog(self) -> None:
        """Closes when there is nothing to lose, else asks."""
        if self.leaving:
            self.leaving = False
        elif self._changed():
            self.leaving = True
        else:
            self.dismiss(None)

    def action_finish(self, act: Act) -> None:
        """Answers with the message, or says what is wrong with it."""
        promise = self._promised()
        if isinstance(promise, Refused):
            self.promise.focus()
            self.object_to(str(promise))
            return
        text = written(self.text.text, "the message", MESSAGE_LIMIT)
        if isinstance(text, Refused):
            self.text.focus()
            self.object_to(str(text))
            return
        marked, audience = self._marked(text), self.audience.value
        doubt = self.doubts(audience, marked) if act in ("sent", "copy") else None
        if doubt is not None and self.doubted != marked:
            self.doubted = marked
            self.object_to(f"{doubt.reason}; the same key again sends it anyway")
            return
        channel = clean_line(self.channel.value)
        self.dismiss(Written(audience, channel, marked, promise, act, anyway=doubt is not None))

    def _marked(self, text: str) -> str:
        return f"{self.mark.value} {text}" if self.mark.value else text

    def _changed(self) -> bool:
        """Whether closing would lose typed text."""
        text = self.text.text.strip()
        return bool(text) and self._marked(text) != self.start.text.strip()

    def _promised(self) -> timedelta | Refused | None:
        typed = self.promise.value.strip()
        if not typed:
            return None
        try:
            promise = parse_duration(typed)
        except TimeError as error:
            return Refused(str(error))
        return promise or Refused("a promise needs some time", "write 20m, or nothing for no promise")

    def _preview(self) -> None:
        usual = self.cadence(self.audience.value)
        custom = f"usual for {self.audience.value}: {duration_text(usual) or 'none'}"
        self.custom.lines = (((custom, "muted"),),)
        self.preview.lines = (self._recorded(),)
        self.remarks.lines = (_in_words(self.remarked(self._marked(self.text.text), self.audience.value)),)

    def _recorded(self) -> Line:
        channel = clean_line(self.channel.value)
        mark = self.mark.value
        meaning: Line = ((f" · {mark} ", ""), (MARK_MEANINGS[mark], "muted")) if mark else ()
        via: Line = ((" via ", "muted"), (channel, "")) if channel else ()
        to: Line = ((" to ", "muted"), (self.audience.value, "strong"), *via)
        return ((self.label, "strong"), *to, *meaning, *self._promise_in_words())

    def _promise_in_words(self) -> Line:
        promise, now = self._promised(), self.now()
        if isinstance(promise, Refused):
            return ((" · no promise that can be read", "warn"),)
        if promise is None:
            return ((" · promises no next update", "muted"),)
        at = show(now + promise, self.zone, now).rpartition(":")[0]
        return ((" · promises the next update at ", "muted"), (at, "info"))


def _in_words(found: tuple[Remark, ...]) -> Line:
    """One line, also where there is nothing to say: the fields below it must not move while somebody types."""
    words = in_one_line(found)
    if not words:
        return (("", ""),)
    return ((f"! {words}", "bad" if forbidding(found) else "warn"),)


def duration_text(duration: timedelta | None) -> str:
    """`20m`, `1h30m`, as it can be typed; "" for none."""
    if duration is None:
        return ""
    minutes, seconds = divmod(int(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "m"), (seconds, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number)


def _places(channels: Sequence[str]) -> str:
    """What can be named: of channels those that are configured."""
    return f"the usual ones; or {', '.join(channels)}" if channels else "#war-room, e-mail, status page …"
