"""Titles in the border of a widget, written only when they change: each writing repaints the whole widget."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget


def set_title(widget: Widget, text: str) -> None:
    """Show `text`, which is never markup, in the upper border."""
    title = Content(text)
    if widget.border_title != title.markup:
        widget.border_title = title


def set_subtitle(widget: Widget, text: str) -> None:
    """Show `text`, which is never markup, in the lower border."""
    title = Content(text)
    if widget.border_subtitle != title.markup:
        widget.border_subtitle = title
