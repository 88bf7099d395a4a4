"""Servers for the tests of sources: one that is configured, and one that must never be asked anything."""

from collections.abc import Iterator

import pytest

from tests.channels.server import Server, serving
from tests.sources.asked import TOKEN


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def stranger() -> Iterator[Server]:
    """A second server, of somebody else."""
    with serving() as server:
        yield server


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", TOKEN)
    monkeypatch.setenv("APPLICATION_KEY", f"{TOKEN}-app")
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
