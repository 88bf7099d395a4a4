"""The verb of the handoff: print the brief, offer a role with it, accept what was offered, withdraw it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from incident_tui.cli.console import USAGE, Stop
from incident_tui.cli.desk import Desk, Work
from incident_tui.cli.output import write_new
from incident_tui.cli.verb import Verb, add_json
from incident_tui.domain.decide import Decision, Refused
from incident_tui.domain.decide import handoff as rules
from incident_tui.domain.encoding import to_json
from incident_tui.domain.events import JsonObject
from incident_tui.domain.incident import Incident
from incident_tui.domain.roles import offered as handoffs_offered
from incident_tui.domain.teamwork import Handoff

USAGES = {
    "offer": "handoff offer PERSON [--role R]",
    "accept": "handoff accept SEVERITY [ORDER…] [--by NAME] [--role R]",
    "withdraw": "handoff withdraw [REASON] [--role R]",
}
SAMPLES = {"offer": "offer noor", "accept": "accept SEV2 O1 O3"}


def handoff(desk: Desk, arguments: Namespace) -> int:
    act, *rest = arguments.words or [""]
    if not act:
        return _brief(desk, arguments)
    if act not in USAGES:
        raise Stop(f"no handoff “{act[:40]}”", f"it is one of {', '.join(USAGES)}; alone it prints the brief", USAGE)
    if not rest and act != "withdraw":
        raise Stop(f"usage: incident-tui {USAGES[act]}", f"for example: incident-tui handoff {SAMPLES[act]}", USAGE)
    with desk.incident() as work:
        ACTS[act](work, rest, arguments)
    return 0


def _brief(desk: Desk, arguments: Namespace) -> int:
    from incident_tui.reports.handoff import prepare_brief, render_handoff

    with desk.incident(reading=True) as work:
        incident, now, policy = work.incident, work.session.now(), work.session.policy
        text = render_handoff(incident, policy, now)
        if arguments.json:
            facts = to_json(prepare_brief(incident, policy, now))
            offered = [to_json(item) for item in handoffs_offered(incident)]
            known: JsonObject = facts if isinstance(facts, dict) else {}
            desk.console.json({**known, "offered": offered, "text": text})
        elif arguments.output is None:
            desk.console.block(text)
        else:
            write_new(Path(arguments.output), [text.encode()], force=arguments.force)
            desk.console.done(f"{incident.ref}: handoff brief written to {arguments.output}")
    return 0


def _offer(work: Work, words: list[str], arguments: Namespace) -> None:
    from incident_tui.reports.handoff import render_handoff

    now, policy, person = work.session.now(), work.session.policy, " ".join(words)

    def intent(incident: Incident) -> Decision:
        return _for_a_shell(rules.offer(incident, arguments.role, person, render_handoff(incident, policy, now)))

    done = work.record(intent)
    made = work.incident.handoffs[done.events[-1].id]
    work.said(f"{made.role} offered to {made.person}; {made.giver} holds it until that is accepted")


def _accept(work: Work, words: list[str], arguments: Namespace) -> None:
    """The second key is turned by name: who runs the command, or `--by`, must be who it was offered to."""
    severity, *orders = words
    meant, name = _meant(work, arguments.role), arguments.by or work.session.actor

    def intent(incident: Incident) -> Decision:
        decision = rules.accept(incident, meant.id, severity, orders, name)
        if isinstance(decision, Refused) and not decision.hint and not arguments.by:
            return Refused(decision.reason, "name yourself with --by")
        return decision

    work.record(intent)
    work.said(f"{meant.role} is {meant.person} ({rules.about(meant)})")


def _withdraw(work: Work, words: list[str], arguments: Namespace) -> None:
    meant = _meant(work, arguments.role)
    work.record(lambda incident: rules.withdraw(incident, meant.id, " ".join(words)))
    holder = work.incident.holder(meant.role)
    stays = f"{meant.role} stays with {holder}" if holder else f"nobody is {meant.role}"
    work.said(f"handoff {rules.about(meant)} withdrawn; {stays}")


ACTS: dict[str, Callable[[Work, list[str], Namespace], None]] = {
    "offer": _offer,
    "accept": _accept,
    "withdraw": _withdraw,
}


def _meant(work: Work, role: str) -> Handoff:
    """The open handoff; raises Stop where it is not clear which."""
    found = rules.handoff_meant(work.incident, role, work.session.actor)
    if not isinstance(found, Refused):
        return found
    raise Stop(found.reason, found.hint.replace("name the role, too", "name one with --role"))


def _for_a_shell(decision: Decision) -> Decision:
    if isinstance(decision, Refused):
        return Refused(decision.reason, decision.hint.replace("/role", "incident-tui role"))
    return decision


def _arguments(parser: ArgumentParser) -> None:
    acts = "; ".join(usage.removeprefix("handoff ") for usage in USAGES.values())
    parser.add_argument("words", metavar="WORD", nargs="*", help=f"{acts}; nothing prints the brief")
    parser.add_argument("--role", metavar="R", default="", help="the role (default: incident commander)")
    parser.add_argument("--by", metavar="NAME", default="", help="who accepts (default: who runs the command)")
    parser.add_argument("-o", "--output", metavar="FILE", help="write the brief into a new file")
    parser.add_argument("--force", action="store_true", help="replace the file if it exists")
    add_json(parser)


VERBS = {
    "handoff": Verb(
        "print the handoff brief, or offer a role with it, accept or withdraw it",
        "incident-tui handoff offer noor",
        handoff,
        _arguments,
    )
}
