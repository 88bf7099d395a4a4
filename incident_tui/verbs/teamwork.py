"""Commands of people working together: orders, proposals, escalation, handoff, the loop."""

from __future__ import annotations

from typing import Final

from incident_tui.verbs.verb import Verb

TABLE: Final[tuple[Verb, ...]] = ()
