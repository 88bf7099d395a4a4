"""A library without a module that it asks for, and this program never through it."""

from __future__ import annotations

import sys


def load(name: str, *, without: str) -> None:
    """Import `name` where it can do without another module; both come later to whoever imports them."""
    if name in sys.modules or without in sys.modules:
        return
    hidden: dict[str, object] = sys.modules  # type: ignore[assignment]  # None is how a module is said not to be there
    hidden[without] = None
    try:
        __import__(name)
    finally:
        del sys.modules[without]
