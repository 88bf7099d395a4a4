"""What becomes of the secrets in a text that is being typed, in words."""

from __future__ import annotations

from incident_tui.domain.scrubbing import scrub, summed_up
from incident_tui.session import Session


class Secrets:
    """Looks a text through once, however often it is asked about."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._text = ""
        self._kinds: tuple[str, ...] = ()

    def about(self, text: str, *, keeping: bool, key: str) -> str:
        """`1 secret masked (GitHub token) · ^r keeps it`, or when the person is `keeping` them the other way round."""
        if text != self._text:
            self._text = text
            self._kinds = tuple(found.kind for found in scrub(text, self._session.own_secrets).found)
        kinds = self._kinds
        if not kinds and not keeping:
            return ""
        words = summed_up(kinds, "kept" if keeping else "masked") if kinds else "secrets are kept"
        does = f"{'masks' if keeping else 'keeps'} {'it' if len(kinds) == 1 else 'them'}"
        return f"{words} · {key} {does}" if key else words
