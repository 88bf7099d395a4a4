"""The front door: a verb, or the screen; every failure is one line and an exit code."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace

    from incident_tui.cli.console import Console
    from incident_tui.cli.desk import Desk
    from incident_tui.session import Session

INTERRUPTED = 130
NOBODY_READS = 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code is 0 done, 1 refused or failed, 2 wrong usage.

    Without `arguments` they are those of the process, whose collector rests while things are loaded: they stay.
    """
    if arguments is None:
        gc.disable()
    try:
        # In here, so that a Ctrl-C while things are being loaded ends quietly too.
        from incident_tui.loading import lean

        lean()
        from incident_tui.cli.console import Console

        code = _guarded(sys.argv[1:] if arguments is None else arguments, Console.of_process(os.environ))
    except KeyboardInterrupt:
        return INTERRUPTED
    threading = sys.modules.get("threading")
    if arguments is None and (threading is None or threading.active_count() == 1):
        os._exit(code)  # all is closed and written, and no thread is waited for: what is loaded need not be taken down
    return code


def _guarded(arguments: Sequence[str], console: Console) -> int:
    from incident_tui.cli.console import REFUSED, Stop, give_up_output

    try:
        code = _answer(arguments, console)
        console.out.flush()
        return code
    except Stop as stop:
        console.error(str(stop))
        return stop.code
    except BrokenPipeError:
        give_up_output()
        return NOBODY_READS
    except Exception as error:  # the last line of defence: nobody is to read a traceback in the middle of an outage
        if os.environ.get("INCIDENT_TUI_DEBUG"):
            raise
        console.error(_words(error))
        return REFUSED


def _answer(arguments: Sequence[str], console: Console) -> int:
    if not arguments:  # the usual start of the screen needs no parser
        return _open_screen(_desk(console))
    from msgspec.structs import replace

    from incident_tui.cli.parser import parse, verb_named

    try:
        found = parse(arguments)
    except SystemExit as asked:  # --help and --version have been answered
        return int(asked.code or 0)
    verb = verb_named(found.verb) if found.verb else None
    quiet = replace(console, quiet=getattr(found, "quiet", False))
    desk = _desk(quiet, found, diagnoses=verb is not None and verb.diagnoses)
    if verb is None:
        return _open_screen(desk)
    _loaded()
    if verb.diagnoses:
        found.unknown = _unknown
    code = verb.run(desk, found)
    return _replay(desk, found) if verb.on_screen and code == 0 else code


def _desk(console: Console, found: Namespace | None = None, *, diagnoses: bool = False) -> Desk:
    """What a verb works with; one that `diagnoses` has the defaults where the configuration is wrong."""
    from incident_tui.cli.desk import Desk
    from incident_tui.config import Config, ConfigError, load
    from incident_tui.paths import Paths

    paths = Paths.find(os.environ)
    try:
        config = load(paths.config_file, os.environ)
    except ConfigError:
        if not diagnoses:
            raise
        config = Config()
    return Desk(paths, config, console, getattr(found, "incident", None), getattr(found, "keep_secrets", False))


def _unknown(session: Session) -> Iterable[tuple[str, str]]:
    """What of the configuration the screen does not know, which a verb cannot ask it."""
    from incident_tui.wishes import unknown

    return unknown(session)


def _loaded() -> None:
    """The collector works again, and leaves alone what is there by now, also at the end of the process."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _open_screen(desk: Desk) -> int:
    _needs_terminal()
    from incident_tui.config import check

    check(desk.config)
    with desk.session() as session:
        incident = _incident_to_open(session, desk.wanted)
        from incident_tui.ui.running import run

        return run(session, incident)


def _replay(desk: Desk, arguments: Namespace) -> int:
    """Open the replay, or write what it shows into a file."""
    from incident_tui.cli.replay import Replay

    wanted: Replay = arguments.replay
    if wanted.file is None:
        _needs_terminal()
    from incident_tui.ui.screens.replay import Start

    start = Start(wanted.moment, wanted.speed)
    if wanted.file is None:
        from incident_tui.ui.running import run

        with desk.session() as session:
            return run(session, wanted.incident, start)
    from incident_tui.cli.output import write_new
    from incident_tui.ui.headless import exported

    page = exported(desk.paths, desk.config, wanted.incident, start, wanted.file.suffix)
    write_new(wanted.file, (page.encode(),))
    desk.console.done(f"{wanted.ref}: replay written to {wanted.file}")
    return 0


def _needs_terminal() -> None:
    from incident_tui.cli.console import Stop

    if not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM", "dumb") == "dumb":
        raise Stop("the screen needs a terminal", "`incident-tui --help` shows what works without one")
    if not sys.stderr.isatty():  # there Textual paints: the terminal would stay black
        print("error: the screen is painted on standard error; start it without 2>")  # who started it looks here
        raise Stop("the screen is painted on standard error, which goes elsewhere", "start it without 2>")
    if sys.stdout.encoding.lower().replace("-", "") != "utf8":
        raise Stop(f"the screen needs UTF-8, this is {sys.stdout.encoding}", "say LC_ALL=C.UTF-8 incident-tui")


def _incident_to_open(session: Session, wanted: str | None) -> str | None:
    """The incident that is named, or the one live incident; None opens the list."""
    from incident_tui.cli.console import Stop
    from incident_tui.domain.decide import Refused

    found = session.find(wanted, reading=wanted is not None)
    if not isinstance(found, Refused):
        return found.incident
    if wanted is not None:
        raise Stop.refused(found)
    return None


def _words(error: Exception) -> str:
    """What a person can do about an error; ours are worded already."""
    from incident_tui.cli.console import is_closed
    from incident_tui.config import ConfigError
    from incident_tui.journal import JournalError
    from incident_tui.session import NotSaved
    from incident_tui.times import TimeError

    match error:
        case OSError() if is_closed(error):
            return "standard output is closed, and the answer goes there; say > FILE, or >/dev/null for none"
        case JournalError() | NotSaved() | ConfigError() | TimeError():
            return str(error)
        case OSError():
            place = f"{error.filename}: " if error.filename else ""
            return f"{place}{error.strerror or type(error).__name__}; check the file and its rights"
        case _:
            hint = "run it again with INCIDENT_TUI_DEBUG=1 for the details"
            return f"unexpected: {type(error).__name__}: {error}; {hint}"


if __name__ == "__main__":
    sys.exit(main())
