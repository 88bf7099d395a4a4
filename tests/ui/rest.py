"""When a program on the screen has nothing left to do: asked of its event loop, not guessed from time that passed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from textual._context import active_app
from textual.app import App

from incident_tui.ui.type_ahead import PatientApp

Result = TypeVar("Result")

PATIENCE = 300.0
"""Seconds after which what is waited for will not come, however busy the machine."""
ROUND = 0.002
"""Seconds between two looks at whether a worker goes on; what is asked of the journal is asked less often."""


async def at_rest(app: App[Result]) -> None:
    """Until every message and callback is dealt with and all of it painted; threads and timers are not waited for."""
    async with asyncio.timeout(PATIENCE):
        while True:
            while _something_is_ready():
                await asyncio.sleep(ROUND / 4)  # not at once, or whoever waits for the same would never be alone
            if app.is_running and app.screen_stack:
                app._check_resize()  # both begin now what waits for the next frame
                app.screen._on_timer_update()
            if not _something_is_ready():
                return


async def at_rest_with_workers(app: App[Result]) -> None:
    """Until no worker goes on either, no key waits for one, and what they have brought is dealt with and painted."""
    await _at_rest_after(app, lambda: any(not worker.is_finished for worker in app.workers) or _keeps_keys(app))


async def until(app: App[Result], happened: Callable[[], bool]) -> None:
    """Until it has happened by what threads and timers do, and what follows is dealt with and painted."""
    async with asyncio.timeout(PATIENCE):
        while not happened():
            await asyncio.sleep(5 * ROUND)
    await at_rest(app)


async def idle(*_seconds: float) -> None:
    """What `Pilot` waits for between two keys, in place of a guess from the load of the machine."""
    app = active_app.get()
    await _at_rest_after(app, lambda: _keeps_keys(app))


async def _at_rest_after(app: App[Result], goes_on: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        await at_rest(app)
        while goes_on():
            await asyncio.sleep(ROUND)
            await at_rest(app)


def _keeps_keys(app: App[Result]) -> bool:
    """Whether a key is still to be handed on, or what it records is still to be recorded."""
    if not (isinstance(app, PatientApp) and app._reads and app.is_running and app.screen_stack):
        return False  # none acts before it begins to read, or once it is over
    return app._acts or bool(app._typed)


def _something_is_ready() -> bool:
    """Whether a task can go on now; else all of them wait for threads, timers or the one that asks."""
    return bool(asyncio.get_running_loop()._ready)  # type: ignore[attr-defined]  # there is no public way to ask
