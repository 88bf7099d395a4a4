"""The size of the terminal, looked up: of two signals that come at once, the one that tells the older size may win."""

from __future__ import annotations

from textual import events
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size


def take_size(app: App[None]) -> None:
    """Have the program laid out anew where it takes its terminal for another size than that has."""
    driver = app._driver
    if not isinstance(driver, LinuxDriver):
        return
    size = Size(*driver._get_terminal_size())
    if size != app.size:
        app.post_message(events.Resize(size, size))
