"""Nothing that a test of the journal opens stays open."""

from collections.abc import Iterator

import pytest

from tests.journal.journals import OPENED


@pytest.fixture(autouse=True)
def raw_connections_are_closed() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()
