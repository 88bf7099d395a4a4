"""Runs a program that leaves as soon as it has written a text to the terminal: what is counted ends with that frame."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

DRIVER = "textual.drivers.linux_driver"


class Leaving:
    """Waits for the module that writes to the terminal, so that the program loads everything in its own order."""

    def __init__(self, text: str) -> None:
        self.text = text

    def find_spec(self, name: str, path: Sequence[str] | None, _target: ModuleType | None = None) -> ModuleSpec | None:
        """As Python finds it; what writes to the terminal looks for the text from then on."""
        if name != DRIVER:
            return None
        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(name, path)
        assert spec is not None
        assert spec.loader is not None
        loader: Any = spec.loader
        load = loader.exec_module

        def loaded(module: Any) -> None:
            load(module)
            self.leave(module.LinuxDriver)

        loader.exec_module = loaded
        return spec

    def leave(self, of_module: Any) -> None:
        """Leave by the program's own action, as with the key for it."""
        write = of_module.write

        def written(driver: Any, data: str) -> None:
            write(driver, data)
            if self.text in data:
                driver._app.call_later(driver._app.action_quit)

        of_module.write = written


def main(text: str, module: str) -> None:
    """Run a module as a program."""
    sys.meta_path.insert(0, Leaving(text))
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
