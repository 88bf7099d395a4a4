"""The line at the foot of the room: what is typed here is logged, and says beforehand what it will become."""

from collections.abc import Callable
from itertools import pairwise
from typing import Final, Self

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import Reactive, var
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from incident_tui.domain.text import clean, clean_line, has_controls
from incident_tui.ui.titles import set_subtitle, set_title

Explain = Callable[[str], tuple[str, str]]
"""The glyph of what a text will become, and words for it."""

PLACEHOLDERS: Final = (
    "Type to log a finding   ? theory   ! run a command   > decision   @ message   / everything else",
    "Type to log a finding  ? theory  ! run  > decision  @ message  / more",
    "Type to log a finding   / more",
    "Type a finding",
    "",
)
LONGEST_LINE: Final = 2_000  # a longer one is unreadable in a line and slow in a field
WONDER_SECONDS: Final = 0.15  # a usual commit is done long before; every repaint for it would cost more than it
EXPLAINED: Final = 70_000  # characters; more than may be recorded, so that too much is seen to be too much


class Field(Input, inherit_css=False):
    """A one-line field that hands on what it is given to paste, and with Enter calls `submit`."""

    # Its look is the composer's sheet alone: most rules for inputs would only be read to be overruled.
    COMPONENT_CLASSES = Input.COMPONENT_CLASSES

    # As wide as its place, whatever is in it: Textual would lay the whole screen out anew for each letter.
    virtual_size = Reactive(Size(0, 0), repaint=False)

    class Pasted(Message):
        """Text to paste, as it came."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, submit: Callable[[], None]) -> None:
        super().__init__(select_on_focus=False, validate_on=())
        self._submit = submit

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paints, when empty, those words that fit; told of another size, it would have been painted already."""
        room = max(self.content_size.width, 0)
        self.set_reactive(Input.placeholder, next(words for words in PLACEHOLDERS if cell_len(words) <= room))
        return super().render_lines(crop)

    def on_hide(self, event: events.Hide) -> None:
        """Keeps the focus: what is typed while the terminal is too small for the line waits in it."""
        event.prevent_default()

    def on_key(self, event: events.Key) -> None:
        """Takes Enter at once; as a binding it would be looked for after all that is around the field had seen it."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self._submit()

    def on_paste(self, event: events.Paste) -> None:
        """Stops the field from cutting a paste off after its first line."""
        event.stop()
        event.prevent_default()
        self.post_message(self.Pasted(event.text))

    def action_paste(self) -> None:
        """The app's own clipboard comes through the same door."""
        self.post_message(self.Pasted(self.app.clipboard))


