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
    if "TMUX" in os.environ and await asyncio.to_thread(_copy_into_tmux, text):
        return "copied; it is in tmux's buffer too"
    if "SSH_CONNECTION" not in os.environ and await asyncio.to_thread(_copy_directly, text):
        return "copied"
    return "copied through the terminal; not every terminal takes it"


def _copy_into_tmux(text: str) -> bool:
    """Whether tmux took it: by default it does not hear what programs say to the terminal's clipboard."""
    import subprocess

    try:
        command = ["tmux", "load-buffer", "-w", "-"]
        subprocess.run(command, input=text.encode(), capture_output=True, check=True, timeout=2)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _copy_directly(text: str) -> bool:
    """Whether the desktop's own clipboard took it; a server has none."""
    import pyperclip

    try:
        pyperclip.copy(text)
    except pyperclip.PyperclipException:
        return False
    return True
