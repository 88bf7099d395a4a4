"""A Markdown document as one HTML page that can do nothing but be read, and that page as PDF."""

from __future__ import annotations

import base64
import html
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from incident_tui.reports.extras import MissingExtra

if TYPE_CHECKING:
    from markdown_it.token import Token

BOXES: Final = {"[ ] ": "☐ ", "[x] ": "☑ "}
AWAY: Final = "noopener noreferrer"


def html_of(markdown: str, title: str) -> str:
    """A page of its own: no script, nothing loaded from anywhere, HTML in the text shown as it is written.

    Its policy lets only its own style act, by the hash of that. Of an image only its words stay.
    """
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    tokens = [_inert(token) for token in parser.parse(markdown)]
    body = parser.renderer.render(tokens, parser.options, {})
    style = _part("page.css")
    return _part("page.html").format(policy=policy(style), title=html.escape(title), style=style, body=body)


def policy(style: str) -> str:
    """The Content-Security-Policy of a page with this style."""
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def pdf_of(page: str) -> bytes:
    """The page as PDF, with nothing fetched from anywhere. Raises MissingExtra."""
    try:
        from weasyprint import HTML
    except (ImportError, OSError):  # the second: without the libraries of the system that it draws with
        raise MissingExtra("PDF", "pdf") from None
    made = HTML(string=page, url_fetcher=_nothing).write_pdf()
    return bytes(made)


def _part(name: str) -> str:
    return (files("incident_tui.reports") / "templates" / name).read_text(encoding="utf-8")


def _nothing(url: str, *_: object, **__: object) -> dict[str, object]:
    raise ValueError(f"nothing is fetched: {url[:80]}")


def _inert(token: Token) -> Token:
    """A token without what is loaded or styled by itself, and with boxes for tasks."""
    token.attrs.pop("style", None)
    children = token.children or []
    for child in children:
        if child.type == "image":
            child.type, child.tag, child.children = "text", "", None
        elif child.type == "link_open":
            child.attrs["rel"] = AWAY
    first = children[0] if children and token.level else None
    if first is not None and first.type == "text" and first.content[:4] in BOXES:
        first.content = BOXES[first.content[:4]] + first.content[4:]
    return token
