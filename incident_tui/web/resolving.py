"""An event loop that looks names up without keeping the program from ending."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from threading import Thread
from typing import Any


class Resolving(asyncio.SelectorEventLoop):
    """Its threads are daemons: a name server that does not answer holds up neither a deadline nor the exit."""

    async def getaddrinfo(self, *place: Any, **hints: Any) -> Any:
        """As `socket.getaddrinfo`."""
        found: asyncio.Future[Any] = self.create_future()

        def look_up() -> None:
            try:
                answer = socket.getaddrinfo(*place, **hints)
            except (OSError, ValueError) as error:
                self._tell(found, found.set_exception, error)
            else:
                self._tell(found, found.set_result, answer)

        Thread(target=look_up, name="name", daemon=True).start()
        return await found

    def _tell(self, found: asyncio.Future[Any], tell: Callable[[Any], None], value: object) -> None:
        def now() -> None:
            if not found.done():
                tell(value)

        # Whoever asked may have stopped waiting, and the loop be closed.
        with contextlib.suppress(RuntimeError):
            self.call_soon_threadsafe(now)
