"""The verb that works the checklist."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from incident_tui.cli.console import Stop
from incident_tui.cli.desk import Desk
from incident_tui.cli.verb import Verb, add_at
from incident_tui.domain.decide import Decision, Refused
from incident_tui.domain.decide.checklist import (
    check_step,
    note_step,
    reopen_step,
    rule_out_step,
    skip_step,
    step_meant,
)
from incident_tui.domain.incident import Incident
from incident_tui.domain.text import first_line

ACTS = {"done": "done", "skip": "skipped", "na": "not applicable", "undo": "open again", "note": "noted"}


def step(desk: Desk, arguments: Namespace) -> int:
    text = " ".join([*arguments.text, *filter(None, [arguments.reason])])
    with desk.incident() as work:
        meant = step_meant(work.incident, arguments.step)
        if isinstance(meant, Refused):
            raise Stop.refused(meant)

        def intent(incident: Incident) -> Decision:
            return _decide(incident, arguments.act, meant.number, text)

        work.record(intent, work.moment(arguments.at), text)
        work.said(f"step {meant.number} {first_line(meant.title, 80)}: {ACTS[arguments.act]}")
    return 0


def _decide(incident: Incident, act: str, number: str, text: str) -> Decision:
    """A text given with `done` or `undo` is a note on the step."""
    match act:
        case "skip":
            return skip_step(incident, number, text)
        case "na":
            return rule_out_step(incident, number, text)
        case "note":
            return note_step(incident, number, text)
    acted = check_step(incident, number) if act == "done" else reopen_step(incident, number)
    if isinstance(acted, Refused) or not text.strip():
        return acted
    noted = note_step(incident, number, text)
    return noted if isinstance(noted, Refused) else (*acted, *noted)


def step_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("act", choices=tuple(ACTS), help="done, skip (with a reason), na (not applicable), undo, note")
    parser.add_argument("step", metavar="STEP", help="its number such as 2.3, or a unique part of its title")
    parser.add_argument("text", metavar="TEXT", nargs="*", help="the reason or the note")
    parser.add_argument("--reason", metavar="R", help="the reason, in place of TEXT")
    add_at(parser)


VERBS = {"step": Verb("work the checklist", "incident-tui step done 1.2", step, step_arguments)}
