"""The channels of a configuration: which classes there are, and which are wanted."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

from msgspec.structs import replace

from incident_tui.channels.channel import Channel
from incident_tui.config.table import ConfigError, Table
from incident_tui.domain.incident import AUDIENCES
from incident_tui.domain.routing import Route

KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "apprise": "apprise_url:AppriseUrl",
        "confluence": "confluence:Confluence",
        "discord": "discord:Discord",
        "cstate": "cstate:CState",
        "email": "mail:Email",
        "github": "github:GitHub",
        "jira": "jira:Jira",
        "mattermost": "mattermost:Mattermost",
        "ntfy": "ntfy:Ntfy",
        "openstatus": "openstatus:OpenStatus",
        "pagerduty": "pagerduty:PagerDuty",
        "slack": "slack:Slack",
        "slack-api": "slack_api:SlackApi",
        "statuspage": "statuspage:Statuspage",
        "teams": "teams:Teams",
        "webhook": "webhook:Webhook",
    }
)
"""Where the class of each kind is; only those that are configured are imported."""
SHORT: Final = ("apprise",)
"""Kinds behind which are services, SMS among them, that shorten texts unseen: there an anchor is only by wish."""
COMMON: Final = ("kind", "audiences", "severities", "follow", "anchor")


def channel_of(name: str, table: Table) -> Channel:
    """The channel that a table describes. Raises ConfigError."""
    own = replace(table, values={key: value for key, value in table.values.items() if key not in COMMON})
    channel: Channel = _kind(table).configured(name, own)
    return channel


def channels_of(tables: Mapping[str, Table]) -> dict[str, Channel]:
    """The channels that can be used; one that is configured wrongly is left out, as `doctor` tells."""
    found: dict[str, Channel] = {}
    for name, table in tables.items():
        with suppress(ConfigError):
            found[name] = channel_of(name, table)
    return found


def usable(tables: Mapping[str, Table]) -> tuple[dict[str, tuple[Channel, Route]], dict[str, ConfigError]]:
    """The channels with their routes, in the order of the configuration, and of the others what is wrong with them."""
    found: dict[str, tuple[Channel, Route]] = {}
    wrong: dict[str, ConfigError] = {}
    for name, table in tables.items():
        try:
            found[name] = channel_of(name, table), route_of(name, table)
        except ConfigError as error:
            wrong[name] = error
    return found, wrong


def route_of(name: str, table: Table) -> Route:
    """How messages get to the channel that a table describes. Raises ConfigError."""
    kind = _kind(table)
    audiences = table.names("audiences")
    for word in audiences:
        if word not in AUDIENCES:
            raise table.expected("audiences", f"a list of {', '.join(AUDIENCES)}", 'audiences = ["internal"]')
    severities = table.values.get("severities", [])
    if not isinstance(severities, list) or not all(level in (1, 2, 3, 4) for level in severities):
        raise table.expected("severities", "a list of levels from 1 to 4", "severities = [1, 2]")
    follows = kind.FOLLOWS and table.flag("follow", True)
    anchor = table.flag("anchor", kind.KIND not in SHORT)
    return Route(name, kind.KIND, kind.GROUP, audiences, tuple(severities), follows, anchor)


def _kind(table: Table) -> Any:
    word = table.text("kind", "")
    place = KINDS.get(word)
    if place is None:
        raise table.expected("kind", f"one of {', '.join(sorted(KINDS))}", 'kind = "slack"')
    module, _, name = place.partition(":")
    return getattr(import_module(f"incident_tui.channels.{module}"), name)
