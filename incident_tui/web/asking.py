"""One request and its answer."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from incident_tui import __version__
from incident_tui.domain.text import clean_line
from incident_tui.web.trouble import Trouble

if TYPE_CHECKING:
    import httpx

AGENT = f"incident-tui/{__version__}"
SHOWN = 200
WITHHELD = "…"


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` bounds the whole of it, from the name of the host to the last byte of the answer; `size` its bytes."""

    connect: float = 5.0
    seconds: float = 10.0
    size: int = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Ask:
    """A request. `headers` and `url` may hold secrets, so neither is ever shown: `secrets` lists them for redaction.

    `begin` is called once, after the connection stands and before the first byte of the request leaves. A plain
    http:// address is refused unless `plain` allows it.
    """

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: Mapping[str, str | Sequence[str]] = field(default_factory=dict, repr=False)
    body: object = field(default=None, repr=False)
    content: bytes | None = field(default=None, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    begin: Callable[[], None] | None = field(default=None, repr=False)
    plain: bool = False
    limits: Limits = Limits()

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer whatever its status, no longer than the limit."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The answer as JSON. Raises Trouble where it is none."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            raise Trouble(f"the answer is no JSON: {self.glimpse}", status=self.status) from None

    @property
    def glimpse(self) -> str:
        """The beginning of the answer for a message: one clean line without secrets."""
        return redacted(" ".join(clean_line(self.text[: 10 * SHOWN]).split()), self.secrets)[:SHOWN]


def ask(asked: Ask) -> Reply:
    """Ask in this thread, and wait for the answer. Redirects are answers like others.

    Raises Trouble where there is no answer within the limits, and whatever `begin` raises.
    """
    url = urlsplit(asked.url)
    if url.scheme not in ("https", "http") or not url.hostname:
        raise Trouble("the address is none of http(s)")
    if url.scheme == "http" and not asked.plain:
        raise Trouble(f"{asked.host}: http:// is not safe; use https://, or allow it with plain = true")
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(_Asking(asked).run())
    finally:
        loop.close()


def redacted(text: str, secrets: Sequence[str]) -> str:
    """The text without any of the secrets."""
    for secret in sorted(secrets, key=len, reverse=True):
        if secret:
            text = text.replace(secret, WITHHELD)
    return text


class _Asking:
    def __init__(self, asked: Ask) -> None:
        self._asked = asked
        self._left = False

    async def run(self) -> Reply:
        import httpx

        limits = self._asked.limits
        try:
            async with asyncio.timeout(limits.seconds):
                return await self._run(httpx)
        except TimeoutError:
            raise self._trouble(f"no answer within {limits.seconds:g} s") from None
        except httpx.ConnectTimeout:
            raise self._trouble(f"no connection within {limits.connect:g} s") from None
        except httpx.TimeoutException:
            raise self._trouble(f"no answer within {limits.seconds:g} s") from None
        except httpx.ConnectError as error:
            raise self._trouble(f"no connection: {_cause(error)}") from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
            raise self._trouble(f"the answer broke off: {_cause(error)}") from None

    async def _run(self, httpx: Any) -> Reply:
        asked, limits = self._asked, self._asked.limits
        timeout = httpx.Timeout(limits.seconds, connect=limits.connect)
        async with httpx.AsyncClient(
            verify=_trusted(), timeout=timeout, follow_redirects=False, max_redirects=0
        ) as client:
            request = client.build_request(
                asked.method,
                asked.url,
                params=dict(asked.params) or None,
                headers={"user-agent": AGENT, "accept-encoding": "identity", **asked.headers},
                json=asked.body if asked.content is None and asked.body is not None else None,
                content=asked.content,
                extensions={"trace": self._trace},
            )
            answer: httpx.Response = await client.send(request, stream=True)
            try:
                content = await self._content(answer)
            finally:
                await answer.aclose()
        return Reply(answer.status_code, dict(answer.headers), content, asked.secrets)

    async def _content(self, answer: httpx.Response) -> bytes:
        pieces, size = [], 0
        async for piece in answer.aiter_raw():
            pieces.append(piece)
            size += len(piece)
            if size > self._asked.limits.size:
                raise self._trouble(f"the answer is over {self._asked.limits.size:,} bytes")
        return b"".join(pieces)

    async def _trace(self, name: str, _info: Mapping[str, object]) -> None:
        if name.endswith("send_request_headers.started") and not self._left:
            if self._asked.begin is not None:
                self._asked.begin()
            self._left = True

    def _trouble(self, reason: str) -> Trouble:
        words = redacted(" ".join(clean_line(f"{self._asked.host}: {reason}").split()), self._asked.secrets)
        return Trouble(words, left=self._left)


def _cause(error: BaseException) -> str:
    """What the system said, without our addresses in it."""
    words = str(error) or type(error).__name__
    return words[:SHOWN]


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that the machine trusts, else those of the library; reading them takes a while."""
    return ssl.create_default_context()
