"""Sentry, on sentry.io, on a server of one's own, and what speaks like it (GlitchTip)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar, Self
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.config.addresses import base_of
from incident_tui.config.secrets import Secret, secret
from incident_tui.config.table import ConfigError, Table
from incident_tui.domain.alerts import Alert
from incident_tui.sources.asking import Door, question, seconds_until
from incident_tui.sources.links import is_link, place_of, slug_of
from incident_tui.sources.panel import Panel, Question, Row
from incident_tui.sources.reading import at, items, line
from incident_tui.sources.remembering import Remembered
from incident_tui.sources.sentry_links import SHORT, IssueLink, issue_link, next_cursor, places_of
from incident_tui.sources.sentry_view import (
    alert_of,
    commit_row,
    deploy_row,
    event_rows,
    issue_line,
    issue_rows,
    permalink_of,
    release_of,
    version_of,
)
from incident_tui.sources.source import Scene
from incident_tui.web import Reply, Trouble

NEW = timedelta(hours=2)
NEW_QUERY = "is:unresolved firstSeen:-2h"
PAGE = 25
SHARED_SECONDS = 5.0
"""Panels about one issue that are filled at the same time ask for it once."""
WORDS = {
    401: "the token is not accepted; make a new one and put it where the configuration refers to",
    403: "the token may not read this; it needs the scopes event:read and org:read (project:releases for releases)",
    404: "not there, or the token may not see it; check organization and url",
}


class Resolved(Struct, frozen=True):
    """The service says that the issue is resolved."""

    issue: str
    url: str = ""


class NotResolved(Struct, frozen=True):
    """Why not. `unknown`: the answer was lost, so that it may be resolved; asking once more does no harm."""

    reason: str
    unknown: bool = False


class FoundIssue(Struct, frozen=True):
    """An issue and its event as the service told them; `event` is None and `problem` says why where it is missing."""

    alert: Alert
    event: object
    problem: str = ""


class Sentry(Struct, frozen=True):
    KIND: ClassVar[str] = "sentry"
    HINT: ClassVar[str] = (
        "it takes links to issues of its own organization, such as https://acme.sentry.io/issues/4711/"
    )

    name: str
    url: str
    organization: str
    token: Secret
    project: str = ""
    environment: str = ""
    plain: bool = False

    @classmethod
    def configured(cls, name: str, table: Table) -> Self:
        """Raises ConfigError."""
        table.only(("token", "organization", "url", "project", "environment", "plain"))
        return cls(
            name,
            base_of(table, "https://sentry.io"),
            slug_of(table, "organization"),
            secret(table, "token"),
            slug_of(table, "project", example="shop") if "project" in table.values else "",
            table.text("environment", ""),
            table.flag("plain", False),
        )

    @property
    def door(self) -> Door:
        return Door(self.url, (self.token,), _headers, self.plain, WORDS, waiting)

    @property
    def places(self) -> tuple[str, ...]:
        return places_of(place_of(self.url), self.organization)

    def standing(self, scene: Scene) -> tuple[Question, ...]:
        return (self._asks("New issues", scene, self._new_page("", scene), NEW_QUERY),)

    def about(self, link: str, scene: Scene) -> tuple[Question, ...]:
        meant = self.meant(link)
        if meant is None:
            return ()
        known: Remembered[object] = Remembered(SHARED_SECONDS)

        def seen() -> object:
            return known.value(lambda: self.issue(meant.issue))

        label = f"issue {meant.issue}"
        return (
            self._asks("Issue", scene, lambda blank: self._issue_panel(blank, seen()), label),
            self._event_question(scene, meant, lambda: self.event(meant)),
            *self.standing(scene),
            self._asks("Suspect changes", scene, lambda blank: self._changes_panel(blank, meant, seen), label),
        )

    def check(self) -> str:
        found = self.door.got(f"{self._root}/issues/", {"limit": "1", "query": NEW_QUERY, "statsPeriod": "24h"})
        if not isinstance(found, list):
            raise Trouble("the answer is no list of issues; check url")
        return f"organization {self.organization} answers"

    def meant(self, link: str) -> IssueLink | None:
        """The issue of this organization that a link or a short id names."""
        if not is_link(link):
            return IssueLink(link) if SHORT.fullmatch(link) and any(sign.isdigit() for sign in link) else None
        found = issue_link(link)
        if found is None or found.organization not in ("", self.organization):
            return None
        return found

    def look_up(self, meant: IssueLink) -> FoundIssue:
        """The issue and its event, for a declaration. Raises Trouble and ConfigError where there is no issue."""
        issue = self.issue(meant.issue)
        try:
            event, problem = self.event(meant), ""
        except Trouble as trouble:
            event, problem = None, trouble.reason
        return FoundIssue(alert_of(issue, event), event, problem)

    def issue(self, issue: str) -> object:
        """The issue by number or short id. Raises Trouble and ConfigError."""
        reply = self._either(f"/issues/{quote(issue, safe='')}/")
        if reply.status == 404 and not issue.isdecimal():
            found = self.door.got(f"{self._root}/shortids/{quote(issue, safe='')}/")
            return _object(at(found, "group"))
        return _object(self.door.good(reply).json())

    def event(self, meant: IssueLink) -> object:
        """The event that is meant, else the latest. Raises Trouble and ConfigError."""
        event = quote(meant.event or "latest", safe="")
        reply = self._either(f"/issues/{quote(meant.issue, safe='')}/events/{event}/")
        if reply.status == 404 and not meant.issue.isdecimal():
            known = line(self.issue(meant.issue), "id")
            reply = self._either(f"/issues/{quote(known, safe='')}/events/{event}/")
        return _object(self.door.good(reply).json())

    def resolve(self, issue: str) -> Resolved | NotResolved:
        """Say there that the issue (a number or a short id) is resolved, once a person has consented. Never raises."""
        body = {"status": "resolved"}
        try:
            reply = self._either(f"/issues/{quote(issue, safe='')}/", method="PUT", body=body)
            answer = self.door.good(reply).json()
        except ConfigError as error:
            return NotResolved(str(error))
        except Trouble as trouble:
            return NotResolved(trouble.reason, unknown=trouble.left or trouble.status >= 500)
        status = line(answer, "status")
        if status and status != "resolved":
            return NotResolved(f"it is still {status} there")
        return Resolved(issue, permalink_of(answer))

    @property
    def _root(self) -> str:
        return f"/api/0/organizations/{self.organization}"

    def _either(self, path: str, *, method: str = "GET", body: object = None) -> Reply:
        """The answer below the organization; servers that know no such path have the older one."""
        reply = self.door.asked(f"{self._root}{path}", method=method, body=body)
        if reply.status not in (404, 405):
            return reply
        older = self.door.asked(f"/api/0{path}", method=method, body=body)
        return older if older.ok or reply.status == 405 else reply

    def _asks(self, title: str, scene: Scene, fill: Callable[[Panel], Panel], query: str) -> Question:
        return question(self.name, title, scene, fill, (self.token,), query)

    def _issue_panel(self, blank: Panel, issue: object) -> Panel:
        named = line(issue, "shortId")
        title = f"Issue {named}" if named else blank.title
        return replace(blank, title=title, rows=issue_rows(issue), url=permalink_of(issue))

    def event_panel(self, event: object, meant: IssueLink, now: datetime) -> Panel:
        """The panel of an event that is known already."""
        return self._event_question(Scene.of(now), meant, lambda: event).ask()

    def _event_question(self, scene: Scene, meant: IssueLink, event: Callable[[], object]) -> Question:
        title = "Latest event" if meant.event in ("", "latest") else "Event"
        query = f"issue {meant.issue}, event {meant.event or 'latest'}"
        return self._asks(title, scene, lambda blank: replace(blank, rows=event_rows(event())), query)

    def _new_page(self, cursor: str, scene: Scene) -> Callable[[Panel], Panel]:
        """Fills a panel with the new issues, the most frequent first, from the page at `cursor` on."""

        def fill(blank: Panel) -> Panel:
            query = f"{NEW_QUERY} project:{self.project}" if self.project else NEW_QUERY
            params: dict[str, str | list[str]] = {
                "query": query, "sort": "freq", "limit": str(PAGE), "statsPeriod": "24h"
            }  # fmt: skip
            params |= {"environment": self.environment} if self.environment else {}
            params |= {"cursor": cursor} if cursor else {}
            reply = self.door.good(self.door.asked(f"{self._root}/issues/", params))
            found = reply.json()
            if not isinstance(found, list):
                raise Trouble(f"the answer is no list of issues: {reply.glimpse}")
            following = next_cursor(reply.headers.get("link", ""))
            rows = tuple(issue_line(issue) for issue in found if isinstance(issue, dict))
            return replace(
                blank,
                rows=rows,
                query=query,
                since=blank.asked_at - NEW,
                until=blank.asked_at,
                partial=f"there are more than these {len(rows)}" if following else "",
                following=self._asks("New issues", scene, self._new_page(following, scene), NEW_QUERY)
                if following
                else None,
            )

        return fill

    def _changes_panel(self, blank: Panel, meant: IssueLink, seen: Callable[[], object]) -> Panel:
        """The commits and the deploys of the release that the issue came with."""
        release = version_of(seen(), "firstRelease") or release_of(self._event_or_none(meant))
        if not release or not release.strip("."):
            return replace(blank, rows=(Row("no release is told with this issue", tone="muted", note=True),))
        path = f"{self._root}/releases/{quote(release, safe='')}"
        rows: list[Row] = []
        missing: list[str] = []
        for part, row in (("deploys", deploy_row), ("commits", commit_row)):
            try:
                found = self.door.got(f"{path}/{part}/")
                rows += [row(one) for one in items(found) if isinstance(one, dict)]
            except Trouble as trouble:
                missing.append(f"no {part}: {trouble.reason}")
        if len(missing) == 2:
            raise Trouble(missing[0].partition(": ")[2])
        rows = rows or [Row("neither commits nor deploys are known of this release", tone="muted", note=True)]
        return replace(blank, rows=tuple(rows), query=f"release {release}", partial="; ".join(missing))

    def _event_or_none(self, meant: IssueLink) -> object:
        try:
            return self.event(meant)
        except Trouble:
            return None


def waiting(reply: Reply) -> timedelta | None:
    """The header X-Sentry-Rate-Limit-Reset names a second since 1970, and comes with good answers, too."""
    if reply.status != 429:
        return None
    reset = reply.headers.get("x-sentry-rate-limit-reset", "")
    if not re.fullmatch(r"[0-9]{1,12}", reset):
        return seconds_until(reply.headers.get("retry-after", ""))
    return timedelta(seconds=max(0.0, int(reset) - time.time()))


def _headers(revealed: tuple[str, ...]) -> dict[str, str]:
    return {"authorization": f"Bearer {revealed[0]}"}


def _object(value: object) -> object:
    """What can be an issue or an event. Raises Trouble."""
    if isinstance(value, dict):
        return value
    raise Trouble("the answer is neither an issue nor an event")
