"""One key after the other, and none before there is a screen for it.

Over a slow line several keys come at once. Textual hands each to the widget with the focus at once, but a key that is a
binding acts only when all around that widget have seen it: letters behind it would be faster, and a Backspace would
delete what was typed after it.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import Final

from textual import events

from incident_tui.ui.sparing import SparingApp

Typed = events.Key | events.Paste
MOST_SECONDS: Final = 0.5
"""A key that has not done by then what it does holds up no other."""


class PatientApp(SparingApp):
    """Hands on what is typed once that before it has done what it does; the first once it is told to."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # those of `App`
        self._reads = False
        self._typed: deque[Typed] = deque()
        self._acting: Typed | None = None
        self._back = False

    async def on_event(self, event: events.Event) -> None:
        """Keep what is typed until its turn."""
        if isinstance(event, Typed) and not event.is_forwarded:
            self._typed.append(event)
            if self._acting is None:
                await self._hand_on()
            elif len(self._typed) == 1:
                self._wait_for(self._acting, time.monotonic() + MOST_SECONDS)
            return
        self._back = self._back or event is self._acting
        await super().on_event(event)
        if event is self._acting:  # it has come back from the widgets, and has acted
            self.call_later(self._acted, event)  # behind what it has moved the focus with

    async def read_keys(self) -> None:
        """The first screen is there: what was typed for it goes there."""
        self._typed = deque(map(_shown_first, self._typed))
        self._reads = True
        await self._hand_on()

    async def _hand_on(self) -> None:
        while self._reads and self._typed and self._acting is None:
            event = self._typed.popleft()
            if not self._is_text(event):
                self._acting, self._back = event, False
            await super().on_event(event)
            if self._acting is event and not event.is_forwarded:  # a binding before all others
                self.call_later(self._acted, event)
            elif self._acting is event and self._typed:
                self._wait_for(event, time.monotonic() + MOST_SECONDS)

    def _is_text(self, event: Typed) -> bool:
        """Whether the widget with the focus takes it as text, in the order in which it is handed on."""
        field = self.focused
        return (
            isinstance(event, events.Key) and field is not None and field.check_consume_key(event.key, event.character)
        )

    def _wait_for(self, event: Typed, end: float) -> None:
        """Something waits: a widget may have taken the key for itself, or have gone, and nothing comes back."""
        if event is not self._acting:
            return
        if event._stop_propagation or time.monotonic() > end:
            self.call_later(self._taken, event)  # behind the key itself, which Textual stops on its last way, too
        else:
            asyncio.get_running_loop().call_soon(self._wait_for, event, end)

    async def _taken(self, event: Typed) -> None:
        if not self._back:
            await self._acted(event)

    async def _acted(self, event: Typed) -> None:
        if event is self._acting:
            self._acting = None
            await self._hand_on()


def _shown_first(event: Typed) -> Typed:
    """What Enter is on a terminal that nobody reads yet ends no line: nothing typed unseen is recorded, or run."""
    return events.Key("space", " ") if isinstance(event, events.Key) and event.key == "ctrl+j" else event
