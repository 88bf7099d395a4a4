"""Light Markdown as Atlassian Document Format: structured, so that no text in it can act."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from incident_tui.channels.reading import boxed, is_blank, safe_link, tree_of, with_addresses

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

Node = dict[str, object]
Marks = Mapping[str, Node]
NO_MARKS: Final[Marks] = {}
_LANGUAGE: Final = re.compile(r"[\w+#-]{1,30}", re.ASCII)
_MARKS: Final = {"strong": "strong", "em": "em", "s": "strike"}


def document(*content: Node) -> Node:
    return {"type": "doc", "version": 1, "content": list(content) or [_paragraph([])]}


def blocks_of(markdown: str) -> list[Node]:
    """The blocks of a document. Source of what may stand in what: Atlassian, JSON schema of the format, version 1."""
    return [block for child in tree_of(markdown).children for block in _blocks(child)]


def paragraph(text: str, *, strong: bool = False) -> Node:
    """A paragraph of plain text, in which only addresses lead somewhere."""
    return _paragraph(list(_text(text, {"strong": {"type": "strong"}} if strong else NO_MARKS)))


def items(*texts: str) -> Node:
    """A list of plain texts."""
    return {"type": "bulletList", "content": [{"type": "listItem", "content": [paragraph(text)]} for text in texts]}


def panel(*content: Node) -> Node:
    return {"type": "panel", "attrs": {"panelType": "info"}, "content": list(content)}


def plain_of(node: Mapping[str, object]) -> str:
    """What a node says, as plain text for a preview."""
    content = node.get("content")
    parts = [plain_of(part) for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    match node.get("type"):
        case "text":
            return str(node.get("text", ""))
        case "hardBreak":
            return "\n"
        case "rule":
            return "---"
        case "listItem":
            return "- " + "\n".join(parts).replace("\n", "\n  ")
        case "doc" | "blockquote":
            return "\n\n".join(parts)
        case "panel" | "bulletList" | "orderedList" | "table":
            return "\n".join(parts)
        case "tableRow":
            return " | ".join(parts)
        case _:
            return "".join(parts)


def _blocks(node: SyntaxTreeNode, *, narrow: bool = False) -> Iterator[Node]:
    """What a block is; within items and quotes, which are `narrow`, only what may stand there."""
    match node.type:
        case "paragraph":
            yield _paragraph(_inlines(node))
        case "heading" if narrow:
            yield _paragraph(_inlines(node, {"strong": {"type": "strong"}}))
        case "heading":
            yield {"type": "heading", "attrs": {"level": int(node.tag[1:])}, "content": _inlines(node)}
        case "bullet_list" | "ordered_list":
            yield _list(node)
        case "fence" | "code_block":
            yield _code(node)
        case "hr":
            if not narrow:
                yield {"type": "rule"}
        case "table":
            yield from _rows(node) if narrow else (_table(node),)
        case "blockquote" if not narrow:
            yield {"type": "blockquote", "content": _narrow(node) or [_paragraph([])]}
        case _:
            yield from _narrow(node)


def _narrow(node: SyntaxTreeNode) -> list[Node]:
    return [block for child in node.children for block in _blocks(child, narrow=True)]


def _list(node: SyntaxTreeNode) -> Node:
    listed = []
    for item in node.children:
        content = _narrow(item)
        if not content or content[0]["type"] not in ("paragraph", "codeBlock"):
            content.insert(0, _paragraph([]))
        listed.append({"type": "listItem", "content": content})
    if node.type == "bullet_list":
        return {"type": "bulletList", "content": listed}
    first = node.attrs.get("start", 1)
    return {"type": "orderedList", "attrs": {"order": int(first)}, "content": listed}


def _code(node: SyntaxTreeNode) -> Node:
    language = (node.info or "").strip().partition(" ")[0]
    code: Node = {"type": "codeBlock"}
    if _LANGUAGE.fullmatch(language):
        code["attrs"] = {"language": language}
    text = node.content.removesuffix("\n")
    return code | {"content": [{"type": "text", "text": text}]} if text else code


def _table(node: SyntaxTreeNode) -> Node:
    rows: list[Node] = []
    for part in node.children:
        kind = "tableHeader" if part.type == "thead" else "tableCell"
        for row in () if part.type == "thead" and is_blank(part) else part.children:
            cells = [{"type": kind, "content": [_paragraph(_inlines(cell))]} for cell in row.children]
            rows.append({"type": "tableRow", "content": cells})
    return {"type": "table", "content": rows} if rows else _paragraph([])


def _rows(node: SyntaxTreeNode) -> Iterator[Node]:
    for part in node.children:
        for row in part.children:
            yield _paragraph(list(_text(" | ".join(_plain(cell) for cell in row.children), NO_MARKS)))


def _paragraph(content: list[Node]) -> Node:
    return {"type": "paragraph", "content": content}


def _inlines(node: SyntaxTreeNode, marks: Marks = NO_MARKS) -> list[Node]:
    return [inline for child in node.children for inline in _inline(child, marks)]


def _inline(node: SyntaxTreeNode, marks: Marks) -> Iterator[Node]:
    match node.type:
        case "text":
            first = node.previous_sibling is None and node.parent is not None and node.parent.level > 1
            yield from _text(boxed(node.content) if first else node.content, marks)
        case "softbreak" | "hardbreak":
            yield {"type": "hardBreak"}
        case "code_inline":
            yield from _marked(node.content, _coded(marks))
        case "strong" | "em" | "s":
            kind = _MARKS[node.type]
            yield from _inlines(node, {**marks, kind: {"type": kind}})
        case "link":
            target = safe_link(node.attrs.get("href"))
            link: Node = {"type": "link", "attrs": {"href": target}}
            yield from _inlines(node, {**marks, "link": link} if target else marks)
        case "inline":
            yield from _inlines(node, marks)
        case _:
            yield from _marked(_plain(node), marks)


def _coded(marks: Marks) -> Marks:
    """Code may be a link, and nothing else besides."""
    code: Marks = {"code": {"type": "code"}}
    return {**code, "link": marks["link"]} if "link" in marks else code


def _plain(node: SyntaxTreeNode) -> str:
    if node.children and node.type != "image":
        return "".join(_plain(child) for child in node.children)
    return "\n" if node.type in ("softbreak", "hardbreak") else node.content


def _text(text: str, marks: Marks) -> Iterator[Node]:
    """Text with its addresses made links, unless it is in one already."""
    if "link" in marks:
        yield from _marked(text, marks)
        return
    for piece, address in with_addresses(text):
        linked: Marks = {**marks, "link": {"type": "link", "attrs": {"href": address}}} if address else marks
        yield from _marked(piece, linked)


def _marked(text: str, marks: Marks) -> Iterator[Node]:
    if not text:
        return
    node: Node = {"type": "text", "text": text}
    yield node | {"marks": list(marks.values())} if marks else node
