"""GitHub: what was deployed, how that went, and which changes it brought."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import ClassVar, Final, Self
from urllib.parse import quote, unquote

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.config.addresses import base_of
from incident_tui.config.secrets import Secret, secret
from incident_tui.config.table import Table
from incident_tui.sources.asking import AT_ONCE, Door, question, seconds_until
from incident_tui.sources.links import path_of, place_of
from incident_tui.sources.panel import Panel, Question, Row
from incident_tui.sources.reading import at, block, items, line, moment, number
from incident_tui.sources.source import Scene
from incident_tui.times import iso
from incident_tui.web import Reply, Trouble

NEWEST = 5
COMMITS = 30
LATELY = timedelta(hours=24)
REDIRECTS = 3
REPOSITORY = r"[\w-][\w.-]{0,99}/[\w.-]{1,100}"
TONES: Final = {
    "success": "good",
    "failure": "bad",
    "error": "bad",
    "in_progress": "warn",
    "pending": "warn",
    "queued": "warn",
    "inactive": "muted",
}
WORDS = {
    401: "the token is not accepted",
    403: "the token may not read this; it needs read access to deployments and contents of the repository",
    404: "no such repository or version, or the token may not see it",
    451: "not available for legal reasons",
}
Params = dict[str, str | list[str]]


class GitHub(Struct, frozen=True):
    KIND: ClassVar[str] = "github"
    HINT: ClassVar[str] = "it takes links to repositories, and to comparisons such as …/compare/v1...v2"

    name: str
    url: str
    repository: str
    token: Secret
    environment: str = ""
    plain: bool = False

    @classmethod
    def configured(cls, name: str, table: Table) -> Self:
        """Raises ConfigError."""
        table.only(("token", "repository", "environment", "url", "plain"))
        return cls(
            name,
            base_of(table, "https://api.github.com"),
            slug_of_repository(table),
            secret(table, "token"),
            table.text("environment", ""),
            table.flag("plain", False),
        )

    @property
    def door(self) -> Door:
        # A repository that was renamed answers with a redirect.
        return Door(self.url, (self.token,), _headers, self.plain, WORDS, waiting, redirects=REDIRECTS)

    @property
    def places(self) -> tuple[str, ...]:
        place = place_of(self.url)
        return ("github.com", "www.github.com") if place == "api.github.com" else (place,)

    def standing(self, scene: Scene) -> tuple[Question, ...]:
        return self._of(self.repository, scene)

    def about(self, link: str, scene: Scene) -> tuple[Question, ...]:
        path = unquote(path_of(link))
        found = re.match(rf"/(?P<repository>{REPOSITORY})(?:/|$)", path, re.ASCII)
        if found is None or not _is_repository(found["repository"]):
            return ()
        repository = found["repository"].removesuffix(".git")
        compared = re.match(r"/compare/(?P<base>[^\s]{1,200}?)\.\.\.?(?P<head>[^\s]{1,200})$", path[found.end() - 1 :])
        if compared is None:
            return self._of(repository, scene)
        base, head = compared["base"], compared["head"]
        return (
            self._asks(
                "Changes", scene, lambda blank: self._compared(blank, repository, base, head), f"{base}...{head}"
            ),
        )

    def check(self) -> str:
        found = self.door.got(f"/repos/{self.repository}", {})
        self.door.got(f"/repos/{self.repository}/deployments", {"per_page": "1"})
        return f"{line(found, 'full_name') or self.repository} can be read"

    def _of(self, repository: str, scene: Scene) -> tuple[Question, ...]:
        return (
            self._asks("Deployments", scene, lambda blank: self._deployments(blank, repository), repository),
            self._asks("Latest changes", scene, lambda blank: self._changes(blank, repository), repository),
        )

    def _asks(self, title: str, scene: Scene, fill: Callable[[Panel], Panel], query: str) -> Question:
        return question(self.name, title, scene, fill, (self.token,), query)

    def _deployments(self, blank: Panel, repository: str) -> Panel:
        """The newest deployments, each with how it went; one that is not told leaves the panel partial."""
        deployments = self._deployed(repository)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            states = list(pool.map(lambda one: self._state(repository, one), deployments))
        rows = [_deployment_row(one, state) for one, (state, _) in zip(deployments, states, strict=True)]
        missing = [problem for _, problem in states if problem]
        return replace(
            blank,
            rows=tuple(rows) or (Row("no deployments", tone="muted", note=True),),
            partial=f"how {len(missing)} of them went is missing: {missing[0]}" if missing else "",
            url=self._page(repository, "deployments"),
        )

    def _deployed(self, repository: str) -> list[object]:
        params: Params = {"per_page": str(NEWEST)}
        params |= {"environment": self.environment} if self.environment else {}
        found = self.door.got(f"/repos/{repository}/deployments", params)
        if not isinstance(found, list):
            raise Trouble("the answer is no list of deployments")
        deployments: list[object] = [one for one in found if isinstance(one, dict)]
        return deployments[:NEWEST]

    def _state(self, repository: str, deployment: object) -> tuple[object, str]:
        """The latest status of a deployment, and why there is none."""
        known = number(deployment, "id")
        if known is None:
            return None, ""
        try:
            found = self.door.got(f"/repos/{repository}/deployments/{known}/statuses", {"per_page": "1"})
        except Trouble as trouble:
            return None, trouble.reason
        return at(found, 0), ""

    def _changes(self, blank: Panel, repository: str) -> Panel:
        """What the latest deployment brought since the one before it; the commits of a day where there are no two."""
        try:
            versions = list(dict.fromkeys(line(one, "sha") for one in self._deployed(repository)))
        except Trouble as trouble:
            if trouble.status not in (403, 404):
                raise
            versions = []
        versions = [version for version in versions if re.fullmatch(r"[0-9a-f]{40,64}", version)]
        if len(versions) > 1:
            return self._compared(blank, repository, versions[1], versions[0])
        since = blank.asked_at - LATELY
        found = self.door.got(f"/repos/{repository}/commits", {"since": iso(since), "per_page": str(COMMITS)})
        rows = tuple(commit_row(one) for one in items(found) if isinstance(one, dict))
        partial = f"only the latest {COMMITS}" if len(rows) >= COMMITS else ""
        return replace(
            blank,
            rows=rows or (Row("no commits", tone="muted", note=True),),
            since=since,
            until=blank.asked_at,
            partial=partial,
            url=self._page(repository, "commits"),
        )

    def _compared(self, blank: Panel, repository: str, base: str, head: str) -> Panel:
        path = f"/repos/{repository}/compare/{quote(base, safe=':')}...{quote(head, safe=':')}"
        found = self.door.got(path, {"per_page": "250"})
        if not isinstance(at(found, "commits"), list):
            raise Trouble("the answer is no comparison")
        commits = [one for one in items(found, "commits") if isinstance(one, dict)]
        total = number(found, "total_commits") or len(commits)
        rows = [commit_row(one) for one in reversed(commits)]
        files = items(found, "files")
        rows += [Row(f"{len(files)} files changed", "\n".join(_file(one) for one in files), "muted")] if files else []
        return replace(
            blank,
            rows=tuple(rows) or (Row("no commits between the two", tone="muted", note=True),),
            query=f"{base}...{head}",
            partial=f"{total - len(commits)} older commits are missing" if total > len(commits) else "",
            url=self._page(repository, f"compare/{quote(base, safe=':')}...{quote(head, safe=':')}"),
        )

    def _page(self, repository: str, path: str) -> str:
        host = "https://github.com" if place_of(self.url) == "api.github.com" else self.url.partition("/api/")[0]
        return f"{host}/{repository}/{path}"


def slug_of_repository(table: Table) -> str:
    """Raises ConfigError."""
    value = table.text("repository", "")
    if _is_repository(value):
        return value
    raise table.expected("repository", "an owner and a name", 'repository = "acme/shop"')


def waiting(reply: Reply) -> timedelta | None:
    """Retry-After in seconds, else until X-RateLimit-Reset (seconds since 1970) once nothing remains."""
    told = seconds_until(reply.headers.get("retry-after", ""))
    reset = reply.headers.get("x-ratelimit-reset", "")
    if told is None and reply.headers.get("x-ratelimit-remaining") == "0" and re.fullmatch(r"[0-9]{1,11}", reset):
        return timedelta(seconds=max(0.0, int(reset) - time.time()))
    return told


def commit_row(commit: object) -> Row:
    title, _, rest = block(commit, "commit", "message").partition("\n")
    author = line(commit, "commit", "author", "name") or line(commit, "author", "login")
    text = " · ".join(filter(None, (line(commit, "sha")[:10], title or "no message", author)))
    when = moment(commit, "commit", "committer", "date") or moment(commit, "commit", "author", "date")
    return Row(text, rest.strip("\n"), at=when)


def _deployment_row(deployment: object, status: object) -> Row:
    state = line(status, "state") or "state not told"
    where = line(deployment, "environment") or "somewhere"
    version = line(deployment, "ref") or "?"
    who = line(deployment, "creator", "login")
    text = " · ".join(filter(None, (where, state.replace("_", " "), f"{version} {line(deployment, 'sha')[:10]}", who)))
    more = "\n".join(
        filter(None, (line(deployment, "description"), line(status, "description"), line(status, "log_url")))
    )
    return Row(text, more, TONES.get(state, ""), moment(deployment, "created_at"))


def _file(file: object) -> str:
    added, removed = number(file, "additions") or 0, number(file, "deletions") or 0
    return f"{line(file, 'status')} {line(file, 'filename')} +{added} −{removed}"


def _is_repository(text: str) -> bool:
    owner, _, name = text.partition("/")
    return bool(re.fullmatch(REPOSITORY, text, re.ASCII)) and name.strip(".") != "" and owner.strip(".") != ""


def _headers(revealed: tuple[str, ...]) -> dict[str, str]:
    return {
        "accept": "application/vnd.github+json",
        "authorization": f"Bearer {revealed[0]}",
        "x-github-api-version": "2022-11-28",
    }
