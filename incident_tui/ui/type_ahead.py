"""One key after the other, and none before there is a screen for it.

Over a slow line several keys come at once. Textual hands each to the widget with the focus at once, but what a key does
may come later: letters behind it would be faster, a Backspace would delete what was typed after it, and what is typed
for a dialog would go to the line below it.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import Final

from textual import events

from incident_tui.ui.sparing import SparingApp

Typed = events.Key | events.Paste | events.MouseDown | events.MouseUp
MOST_SECONDS: Final = 0.5
"""A key that has not done by then what it does holds up no other."""


class PatientApp(SparingApp):
    """Hands on what is typed once that before it has done what it does; the first once it is told to."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # those of `App`
        self._reads = False
        self._typed: deque[Typed] = deque()
        self._acts = False
        self._writes = False

    async def on_event(self, event: events.Event) -> None:
        """Keep what is typed until its turn."""
        if isinstance(event, Typed) and not event.is_forwarded:
            self._typed.append(event)
            await self._hand_on()
        else:
            await super().on_event(event)

    async def read_keys(self) -> None:
        """The first screen is there: what was typed for it goes there."""
        self._typed = deque(map(_shown_first, self._typed))
        self._reads = True
        await self._hand_on()

    async def _hand_on(self) -> None:
        while self._reads and self._typed:
            writes = self._is_text(self._typed[0])
            if self._acts and not (writes and self._writes):
                return
            if not self._acts:
                self._acts = True
                asyncio.get_running_loop().call_soon(self._wait, time.monotonic() + MOST_SECONDS)
            self._writes = writes
            await super().on_event(self._typed.popleft())

    def _is_text(self, event: Typed) -> bool:
        """Whether the widget with the focus takes it as text, in the order in which it is handed on."""
        field = self.focused
        return (
            isinstance(event, events.Key) and field is not None and field.check_consume_key(event.key, event.character)
        )

    def _wait(self, end: float) -> None:
        """A key has done what it does when nothing goes on any more but what waits for threads and for time."""
        loop = asyncio.get_running_loop()
        if something_is_ready(loop) and time.monotonic() < end:
            loop.call_soon(self._wait, end)
            return
        self._acts = False
        if self._typed:
            self.call_later(self._hand_on)


def something_is_ready(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether a task can go on now, beside the one that asks; there is no public way to ask."""
    return bool(getattr(loop, "_ready", ()))


def _shown_first(event: Typed) -> Typed:
    """What Enter is on a terminal that nobody reads yet ends no line: nothing typed unseen is recorded, or run."""
    return events.Key("space", " ") if isinstance(event, events.Key) and event.key == "ctrl+j" else event