class Composer(Widget):
    """A line, and below it a pasted block if there is one.

    Enter says `Submitted` once and leaves the text until the owner calls `accepted` (it is kept, what was typed
    meanwhile stays) or `returned` (it is not, the text is here to be corrected). Another Enter meanwhile submits
    what was typed up to it, as soon as what came before is accepted.
    """

    BINDINGS = [  # noqa: RUF012 - Textual's own declaration
        Binding("up", "recall(-1)", "Earlier line", show=False, id="composer.earlier"),
        Binding("down", "recall(1)", "Later line", show=False, id="composer.later"),
        Binding("escape", "drop", "Drop the pasted text, or the line begun", show=False, id="composer.drop"),
    ]

    class Submitted(Message):
        """Enter: `text` is the line, and on further lines the block that `pasted` holds alone.

        With `keep_secrets` the person wants it kept as it is.
        """

        def __init__(self, composer: "Composer", text: str, pasted: str, *, keep_secrets: bool = False) -> None:
            super().__init__()
            self.keep_secrets = keep_secrets
            self.composer = composer
            self.text = text
            self.pasted = pasted

        @property
        def control(self) -> "Composer":
            """The composer, for `@on` selectors."""
            return self.composer

    when: var[str] = var("")
    busy: var[bool] = var(False)
    pasted: var[str] = var("")
    keeping: var[bool] = var(False)
    """Whether secrets in this text, and in what it runs, are kept."""
    history: var[tuple[str, ...]] = var(())

    def __init__(self, explain: Explain, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._explain = explain
        self._field = Field(self._submit)
        self._field.cursor_blink = False  # each blink would send the whole line to the terminal
        self._glyph = Static(markup=False, classes="glyph")
        self._block = Static(markup=False, classes="block")
        self._sent: tuple[str, str] | None = None
        self._entered: tuple[tuple[int, int], ...] = ()  # where in the line and the block Enter came while busy
        self._patience: Timer | None = None
        self._saving = False
        self._cleaned = False
        self._place = 0  # how many lines back in the history; 0 is the line being written
        self._draft = ""
        self._begun = self._before = ""

    def compose(self) -> ComposeResult:
        yield self._glyph
        yield self._field

    @property
    def line(self) -> str:
        """The line without a pasted block."""
        return self._field.value

    @property
    def text(self) -> str:
        """All that has been typed and pasted, as it would be submitted."""
        return f"{self.line}\n{self.pasted}" if self.pasted else self.line

    def set_text(self, text: str) -> None:
        """Replaces the line and the block: the first line of `text`, and the lines after it."""
        line, _, block = clean(text).partition("\n")
        self._cleaned = False
        self.pasted = block
        self._write(line)

    def begin(self, text: str) -> None:
        """Begins another text; a line that was being written can be recalled, and is back with Escape at once."""
        before = self._before if self._is_as_begun() else self.line
        if before.strip() and before not in self.history[-1:]:
            self.history = (*self.history, before)
        self._place = 0
        self.set_text(text)
        self._begun, self._before = self.line, before

    def accepted(self) -> None:
        """What was submitted is kept: it leaves, what was typed since stays."""
        line, block = self._sent or (self.line, self.pasted)
        if line.strip() and line not in self.history[-1:]:
            self.history = (*self.history, line)
        self._place = 0
        before = len(self.line), len(self.pasted)
        self.pasted = _since(block, self.pasted).lstrip("\n")
        self._write(_since(line, self.line))
        gone = before[0] - len(self.line), before[1] - len(self.pasted)
        entered = tuple((max(at - gone[0], 0), max(to - gone[1], 0)) for at, to in self._entered)
        self._entered, self.keeping = (), False
        self._begun = self._before = ""
        self.returned()
        if entered:
            (at, to), *later = entered
            self._send(self.line[:at], self.pasted[:to])
            self._entered = tuple(later)

    def returned(self) -> None:
        """What was submitted is not kept: the text stays, to be corrected or submitted again."""
        line, _ = self._sent or (self.line, "")
        places = [len(line), *(at for at, _ in self._entered)]
        if self._entered:  # what was entered apart must not read as one word
            parts = [self.line[begin:end].strip() for begin, end in pairwise([0, *places, len(self.line)])]
            self._write(" ".join(part for part in parts if part))
        self._sent, self._entered = None, ()
        self.busy = False

    def focus(self, scroll_visible: bool = True) -> Self:
        """Focuses the field."""
        self._field.focus(scroll_visible)
        return self

    def on_descendant_focus(self) -> None:
        """Says it anew: something else may be selected by now."""
        self._show()

    def watch_when(self) -> None:
        """Shows the clock; as time passes, “10 min ago” becomes 11."""
        set_title(self, clean_line(self.when))
        self._show()

    def watch_busy(self) -> None:
        """Says that the line is on its way to the disk, if that takes so long that a person would wonder."""
        if self.busy:
            self._patience = self.set_timer(WONDER_SECONDS, self._say_saving)
            return
        if self._patience is not None:
            self._patience.stop()
        if self._saving:
            self._saving = False
            self.remove_class("-busy")
        self._show()

    def _say_saving(self) -> None:
        self._saving = True
        self.add_class("-busy")
        self._show()

    def watch_keeping(self) -> None:
        """Says what becomes of secrets."""
        self._show()

    def watch_pasted(self) -> None:
        """Shows what is attached."""
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Escape is the screen's unless there is something to drop; a line on its way is not exchanged."""
        if action == "drop":
            return not self.busy and (bool(self.pasted) or self._is_as_begun())
        return not (action == "recall" and self.busy)

    def action_drop(self) -> None:
        """Drops the pasted block; else a line that was begun by a key and not gone on with, for what stood there."""
        if self.pasted:
            self.pasted = ""
        else:
            self._write(self._before)
            self._begun = self._before = ""

    def _is_as_begun(self) -> bool:
        return bool(self._begun) and self.line == self._begun

    def action_recall(self, step: int) -> None:
        """Goes to an earlier line (-1) or a later one (1); the last is the one being written."""
        place = self._place - step
        if not 0 <= place <= len(self.history):
            return
        if self._place == 0:
            self._draft = self.line
        self._place = place
        self._write(self.history[-place] if place else self._draft)

    @on(Field.Pasted)
    def _take(self, event: Field.Pasted) -> None:
        event.stop()
        text = clean(event.text).strip("\n")
        if "\n" not in text and len(text) <= LONGEST_LINE:
            self._field.replace(text.replace("\t", " "), *sorted(self._field.selection))
            return
        self._cleaned = has_controls(event.text.replace("\r", ""))
        self.pasted = f"{self.pasted}\n{text}" if self.pasted else text

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._show()

    def _submit(self) -> None:
        self._field.cursor_position = len(self.line)  # what is typed meanwhile follows the line
        if not self.busy:
            self._send(self.line, self.pasted)
            return
        line, block = self._sent or ("", "")
        at, to = self._entered[-1] if self._entered else (len(line), len(block))
        if self.line[at:].strip() or self.pasted[to:].strip():
            self._entered = (*self._entered, (len(self.line), len(self.pasted)))

    def _send(self, line: str, block: str) -> None:
        text = f"{line}\n{block}" if block else line
        if text.strip():
            self._sent = (line, block)
            self.busy = True
            self.post_message(self.Submitted(self, text, block, keep_secrets=self.keeping))

    def _write(self, line: str) -> None:
        # A line that is begun for the person ends with the space after which to go on.
        self._field.value = clean_line(line) + " " * line.endswith(" ")
        self._field.cursor_position = len(self._field.value)

    def _show(self) -> None:
        if not self.is_mounted:
            return
        glyph, hint = self._explain(self.text[:EXPLAINED])
        if self._glyph.content != (glyph := clean_line(glyph)):
            self._glyph.update(glyph, layout=False)
        words = "saving …" if self._saving else clean_line(hint) if self.text.strip() else ""
        set_subtitle(self, words)
        if self._block.content != (about := _about_block(self.pasted, self._cleaned)):
            self._block.update(about)
            self._block.display = bool(about)
            if not self._block.is_attached:
                self.mount(self._block)


def _about_block(pasted: str, cleaned: bool) -> str:
    if not pasted:
        return ""
    lines = pasted.count("\n") + 1
    size = f"{lines:,} line{'s' if lines > 1 else ''} pasted, {len(pasted):,} characters"
    return f"+ {size}{', cleaned' if cleaned else ''} — Enter keeps it, Esc drops it"


def _since(sent: str, now: str) -> str:
    """What `now` has beyond `sent`, from where they part."""
    if now.startswith(sent):
        return now[len(sent) :]
    return now[next((at for at, pair in enumerate(zip(sent, now, strict=False)) if pair[0] != pair[1]), len(now)) :]
