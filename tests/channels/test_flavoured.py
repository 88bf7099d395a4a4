from hypothesis import given, settings
from hypothesis import strategies as st

from incident_tui.channels.flavoured import inert, inert_line

END = "<!-- /incident-tui -->"
HOSTILE = (
    "@team please; Fixes #1, closes acme/shop#2, gh-3 <!-- x --> <img src=x> ![x](https://x) me@example.com\n"
    "/close\n  /lgtm cancel\n"
)


def test_nothing_acts_in_what_people_wrote() -> None:
    text = inert(HOSTILE)
    for live in ("@team", "#1", "#2", "gh-3", "<!--", "<img", "![", "@example"):
        assert live not in text
    assert "\n/\u200bclose" in text
    assert inert("/var/log is full, see <https://x.example/a> # 1") == "/var/log is full, see <https://x.example/a> # 1"


def test_a_title_is_one_line() -> None:
    assert inert_line("a\nb @x") == "a b @\u200bx"


def test_code_stays_as_it_is() -> None:
    code = "see\n\n```\n@team #1 <b>\n```\n\nand @lee"
    assert inert(code) == code.replace("@lee", "@\u200blee")
    assert inert("````\n``` @team") == "````\n``` @team\n````"
    assert inert("- ~~~\n  @team") == "- ~~~\n  @team"
    assert "@team" not in inert("\\`@team\\` and ```@team``` and <div>\n    @team")


texts = st.lists(
    st.sampled_from(
        ["@team", "#1", " GH-2", "`", "```", "~~~", "\n", "\n\n", "    ", "- ", "> ", "<!--", "<div>", "\\", " a "]
    ),
    max_size=40,
).map("".join)


@given(texts)
@settings(max_examples=60, deadline=None)
def test_a_second_reader_finds_nothing_live_outside_code(text: str) -> None:
    """What GitHub's rules make of it: mentions and references only outside code, and our end mark is no part of it."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark", {"html": True}).parse(f"{inert(text)}\n\n{END}")
    assert tokens[-1].type == "html_block"
    assert tokens[-1].content.strip() == END
    for token in tokens:
        if token.type in ("inline", "html_block", "code_block"):
            assert not any(live in token.content for live in ("@team", "#1", "GH-2", "<div>"))
