"""The ways out that nobody chooses: signals, and a terminal that takes nothing or is gone."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT)
LAST_SECONDS = 3.0


def answer_signals(told: Callable[[int], None]) -> Callable[[], None]:
    """Have `told` called with the exit code when a signal asks to leave; what is returned gives the signals back.

    Not by the event loop: it waits as long as the terminal takes nothing, as with a connection that is dead, and
    would never come to it. For the same reason the program ends without it when `LAST_SECONDS` are over.
    """

    def leave(number: int, _frame: FrameType | None) -> None:
        told(128 + number)
        last_way = threading.Timer(LAST_SECONDS, os._exit, (128 + number,))
        last_way.daemon = True
        last_way.start()

    before = [(number, signal.signal(number, leave)) for number in SIGNALS]

    def give_back() -> None:
        for number, handler in before:
            signal.signal(number, handler)

    return give_back


def let_go_of_the_terminal() -> None:
    """What a terminal that is gone has not taken goes nowhere; else Python would end with a code of its own."""
    try:
        sys.stderr.flush()
    except OSError:
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, sys.stderr.fileno())
        os.close(descriptor)
