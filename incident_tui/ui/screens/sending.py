"""Before anything leaves: which channels, and for each exactly what goes there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from msgspec import Struct
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget

from incident_tui.channels.channel import Preview
from incident_tui.domain.decide.delivery import Target
from incident_tui.domain.text import clean, clean_line
from incident_tui.ui.screens.dialog import Dialog
from incident_tui.ui.text import Line, wrap
from incident_tui.ui.widgets.board import Board, Row
from incident_tui.ui.widgets.words import Words

LABEL = 9
WIDTH, AROUND_TEXT, LEAST_READ = 96, 12, 5  # as in the style sheet
AROUND_BOARD = 8  # lines of the dialog besides the channels and what goes there
HARMLESS = "\u200b"
"""Takes the effect of a mention, and is seen by nobody."""


class Offer(Struct, frozen=True):
    """A channel that it can go to. `chosen` by the configuration; `there` already, or `problem`: then it cannot.

    `way` is how far it has come where it is to go there, but has not arrived.
    """

    target: Target
    chosen: bool
    there: bool = False
    problem: str = ""
    way: str = ""

    @property
    def open(self) -> bool:
        return not self.there and not self.problem

    @property
    def so_far(self) -> str:
        """What became of it there."""
        return f"in the outbox: {self.way}" if self.way else "has it already"


class Sending(Struct, frozen=True):
    """What a person has decided: these channels; `force` although something speaks against it."""

    targets: tuple[Target, ...]
    force: bool = False


class SendScreen(Dialog[Sending]):
    """Answers with the channels that are ticked. `preview` shows what one of them would get.

    `refusal` says why it cannot be sent at all; `doubt`, said once, what speaks against it: the same key again sends.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close_dialog", "send nothing", id="dialog.close"),
        Binding("enter", "send", "send to what is ticked", priority=True, id="sending.send"),
        Binding("space", "tick", "tick", id="sending.tick", tooltip="It goes there, or not"),
        Binding("pagedown", "read(1)", "read on", show=False, priority=True, id="sending.down"),
        Binding("pageup", "read(-1)", "read back", show=False, priority=True, id="sending.up"),
    ]

    def __init__(
        self,
        heading: str,
        offers: tuple[Offer, ...],
        preview: Callable[[Target], Preview],
        *,
        refusal: str = "",
        doubt: str = "",
        remarks: tuple[Line, ...] = (),
    ) -> None:
        super().__init__(heading)
        self.offers = {offer.target.channel: offer for offer in offers}
        self.ticked = {name for name, offer in self.offers.items() if offer.chosen and offer.open}
        self.preview = preview
        self.refusal = refusal
        self.doubt = doubt
        self.remarks = Words(*remarks, classes="sending--remarks")
        self.doubted = False
        self.board = Board(classes="choices")
        self.shown = Words(hang=LABEL)
        self.scroll = VerticalScroll(self.shown, classes="sending--preview")

    def body(self) -> Iterable[Widget]:
        """The channels above what the one under the cursor gets."""
        yield self.board
        yield self.scroll
        yield self.remarks

    def on_mount(self) -> None:
        """The first channel that it goes to is under the cursor."""
        self.scroll.can_focus = False
        self.board.rows = self._rows()
        self.board.cursor_key = next((name for name in self.offers if name in self.ticked), self.board.cursor_key)
        self.board.focus()
        self.object_to(self.refusal)
        self._show()

    def on_resize(self) -> None:
        """The channels leave room for what goes there."""
        self.scroll.styles.height = self._height()
        self.call_after_refresh(self._say_how_to_read)

    def board_lines(self) -> int:
        """How many channels are in sight at once."""
        return max(2, self.size.height - AROUND_BOARD - self._height())

    def _height(self) -> int:
        """As much as the longest of the texts needs, within reason: the same for all, so that nothing moves."""
        cells = min(self.size.width, WIDTH) - AROUND_TEXT
        texts = (previewed(self.preview(item.target), item.target) for item in self.offers.values() if item.open)
        most = max((sum(len(wrap(line, cells, LABEL)) for line in text) for text in texts), default=1)
        return max(LEAST_READ, min(most + 2, self.size.height * 4 // 10))

    @on(Board.Moved)
    def look(self) -> None:
        """Show what goes to the channel under the cursor."""
        self._show()

    def action_read(self, step: int) -> None:
        """Scroll a long text."""
        (self.scroll.scroll_page_down if step > 0 else self.scroll.scroll_page_up)(animate=False)

    @on(Board.Chosen)
    def tick_clicked(self) -> None:
        """A double click ticks."""
        self.action_tick()

    def action_tick(self) -> None:
        """It goes to the channel under the cursor, or after all not."""
        offer = self.offers.get(self.board.cursor_key)
        if offer is None:
            return
        if not offer.open:
            self.object_to(offer.problem or f"{offer.target.channel}: {offer.so_far}")
            return
        self.ticked ^= {offer.target.channel}
        self.doubted = False
        self.object_to(self.refusal)
        self.board.rows = self._rows()

    def action_send(self) -> None:
        """Answers with what is ticked."""
        if self.refusal or not self.ticked:
            self.object_to(self.refusal or "Tick a channel with space; esc sends nothing")
            return
        if self.doubt and not self.doubted:
            self.doubted = True
            self.object_to(f"{self.doubt}; enter again sends it anyway")
            return
        targets = tuple(offer.target for name, offer in self.offers.items() if name in self.ticked)
        self.dismiss(Sending(targets, force=self.doubted))

    def _rows(self) -> tuple[Row, ...]:
        wide = max((len(name) for name in self.offers), default=0)
        return tuple(self._row(offer, wide) for offer in self.offers.values())

    def _row(self, offer: Offer, wide: int) -> Row:
        name = offer.target.channel
        box, tone = ("[✓]", "good") if name in self.ticked else ("[ ]", "muted")
        if not offer.open:
            box, tone = (" ✓ ", "muted") if offer.there and not offer.way else (" ! ", "warn")
        line: Line = ((f"{box} ", tone), (f"{name:<{wide}}  ", "strong" if name in self.ticked else ""))
        if offer.there:
            return Row(name, (*line, (offer.so_far, "warn" if offer.way else "muted")))
        if offer.problem:
            return Row(name, (*line, (offer.problem, "warn")))
        shown = self.preview(offer.target)
        return Row(name, (*line, (clean(shown.where), "")), ((clean(shown.act), "muted"),))

    def _show(self) -> None:
        offer = self.offers.get(self.board.cursor_key)
        self.shown.lines = (
            () if offer is None or not offer.open else previewed(self.preview(offer.target), offer.target)
        )
        self.scroll.border_title = Content("" if not self.shown.lines or offer is None else self._title(offer))
        self.scroll.scroll_home(animate=False)
        self.call_after_refresh(self._say_how_to_read)

    def _title(self, offer: Offer) -> str:
        """The whole of what the channel's own line may have cut."""
        shown = self.preview(offer.target)
        return clean_line(f"{shown.where} · {shown.act}")

    def _say_how_to_read(self) -> None:
        self.scroll.border_subtitle = Content("pgdn reads on" if self.scroll.max_scroll_y > 0 else "")


def previewed(preview: Preview, target: Target) -> tuple[Line, ...]:
    """The texts of a preview with their names, what is cut, and what to know before."""
    lines: list[Line] = []
    for name, text in preview.parts:
        for at, line in enumerate(clean(text.replace(HARMLESS, "")).split("\n")):
            lines.append(((f"{name if at == 0 else '':<{LABEL}}", "muted"), (line, "")))
    if preview.cut:
        lines.append((("cut".ljust(LABEL), "warn"), (preview.cut, "warn")))
    notes = list(preview.notes)
    if target.follows:
        notes.append("its card follows the severity, the status and the commander")
    lines += [
        (("note".ljust(LABEL) if at == 0 else " " * LABEL, "muted"), (note, "info")) for at, note in enumerate(notes)
    ]
    return tuple(lines)
