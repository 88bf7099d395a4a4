"""Commands that change the checklist itself: wrong guesses of the reading put right, steps of one's own."""

from __future__ import annotations

from typing import Final

from incident_tui.domain.decide import Intent, Refused, reshape
from incident_tui.times import TimeError, parse_duration
from incident_tui.verbs import readers as r
from incident_tui.verbs.phrases import word
from incident_tui.verbs.readers import Context
from incident_tui.verbs.verb import Verb

NO_LIMIT = ("none", "no", "off", "-")


def budget(text: str, _context: Context) -> Intent | Refused:
    """A phase or a step, and its time: `2 15m`, `2.3 none`."""
    what, time = word(text)
    if time.strip().casefold() in NO_LIMIT:
        return lambda incident: reshape.set_budget(incident, what, None)
    try:
        limit = parse_duration(time)
    except TimeError as error:
        return Refused(str(error))
    return lambda incident: reshape.set_budget(incident, what, limit)


TABLE: Final = (
    Verb(
        "addstep",
        "addstep PHASE TEXT",
        "a step more in a phase",
        "addstep 2 page the on-call DBA",
        r.first(reshape.add_step),
    ),
    Verb(
        "aside",
        "aside STEP|PHASE",
        "a step or a phase is to be read, not to be done",
        "aside 2.3",
        r.whole(reshape.set_aside),
    ),
    Verb("take", "take SECTION", "a section to read becomes a phase", "take Mitigation", r.whole(reshape.take_section)),
    Verb("budget", "budget PHASE|STEP TIME|none", "the time for a phase or a step", "budget 2 15m", budget),
)
