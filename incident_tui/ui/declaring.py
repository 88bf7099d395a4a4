"""The dialog that declares, with what is known around it: protocols, who is on call, past incidents, issues."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.command import take_role
from incident_tui.domain.incident import SEVERITIES
from incident_tui.domain.likeness import Sought
from incident_tui.domain.protocol import Protocol
from incident_tui.protocols.places import Places, ProtocolError, usable
from incident_tui.recall import Told, recall, told
from incident_tui.rooms import Room
from incident_tui.session import UNFINISHED, Done, Session
from incident_tui.ui.claims import Claims
from incident_tui.ui.screens.declare import Declaration, DeclareScreen
from incident_tui.ui.shelf import Shelf
from incident_tui.ui.views.oncall import primary

if TYPE_CHECKING:
    from incident_tui.ui.screens.protocols import ProtocolsScreen

MOST_ALIKE = 3


def declare_dialog(session: Session, shelf: Shelf, protocol: str = "", link: str = "") -> DeclareScreen:
    """The dialog; `protocol` is the name or path of the one to follow, `link` that of an issue to declare from."""
    places = Places.around(session.paths.config, Path.cwd())
    dialog = DeclareScreen(
        SEVERITIES,
        session.actor,
        tuple(item.name for item in places.listed()),
        partial(_protocol, places),
        now=session.now,
        zone=shelf.zone,
        on_call=primary(shelf.on_call),
    )
    dialog.look = partial(protocols_screen, places)
    dialog.recall = partial(alike, session)
    dialog.protocol.value = protocol or dialog.protocol.value
    if session.config.sources:
        from incident_tui.issues import Issue, names_issue

        dialog.names_issue = partial(names_issue, session.config)
        dialog.ask_issue = lambda text: Issue.asked(session.config, text, session.now())
        dialog.link = link
    if not dialog.link:
        dialog.begun, dialog.kept = _begun(session, dialog.claims)
    return dialog


def _begun(session: Session, claims: Claims) -> tuple[str, tuple[Path, ...]]:
    """The latest title that was being typed when a screen was left, and the files that hold it."""
    try:
        kept = [(file, text) for file, text in session.spilled() if file.name.endswith(f"..{UNFINISHED}.txt")]
    except OSError:
        kept = []
    latest = next((text for file, text in reversed(kept) if claims.take(file)), "")
    return latest, tuple(file for file, text in kept if text == latest and claims.take(file))


def declared(session: Session, what: Declaration) -> Room | Refused:
    """The new incident, with what was known of it outside. Raises NotSaved."""
    done = session.declare(what.title, what.severity, what.protocol, what.commander, what.detected)
    if isinstance(done, Done):
        for file in what.kept:
            file.unlink(missing_ok=True)
    if isinstance(done, Done) and what.lead:
        led = session.perform(done.room, partial(take_role, role_word="technical lead", person_word=what.lead))
        done = led if isinstance(led, Done) else done
    if isinstance(done, Refused):
        return done
    return what.issue.record(session, done.room) if what.issue is not None else done.room


def alike(session: Session, title: str) -> Sequence[Told]:
    """The past incidents that a title reminds of; in a thread, so with a journal of its own.

    Raises JournalError.
    """
    with Session.open(session.paths, session.config, writable=False, wall=session.now) as reading:
        found = recall(reading, Sought(title, typing=True), MOST_ALIKE)
        return [told(item, reading) for item in found]


def protocols_screen(places: Places, at: str = "") -> ProtocolsScreen:
    """Where protocols are looked at and put right."""
    from incident_tui.ui.screens.protocols import ProtocolsScreen

    return ProtocolsScreen(places, at)


def _protocol(places: Places, word: str) -> Protocol | Refused:
    """The protocol to declare with, or why it cannot be had."""
    try:
        return usable(places.load(word), word)
    except ProtocolError as problem:
        return Refused(problem.reason, problem.hint)
