"""A Markdown document as one HTML page that can do nothing but be read, and that page as PDF."""

from __future__ import annotations

import base64
import html
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from incident_tui.reports.extras import MissingExtra

if TYPE_CHECKING:
    from markdown_it.token import Token

STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.2; }
h2 { border-bottom: 1px solid #8888; margin-top: 2rem; padding-bottom: .2rem; }
pre, code { background: #8882; border-radius: 3px; font: .9em/1.4 ui-monospace, monospace; }
code { padding: .1em .3em; }
pre { overflow-x: auto; padding: .6rem; white-space: pre-wrap; }
pre code { background: none; padding: 0; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
td, th { border: 1px solid #8888; padding: .2rem .5rem; text-align: left; vertical-align: top; }
@page { margin: 2cm; size: A4; }
@media print { body { font-size: 10pt; margin: 0; max-width: none; } pre, tr { break-inside: avoid; } }
"""
PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}</body>
</html>
"""
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
    return PAGE.format(policy=policy(), title=html.escape(title), style=STYLE, body=body)


def policy() -> str:
    """The Content-Security-Policy of the page."""
    digest = base64.b64encode(sha256(STYLE.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def pdf_of(page: str) -> bytes:
    """The page as PDF, with nothing fetched from anywhere. Raises MissingExtra."""
    try:
        from weasyprint import HTML
    except (ImportError, OSError):  # the second: without the libraries of the system that it draws with
        raise MissingExtra("PDF", "pdf") from None
    made = HTML(string=page, url_fetcher=_nothing).write_pdf()
    return bytes(made)


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
