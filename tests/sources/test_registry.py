import threading
import tomllib
from pathlib import Path

import pytest

from incident_tui.config import Config
from incident_tui.config.table import ConfigError, Table
from incident_tui.domain.decide import Refused
from incident_tui.sources.panel import Panel, Question, Row
from incident_tui.sources.registry import KINDS, questions, source_of, sources_for, sources_of
from incident_tui.sources.together import answers, result_of, whole
from tests.channels.server import Answer, Request, Server
from tests.sources.asked import NOW, asked, configured, meant

DOCS = Path(__file__).resolve().parents[2] / "docs" / "sources"
OWN = ("alertmanager", "datadog", "git", "github", "healthchecks", "prometheus", "sentry", "uptimerobot")


@pytest.mark.parametrize("kind", OWN)
def test_the_configuration_in_the_documentation_is_one(kind: str) -> None:
    told = (DOCS / f"{kind}.md").read_text("utf-8").partition("```toml\n")[2].partition("```")[0]
    plain, every = told, told.replace("\n# ", "\n")

    for text in (plain, every):
        ((name, values),) = tomllib.loads(text)["sources"].items()
        source = source_of(name, Table("config.toml", f"sources.{name}", values))
        assert (source.KIND, source.name) == (kind, name)
        assert "_TOKEN" not in repr(source)
        assert "_KEY" not in repr(source)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_can_be_had(kind: str) -> None:
    with pytest.raises(ConfigError, match=r"config\.toml: sources\.x"):
        source_of("x", Table("config.toml", "sources.x", {"kind": kind, "unheard_of": 1}))


def test_a_kind_that_is_not_known_names_those_that_are() -> None:
    with pytest.raises(ConfigError, match=r"is not one of .*sentry"):
        source_of("x", Table("config.toml", "sources.x", {"kind": "sentri"}))


def test_a_source_by_its_name_is_asked_how_things_stand(tmp_path: Path) -> None:
    known = configured(code={"kind": "git", "path": str(tmp_path)}, more={"kind": "git", "path": str(tmp_path)})

    assert [question.source for question in meant(known, "more")] == ["more"]
    assert [question.source for question in meant(known)] == ["code", "more"]
    assert len(sources_of(known)) == 2


def test_one_that_is_configured_wrongly_does_not_hide_the_others(tmp_path: Path) -> None:
    known = configured(bad={"kind": "sentry"}, code={"kind": "git", "path": str(tmp_path)})

    panels = asked(known)

    assert "config.toml: sources.bad" in panels["Configuration"].problem
    assert "Recent changes" in panels
    assert isinstance(questions(known, "bad", NOW), Refused)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("https://acme.sentry.io/issues/1/", 'kind = "sentry"'),
        ("https://github.com/acme/shop", 'kind = "github"'),
        ("https://grafana.company.com/d/1", 'url = "https://grafana.company.com"'),
        ("javascript://sentry.io/%0aalert(1)", "paste the link as the browser shows it"),
        ("nonsense", "no source is configured"),
    ],
)
def test_what_nobody_knows_is_refused_with_what_to_do(text: str, words: str) -> None:
    found = questions(Config(), text, NOW)

    assert isinstance(found, Refused)
    assert words in str(found)


def test_links_look_like_hosts_only_when_they_are() -> None:
    known = configured(shop={"kind": "sentry", "organization": "acme", "token": "env:TOKEN"})

    for link in (
        "https://sentry.io.evil.example/issues/1/",
        "https://evil.example/sentry.io/issues/1/",
        "https://sentry.io@evil.example/organizations/acme/issues/1/",
        "https://sentry.io:8443/organizations/acme/issues/1/",
        "https://other.sentry.io/issues/1/",
    ):
        assert isinstance(sources_for(known, link), Refused), link
        assert isinstance(questions(known, link, NOW), Refused), link


def test_at_most_three_at_once_ask_one_service(server: Server) -> None:
    lock, three = threading.Lock(), threading.Event()
    running: list[int] = [0, 0]

    def respond(_request: Request) -> Answer:
        with lock:
            running[0] += 1
            running[1] = max(running)
            if running[0] == 3:
                three.set()
        three.wait(60)
        with lock:
            running[0] -= 1
        return Answer(200, [])

    server.respond = respond
    values = {"kind": "sentry", "url": server.url, "organization": "acme", "token": "env:TOKEN", "plain": True}
    known = configured(**{f"shop{number}": values for number in range(8)})

    panels = dict(answers(meant(known)))

    assert len(panels) == 8
    assert running[1] == 3


def test_answers_come_as_they_are_there() -> None:
    later = threading.Event()

    def slow() -> Panel:
        later.wait(60)
        return Panel("s", "slow", NOW)

    def broken() -> Panel:
        raise RuntimeError("x")

    asks = [
        Question("s", "slow", slow),
        Question("s", "quick", lambda: Panel("s", "quick", NOW)),
        Question("s", "b", broken),
    ]
    coming = answers(asks)
    first = {next(coming)[0], next(coming)[0]}
    later.set()

    assert first == {1, 2}
    assert next(coming) == (0, Panel("s", "slow", NOW))


def test_further_pages_are_asked_for_on_demand() -> None:
    def page(number: int) -> Panel:
        following = Question("s", "t", lambda: page(number + 1)) if number < 3 else None
        problem = "gone" if number == 3 else ""
        return Panel("s", "t", NOW, (Row(f"row {number}"),), partial="more", problem=problem, following=following)

    assert len(whole(page(1), 1).rows) == 1
    assert len(whole(page(1), 2).rows) == 2
    assert whole(page(1), 9).partial == "the next page is missing: gone"


def test_what_is_kept_of_a_panel_is_its_text() -> None:
    rows = (Row("first", "below\nit", at=NOW), Row("second"))

    kept = result_of(Panel("shop", "Issue", NOW, rows, "query", NOW, NOW, "partly", url="https://x"))

    assert kept.text == "2026-11-21T14:05:00.000Z  first\n    below\n    it\nsecond"
    assert (kept.source, kept.title, kept.query, kept.partial, kept.url) == (
        "shop", "Issue", "query", "partly", "https://x",
    )  # fmt: skip
    assert kept.asked == kept.since == kept.until == "2026-11-21T14:05:00.000Z"
