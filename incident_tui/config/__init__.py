"""The user's choices from one TOML file; a mistake in it is told with its place and its cure."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from incident_tui.config.table import ConfigError, Table, parsed
from incident_tui.domain.incident import COMMANDER
from incident_tui.domain.policy import DEFAULTS, ESCALATION, Escalation, Policy
from incident_tui.domain.working import Calendar
from incident_tui.times import TimeError, zone_named

if TYPE_CHECKING:
    from incident_tui.config.discipline import PolicyOverride
    from incident_tui.oncall import Rota

SEQUENCES = ("osc9", "osc777")
DISCIPLINE = ("policy", "severity", "calendar", "escalation", "may")

DEFAULT_MAY = {"approve.external": (COMMANDER,)}
"""What is kept for a role unless the configuration says otherwise, `"approve.external" = []` for one."""

__all__ = ["Attention", "Config", "ConfigError", "check", "load", "policy_of"]


class Attention(Struct, frozen=True):
    """How loud a new callout is besides its line on the screen: by default not at all.

    `desktop` asks the terminal for a notification by a control sequence: "osc9" (iTerm2, Windows Terminal, WezTerm),
    "osc777" (foot, Ghostty, urxvt), or "" for none.
    """

    bell: bool = False
    desktop: str = ""


class Config(Struct, frozen=True):
    """All choices, with the defaults of a missing file.

    `zone` is an IANA name or `local`; `theme` None is the program's own; `rate_per_hour` is in
    `currency`; `keys` maps a binding id (`step.toggle`) to keys as Textual writes them (`space,x`);
    `policy` has an entry for each severity (`sev1` … `sev4`) that the file mentions; `calendar` None is
    Monday to Friday, 09:00 to 17:00 in `zone`; `contacts` says how a person is reached. `channels`, `sources` and
    `health` hold a table for each name; whoever talks to the service reads it.
    """

    person: str = "someone"
    zone: str = "local"
    theme: str | None = None
    currency: str = "USD"
    rate_per_hour: float = 25.0
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    policy: Mapping[str, PolicyOverride] = field(default_factory=lambda: MappingProxyType({}))
    calendar: Calendar | None = None
    escalation: tuple[Escalation, ...] = ESCALATION
    may: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    contacts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    oncall: tuple[Rota, ...] = ()
    callouts: Attention = Attention()
    channels: Mapping[str, Table] = field(default_factory=lambda: MappingProxyType({}))
    sources: Mapping[str, Table] = field(default_factory=lambda: MappingProxyType({}))
    health: Mapping[str, Table] = field(default_factory=lambda: MappingProxyType({}))


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """The configuration in `path`; a missing file gives the defaults. Raises ConfigError."""
    table = Table(path.name, "", parsed(path))
    table.only((*Config.__struct_fields__, "severity"))
    zone = table.zone("zone", "local")
    config = Config(
        person=table.text("person", environ.get("USER") or _login_name()),
        zone=zone,
        theme=table.text("theme", "") or None,
        currency=table.text("currency", "USD"),
        rate_per_hour=table.amount("rate_per_hour", 25.0),
        keys=MappingProxyType(dict(table.below("keys").texts())),
        contacts=MappingProxyType(dict(table.below("contacts").texts())),
        oncall=_rotations(table.below("oncall"), path.parent, zone),
        callouts=_attention(table.below("callouts")),
        channels=MappingProxyType(_named(table.below("channels"))),
        sources=MappingProxyType(_named(table.below("sources"))),
        health=MappingProxyType(_named(table.below("health"))),
    )
    return _disciplined(config, table) if table.values.keys() & set(DISCIPLINE) else config


def check(config: Config) -> None:
    """Look up now what is otherwise looked up when it is first needed, because it takes a while. Raises ConfigError."""
    try:
        # Asking for any day is enough.
        _ = config.calendar is not None and date.today() in config.calendar.holidays
    except TimeError as error:
        raise ConfigError(str(error)) from None


def policy_of(config: Config) -> Policy:
    """The policy with what the configuration changes."""
    changes = {level: change for level in DEFAULTS if (change := config.policy.get(f"sev{level}")) is not None}
    return Policy(
        {**DEFAULTS, **{level: change.upon(DEFAULTS[level]) for level, change in changes.items()}},
        config.currency,
        round(config.rate_per_hour),
        config.calendar or Calendar(zone_named(config.zone)),
        frozenset(level for level, change in changes.items() if change.business_hours_only),
        DEFAULT_MAY | dict(config.may),
        config.escalation,
        config.contacts,
    )


def _disciplined(config: Config, table: Table) -> Config:
    """With what the file says about targets, working time, escalation, and who may change what."""
    from incident_tui.config.discipline import calendar, escalation, may, overrides

    return replace(
        config,
        policy=MappingProxyType(overrides(table.below("policy"), table.below("severity"))),
        calendar=calendar(table.below("calendar"), config.zone),
        escalation=escalation(table.tables("escalation")),
        may=MappingProxyType(dict(may(table.below("may")))),
    )


def _attention(table: Table) -> Attention:
    table.only(Attention.__struct_fields__)
    desktop = table.text("desktop", "")
    if desktop not in ("", *SEQUENCES):
        raise table.expected("desktop", f"one of {', '.join(SEQUENCES)}", "osc9")
    return Attention(table.flag("bell", False), desktop)


def _named(table: Table) -> dict[str, Table]:
    return {name: table.below(name) for name in table.values}


def _rotations(table: Table, folder: Path, zone: str) -> tuple[Rota, ...]:
    if not table.values:
        return ()
    from incident_tui.config.rotations import rotations

    return rotations(table, folder, zone)


def _login_name() -> str:
    """The name that the system knows the user by."""
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run under a number without a name
        return "someone"
