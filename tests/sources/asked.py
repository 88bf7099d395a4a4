"""Sources of a configuration against servers of the test's own, and what their panels say."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from incident_tui.config import Config
from incident_tui.config.table import Table
from incident_tui.domain.decide import Refused
from incident_tui.domain.text import has_controls
from incident_tui.sources.panel import Panel, Question
from incident_tui.sources.registry import questions
from tests.channels.server import Answer, Request

CONTRACTS = Path(__file__).resolve().parents[3] / "shared" / "contracts"
NOW = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
TOKEN = "tok-5f2c9a77e1b04d"


def recorded(path: str) -> Any:
    """A recorded answer; the test is skipped where there is none."""
    file = CONTRACTS / "samples" / path
    if not file.is_file():
        pytest.skip(f"{path} is not there")
    return json.loads(file.read_text("utf-8"))


def configured(**sources: Mapping[str, object]) -> Config:
    """A configuration with sources by name; `secrets` of the environment are the test's."""
    return Config(sources={name: Table("config.toml", f"sources.{name}", values) for name, values in sources.items()})


def asked(config: Config, text: str = "", services: tuple[str, ...] = ()) -> dict[str, Panel]:
    """All panels by the title of their question."""
    return {question.title: question.ask() for question in meant(config, text, services)}


def meant(config: Config, text: str = "", services: tuple[str, ...] = ()) -> tuple[Question, ...]:
    found = questions(config, text, NOW, services)
    assert not isinstance(found, Refused), found
    return found


def texts(panel: Panel) -> list[str]:
    return [row.text for row in panel.rows]


def all_texts(panel: Panel) -> Iterable[str]:
    yield from (panel.source, panel.title, panel.query, panel.partial, panel.problem, panel.url)
    for row in panel.rows:
        yield from (row.text, row.more)


def is_fit(panel: Panel) -> None:
    """Assert what holds of every panel: it can be shown, and tells no secret."""
    for text in all_texts(panel):
        assert not has_controls(text)
        assert TOKEN not in text
    for text in (panel.title, panel.query, panel.partial, panel.problem, panel.url, *texts(panel)):
        assert "\n" not in text


def routes(paths: Mapping[str, object]) -> Callable[[Request], Answer]:
    """A server that answers by `METHOD path`; a value is JSON, an Answer, or made of the request. Else 404."""

    def respond(request: Request) -> Answer:
        found = paths.get(
            f"{request.method} {request.path}", Answer(404, {"detail": "The requested resource does not exist"})
        )
        if isinstance(found, Answer):
            return found
        made = found(request) if callable(found) else found
        return made if isinstance(made, Answer) else Answer(200, made, {"content-type": "application/json"})

    return respond
