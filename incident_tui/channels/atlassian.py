"""How Jira and Confluence are asked: who asks, how long they want to be left alone, what they say is wrong."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from incident_tui.channels.outcome import Failed, Unknown
from incident_tui.channels.posting import LONGEST_WAIT, posted, retry_after
from incident_tui.web import Ask, Limits, Reply, Trouble, ask

LONG = Limits(seconds=5.0, size=8 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class Atlassian:
    """A site, for the moment of one letter: with an e-mail address in the cloud, without one a server of one's own."""

    base: str
    email: str
    token: str = field(repr=False)
    plain: bool

    def read(self, path: str, params: Mapping[str, str] | None = None, body: object = None) -> Mapping[str, object]:
        """The object that `path` answers with; with a `body` it is a search. Raises Trouble, also for an error."""
        request = self._ask("GET" if body is None else "POST", path)
        reply = asked(replace(request, params=params or {}, body=body, limits=LONG))
        if not reply.ok:
            reason = f"{urlsplit(self.base).hostname}: {reply.status} {reply.glimpse}".rstrip()
            raise Trouble(reason, status=reply.status, after=waiting(reply))
        return object_of(reply)

    def write(
        self, method: str, path: str, body: object, begin: Callable[[], None], *, repeatable: bool = False
    ) -> Reply | Failed | Unknown:
        """The answer to a change; to a `repeatable` one also that somebody else has changed it first."""
        request = replace(self._ask(method, path), body=body, begin=begin)
        return posted(request, repeatable=repeatable, waiting=waiting, asking=asked, own=late if repeatable else None)

    def _ask(self, method: str, path: str) -> Ask:
        secrets: tuple[str, ...] = (self.token,)
        allowed = f"Bearer {self.token}"
        if self.email:
            both = base64.b64encode(f"{self.email}:{self.token}".encode()).decode()
            secrets, allowed = (self.token, both), f"Basic {both}"
        headers = {"authorization": allowed, "accept": "application/json"}
        return Ask(method, f"{self.base}{path}", headers, secrets=secrets, plain=self.plain)


def asked(request: Ask) -> Reply:
    """The answer, errors in words. Raises Trouble."""
    reply = ask(request)
    return reply if reply.ok else replace(reply, content=_error(reply).encode())


def late(reply: Reply) -> bool:
    """Whether what is to be changed has been changed by somebody else meanwhile."""
    return reply.status == 409


def object_of(reply: Reply) -> Mapping[str, object]:
    """The object that was answered, an empty one where it is something else. Raises Trouble where it is no JSON."""
    found = reply.json()
    return found if isinstance(found, dict) else {}


def waiting(reply: Reply) -> timedelta | None:
    """Retry-After, else the moment of X-RateLimit-Reset (ISO 8601). Source: Atlassian, rate limiting."""
    if (after := retry_after(reply)) is not None:
        return after
    try:
        reset = datetime.fromisoformat(reply.headers.get("x-ratelimit-reset", ""))
        return min(max(reset - datetime.now(UTC), timedelta(0)), LONGEST_WAIT)
    except (ValueError, TypeError, OverflowError):
        return None


def _error(reply: Reply) -> str:
    try:
        answer = object_of(reply)
    except Trouble:
        return reply.text
    messages, errors = answer.get("errorMessages"), answer.get("errors")
    said = [str(message) for message in messages] if isinstance(messages, list) else []
    if isinstance(errors, dict):
        said += [f"{name}: {words}" for name, words in errors.items()]
    elif isinstance(errors, list):
        said += [_titled(error) for error in errors]
    if not said:
        said = [str(answer.get("message") or "") or reply.text]
    hint = {401: "are the address and the token right?", 404: "or the token may not see it"}.get(reply.status, "")
    return "; ".join(part for part in (*said, hint) if part)


def _titled(error: object) -> str:
    if not isinstance(error, dict):
        return str(error)
    return ": ".join(str(error[name]) for name in ("title", "detail") if error.get(name))
