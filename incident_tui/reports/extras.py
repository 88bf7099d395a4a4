"""Libraries that come with an extra of the package only."""

from __future__ import annotations


class MissingExtra(Exception):
    """A document needs a library that is not installed; the message is one line and says how to get it."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs the extra “{extra}”; pip install '.[{extra}]' in its clone")
        self.extra = extra
