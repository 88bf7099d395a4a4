"""One of a few values, chosen on one line."""

from collections.abc import Sequence
from typing import ClassVar

from msgspec import Struct
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var

from incident_tui.ui.text import Line, beside, plain
from incident_tui.ui.widgets.painted import Drawn, Painted

GAP = 2


class Choice(Struct, frozen=True):
    """What is chosen, what stands there, and the key that chooses it while the line has the focus."""

    value: str
    line: Line
    key: str = ""


class ChoiceLine(Painted, can_focus=True):
    """Shows `choices` with the one of `value` set off; arrows, keys and clicks change it, Enter takes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "choose_previous", "Previous", show=False, id="choice.previous"),
        Binding("right,space", "choose_next", "Next", show=False, id="choice.next"),
        Binding("enter", "take_choice", "Take", show=False, id="choice.take"),
    ]

    class Changed(Message):
        """Another choice is set off."""

        def __init__(self, line: "ChoiceLine", value: str) -> None:
            super().__init__()
            self.line = line
            self.value = value

        @property
        def control(self) -> "ChoiceLine":
            """The line, for `@on` selectors."""
            return self.line

    class Taken(Message):
        """The choice was confirmed with Enter, or at once with its key where `at_once` says so."""

        def __init__(self, line: "ChoiceLine", value: str) -> None:
            super().__init__()
            self.line = line
            self.value = value

        @property
        def control(self) -> "ChoiceLine":
            """The line, for `@on` selectors."""
            return self.line

    value: var[str] = var("", init=False)

    _places: Sequence[range] = ()

    def __init__(
        self,
        choices: tuple[Choice, ...],
        value: str = "",
        *,
        at_once: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.choices = choices
        self.at_once = at_once
        values = [choice.value for choice in choices]
        self.set_reactive(ChoiceLine.value, value if value in values else values[0])

    def watch_value(self, value: str) -> None:
        """Sets off the choice, and says so."""
        self.redraw()
        self.post_message(self.Changed(self, value))

    def draw(self, size: Size) -> Sequence[Drawn]:
        """The line."""
        line, self._places = beside([self._part(choice) for choice in self.choices], size.width, GAP)
        return [Drawn(line, "muted")]

    def action_choose_previous(self) -> None:
        """To the choice on the left, from the first one to the last."""
        self._step(-1)

    def action_choose_next(self) -> None:
        """To the choice on the right, from the last one to the first."""
        self._step(1)

    def action_take_choice(self) -> None:
        """Confirms the choice."""
        self.post_message(self.Taken(self, self.value))

    def on_key(self, event: events.Key) -> None:
        """Chooses by the key of a choice."""
        chosen = next((choice for choice in self.choices if choice.key and choice.key == event.key), None)
        if chosen is None:
            return
        event.stop()
        self._choose(chosen)

    def on_focus(self) -> None:
        """Shows where the keys go, once it is known."""
        self.call_later(self.redraw)

    def on_blur(self) -> None:
        """Shows that the keys go elsewhere, once it is known."""
        self.call_later(self.redraw)

    def on_click(self, event: events.Click) -> None:
        """Chooses what was clicked."""
        at = event.get_content_offset(self)
        if at is None:
            return
        for choice, place in zip(self.choices, self._places, strict=False):
            if at.x in place:
                self._choose(choice)

    def _choose(self, choice: Choice) -> None:
        self.value = choice.value
        if self.at_once:
            self.action_take_choice()

    def _step(self, distance: int) -> None:
        values = [choice.value for choice in self.choices]
        self.value = values[(values.index(self.value) + distance) % len(values)]

    def _part(self, choice: Choice) -> Line:
        if choice.value == self.value:
            line: Line = tuple((text, tone or "strong") for text, tone in choice.line)
            return (("● ", "accent"), *self._with_key(choice.key, line))
        return (("○ ", ""), *self._with_key(choice.key, ((plain(choice.line), ""),)))

    def _with_key(self, key: str, line: Line) -> Line:
        """While the keys go here the key is set off within the words, so that no choice moves or loses its place."""
        if not key or not self.has_focus:
            return line
        for number, (text, tone) in enumerate(line):
            before, found, after = text.partition(key)
            if found:
                parts = ((before, tone), (found, "key"), (after, tone))
                return (*line[:number], *(part for part in parts if part[0]), *line[number + 1 :])
        return ((f"{key} ", "key"), *line)
