"""Who is on call: for the list of what is due, and for one line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from incident_tui.domain.text import clean_line
from incident_tui.oncall import Rota, Shift
from incident_tui.times import show
from incident_tui.ui.text import Line
from incident_tui.ui.widgets.board import Row


class OnCall(Struct, frozen=True):
    """A rotation's shift at a moment, or the `problem` that keeps it from being read."""

    name: str
    shift: Shift | None
    problem: str = ""


def on_call(rotas: Sequence[Rota], now: datetime) -> tuple[OnCall, ...]:
    """Every rotation's shift at `now`; a calendar that cannot be read says so."""
    if not rotas:
        return ()
    from incident_tui.oncall.ical import CalendarError

    found: list[OnCall] = []
    for rota in rotas:
        try:
            found.append(OnCall(rota.name, rota.who(now)))
        except CalendarError as error:
            found.append(OnCall(rota.name, None, str(error)))
    return tuple(found)


def on_call_rows(turns: Sequence[OnCall], now: datetime, zone: ZoneInfo) -> tuple[Row, ...]:
    """A heading, and for each rotation who answers until when."""
    if not turns:
        return ()
    rows = [Row("head:on-call", (("On call", "strong"),), selectable=False)]
    for turn in turns:
        key = f"on-call:{turn.name}"
        name: Line = ((f"{clean_line(turn.name)} ", "muted"),) if len(turns) > 1 else ()
        if turn.problem or turn.shift is None:
            said: Line = ((turn.problem or "nobody", "bad"),)
            rows.append(Row(key, (*name, *said), selectable=False, wrap=True))
            continue
        until = show(turn.shift.until, zone, now).removesuffix(":00")
        who: Line = ((f"@{turn.shift.primary}", ""),)
        backup: Line = (("  backup ", "muted"), (f"@{turn.shift.backup}", "")) if turn.shift.backup else ()
        rows.append(Row(key, (*name, *who, *backup), ((f"until {until}", "muted"),), selectable=False, wrap=True))
    rows.append(Row("gap:on-call", (), selectable=False))
    return tuple(rows)


def primary(turns: Sequence[OnCall]) -> str:
    """Who is called first; "" where nobody is on call."""
    return next((turn.shift.primary for turn in turns if turn.shift is not None), "")
