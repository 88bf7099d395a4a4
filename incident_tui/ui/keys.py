"""Which keys act at this moment, as a line of keys shows them."""

from collections.abc import Iterator
from typing import Final, TypeVar

from msgspec import Struct
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.binding import ActiveBinding, Binding
from textual.keys import format_key, key_to_character
from textual.screen import Screen

from incident_tui.ui.widgets.keyline import KeyLine

AnswerT = TypeVar("AnswerT")

NAMES: Final = {"enter": "enter", "escape": "esc", "pageup": "pgup", "pagedown": "pgdn", "delete": "del"}


class ActiveKeys(KeyLine):
    """The keys that act on its screen; a click does what the key does."""

    def on_mount(self) -> None:
        """Stays true when the focus or what is allowed changes."""
        self.screen.bindings_updated_signal.subscribe(self, self._show)
        self.call_after_refresh(self._show)

    def on_key_line_pressed(self, message: KeyLine.Pressed) -> None:
        """Does what the key does."""
        message.stop()
        run_key(self.screen, message.key)

    def _show(self, _screen: object = None) -> None:
        if self.is_attached:
            # The way out stands last.
            self.keys = tuple(sorted(shown_keys(self.screen), key=lambda pair: pair[0] == "esc"))


def shown_keys(screen: Screen[AnswerT]) -> tuple[tuple[str, str], ...]:
    """(key as people read it, what it does) of every binding to be shown, those of the focused widget first."""
    return tuple((key_shown(found.binding), found.binding.description) for found in _shown(screen))


def run_key(screen: Screen[AnswerT], shown: str) -> None:
    """Do what the key does that reads `shown` in the line of keys."""
    for found in _shown(screen):
        if key_shown(found.binding) == shown:
            screen.app.simulate_key(found.binding.key)
            return


def key_shown(binding: Binding) -> str:
    """`^p`, `space`, `f1`, `?`: the key of a binding as people read it."""
    if binding.key_display:
        return binding.key_display
    modifiers, key = binding.parse_key()
    name = NAMES.get(key) or format_key(key)
    before = "".join("^" if modifier == "ctrl" else f"{modifier}+" for modifier in modifiers)
    return before + name


def key_of(screen: Screen[AnswerT], action: str) -> str:
    """The first key that does an action now, as people read it; "" where none does."""
    found = (active.binding for active in screen.active_bindings.values() if active.binding.action == action)
    return next(map(key_shown, found), "")


def _shown(screen: Screen[AnswerT]) -> Iterator[ActiveBinding]:
    """The first key of each action that can act now: not the letters that a focused field takes as text."""
    focused = screen.focused
    seen: set[str] = set()
    for key, found in screen.active_bindings.items():
        action = found.binding.action.removeprefix("screen.").removeprefix("app.")
        if not found.binding.show or not found.enabled or action in seen:
            continue
        if focused is not None and not found.binding.priority and focused.check_consume_key(key, _character(key)):
            continue
        seen.add(action)
        yield found


def _character(key: str) -> str | None:
    """What the key types; Textual's own answer leaves out signs that it names anew, such as the slash."""
    sign = format_key(key)
    return key_to_character(key) or (sign if len(sign) == 1 and sign.isascii() else None)


class _Named(Struct, frozen=True):
    """A key in Textual's table of sequences: its name, and no letter to be typed."""

    value: str


def alt_is_alt() -> None:
    """Have Alt with a digit be that key; Textual takes what most terminals send for it as the letters of a Mac."""
    keys = {f"\x1b{digit}": (_Named(f"alt+{digit}"),) for digit in "0123456789"}
    ANSI_SEQUENCES_KEYS.update(keys)  # type: ignore[attr-defined]  # the table is a dict, declared as a Mapping
