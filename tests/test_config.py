"""The configuration file and the words for its mistakes."""

import os
import pwd
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.config import Config, ConfigError, load
from incident_tui.config.discipline import PolicyOverride


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_a_missing_file_gives_the_defaults(file: Path) -> None:
    assert load(file, {}) == Config(person=pwd.getpwuid(os.getuid()).pw_name)
    assert load(file, {"USER": "ada"}) == Config(person="ada")


def test_everything_can_be_set(file: Path) -> None:
    file.write_text(
        """
        person = "Grace"
        zone = "Europe/Berlin"
        theme = "nord"
        currency = "EUR"
        rate_per_hour = 80
        [keys]
        step.toggle = "space,x"
        "log.star" = "f2"
        [policy.sev1]
        acknowledge = "5m"
        resolve = "1h30m"
        [policy.sev3]
        internal = "1d"
        external = "2"
        """
    )

    assert load(file, {"USER": "ada"}) == Config(
        person="Grace",
        zone="Europe/Berlin",
        theme="nord",
        currency="EUR",
        rate_per_hour=80.0,
        keys={"step.toggle": "space,x", "log.star": "f2"},
        policy={
            "sev1": PolicyOverride(acknowledge=timedelta(minutes=5), resolve=timedelta(minutes=90)),
            "sev3": PolicyOverride(internal=timedelta(days=1), external=timedelta(minutes=2)),
        },
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('policy.sev1.resolve = "2x"', 'policy.sev1.resolve: "2x" is not a duration; write 90m, 2h or 1d'),
        ('policy.sev1.resolve = "0m"', 'policy.sev1.resolve: "0m" is not a duration; write 90m, 2h or 1d'),
        ("policy.sev2.internal = 30", "policy.sev2.internal: 30 is not a duration; write 90m, 2h or 1d"),
        ('policy.sev1.resolv = "2h"', "policy.sev1.resolv: unknown key; did you mean resolve?"),
        ("policy.sev9 = {}", "policy.sev9: unknown key; did you mean sev4?"),
        ("policy = 1", "policy: 1 is not a table; write [policy] on a line of its own"),
        ("policy.sev1 = []", "policy.sev1: a list is not a table; write [policy.sev1] on a line of its own"),
        ('pesron = "x"', "pesron: unknown key; did you mean person?"),
        (
            "qqqq = 1",
            "qqqq: unknown key; known are person, zone, theme, currency, rate_per_hour, keys, policy",
        ),
        ('"\\u001b[2J" = 1', '"\\x1b[2J": unknown key; known are person, zone,'),
        ("channels.x = 1", "channels.x: 1 is not a table; write [channels.x] on a line of its own"),
        ("person = 3", 'person: 3 is not a text on one line; write person = "…"'),
        ('person = "a\\nb"', 'person: "a\\nb" is not a text on one line; write person = "…"'),
        (
            'zone = "Mars/Base"',
            'zone: "Mars/Base" is not a time zone; write one such as Europe/Berlin, or local',
        ),
        (
            "rate_per_hour = -1",
            "rate_per_hour: -1 is not an amount of money; write a number such as 25 or 37.5",
        ),
        (
            "rate_per_hour = nan",
            "rate_per_hour: nan is not an amount of money; write a number such as 25 or 37.5",
        ),
        (
            "rate_per_hour = true",
            "rate_per_hour: true is not an amount of money; write a number such as 25 or 37.5",
        ),
        ("keys.step.toggle = 1", 'keys.step.toggle: 1 is not a text on one line; write toggle = "…"'),
        (
            'person = "x"\nzone "x"',
            "line 2: expected '=' after a key in a key/value pair; expected TOML such as",
        ),
        ('zone = "x', "end of file: unterminated string; expected TOML such as"),
    ],
)
def test_mistakes_are_named_with_place_and_cure(file: Path, text: str, message: str) -> None:
    file.write_text(text)

    with pytest.raises(ConfigError) as caught:
        load(file, {})

    assert str(caught.value).startswith(f"config.toml: {message}")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (Path.mkdir, "is a folder; put a file there, or nothing for the defaults"),
        (os.mkfifo, "is a pipe or device; put a file there, or nothing for the defaults"),
        (
            lambda file: file.symlink_to("/dev/zero"),
            "is a pipe or device; put a file there, or nothing for the defaults",
        ),
        (
            lambda file: file.symlink_to(file),
            "cannot be read: Too many levels of symbolic links; check it and its rights",
        ),
    ],
)
def test_what_is_no_file_is_told_and_not_waited_for(file: Path, make: Callable[[Path], None], words: str) -> None:
    make(file)

    with pytest.raises(ConfigError) as caught:
        load(file, {})

    assert str(caught.value).startswith(f"{file}: {words}")


def test_a_folder_above_it_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").touch()

    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "home" / "config" / "config.toml", {})

    words = f"cannot be read: {tmp_path / 'home'} is no folder; move it away"
    assert str(caught.value) == f"{tmp_path}/home/config/config.toml: {words}"


def test_a_number_of_very_many_digits_is_told(file: Path) -> None:
    file.write_text(f"rate_per_hour = {'1' * 5000}")

    with pytest.raises(ConfigError, match=r"^config\.toml: a number in it has too many digits$"):
        load(file, {})


def test_a_line_that_is_not_utf8_is_named(file: Path) -> None:
    file.write_bytes(b'zone = "UTC"\nperson = "\xff"\n')

    with pytest.raises(ConfigError, match=r"^config\.toml: line 2 is not UTF-8"):
        load(file, {})


def test_a_deeply_nested_file_is_told(file: Path) -> None:
    file.write_text("a = " + "[" * 100_000)

    with pytest.raises(ConfigError, match=r"^config\.toml: "):
        load(file, {})


def test_nobody_can_change_a_configuration() -> None:
    config = Config()

    with pytest.raises(AttributeError):
        config.zone = "UTC"  # type: ignore[misc]  # the point of the test
    with pytest.raises(TypeError):
        config.keys["a"] = "b"  # type: ignore[index]  # the point of the test


@given(st.binary() | st.text().map(str.encode))
def test_any_file_is_read_or_refused_in_one_clean_line(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_bytes(content)

    try:
        words = load(file, {}).person
    except ConfigError as error:
        words = str(error)

    assert words.isprintable()
