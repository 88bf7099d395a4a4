import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.sources.sentry_links import IssueLink, issue_link, next_cursor, places_of

EVENT = "9fac2ceed9344f2bbfdd1fdacb0ed9b1"


@pytest.mark.parametrize(
    ("link", "meant"),
    [
        ("https://acme.sentry.io/issues/4711/", IssueLink("4711", "acme")),
        ("https://acme.sentry.io/issues/4711", IssueLink("4711", "acme")),
        (f"https://acme.sentry.io/issues/4711/events/{EVENT}/?project=2", IssueLink("4711", "acme", EVENT)),
        ("https://acme.sentry.io/issues/4711/events/latest/", IssueLink("4711", "acme", "latest")),
        ("https://acme.sentry.io/issues/4711/events/", IssueLink("4711", "acme")),
        ("https://sentry.io/organizations/acme/issues/4711/?query=is%3Aunresolved", IssueLink("4711", "acme")),
        ("https://sentry.io/acme/issues/SHOP-1A2", IssueLink("SHOP-1A2", "acme")),
        ("https://sentry.io/acme/pump-station/issues/1/", IssueLink("1", "acme")),
        ("https://us.sentry.io/acme/issues/4711/", IssueLink("4711", "acme")),
        ("https://de.sentry.io/organizations/acme/issues/4711/", IssueLink("4711", "acme")),
        ("https://sentry.company.com/issues/4711/", IssueLink("4711")),
        ("https://sentry.company.com:9000/organizations/acme/issues/4711/", IssueLink("4711", "acme")),
        ("https://glitchtip.company.com/shop/issues/4711", IssueLink("4711")),
        (" https://ACME.sentry.io/issues/4711/ ", IssueLink("4711", "acme")),
        ("http://127.0.0.1:8000/issues/CLOUDFLARE-MCP-41", IssueLink("CLOUDFLARE-MCP-41")),
    ],
)
def test_a_link_names_an_issue(link: str, meant: IssueLink) -> None:
    assert issue_link(link) == meant


@pytest.mark.parametrize(
    "link",
    [
        "",
        "4711",
        "https://acme.sentry.io/",
        "https://acme.sentry.io/issues/",
        "https://acme.sentry.io/issues/../users/1/",
        "https://acme.sentry.io/issues/%2e%2e/",
        "https://acme.sentry.io/issues/4711%2f..%2f..%2fusers/",
        "https://acme.sentry.io/issues/-x/",
        "https://acme.sentry.io/issues/errors/",
        "ftp://acme.sentry.io/issues/1/",
        "file:///issues/1/",
        "https://[::1/issues/1",
        "https://acme.sentry.io:99999999/issues/1/",
    ],
)
def test_what_names_none_is_none(link: str) -> None:
    found = issue_link(link)

    assert found is None or found == IssueLink("4711", "acme")


@given(st.text() | st.from_regex(r"https?://[a-z.]{1,20}/[a-z/%.0-9-]{0,40}issues/[^ ]{0,30}", fullmatch=True))
def test_only_plain_ids_come_out_of_a_link(link: str) -> None:
    found = issue_link(link)

    for part in (found.issue, found.organization, found.event) if found else ():
        assert all(sign.isascii() and (sign.isalnum() or sign in "-_") for sign in part)


def test_links_of_other_organizations_are_those_of_other_hosts() -> None:
    assert places_of("sentry.io", "acme") == ("sentry.io", "us.sentry.io", "de.sentry.io", "acme.sentry.io")
    assert places_of("sentry.company.com", "acme") == ("sentry.company.com",)


@pytest.mark.parametrize(
    ("header", "cursor"),
    [
        ("", ""),
        (
            '<https://sentry.io/x/?cursor=0:0:1>; rel="previous"; results="false"; cursor="0:0:1", '
            '<https://sentry.io/x/?cursor=0:25:0>; rel="next"; results="true"; cursor="0:25:0"',
            "0:25:0",
        ),
        ('<https://sentry.io/x/?cursor=0:25:0>; rel="next"; results="false"; cursor="0:25:0"', ""),
        (
            '{\'<https://g/x/?cursor=0:25:0>; rel="next"; results="true"; cursor="0:25:0"\', '
            '\'<https://g/x/>; rel="previous"; results="false"\'}',
            "0:25:0",
        ),
        ("{'<https://g/api/0/issues/?cursor=cD0yMDI%3D&limit=5>; rel=\"next\"'}", "cD0yMDI="),
        ('<https://[bad>; rel="next"', ""),
        ('<https://evil.example/?cursor=1>; rel="next"; results="true"', "1"),
    ],
)
def test_the_next_page_is_a_cursor_whatever_the_header_looks_like(header: str, cursor: str) -> None:
    assert next_cursor(header) == cursor


@given(st.text(max_size=200))
def test_no_header_is_too_odd(header: str) -> None:
    assert isinstance(next_cursor(header), str)
