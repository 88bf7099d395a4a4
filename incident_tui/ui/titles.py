"""Titles in the border of a widget, written only when they change, and repainting only what changes."""

from __future__ import annotations

from typing import Final

from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget

from incident_tui.ui.differing import differing

EDGE: Final = 3  # cells beside a title: the corner, a piece of line, a gap


def set_title(widget: Widget, text: str) -> None:
    """Show `text`, which is never markup, in the upper border."""
    was = widget._border_title
    if was is not None and was.plain == text:
        return
    title = _line(text)
    if was != title:
        # The public setter repaints the whole widget, for a title that counts what is below it at every entry.
        widget._border_title = title
        _repaint(widget, 0, was, title, widget.styles.border_title_align)


def set_subtitle(widget: Widget, text: str) -> None:
    """Show `text`, which is never markup, in the lower border."""
    was = widget._border_subtitle
    if was is not None and was.plain == text:
        return
    title = _line(text)
    if was != title:
        widget._border_subtitle = title
        _repaint(widget, widget.outer_size.height - 1, was, title, widget.styles.border_subtitle_align)


def _line(text: str) -> Content:
    return Content(text).expand_tabs(4).split()[0]


def _repaint(widget: Widget, y: int, was: Content | None, now: Content, align: str) -> None:
    """Repaint what has changed in one line of a widget, counted from its upper border."""
    if widget.outer_size:
        part = _part(widget.outer_size.width, was, now, align)
        widget.refresh(Region(part.start, y, len(part), 1).translate(-widget.content_offset))
    else:
        widget.refresh()


def _part(whole: int, was: Content | None, now: Content, align: str) -> range:
    """The cells of a border of `whole` cells that a new title changes."""
    cells = max(was.cell_length, now.cell_length) if was else whole
    if was is None or align == "center" or cells + 2 * EDGE > whole:
        return range(whole)
    left = EDGE if align == "left" else whole - EDGE - cells
    if was.cell_length != now.cell_length:
        return range(left - 1, left + cells + 1)
    part = differing(was.plain, now.plain, cells)
    return range(left + part.start, left + part.stop)
