"""Healthchecks: the jobs that have not reported in time."""

from __future__ import annotations

import re
from typing import ClassVar, Final, Self

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.config.addresses import base_of
from incident_tui.config.secrets import Secret, secret
from incident_tui.config.table import Table
from incident_tui.sources.asking import Door, question
from incident_tui.sources.links import path_of, place_of
from incident_tui.sources.panel import Panel, Question, Row, rest
from incident_tui.sources.reading import at, items, line, moment
from incident_tui.sources.source import Scene
from incident_tui.web import Trouble

TONES: Final = {"down": "bad", "grace": "warn", "up": "good", "paused": "muted", "new": "muted"}
ORDER: Final = ("down", "grace")
WORDS = {
    401: "the API key is not accepted; a read-only key of the project is enough",
    404: "not there, or another project's",
}


class Healthchecks(Struct, frozen=True):
    KIND: ClassVar[str] = "healthchecks"
    HINT: ClassVar[str] = "it takes links to checks, such as https://healthchecks.io/checks/UUID/details/"

    name: str
    url: str
    key: Secret
    tags: tuple[str, ...] = ()
    plain: bool = False

    @classmethod
    def configured(cls, name: str, table: Table) -> Self:
        """Raises ConfigError."""
        table.only(("key", "url", "tags", "plain"))
        return cls(
            name,
            base_of(table, "https://healthchecks.io"),
            secret(table, "key"),
            table.names("tags"),
            table.flag("plain", False),
        )

    @property
    def door(self) -> Door:
        return Door(self.url, (self.key,), _headers, self.plain, WORDS)

    @property
    def places(self) -> tuple[str, ...]:
        return (place_of(self.url),)

    def standing(self, scene: Scene) -> tuple[Question, ...]:
        query = " ".join(f"tag={tag}" for tag in self.tags) or "all checks"
        return (question(self.name, "Jobs that are late", scene, self._late, (self.key,), query),)

    def about(self, link: str, scene: Scene) -> tuple[Question, ...]:
        found = re.match(r"/checks/([0-9a-fA-F-]{36}|[0-9a-f]{40})(?:/|$)", path_of(link), re.ASCII)
        if found is None:
            return ()

        def fill(blank: Panel) -> Panel:
            check = self.door.got(f"/api/v3/checks/{found[1]}")
            if not isinstance(check, dict):
                raise Trouble("the answer is no check")
            return replace(blank, rows=(check_row(check),))

        return (question(self.name, "Check", scene, fill, (self.key,), found[1]), *self.standing(scene))

    def check(self) -> str:
        return f"{len(self._checks())} checks can be read"

    def _checks(self) -> list[object]:
        found = self.door.got("/api/v3/checks/", {"tag": list(self.tags)} if self.tags else {})
        if not isinstance(at(found, "checks"), list):
            raise Trouble("the answer is no list of checks")
        return [check for check in items(found, "checks") if isinstance(check, dict)]

    def _late(self, blank: Panel) -> Panel:
        checks = self._checks()
        late = [check for status in ORDER for check in checks if line(check, "status") == status]
        rows = [check_row(check) for check in late]
        others = len(checks) - len(late)
        if others or not late:
            rows.append(rest(others, "not late", whole=not late))
        return replace(blank, rows=tuple(rows), url=self.url)


def check_row(check: object) -> Row:
    """A check; its addresses are left out, as whoever knows them can report in its name."""
    status = line(check, "status") or "?"
    named = line(check, "name") or line(check, "slug") or "unnamed check"
    running = " · running" if at(check, "started") is True else ""
    more = " · ".join(filter(None, (line(check, "desc"), line(check, "tags"), line(check, "schedule"))))
    return Row(f"{status} · {named}{running} · last ping", more, TONES.get(status, ""), moment(check, "last_ping"))


def _headers(revealed: tuple[str, ...]) -> dict[str, str]:
    return {"x-api-key": revealed[0]}
