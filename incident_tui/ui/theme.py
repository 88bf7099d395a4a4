"""The program's own colours: one hue for one meaning, dark enough for the night."""

from textual.theme import Theme

THEME = Theme(
    name="war-room",
    primary="#7aa2f7",
    secondary="#bb9af7",
    accent="#ff9e64",
    success="#9ece6a",
    warning="#e0af68",
    error="#f7768e",
    foreground="#c0caf5",
    background="#11121a",
    surface="#161821",
    panel="#1f2235",
    dark=True,
    variables={
        "foreground-muted": "#7a82a6",
        "block-cursor-background": "#c0caf5",
        "block-cursor-foreground": "#11121a",
        "block-cursor-text-style": "none",
        "input-selection-background": "#7aa2f7 35%",
        "border-blurred": "#3b4261",
    },
)
