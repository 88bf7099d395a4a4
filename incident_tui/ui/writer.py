"""The one thread that writes, so that a slow disk never stops the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


class Writer:
    """Does one thing after the other, in the order asked."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")

    async def do(self, act: Callable[[], Result]) -> Result:
        """Wait for `act`, done in the writing thread; what it raises is raised here."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, act)

    def close(self) -> None:
        """Finish what was asked for."""
        self._thread.shutdown(wait=True)
