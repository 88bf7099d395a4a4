"""Datadog: the errors that a service logs, and the monitors that fire."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar, Final, Self
from urllib.parse import parse_qs, quote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.config.addresses import base_of
from incident_tui.config.secrets import Secret, secret
from incident_tui.config.table import Table
from incident_tui.sources.asking import Door, question, seconds_until
from incident_tui.sources.datadog_view import log_row, monitor_row, monitor_rows
from incident_tui.sources.links import path_of, place_of
from incident_tui.sources.panel import Panel, Question
from incident_tui.sources.reading import at, items, line, moment, number
from incident_tui.sources.source import Scene
from incident_tui.times import iso
from incident_tui.web import Reply, Trouble

SITES: Final = (
    "datadoghq.com",
    "us3.datadoghq.com",
    "us5.datadoghq.com",
    "ap1.datadoghq.com",
    "ap2.datadoghq.com",
    "uk1.datadoghq.com",
    "datadoghq.eu",
    "ddog-gov.com",
    "us2.ddog-gov.com",
)
LATELY = timedelta(minutes=15)
PAGE = 50
FIRING = "status:Alert"
WORDS = {
    401: "the API key or the application key is not accepted",
    403: "the keys may not read this: a wrong site looks like a wrong key, so check site, key and application_key, "
    "and that the application key has the scopes logs_read_data and monitors_read",
}


class Datadog(Struct, frozen=True):
    KIND: ClassVar[str] = "datadog"
    HINT: ClassVar[str] = "it takes links to monitors and to searches of logs"

    name: str
    url: str
    site: str
    key: Secret
    application_key: Secret
    query: str = ""
    plain: bool = False

    @classmethod
    def configured(cls, name: str, table: Table) -> Self:
        """Raises ConfigError."""
        table.only(("key", "application_key", "site", "query", "url", "plain"))
        site = table.text("site", SITES[0])
        if site not in SITES:
            raise table.expected("site", f"one of {', '.join(SITES)}", f'site = "{SITES[0]}"')
        return cls(
            name,
            base_of(table, f"https://api.{site}"),
            site,
            secret(table, "key"),
            secret(table, "application_key"),
            table.text("query", ""),
            table.flag("plain", False),
        )

    @property
    def door(self) -> Door:
        return Door(self.url, (self.key, self.application_key), _headers, self.plain, WORDS, waiting)

    @property
    def places(self) -> tuple[str, ...]:
        return (f"app.{self.site}", self.site, place_of(self.url))

    def standing(self, scene: Scene) -> tuple[Question, ...]:
        return (
            self._asks("Monitors that fire", scene, self._firing(FIRING, 0, scene), FIRING),
            self._logs(scene, self._usual(scene.services), None),
        )

    def about(self, link: str, scene: Scene) -> tuple[Question, ...]:
        monitor = re.match(r"/monitors/([0-9]{1,18})(?:/|$)", path_of(link), re.ASCII)
        if monitor:
            title = f"Monitor {monitor[1]}"
            return (self._asks(title, scene, lambda blank: self._monitor(blank, monitor[1]), title.casefold()),)
        if re.match(r"/logs(?:/|$)", path_of(link)):
            query, since, until = _asked_in(link)
            return (
                self._logs(scene, query or self._usual(scene.services), (since, until) if since and until else None),
            )
        return ()

    def check(self) -> str:
        found = self.door.got("/api/v1/validate")
        if at(found, "valid") is not True:
            raise Trouble(WORDS[403])
        self.door.got("/api/v1/monitor/search", {"query": FIRING, "per_page": "1"})
        return f"{self.site} accepts both keys"

    def _usual(self, services: tuple[str, ...]) -> str:
        """The errors of the services of the incident, within what is configured."""
        named = " OR ".join(_quoted(service) for service in services)
        parts = (self.query, f"service:({named})" if named else "", "status:(error OR critical OR alert OR emergency)")
        return " ".join(filter(None, parts))

    def _asks(self, title: str, scene: Scene, fill: Callable[[Panel], Panel], query: str) -> Question:
        return question(self.name, title, scene, fill, (self.key, self.application_key), query)

    def _logs(self, scene: Scene, query: str, span: tuple[datetime, datetime] | None, cursor: str = "") -> Question:
        """Fifty lines of log, the latest first, from the page at `cursor` on; `span` is the last 15 minutes if None."""

        def fill(blank: Panel) -> Panel:
            since, until = span or (blank.asked_at - LATELY, blank.asked_at)
            page = {"limit": PAGE, "cursor": cursor} if cursor else {"limit": PAGE}
            searched = {"query": query, "from": iso(since), "to": iso(until), "indexes": ["*"]}
            body = {"filter": searched, "sort": "-timestamp", "page": page}
            found = self.door.got("/api/v2/logs/events/search", body=body)
            if not isinstance(at(found, "data"), list):
                raise Trouble("the answer is no list of log lines")
            after = line(found, "meta", "page", "after", limit=4000)
            return replace(
                blank,
                rows=tuple(log_row(one) for one in items(found, "data") if isinstance(one, dict)),
                since=since,
                until=until,
                partial=_missing(found, after),
                url=f"https://app.{self.site}/logs?query={quote(query)}",
                following=self._logs(scene, query, (since, until), after) if after else None,
            )

        return self._asks("Errors in the logs" if span is None else "Log lines", scene, fill, query)

    def _firing(self, query: str, page: int, scene: Scene) -> Callable[[Panel], Panel]:
        def fill(blank: Panel) -> Panel:
            params = {"query": query, "page": str(page), "per_page": str(PAGE)}
            found = self.door.got("/api/v1/monitor/search", params)
            if not isinstance(at(found, "monitors"), list):
                raise Trouble("the answer is no list of monitors")
            pages = number(found, "metadata", "page_count") or 0
            following = self._asks(blank.title, scene, self._firing(query, page + 1, scene), query)
            return replace(
                blank,
                rows=tuple(monitor_row(one) for one in items(found, "monitors") if isinstance(one, dict)),
                partial=f"page {page + 1} of {pages}" if pages > page + 1 else "",
                url=f"https://app.{self.site}/monitors/manage?q={quote(query)}",
                following=following if pages > page + 1 else None,
            )

        return fill

    def _monitor(self, blank: Panel, monitor: str) -> Panel:
        found = self.door.got(f"/api/v1/monitor/{monitor}", {"with_downtimes": "true"})
        if not isinstance(found, dict):
            raise Trouble("the answer is no monitor")
        return replace(
            blank,
            rows=monitor_rows(found),
            query=line(found, "query"),
            url=f"https://app.{self.site}/monitors/{monitor}",
        )


def waiting(reply: Reply) -> timedelta | None:
    """X-RateLimit-Reset counts the seconds until then with Datadog, and comes with good answers, too."""
    return seconds_until(reply.headers.get("x-ratelimit-reset", "")) if reply.status == 429 else None


def _missing(found: object, after: str) -> str:
    """What an answer says of its own gaps."""
    parts = ["Datadog ran out of time, so lines are missing"] if line(found, "meta", "status") == "timeout" else []
    parts += [line(one, "title") or line(one, "detail") for one in items(found, "meta", "warnings")]
    parts += ["there are more lines"] if after else []
    return "; ".join(filter(None, parts))


def _asked_in(link: str) -> tuple[str, datetime | None, datetime | None]:
    """The query and the time of a link to a search of logs, in milliseconds there."""
    try:
        told = parse_qs(urlsplit(link.strip()).query)
    except ValueError:
        return "", None, None
    since, until = (_milliseconds(told.get(key, [""])[0]) for key in ("from_ts", "to_ts"))
    return line(told.get("query", [""])[0], limit=2000), since, until


def _milliseconds(text: str) -> datetime | None:
    return moment(int(text) / 1000) if re.fullmatch(r"[0-9]{10,15}", text) else None


def _quoted(service: str) -> str:
    """A value in the language of the search, in which a quote or a backslash would end it."""
    return '"' + re.sub(r'["\\]', "?", service) + '"'


def _headers(revealed: tuple[str, ...]) -> dict[str, str]:
    return {"dd-api-key": revealed[0], "dd-application-key": revealed[1]}
