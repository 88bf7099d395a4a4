"""The user's choices from one TOML file; a mistake in it is told with its place and its cure."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from math import isfinite
from pathlib import Path
from types import MappingProxyType

from incident_tui.times import TimeError, parse_duration, quoted, zone_named

_SEVERITIES = ("sev1", "sev2", "sev3", "sev4")
_TOML_PLACE = r"(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)"


class ConfigError(Exception):
    """The file cannot be used; the message is one line: file, key, what is wrong, what is expected."""


@dataclass(frozen=True, slots=True)
class PolicyOverride:
    """What replaces the default targets of one severity; None keeps the default."""

    acknowledge: timedelta | None = None
    resolve: timedelta | None = None
    internal: timedelta | None = None
    external: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """All choices, with the defaults of a missing file.

    `zone` is an IANA name or `local`; `theme` None is the program's own; `rate_per_hour` is in
    `currency`; `keys` maps a binding id (`step.toggle`) to keys as Textual writes them (`space,x`);
    `policy` has an entry for each severity (`sev1` … `sev4`) that the file mentions.
    """

    person: str = "someone"
    zone: str = "local"
    theme: str | None = None
    currency: str = "USD"
    rate_per_hour: float = 25.0
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    policy: Mapping[str, PolicyOverride] = field(default_factory=lambda: MappingProxyType({}))


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """The configuration in `path`; a missing file gives the defaults. Raises ConfigError."""
    table = _Table(path.name, "", _parsed(path))
    table.only(entry.name for entry in fields(Config))
    return Config(
        person=table.text("person", environ.get("USER") or _login_name()),
        zone=table.zone("zone", "local"),
        theme=table.text("theme", "") or None,
        currency=table.text("currency", "USD"),
        rate_per_hour=table.amount("rate_per_hour", 25.0),
        keys=MappingProxyType(dict(table.below("keys").texts())),
        policy=MappingProxyType(_policy(table.below("policy"))),
    )


def _login_name() -> str:
    """The name that the system knows the user by."""
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run under a number without a name
        return "someone"


def _policy(table: "_Table") -> dict[str, PolicyOverride]:
    table.only(_SEVERITIES)
    return {severity: _override(table.below(severity)) for severity in table.values}


def _override(table: "_Table") -> PolicyOverride:
    table.only(entry.name for entry in fields(PolicyOverride))
    return PolicyOverride(**{key: table.duration(key) for key in table.values})


def _parsed(path: Path) -> dict[str, object]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(f"{path.name}: cannot be read: {error.strerror}") from None

    import tomllib

    try:
        return tomllib.loads(content.decode())
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path.name}: line {line} is not UTF-8; save the file as UTF-8") from None
    except RecursionError:
        raise ConfigError(f"{path.name}: is nested too deeply; expected plain TOML") from None
    except ValueError as error:
        raise ConfigError(f'{path.name}: {_syntax(str(error))}; expected TOML such as zone = "local"') from None


def _syntax(message: str) -> str:
    found = re.fullmatch(_TOML_PLACE, message, re.DOTALL)
    if found is None:
        return message
    place = f"line {found['line']}" if found["line"] else "end of file"
    return f"{place}: {found['what'][:1].lower()}{found['what'][1:]}"


@dataclass(frozen=True, slots=True)
class _Table:
    """One table of the file, which knows where it stands so that it can say so."""

    file: str
    place: str
    values: Mapping[str, object]

    def only(self, known: Iterable[str]) -> None:
        names = list(known)
        for key in self.values:
            if key in names:
                continue
            from difflib import get_close_matches

            near = get_close_matches(key, names, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(names)}"
            raise self.wrong(key, f"unknown key; {hint}")

    def text(self, key: str, default: str) -> str:
        value = self.values.get(key, default)
        if isinstance(value, str) and value.isprintable() and value == value.strip():
            return value
        raise self.expected(key, "a text on one line", f'{key} = "…"')

    def zone(self, key: str, default: str) -> str:
        name = self.text(key, default)
        try:
            zone_named(name)
        except TimeError as error:
            raise self.wrong(key, str(error)) from None
        return name

    def amount(self, key: str, default: float) -> float:
        value = self.values.get(key, default)
        if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value) and value >= 0:
            return float(value)
        raise self.expected(key, "an amount of money", "a number such as 25 or 37.5")

    def duration(self, key: str) -> timedelta:
        value = self.values[key]
        try:
            duration = parse_duration(value) if isinstance(value, str) else timedelta()
        except TimeError:
            duration = timedelta()
        if duration:
            return duration
        raise self.expected(key, "a duration", "90m, 2h or 1d")

    def below(self, key: str) -> "_Table":
        value = self.values.get(key, {})
        if isinstance(value, dict):
            return _Table(self.file, self.path(key), value)
        raise self.expected(key, "a table", f"[{self.path(key)}] on a line of its own")

    def texts(self) -> Iterable[tuple[str, str]]:
        """All texts below, by dotted key: TOML reads `step.toggle = "x"` as a table in a table."""
        for key, value in self.values.items():
            if not isinstance(value, dict):
                yield key, self.text(key, "")
                continue
            for rest, text in self.below(key).texts():
                yield f"{key}.{rest}", text

    def path(self, key: str) -> str:
        name = key if re.fullmatch(r"[\w.-]{1,40}", key, re.ASCII) else quoted(key)
        return f"{self.place}.{name}" if self.place else name

    def expected(self, key: str, wanted: str, example: str) -> ConfigError:
        return self.wrong(key, f"{_shown(self.values.get(key))} is not {wanted}; write {example}")

    def wrong(self, key: str, words: str) -> ConfigError:
        return ConfigError(f"{self.file}: {self.path(key)}: {words}")


def _shown(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return quoted(value)
        case dict():
            return "a table"
        case list():
            return "a list"
        case _:
            return quoted(str(value))[1:-1]
