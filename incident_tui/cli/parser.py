"""Words to arguments: one parser, of which only the part for the verb in use is built."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
from argparse import SUPPRESS, ArgumentParser, HelpFormatter, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterable, Sequence
from functools import partial
from importlib import import_module
from typing import NoReturn

from incident_tui import __version__
from incident_tui.cli.console import USAGE, Stop
from incident_tui.cli.verb import Verb

ROOMS = {
    "declare": "write",
    "log": "log",
    "run": "run",
    "attach": "files",
    "step": "checklist",
    "begin": "record",
    "severity": "write",
    "status": "write",
    "milestone": "write",
    "role": "write",
    "impact": "write",
    "service": "services",
    "say": "messages",
    "action": "actions",
    "order": "orders",
    "propose": "record",
    "object": "record",
    "proceed": "record",
    "reject": "record",
    "withdraw": "record",
    "escalate": "record",
    "loop": "record",
    "handoff": "handing",
    "title": "record",
    "resolve": "record",
    "close": "record",
    "reopen": "record",
    "leave": "record",
    "judge": "record",
    "amend": "record",
    "strike": "record",
    "approve": "record",
    "sent": "record",
    "discard": "record",
    "error": "record",
    "state": "record",
    "config": "record",
    "fixstep": "record",
    "recovery": "record",
    "cost": "record",
    "lesson": "record",
    "sign": "record",
    "send": "sending",
    "outbox": "sending",
    "undo": "write",
    "list": "read",
    "show": "read",
    "search": "read",
    "look": "look",
    "listen": "listen",
    "metrics": "metrics",
    "due": "due",
    "report": "report",
    "replay": "replay",
    "export": "exchange",
    "import": "exchange",
    "verify": "verifying",
    "anchor": "verifying",
    "repair": "repair",
    "backup": "files",
    "protocols": "protocols",
    "oncall": "oncall",
    "doctor": "doctor",
    "drill": "drill",
    "demo": "setup",
    "completion": "setup",
}
WORDLESS = ("undo", "export", "backup", "repair", "report", "drill")
"""Verbs that write, and yet record no words of anybody."""
USUAL_COLUMNS = 80
TIMES = ("--at", "--detected-at", "--since", "--until")


class Parser(ArgumentParser):
    """A parser that says what is wrong in one line; with `mixes`, options may stand between the words."""

    mixes = False

    def parse_known_args(  # type: ignore[override]  # the one form of its overloads that is used here
        self, args: Sequence[str] | None = None, namespace: Namespace | None = None
    ) -> tuple[Namespace, list[str]]:
        """Argparse alone takes the words in front of an option for all words, and mixing forgets what `--` means."""
        if not self.mixes or not any(word.startswith("-") for word in args or ()):
            return super().parse_known_args(args, namespace)
        self.mixes = False  # the mixing below calls back
        try:
            found, strange = self.parse_known_intermixed_args(_words_hidden(args or ()), namespace)
        finally:
            self.mixes = True
        for name, value in vars(found).items():
            if isinstance(value, str):
                setattr(found, name, _shown(value))
            elif isinstance(value, list):
                setattr(found, name, [_shown(item) if isinstance(item, str) else item for item in value])
        return found, [_shown(word) for word in strange]

    def error(self, message: str) -> NoReturn:
        raise Stop(message, f"see {self.prog} --help", USAGE)


def _words_hidden(args: Sequence[str]) -> list[str]:
    """What follows `--`, in a form that is no option; no word of a command line has a NUL of its own."""
    words = list(args)
    if "--" not in words:
        return words
    at = words.index("--")
    return words[:at] + [f"\0{word}" if word.startswith("-") else word for word in words[at + 1 :]]


def _shown(word: str) -> str:
    return word.removeprefix("\0")


def parse(arguments: Sequence[str]) -> Namespace:
    """What the words mean; `verb` is None where none is given. Raises Stop; SystemExit after --help and --version."""
    verb = _verb_of(arguments)
    if verb and verb not in ROOMS:
        raise _unknown(verb)
    shown = ROOMS if any(word == "--help" or word.startswith("-h") for word in arguments) else ()
    found, strange = build([verb] if verb else shown).parse_known_args(_with_times_joined(arguments))
    if strange:
        raise Stop(f"not understood: {' '.join(strange)}", f"see {f'incident-tui {verb}'.strip()} --help", USAGE)
    return found


def build(verbs: Iterable[str] = tuple(ROOMS)) -> ArgumentParser:
    """The parser with some of the verbs, by default all."""
    width = _columns() - 2
    argparse._ = str  # type: ignore[attr-defined]  # no Python has its words in other languages: looks in vain eight times
    parser = Parser(
        prog="incident-tui",
        description="The war room in a terminal. Without a verb it opens the screen.",
        epilog="example: incident-tui declare 'Checkout failing' --severity critical",
        formatter_class=partial(HelpFormatter, width=width),
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"incident-tui {__version__}")
    _add_incident(parser, None)
    below = parser.add_subparsers(
        prog=parser.prog, dest="verb", metavar="VERB", title="verbs", description="", parser_class=Parser
    )
    for name in verbs:
        verb = verb_named(name)
        child = below.add_parser(
            name,
            help=verb.help,
            description=verb.help[:1].upper() + verb.help[1:] + ".",
            epilog=f"example:\n  {verb.example}",
            formatter_class=partial(RawDescriptionHelpFormatter, width=width),
            allow_abbrev=False,
        )
        _add_incident(child, SUPPRESS)
        if verb.writes:
            child.add_argument("-q", "--quiet", action="store_true", help="say nothing on success")
        if verb.writes and name not in WORDLESS:
            child.add_argument("--keep-secrets", action="store_true", help="mask no token or password in what is typed")
        verb.arguments(child)
        child.mixes = verb.mixes
    return parser


def _columns() -> int:
    """How wide the terminal is. Argparse would ask for each argument, by a library that it loads for that alone."""
    with contextlib.suppress(KeyError, ValueError):
        if (told := int(os.environ["COLUMNS"])) > 0:
            return told
    with contextlib.suppress(OSError):
        return os.get_terminal_size().columns or USUAL_COLUMNS
    return USUAL_COLUMNS


def verb_named(name: str) -> Verb:
    """One of ROOMS."""
    verbs: dict[str, Verb] = import_module(f"incident_tui.cli.{ROOMS[name]}").VERBS
    return verbs[name]


def _unknown(verb: str) -> Stop:
    from difflib import get_close_matches

    near = get_close_matches(verb[:40], ROOMS, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "see incident-tui --help"
    return Stop(f"no verb “{verb[:40]}”", hint, USAGE)


def _add_incident(parser: ArgumentParser, default: str | None) -> None:
    text = "the incident: any unique part of its reference; left out, it is the one live incident"
    parser.add_argument("-i", "--incident", metavar="REF", default=default, help=text)


def _verb_of(arguments: Sequence[str]) -> str:
    """The first word that is neither an option nor the value of -i."""
    words = iter(arguments)
    for word in words:
        if word in ("-i", "--incident"):
            next(words, None)
        elif not word.startswith("-"):
            return word
    return ""


def _with_times_joined(arguments: Sequence[str]) -> list[str]:
    """`--at -10m` as `--at=-10m`, because a value that begins with a dash would be taken for an option."""
    joined: list[str] = []
    for position, word in enumerate(arguments):
        if word == "--":
            return joined + list(arguments[position:])
        if joined and joined[-1] in TIMES and re.match(r"-\s*\d", word):
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined
