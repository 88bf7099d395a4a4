"""Many questions at once, each answered as it comes; and an answer as the evidence that is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from queue import SimpleQueue
from threading import Thread

from msgspec.structs import replace

from incident_tui.domain.events import ResultKept
from incident_tui.sources.panel import Panel, Question, Row
from incident_tui.times import iso


def answers(questions: Sequence[Question]) -> Iterator[tuple[int, Panel]]:
    """The number of each question with its answer, in the order in which they come."""
    said: SimpleQueue[tuple[int, Panel]] = SimpleQueue()
    for number, question in enumerate(questions):
        # A person who gives up is not kept waiting for those that have not answered.
        Thread(target=_ask, args=(number, question, said), daemon=True).start()
    for _ in questions:
        yield said.get()


def _ask(number: int, question: Question, said: SimpleQueue[tuple[int, Panel]]) -> None:
    try:
        panel = question.ask()
    except Exception as error:  # an answer that does not come would be waited for for ever  # noqa: BLE001
        problem = f"it failed: {type(error).__name__}"
        panel = Panel(question.source, question.title, datetime.now(UTC), problem=problem)
    said.put((number, panel))


def whole(panel: Panel, pages: int) -> Panel:
    """The panel with the rows of at most so many `pages`, which are asked for now."""
    for _ in range(pages - 1):
        if panel.following is None or panel.problem:
            return panel
        after = panel.following.ask()
        missing = f"the next page is missing: {after.problem}" if after.problem else after.partial
        panel = replace(panel, rows=panel.rows + after.rows, partial=missing, following=after.following)
    return panel


def result_of(panel: Panel) -> ResultKept:
    """What is kept of a panel: a line for each row, with what folds out below it."""
    since, until = (iso(at) if at else None for at in (panel.since, panel.until))
    return ResultKept(
        panel.source,
        panel.title,
        "\n".join(line for row in panel.rows for line in _lines(row)) or panel.problem or "nothing",
        panel.query,
        since,
        until,
        iso(panel.asked_at),
        panel.url,
        panel.partial,
    )


def _lines(row: Row) -> Iterator[str]:
    yield f"{iso(row.at)}  {row.text}" if row.at else row.text
    yield from (f"    {line}" for line in row.more.split("\n") if line)
