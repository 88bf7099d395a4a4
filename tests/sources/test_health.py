"""Health checks against a server of the test's own, and what is wrong about a configuration of them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from incident_tui.config import Config
from incident_tui.config.table import ConfigError, Table
from incident_tui.sources.health import MOST, Check, checks_of
from tests.channels.server import CUT, Answer, Server
from tests.sources.asked import asked, is_fit, texts


def config(**checks: Mapping[str, object]) -> Config:
    return Config(health={name: Table("config.toml", f"health.{name}", values) for name, values in checks.items()})


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(200, "all is well"), ""),
        (Answer(204), ""),
        (Answer(503, "all is well"), "answered 503, not 200 or 204"),
        (Answer(302, "", {"location": "http://127.0.0.1:1/"}), "answered 302, not 200 or 204"),
        (Answer(200, "maintenance"), "the answer does not contain “well”"),
        (CUT, "127.0.0.1: the connection was closed without an answer"),
    ],
)
def test_one_look(server: Server, answer: Answer, why: str) -> None:
    server.answer = answer
    contains = "well" if answer.status == 200 else ""

    assert Check("api", f"{server.url}/healthz", expect=(200, 204), contains=contains).probe() == why
    assert server.last.path == "/healthz"


def test_a_server_that_is_not_there() -> None:
    assert "nothing listens there" in Check("api", "http://127.0.0.1:1/").probe()


def test_a_configuration_has_sensible_defaults() -> None:
    one, other = checks_of(
        config(
            api={"url": "https://api.example/healthz"},
            db={"url": "http://db", "every": "10s", "expect": [200, 204], "timeout": "2s", "needed": 1, "of": 1},
        )
    )

    assert (one.every, one.expect, one.timeout, one.needed, one.of) == (
        timedelta(seconds=30),
        (200,),
        timedelta(seconds=5),
        2,
        3,
    )
    assert (other.every, other.expect, other.timeout) == (timedelta(seconds=10), (200, 204), timedelta(seconds=2))


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"url": "ftp://api"},
        {"url": "https://me:secret@api.example"},
        {"url": "https://api", "every": "1s"},
        {"url": "https://api", "timeout": "2m"},
        {"url": "https://api", "expect": "200"},
        {"url": "https://api", "expect": []},
        {"url": "https://api", "expect": True},
        {"url": "https://api", "needed": 4},
        {"url": "https://api", "token": "env:TOKEN"},
    ],
)
def test_what_cannot_be_meant(wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=r"health\.api") as error:
        checks_of(config(api=wrong))

    assert "secret@" not in str(error.value)


def test_a_name_is_short_and_plain() -> None:
    with pytest.raises(ConfigError, match="a name has 1 to 30 letters"):
        checks_of(config(**{"two words": {"url": "https://api"}}))


def test_too_many() -> None:
    with pytest.raises(ConfigError, match="21 checks, 20 are the limit"):
        checks_of(config(**{f"c{number}": {"url": "https://api"} for number in range(MOST + 1)}))


@pytest.mark.parametrize("text", ["", "health"])
def test_a_look_at_all_of_them(server: Server, text: str) -> None:
    server.respond = lambda request: Answer(200 if request.path == "/up" else 500)
    checks = config(api={"url": f"{server.url}/up"}, db={"url": f"{server.url}/down"})

    panel = asked(checks, text)["Health checks"]

    assert texts(panel) == ["up · api", "down · db · answered 500, not 200"]
    assert [row.tone for row in panel.rows] == ["good", "bad"]
    is_fit(panel)


def test_a_wrong_configuration_says_so() -> None:
    assert "health.api" in asked(config(api={}))["Configuration"].problem


@pytest.mark.parametrize("every", [False, True])
def test_the_configuration_in_the_documentation_is_one(every: bool) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "sources" / "health.md").read_text("utf-8")
    told = page.partition("```toml\n")[2].partition("```")[0]
    tables = tomllib.loads(told.replace("\n# ", "\n") if every else told)["health"]

    (check,) = checks_of(config(**tables))

    assert (check.name, check.expect) == ("api", (200, 204) if every else (200,))
