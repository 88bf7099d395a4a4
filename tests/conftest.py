"""What all tests share: a home that is not the user's, and examples that are the same in every run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Drawing takes longer on a busy machine, which says nothing about the code.
settings.register_profile(
    "steady", derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", deadline=None, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder below which data and configuration lie; it does not exist yet."""
    folder = tmp_path / "home"
    monkeypatch.setenv("INCIDENT_TUI_HOME", str(folder))
    return folder
