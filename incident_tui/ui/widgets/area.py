"""A part of the screen that holds others and paints nothing itself."""

from textual.widget import Widget


class Area(Widget):
    """What is in it fills it; a container of Textual's would paint each of its lines first."""

    BLANK = True
