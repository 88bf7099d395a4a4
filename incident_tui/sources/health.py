"""Health checks of our own: one request to an address, and whether the answer is the expected one."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import ClassVar, Self

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.config import Config
from incident_tui.config.table import ConfigError, Table
from incident_tui.domain.alerts import Alert
from incident_tui.domain.decide import quoted
from incident_tui.domain.health import Pulse
from incident_tui.sources.asking import question
from incident_tui.sources.links import place_of
from incident_tui.sources.panel import Panel, Question, Row
from incident_tui.sources.source import Scene
from incident_tui.web import Ask, Limits, Trouble, ask

NAME = "health"
ACTOR = "health check"
KEYS = ("url", "every", "expect", "contains", "timeout", "needed", "of")
EVERY, SHORTEST, LONGEST = timedelta(seconds=30), timedelta(seconds=5), timedelta(hours=1)
TIMEOUT, LONGEST_TIMEOUT = timedelta(seconds=5), timedelta(seconds=30)
SIZE = 256 * 1024
MOST = 20


class Check(Struct, frozen=True):
    """It is down once `needed` of the last `of` requests were not answered as expected."""

    name: str
    url: str
    every: timedelta = EVERY
    expect: tuple[int, ...] = (200,)
    contains: str = ""
    timeout: timedelta = TIMEOUT
    needed: int = 2
    of: int = 3

    @classmethod
    def configured(cls, name: str, table: Table) -> Self:
        """Raises ConfigError."""
        if not re.fullmatch(r"[\w.-]{1,30}", name):
            raise ConfigError(
                f"{table.file}: health: a name has 1 to 30 letters, digits, dots, dashes; {quoted(name)} not"
            )
        table.only(KEYS)
        url = table.text("url", "")
        if "@" in url:
            raise table.wrong("url", "is not to hold a name or a password")
        if not place_of(url):
            raise table.expected("url", "an address of http(s)", 'url = "https://shop.example/healthz"')
        of = table.number("of", 3, 1, 10)
        return cls(
            name,
            url,
            _between(table, "every", EVERY, (SHORTEST, LONGEST)),
            _statuses(table),
            table.text("contains", ""),
            _between(table, "timeout", TIMEOUT, (timedelta(seconds=1), LONGEST_TIMEOUT)),
            table.number("needed", min(2, of), 1, of),
            of,
        )

    def probe(self) -> str:
        """Ask once: why it is not well, "" where it is. Never raises."""
        limits = Limits(min(3.0, self.timeout.total_seconds()), self.timeout.total_seconds(), SIZE)
        try:
            # It carries no secret, so that an address without encryption gives nothing away.
            reply = ask(Ask("GET", self.url, {"cache-control": "no-cache"}, plain=True, limits=limits))
        except Trouble as trouble:
            return trouble.reason
        if reply.status not in self.expect:
            return f"answered {reply.status}, not {' or '.join(str(status) for status in self.expect)}"
        if self.contains and self.contains not in reply.text:
            return f"the answer does not contain “{self.contains[:60]}”"
        return ""

    def alert(self, pulse: Pulse) -> Alert:
        """What is told of a change: that it is down, and that this is over."""
        over = pulse.since if pulse.state == "up" else None
        began = pulse.since if pulse.state == "down" else None
        why = pulse.why if pulse.state == "down" else ""
        return Alert(ACTOR, f"health check {self.name}", f"{self.name} is down", why, None, (), began, over, self.url)


class Health(Struct, frozen=True):
    """All checks as a source: each is asked once, whatever it was before."""

    KIND: ClassVar[str] = NAME
    HINT: ClassVar[str] = "it takes its own name only: incident-tui look health"

    checks: tuple[Check, ...]

    @property
    def name(self) -> str:
        return NAME

    @property
    def places(self) -> tuple[str, ...]:
        return ()

    def standing(self, scene: Scene) -> tuple[Question, ...]:
        return (question(NAME, "Health checks", scene, self._panel, (), ", ".join(one.name for one in self.checks)),)

    def about(self, link: str, scene: Scene) -> tuple[Question, ...]:
        del link, scene
        return ()

    def check(self) -> str:
        bad = [check.name for check, why in self._asked() if why]
        return f"down: {', '.join(bad)}" if bad else f"all {len(self.checks)} are up"

    def _panel(self, blank: Panel) -> Panel:
        rows = (
            Row(f"{'down' if why else 'up'} · {check.name}{f' · {why}' if why else ''}", check.url, _tone(why))
            for check, why in self._asked()
        )
        return replace(blank, rows=tuple(rows))

    def _asked(self) -> list[tuple[Check, str]]:
        with ThreadPoolExecutor(MOST) as together:
            return list(zip(self.checks, together.map(Check.probe, self.checks), strict=True))


def checks_of(config: Config) -> tuple[Check, ...]:
    """All health checks of a configuration, in its order. Raises ConfigError."""
    if len(config.health) > MOST:
        table = next(iter(config.health.values()))
        raise ConfigError(f"{table.file}: health: {len(config.health)} checks, {MOST} are the limit")
    return tuple(Check.configured(name, table) for name, table in config.health.items())


def _tone(why: str) -> str:
    return "bad" if why else "good"


def _between(table: Table, key: str, default: timedelta, bounds: tuple[timedelta, timedelta]) -> timedelta:
    found = table.duration(key) if key in table.values else default
    least, most = bounds
    if least <= found <= most:
        return found
    words = f"{least.total_seconds():g}s to {most.total_seconds():g}s"
    raise table.wrong(key, f"is out of bounds; write {words}")


def _statuses(table: Table) -> tuple[int, ...]:
    """One status or a list of them."""
    value = table.values.get("expect", 200)
    found = value if isinstance(value, list) else [value]
    statuses = tuple(one for one in found if isinstance(one, int) and not isinstance(one, bool) and 100 <= one <= 599)
    if not found or len(statuses) != len(found):
        raise table.expected("expect", "a status of HTTP", "expect = 200 or expect = [200, 204]")
    return statuses
