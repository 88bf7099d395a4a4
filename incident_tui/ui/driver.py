"""The terminal as this program takes it: what it sends is read with `Pastes`, and a stop leaves nothing half done."""

from __future__ import annotations

import os
import selectors
import signal
import time
from codecs import getincrementaldecoder
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual.drivers.linux_driver import LinuxDriver

from incident_tui.journal.connection import nobody_records
from incident_tui.ui.pastes import READ, WAIT, Ending, Pastes, marks_pastes

if TYPE_CHECKING:
    from textual.app import App

ON_ITS_WAY_SECONDS: Final = 0.0002


class PastesDriver(LinuxDriver):
    """Reads the terminal with `Pastes`, and sleeps as long as nothing comes: Textual looks ten times a second."""

    journal: ClassVar[Path]
    """Before the program is stopped, what is being recorded there comes to its end, as others wait for that."""
    rows: ClassVar[str]
    """They are on the terminal already, and stay there until the first frame."""

    def __init__(self, app: App[object], *, debug: bool, mouse: bool, size: tuple[int, int] | None) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.exit_event = self._ending = Ending()
        self._rows = self.rows

    def flush(self) -> None:
        """Rest after a frame until it is on its way.

        Others write it, carry it on and read it. They may wait for this very core, where what is left to do for the
        key would take longer than all of that.
        """
        time.sleep(ON_ITS_WAY_SECONDS)

    def start_application_mode(self) -> None:
        """Take the terminal; some clear it for that."""
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual gives it no types
        written, self._rows = self._rows, ""
        self.write(written)

    def run_input_thread(self) -> None:
        """Hand on what is typed and pasted until the program leaves, or the terminal is gone."""
        parser = Pastes(brackets=marks_pastes(os.environ))
        decode = getincrementaldecoder("utf-8")("replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(self._ending.fileno(), selectors.EVENT_READ)
            while True:
                ready = [key.fd for key, _ in selector.select(WAIT if parser.waits else None)]
                if self.exit_event.is_set():
                    return
                if self.fileno in ready:
                    if not (read := os.read(self.fileno, READ)):
                        return
                    text = decode(read)
                    for message in parser.feed(text) if text else ():
                        self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)

    def _sigtstp_application(self, *_: object) -> None:
        """Stop as asked by SIGTSTP: with the terminal as it was found, and with nothing half done."""
        if self._auto_restart:
            self.suspend_application_mode()
            self._must_signal_resume = True
        with nobody_records(self.journal):
            os.kill(os.getpid(), signal.SIGSTOP)

    def _sigcont_application(self, *_: object) -> None:
        """Go on after a stop. Of SIGSTOP nobody is told: what was begun must end here before it begins anew.

        Else two threads would read the keys, and the terminal would be left raw in the end.
        """
        if self._key_thread is None and not self._must_signal_resume:
            return  # nothing has begun
        if self._auto_restart and not self._must_signal_resume:
            self.suspend_application_mode()
        super()._sigcont_application()
        self._app.call_later(self._app.refresh)  # others have written to the terminal meanwhile
