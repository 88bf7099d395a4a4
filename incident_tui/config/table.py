"""One table of the configuration file, which knows where it stands so that it can say so."""

import os
import re
import stat
from collections.abc import Iterable, Mapping
from datetime import time, timedelta
from math import isfinite
from pathlib import Path

from msgspec import Struct

from incident_tui.times import TimeError, parse_duration, quoted, zone_named

_TOML_PLACE = r"(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)"
_TIME = r"(?P<h>[01]?[0-9]|2[0-3]):(?P<m>[0-5][0-9])|24:00"


class ConfigError(Exception):
    """The file cannot be used; the message is one line: file, key, what is wrong, what is expected."""


def parsed(path: Path) -> dict[str, object]:
    """The file as TOML reads it; empty where there is none. Raises ConfigError."""
    try:
        content = _content(path)
    except FileNotFoundError:
        return {}
    except NotADirectoryError:
        above = next(place for place in path.parents if os.path.exists(place))
        raise ConfigError(f"{path}: cannot be read: {above} is no folder; move it away") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}; check it and its rights") from None

    import tomllib

    try:
        return tomllib.loads(content.decode())
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path.name}: line {line} is not UTF-8; save the file as UTF-8") from None
    except RecursionError:
        raise ConfigError(f"{path.name}: is nested too deeply; expected plain TOML") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f'{path.name}: {_syntax(str(error))}; expected TOML such as zone = "local"') from None
    except ValueError:  # Python names a setting of its own
        raise ConfigError(f"{path.name}: a number in it has too many digits") from None


def _content(path: Path) -> bytes:
    """What is in the file; a pipe would be waited for, a device might have no end. Raises OSError, ConfigError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            what = "folder" if stat.S_ISDIR(mode) else "pipe or device"
            raise ConfigError(f"{path}: is a {what}; put a file there, or nothing for the defaults")
        with open(descriptor, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(descriptor)


def _syntax(message: str) -> str:
    found = re.fullmatch(_TOML_PLACE, message, re.DOTALL)
    if found is None:
        return message
    place = f"line {found['line']}" if found["line"] else "end of file"
    return f"{place}: {found['what'][:1].lower()}{found['what'][1:]}"


class Table(Struct, frozen=True):
    """`file` is its name, `place` the table's dotted key, empty for the whole file. All readers raise ConfigError."""

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
        if isinstance(value, str) and _is_line(value):
            return value
        raise self.expected(key, "a text on one line", f'{key} = "…"')

    def zone(self, key: str, default: str) -> str:
        name = self.text(key, default)
        if name == "local":
            return name
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

    def flag(self, key: str, default: bool) -> bool:
        value = self.values.get(key, default)
        if isinstance(value, bool):
            return value
        raise self.expected(key, "yes or no", "true or false")

    def number(self, key: str, default: int, least: int, most: int) -> int:
        value = self.values.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        raise self.expected(key, f"a number from {least} to {most}", f"{key} = {default}")

    def names(self, key: str) -> tuple[str, ...]:
        """One text or a list of texts, each on one line; empty when the key is missing."""
        value = self.values.get(key, [])
        found = [value] if isinstance(value, str) else value
        example = f'{key} = ["…", "…"]'
        if not isinstance(found, list):
            raise self.expected(key, "a list of texts", example)
        names = tuple(item for item in found if isinstance(item, str) and _is_line(item) and item)
        if len(names) == len(found):
            return names
        odd = next(item for item in found if item not in names)
        raise self.expected(key, "a text with something in it" if odd == "" else "a text on one line", example, odd=odd)

    def time_of_day(self, key: str, default: time) -> time:
        """A time of day; 24:00 is midnight, 00:00."""
        value = self.values.get(key, default)
        if isinstance(value, str) and (found := re.fullmatch(_TIME, value, re.ASCII)):
            return time(int(found["h"] or 0), int(found["m"] or 0))
        if isinstance(value, time):
            return value.replace(tzinfo=None, microsecond=0)
        raise self.expected(key, "a time of day", f'{key} = "09:00"')

    def tables(self, key: str) -> tuple["Table", ...]:
        """A list of tables, each of which knows its number."""
        value, example = self.values.get(key, []), f"[[{self.path(key)}]] on a line of its own"
        if not isinstance(value, list):
            raise self.expected(key, "a list of tables", example)
        for item in value:
            if not isinstance(item, dict):
                raise self.expected(key, "a table", example, odd=item)
        return tuple(Table(self.file, f"{self.path(key)}[{at}]", item) for at, item in enumerate(value, 1))

    def below(self, key: str) -> "Table":
        value = self.values.get(key, {})
        if isinstance(value, dict):
            return Table(self.file, self.path(key), value)
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
        plain = 0 < len(key) <= 40 and key.isascii() and all(sign.isalnum() or sign in "_.-" for sign in key)
        name = key if plain else quoted(key)
        return f"{self.place}.{name}" if self.place else name

    def expected(self, key: str, wanted: str, example: str, *, odd: object = None) -> ConfigError:
        """What a value is to be; `odd` is what is wrong in a list."""
        value = self.values.get(key) if odd is None else odd
        found = f"is missing: {wanted}" if value is None else f"{_shown(value)} is not {wanted}"
        return self.wrong(key, f"{found}; write {example}")

    def wrong(self, key: str, words: str) -> ConfigError:
        return ConfigError(f"{self.file}: {self.path(key)}: {words}")


def _is_line(text: str) -> bool:
    return text.isprintable() and text == text.strip()


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
