"""Alertmanager: the alerts that fire, in the groups that it keeps them in."""

from __future__ import annotations

from typing import ClassVar, Final, Self

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.config.addresses import base_of
from incident_tui.config.secrets import Secret
from incident_tui.config.table import Table
from incident_tui.sources.asking import Door, question
from incident_tui.sources.credentials import Login, login_of
from incident_tui.sources.generic_alert import severity_of
from incident_tui.sources.links import path_of, place_of
from incident_tui.sources.panel import Panel, Question, Row
from incident_tui.sources.reading import items, line, moment, pairs
from incident_tui.sources.source import Scene
from incident_tui.web import Trouble

ROWS: Final = 100
FIRING: Final[dict[str, str | list[str]]] = {"active": "true", "silenced": "false", "inhibited": "false"}
HIDDEN: Final = ("alertname", "severity")
WORDS = {
    401: "the token or the password is not accepted",
    403: "this login may not read it",
    404: "no Alertmanager answers at this address; a proxy may want a prefix, as in https://host/alertmanager",
    410: "this address is of the first API, which is gone; leave /api/v1 out",
}


class Alertmanager(Struct, frozen=True):
    KIND: ClassVar[str] = "alertmanager"
    HINT: ClassVar[str] = "any link to it asks what fires, such as https://alerts.example/#/alerts"

    name: str
    url: str
    login: Login
    filters: tuple[str, ...] = ()
    plain: bool = False

    @classmethod
    def configured(cls, name: str, table: Table) -> Self:
        """Raises ConfigError."""
        table.only(("url", "token", "user", "password", "filters", "plain"))
        return cls(name, base_of(table, ""), login_of(table), table.names("filters"), table.flag("plain", False))

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
        query = " ".join(self.filters) or "all alerts that are active"
        return (question(self.name, "Alerts that fire", scene, self._firing, self.secrets, query),)

    def about(self, link: str, scene: Scene) -> tuple[Question, ...]:
        here = place_of(link) in self.places and path_of(link).startswith(path_of(self.url))
        return self.standing(scene) if here else ()

    def check(self) -> str:
        status = self.door.got("/api/v2/status")
        version = line(status, "versionInfo", "version")
        if not version:
            raise Trouble("the answer is not that of an Alertmanager")
        return f"Alertmanager {version} answers"

    def _firing(self, blank: Panel) -> Panel:
        params = {**FIRING, "filter": list(self.filters)} if self.filters else FIRING
        found = self.door.got("/api/v2/alerts/groups", params)
        if not isinstance(found, list):
            raise Trouble("the answer is no list of groups")
        rows: list[Row] = []
        for group in found:
            rows += _group_rows(group)
        partial = f"there are more than these {ROWS} lines" if len(rows) > ROWS else ""
        shown = tuple(rows[:ROWS]) or (Row("no alert fires", tone="good", note=True),)
        return replace(blank, rows=shown, partial=partial, url=f"{self.url}/#/alerts")


def _group_rows(group: object) -> list[Row]:
    """The labels that a group is kept by, then its alerts, those first that fire longest."""
    alerts = [alert for alert in items(group, "alerts") if isinstance(alert, dict)]
    alerts.sort(key=lambda alert: line(alert, "startsAt"))
    if not alerts:
        return []
    kept = ", ".join(f"{name}={text}" for name, text in pairs(group, "labels")) or "no labels"
    receiver = line(group, "receiver", "name")
    heading = Row(f"group {kept} · {len(alerts)} · to {receiver or '?'}", tone="muted", note=True)
    return [heading, *(alert_row(alert) for alert in alerts)]


def alert_row(alert: object) -> Row:
    """An alert of the API, version 2."""
    word = line(alert, "labels", "severity")
    level = severity_of(word)
    state = line(alert, "status", "state")
    name = line(alert, "labels", "alertname") or "an alert"
    summary = line(alert, "annotations", "summary") or line(alert, "annotations", "description")
    words = " · ".join(filter(None, (state if state != "active" else "", word, name, summary)))
    labels = ", ".join(f"{key}={text}" for key, text in pairs(alert, "labels") if key not in HIDDEN)
    runbook = line(alert, "annotations", "runbook_url")
    silenced = bool(items(alert, "status", "silencedBy") or items(alert, "status", "inhibitedBy"))
    tone = "muted" if silenced else {1: "bad", 2: "bad", 3: "warn", None: "warn"}.get(level, "")
    return Row(words, " · ".join(filter(None, (labels, runbook))), tone, moment(alert, "startsAt"))
