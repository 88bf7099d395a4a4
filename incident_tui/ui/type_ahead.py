"""One key after the other, and none before there is a screen for it.

Over a slow line several keys come at once. Textual hands each to the widget with the focus at once, but what a key does
may come later: letters behind it would be faster, a Backspace would delete what was typed after it, and what is typed
for a dialog would go to the line below it.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from textual import events

from incident_tui.ui.sparing import SparingApp

Typed = events.Key | events.Paste | events.MouseDown | events.MouseUp
MOST_SECONDS: Final = 0.5
"""A key that has not done what it does after so much work of ours, however long that takes, holds up no other."""
RECORDED_SECONDS: Final = 2.0
"""The same for one that records; where the disk takes longer, nothing waits for it until it is done."""
LOOK_SECONDS: Final = 0.005
"""How often it is looked whether something is recorded."""


class PatientApp(SparingApp):
    """Hands on what is typed once that before it has done what it does; the first once it is told to."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # those of `App`
        self._reads = False
        self._typed: deque[Typed] = deque()
        self._acts = False
        self._writes = False
        self._gave_up = False
        self.is_recording: Callable[[], bool] = lambda: False
        """Whether what a key has begun is being written by a thread."""

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
        while self._reads and self._typed and self.screen_stack:
            writes = self._is_text(self._typed[0])
            if self._acts and not (writes and self._writes):
                return
            if not self._acts:
                self._acts = True
                asyncio.get_running_loop().call_soon(self._wait, time.monotonic(), time.thread_time())
            self._writes = writes
            await super().on_event(self._typed.popleft())

    def _is_text(self, event: Typed) -> bool:
        """Whether the widget with the focus takes it as text, in the order in which it is handed on."""
        field = self.focused
        return (
            isinstance(event, events.Key) and field is not None and field.check_consume_key(event.key, event.character)
        )

    def _wait(self, begun: float, worked: float) -> None:
        """A key has done what it does when nothing goes on any more but what waits for threads and for time.

        What it records is done once it is recorded: a second step is not checked before the first one is, and a letter
        behind a declaration is no key of the list. Only text for a line that is there need not wait for the disk.
        """
        if not self.screen_stack:
            return  # the program is over, and with it what is typed
        loop, passed = asyncio.get_running_loop(), time.monotonic() - begun
        patient = passed < RECORDED_SECONDS if self.is_recording() else time.thread_time() - worked < MOST_SECONDS
        if patient and something_is_ready(loop):
            loop.call_soon(self._wait, begun, worked)
            return
        if self._is_recorded_first() and passed < RECORDED_SECONDS:
            loop.call_later(LOOK_SECONDS, self._wait, begun, worked)
            return
        self._gave_up = self.is_recording() and (self._gave_up or passed >= RECORDED_SECONDS)
        self._acts = False
        if self._typed:
            self.call_later(self._hand_on)

    def _is_recorded_first(self) -> bool:
        """Whether the next key waits for the disk."""
        waits = not self._typed or not self._is_text(self._typed[0])
        return waits and not self._gave_up and self.is_recording()


def something_is_ready(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether a task can go on now, beside the one that asks; there is no public way to ask."""
    return bool(getattr(loop, "_ready", ()))


def _shown_first(event: Typed) -> Typed:
    """What Enter is on a terminal that nobody reads yet ends no line: nothing typed unseen is recorded, or run."""
    return events.Key("space", " ") if isinstance(event, events.Key) and event.key == "ctrl+j" else event
