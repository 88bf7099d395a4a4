"""How a verb whose threads record is stopped: control-Z must not leave others waiting for what it holds."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import FrameType

from incident_tui.journal.connection import nobody_records


@contextlib.contextmanager
def stopped_between_transactions(database: Path) -> Iterator[None]:
    """Who is told to stop in this block stops once no thread is recording. Only for the main thread.

    What our parent told us to ignore stays ignored.
    """
    if signal.getsignal(signal.SIGTSTP) != signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTSTP, partial(_stop, database))
    try:
        yield
    finally:
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)


def _stop(database: Path, number: int, _frame: FrameType | None) -> None:
    if number in signal.pthread_sigmask(signal.SIG_BLOCK, ()):
        # This thread is recording, and another one was told. It is told again when it has recorded.
        signal.raise_signal(number)
        return
    with nobody_records(database):
        ours = signal.signal(number, signal.SIG_DFL)  # the system knows whether anybody could let us go on
        signal.raise_signal(number)
        signal.signal(number, ours)
