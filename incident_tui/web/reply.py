"""What a service answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from incident_tui.domain.text import clean_line
from incident_tui.web.redaction import redacted
from incident_tui.web.trouble import Trouble

SHOWN = 200
LOOKED_AT = 16 * 1024


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer whatever its status, unpacked and within the limit; the names of `headers` are in small letters."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """As UTF-8; what is none reads U+FFFD."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The answer as JSON. Raises Trouble where it is none."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            words = self.glimpse
        raise Trouble(f"the answer is no JSON: {words}" if words else "the answer is empty", status=self.status)

    @property
    def glimpse(self) -> str:
        """The beginning of the answer for a message: one clean line without secrets."""
        text = self.content[:LOOKED_AT].decode("utf-8", "replace")
        return " ".join(clean_line(redacted(text, self.secrets)).split())[:SHOWN]
