"""What had better not be said in a message, as notes on stderr."""

from __future__ import annotations

from incident_tui.cli.desk import Work
from incident_tui.domain.decide import Refused, one_of
from incident_tui.domain.incident import AUDIENCES
from incident_tui.domain.wording import remarks


def mention(work: Work, audience_word: str, text: str) -> None:
    """One line for each remark; that a secret was masked has been said already."""
    audience = one_of(audience_word, AUDIENCES, "audience")
    for item in () if isinstance(audience, Refused) else remarks(text, audience):
        if not item.blocks or work.keep_secrets:
            work.console.note(str(item))
