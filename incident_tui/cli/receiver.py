"""The receiver of webhooks as an ASGI application: who may speak, how much, and what is answered."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from incident_tui.intake import Taken
from incident_tui.journal import JournalError
from incident_tui.session import NotSaved
from incident_tui.sources.inbound import Inbound, inbound
from incident_tui.sources.reading import line
from incident_tui.sources.signatures import is_signed

SIZE = 1024 * 1024
BODY_SECONDS = 10.0
FIELDS = 100
FORM = "application/x-www-form-urlencoded"

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Answer(NamedTuple):
    status: int
    words: str
    headers: tuple[tuple[bytes, bytes], ...] = ()


class Refusal(Exception):
    """The message is not taken; `answer` says why."""

    def __init__(self, status: int, words: str, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(words)
        self.answer = Answer(status, words, headers)


@dataclass(frozen=True, slots=True)
class Guard:
    """Who may speak: with the `token`, or signed with one of the `secrets`; without either, everybody."""

    token: str = field(default="", repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def admits(self, headers: Mapping[str, str]) -> bool:
        """Whether the head is enough."""
        if not self.token:
            return not self.secrets
        return hmac.compare_digest(_credential(headers).encode("utf-8", "replace"), self.token.encode())

    def signed(self, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
        found = [is_signed(headers, body, secret, now) for secret in self.secrets]
        return any(found)


class Receiver:
    """Takes alerts one message after the other, each in a thread, as `take` waits for the disk.

    `say` gets one line for each message. What cannot be recorded is answered with 503, so that it comes again.
    """

    def __init__(
        self,
        take: Callable[[Inbound], Taken],
        guard: Guard,
        say: Callable[[str], None],
        now: Callable[[], datetime],
    ) -> None:
        self._take = take
        self._guard = guard
        self._say = say
        self._now = now
        self._turn = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One exchange, by the interface of ASGI 3."""
        if scope["type"] != "http":
            return
        try:
            answer = await self._answer(scope, receive)
        except Refusal as refusal:
            answer = refusal.answer
            self._say(f"refused with {answer.status}: {answer.words}")
        except (NotSaved, JournalError) as error:
            answer = Answer(503, f"not recorded: {error}", ((b"retry-after", b"5"),))
            self._say(f"{error}; the sender is asked to try again")
        except Exception as error:  # one message that nobody foresaw must not end the receiver  # noqa: BLE001
            answer = Answer(500, "it failed")
            self._say(f"a message could not be taken: {type(error).__name__}")
        await _reply(send, answer, bodiless=scope["method"] == "HEAD")

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        if scope["method"] in ("GET", "HEAD"):
            return Answer(200, "incident-tui listens")
        headers = _headers(scope)
        self._look_at_head(scope["method"], headers)
        admitted = self._guard.admits(headers)
        if not admitted and not self._guard.secrets:
            raise _stranger()
        body = await _body(headers, receive)
        if not admitted and not self._guard.signed(headers, body, self._now()):
            raise _stranger()
        value = _value(headers, body)
        told = inbound(value, self._now())
        if not told.alerts:
            return self._nothing(value)
        async with self._turn:
            taken = await asyncio.to_thread(self._take, told)
        self._say(taken.words)
        return Answer(202 if taken.what == "nowhere" else 200, taken.words)

    def _look_at_head(self, method: str, headers: Mapping[str, str]) -> None:
        if method != "POST":
            raise Refusal(405, "alerts are sent with POST", (b"allow", b"GET, HEAD, POST"))
        if "origin" in headers:
            # Any page in a browser on this machine could send alerts here otherwise.
            raise Refusal(403, "alerts do not come from web pages")
        if headers.get("content-encoding", "identity").casefold() != "identity":
            raise Refusal(415, "the body is to come as it is, not packed")

    def _nothing(self, value: object) -> Answer:
        """A message that tells of no alert: some kinds of some senders, else a mistake that they are to be told of."""
        kind = line(value, "event", "event_type")
        if not kind:
            raise Refusal(400, "there is no alert in it; docs/sources/listen.md names the forms that are read")
        self._say(f"{kind} tells of no alert")
        return Answer(202, f"{kind} tells of no alert")


def _credential(headers: Mapping[str, str]) -> str:
    """The token of Bearer, or the password of Basic."""
    scheme, _, rest = headers.get("authorization", "").partition(" ")
    if scheme.casefold() == "bearer":
        return rest.strip()
    if scheme.casefold() != "basic":
        return ""
    try:
        return base64.b64decode(rest.strip(), validate=True).decode("utf-8", "replace").partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


async def _body(headers: Mapping[str, str], receive: Receive) -> bytes:
    """The whole body. Raises Refusal where it is too long or too slow."""
    announced = headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:12]) > SIZE:
        raise _too_long()
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refusal(400, "the sender went away")
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > SIZE:
                    raise _too_long()
                if not message.get("more_body", False):
                    return b"".join(parts)
    except TimeoutError:
        raise Refusal(408, f"the body did not come within {BODY_SECONDS:g} s", (b"connection", b"close")) from None


def _value(headers: Mapping[str, str], body: bytes) -> object:
    """The body as JSON, or the fields of a form, which some programs call JSON too. Raises Refusal."""
    form = headers.get("content-type", "").partition(";")[0].strip().casefold() == FORM
    try:
        if form and body.lstrip()[:1] not in (b"{", b"["):
            return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=FIELDS))
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal(400, "the body is no JSON") from None


def _stranger() -> Refusal:
    return Refusal(401, "the token or the signature is missing or wrong", (b"www-authenticate", b"Bearer"))


def _too_long() -> Refusal:
    return Refusal(413, "the body is larger than 1 MB", (b"connection", b"close"))


async def _reply(send: Send, answer: Answer, *, bodiless: bool) -> None:
    body = json.dumps({"answer": answer.words}).encode() + b"\n"
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        *answer.headers,
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if bodiless else body})
