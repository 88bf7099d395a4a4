"""Libraries without modules that they ask for, and this program never through them."""

from __future__ import annotations

import sys
from types import SimpleNamespace


class Late:
    """Stands for a module that is imported when something is wanted of it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):  # whoever imports it looks whether it is whole
            raise AttributeError(name)
        __import__(self._name)
        return getattr(sys.modules[self._name], name)


def load(name: str, *, without: str, instead: object = None) -> None:
    """Import `name` where it can do without another module, or with what is there instead.

    Both come later to whoever imports them.
    """
    if name in sys.modules or without in sys.modules:
        return
    hidden: dict[str, object] = sys.modules  # type: ignore[assignment]  # None is how a module is said not to be there
    hidden[without] = instead
    try:
        __import__(name)
    finally:
        del sys.modules[without]


def lean() -> None:
    """Load what every verb needs: so `incident-tui log` takes more than a seventh less of all instructions.

    Not where somebody else's thread might import the same meanwhile.
    """
    threading = sys.modules.get("threading")
    if threading is not None and threading.active_count() > 1:
        return
    if sys.platform == "linux" and sys.version_info < (3, 13):
        # Later ones know by themselves where they are; `platform` compiles nine patterns to say so.
        load("uuid", without="platform", instead=SimpleNamespace(system=lambda: "Linux"))
    # For hosts in brackets only.
    load("urllib.parse", without="ipaddress", instead=Late("ipaddress"))
    # Words in other languages would come from catalogues that no Python has, and ours are English.
    load("argparse", without="gettext", instead=SimpleNamespace(gettext=str, ngettext=_counted))
    # It has nothing for msgspec that this Python has not, and comes with `inspect` and what reads source code.
    load("msgspec", without="typing_extensions")


def _counted(one: str, many: str, number: int) -> str:
    return one if number == 1 else many
