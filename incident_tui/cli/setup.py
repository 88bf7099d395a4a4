"""Verbs around the work itself: the demo and shell completion."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from incident_tui.cli.desk import Desk
from incident_tui.cli.verb import Verb

SHELLS = ("bash", "zsh", "fish")


def demo(desk: Desk, _arguments: Namespace) -> int:
    from incident_tui.demo import create

    with desk.session() as session:
        incident = create(session).incident
    desk.console.done(f"{incident.ref}: {incident.title}; open it with incident-tui -i {incident.ref}")
    return 0


def completion(desk: Desk, arguments: Namespace) -> int:
    import shtab

    from incident_tui.cli.parser import build

    desk.console.out.write(shtab.complete(build(), shell=arguments.shell) + "\n")
    return 0


def completion_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("shell", choices=SHELLS, help="the shell to print it for")


VERBS = {
    "demo": Verb("create a live and a past incident to look around in", "incident-tui demo", demo),
    "completion": Verb(
        "print the completion of a shell",
        "incident-tui completion bash > ~/.local/share/bash-completion/completions/incident-tui",
        completion,
        completion_arguments,
        writes=False,
    ),
}
