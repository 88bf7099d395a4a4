"""A stage for one dialog, and dialogs to be put on it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

import pytest
from textual.app import App
from textual.pilot import Pilot

from incident_tui.domain.decide import Refused
from incident_tui.domain.incident import SEVERITIES
from incident_tui.domain.policy import DEFAULTS
from incident_tui.domain.protocol import Protocol
from incident_tui.ui.screens.ask import AskScreen
from incident_tui.ui.screens.choose import ChooseScreen
from incident_tui.ui.screens.declare import DeclareScreen
from incident_tui.ui.screens.dialog import Dialog
from incident_tui.ui.screens.help import HelpScreen
from incident_tui.ui.screens.write import MessageScreen, Written
from incident_tui.ui.text import plain
from incident_tui.ui.widgets.board import Row

STYLES = Path(__file__).parents[2] / "styles"
NOW = datetime(2026, 11, 21, 14, 32, 5, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
HOSTILE = "\x1b]0;pwn\x07\x1b[31m[/x] [@click=app.quit]quit[/] \u202egnp"
SIZES = pytest.mark.parametrize("size", [(120, 36), (80, 24)])


DialogT = TypeVar("DialogT", bound=Dialog[Any])


class Stage(App[None], Generic[DialogT]):
    """Shows one dialog and keeps what it answers."""

    CSS_PATH = [STYLES / name for name in ("tones.tcss", "widgets.tcss", "screens.tcss")]  # noqa: RUF012 - Textual's own

    dialog: DialogT

    def __init__(self, make: Callable[[], DialogT]) -> None:
        super().__init__()
        self.make = make
        self.answers: list[object] = []

    def on_mount(self) -> None:
        self.dialog = self.make()
        self.push_screen(self.dialog, self.answers.append)


def ask(**options: str | bool) -> AskScreen:
    return AskScreen("Lower the severity", "Why?", **options)  # type: ignore[arg-type]  # a few of its options


def choose(count: int = 30) -> ChooseScreen:
    rows = tuple(Row(f"k{at}", ((f"person {at}", ""),), ((f"team {at % 3}", "muted"),)) for at in range(count))
    return ChooseScreen("Hand over to", (Row("head", (("People", "strong"),), selectable=False), *rows))


EMERGENCY = Protocol("emergency", "emergency", ())


def declare() -> DeclareScreen:
    return DeclareScreen(
        SEVERITIES, "dana", ("emergency", "database"), found, now=lambda: NOW, zone=ZONE, on_call="lee"
    )


def found(word: str) -> Protocol | Refused:
    return Protocol(word, word, ()) if word in ("emergency", "database") else Refused(f"no protocol “{word}”")


def write(start: Written | None = None) -> MessageScreen:
    return MessageScreen("M4", DEFAULTS[1].cadence, now=lambda: NOW, zone=ZONE, start=start)


def help_screen() -> HelpScreen:
    pairs = tuple((f"key {at}", f"does {at}") for at in range(40))
    return HelpScreen("Log", (("What was found. ", ""),), (("Here", pairs), ("Everywhere", pairs)))


def reason(dialog: Dialog[Any]) -> str:
    return " ".join(plain(line) for line in dialog.reason.lines)


async def typed(pilot: Pilot[None], text: str) -> None:
    await pilot.press(*("space" if sign == " " else sign for sign in text))
