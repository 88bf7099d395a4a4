"""What becomes of the secrets in a text that is being typed, in words."""

from __future__ import annotations

from collections.abc import Callable

from incident_tui.session import Session


class Secrets:
    """Looks a line, and the block that is pasted below it, through once, however often it is asked about them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._line, self._block = "", ""
        self._in_line: tuple[str, ...] = ()
        self._in_block: tuple[str, ...] = ()

    def about(self, text: str, *, keeping: bool, key: Callable[[], str]) -> str:
        """`1 secret masked (GitHub token) · ^r keeps it`, or when the person is `keeping` them the other way round."""
        line, _, block = text.partition("\n")
        if block != self._block:
            self._block, self._in_block = block, self._kinds(block)
        if line != self._line:
            self._line, self._in_line = line, self._kinds(line)
        kinds = (*self._in_line, *self._in_block)
        if not kinds and not keeping:
            return ""
        from incident_tui.domain.scrubbing import summed_up

        words = summed_up(kinds, "kept" if keeping else "masked") if kinds else "secrets are kept"
        does = f"{'masks' if keeping else 'keeps'} {'it' if len(kinds) == 1 else 'them'}"
        name = key()
        return f"{words} · {name} {does}" if name else words

    def _kinds(self, text: str) -> tuple[str, ...]:
        from incident_tui.domain.scrubbing import scrub

        return tuple(found.kind for found in scrub(text, self._session.own_secrets).found)
