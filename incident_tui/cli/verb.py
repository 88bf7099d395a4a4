"""What a verb of the command line consists of."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable

from msgspec import Struct

from incident_tui.cli.desk import Desk


def no_arguments(_parser: ArgumentParser) -> None:
    """For verbs that take none."""


class Verb(Struct, frozen=True):
    """`example` is a whole command line; `run` answers with the exit code.

    With `mixes` options may stand between the words. One that `diagnoses` runs also with a configuration that cannot
    be used, by the defaults. One that is `on_screen` goes on there, once `run` has looked at its words.
    """

    help: str
    example: str
    run: Callable[[Desk, Namespace], int]
    arguments: Callable[[ArgumentParser], None] = no_arguments
    writes: bool = True
    mixes: bool = True
    diagnoses: bool = False
    on_screen: bool = False


def add_at(parser: ArgumentParser, what: str = "when it happened") -> None:
    parser.add_argument("--at", metavar="T", help=f"{what}: 14:05, '10m ago' or 2026-11-21T14:05+01:00")


def add_json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON document")
