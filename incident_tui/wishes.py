"""What the configuration asks of the screen and the screen does not have; to know it, all of the screen is loaded."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from incident_tui import ui
from incident_tui.session import Session
from incident_tui.ui.app import IncidentApp


def unknown(session: Session) -> Iterator[tuple[str, str]]:
    """What is wrong with the theme and with each key that are configured, and what to write instead."""
    wanted = session.config.theme
    if wanted is not None:
        themes = IncidentApp(session).available_themes
        if wanted not in themes:
            yield (
                f"config.toml: theme: there is no theme “{wanted}”",
                _instead(wanted, themes, f"known are {', '.join(sorted(themes))}"),
            )
    if session.config.keys:
        known = frozenset(_binding_ids())
        for name in session.config.keys:
            if name not in known:
                yield (
                    f"config.toml: keys: nothing is called “{name}”",
                    _instead(name, known, "the ids are in incident_tui/ui/screens"),
                )


def _binding_ids() -> Iterator[str]:
    """What keys can be given to: the ids of all bindings of the screen."""
    for module in pkgutil.walk_packages(ui.__path__, f"{ui.__name__}."):
        for thing in vars(importlib.import_module(module.name)).values():
            for binding in getattr(thing, "BINDINGS", ()) if isinstance(thing, type) else ():
                name = getattr(binding, "id", None)
                if name:
                    yield name


def _instead(name: str, known: Iterable[str], otherwise: str) -> str:
    near = get_close_matches(name, sorted(known), n=1)
    return f"did you mean {near[0]}?" if near else otherwise
