"""What a link to Sentry names: the forms of sentry.io, of its regions, and of servers of one's own."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from msgspec import Struct

from incident_tui.sources.links import path_of, place_of

SAAS: Final = ("sentry.io", "us.sentry.io", "de.sentry.io")
SHORT: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,99}-[A-Za-z0-9]{1,20}", re.ASCII)
_ISSUE: Final = re.compile(
    r"^(?:/organizations/(?P<named>[\w-]+)|/(?P<first>[\w-]+)(?:/[\w.-]+)?)?"
    r"/issues/(?P<issue>[\w-]{1,120})(?:/events/(?P<event>[\w-]{1,64}))?(?:/|$)",
    re.ASCII,
)
_EVENT: Final = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F-]{36}|latest|oldest|recommended")


class IssueLink(Struct, frozen=True):
    """`issue` is a number or a short id (PROJ-1A2), `event` "" unless the link names one.

    `organization` is "" where the link does not say it for certain.
    """

    issue: str
    organization: str = ""
    event: str = ""


def issue_link(link: str) -> IssueLink | None:
    """The issue that a link names, None where it names none.

    Forms: `{org}.sentry.io/issues/ID/`, `sentry.io/organizations/{org}/issues/ID/`, `sentry.io/{org}/issues/ID/`,
    `sentry.io/{org}/{project}/issues/ID/`, and on any server `[/organizations/{org}]/issues/ID/`, each with
    `events/EVENT/` below. On a server of one's own the first part of the path may be a project, and the first label of
    the host is no organization; so neither is taken for one there.
    """
    place = place_of(link)
    found = _ISSUE.match(unquote(path_of(link)))
    if not place or found is None:
        return None
    issue, event = found["issue"], found["event"] or ""
    if not (issue.isdecimal() or SHORT.fullmatch(issue)):
        return None
    event = event if _EVENT.fullmatch(event) else ""
    return IssueLink(issue, found["named"] or _organization(place, found["first"] or ""), event)


def _organization(place: str, first: str) -> str:
    if place in SAAS:
        return first
    label, _, rest = place.partition(".")
    return label if rest == "sentry.io" else ""


def places_of(place: str, organization: str) -> tuple[str, ...]:
    """The hosts of links to an organization whose server is `place`."""
    return (*SAAS, f"{organization}.sentry.io") if place in SAAS else (place,)


def next_cursor(link: str) -> str:
    """The cursor of the next page in a header Link, also in one that was written as a Python set; "" at the end.

    The address in it is not followed: whoever answers does not decide where a token is sent.
    """
    for target, parameters in re.findall(r"<([^<>]*)>([^<]*)", link):
        if not re.search(r"""rel=\\?["']?next""", parameters) or re.search(r"""results=\\?["']?false""", parameters):
            continue
        told = re.search(r"""cursor=\\?["']?([\w:=.%+/-]+)""", parameters, re.ASCII)
        return told[1] if told else _cursor_in(target)
    return ""


def _cursor_in(target: str) -> str:
    try:
        return parse_qs(urlsplit(target).query).get("cursor", [""])[0]
    except ValueError:
        return ""
