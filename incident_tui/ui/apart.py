"""What may take long is done beside the screen, and holds up neither it nor whoever leaves."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


async def apart(act: Callable[[], Result]) -> Result:
    """What `act` gives or raises, done in a thread of its own that ends with the program."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[Result] = loop.create_future()

    def settle(result: Result | None, error: BaseException | None) -> None:
        if ended.done():  # nobody waits any more
            return
        if error is not None:
            ended.set_exception(error)
        else:
            ended.set_result(result)  # type: ignore[arg-type]  # without an error it is a Result

    def run() -> None:
        result: Result | None = None
        error: BaseException | None = None
        try:
            result = act()
        except Exception as raised:  # it is raised where it is waited for  # noqa: BLE001
            error = raised
        with contextlib.suppress(RuntimeError):  # the program has ended meanwhile
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, name="apart", daemon=True).start()
    return await ended
