"""A document, read before it leaves: rendered or as text, exported, copied."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import TextArea

from incident_tui.domain.text import clean, clean_line
from incident_tui.ui.keys import ActiveKeys
from incident_tui.ui.screens.ask import AskScreen
from incident_tui.ui.text import Line
from incident_tui.ui.widgets.words import Words

if TYPE_CHECKING:
    from textual.widgets import Markdown

EXTENSION = ".md"
NEEDS_TEXT = ("export", "copy", "toggle_text")


class ReportScreen(Screen[None]):
    """Shows what `make` gives, called in a thread of its own; `folder` and `name` suggest where to export it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "export", "export", id="report.export", tooltip="Write it into a new file"),
        Binding("y,ctrl+y", "copy", "copy", id="report.copy", tooltip="Copy it as Markdown"),
        Binding("t", "toggle_text", "text/rendered", id="report.toggle", tooltip="The Markdown, or how it reads"),
        Binding("escape,q", "back", "back", id="report.back", tooltip="Back to where you came from"),
    ]

    class CopyWanted(Message):
        """The text is to be put on the clipboard."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Made(Message):
        """The document is there; or `problem` says why it is not."""

        def __init__(self, text: str, problem: str = "") -> None:
            super().__init__()
            self.text = text
            self.problem = problem

    raw: var[bool] = var(False, init=False)
    text: var[str] = var("", bindings=True)

    def __init__(self, title: str, make: Callable[[], str], folder: Path, name: str) -> None:
        super().__init__()
        self.heading = clean_line(title)
        self.make = make
        self.folder = folder
        self.file_name = name
        self.status = Words(id="report-header")
        self.scroll = VerticalScroll(id="report-read")
        self.source = TextArea(read_only=True, soft_wrap=True, id="report-source")

    def compose(self) -> ComposeResult:
        yield self.status
        yield self.scroll
        yield self.source
        yield ActiveKeys()

    def on_mount(self) -> None:
        """Makes the document without holding up the screen."""
        self.source.display = False
        self.scroll.visible = False
        self._say("preparing…", "muted")
        self._make()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Nothing to export before there is something."""
        return bool(self.text) if action in NEEDS_TEXT else True

    def watch_raw(self, raw: bool) -> None:
        """One of the two is on the screen."""
        self.source.display = raw
        self.scroll.display = not raw
        (self.source if raw else self.scroll).focus()

    def on_report_screen_made(self, message: Made) -> None:
        """Shows the document, or why there is none."""
        message.stop()
        if message.problem:
            self._say(message.problem, "bad")
        else:
            # Not here: laying out takes long, and keys that wait for it would act on what nobody has seen.
            self.run_worker(self._lay_out(message.text))

    async def _lay_out(self, text: str) -> None:
        await self.scroll.mount(rendered(text))
        self.source.text = text
        self.scroll.visible = True
        self._say("", "")
        self.scroll.focus()
        self.call_after_refresh(setattr, self, "text", text)

    def on_key(self, event: events.Key) -> None:
        """Says why nothing happens yet."""
        keys = self._bindings.key_to_bindings.get(event.key, ())
        if not self.text and any(binding.action in NEEDS_TEXT for binding in keys):
            self.notify("the text is not there yet", severity="warning", markup=False)

    def on_markdown_link_clicked(self, message: Message) -> None:
        """A click on a link opens nothing."""
        message.stop()

    def action_toggle_text(self) -> None:
        """Shows the text itself, or how it reads."""
        self.raw = not self.raw

    def action_copy(self) -> None:
        """Asks for the text on the clipboard."""
        self.post_message(self.CopyWanted(self.text))

    def action_export(self) -> None:
        """Asks where to, and writes a file that was not there before."""
        hint = f"in {self.folder}; nothing is overwritten, only you can read it"
        suggested = unused(self.folder, self.file_name)
        dialog = AskScreen("Export", "File", suggested, hint, attempt=self._export)
        self.app.push_screen(dialog, self._exported)

    def action_back(self) -> None:
        """Closes, once; a second key that comes meanwhile must not close what lies below."""
        if self.is_current:
            self.dismiss(None)

    @work(thread=True, exit_on_error=False)
    def _make(self) -> None:
        try:
            made = self.Made(clean(self.make()))
        except Exception as error:  # whatever a document stumbles over is told, the room stays open  # noqa: BLE001
            made = self.Made("", f"the document cannot be made: {clean_line(str(error)) or type(error).__name__}")
        self.post_message(made)

    def _export(self, answer: str) -> str:
        return write_new(self._path(answer), self.text)

    def _exported(self, answer: str | None) -> None:
        if answer is not None:
            self._say(f"written to {self._path(answer)}", "good")

    def _path(self, answer: str) -> Path:
        return self.folder / Path(answer).expanduser()

    def _say(self, words: str, tone: str) -> None:
        said: Line = (("  ·  ", "muted"), (words, tone)) if words else ()
        self.status.lines = (((self.heading, "strong"), *said),)


def rendered(text: str) -> Markdown:
    """The document as it reads: addresses in it stay text, HTML is shown as it is written, links open nothing."""
    from markdown_it import MarkdownIt
    from textual.widgets import Markdown

    def parser() -> MarkdownIt:
        return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])

    return Markdown(text, parser_factory=parser, open_links=False)


def unused(folder: Path, name: str) -> str:
    """The name, or the first of name-2, name-3 … that is not taken in `folder`."""
    stem = name.removesuffix(EXTENSION)
    number = 1
    candidate = f"{stem}{EXTENSION}"
    while os.path.lexists(folder / candidate):
        number += 1
        candidate = f"{stem}-{number}{EXTENSION}"
    return candidate


def write_new(path: Path, text: str) -> str:
    """Write a file that only its owner can read, on disk before this returns; "" or why it was not written."""
    flags = os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_WRONLY | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags, 0o600)
    except FileExistsError:
        return f"{path.name} exists already; choose another name"
    except FileNotFoundError:
        return f"there is no folder {path.parent}"
    except (OSError, ValueError) as error:
        return f"cannot be written: {(isinstance(error, OSError) and error.strerror) or error}"
    try:
        with open(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
    except OSError as error:
        path.unlink(missing_ok=True)
        return f"cannot be written: {error.strerror}"
    return ""
