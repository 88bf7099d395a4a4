"""Runs a program that leaves as soon as it has written a text to the terminal: what is counted ends with that frame."""

from __future__ import annotations

import runpy
import sys

from textual.drivers.linux_driver import LinuxDriver


def main(text: str, module: str) -> None:
    """Run a module as a program. It leaves by its own action, as with the key for it."""
    write = LinuxDriver.write

    def written(driver: LinuxDriver, data: str) -> None:
        write(driver, data)
        if text in data:
            driver._app.call_later(driver._app.action_quit)

    setattr(LinuxDriver, "write", written)  # noqa: B010 - a method is not assigned to
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
