"""Titles in the border of a widget, written only when they change, and repainting only that border."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget


def set_title(widget: Widget, text: str) -> None:
    """Show `text`, which is never markup, in the upper border."""
    title = _line(text)
    if widget._border_title != title:
        # The public setter repaints the whole widget, for a title that counts what is below it at every entry.
        widget._border_title = title
        _repaint(widget, 0)


def set_subtitle(widget: Widget, text: str) -> None:
    """Show `text`, which is never markup, in the lower border."""
    title = _line(text)
    if widget._border_subtitle != title:
        widget._border_subtitle = title
        _repaint(widget, widget.outer_size.height - 1)


def _line(text: str) -> Content:
    return Content(text).expand_tabs(4).split()[0]


def _repaint(widget: Widget, y: int) -> None:
    """Repaint one line of a widget, counted from its upper border."""
    if widget.outer_size:
        widget.refresh(Region(0, y, widget.outer_size.width, 1).translate(-widget.content_offset))
    else:
        widget.refresh()
