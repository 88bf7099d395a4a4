"""The verb that looks at everything the program depends on, and says what to do."""

from __future__ import annotations

import locale
import os
import shutil
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from incident_tui.cli.check import Check
from incident_tui.cli.console import REFUSED, Toned, counted
from incident_tui.cli.desk import Desk
from incident_tui.cli.verb import Verb, add_json
from incident_tui.config import ConfigError, check, load
from incident_tui.domain.lines import size_words
from incident_tui.journal import JournalError
from incident_tui.journal.condition import SAFE_SQLITE, sqlite_version
from incident_tui.journal.errors import state_of
from incident_tui.journal.places import file_system, network_of
from incident_tui.session import Session
from incident_tui.shelter import kept
from incident_tui.times import local_zone, show, zone_named

LITTLE_SPACE = 50 * 1024 * 1024
TONES = {"ok": "good", "warn": "warn", "bad": "bad"}
OTHERS = 0o077


def doctor(desk: Desk, arguments: Namespace) -> int:
    checks = [*_checks(desk), *_outside(desk, arguments)]
    healthy = all(check.level != "bad" for check in checks)
    if arguments.json:
        desk.console.json({"ok": healthy, "checks": [dict(check._asdict()) for check in checks]})
    else:
        desk.console.columns([_row(check) for check in checks])
    return 0 if healthy else REFUSED


def _row(check: Check) -> tuple[str | Toned, ...]:
    words = f"{check.found}; {check.cure}" if check.cure else check.found
    return Toned(check.level, TONES[check.level]), check.what, words


def _checks(desk: Desk) -> Iterator[Check]:
    yield Check("ok", "program", f"Python {sys.version.split()[0]}, {sys.executable}")
    yield _configuration(desk.paths.config_file)
    yield from _rotations(desk)
    yield from _folders(desk)
    yield _space(desk.paths.data)
    yield _file_system(desk.paths.data)
    yield _sqlite()
    yield from _journal(desk)
    yield from _terminal()


def _configuration(file: Path) -> Check:
    try:
        check(load(file, os.environ))
    except ConfigError as error:
        return Check("bad", "configuration", str(error), f"mend {file}; what follows holds for the defaults")
    return Check("ok", "configuration", f"{file}{'' if file.is_file() else ' (none, the defaults hold)'}")


def _rotations(desk: Desk) -> Iterator[Check]:
    for rota in desk.config.oncall:
        from incident_tui.oncall.ical import CalendarError

        try:
            shift = rota.who(datetime.now(UTC))
        except CalendarError as error:
            yield Check("bad", f"rotation {rota.name}", str(error))
            continue
        if shift is None:
            yield Check("warn", f"rotation {rota.name}", "nobody is on call now", "fill the gap in the calendar")
        else:
            yield Check("ok", f"rotation {rota.name}", f"{shift.primary} is on call")


def _outside(desk: Desk, arguments: Namespace) -> Iterable[Check]:
    """Channels and sources; nothing is asked or sent without --send-test."""
    if arguments.send_test is None and not (desk.config.channels or desk.config.sources or desk.config.health):
        return ()
    from incident_tui.cli.outside import looked_at, tried

    if arguments.send_test is None:
        return looked_at(desk.config)
    return tried(desk, arguments.send_test, unasked=arguments.yes)


def _folders(desk: Desk) -> Iterator[Check]:
    try:
        desk.paths.make()
    except OSError as error:
        yield Check("bad", "data folder", f"{desk.paths.data}: {error.strerror}", "check its place and rights")
        return
    for name, folder in (("data folder", desk.paths.data), ("configuration folder", desk.paths.config)):
        if not os.access(folder, os.W_OK | os.X_OK):
            why, cure = state_of(folder) or ("", "check its rights")
            yield Check("bad", name, f"{folder} cannot be written{': ' * bool(why)}{why}", cure)
        else:
            yield _mode(name, folder)
    if desk.paths.database.exists():
        yield _mode("database file", desk.paths.database)
    spilled = kept(desk.paths, "*.txt")
    if spilled:
        found = f"{counted(len(spilled), 'text')} could not be saved"
        folders = " and ".join(dict.fromkeys(str(file.parent) for file in spilled))
        yield Check("warn", "spill", found, f"read {'it' if len(spilled) == 1 else 'them'} in {folders}")


