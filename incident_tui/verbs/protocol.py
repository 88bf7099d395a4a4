"""Commands that change the checklist itself: playbooks, and wrong guesses of the reading put right."""

from __future__ import annotations

from typing import Final

from incident_tui.verbs.verb import Verb

TABLE: Final[tuple[Verb, ...]] = ()
