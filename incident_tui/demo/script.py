"""The form in which the demo's incidents are written down: lines as people type them, and when they do."""

from __future__ import annotations

from msgspec import Struct


class Line(Struct, frozen=True):
    """What `actor` types into the composer `after` (as in `2m10s`) the detection.

    `about` is a part of the log entry that is selected meanwhile. A line with `!` has run already: it printed
    `output`, took `took_ms` and ended with `exit_code`.
    """

    after: str
    actor: str
    text: str
    about: str = ""
    output: str = ""
    took_ms: int = 0
    exit_code: int = 0


class Script(Struct, frozen=True):
    """An incident: declared by `actor` some time `after` its detection, then told line by line."""

    title: str
    severity: int
    after: str
    actor: str
    lines: tuple[Line, ...]
