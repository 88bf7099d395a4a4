"""The line that words to search are typed into."""

from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input


class SearchField(Input):
    """A line of a fixed size: what is typed into it moves nothing around it, so nothing is laid out anew."""

    virtual_size = Reactive(Size(0, 0), layout=False)
