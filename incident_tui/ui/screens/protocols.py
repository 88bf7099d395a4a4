"""Protocols and playbooks before they are needed: looked at as the checklist they become, and put right."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import var
from textual.screen import Screen

from incident_tui.domain.text import clean_line
from incident_tui.paths import styles
from incident_tui.protocols.correcting import Correction
from incident_tui.protocols.places import Places, ProtocolError
from incident_tui.ui.clipboard import copy
from incident_tui.ui.keys import ActiveKeys
from incident_tui.ui.runbooks import Looked, Runbooks
from incident_tui.ui.screens.ask import AskScreen
from incident_tui.ui.screens.correct import ask_correction, ask_time
from incident_tui.ui.screens.help import help_for
from incident_tui.ui.text import Line
from incident_tui.ui.views import protocols as view
from incident_tui.ui.views.protocols import Part, Preview
from incident_tui.ui.widgets.board import Board
from incident_tui.ui.widgets.words import Words

WIDE = 100
TOLD = {"steps": ("reading",), "reference": ("phase",), "": ("step", "item")}
"""Which rows a wish is for."""
HELP: Line = (
    ("The checklist that a document becomes; ", ""),
    ("?", "warn"),
    (" stands where the reading was not certain. A correction is one comment in the file, shown before it is ", ""),
    ("written. Incidents that run already keep the checklist they were declared with.", ""),
)


class ProtocolsScreen(Screen[str]):
    """Shows what is in `places`; answers with the name or path to declare with. `at` is where the cursor starts."""

    CSS_PATH = [styles() / "screens.tcss", styles() / "protocols.tcss"]  # noqa: RUF012 - Textual's own declaration
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - Textual's own declaration
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", "open", priority=True, id="protocols.enter", tooltip="Open, unfold or fold"),
        Binding("m", "tell('steps')", "make steps", id="protocols.steps", tooltip="Make steps of this section"),
        Binding("r", "tell('reference')", "only read", id="protocols.read", tooltip="Have this section read, not done"),
        Binding("s", "tell('')", "step or not", id="protocols.step", tooltip="Make this item a step, or text to read"),
        Binding("t", "set_time", "time", id="protocols.time", tooltip="Set or remove the time limit"),
        Binding("ctrl+z", "undo", "undo", id="protocols.undo", tooltip="Take the last correction back"),
        Binding("d", "declare", "declare", id="protocols.declare", tooltip="Declare an incident with this protocol"),
        Binding("c", "copy_builtin", "copy", id="protocols.copy", tooltip="Copy it into your own folder, to change it"),
        Binding("o", "open_file", "open file", id="protocols.open", tooltip="Look at any file as a protocol"),
        Binding("y", "copy_path", "copy path", show=False, id="protocols.path", tooltip="Copy the path of the file"),
        Binding("f1,question_mark", "help", "help", id="protocols.help", tooltip="Explain this screen"),
        Binding(
            "ctrl+p",
            "app.command_palette",
            "all",
            show=False,
            priority=True,
            id="protocols.palette",
            tooltip="Every action",
        ),
        Binding("tab", "swap", "other pane", show=False, id="protocols.swap"),
        Binding("escape,q", "back", "back", id="protocols.back", tooltip="Back to where you came from"),
    ]

    looking: var[bool] = var(False, init=False, bindings=True)

    def __init__(self, places: Places, at: str = "") -> None:
        super().__init__()
        self.runbooks = Runbooks(places)
        self.at = at
        self.looked: Looked | None = None
        self.preview = Preview()
        self.turned: frozenset[str] = frozenset()
        self.listing = Board(id="protocol-list")
        self.checklist = Board(id="protocol-preview")
        self.about = Words(id="protocol-about")

    def compose(self) -> ComposeResult:
        with Horizontal(id="protocol-panes"):
            yield self.listing
            yield self.checklist
        yield self.about
        yield ActiveKeys()

    def on_mount(self) -> None:
        """The list, with the cursor on what was asked for."""
        self.listing.border_title = "Protocols and playbooks"
        self.checklist.empty = (("Nothing in it is to be done or to be read.", ""),)
        self._open(self.at)
        self.listing.focus()

    def on_resize(self) -> None:
        """Both panes beside each other, or one at a time."""
        narrow = self.size.width < WIDE
        self.listing.display = not (narrow and self.looking)
        self.checklist.display = not narrow or self.looking

    def on_screen_resume(self) -> None:
        """Reads the document anew: it may have been written meanwhile."""
        key = self.listing.cursor_key
        item = next((item for item in self.runbooks.listed() if view.listed_key(item) == key), None)
        if item is None:
            return
        another = self.looked is None or self.looked.item != item
        self.turned = frozenset() if another else self.turned
        self.looked = self.runbooks.look(item)
        self._draw()
        if another:
            self.checklist.cursor_key = next(iter(self.preview.parts), "")

    def watch_looking(self, looking: bool) -> None:
        """The focus is where the keys act."""
        self.on_resize()
        (self.checklist if looking else self.listing).focus()
        self._tell_about()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what fits the row under the cursor is offered."""
        part, item = self.part, self.looked.item if self.looked else None
        match action:
            case "tell":
                return part is not None and part.kind in TOLD.get(str(parameters[0]), ())
            case "set_time":
                return part is not None and part.kind in ("phase", "step")
            case "undo":
                return bool(self.runbooks.done)
            case "declare":
                return (
                    item is not None
                    and item.kind == "protocol"
                    and any(found.kind == "phase" for found in self.preview.parts.values())
                )
            case "copy_builtin":
                return item is not None and item.path is None
            case "open_file":
                return not self.looking
            case "copy_path":
                return item is not None and item.path is not None
            case _:
                return True

    @property
    def part(self) -> Part | None:
        """What is under the cursor of the checklist, while that has the focus."""
        return self.preview.parts.get(self.checklist.cursor_key) if self.looking else None

    @on(Board.Moved)
    def follow(self, message: Board.Moved) -> None:
        """Shows what the cursor is on."""
        if message.board is self.listing:
            self.on_screen_resume()
        self._tell_about()
        self.refresh_bindings()

    @on(Board.Chosen)
    def action_enter(self) -> None:
        """From the list into the checklist; there folds and unfolds."""
        if not self.looking:
            self.looking = True
            return
        self.turned ^= {self.checklist.cursor_key}
        self._draw()

    def action_swap(self) -> None:
        """To the other pane."""
        self.looking = not self.looking

    def on_descendant_focus(self) -> None:
        """A click leads into a pane, too."""
        self.looking = self.checklist.has_focus

    def action_back(self) -> None:
        """Out of the checklist, then out of the screen."""
        if self.looking:
            self.looking = False
        elif self.is_current:
            self.dismiss(None)

    def action_help(self) -> None:
        """Explains this screen."""
        self.app.push_screen(help_for(self, "Protocols", HELP))

    def action_declare(self) -> None:
        """Answers with what is looked at."""
        if self.looked and self.is_current:
            item = self.looked.item
            self.dismiss(str(item.path) if item.owner == "file" else item.name)

    def action_tell(self, wish: str) -> None:
        """Has a section read or done, an item be a step or not."""
        if self.part is not None:
            self._ask(self.part, wish or ("not a step" if self.part.kind == "step" else "step"))

    def action_set_time(self) -> None:
        """Asks how long there is."""
        part = self.part
        if part is not None:
            ask_time(self, part, partial(self._ask, part))

    def action_undo(self) -> None:
        """Takes the last correction back."""
        try:
            path = self.runbooks.undo()
        except ProtocolError as problem:
            _warn(self, problem)
        else:
            self.notify(f"{clean_line(path.name)} is as it was", markup=False)
        self.on_screen_resume()

    @work
    async def action_copy_path(self) -> None:
        """Puts the path of the file on the clipboard."""
        if self.looked and self.looked.item.path:
            self.notify(await copy(self.app, str(self.looked.item.path)), markup=False)

    def action_copy_builtin(self) -> None:
        """Copies what is built in into the user's folder."""
        if self.looked is None:
            return
        try:
            path = self.runbooks.copy(self.looked.item)
        except ProtocolError as problem:
            _warn(self, problem)
            return
        self.notify(f"{view.short(path)} is yours to change, and is used from now on", markup=False)
        self._open(self.looked.item.name)

    def action_open_file(self) -> None:
        """Asks for a path, and looks at what is there."""

        def answered(answer: str | None) -> None:
            if answer is not None:
                self._open(answer)

        dialog = AskScreen("Open a file", "Path", hint="Markdown of any style", attempt=self.runbooks.try_to_find)
        self.app.push_screen(dialog, answered)

    def _open(self, word: str) -> None:
        """Lists all there is; the cursor goes to what a word means."""
        try:
            key = view.listed_key(self.runbooks.find(word)) if word else ""
        except ProtocolError as problem:
            _warn(self, problem)
            key = ""
        self.listing.rows = view.list_rows(self.runbooks.listed())
        self.listing.cursor_key = key or self.listing.cursor_key
        self.on_screen_resume()

    def _draw(self) -> None:
        looked = self.looked
        if looked is None:
            return
        self.preview = view.preview(looked.imported, looked.items, self.turned)
        protocol = looked.imported.protocol
        self.checklist.border_title = Content(clean_line(protocol.title or protocol.name))
        self.checklist.empty = ((looked.problem or "Nothing in it is to be done, and nothing to be read.", ""),)
        self.checklist.rows = self.preview.rows
        self._tell_about()
        self.refresh_bindings()

    def _ask(self, part: Part, wish: str) -> None:
        """Shows the line that makes it so; Enter writes it."""
        looked = self.looked
        if looked is None:
            return

        def written(correction: Correction) -> None:
            self.turned = view.moved(self.turned, correction)
            self.on_screen_resume()
            self.checklist.cursor_key = view.key_near(self.preview, part, correction) or self.checklist.cursor_key

        try:
            ask_correction(self, self.runbooks, looked, part, wish, written)
        except ProtocolError as problem:
            _warn(self, problem)
            self.on_screen_resume()

    def _tell_about(self) -> None:
        looked = self.looked
        if looked is None:
            return
        path, part = looked.item.path, self.part
        if part is None:
            where = view.short(path) if path else "built in"
            self.about.lines = view.about_list(looked.imported, where, looked.problem)
        else:
            self.about.lines = view.about(part, looked.imported.notes, path.name if path else "built in")


def _warn(screen: Screen[str], problem: ProtocolError) -> None:
    screen.notify(str(problem), severity="warning", markup=False, timeout=10)
