"""A correction, seen exactly as it will stand in the file, before it is written."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget

from incident_tui.domain.protocol import Anchor
from incident_tui.domain.text import clean_line
from incident_tui.protocols.correcting import Correction, budget_wish
from incident_tui.times import TimeError, parse_duration
from incident_tui.ui.runbooks import Looked, Runbooks
from incident_tui.ui.screens.ask import AskScreen
from incident_tui.ui.screens.dialog import Dialog
from incident_tui.ui.text import Line
from incident_tui.ui.views.protocols import Part, short
from incident_tui.ui.widgets.words import Words

ANCHORS: dict[str, Anchor] = {"declaration": "declared", "declared": "declared", "resolution": "resolved"}
OF_PHASE = "15m, 1h30m or 2d from its start; 15m from declaration, 2d from resolution; empty for no limit"
OF_STEP = "15m, 1h30m or 2d from the start of its phase; empty for no limit"
LONGEST_DAYS = 3650


class CorrectScreen(Dialog[bool]):
    """Enter does `attempt`, which gives the reason when it cannot; then the dialog stays open and says it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "write", "write it", priority=True, id="correct.write"),
    ]

    def __init__(self, title: str, lines: tuple[Line, ...], attempt: Callable[[], str]) -> None:
        super().__init__(title)
        self.lines = lines
        self.attempt = attempt

    def body(self) -> Iterable[Widget]:
        """The line, and that nothing else happens."""
        yield Words(*self.lines)
        yield Words((("Nothing else in the file changes; ctrl+z takes it back.", "muted"),), classes="dialog--hint")

    def action_write(self) -> None:
        """Writes, or says why not."""
        reason = self.attempt()
        if reason:
            self.object_to(reason)
        else:
            self.dismiss(True)


def ask_correction(
    screen: Screen[str],
    runbooks: Runbooks,
    looked: Looked,
    part: Part,
    wish: str,
    then: Callable[[Correction], None],
) -> None:
    """Shows the line that makes a part be read as wished, writes it on Enter, and then does `then`.

    Raises ProtocolError where there is no such line.
    """
    correction = runbooks.propose(looked, part, wish)
    path = looked.item.path
    name = clean_line(path.name) if path else ""

    def answered(done: bool | None) -> None:
        if done:
            then(correction)

    place = f"a new line {correction.line}" if correction.old is None else f"line {correction.line}"
    where: Line = ((f"{short(path) if path else name}, {place}", "muted"),)
    title: Line = ((f"“{clean_line(part.title)}”", "strong"), (f" {becomes(wish)}", ""))
    old: tuple[Line, ...] = () if correction.old is None else ((("now   ", "muted"), (correction.old.strip(), "")),)
    label = "new   " if correction.old is None else "then  "
    new: Line = ((label, "muted"), (correction.new.strip(), "good"))
    attempt = partial(runbooks.write, looked, correction)
    screen.app.push_screen(CorrectScreen(f"Write into {name}", (title, (), where, *old, new), attempt), answered)


def ask_time(screen: Screen[str], part: Part, then: Callable[[str], None]) -> None:
    """Asks how long there is for a part; then does `then` with the wish."""
    of_step = part.kind == "step"

    def answered(answer: str | None) -> None:
        if answer is not None:
            then(_wish(answer, of_step=of_step))

    def attempt(answer: str) -> str:
        try:
            _wish(answer, of_step=of_step)
        except TimeError as problem:
            return str(problem)
        return ""

    now = budget_wish(part.budget, part.anchor).removeprefix("budget ") if part.budget else ""
    hint = OF_STEP if of_step else OF_PHASE
    dialog = AskScreen(f"Time for {clean_line(part.title)}", "Time", now, hint, required=False, attempt=attempt)
    screen.app.push_screen(dialog, answered)


def becomes(wish: str) -> str:
    """What a wish makes of a part, in words."""
    words = {
        "steps": "becomes a phase: its items are steps",
        "reference": "is to be read, not done",
        "step": "becomes a step",
        "not a step": "is to be read, not done",
        "no budget": "has no time limit",
    }
    return words.get(wish) or f"has {wish.removeprefix('budget ')}"


def _wish(answer: str, *, of_step: bool) -> str:
    """The wish for a time as it was typed. Raises TimeError."""
    if not answer.strip():
        return budget_wish(None)
    length, _, since = answer.lower().partition(" from ")
    budget = parse_duration("".join(length.split()))
    anchor = ANCHORS.get(since.split()[-1]) if since.split() else "phase"
    if anchor is None or (of_step and anchor != "phase"):
        raise TimeError(f"“{clean_line(since)[:40]}” is no moment to count from here; leave it out")
    if not 0 < budget.total_seconds() <= LONGEST_DAYS * 86_400:
        raise TimeError("give a time of more than nothing and less than ten years, or none at all")
    return budget_wish(budget, anchor)
