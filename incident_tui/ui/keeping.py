"""Typed texts that are not recorded: kept beside the journal, or remembered where nothing takes them."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from incident_tui.domain.text import clean
from incident_tui.session import UNFINISHED, UNSAVED, Session, masked
from incident_tui.ui.claims import Claims
from incident_tui.ui.screens.live import Writing

if TYPE_CHECKING:
    from textual.screen import Screen

NOWHERE = "error: what was typed could not be kept anywhere; here it is:"


class Typed(NamedTuple):
    """A text, and the incident that it belongs to (its id)."""

    incident: str
    text: str


class Keeping:
    """Has each text in one place: on its way to the journal, in a file of its own, or in memory."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._files: dict[Typed, list[Path]] = {}
        self._claims = Claims()
        self._in_composer: set[Typed] = set()
        self._recorded: set[Typed] = set()  # of which the screen does not know yet
        self._remembered: list[Typed] = []
        self._unkept: list[Typed] = []
        self._told: list[Typed] = []

    def offered(self, incident: str) -> tuple[str, bool]:
        """The oldest text of an incident that is kept, for its empty composer, or ""; whether it could not be saved.

        No other screen is offered it meanwhile. Its file goes once a line with that text is recorded, or the line that
        was made of it, or it is deleted.
        """
        try:
            found = self._session.spilled(incident)
        except OSError:
            found = []
        self._in_composer = {typed for typed in self._in_composer if typed.incident != incident}
        free = next(((file, text) for file, text in found if self._claims.take(file)), None)
        if free is None:
            return self._recalled(incident), False
        oldest, text = free
        same_text = (file for file, same in found if same == text)
        self._files[Typed(incident, text)] = [file for file in same_text if self._claims.take(file)]
        self._in_composer.add(Typed(incident, text))
        return text, oldest.name.endswith(f".{UNSAVED}.txt")

    def is_from_before(self, incident: str) -> bool:
        """Whether what is in the composer of an incident was kept, here or by a screen that is gone."""
        return bool(self._of_composer(incident))

    def close(self) -> None:
        """Let others be offered what is still kept."""
        self._claims.close()

    def keep(self, typed: Typed, why: str = UNFINISHED) -> bool:
        """Put a text into a file of its own before the screen goes; whether it is there now, or need not be."""
        if typed.text.strip() and typed not in self._files and typed not in self._recorded:
            try:
                self._files[typed] = [self._session.spill(typed.text, typed.incident, why=why)]
            except OSError:
                return False
            if typed in self._recorded:  # while it was being kept
                self.forget(typed)
        return True

    def keep_composer(self, typed: Typed) -> bool:
        """Keep what stands in the composer, in place of what had been kept of it; see `keep`."""
        if not self.keep(typed):
            return False
        for other in self._of_composer(typed.incident):
            if other != typed:
                self.forget(other)
        return True

    def keep_unsaved(self, typed: Typed) -> str:
        """Keep what could not be recorded; words for where it is."""
        if not self.keep(typed, UNSAVED):
            self._remember(typed)
            return "the text is kept nowhere but on this screen"
        folders = {file.parent for file in self._files.get(typed, [])} - {self._session.paths.spill}
        where = f", and for now in {folders.pop()}" if folders else " and in the spill folder"
        return f"the text stays here{where}"

    def composer_has(self, incident: str, text: str) -> None:
        """What could not be recorded stands in the composer: what is made of it there takes its place."""
        if text:
            self._in_composer.add(Typed(incident, text))
            with contextlib.suppress(ValueError):
                self._remembered.remove(Typed(incident, text))

    def composer_is_kept(self, incident: str) -> None:
        """What was in the composer unsaved has been recorded, as it was or after changes."""
        for typed in self._of_composer(incident):
            self.forget(typed)

    def recorded(self, typed: Typed) -> None:
        """A text is durable, and the screen may be gone before it knows."""
        self._recorded.add(typed)
        self.forget(typed)

    def known(self, typed: Typed) -> None:
        """The screen knows that a text is recorded: the same words may be typed anew."""
        self.forget(typed)
        self._recorded.discard(typed)

    def forget(self, typed: Typed) -> None:
        """A text is recorded or deleted, and its files with it."""
        self._in_composer.discard(typed)
        with contextlib.suppress(ValueError):
            self._remembered.remove(typed)
        for file in self._files.pop(typed, []):
            file.unlink(missing_ok=True)
            self._claims.drop(file)

    def keep_all(self, screens: Iterable[Screen[Any]]) -> None:
        """Keep what is typed and not recorded yet, on every open screen and from before."""
        self._remembered = [typed for typed in self._remembered if not self.keep(typed)]
        self._unkept = list(dict.fromkeys((*self._remembered, *self._left_on(screens))))

    def remember_unkept(self) -> None:
        """The screens go, the program stays: what nothing takes is offered when its incident is entered again."""
        for typed in self._unkept:
            self._remember(typed)

    def objects(self) -> bool:
        """Whether to stay: there is a text that nothing takes, and nobody has been told of it yet."""
        told, self._told = self._told, self._unkept
        return bool(self._unkept) and self._unkept != told

    def give_back(self) -> None:
        """Print what nothing takes, without secrets and controls; where the terminal is gone, nothing helps."""
        lost = [masked(typed.text, self._session) for typed in self._unkept if not self.keep(typed)]
        if lost:
            with contextlib.suppress(OSError):
                sys.stderr.write("\n".join((NOWHERE, *map(clean, lost), "")))
                sys.stderr.flush()

    def _left_on(self, screens: Iterable[Screen[Any]]) -> Iterator[Typed]:
        from incident_tui.ui.screens.war_room import WarRoom

        incident = ""
        for screen in screens:
            if isinstance(screen, WarRoom):
                incident = screen.room.incident.id
                typed = Typed(incident, screen.composer.text if screen.is_mounted else "")
                if screen.is_mounted and not self.keep_composer(typed):
                    yield typed
            elif isinstance(screen, Writing):
                typed = Typed(incident, screen.unkept())
                if not self.keep(typed):
                    yield typed

    def _remember(self, typed: Typed) -> None:
        if typed not in self._remembered:
            self._remembered.append(typed)

    def _recalled(self, incident: str) -> str:
        """The first text of an incident that is remembered; from now on the composer has it."""
        typed = next((typed for typed in self._remembered if typed.incident == incident), None)
        if typed is None:
            return ""
        self.composer_has(*typed)
        return typed.text

    def _of_composer(self, incident: str) -> list[Typed]:
        return [typed for typed in self._in_composer if typed.incident == incident]
