"""One exchange over HTTP: from the name of the host to the last byte of the answer, or why there is none."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import anyio.lowlevel
import httpx

from incident_tui import __version__
from incident_tui.domain.text import clean_line
from incident_tui.web.proxies import proxy_for
from incident_tui.web.reasons import reason_of
from incident_tui.web.redaction import redacted, secrets_of
from incident_tui.web.reply import Reply
from incident_tui.web.trouble import Trouble
from incident_tui.web.unpacking import Body, Unfit

if TYPE_CHECKING:
    from incident_tui.web.asking import Ask

AGENT = f"incident-tui/{__version__}"
MOST_HEADERS = 100
HEAD_SIZE = 64 * 1024
SAME_AGAIN = (307, 308)
ELSEWHERE = (301, 302, *SAME_AGAIN)
"""Redirects that can be followed; what is no mere reading is repeated only where the answer asks for just that."""
READING = ("GET", "HEAD")
IMPOSSIBLE = (httpx.InvalidURL, httpx.LocalProtocolError, httpx.UnsupportedProtocol, UnicodeError)
"""What the library says of a request that cannot be made."""


class Stopped(Exception):
    """`begin` does not want the request to leave."""


class Exchange:
    """What is asked, and how far it has got."""

    def __init__(self, asked: Ask) -> None:
        self._asked = asked
        self._begun = False
        self._left = False
        self._status = 0
        self._by_begin: Exception | None = None
        self._via = ""
        self._deadline: asyncio.Timeout | None = None

    async def run(self) -> Reply | Exception:
        """The answer; else the Trouble, or what `begin` raised.

        Returned and not raised, so that the frames of the library, which hold addresses and headers, end here.
        """
        limits = self._asked.limits
        try:
            await _ready(self._asked.ca)
            async with asyncio.timeout(limits.seconds) as self._deadline:
                return await self._follow()
        except Stopped:
            return self._by_begin or self._trouble("stopped")
        except Unfit as error:
            return self._trouble(str(error), lasting=True)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
            return self._trouble(
                reason_of(error, limits.connect, limits.seconds), lasting=isinstance(error, IMPOSSIBLE)
            )

    async def _follow(self) -> Reply:
        asked = self._asked
        url = httpx.URL(asked.url)
        if asked.params:
            url = url.copy_merge_params(dict(asked.params))
        for _ in range(asked.redirects + 1):
            reply = await self._exchange(url)
            if not asked.redirects or not self._leads_on(reply):
                return reply
            url = self._next(url, reply.headers["location"])
        raise Unfit(f"it redirects more than {asked.redirects} times")

    async def _exchange(self, url: httpx.URL) -> Reply:
        asked = self._asked
        self._left, self._status = False, 0
        timeout = httpx.Timeout(asked.limits.seconds, connect=asked.limits.connect)
        async with httpx.AsyncClient(
            verify=trusted(asked.ca), proxy=self._proxy(url), timeout=timeout, trust_env=False, follow_redirects=False
        ) as client:
            request = client.build_request(
                asked.method,
                url,
                headers={"user-agent": AGENT, "accept-encoding": "identity", **asked.headers},
                json=asked.body if asked.content is None and asked.body is not None else None,
                content=asked.content,
                extensions={"trace": self._trace},
            )
            answer = await client.send(request, stream=True)
            try:
                return await self._read(answer)
            finally:
                await answer.aclose()

    async def _read(self, answer: httpx.Response) -> Reply:
        self._status = answer.status_code
        head = answer.headers.raw
        if len(head) > MOST_HEADERS or sum(len(name) + len(value) for name, value in head) > HEAD_SIZE:
            raise Unfit("the head of the answer is too long")
        body = Body(answer.headers.get("content-encoding", ""), self._asked.limits.size)
        async for piece in answer.aiter_raw():
            body.add(piece)
        return Reply(answer.status_code, dict(answer.headers), body.whole(), self._secrets)

    def _leads_on(self, reply: Reply) -> bool:
        repeatable = self._asked.method.upper() in READING or reply.status in SAME_AGAIN
        return reply.status in ELSEWHERE and repeatable and "location" in reply.headers

    def _next(self, url: httpx.URL, place: str) -> httpx.URL:
        """Where a redirect leads, on the same host only: what is asked for may hold secrets."""
        try:
            there = url.join(place)
        except (httpx.InvalidURL, ValueError):
            raise Unfit("it redirects to an address that is not valid") from None
        if (there.scheme, there.host, there.port) != (url.scheme, url.host, url.port):
            raise Unfit(f"it redirects to {there.scheme}://{there.host}, which is not followed")
        return there.copy_with(userinfo=url.userinfo)

    def _proxy(self, url: httpx.URL) -> httpx.Proxy | None:
        port = url.port or (443 if url.scheme == "https" else 80)
        self._via = proxy_for(url.scheme, url.host, port)
        if not self._via:
            return None
        if urlsplit(self._via).scheme not in ("http", "https"):
            raise Unfit("the proxy of the environment is none of http(s); set https_proxy to one, or no_proxy")
        return httpx.Proxy(self._via, ssl_context=trusted("") if self._via.startswith("https:") else None)

    async def _trace(self, name: str, info: Mapping[str, object]) -> None:
        """Begin right before the first byte of the request; the words to a proxy before it are none of its own."""
        if not name.endswith("send_request_headers.started"):
            return
        if getattr(info.get("request"), "method", b"") == b"CONNECT":
            return
        if not self._begun:
            self._begin()
        self._begun = self._left = True

    def _begin(self) -> None:
        began = asyncio.get_running_loop().time()
        if self._asked.begin is not None:
            try:
                self._asked.begin()
            except Exception as error:  # whatever it is, it goes to whoever gave `begin`  # noqa: BLE001
                self._by_begin = error
                raise Stopped from None
        self._prolong(asyncio.get_running_loop().time() - began)

    def _prolong(self, seconds: float) -> None:
        """A disk that is slow to record the beginning takes nothing from the time of the network."""
        if self._deadline is not None and (when := self._deadline.when()) is not None:
            self._deadline.reschedule(when + seconds)

    @property
    def _secrets(self) -> tuple[str, ...]:
        named = (*self._asked.secrets, *secrets_of(self._via, {}, ()))
        return secrets_of(self._asked.url, self._asked.headers, named)

    def _trouble(self, reason: str, *, lasting: bool = False) -> Trouble:
        place = self._asked.host
        if self._via:
            place = f"{place} (through the proxy {urlsplit(self._via).hostname})"
        words = " ".join(clean_line(redacted(f"{place}: {reason}", self._secrets)).split())
        # What could not be put into words has not left, although it has begun.
        left = self._left and not _refused(self._status) and not (lasting and not self._status)
        return Trouble(words, status=self._status, left=left, lasting=lasting)


def _refused(status: int) -> bool:
    """Whether an answer, of which nothing but its status may have come, says that nothing was done."""
    return (300 <= status < 500 and status != 408) or status in (501, 503)


async def _ready(ca: str) -> None:
    """Load before the time runs what the first request would load: it is no matter of the network. Raises Unfit."""
    import_module("httpcore")
    await anyio.lowlevel.checkpoint()
    trusted(ca)


@cache
def trusted(ca: str) -> ssl.SSLContext:
    """The certificates that the machine trusts, else those of the library, and those in the file or folder `ca`.

    Reading them takes a while. Raises Unfit.
    """
    places = ssl.get_default_verify_paths()
    context = ssl.create_default_context()
    if not places.cafile and not places.capath:
        import certifi

        context.load_verify_locations(certifi.where())
    if not ca:
        return context
    try:
        context.load_verify_locations(**_ca_place(ca))
    except (OSError, ValueError):
        raise Unfit(f"the CA {ca} cannot be read") from None
    return context


def _ca_place(ca: str) -> dict[str, str]:
    from pathlib import Path

    path = Path(ca).expanduser()
    return {"capath": str(path)} if path.is_dir() else {"cafile": str(path)}


def quiet() -> None:
    """The library's own log would hold addresses and headers: whatever else is logged, it says nothing."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
