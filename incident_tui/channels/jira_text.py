"""What stands in an issue of Jira: structured text for its cloud, literal text for a server of one's own."""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import Final, Protocol

from incident_tui.channels import adf
from incident_tui.channels.reading import readable
from incident_tui.channels.sizes import fitted
from incident_tui.channels.telling import in_zone, rows_of, title_of
from incident_tui.domain.letters import Letter
from incident_tui.domain.text import clean_line

SUMMARY: Final = 255
LIMIT: Final = 32_767
"""Characters of a description or a comment. Source: Jira, jira.text.field.character.limit."""
SPARE: Final = 2_000
LABEL_OF_KEY: Final = "incident-tui-"
RULE: Final = "----"
Rows = tuple[tuple[str, str], ...]
Text = tuple[object, str, str]
"""What is sent, what a person reads of it before, and what was cut."""


class Writer(Protocol):
    @abstractmethod
    def description(self, letter: Letter, rows: Rows, *, words: bool = True) -> Text:
        """The facts, and below them the words."""

    @abstractmethod
    def comment(self, letter: Letter) -> Text:
        """The words under the headline, with a mark by which they are known again."""

    @abstractmethod
    def upon(self, there: object, rows: Rows) -> object:
        """A description as it is, with the facts of now in the place of ours."""


def writer_for(*, cloud: bool) -> Writer:
    return Structured() if cloud else Literal()


def marker(letter: Letter) -> str:
    return re.sub(r"[^0-9A-Za-z_-]", "", letter.key)


class Structured(Writer):
    def description(self, letter: Letter, rows: Rows, *, words: bool = True) -> Text:
        text, cut = _words(letter) if words else ("", "")
        made = adf.document(*_facts(rows), *adf.blocks_of(text))
        return made, adf.plain_of(made), cut

    def comment(self, letter: Letter) -> Text:
        text, cut = _words(letter)
        head = () if letter.form == "document" else (adf.paragraph(title_of(letter), strong=True),)
        foot = (adf.paragraph(line) for line in _foot(letter))
        made = adf.document(*head, *adf.blocks_of(text), *foot)
        return made, adf.plain_of(made), cut

    def upon(self, there: object, rows: Rows) -> object:
        content = there.get("content") if isinstance(there, dict) else None
        blocks = [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []
        ours = (
            bool(blocks) and blocks[0].get("type") == "panel" and adf.plain_of(blocks[0]).startswith(_begun("- ", rows))
        )
        return adf.document(*_facts(rows), *(blocks[1:] if ours else blocks))


class Literal(Writer):
    """Wiki markup would act, so all that people wrote stands where nothing of it does."""

    def description(self, letter: Letter, rows: Rows, *, words: bool = True) -> Text:
        text, cut = _words(letter) if words else ("", "")
        parts = (_literal(_listed(rows)), RULE if words and rows else "", _literal(text))
        made = "\n".join(part for part in parts if part)
        return made, made, cut

    def comment(self, letter: Letter) -> Text:
        text, cut = _words(letter)
        head = "" if letter.form == "document" else title_of(letter)
        made = _literal("\n\n".join(part for part in (head, text, *_foot(letter)) if part))
        return made, made, cut

    def upon(self, there: object, rows: Rows) -> object:
        facts = _literal(_listed(rows))
        before, rule, rest = str(there or "").replace("\r\n", "\n").partition(f"\n{RULE}\n")
        ours = rule and before.startswith(_begun("{noformat}\n", rows))
        kept = rest if ours else f"{before}{rule}{rest}"
        return f"{facts}\n{RULE}\n{kept}" if kept else facts


def _words(letter: Letter) -> tuple[str, str]:
    return fitted(letter.words, LIMIT - SPARE, shaped=readable)


def _foot(letter: Letter) -> tuple[str, ...]:
    promised = dict(rows_of(letter, in_zone(letter))).get("Next update", "")
    mark = f"incident-tui {marker(letter)}"
    return (f"Next update by {promised}", mark) if promised else (mark,)


def _facts(rows: Rows) -> tuple[adf.Node, ...]:
    if not rows:
        return ()
    return (adf.panel(adf.items(*(clean_line(readable(f"{name}: {value}")) for name, value in rows))),)


def _begun(before: str, rows: Rows) -> str:
    """How our facts begin, by which they are told from what others wrote."""
    return f"{before}{rows[0][0]}:" if rows else before


def _listed(rows: Rows) -> str:
    return "\n".join(clean_line(f"{name}: {value}") for name, value in rows)


def _literal(text: str) -> str:
    """A block in which Jira reads no markup; the word that would end it is set apart."""
    if not text:
        return ""
    inside = re.sub(r"\{(?=noformat)", "{\u200b", readable(text), flags=re.IGNORECASE)
    return f"{{noformat}}\n{inside}\n{{noformat}}"
