"""How GitHub is asked: its headers, its redirects, its way to ask for patience, its words for what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urljoin, urlsplit

from incident_tui.channels.outcome import Failed, Unknown
from incident_tui.channels.posting import LONGEST_WAIT, posted, retry_after
from incident_tui.channels.servers import queued_at
from incident_tui.web import Ask, Limits, Reply, Trouble, ask

VERSION: Final = "2022-11-28"
PATIENCE: Final = timedelta(seconds=60)
"""The least wait after a limit that names none. Source: GitHub, best practices for using the REST API."""
LIMITS: Final = ("rate limit", "abuse detection", "submitted too quickly")
PAGE: Final = 100
PAGES: Final = 3
LONG: Final = Limits(seconds=5.0, size=16 * 1024 * 1024)
SKEW: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class GitHubApi:
    """One repository, for the moment of one letter."""

    base: str
    repository: str
    token: str = field(repr=False)
    plain: bool

    def read(self, path: str, params: Mapping[str, str] | None = None) -> Reply:
        """What the repository has under `path`. Raises Trouble, also for an answer that is an error."""
        reply = asked(replace(self._ask("GET", path), params=params or {}, limits=LONG))
        if reply.ok:
            return reply
        reason = f"{urlsplit(self.base).hostname}: {reply.status} {reply.glimpse}".rstrip()
        raise Trouble(reason, status=reply.status, after=waiting(reply))

    def write(
        self, method: str, path: str, body: Mapping[str, object], begin: Callable[[], None]
    ) -> Reply | Failed | Unknown:
        """The answer to a change of the repository; only what can be done twice without harm is repeatable."""
        request = replace(self._ask(method, path), body=body, begin=begin)
        return posted(request, repeatable=method == "PATCH", waiting=waiting, asking=asked)

    def marked(self, path: str, mark: str, key: str) -> dict[str, object] | None:
        """The issue or comment with this mark, of those that changed since `key` was made. Raises Trouble."""
        since = queued_at(key)
        about = {"state": "all"} if path == "/issues" else {}
        about |= {"since": f"{since - SKEW:%Y-%m-%dT%H:%M:%SZ}"} if since else {}
        for page in range(1, PAGES + 1):
            params = {"per_page": str(PAGE), "page": str(page), **about}
            found = list(_objects(self.read(path, params).json()))
            for item in found:
                if mark in str(item.get("body") or ""):
                    return item
            if len(found) < PAGE:
                return None
        return None

    def _ask(self, method: str, path: str) -> Ask:
        headers = {
            "authorization": f"Bearer {self.token}",
            "accept": "application/vnd.github+json",
            "x-github-api-version": VERSION,
        }
        return Ask(
            method, f"{self.base}/repos/{self.repository}{path}", headers, secrets=(self.token,), plain=self.plain
        )


def asked(request: Ask) -> Reply:
    """The answer, after one redirect within the same server: a renamed repository answers so. Raises Trouble."""
    reply = ask(request)
    target = urljoin(request.url, reply.headers.get("location", ""))
    here, there = urlsplit(request.url), urlsplit(target)
    if reply.status in (301, 302, 307, 308) and (here.scheme, here.netloc) == (there.scheme, there.netloc):
        # What was redirected has not been carried out; that it begins has been recorded before it left.
        params = {} if there.query else request.params
        reply = ask(replace(request, url=target, params=params, begin=None))
    return reply if reply.ok else _readable(reply)


def waiting(reply: Reply) -> timedelta | None:
    """Retry-After, else the time until the limit is reset, else a minute. Source: GitHub, rate limits."""
    if reply.status != 429 or "retry-after" in reply.headers:
        return retry_after(reply)
    reset = reply.headers.get("x-ratelimit-reset", "")
    if reply.headers.get("x-ratelimit-remaining") != "0" or not reset.isdecimal():
        return PATIENCE
    seconds = int(reset[:12]) - datetime.now(UTC).timestamp()
    return min(timedelta(seconds=max(0.0, seconds)), LONGEST_WAIT)


def _readable(reply: Reply) -> Reply:
    """An error in words; a 403 that is a limit as the 429 that it means."""
    words = _error(reply)
    limited = reply.status == 403 and (
        "retry-after" in reply.headers
        or reply.headers.get("x-ratelimit-remaining") == "0"
        or any(phrase in words.casefold() for phrase in LIMITS)
    )
    return replace(reply, status=429 if limited else reply.status, content=words.encode())


def _error(reply: Reply) -> str:
    try:
        answer = reply.json()
    except Trouble:
        return reply.text
    if not isinstance(answer, dict):
        return reply.text
    errors = [_detail(error) for error in answer.get("errors") or () if error] if _listed(answer) else []
    hint = {401: "is the token right?", 404: "or the token may not see it"}.get(reply.status, "")
    if reply.status == 410:
        hint = "issues are switched off in this repository"
    return "; ".join(part for part in (str(answer.get("message") or ""), *errors, hint) if part)


def _listed(answer: Mapping[str, object]) -> bool:
    return isinstance(answer.get("errors"), list)


def _detail(error: object) -> str:
    if not isinstance(error, dict):
        return str(error)
    return " ".join(str(error[name]) for name in ("field", "code", "message") if error.get(name))


def _objects(value: object) -> Iterator[dict[str, object]]:
    """The objects of a list, whatever else a server puts there."""
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())
