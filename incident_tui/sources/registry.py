"""The sources of a configuration: which classes there are, which are wanted, and whom a pasted link is for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

from msgspec.structs import replace

from incident_tui.config import Config
from incident_tui.config.table import ConfigError, Table
from incident_tui.domain.decide import Refused, quoted
from incident_tui.sources.health import NAME, Health, checks_of
from incident_tui.sources.links import is_link, place_of
from incident_tui.sources.panel import Panel, Question
from incident_tui.sources.source import Scene, Source

KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "alertmanager": "alertmanager:Alertmanager",
        "datadog": "datadog:Datadog",
        "git": "git:Git",
        "github": "github:GitHub",
        "healthchecks": "healthchecks:Healthchecks",
        "prometheus": "prometheus:Prometheus",
        "sentry": "sentry:Sentry",
        "uptimerobot": "uptimerobot:UptimeRobot",
    }
)
"""Where the class of each kind is; only those that are configured are imported."""


def source_of(name: str, table: Table) -> Source:
    """The source that a table describes. Raises ConfigError."""
    word = table.text("kind", "")
    place = KINDS.get(word)
    if place is None:
        raise table.expected("kind", f"one of {', '.join(sorted(KINDS))}", 'kind = "sentry"')
    module, _, class_name = place.partition(":")
    kind: Any = getattr(import_module(f"incident_tui.sources.{module}"), class_name)
    own = replace(table, values={key: value for key, value in table.values.items() if key != "kind"})
    source: Source = kind.configured(name, own)
    return source


def sources_of(config: Config) -> tuple[Source, ...]:
    """All sources of a configuration, in its order. Raises ConfigError."""
    return tuple(source_of(name, table) for name, table in config.sources.items())


def questions(
    config: Config, text: str, now: datetime, services: tuple[str, ...] = ()
) -> tuple[Question, ...] | Refused:
    """What can be asked about a pasted link, a name or an id; about nothing: how things stand everywhere.

    A link is for the sources of its host, and the name of a source asks that one how things stand. A source that is
    configured wrongly answers how things stand with what is wrong about it.
    """
    scene, wanted = Scene.of(now, services), text.strip()
    known, wrong = _known(config)
    if not wanted:
        standing = tuple(question for source in known for question in source.standing(scene))
        return standing + tuple(_broken(name, error, scene) for name, error in wrong)
    for name, error in wrong:
        if name == wanted:
            return Refused(str(error))
    if is_link(wanted):
        return _about_link(known, wrong, wanted, scene)
    named = next((source for source in known if source.name == wanted), None)
    if named is not None:
        return named.standing(scene)
    found = tuple(question for source in known for question in source.about(wanted, scene))
    return found or Refused(f"{quoted(wanted)} is neither a source nor an id of one", _known_words(known))


def sources_for(config: Config, text: str) -> tuple[Source, ...] | Refused:
    """The sources whose host a link is of; of a bare id, all."""
    known, wrong = _known(config)
    if not is_link(text):
        return tuple(known) if known else Refused(str(wrong[0][1]) if wrong else "no source is configured")
    found = tuple(source for source in known if place_of(text) in source.places)
    return found or _nobody(place_of(text), text, wrong)


def _known(config: Config) -> tuple[list[Source], list[tuple[str, ConfigError]]]:
    known: list[Source] = []
    wrong: list[tuple[str, ConfigError]] = []
    for name, table in config.sources.items():
        try:
            known.append(source_of(name, table))
        except ConfigError as error:
            wrong.append((name, error))
    if config.health and NAME not in config.sources:
        try:
            known.append(Health(checks_of(config)))
        except ConfigError as error:
            wrong.append((NAME, error))
    return known, wrong


def _about_link(
    known: list[Source], wrong: list[tuple[str, ConfigError]], link: str, scene: Scene
) -> tuple[Question, ...] | Refused:
    place = place_of(link)
    meant = [source for source in known if place and place in source.places]
    found = tuple(question for source in meant for question in source.about(link, scene))
    if found:
        return found
    if meant:
        return Refused(f"{quoted(link)} names nothing that {_names(meant)} can be asked about", meant[0].HINT)
    return _nobody(place, link, wrong)


def _nobody(place: str, link: str, wrong: list[tuple[str, ConfigError]]) -> Refused:
    if not place:
        return Refused(f"{quoted(link)} is no address of http(s)", "paste the link as the browser shows it")
    if wrong:
        return Refused(f"no source of {place} can be used", str(wrong[0][1]))
    return Refused(f"no source is configured for {place}", f"add one to the configuration: {_example(place)}")


def _names(sources: list[Source]) -> str:
    return " or ".join(f"“{source.name}”" for source in sources)


def _known_words(known: list[Source]) -> str:
    if not known:
        return f"no source is configured; {_example('sentry.io')}"
    return f"paste a link, or name one of {', '.join(source.name for source in known)}"


def _example(place: str) -> str:
    """How a source for a host is configured, as far as the host tells."""
    kind = max((kind for kind in KINDS if kind in place), key=len, default="")
    if not kind:
        return f'[sources.NAME] kind = "…" (one of {", ".join(KINDS)}) and url = "https://{place}"'
    return f'[sources.{kind}] kind = "{kind}" with its token; docs/sources/{kind}.md says what else'


def _broken(name: str, error: ConfigError, scene: Scene) -> Question:
    return Question(name, "Configuration", lambda: Panel(name, "Configuration", scene.now(), problem=str(error)))
