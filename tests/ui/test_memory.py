"""The collector of the interpreter: nothing that has lived long is looked at under a frame."""

import gc
from collections.abc import Iterator

import pytest

from incident_tui.ui.memory import collect, collect_new, settle


@pytest.fixture
def _collector() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.mark.usefixtures("_collector")
def test_what_has_lived_long_is_looked_at_every_ten_seconds() -> None:
    settle()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
    seen: list[int] = []

    def note(phase: str, about: dict[str, int]) -> None:
        if phase == "start":
            seen.append(about["generation"])

    gc.callbacks.append(note)
    try:
        made = [[number] for number in range(100_000)]
        collect_new()
        collect(59)
        assert len(made) == 100_000
        assert 2 not in seen
        assert 1 in seen
        collect(10)
        assert seen[-1] == 2
    finally:
        gc.callbacks.remove(note)
