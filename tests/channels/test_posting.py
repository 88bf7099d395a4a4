"""How an answer is judged, whoever gives it."""

from __future__ import annotations

import pytest

from incident_tui.channels.outcome import Failed, Unknown
from incident_tui.channels.posting import posted
from incident_tui.web import Ask
from tests.channels.server import Answer, serving


@pytest.mark.parametrize("status", [408, 500, 502, 504, 520, 522, 524, 527, 529, 598, 599])
def test_after_an_error_that_does_not_say_so_it_may_have_been_done(status: int) -> None:
    """Sent again by itself, a message would be there twice."""
    with serving() as server:
        server.answer = Answer(status, "no")
        once = posted(Ask("POST", server.url, body={}, plain=True))
        twice = posted(Ask("POST", server.url, body={}, plain=True), repeatable=True)

    assert isinstance(once, Unknown)
    assert isinstance(twice, Failed)
    assert twice.retryable


@pytest.mark.parametrize("status", [420, 425, 429, 501, 503, 521, 523, 525, 526])
def test_what_was_not_done_is_tried_again(status: int) -> None:
    with serving() as server:
        server.answer = Answer(status, "later")
        ended = posted(Ask("POST", server.url, body={}, plain=True))

    assert isinstance(ended, Failed)
    assert ended.retryable


@pytest.mark.parametrize("repeatable", [True, False])
def test_a_taken_request_whose_answer_cannot_be_read_has_not_failed(repeatable: bool) -> None:
    with serving() as server:
        server.answer = Answer(200, b"not packed at all", {"content-encoding": "gzip"})
        ended = posted(Ask("POST", server.url, body={}, plain=True), repeatable=repeatable)

    assert isinstance(ended, Unknown)
