"""What the file says about targets, working time, escalation, and who may change what."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.config.table import ConfigError, Table
from incident_tui.domain.policy import DEFAULTS, ESCALATION, Escalation, Targets
from incident_tui.domain.teamwork import ESCALATION_LEVELS
from incident_tui.domain.working import Calendar, Limit, Working
from incident_tui.public_holidays import PublicHolidays
from incident_tui.times import TimeError, parse_duration, zone_named

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NEVER = "none"
ON_REQUEST = "on request"
GROUPS = {
    "chats": "chat",
    **dict.fromkeys(("discord", "mattermost", "ntfy", "slack", "slack-api", "teams"), "chat"),
    "email": "e-mail",
    "mail": "e-mail",
    "e-mails": "e-mail",
    "issues": "issue tracker",
    "issue-tracker": "issue tracker",
    "issue trackers": "issue tracker",
    **dict.fromkeys(("github", "jira"), "issue tracker"),
}
"""What people write under `notify` for the groups of channels that it names, such as the kind of a channel."""
_BUSINESS = r"(?:(?P<n>[0-9]{1,3})|(?P<next>next)) (?:business|working) (?P<unit>day|hour)s?"
_PLACE = r"[A-Z]{2}(?:-[\w -]{1,30})?"


class PolicyOverride(Struct, frozen=True):
    """What replaces the default targets of one severity; None keeps the default, the names in `off` have no clock."""

    acknowledge: Limit | None = None
    resolve: Limit | None = None
    internal: timedelta | None = None
    external: timedelta | None = None
    notify: tuple[str, ...] | None = None
    business_hours_only: bool | None = None
    off: frozenset[str] = frozenset()

    def upon(self, targets: Targets) -> Targets:
        """The targets with what is replaced."""
        off = self.off
        return Targets(
            None if "acknowledge" in off else self.acknowledge or targets.acknowledge,
            None if "resolve" in off else self.resolve or targets.resolve,
            None if "internal" in off else self.internal or targets.internal,
            None if "external" in off else self.external or targets.external,
            targets.notify if self.notify is None else self.notify,
        )


KEYS = tuple(name for name in PolicyOverride.__struct_fields__ if name != "off")


def overrides(policy: Table, severity: Table) -> dict[str, PolicyOverride]:
    """By `sev1` … `sev4`, from the tables [severity.1] and, as they may be called too, [policy.sev1]."""
    policy.only(f"sev{level}" for level in DEFAULTS)
    severity.only(str(level) for level in DEFAULTS)
    found: dict[str, PolicyOverride] = {}
    for level in DEFAULTS:
        one, other = policy.below(f"sev{level}"), severity.below(str(level))
        for key in one.values.keys() & other.values.keys():
            raise other.wrong(key, f"is set as {one.path(key)} too; keep one of them")
        if f"sev{level}" in policy.values or str(level) in severity.values:
            found[f"sev{level}"] = _override(_override(PolicyOverride(), one), other)
    return found


def _override(found: PolicyOverride, table: Table) -> PolicyOverride:
    table.only(KEYS)
    for key, value in table.values.items():
        if key == "notify":
            found = replace(found, notify=tuple(GROUPS.get(name.casefold(), name) for name in table.names(key)))
        elif key == "business_hours_only":
            found = replace(found, business_hours_only=table.flag(key, False))
        elif value == NEVER:
            found = replace(found, off=found.off | {key})
        elif key in ("acknowledge", "resolve"):
            found = _with_limit(found, key, _limit(table, key))
        else:
            found = _with_limit(found, key, _duration(table, key))
    return found


def _with_limit(found: PolicyOverride, key: str, limit: Limit) -> PolicyOverride:
    match key, limit:
        case "acknowledge", _:
            return replace(found, acknowledge=limit)
        case "resolve", _:
            return replace(found, resolve=limit)
        case "internal", timedelta():
            return replace(found, internal=limit)
        case _, timedelta():
            return replace(found, external=limit)
        case _:
            return found


def _limit(table: Table, key: str) -> Limit:
    value = table.values[key]
    found = re.fullmatch(_BUSINESS, value.casefold(), re.ASCII) if isinstance(value, str) else None
    if found is None:
        return _duration(table, key, "; 4 business hours, next business day")
    count = int(found["n"] or 1)
    if count == 0:
        raise table.expected(key, "a limit", "next business day, or none")
    return Working(days=count) if found["unit"] == "day" else Working(hours=count)


def _duration(table: Table, key: str, more: str = "") -> timedelta:
    try:
        return table.duration(key)
    except ConfigError as error:
        raise ConfigError(f"{error}{more}; none switches the clock off") from None


def calendar(table: Table, zone: str) -> Calendar | None:
    """The working calendar of [calendar]; None when the table is missing, as the zone may be the machine's own."""
    if not table.values:
        return None
    table.only(("zone", "opens", "closes", "days", "holidays"))
    opens, closes = table.time_of_day("opens", time(9)), table.time_of_day("closes", time(17))
    if closes <= opens and closes != time(0):
        raise table.wrong("closes", f"{closes:%H:%M} is not after opens, {opens:%H:%M}; 24:00 is midnight")
    days = weekdays(table, "days") or frozenset(range(5))
    return Calendar(zone_named(table.zone("zone", zone)), opens, closes, days, _holidays(table))


