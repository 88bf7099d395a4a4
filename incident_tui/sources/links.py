"""Addresses: what a person pastes, and what the configuration says; only the latter is ever asked."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from incident_tui.config.table import ConfigError, Table

USUAL = {"https": 443, "http": 80}


def place_of(url: str) -> str:
    """The host of an http(s) address, with its port where it is unusual; "" where it is none."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in USUAL or not parts.hostname:
        return ""
    return parts.hostname if port in (None, USUAL[parts.scheme]) else f"{parts.hostname}:{port}"


def path_of(url: str) -> str:
    """The path of an http(s) address; "" where it is none."""
    return urlsplit(url.strip()).path if place_of(url) else ""


def is_link(text: str) -> bool:
    return re.match(r"\s*[A-Za-z][A-Za-z0-9+.-]*://", text) is not None


def slug_of(table: Table, key: str, pattern: str = r"[\w.-]{1,100}", example: str = "acme") -> str:
    """A name that stands in paths. Raises ConfigError."""
    value = table.text(key, "")
    if re.fullmatch(pattern, value, re.ASCII) and value.strip("."):
        return value
    raise table.expected(key, "a name as it stands in the address", f'{key} = "{example}"')


def token_of(reference: str, place: str) -> str:
    """A revealed secret that can stand in a header. Raises ConfigError, which does not repeat it."""
    if reference.isascii() and reference.isprintable() and " " not in reference:
        return reference
    raise ConfigError(f"{place}: holds characters that no token has")
