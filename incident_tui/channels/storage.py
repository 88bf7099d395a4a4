"""Light Markdown as the XHTML that Confluence stores: everything escaped, no macro, nothing that loads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import TYPE_CHECKING, Final

from incident_tui.channels.reading import boxed, is_blank, safe_link, tree_of, with_addresses

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

_TAGS: Final = {
    "paragraph": "p",
    "bullet_list": "ul",
    "list_item": "li",
    "blockquote": "blockquote",
    "table": "table",
    "thead": "thead",
    "tbody": "tbody",
    "tr": "tr",
    "th": "th",
    "td": "td",
    "strong": "strong",
    "em": "em",
    "s": "del",
}


def storage_of(markdown: str) -> str:
    """The text in storage format. Source of its elements: Atlassian, Confluence storage format."""
    return "".join(_written(child) for child in tree_of(markdown).children)


def _written(node: SyntaxTreeNode) -> str:
    leaf = _LEAVES.get(node.type)
    if leaf is not None:
        return leaf(node)
    if node.type == "thead" and is_blank(node):
        return ""
    begun, ended = _tags(node)
    return f"{begun}{_inside(node)}{ended}"


def _tags(node: SyntaxTreeNode) -> tuple[str, str]:
    match node.type:
        case "link":
            target = safe_link(node.attrs.get("href"))
            return (f'<a href="{escape(target)}">', "</a>") if target else ("", "")
        case "ordered_list":
            first = int(node.attrs.get("start", 1))
            return (f'<ol start="{first}">' if first != 1 else "<ol>"), "</ol>"
        case "heading":
            tag = node.tag
        case _:
            tag = _TAGS.get(node.type, "")
    return (f"<{tag}>", f"</{tag}>") if tag else ("", "")


def _inside(node: SyntaxTreeNode) -> str:
    return "".join(_written(child) for child in node.children)


def _text(node: SyntaxTreeNode) -> str:
    parent = node.parent
    first = node.previous_sibling is None and parent is not None and parent.level > 1
    text = boxed(node.content) if first else node.content
    if _in_link(node):
        return escape(text)
    pieces = ((escape(piece), escape(address)) for piece, address in with_addresses(text))
    return "".join(f'<a href="{address}">{piece}</a>' if address else piece for piece, address in pieces)


def _in_link(node: SyntaxTreeNode) -> bool:
    while node.parent is not None and node.parent.type != "root":
        node = node.parent
        if node.type == "link":
            return True
    return False


_LEAVES: Final[Mapping[str, Callable[[SyntaxTreeNode], str]]] = {
    "text": _text,
    "softbreak": lambda _node: "<br />",
    "hardbreak": lambda _node: "<br />",
    "hr": lambda _node: "<hr />",
    "image": lambda node: escape(node.content),
    "code_inline": lambda node: f"<code>{escape(node.content)}</code>",
    "fence": lambda node: f"<pre>{escape(node.content.removesuffix(chr(10)))}</pre>",
    "code_block": lambda node: f"<pre>{escape(node.content.removesuffix(chr(10)))}</pre>",
}
