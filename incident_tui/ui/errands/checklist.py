"""What the checklist asks for beyond itself: a playbook to attach, a command to run."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.app import App

from incident_tui.domain.decide import reshape
from incident_tui.domain.incident import Incident
from incident_tui.domain.protocol import Protocol, Step
from incident_tui.domain.text import first_line
from incident_tui.journal import Lines
from incident_tui.ui.screens.choose import ChooseScreen
from incident_tui.ui.screens.run import RunScreen
from incident_tui.ui.screens.war_room import WarRoom
from incident_tui.ui.widgets.board import Row

if TYPE_CHECKING:
    from incident_tui.protocols.places import Places

SYMPTOMS_SHOWN = 4


def choose_playbook(app: App[None], room: WarRoom) -> None:
    """Attach a playbook from a list that begins with those the log speaks for; none attaches itself."""
    from incident_tui.protocols.places import Places, ProtocolError, usable
    from incident_tui.protocols.shelf import suggest

    places = Places.around(room.session.paths.config, Path.cwd())
    playbooks = _playbooks(places)
    journal, incident = room.session.journal, room.room.incident
    found = suggest(playbooks.values(), lambda phrase: journal.count(Lines(incident.id, words=phrase)))
    suggested = {item.playbook.name: ", ".join(item.symptoms[:SYMPTOMS_SHOWN]) for item in found}
    attached = {phase.playbook for phase in incident.protocol.phases}
    names = [*suggested, *(name for name in playbooks if name not in suggested)]
    rows = tuple(_row(playbooks[name], suggested.get(name, ""), name in attached) for name in names)

    def chosen(name: str | None) -> None:
        if name is None:
            return
        try:
            playbook = filled(usable(places.load(name, "playbook"), name), incident)
        except ProtocolError as problem:
            app.notify(str(problem), severity="warning", markup=False)
            return
        room.begin(room.recorder.record(room.room, partial(reshape.attach, playbook=playbook)))

    hint = "● is what the log speaks for. Enter attaches; its phases come last in the checklist."
    app.push_screen(ChooseScreen("Attach a playbook", rows, hint), chosen)


def filled(playbook: Protocol, incident: Incident) -> Protocol:
    """The playbook with what the incident knows in the places kept for it."""
    from incident_tui.protocols.filling import fill

    return fill(playbook, known_values(incident))


def known_values(incident: Incident) -> dict[str, str]:
    """What the incident knows of the places in commands: facts by these names, the service, and since when it is."""
    from incident_tui.protocols.filling import KNOWN

    known = {"service": next(iter(sorted(incident.services)), "")}
    since = incident.moment("started") or incident.began_at
    if since is not None:
        known["since"] = f"{since:%Y-%m-%dT%H:%M:%SZ}"
    return known | {key: fact.text for key, fact in incident.impact.items() if key in KNOWN}


def choose_command(app: App[None], room: WarRoom, number: str) -> None:
    """Put a step's command where it can be edited: in the composer, or when it has several lines in a dialog."""
    step = room.room.incident.protocol.step(number)
    if step is None or not step.commands:
        app.notify("this step has no command", severity="warning", markup=False)
    elif len(step.commands) == 1:
        _edit(app, room, step, step.commands[0])
    else:
        rows = tuple(Row(str(at), ((first_line(text, 200), ""),)) for at, text in enumerate(step.commands))

        def chosen(at: str | None) -> None:
            if at is not None:
                _edit(app, room, step, step.commands[int(at)])

        app.push_screen(ChooseScreen(f"Which command of {number}", rows), chosen)


def _edit(app: App[None], room: WarRoom, step: Step, command: str) -> None:
    from incident_tui.protocols.filling import command as filled_command
    from incident_tui.protocols.filling import usable

    # What was learnt since the playbook was attached fills what was left open then.
    command = filled_command(command, usable(known_values(room.room.incident))).strip("\n")
    if "\n" not in command:
        room.composer.begin(f"!{step.number} {command}")
        room.composer.focus()
        return

    def ready(text: str | None) -> None:
        if text is not None:
            room.begin(room.run_for(step.number, text))

    app.push_screen(RunScreen(step.number, step.title, command), ready)


def _playbooks(places: Places) -> dict[str, Protocol]:
    """Every playbook that can be read, by name; one that cannot is left to `protocols lint` to explain."""
    from incident_tui.protocols.places import ProtocolError

    found: dict[str, Protocol] = {}
    for item in places.listed("playbook"):
        try:
            found[item.name] = replace(places.load(item.name, "playbook").protocol, name=item.name)
        except ProtocolError:
            continue
    return found


def _row(playbook: Protocol, symptoms: str, attached: bool) -> Row:
    sign, tone = ("● ", "accent") if symptoms else ("  ", "")
    about = f"log: {symptoms}" if symptoms else playbook.summary
    right = (("attached", "good"),) if attached else ()
    line = ((sign, tone), (playbook.title, "muted" if attached else "strong"), (f"  {first_line(about, 120)}", "muted"))
    return Row(playbook.name, line, right)