def weekdays(table: Table, key: str) -> frozenset[int]:
    """Days of the week from 0, Monday: `Mon-Fri`, `Mon, Wed` or a list; empty when the key is missing."""
    found: set[int] = set()
    for name in table.names(key):
        for part in name.split(","):
            first, _, last = part.partition("-")
            ends = [weekday(table, key, first), weekday(table, key, last or first)]
            found |= {day % 7 for day in range(ends[0], ends[1] + (1 if ends[0] <= ends[1] else 8))}
    return frozenset(found)


def weekday(table: Table, key: str, name: str) -> int:
    word = name.strip().casefold()
    full = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    if len(word) >= 3:
        for number, day in enumerate(full):
            if day.startswith(word):
                return number
    raise table.expected(key, "a day of the week", f'{key} = "Mon-Fri", or ["Mon", "Tue"]')


def _holidays(table: Table) -> PublicHolidays | frozenset[date]:
    value = table.values.get("holidays", [])
    places: list[str] = []
    days: set[date] = set()
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and re.fullmatch(_PLACE, item):
            places.append(item)
        elif (day := day_of(item)) is not None:
            days.add(day)
        else:
            example = '"DE", "DE-BY" or a list such as ["2026-12-24"]'
            raise table.expected("holidays", "a country or a date", example, odd=item)
    return PublicHolidays(tuple(places), frozenset(days)) if places else frozenset(days)


def day_of(value: object) -> date | None:
    """A date that TOML or a text names."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def escalation(tables: tuple[Table, ...]) -> tuple[Escalation, ...]:
    """The levels of [[escalation]] in their order; the usual ones where there is none."""
    for table in tables[len(ESCALATION_LEVELS) :]:
        raise table.wrong("title", f"is one level too many; there are at most {len(ESCALATION_LEVELS)}")
    return tuple(_level(table, number) for number, table in enumerate(tables, 1)) or ESCALATION


def _level(table: Table, number: int) -> Escalation:
    table.only(("title", "after", "person", "contact", "severity", "reason"))
    title = table.text("title", "")
    if not title:
        raise table.wrong("title", 'is missing; write title = "team lead"')
    usual = ESCALATION[min(number, len(ESCALATION)) - 1]
    return Escalation(
        number,
        title,
        _after(table, usual.after),
        table.text("person", ""),
        table.text("contact", ""),
        table.number("severity", usual.severity, 1, 4),
        table.text("reason", usual.reason),
    )


def _after(table: Table, usual: timedelta | None) -> timedelta | None:
    value = table.values.get("after")
    if value is None or value == ON_REQUEST:
        return usual if value is None else None
    try:
        return parse_duration(value if isinstance(value, str) else "")
    except TimeError:
        raise table.expected("after", "a duration", f'after = "15m", or "{ON_REQUEST}"') from None


def may(table: Table) -> Mapping[str, tuple[str, ...]]:
    """By act, the roles that may do it."""
    if not table.values:
        return {}
    from incident_tui.domain.decide.command import role_of
    from incident_tui.domain.permission import ACTS

    found: dict[str, tuple[str, ...]] = {}
    for act, inner, key in _acts(table):
        if act not in ACTS:
            from difflib import get_close_matches

            near = get_close_matches(act, ACTS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(ACTS)}"
            raise inner.wrong(key, f"unknown act; {hint}")
        found[act] = tuple(role for word in inner.names(key) if isinstance(role := role_of(word), str))
    return found


def _acts(table: Table) -> list[tuple[str, Table, str]]:
    """`severity.lower = …` is a table in a table for TOML, `"severity.lower" = …` is not."""
    found: list[tuple[str, Table, str]] = []
    for key, value in table.values.items():
        if isinstance(value, dict):
            inner = table.below(key)
            found += [(f"{key}.{name}", inner, name) for name in inner.values]
        else:
            found.append((key, table, key))
    return found
