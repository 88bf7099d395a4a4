"""What sources over HTTP have in common: asking within seconds, why there is no answer, and the last seal."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from threading import BoundedSemaphore

from msgspec import Struct, field
from msgspec.structs import replace

from incident_tui.config.secrets import Secret
from incident_tui.config.table import ConfigError
from incident_tui.domain.scrubbing import scrub
from incident_tui.domain.text import clean, clean_line
from incident_tui.sources.links import token_of
from incident_tui.sources.panel import Panel, Question, Row
from incident_tui.sources.reading import items, line
from incident_tui.sources.source import Scene
from incident_tui.web import Ask, Limits, Reply, Trouble, ask, redacted

LIMITS = Limits(connect=3.0, seconds=5.0, size=4 * 1024 * 1024)
SHOWN = 200
AT_ONCE = 3

Waiting = Callable[[Reply], timedelta | None]
"""How long a service asks to be left alone; each says it in its own way."""


class Door(Struct, frozen=True):
    """The way to one service: `base` is the configured address, the only one that the secrets are sent to.

    `headers` makes the headers of the revealed secrets, in the order of `secrets`. `words` says what a status means
    with this service. `redirects` are followed on the same host only.
    """

    base: str
    secrets: tuple[Secret, ...]
    headers: Callable[[tuple[str, ...]], Mapping[str, str]]
    plain: bool = False
    words: Mapping[int, str] = field(default_factory=dict)
    waiting: Waiting | None = None
    redirects: int = 0

    def revealed(self) -> tuple[str, ...]:
        """Raises ConfigError."""
        return tuple(token_of(secret.reveal(), secret.place) for secret in self.secrets)

    def asked(
        self,
        path: str,
        params: Mapping[str, str | list[str]] | None = None,
        *,
        method: str = "GET",
        body: object = None,
    ) -> Reply:
        """Any answer, whatever its status. Raises Trouble, ConfigError."""
        secrets = self.revealed()
        headers = {"accept": "application/json", **self.headers(secrets)}
        url = f"{self.base}{path}"
        asked = Ask(
            method,
            url,
            headers,
            params or {},
            body,
            secrets=secrets,
            plain=self.plain,
            limits=LIMITS,
            redirects=self.redirects,
        )
        with turn(self.base):
            return ask(asked)

    def got(self, path: str, params: Mapping[str, str | list[str]] | None = None, *, body: object = None) -> object:
        """The JSON of a good answer; with a `body` it is posted. Raises Trouble, ConfigError."""
        return self.good(self.asked(path, params, method="GET" if body is None else "POST", body=body)).json()

    def good(self, reply: Reply) -> Reply:
        """The answer where it is one. Raises Trouble."""
        if reply.ok:
            return reply
        after = self.waiting(reply) if self.waiting else None
        raise Trouble(_reason(reply, self.words, after), status=reply.status, after=after)


@cache
def turn(_base: str) -> BoundedSemaphore:
    """So many calls at once bear the services, however many panels a screen fills."""
    return BoundedSemaphore(AT_ONCE)


Asking = Callable[[Panel], Panel]
"""Fills a blank panel that has its source, title, query and moment. May raise Trouble and ConfigError."""


def question(
    source: str, title: str, scene: Scene, fill: Asking, secrets: tuple[Secret, ...] = (), query: str = ""
) -> Question:
    """A question that never raises: what is in the way of an answer becomes its problem.

    What it answers is cleaned, and holds none of the `secrets`.
    """

    def asked() -> Panel:
        blank = Panel(source, title, scene.now(), query=query)
        try:
            panel = fill(blank)
        except Trouble as trouble:
            panel = replace(blank, problem=trouble.reason)
        except ConfigError as error:
            panel = replace(blank, problem=str(error))
        return sealed(panel, _known(secrets))

    return Question(source, title, asked)


def sealed(panel: Panel, secrets: tuple[str, ...]) -> Panel:
    """The panel with all its texts clean, without any of our secrets, and those of others masked."""

    def many(text: str) -> str:
        return scrub(redacted(clean(text), secrets)).text

    def one(text: str) -> str:
        return many(clean_line(text))

    rows = tuple(Row(one(row.text), many(row.more), row.tone, row.at) for row in panel.rows)
    return replace(
        panel,
        source=one(panel.source),
        title=one(panel.title),
        rows=rows,
        query=one(panel.query),
        partial=one(panel.partial),
        problem=one(panel.problem),
        url=one(panel.url),
    )


def _known(secrets: tuple[Secret, ...]) -> tuple[str, ...]:
    known = []
    for secret in secrets:
        try:
            known.append(secret.reveal())
        except ConfigError:
            continue
    return tuple(known)


def _reason(reply: Reply, words: Mapping[int, str], after: timedelta | None) -> str:
    if reply.status == 429 or after is not None:
        wait = f" for {after.total_seconds():.0f} s" if after is not None else ""
        return " · ".join(filter(None, (f"too many requests; it asks to be left alone{wait}", words.get(429))))
    if reply.status in words:
        return f"{words[reply.status]} ({reply.status})"
    return f"answered {reply.status}: {explained(reply)}".rstrip(": ")


def explained(reply: Reply) -> str:
    """What an error says of itself: the words in its JSON, and of a web page that it is one."""
    if "html" in reply.headers.get("content-type", "") or reply.text.lstrip()[:1] == "<":
        return "a web page, no data; check the address and what stands before the service"
    try:
        value = reply.json()
    except Trouble:
        return reply.glimpse
    return redacted(_words(value), reply.secrets)[:SHOWN] or reply.glimpse


def _words(value: object, depth: int = 3) -> str:
    """The words of an error, in whichever of the usual forms they come."""
    if isinstance(value, str) or not depth:
        return line(value)
    for key in ("detail", "message", "error", "errors", "title"):
        found = value.get(key) if isinstance(value, dict) else None
        parts = [found] if isinstance(found, str | dict) else items(found)
        words = ", ".join(filter(None, (line(part) or _words(part, depth - 1) for part in parts[:3])))
        if words:
            return words
    return ""


def seconds_until(value: str) -> timedelta | None:
    """A header that counts seconds from now."""
    return timedelta(seconds=float(value)) if re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,6})?", value.strip()) else None
