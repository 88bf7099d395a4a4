"""UptimeRobot: what is down as seen from outside."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache
from typing import ClassVar, Final, NamedTuple, Self
from urllib.parse import parse_qs, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.config.addresses import base_of
from incident_tui.config.secrets import Secret, secret
from incident_tui.config.table import Table
from incident_tui.sources.asking import Door, question, seconds_until
from incident_tui.sources.links import path_of, place_of
from incident_tui.sources.panel import Panel, Question, Row
from incident_tui.sources.reading import at, items, line, moment, number
from incident_tui.sources.remembering import Remembered
from incident_tui.sources.source import Scene
from incident_tui.web import Reply, Trouble

DASHBOARDS: Final = ("dashboard.uptimerobot.com", "uptimerobot.com", "app.uptimerobot.com")
REMEMBERED_SECONDS = 60.0
"""The smallest plan allows ten requests a minute."""
PAGES = 3
STATUSES = "DOWN,LOOKS_DOWN"
TONES: Final = {"down": "bad", "looks_down": "warn", "up": "good", "paused": "muted"}
WORDS = {
    401: "the API key is not accepted",
    403: "the API key may not read monitors; a read-only key of the account may",
}


class Known(NamedTuple):
    """Monitors as they were at a moment, and what is missing of them."""

    monitors: tuple[object, ...]
    asked_at: datetime
    partial: str = ""


class UptimeRobot(Struct, frozen=True):
    KIND: ClassVar[str] = "uptimerobot"
    HINT: ClassVar[str] = "it takes links to monitors, such as https://dashboard.uptimerobot.com/monitors/71234"

    name: str
    url: str
    key: Secret
    plain: bool = False

    @classmethod
    def configured(cls, name: str, table: Table) -> Self:
        """Raises ConfigError."""
        table.only(("key", "url", "plain"))
        return cls(
            name, base_of(table, "https://api.uptimerobot.com/v3"), secret(table, "key"), table.flag("plain", False)
        )

    @property
    def door(self) -> Door:
        return Door(self.url, (self.key,), _headers, self.plain, WORDS, waiting)

    @property
    def places(self) -> tuple[str, ...]:
        return (*DASHBOARDS, place_of(self.url))

    def standing(self, scene: Scene) -> tuple[Question, ...]:
        query = f"status={STATUSES}"
        return (question(self.name, "Down from outside", scene, self._panel, (self.key,), query),)

    def about(self, link: str, scene: Scene) -> tuple[Question, ...]:
        found = re.match(r"/monitors/([0-9]{1,18})(?:/|$)", path_of(link), re.ASCII)
        if found is None:
            return ()
        title = f"Monitor {found[1]}"

        def fill(blank: Panel) -> Panel:
            monitor = self._monitor(found[1])
            return replace(blank, rows=(monitor_row(monitor),))

        return (question(self.name, title, scene, fill, (self.key,), title.casefold()), *self.standing(scene))

    def check(self) -> str:
        self.door.got("/monitors", {"limit": "1"})
        return "the API key may read monitors"

    def _panel(self, blank: Panel) -> Panel:
        """What is down, at most a minute old: then the panel says when it was asked."""
        known = latest(self.url, self.key.reference).value(lambda: self._down(blank.asked_at))
        rows = tuple(monitor_row(monitor) for monitor in known.monitors)
        return replace(
            blank,
            rows=rows or (Row("nothing is down", tone="good", note=True),),
            asked_at=known.asked_at,
            partial=known.partial,
            url="https://dashboard.uptimerobot.com/monitors",
        )

    def _down(self, now: datetime) -> Known:
        monitors: list[object] = []
        cursor = ""
        for page in range(PAGES):
            try:
                found = self.door.got("/monitors", _params(cursor))
            except Trouble as trouble:
                if not page:
                    raise
                return Known(tuple(monitors), now, f"page {page + 1} is missing: {trouble.reason}")
            monitors += [monitor for monitor in _monitors(found) if _is_down(monitor)]
            cursor = _cursor(line(found, "nextLink", limit=4000))
            if not cursor:
                return Known(tuple(monitors), now)
        return Known(tuple(monitors), now, f"there are more than these {len(monitors)}")

    def _monitor(self, monitor: str) -> object:
        """One monitor; where asking for it alone fails, as it does at times, it is looked for among all."""
        reply = self.door.asked(f"/monitors/{monitor}")
        if reply.status < 500:
            found = self.door.good(reply).json()
            return at(found, "monitor") or at(found, "data") or found
        every = _monitors(self.door.got("/monitors", {"limit": "200"}))
        for one in every:
            if number(one, "id") == int(monitor):
                return one
        raise Trouble(f"monitor {monitor} is not among them", status=404)


@cache
def latest(_url: str, _reference: str) -> Remembered[Known]:
    """What an account last told, shared by all who ask within this process."""
    return Remembered(REMEMBERED_SECONDS)


def monitor_row(monitor: object) -> Row:
    status = line(monitor, "status") or "?"
    name = line(monitor, "friendlyName") or line(monitor, "url") or f"monitor {line(monitor, 'id') or '?'}"
    incident = at(monitor, "lastIncident") if _is_down(monitor) else None
    since = moment(incident, "startedAt")
    why = line(incident, "reason") or line(incident, "cause")
    words = " · ".join(filter(None, (status.replace("_", " ").lower(), name, why)))
    more = " · ".join(filter(None, (line(monitor, "url"), line(monitor, "type"))))
    return Row(words, more, TONES.get(status.casefold(), ""), since)


def waiting(reply: Reply) -> timedelta | None:
    """The header Retry-After, in seconds."""
    return seconds_until(reply.headers.get("retry-after", ""))


def _monitors(found: object) -> list[object]:
    """The documentation says `data`, the vendor's own tests say `monitors`. Raises Trouble where it is neither."""
    for key in ("data", "monitors"):
        if isinstance(at(found, key), list):
            return [one for one in items(found, key) if isinstance(one, dict)]
    raise Trouble("the answer is no list of monitors")


def _is_down(monitor: object) -> bool:
    """A server that does not know the filter answers with all."""
    return line(monitor, "status").upper() not in ("UP", "PAUSED", "STARTED")


def _params(cursor: str) -> dict[str, str | list[str]]:
    params: dict[str, str | list[str]] = {"status": STATUSES, "limit": "200"}
    return {**params, "cursor": cursor} if cursor else params


def _cursor(link: str) -> str:
    """The cursor in the address of the next page; the address itself is not followed."""
    try:
        return parse_qs(urlsplit(link).query).get("cursor", [""])[0]
    except ValueError:
        return ""


def _headers(revealed: tuple[str, ...]) -> dict[str, str]:
    return {"authorization": f"Bearer {revealed[0]}"}
