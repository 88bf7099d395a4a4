"""One request and its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from incident_tui.web.reply import Reply
from incident_tui.web.trouble import Trouble

MOST_REDIRECTS = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` bounds the whole of it, from the name of the host to the last byte of the answer; `size` its bytes."""

    connect: float = 5.0
    seconds: float = 10.0
    size: int = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Ask:
    """A request. `headers` and `url` may hold secrets, so neither is ever shown.

    `secrets` lists those that an answer or an error might repeat; credentials in headers and address need not be
    listed. `begin` is called once, after the connection stands and before the first byte of the request leaves. A plain
    http:// address is refused unless `plain` allows it. `redirects` of at most 3 are followed on the same host; by
    default they are answers like others. `ca` is a file or folder of certificates to trust besides the machine's.
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
    redirects: int = 0
    ca: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.redirects <= MOST_REDIRECTS:
            raise ValueError(f"redirects are 0 to {MOST_REDIRECTS}")

    @property
    def host(self) -> str:
        """Empty where the address names none."""
        try:
            return urlsplit(self.url).hostname or ""
        except ValueError:
            return ""


def ask(asked: Ask) -> Reply:
    """Ask in this thread, and wait for the answer; in a thread whose event loop runs it cannot be called.

    Raises Trouble where there is no answer within the limits, and whatever `begin` raises.
    """
    if wrong := _wrong(asked):
        raise Trouble(wrong, lasting=True)
    from incident_tui.web.exchange import Exchange, quiet
    from incident_tui.web.resolving import Resolving

    quiet()
    with asyncio.Runner(loop_factory=Resolving) as runner:
        ended = runner.run(Exchange(asked).run())
    if isinstance(ended, Reply):
        return ended
    raise ended


def _wrong(asked: Ask) -> str:
    """What is wrong with the address, without repeating it."""
    scheme = asked.url.partition("://")[0].lower()
    if scheme not in ("https", "http"):
        return "the address is none of http(s)"
    # Two libraries might read another host out of such signs.
    if not asked.host or not asked.url.isprintable() or any(sign in asked.url for sign in " \\"):
        return "the address is not valid"
    try:
        _ = urlsplit(asked.url).port
    except ValueError:
        return "the address is not valid"
    if scheme == "http" and not asked.plain:
        return f"{asked.host}: http:// is not safe; use https://, or allow it with plain = true"
    return ""
