"""A size that was missed is noticed within a second."""

from __future__ import annotations

from pathlib import Path

from tests.ui.terminal import Terminal, run

LATE = """
import signal, sys
from textual.drivers.linux_driver import LinuxDriver
start = LinuxDriver.start_application_mode
def deaf(self):
    start(self)
    signal.signal(signal.SIGWINCH, signal.SIG_IGN)
LinuxDriver.start_application_mode = deaf
from incident_tui.__main__ import main
sys.exit(main())
"""


def test_a_size_of_which_no_signal_told(tmp_path: Path) -> None:
    run(tmp_path, "declare", "Checkout fails")
    with Terminal(tmp_path, size=(39, 9), program=LATE) as terminal:
        terminal.shows("SEV1")
        terminal.resize(80, 24)
        terminal.shows("3 Comms")
        terminal.type("\x11")
        assert terminal.ended() == 0
