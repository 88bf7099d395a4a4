"""Which lines of a log are wanted, for people and for SQLite."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from incident_tui.domain.lines import MAIN_KINDS


class Lines(Struct, frozen=True):
    """Which lines of an incident: of some kinds, holding `words`, out of `only` these ids, recorded until `upto`."""

    incident: str
    kinds: tuple[str, ...] = MAIN_KINDS
    words: str = ""
    only: tuple[str, ...] | None = None
    upto: str = ""


def conditions(query: Lines, kinds: Sequence[str], sign: str = "") -> tuple[str, dict[str, str | int]]:
    """What the lines have to be, with a `sign` before what must not choose an index, and the values of that."""
    values: dict[str, str | int] = {f"kind{number}": kind for number, kind in enumerate(kinds)}
    where = ["lines.incident = :incident", f"{sign}lines.kind in ({', '.join(':' + name for name in values)})"]
    values |= {"incident": query.incident, "upto": query.upto}
    if query.only is not None:
        chosen = {f"only{number}": identifier for number, identifier in enumerate(query.only)}
        where.append(f"{sign}lines.id in ({', '.join(':' + name for name in chosen)})")
        values |= chosen
    if query.upto:
        where.append("lines.id <= :upto")
    return " and ".join(where), values
