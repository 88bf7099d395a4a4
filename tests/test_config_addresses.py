"""Addresses of services in the configuration."""

from __future__ import annotations

import pytest

from incident_tui.config.addresses import base_of
from incident_tui.config.table import ConfigError, Table


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://[bad", "the address of a service"),
        ("https://x.example:port", "the address of a service"),
        ("ftp://x.example", "the address of a service"),
        ("x.example", "the address of a service"),
        ("https://x.example/?token=1", "the address of a service"),
        ("http://x.example", "http:// is not safe"),
        ("ftp://dana:hush-hush@x.example", "is not to hold a name or a password"),
    ],
)
def test_what_is_no_address_is_said_without_a_secret(url: str, words: str) -> None:
    with pytest.raises(ConfigError) as refused:
        base_of(Table("config.toml", "channels.page", {"url": url}))

    assert words in str(refused.value)
    assert "hush-hush" not in str(refused.value)


def test_an_address_ends_without_a_slash() -> None:
    assert base_of(Table("config.toml", "channels.page", {"url": "https://x.example/api/"})) == "https://x.example/api"
    assert base_of(Table("config.toml", "channels.page", {}), "https://x.example") == "https://x.example"
