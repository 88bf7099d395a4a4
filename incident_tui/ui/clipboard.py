"""The clipboard: through the terminal, which also works over ssh, and directly where that is possible."""

from __future__ import annotations

import asyncio
import os

from textual.app import App

from incident_tui.domain.text import clean


async def copy(app: App[None], text: str) -> str:
    """Copy `text`, cleaned; what to tell the person."""
    text = clean(text)
    app.copy_to_clipboard(text)
    if os.environ.get("SSH_CONNECTION"):
        return "copied through the terminal"
    directly = await asyncio.to_thread(_copy_directly, text)
    return "copied" if directly else "copied through the terminal"


def _copy_directly(text: str) -> bool:
    """Whether the desktop's own clipboard took it; a server has none."""
    import pyperclip

    try:
        pyperclip.copy(text)
    except pyperclip.PyperclipException:
        return False
    return True