def _mode(name: str, path: Path) -> Check:
    mode = path.stat().st_mode & 0o777
    if mode & OTHERS:
        return Check("warn", name, f"{path} is open to others ({mode:04o})", f"chmod go= '{path}'")
    return Check("ok", name, f"{path} ({mode:04o})")


def _space(folder: Path) -> Check:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Check("warn", "free space", f"unknown: {error.strerror}", "check the disk")
    if free < LITTLE_SPACE:
        return Check("bad", "free space", size_words(free), "free some space before the next incident")
    return Check("ok", "free space", size_words(free))


def _file_system(folder: Path) -> Check:
    kind = file_system(folder)
    if network_of(folder):
        found = f"{kind} is a network: without WAL, so it is slow, and safe only from one machine at a time"
        return Check("warn", "file system", found, "set INCIDENT_TUI_HOME to a folder on a local disk")
    return Check("ok", "file system", kind or "unknown on this system")


def _sqlite() -> Check:
    version = sqlite_version()
    text = ".".join(map(str, version))
    if version < SAFE_SQLITE:
        found = f"{text} is older than {'.'.join(map(str, SAFE_SQLITE))} and has the WAL-reset bug"
        return Check("warn", "SQLite", found, "writing under our lock avoids it; let no other program write the file")
    return Check("ok", "SQLite", text)


def _journal(desk: Desk) -> Iterator[Check]:
    try:
        with Session.open(desk.paths, desk.config, tell=desk.console.ahead) as session:
            yield from _entered(session)
    except JournalError as error:  # also what is found damaged on the way: the other checks are worth knowing then
        yield Check("bad", "journal", error.reason, error.hint)


def _entered(session: Session) -> Iterator[Check]:
    journal = session.journal
    if journal.read_only_because:
        yield Check("bad", "journal", f"read-only: {journal.read_only_because}", "see above")
    else:
        settings = ", ".join(f"{name} {value}" for name, value in journal.pragmas().items())
        yield Check("ok", "journal", settings)
    problems = journal.verify()
    if problems:
        yield Check("bad", "chain", problems[0].text, "run `incident-tui verify`, restore from a backup")
    else:
        yield Check("ok", "chain", "whole")
    yield _clock(session)


def _clock(session: Session) -> Check:
    now, zone = session.now(), zone_named(session.zone)
    latest = max((item.updated_at for item in session.summaries()), default=datetime.min.replace(tzinfo=UTC))
    if latest > now + timedelta(minutes=1):
        return Check("warn", "clock", f"behind the latest entry of {show(latest, zone, now)}", "set the clock, use NTP")
    return Check("ok", "clock", f"{show(now, zone, now)} in {zone.key} (this machine: {local_zone()})")


def _terminal() -> Iterator[Check]:
    term = os.environ.get("TERM", "")
    if not sys.stdout.isatty():
        yield Check("ok", "terminal", "none; verbs work, the screen needs one")
    elif term in ("", "dumb"):
        yield Check("warn", "terminal", f"TERM is {term or 'not set'}", "set TERM, for example to xterm-256color")
    else:
        size = shutil.get_terminal_size()
        yield Check("ok", "terminal", f"{term}, {size.columns}×{size.lines}")
    encoding = locale.getpreferredencoding(False)
    if encoding.lower().replace("-", "") != "utf8":
        yield Check("warn", "encoding", encoding, "set LANG to a UTF-8 locale, for example C.UTF-8")


def doctor_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--send-test",
        metavar="NAME",
        nargs="*",
        help="send one marked test message to these channels, ask these sources; all of them without a name",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask: what goes where is shown all the same")
    add_json(parser)


VERBS = {
    "doctor": Verb(
        "check configuration, channels, sources, database, disk and terminal, and say what to do",
        "incident-tui doctor --send-test",
        doctor,
        doctor_arguments,
        writes=False,
        diagnoses=True,
    )
}
