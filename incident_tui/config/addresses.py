"""The address of a service in the configuration: safe to send a secret to, and without one in it."""

from __future__ import annotations

from urllib.parse import urlsplit

from incident_tui.config.table import Table

EXAMPLE = "https://status.example.com"


def base_of(table: Table, default: str = "", example: str = "") -> str:
    """The address under `url` that paths are added to, without a slash at its end. Raises ConfigError."""
    url = table.text("url", default).rstrip("/")
    if "@" in url:
        raise table.wrong("url", "is not to hold a name or a password")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment:
        raise table.expected("url", "the address of a service", f'url = "{default or example or EXAMPLE}"')
    if parts.scheme == "http" and not table.flag("plain", False):
        raise table.wrong("url", "http:// is not safe; use https://, or allow it with plain = true")
    return url
