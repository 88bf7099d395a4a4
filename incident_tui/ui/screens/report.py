"""A document, read before it leaves: rendered or as text, exported, copied."""

from __future__ import annotations

import os
import re
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
from incident_tui.paths import styles
from incident_tui.ui.documents import Offered
from incident_tui.ui.keys import ActiveKeys
from incident_tui.ui.screens.ask import AskScreen
from incident_tui.ui.screens.choose import ChooseScreen
from incident_tui.ui.text import Line
from incident_tui.ui.widgets.board import Row
from incident_tui.ui.widgets.words import Words

if TYPE_CHECKING:
    from textual.widgets import Markdown

UNFIT = re.compile(r"[^\w .-]+")
LONGEST_NAME = 60
"""Characters, which may take four bytes each: a file system allows 255."""
NEEDS_TEXT = ("export", "copy", "toggle_text", "publish")


class ReportScreen(Screen[None]):
    """Shows the first of some documents, and any other that is chosen; `folder` is where they are exported to."""

    CSS_PATH = styles() / "screens.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "export", "export", id="report.export", tooltip="Write it into a new file"),
        Binding("y,ctrl+y", "copy", "copy", id="report.copy", tooltip="Copy it as Markdown"),
        Binding("t", "choose_document", "document", id="report.choose", tooltip="Another document about it"),
        Binding("p", "publish", "publish", id="report.publish", tooltip="See what goes where, and publish it"),
        Binding("v", "toggle_text", "text/rendered", id="report.toggle", tooltip="The Markdown, or how it reads"),
        Binding("escape,q", "back", "back", id="report.back", tooltip="Back to where you came from"),
    ]

    class CopyWanted(Message):
        """The text is to be put on the clipboard."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Made(Message):
        """The document is there; or `problem` says why it is not."""

        def __init__(self, document: Offered, text: str, problem: str = "") -> None:
            super().__init__()
            self.document = document
            self.text = text
            self.problem = problem

    raw: var[bool] = var(False, init=False)
    text: var[str] = var("", bindings=True)

    def __init__(self, title: str, documents: tuple[Offered, ...], folder: Path) -> None:
        super().__init__()
        self.heading = clean_line(title)
        self.documents = documents
        self.document = documents[0]
        self.folder = folder
        self.publish: Callable[[Offered, str], None] | None = None
        """Asks where a document is to go, and sends it there; None where it cannot go anywhere."""
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
        self._prepare()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Nothing to export before there is something, nothing to choose where there is one document."""
        if action == "choose_document":
            return len(self.documents) > 1
        if action == "toggle_text" and not self.document.markdown:
            return False
        if action == "publish" and (self.publish is None or not self.document.markdown):
            return False
        return bool(self.text) if action in NEEDS_TEXT else True

    def watch_raw(self) -> None:
        """One of the two is on the screen."""
        self._arrange()

    def _arrange(self) -> None:
        as_text = self.raw or not self.document.markdown
        self.source.display = as_text
        self.scroll.display = not as_text
        (self.source if as_text else self.scroll).focus()

    def _prepare(self) -> None:
        self.text = ""
        self.scroll.visible = False
        self.source.visible = False
        self._say("preparing…", "muted")
        self._make(self.document)

    def on_report_screen_made(self, message: Made) -> None:
        """Shows the document, or why there is none; one that is no longer wanted is let go."""
        message.stop()
        if message.document != self.document:
            return
        if message.problem:
            self._say(message.problem, "bad")
        else:
            # Not here: laying out takes long, and keys that wait for it would act on what nobody has seen.
            self.run_worker(self._lay_out(message.document, message.text), group="layout", exclusive=True)

    async def _lay_out(self, document: Offered, text: str) -> None:
        await self.scroll.remove_children()
        if document.markdown:
            await self.scroll.mount(rendered(text))
        if document != self.document:
            return
        self.source.text = text
        self.scroll.visible = True
        self.source.visible = True
        self._say("", "")
        self.scroll.scroll_home(animate=False)
        self._arrange()
        self.call_after_refresh(self._there, document, text)

    def _there(self, document: Offered, text: str) -> None:
        """From now on keys act on it."""
        if document == self.document:
            self.text = text

    def on_key(self, event: events.Key) -> None:
        """Says why nothing happens yet."""
        keys = self._bindings.key_to_bindings.get(event.key, ())
        wanted = {binding.action for binding in keys} - ({"publish"} if self.publish is None else set())
        if not self.text and wanted.intersection(NEEDS_TEXT):
            self.notify("the text is not there yet", severity="warning", markup=False)

    def on_markdown_link_clicked(self, message: Message) -> None:
        """A click on a link opens nothing."""
        message.stop()

    def action_toggle_text(self) -> None:
        """Shows the text itself, or how it reads."""
        self.raw = not self.raw

    def action_choose_document(self) -> None:
        """Offers the documents that there are; another one is made anew."""
        rows = tuple(
            Row(item.name, ((f"{clean_line(item.name)}  ", "strong"), (clean_line(item.summary), "")))
            for item in self.documents
        )
        self.app.push_screen(ChooseScreen("Document", rows, at=self.document.name), self._chosen)

    def _chosen(self, name: str | None) -> None:
        found = next((item for item in self.documents if item.name == name), None)
        if found is not None and found != self.document:
            self.document = found
            self._prepare()

    def action_copy(self) -> None:
        """Asks for the text on the clipboard."""
        self.post_message(self.CopyWanted(self.text))

    def action_publish(self) -> None:
        """Asks where it is to go."""
        if self.publish is not None and self.is_current:
            self.publish(self.document, self.text)

    def action_export(self) -> None:
        """Asks where to, and writes a file that was not there before."""
        hint = f"in {self.folder}; nothing is overwritten, only you can read it"
        suggested = unused(self.folder, self.document.file)
        dialog = AskScreen("Export", "File", suggested, hint, attempt=self._export)
        self.app.push_screen(dialog, self._exported)

    def action_back(self) -> None:
        """Closes, once; a second key that comes meanwhile must not close what lies below."""
        if self.is_current:
            self.dismiss(None)

    @work(thread=True, exit_on_error=False)
    def _make(self, document: Offered) -> None:
        try:
            made = self.Made(document, clean(document.make()))
        except Exception as error:  # whatever a document stumbles over is told, the room stays open  # noqa: BLE001
            reason = clean_line(str(error)) or type(error).__name__
            made = self.Made(document, "", f"the document cannot be made: {reason}")
        self.post_message(made)

    def _export(self, answer: str) -> str:
        return write_new(self._path(answer), self.text.replace("\n", self.document.newline))

    def _exported(self, answer: str | None) -> None:
        if answer is not None:
            self._say(f"written to {self._path(answer)}", "good")

    def _path(self, answer: str) -> Path:
        return self.folder / os.path.expanduser(answer)

    def _say(self, words: str, tone: str) -> None:
        said: Line = (("  ·  ", "muted"), (words, tone)) if words else ()
        name: Line = (("  ·  ", "muted"), (clean_line(self.document.name), "")) if len(self.documents) > 1 else ()
        self.status.lines = (((self.heading, "strong"), *name, *said),)


def rendered(text: str) -> Markdown:
    """The document as it reads: addresses in it stay text, HTML is shown as it is written, links open nothing."""
    from markdown_it import MarkdownIt
    from textual.widgets import Markdown

    def parser() -> MarkdownIt:
        return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])

    return Markdown(text, parser_factory=parser, open_links=False)


def unused(folder: Path, name: str) -> str:
    """The name, or the first of name-2, name-3 … that is not taken in `folder`.

    It stays in the folder: others may have written the reference of an incident in it.
    """
    plain = Path(UNFIT.sub("_", name).lstrip(" ._-"))
    stem, extension = plain.stem[:LONGEST_NAME], plain.suffix
    number = 1
    candidate = f"{stem}{extension}"
    while os.path.lexists(folder / candidate):
        number += 1
        candidate = f"{stem}-{number}{extension}"
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
