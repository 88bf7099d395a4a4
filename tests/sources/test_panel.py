"""What a panel says of its answer, and counts of it."""

from __future__ import annotations

import pytest

from incident_tui.sources.panel import Panel, Row, rest
from tests.story import START


@pytest.mark.parametrize(
    ("count", "whole", "words"),
    [
        (2, False, "2 others are up"),
        (1, False, "1 other is up"),
        (2, True, "all 2 are up"),
        (1, True, "the only one is up"),
        (0, True, "there are none"),
    ],
)
def test_the_rest_in_words(count: int, whole: bool, words: str) -> None:
    assert rest(count, "up", whole=whole).text == words


def test_only_what_was_asked_for_is_counted() -> None:
    nothing = Panel("metrics", "Alerts that fire", START, (Row("no alert fires", note=True),))
    some = Panel("metrics", "Targets that are down", START, (Row("down · shop"), rest(4, "up", whole=False)))

    assert (nothing.count, some.count) == (0, 1)
