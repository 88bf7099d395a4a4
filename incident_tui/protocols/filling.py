"""Placeholders such as `{{service}}`, filled so that no value from outside acts as more than a word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from incident_tui.domain.protocol import Block, Phase, Protocol, Step
from incident_tui.domain.text import clean_line

KNOWN: Final[Mapping[str, str]] = {
    "service": "the deployment or process, as the platform names it",
    "release": "the release under suspicion: a tag or a version",
    "previous": "the last release known to be good",
    "since": "when it began, in UTC, as 2026-03-01T14:30:00Z",
    "environment": "production, staging …",
    "namespace": "the namespace the service runs in",
    "endpoint": "the transaction that fails, as POST /api/orders",
    "module": "the part of the code or of the address that is concerned, as checkout",
    "url": "the address to try, with its scheme",
    "user": "the identifier of one affected account",
    "org": "the organisation in the error tracker",
    "project": "the project in the error tracker",
}
"""What a playbook may ask for, and what belongs there."""

PLACEHOLDER: Final = re.compile(r"(?<!\$)\{\{\s*([a-z][a-z0-9_-]*)\s*\}\}")
PLAIN: Final = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")
"""Values that mean themselves to every shell, database and language."""

SHELLS: Final = ("", "sh", "bash", "zsh", "shell", "console")
SEARCH: Final = "sentry-search"

# Text that a second reader takes apart again, or that is quoted in ways this module does not follow.
_READ_TWICE: Final = re.compile(
    r"`|<<|\$[\[({'\"]|[<>]\(|\(\(|\[\[|\\\{\{|(?:^|[\s;&|()])#"
    r"|(?:^|\s)(?:-[a-z]*[ce]|--(?:eval|exec|execute|command|expression))(?=[\s='\"]|$)"
    r"|(?<![\w.-])(?:ssh|scp|sftp|rsync|rsh|mosh|ansible|eval|exec|let|(?:ba|z|da|k|fi|t?c|a)?sh|su|runuser|make|npm|npx|yarn|pnpm"
    r"|watch|xargs|parallel|trap|at|batch|flock|expect|tmux|screen|cmd|pwsh|salt|pdsh|pssh|clush|ssm"
    r"|psql|mysql|mariadb|sqlite3|mongosh?|python[\d.]*|node|ruby|perl|php|[gmn]?awk|jq|yq|g?sed)(?![\w.-])"
)
_ESCAPES_NOTHING: Final = re.compile(r"(?<!\\)(?:\\\\)*\\\Z")
_QUOTING: Final[Mapping[str, re.Pattern[str]]] = {
    "": re.compile(r"\\.|(['\"])", re.DOTALL),
    "'": re.compile(r"(')"),
    '"': re.compile(r'\\.|(")', re.DOTALL),
}


def placeholders(protocol: Protocol) -> tuple[str, ...]:
    """The names that the commands and blocks of the protocol ask for, each once, in the order of the document."""
    asked = (match[1] for text in _texts(protocol) for match in PLACEHOLDER.finditer(text))
    return tuple(dict.fromkeys(asked))


def left_open(text: str) -> str:
    """The first place of ours that a command still has to be filled in at, as it stands there; "" for none."""
    return next((match[0] for match in PLACEHOLDER.finditer(text) if match[1] in KNOWN), "")


def fill(protocol: Protocol, values: Mapping[str, str]) -> Protocol:
    """The protocol with the values in its commands and blocks; a placeholder without a usable value stays.

    In a command a value is quoted for a POSIX shell and becomes one word, or a part of the word it stands in. Where
    another program reads the text a second time (`ssh`, `psql -c`, `$(…)`, here-documents), and in SQL and code, only
    PLAIN values are put in. A value that is empty or begins with a dash, and so would be an option, is never put in.
    """
    known = usable(values)
    return replace(
        protocol,
        phases=tuple(_phase(phase, known) for phase in protocol.phases),
        readings=tuple(replace(each, blocks=_blocks(each.blocks, known)) for each in protocol.readings),
    )


def usable(values: Mapping[str, str]) -> dict[str, str]:
    """The values that may be put into a command, each on one line."""
    cleaned = {name: clean_line(value) for name, value in values.items()}
    return {name: value for name, value in cleaned.items() if value and not value.startswith("-")}


def _texts(protocol: Protocol) -> Iterator[str]:
    for phase in protocol.phases:
        yield from (block.text for block in phase.blocks)
    for _, step in protocol.all_steps():
        yield from step.commands
        yield from (block.text for block in step.blocks)
    for reading in protocol.readings:
        yield from (block.text for block in reading.blocks)


def _phase(phase: Phase, values: Mapping[str, str]) -> Phase:
    return replace(
        phase, steps=tuple(_step(step, values) for step in phase.steps), blocks=_blocks(phase.blocks, values)
    )


def _step(step: Step, values: Mapping[str, str]) -> Step:
    return replace(
        step,
        commands=tuple(command(text, values) for text in step.commands),
        blocks=_blocks(step.blocks, values),
        steps=tuple(_step(child, values) for child in step.steps),
    )


def _blocks(blocks: tuple[Block, ...], values: Mapping[str, str]) -> tuple[Block, ...]:
    return tuple(replace(block, text=_block_text(block, values)) for block in blocks)


def _block_text(block: Block, values: Mapping[str, str]) -> str:
    if block.kind == "command" and block.language.casefold() in SHELLS:
        return command(block.text, values)
    if block.kind == "message":
        return _put(block.text, values, lambda _: True)
    if block.language == SEARCH:
        return _put(block.text, values, lambda value: not set(value) & set('"\\'))
    return _put(block.text, values, _is_plain)


def command(text: str, values: Mapping[str, str]) -> str:
    """A shell command with the values, which are `usable`, each safe where it stands."""
    if _READ_TWICE.search(text):
        return _put(text, values, _is_plain)
    pieces, quote, end = [], "", 0
    for match in PLACEHOLDER.finditer(text):
        between = text[end : match.start()]
        quote = _quote_after(between, quote)
        value = values.get(match[1])
        pieces += [between, match[0] if value is None else _quoted(value, quote)]
        end = match.end()
    if _quote_after(text[end:], quote) or _ESCAPES_NOTHING.search(text):
        # A quote without its end, as in "don't": what is a string here and what is not cannot be told.
        return _put(text, values, _is_plain)
    return "".join([*pieces, text[end:]])


def _put(text: str, values: Mapping[str, str], fits: Callable[[str], bool]) -> str:
    def value(match: re.Match[str]) -> str:
        found = values.get(match[1])
        return match[0] if found is None or not fits(found) else found

    return PLACEHOLDER.sub(value, text)


def _is_plain(value: str) -> bool:
    return PLAIN.fullmatch(value) is not None


def _quote_after(text: str, quote: str) -> str:
    """The quotation mark that is open after `text` when `quote` is open before it; empty when none is."""
    position = 0
    while match := _QUOTING[quote].search(text, position):
        position = match.end()
        if match[1]:
            quote = "" if quote else match[1]
    return quote


def _quoted(value: str, quote: str) -> str:
    if _is_plain(value):
        return value
    word = "'" + value.replace("'", "'\"'\"'") + "'"
    return word if quote == "" else word[1:-1] if quote == "'" else f'"{word}"'
