"""Draws attention to what is newly called out, by the means that the user has chosen; by default by none."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import App

from incident_tui.config import Attention
from incident_tui.domain.callouts import Callout
from incident_tui.domain.text import clean_line

TITLE = "incident-tui"
SEPARATOR = ";"


class Caller:
    """Tells each callout once; what is there at the beginning is not new."""

    def __init__(self, attention: Attention) -> None:
        self.attention = attention
        self._known: frozenset[str] | None = None

    def hear(self, app: App[None], callouts: Iterable[Callout]) -> None:
        """Ring, or ask the terminal for a notification, for what was not there before."""
        called = {item.key: item for item in callouts}
        known, self._known = self._known, frozenset(called)
        new = [item for key, item in called.items() if known is not None and key not in known]
        if not new:
            return
        if self.attention.bell:
            app.bell()
        sequence = notification(self.attention.desktop, new[0].text)
        driver = app._driver  # Textual has no public way to send the terminal a sequence of one's own
        if sequence and driver is not None:
            driver.write(sequence)


def notification(kind: str, text: str) -> str:
    """The control sequence by which a terminal shows a notification; "" for none."""
    # Cleaned text holds nothing that could end the sequence and let the rest act on the terminal.
    safe = clean_line(text).replace(SEPARATOR, ",")
    match kind:
        case "osc9":
            return f"\x1b]9;{safe}\x07"
        case "osc777":
            return f"\x1b]777;notify;{TITLE};{safe}\x1b\\"
        case _:
            return ""
