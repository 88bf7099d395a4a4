"""What a message had better not say: promises, names of machines, secrets, blame, jargon, places left to fill.

Strict for those outside, who hold us to each word; mild for our own people, who need hosts and times to work. A secret
keeps a message from being sent; everything else is a remark, which its writer may know better than.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, NamedTuple

from incident_tui.domain.incident import AUDIENCES
from incident_tui.domain.scrubbing import scrub
from incident_tui.domain.text import first_line
from incident_tui.domain.wording.rules import ELSEWHERE, RULES, Rule

OUTSIDE: Final = AUDIENCES[-1]
BLOCKING: Final = ("secret",)
QUOTED: Final = 28


class Remark(NamedTuple):
    """`words` say what is wrong with the characters from `start` up to `end`, `advice` what to say instead.

    `kind` is secret, promise, certainty, blame, host, jargon or gap.
    """

    kind: str
    start: int
    end: int
    words: str
    advice: str

    @property
    def blocks(self) -> bool:
        """Whether the message is not to be sent with it, unless somebody insists."""
        return self.kind in BLOCKING

    def __str__(self) -> str:
        return f"{self.words}; {self.advice}"


def remarks(
    text: str, audience: str, *, known_hosts: Iterable[str] = (), known_secrets: Iterable[str] = ()
) -> tuple[Remark, ...]:
    """What is to be said against a text that goes to an audience, in the order of the text; where two meet, the first.

    `known_hosts` are names of machines and services of one's own, looked for as whole words in what goes outside.
    """
    found = [*_secrets(text, known_secrets), *_named(text, audience, known_hosts)]
    for rule in RULES:
        if audience in rule.audiences:
            found += _of_rule(text, rule)
    apart: list[Remark] = []
    for item in sorted(found, key=lambda item: (not item.blocks, item.start, -item.end)):
        if not any(item.start < other.end and other.start < item.end for other in apart):
            apart.append(item)
    return tuple(sorted(apart, key=lambda item: item.start))


def forbidding(found: Iterable[Remark]) -> tuple[Remark, ...]:
    """Those that keep a message from being sent unless somebody insists."""
    return tuple(item for item in found if item.blocks)


def in_one_line(found: Iterable[Remark]) -> str:
    """The gravest remark in words, and how many more there are; empty where there is none."""
    ranked = sorted(found, key=lambda item: not item.blocks)
    more = f" · {len(ranked) - 1} more" if len(ranked) > 1 else ""
    return f"{ranked[0]}{more}" if ranked else ""


def _secrets(text: str, known: Iterable[str]) -> Iterator[Remark]:
    for found in scrub(text, known).found:
        yield Remark("secret", found.start, found.end, f"a secret ({found.kind}) is in it", "leave it out")


def _named(text: str, audience: str, names: Iterable[str]) -> Iterator[Remark]:
    if audience != OUTSIDE:
        return
    for name in filter(None, map(str.strip, names)):
        for match in re.finditer(rf"(?i)(?<![\w-]){re.escape(name)}(?![\w-])", text):
            yield _remark(match, "host", *ELSEWHERE)


def _of_rule(text: str, rule: Rule) -> Iterator[Remark]:
    for match in _compiled(rule.pattern).finditer(text):
        before = _clause_before(text, match.start())
        if rule.unless and _compiled(rule.unless).search(before + match[0]):
            continue
        if not rule.not_after or not _compiled(rule.not_after).search(before):
            yield _remark(match, rule.kind, rule.words, rule.advice)


def _clause_before(text: str, at: int) -> str:
    """The words from the last stop up to a place."""
    return text[max(text.rfind(sign, 0, at) for sign in ".!?;\n") + 1 : at].lstrip()


def _remark(match: re.Match[str], kind: str, words: str, advice: str) -> Remark:
    return Remark(kind, *match.span(), f"“{first_line(match[0], QUOTED)}” {words}", advice)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compiled when a message is first looked at: other verbs need none of them."""
    return re.compile(pattern, re.MULTILINE)
