from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from incident_tui.channels.adf import blocks_of, document, items, panel, paragraph, plain_of
from incident_tui.channels.reading import safe_link

INLINE = {"text", "hardBreak"}
NARROW = {"paragraph", "bulletList", "orderedList", "codeBlock"}
# What may stand in what. Source: Atlassian, JSON schema of the document format, version 1.
WITHIN: Mapping[str, set[str]] = {
    "doc": NARROW | {"heading", "blockquote", "rule", "table", "panel"},
    "panel": {"bulletList"},
    "paragraph": INLINE,
    "heading": INLINE,
    "blockquote": NARROW,
    "bulletList": {"listItem"},
    "orderedList": {"listItem"},
    "listItem": NARROW,
    "codeBlock": {"text"},
    "table": {"tableRow"},
    "tableRow": {"tableHeader", "tableCell"},
    "tableHeader": {"paragraph"},
    "tableCell": {"paragraph"},
    "rule": set(),
    "hardBreak": set(),
    "text": set(),
}
NEEDS_CONTENT = {"blockquote", "bulletList", "orderedList", "listItem", "table", "tableRow", "tableCell", "tableHeader"}
PIECES = (
    *("# ", "## h", "- ", "1. ", "> ", "```", "~~~py\n", "\n", "\n\n", "    ", "**", "_", "~~", "`", "a", "b c", "\\"),
    *("[x](https://a.example)", "[y](javascript:z)", "![i](https://x.example)", "| a | b |\n|---|---|\n| 1 | 2 |\n"),
    *("---\n", "<b>", "https://e.example/a.", "- [ ] t", "&amp;", "[[~lee]]", "<!--"),
)


def test_light_markdown_keeps_its_structure() -> None:
    (heading, listed) = blocks_of("# Pool\n\n- [x] **a** `c`\n- see https://e.example/a.")
    assert heading == {"type": "heading", "attrs": {"level": 1}, "content": [{"type": "text", "text": "Pool"}]}
    assert plain_of(listed) == "- ☑ a c\n- see https://e.example/a."
    texts = [node for node in _all(listed) if node["type"] == "text"]
    assert [text.get("marks") for text in texts] == [
        *(None, [{"type": "strong"}], None, [{"type": "code"}], None),
        *([{"type": "link", "attrs": {"href": "https://e.example/a"}}], None),
    ]


def test_only_pages_and_mailboxes_are_linked() -> None:
    for target in ("javascript:x", "//evil.example", "data:text/html,x", "vbscript:x", "file:///etc", "https://[", ""):
        assert safe_link(target) == ""
    assert safe_link("https://a.example/x") == "https://a.example/x"
    assert safe_link("mailto:ops@a.example") == "mailto:ops@a.example"
    assert plain_of(document(*blocks_of("[x](javascript:alert(1))"))) == "[x](javascript:alert(1))"


def test_what_may_not_stand_in_an_item_is_said_in_a_paragraph() -> None:
    (listed,) = blocks_of("- - a\n  > # b\n  ---\n")
    assert _wrong(document(listed)) == []
    assert plain_of(document(*blocks_of("- x\n\n  | a | b |\n  |---|---|\n  | 1 | 2 |"))) == "- x\n  a | b\n  1 | 2"


def test_an_empty_head_of_a_table_is_left_out() -> None:
    (table,) = blocks_of("| | |\n|---|---|\n| 1 | 2 |")
    assert [node["type"] for node in _all(table) if node["type"].startswith("table")] == [
        *("table", "tableRow", "tableCell", "tableCell")
    ]
    assert _wrong(document(*blocks_of("| | |\n|---|---|"))) == []


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@settings(max_examples=60, deadline=None)
def test_every_text_makes_a_document_that_is_taken(text: str) -> None:
    assert _wrong(document(panel(items("a")), *blocks_of(text), paragraph("z"))) == []


def _all(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    for child in node.get("content", ()):
        yield from _all(child)


def _wrong(node: Mapping[str, Any]) -> list[str]:
    """What the service would refuse."""
    kind, content = str(node["type"]), node.get("content", [])
    found = [f"{child['type']} in {kind}" for child in content if child["type"] not in WITHIN[kind]]
    if kind in NEEDS_CONTENT and not content:
        found.append(f"empty {kind}")
    if kind == "text":
        marks = [mark["type"] for mark in node.get("marks", [])]
        if not node["text"] or len(set(marks)) < len(marks) or ("code" in marks and set(marks) - {"code", "link"}):
            found.append(f"marks {marks} of {node['text']!r}")
    if kind == "codeBlock" and any("marks" in child for child in content):
        found.append("marked code")
    return [*found, *(wrong for child in content for wrong in _wrong(child))]
