"""Verbs that come from the table of commands: what the composer takes after a slash, as a command line."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import datetime

from incident_tui.cli.console import USAGE, Stop
from incident_tui.cli.desk import Desk, Work
from incident_tui.cli.log import recorded
from incident_tui.cli.verb import Verb, add_at
from incident_tui.cli.write import mention_open_ends
from incident_tui.domain.decide import Decision, Refused
from incident_tui.domain.decide.loop import QUESTIONS
from incident_tui.domain.events import DecisionProposed, Event, LoopMoved
from incident_tui.domain.incident import Incident
from incident_tui.domain.lines import line_of
from incident_tui.domain.text import first_line
from incident_tui.verbs.table import VERBS as COMMANDS
from incident_tui.verbs.table import Context, read

NAMES = (
    *("title", "begin", "resolve", "close", "reopen", "leave", "judge", "approve", "sent", "discard", "error"),
    *("state", "config", "fixstep", "recovery", "cost", "lesson", "sign"),
    *("propose", "object", "proceed", "reject", "withdraw", "escalate", "loop"),
)
PLAIN = re.compile(r"[\w@%+=:,./-]+", re.ASCII)
ABOUT_AN_ENTRY = ("amend", "strike")
EXAMPLES = {
    "escalate": "2 Noor 'no order works'",
    "judge": "H1 refuted 'no leak'",
    "proceed": "D1 by:Lee 'the export can be repeated'",
    "sent": "M1 'status page'",
    "sign": "'incident commander' @dana",
    "state": "'pool size' during 187",
}
SLASH = re.compile(r"(?<!\S)/(?=[a-z])")


def recording(name: str) -> Callable[[Desk, Namespace], int]:
    """The verb that records what the command `name` decides."""

    def run(desk: Desk, arguments: Namespace) -> int:
        words = list(arguments.words)
        if words and words[-1] == "-":
            words[-1] = desk.read_text().rstrip("\n")
        if getattr(arguments, "reason", ""):
            words.append(arguments.reason)
        if getattr(arguments, "force", False):
            words.append("anyway")
        entry = words.pop(0) if name in ABOUT_AN_ENTRY and words else ""
        if len(" ".join(words).split()) < COMMANDS[name].needed or (name in ABOUT_AN_ENTRY and not entry):
            raise Stop(f"usage: incident-tui {usage(name)}", f"for example: {example(name)}", USAGE)
        with desk.incident() as work:
            _record(work, name, words, entry, work.moment(arguments.at))
        return 0

    return run


def _record(work: Work, name: str, words: list[str], entry: str, at: datetime | None) -> None:
    now = work.session.now()
    selected = _entry(work, entry) if entry else None
    context = Context(work.incident, now, work.zone, work.session.actor, selected, work.session.policy)
    line = joined(words)
    meant = read(f"{name} {line}", context, at)
    if isinstance(meant, Refused):
        raise Stop(meant.reason, _without_slash(meant.hint))
    decide = meant.intent

    def intent(incident: Incident) -> Decision:
        decision = decide(incident)
        return Refused(decision.reason, _without_slash(decision.hint)) if isinstance(decision, Refused) else decision

    done = work.record(intent, meant.at, line)
    for event in done.events:
        work.said(_said(work, event, f"{name} {' '.join(words)[:80]}".strip()))
    mention_open_ends(work, done.events)


def _said(work: Work, event: Event, typed: str) -> str:
    """What was recorded; of a proposal also the label by which it is spoken of."""
    match event.body:
        case DecisionProposed():
            made = work.incident.proposals[event.id]
            return f"{made.label} {first_line(made.text, 100)}: any strong objections until {work.show(made.until)}?"
        case LoopMoved():
            return f"loop at {event.body.segment}: {QUESTIONS[event.body.segment]}"
        case _:
            return recorded(work, event) if line_of(event.body) else f"{typed}: recorded"


def joined(words: list[str]) -> str:
    """The words as one line: an argument of several words before the last one goes in quotes."""
    quoted = [f'"{word}"' if re.search(r"\s", word) and '"' not in word else word for word in words[:-1]]
    return " ".join([*quoted, *words[-1:]])


def _entry(work: Work, word: str) -> Event:
    """The event that `word` means: `last`, or the only one whose id ends so."""
    wanted = word.casefold()
    events = [event for event in work.session.journal.events(work.incident.id) if line_of(event.body)]
    found = events[-1:] if wanted == "last" else [event for event in events if wanted and event.id.endswith(wanted)]
    if len(found) == 1:
        return found[0]
    raise Stop(f"no entry “{word[:40]}”", "say last, or the end of its id as `incident-tui search` shows it")


def _without_slash(hint: str) -> str:
    return SLASH.sub("incident-tui ", hint)


def usage(name: str) -> str:
    return COMMANDS[name].usage.replace(name, f"{name} ENTRY", 1) if name in ABOUT_AN_ENTRY else COMMANDS[name].usage


def example(name: str) -> str:
    """A command line, its free text in quotes as a person types it for a shell."""
    if name in EXAMPLES:
        return f"incident-tui {name} {EXAMPLES[name]}"
    text = COMMANDS[name].example.partition(" ")[2]
    about = name in ABOUT_AN_ENTRY
    before = 0 if about else max(COMMANDS[name].needed - 1, 0)
    words = [part if PLAIN.fullmatch(part) else f"'{part}'" for part in text.split(" ", before) if part]
    return " ".join(["incident-tui", name, *(["last"] if about else []), *words])


def _arguments(name: str) -> Callable[[ArgumentParser], None]:
    def add(parser: ArgumentParser) -> None:
        takes = usage(name).partition(" ")[2]
        parser.add_argument("words", metavar="WORD", nargs="*", help=f"{takes}; - at the end reads standard input")
        if "REASON" in takes:
            parser.add_argument("--reason", metavar="R", help="why, in place of words at the end")
        if "[anyway]" in takes:
            parser.add_argument("--force", action="store_true", help="the same as anyway at the end")
        add_at(parser)

    return add


VERBS = {
    name: Verb(
        COMMANDS[name].summary.replace("the selected entry", "an entry"),
        example(name),
        recording(name),
        _arguments(name),
    )
    for name in (*NAMES, *ABOUT_AN_ENTRY)
}
