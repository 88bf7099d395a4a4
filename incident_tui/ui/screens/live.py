"""What a screen does that shows the journal as it grows and the time as it passes."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, runtime_checkable

from textual import events, on
from textual.screen import Screen
from textual.widget import Widget

from incident_tui.ui.sparing import SparingCompositor


@runtime_checkable
class Writing(Protocol):
    """A dialog in which something longer is written."""

    def unkept(self) -> str:
        """What would be lost with the dialog, as a line of the composer; "" for nothing."""


class LiveScreen(Screen[None]):
    """The program calls these for every such screen that is open."""

    _was_in_front = False

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._compositor = SparingCompositor()

    @on(events.ScreenResume)
    def _take_front(self, event: events.ScreenResume) -> None:
        """What has just been put together need not be styled a second time."""
        event.refresh_styles, self._was_in_front = self._was_in_front, True

    def show_now(self) -> None:
        """Paint now what has changed, without the wait for the next frame, for which the program would wake up."""
        self.show_at_once(*self._compositor.visible_widgets)

    def show_at_once(self, *widgets: Widget) -> None:
        """Paint what has changed in widgets now, with what waits for the next frame; the rest can follow then."""
        if not self.is_current or self._layout_required or self.app._batch_count:
            return
        seen = self._compositor.visible_widgets.keys() & widgets
        self._compositor.update_widgets(self._dirty_widgets | seen)
        self._compositor_refresh()
        for widget in seen:
            widget._repaint_required = False

    def tick(self, now: datetime) -> None:
        """A second has passed; called on the screen in front."""
        raise NotImplementedError

    def catch_up(self) -> None:
        """The journal has grown; called on every screen."""
        raise NotImplementedError
