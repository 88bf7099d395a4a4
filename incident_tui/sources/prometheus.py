"""Prometheus, and what answers like it: alerts that fire, targets that are down, and queries with their course."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import isnan
from typing import ClassVar, Final, Self
from urllib.parse import parse_qs, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.config.addresses import base_of
from incident_tui.config.secrets import Secret
from incident_tui.config.table import Table
from incident_tui.sources.asking import Door, question
from incident_tui.sources.credentials import Login, login_of
from incident_tui.sources.links import is_link, place_of
from incident_tui.sources.panel import Panel, Question, Row, rest
from incident_tui.sources.prometheus_api import data_of, moment_of, named, shown, sparkline, value_of, warned
from incident_tui.sources.reading import at, items, line, moment, pairs
from incident_tui.sources.source import Scene
from incident_tui.times import iso
from incident_tui.web import Trouble

COURSE: Final = timedelta(hours=1)
POINTS: Final = 60
CELLS: Final = 40
ROWS: Final = 50
HIDDEN: Final = ("alertname", "severity")
WORDS = {
    401: "the token or the password is not accepted",
    403: "this login may not read it",
    404: "no Prometheus answers at this address; a proxy may want a prefix, as in https://host/prometheus",
}


class Prometheus(Struct, frozen=True):
    KIND: ClassVar[str] = "prometheus"
    HINT: ClassVar[str] = "it takes links to graphs, such as https://prometheus.example/graph?g0.expr=up, and queries"

    name: str
    url: str
    login: Login
    queries: tuple[str, ...] = ()
    plain: bool = False

    @classmethod
    def configured(cls, name: str, table: Table) -> Self:
        """Raises ConfigError."""
        table.only(("url", "token", "user", "password", "queries", "plain"))
        return cls(name, base_of(table, ""), login_of(table), table.names("queries"), table.flag("plain", False))

    @property
    def door(self) -> Door:
        return Door(self.url, self.secrets, self.login.headers, self.plain, WORDS)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return self.login.secrets

    @property
    def places(self) -> tuple[str, ...]:
        return (place_of(self.url),)

    def standing(self, scene: Scene) -> tuple[Question, ...]:
        return (
            self._asks("Alerts that fire", scene, self._alerts, "/api/v1/alerts"),
            self._asks("Targets that are down", scene, self._targets, "/api/v1/targets"),
            *(self._course(query, scene, COURSE) for query in self.queries),
        )

    def about(self, link: str, scene: Scene) -> tuple[Question, ...]:
        if not is_link(link):
            # A name may be a source's or an id of one: only what no name looks like is a query.
            return (self._now(link, scene), self._course(link, scene, COURSE)) if _is_query(link) else ()
        queries = _queries_in(link)
        return tuple(
            asked for query in queries for asked in (self._now(query, scene), self._course(query, scene, COURSE))
        )

    def check(self) -> str:
        found = data_of(self.door, "/api/v1/query", {"query": "vector(1)"})
        if line(found, "data", "resultType") != "vector":
            raise Trouble("it answers in an unknown form")
        return "it answers queries"

    def _asks(self, title: str, scene: Scene, fill: Callable[[Panel], Panel], query: str) -> Question:
        return question(self.name, title, scene, fill, self.secrets, query)

    def _alerts(self, blank: Panel) -> Panel:
        found = data_of(self.door, "/api/v1/alerts")
        alerts = [alert for alert in items(found, "data", "alerts") if isinstance(alert, dict)]
        alerts.sort(key=lambda alert: line(alert, "state") != "firing")
        rows = tuple(_alert_row(alert) for alert in alerts[:ROWS])
        partial = warned(found) or _rest(len(alerts))
        return replace(
            blank, rows=rows or (Row("no alert fires", tone="good", note=True),), partial=partial, url=self.url
        )

    def _targets(self, blank: Panel) -> Panel:
        found = data_of(self.door, "/api/v1/targets", {"state": "active"})
        targets = [target for target in items(found, "data", "activeTargets") if isinstance(target, dict)]
        down = [target for target in targets if line(target, "health") == "down"]
        rows = [_target_row(target) for target in down[:ROWS]]
        others = len(targets) - len(down)
        if others or not down:
            rows.append(rest(others, "up", whole=not down))
        return replace(blank, rows=tuple(rows), partial=warned(found) or _rest(len(down)), url=self.url)

    def _now(self, query: str, scene: Scene) -> Question:
        def fill(blank: Panel) -> Panel:
            params: dict[str, str | list[str]] = {"query": query, "time": _seconds(blank.asked_at), "timeout": "4s"}
            found = data_of(self.door, "/api/v1/query", params)
            rows = _rows(at(found, "data"))
            partial = warned(found) or _rest(len(items(found, "data", "result")))
            return replace(blank, rows=rows or (Row("no series has it", note=True),), partial=partial, url=self.url)

        return self._asks("Query", scene, fill, query)

    def _course(self, query: str, scene: Scene, span: timedelta) -> Question:
        def fill(blank: Panel) -> Panel:
            since, until = blank.asked_at - span, blank.asked_at
            step = f"{span.total_seconds() / POINTS:g}"
            params: dict[str, str | list[str]] = {"query": query, "step": step, "timeout": "4s"}
            found = data_of(
                self.door, "/api/v1/query_range", {**params, "start": _seconds(since), "end": _seconds(until)}
            )
            series = items(found, "data", "result")
            rows = tuple(course_row(one, since, span) for one in series[:ROWS])
            return replace(
                blank,
                rows=rows or (Row("no series has it", note=True),),
                since=since,
                until=until,
                partial=warned(found) or _rest(len(series)),
                url=self.url,
            )

        return self._asks(f"Course: {query}", scene, fill, query)


def course_row(series: object, since: datetime, span: timedelta) -> Row:
    """A series as a line of signs, with its first, lowest, highest and last value."""
    values: list[float | None] = [None] * (POINTS + 1)
    for sample in items(series, "values"):
        moment_ = moment_of(sample)
        place = round((moment_ - since) / span * POINTS) if moment_ is not None else -1
        if 0 <= place <= POINTS:
            values[place] = value_of(sample)
    known = [value for value in values if value is not None and not isnan(value)]
    drawn = sparkline(values, CELLS)
    if not known:
        return Row(f"{drawn} NaN · {named(at(series, 'metric'))}")
    facts = f"{shown(known[-1])} (from {shown(known[0])}, lowest {shown(min(known))}, highest {shown(max(known))})"
    return Row(f"{drawn} {facts} · {named(at(series, 'metric'))}")


def _rows(data: object) -> tuple[Row, ...]:
    """The rows of an answer of each of the four types."""
    kind = line(data, "resultType")
    result = at(data, "result")
    if kind in ("scalar", "string"):
        text = line(result, 1) if kind == "string" else shown(value_of(result))
        return (Row(text, at=moment_of(result)),)
    rows = []
    for series in items(data, "result")[:ROWS]:
        sample = at(series, "value") or at(series, "values", -1)
        text = "a histogram" if sample is None else shown(value_of(sample))
        rows.append(Row(f"{text} · {named(at(series, 'metric'))}", at=moment_of(sample)))
    return tuple(rows)


def _alert_row(alert: object) -> Row:
    state = line(alert, "state")
    severity = line(alert, "labels", "severity")
    summary = line(alert, "annotations", "summary") or line(alert, "annotations", "description")
    labels = ", ".join(f"{name}={text}" for name, text in pairs(alert, "labels") if name not in HIDDEN)
    name = line(alert, "labels", "alertname") or "an alert"
    tone = {"firing": "bad", "pending": "warn"}.get(state, "")
    words = " · ".join(filter(None, (state, severity, name, summary)))
    more = " · ".join(filter(None, (labels, line(alert, "annotations", "runbook_url"))))
    return Row(words, more, tone, moment(alert, "activeAt"))


def _target_row(target: object) -> Row:
    job, instance = line(target, "labels", "job"), line(target, "labels", "instance")
    why = line(target, "lastError")
    return Row(f"down · {job} · {instance}", why, "bad", moment(target, "lastScrape"))


def _rest(count: int) -> str:
    return f"there are {count}; the first {ROWS} are shown" if count > ROWS else ""


def _seconds(at_: datetime) -> str:
    return iso(at_.astimezone(UTC))


def _queries_in(link: str) -> tuple[str, ...]:
    """The expressions of a link to the graph: `g0.expr`, `g1.expr` …"""
    try:
        fields = parse_qs(urlsplit(link).query, max_num_fields=100)
    except ValueError:
        return ()
    found = [fields[f"g{number}.expr"][0].strip() for number in range(4) if f"g{number}.expr" in fields]
    return tuple(query for query in found if query)


def _is_query(text: str) -> bool:
    return any(sign in text for sign in "({[") and text.isprintable()
