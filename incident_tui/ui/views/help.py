"""What help says: the composer's signs and the commands behind the slash."""

from __future__ import annotations

from incident_tui.verbs.table import VERBS

SIGNS = (
    ("text", "a finding"),
    ("? text", "a theory"),
    ("! command", "run a command and keep its output"),
    ("> text", "a decision"),
    ("* text", "an action"),
    ("+ text", "evidence; a paste of several lines becomes evidence by itself"),
    ("@audience text", "draft a message to internal, management or external; `next 20m` at the end promises"),
    ("/command", "everything else, see below"),
    ("@14:05 or -10m", "in front: when it happened, if not now"),
    ("#tag", "at the end: a tag"),
    ("+H1 or -H1", "at the end: evidence for or against a theory"),
    ("^3f9a12b4", "behind /amend, /strike and their like: the entry it is about, else the selected one"),
    ("\\ text", "the rest as it is, as a finding"),
    ("ctrl+r", "keep what looks like a secret in this line, which else is masked; again: mask it"),
)
COMPOSER = "Type what you see and press Enter: it is in the log, durably. The first character chooses what it becomes."

Section = tuple[str, tuple[tuple[str, str], ...]]


def composer_sections(own: tuple[tuple[str, str], ...] = ()) -> tuple[Section, ...]:
    """The composer's signs and commands, first the screen's `own`."""
    commands = (*own, *((f"/{verb.usage}", verb.summary) for verb in VERBS.values()))
    return (("In the composer", SIGNS), ("Commands", commands))
