"""The ways out that nobody chooses: signals, and a terminal that takes nothing or is gone."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT)
LAST_SECONDS = 3.0

Handler = Callable[[int, FrameType | None], Any] | int | None
"""What answers a signal, as `signal.signal` has it."""


class Signals:
    """Those that ask to leave. One that comes while nobody hears, as before the first screen, is told to who does.

    Not by the event loop: it waits as long as the terminal takes nothing, as with a connection that is dead, and
    would never come to it. For the same reason the program ends without it when `LAST_SECONDS` are over.
    """

    def __init__(self) -> None:
        self._before: list[tuple[signal.Signals, Handler]] = []
        self._told: Callable[[int], None] | None = None
        self._code: int | None = None

    def answer(self) -> None:
        """From here on they do nothing else."""
        self._before = [(number, signal.signal(number, self._leave)) for number in SIGNALS]

    def hear(self, told: Callable[[int], None]) -> None:
        """Have `told` called with the exit code."""
        self._told = told
        if self._code is not None:
            told(self._code)

    def give_back(self) -> None:
        """They are what they were."""
        for number, handler in self._before:
            signal.signal(number, handler)

    def _leave(self, number: int, _frame: FrameType | None) -> None:
        self._code = 128 + number
        if self._told is not None:
            self._told(self._code)
        last_way = threading.Timer(LAST_SECONDS, os._exit, (self._code,))
        last_way.daemon = True
        last_way.start()


def let_go_of_the_terminal() -> None:
    """What a terminal that is gone has not taken goes nowhere; else Python would end with a code of its own."""
    try:
        sys.stderr.flush()
    except OSError:
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, sys.stderr.fileno())
        os.close(descriptor)
