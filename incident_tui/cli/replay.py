"""The verb that replays an incident: on the screen, as a recording or as a picture."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import Struct

from incident_tui.cli.console import USAGE, Stop
from incident_tui.cli.desk import Desk, Work
from incident_tui.cli.verb import Verb, add_at
from incident_tui.domain.identity import tick_of
from incident_tui.domain.playing import SPEEDS
from incident_tui.times import moment_within

KINDS = (".cast", ".svg")


class Replay(Struct, frozen=True):
    """What is wanted: of which incident, from which moment on, how fast, and in which file if not on the screen."""

    incident: str
    ref: str
    moment: datetime | None
    speed: int
    file: Path | None


def replay(desk: Desk, arguments: Namespace) -> int:
    """Look at the words; what they mean becomes `arguments.replay`, for the screen to go on with."""
    file = Path(arguments.export) if arguments.export is not None else None
    if file is not None and file.suffix not in KINDS:
        raise Stop(f"{file.name} is no recording and no picture", f"its name ends with {' or '.join(KINDS)}", USAGE)
    if not SPEEDS[0] <= arguments.speed <= SPEEDS[-1]:
        raise Stop(f"no speed {arguments.speed}", f"it is from {SPEEDS[0]} to {SPEEDS[-1]}", USAGE)
    with desk.incident(reading=True) as work:
        moment = _moment(work, arguments.at)
        arguments.replay = Replay(work.incident.id, work.incident.ref, moment, arguments.speed, file)
    return 0


def _moment(work: Work, text: str | None) -> datetime | None:
    """The moment that is named within the incident. Raises TimeError."""
    if text is None:
        return None
    first, last = _recorded(work.incident.id), _recorded(work.incident.last)
    return moment_within(text, (first, last + timedelta(seconds=1)), last, work.zone)


def _recorded(identifier: str) -> datetime:
    """When an event was recorded, by the clock in its id."""
    return datetime.fromtimestamp(tick_of(identifier).millis / 1000, UTC)


def replay_arguments(parser: ArgumentParser) -> None:
    add_at(parser, "where to begin; a time of day is the latest of the incident")
    parser.add_argument(
        "--speed", metavar="N", type=int, default=60, help="how many times faster it plays, 1 to 600 (default: 60)"
    )
    parser.add_argument(
        "--export", metavar="FILE", help="write a recording (FILE.cast, for asciinema) or a picture (FILE.svg) instead"
    )


VERBS = {
    "replay": Verb(
        "see an incident again as it was known at each moment",
        "incident-tui replay -i k7q --at 14:05 --export k7q-at-14-05.svg",
        replay,
        replay_arguments,
        writes=False,
        on_screen=True,
    ),
}
