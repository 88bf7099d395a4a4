"""The commands behind the slash: one table for the composer, the palette and the command line."""

from __future__ import annotations

import difflib
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.domain.decide import Intent, Refused
from incident_tui.domain.text import clean_line
from incident_tui.verbs import basic, delivery, handing, protocol, teamwork
from incident_tui.verbs.phrases import moment, word
from incident_tui.verbs.readers import Context
from incident_tui.verbs.verb import Verb

__all__ = ["VERBS", "Context", "Meant", "Verb", "read", "verb_meant"]


class Meant(Struct, frozen=True):
    """What a line means: record what `intent` decides, as of `at` when that is not now."""

    verb: Verb
    intent: Intent
    at: datetime | None = None


def verb_meant(name: str) -> Verb | Refused:
    """The verb of this name, or the only one whose name begins so."""
    wanted = name.casefold()
    if verb := VERBS.get(wanted):
        return verb
    begun = [known for known in VERBS if wanted and known.startswith(wanted)]
    if len(begun) == 1:
        return VERBS[begun[0]]
    near = begun or difflib.get_close_matches(wanted[:40], VERBS, n=4, cutoff=0.5)
    hint = f"did you mean {', '.join(near[:6])}?" if near else f"known are {', '.join(VERBS)}"
    return Refused(f"no command “{clean_line(name)[:40]}”", hint)


def read(line: str, context: Context, at: datetime | None = None) -> Meant | Refused:
    """What a command line, with or without its slash, means; `at` back-dates it."""
    name, text = word(line.lstrip().removeprefix("/"))
    verb = verb_meant(name)
    if isinstance(verb, Refused):
        return verb
    if len(text.split()) < verb.needed:
        return Refused(f"it is /{verb.usage}", f"for example: /{verb.example}")
    when = at
    if verb.timed:
        text, timed = word(text)
        if timed.strip():
            found = moment(timed, context.now, context.zone)
            if isinstance(found, Refused):
                return found
            when = found
    intent = verb.read(text, context if when is None else replace(context, now=when))
    return intent if isinstance(intent, Refused) else Meant(verb, intent, when)


TABLE: Final = (*basic.TABLE, *delivery.TABLE, *teamwork.TABLE, *handing.TABLE, *protocol.TABLE)
VERBS: Final = {verb.name: verb for verb in TABLE}
