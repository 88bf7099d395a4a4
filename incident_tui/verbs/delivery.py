"""Commands about what is on its way to a channel: once more, give it up, it has arrived."""

from __future__ import annotations

from typing import Final

from incident_tui.domain.decide import Intent
from incident_tui.domain.decide import delivery as rules
from incident_tui.verbs.phrases import word
from incident_tui.verbs.readers import Context, whole
from incident_tui.verbs.verb import Verb


def _give_up(text: str, context: Context) -> Intent:
    meant, reason = word(text)
    return lambda incident: rules.drop(incident, meant, context.now, reason)


def _arrived(text: str, context: Context) -> Intent:
    meant, reason = word(text)
    return lambda incident: rules.drop(incident, meant, context.now, reason, arrived=True)


TABLE: Final = (
    Verb("retry", "retry Q1", "send once more what did not arrive", "retry Q1", whole(rules.retry)),
    Verb("giveup", "giveup Q1 [REASON]", "it is not to be sent any more", "giveup Q1 the channel is gone", _give_up),
    Verb("arrived", "arrived Q1 [REASON]", "you have seen that it is there", "arrived Q1 seen in #ops", _arrived),
)
