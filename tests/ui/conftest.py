"""What the tests of the screen share: keys that are dealt with, not keys that had their time."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.ui.rest import idle


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pilot waits for what its keys do, however slow the machine; seconds pass and notices go when a test says so."""
    monkeypatch.setattr("textual.app.wait_for_idle", idle)
    monkeypatch.setattr("textual.pilot.wait_for_idle", idle)
    monkeypatch.setattr("textual.notifications.Notification.time_left", 3600.0)
    monkeypatch.setattr("incident_tui.ui.noticing.Watch", SimpleNamespace(of=lambda _path: None))
    monkeypatch.setattr("incident_tui.ui.app.Seconds.start", lambda _seconds: None)
