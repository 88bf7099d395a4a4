"""Where secrets stand: known formats, keys of several lines, passwords in addresses, what `password=` gives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.domain.scrubbing import judging
from incident_tui.domain.scrubbing.formats import GUARDS, PLACES, TOKENS, Format
from incident_tui.domain.scrubbing.judging import compiled

OPEN: Final = "‹"
CLOSE: Final = " masked›"
OWN: Final = "secret of yours"
LEAST_OWN: Final = 6
"""Shorter values of one's own would be found in ordinary words."""
LEAST_TOKEN: Final = 16
"""No token is shorter: a text without such a word needs no further look."""
LONGEST_KEY: Final = 32_000
LONG: Final = 1_000
LEAST_MARK: Final = 3

_TOKEN_MARKS: Final = tuple((mark, number) for number, known in enumerate(TOKENS) for mark in known.marks)
_PLACE_MARKS: Final = tuple((mark, number) for number, known in enumerate(PLACES) for mark in known.marks)
_MASK: Final = r"‹[^‹›\n]{1,60} masked›"
_RUN: Final = r"[A-Za-z0-9_]*"
_KEY_BEGINS: Final = r"-----BEGIN(?: [A-Z0-9]{1,20}){0,4} PRIVATE KEY(?: BLOCK)?-----"
_KEY_ENDS: Final = r"-----END(?: [A-Z0-9]{1,20}){0,4} PRIVATE KEY(?: BLOCK)?-----"
_KEY_LINES: Final = (
    r"(?:(?:\s|\\+[nrt]|[\"'+,|>]){0,40}[A-Za-z0-9+/=]{16,200}(?![A-Za-z0-9+/=]))*"
    r"(?:(?:\s|\\+[nr]){0,8}[A-Za-z0-9+/]{1,80}={1,2})?"
)
_ADDRESS: Final = (
    r"(?i)(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,30}://(?P<user>[^\s:/@\"'<>‹›]{0,100}):"
    r"(?P<s>[^\s/\"'<>‹›]{2,200})@(?=[\w\[.{(*-])"
)
_ADDRESS_ALONE: Final = r"(?i)https?://(?P<s>[\w-]{20,200})@(?=[\w.-]{3})"
_CURL: Final = (
    r"\bcurl\b[^\n‹]{0,200}?\s(?:-u|--user)[ =]?[\"']?[^\s:\"'‹›$]{1,100}:"
    r"(?P<s>[^\s\"'$<{*‹›][^\s\"'‹›]{2,200})"
)
_AWS_SECRET: Final = r"(?<![\w/+=.›-])[A-Za-z0-9/+]{40}(?![\w/+=‹-])"
_AWS_PLACE: Final = r"(?i)(?:AKIA|ASIA)[A-Z0-9]{16}|aws[\w ]{0,20}(?:secret|key)"
_AWS_NEAR: Final = 300
_STAND_INS: Final = frozenset(
    ("pass", "password", "passwd", "pw", "pwd", "***", "****", "*****", "pass123", "secret", "token", "port")
)
_USERS: Final = frozenset(("", "user", "username", "name", "login", "usr", "host", "id"))


class Span(Struct, frozen=True, order=True):
    """Characters from `start` up to `end` that hold a secret of a kind."""

    start: int
    end: int
    kind: str


def spans(text: str, known: Iterable[str] = ()) -> list[Span]:
    """What is to be masked, in order, none overlapping another."""
    if len(text) < LEAST_TOKEN and text.isalpha():  # a short word alone, such as the kind of a line
        return _merged(list(_own(text, known)))
    low = text.lower()
    found = [*_own(text, known), *_in_places(text, low)]
    for number in dict.fromkeys([number for mark, number in _PLACE_MARKS if mark in low]):
        found += _of_format(text, low, PLACES[number])
    if max(map(len, low.split()), default=0) >= LEAST_TOKEN:
        for number in dict.fromkeys([number for mark, number in _TOKEN_MARKS if mark in low]):
            found += _of_format(text, low, TOKENS[number])
    return _merged(_beside_masks(text, found)) if found else []


def _own(text: str, known: Iterable[str]) -> Iterator[Span]:
    for value in known:
        if len(value) < LEAST_OWN or OPEN in value or "›" in value:
            continue
        at = text.find(value)
        while at >= 0:
            yield Span(at, at + len(value), OWN)
            at = text.find(value, at + len(value))


def _of_format(text: str, low: str, known: Format) -> Iterator[Span]:
    covered = 0
    for match in _matches(text, low, known):
        start, end = match.span("s" if "s" in match.re.groupindex else 0)
        secret = text[start:end]
        if end <= covered or judging.is_filler(secret) or (known.mixed and not judging.mixed(secret)):
            continue
        if known.held and judging.stands_in(secret):
            continue
        # A longer token than expected must not leave its end behind.
        covered = _end_of_run(text, end) if known.open else end
        yield Span(start, covered, known.kind)


def _matches(text: str, low: str, known: Format) -> Iterator[re.Match[str]]:
    """What has the form. What may not stand before it is asked last: a search that begins with it is far slower."""
    before = next((guard for guard in GUARDS if known.pattern.startswith(guard)), "")
    guard, body = compiled(before), compiled(known.pattern[len(before) :])
    for begin, end in _stretches(text, low, known.marks):
        at = begin
        while match := body.search(text, at, end):
            if guard.match(text, match.start()):
                yield match
                at = max(match.end(), at + 1)
            else:
                at = match.start() + 1


def _stretches(text: str, low: str, marks: Iterable[str]) -> Iterable[tuple[int, int]]:
    """The lines that have one of the marks; the whole text where that is quicker looked through."""
    if len(text) < LONG or len(low) != len(text) or any(len(mark) < LEAST_MARK for mark in marks):
        return ((0, len(text)),)
    found: dict[int, int] = {}
    for mark in marks:
        at = low.find(mark)
        while at >= 0:
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            found[text.rfind("\n", 0, at) + 1] = end
            at = low.find(mark, end)
    return sorted(found.items())


def _in_places(text: str, low: str) -> Iterator[Span]:
    if "private key" in low:
        yield from _keys(text)
    if "://" in low and "@" in low:
        yield from _in_addresses(text)
    if "curl" in low and "-u" in low:
        found = compiled(_CURL).finditer(text)
        yield from (Span(*match.span("s"), "password") for match in found if len(set(match["s"])) > 1)
    if "akia" in low or "asia" in low or "aws" in low:
        yield from _aws_secrets(text)
    if ("=" in low or ":" in low) and any(name in low for name in judging.KEEPERS):
        yield from _assigned(text, low)


def _keys(text: str) -> Iterator[Span]:
    """Private keys with all their lines, also one whose end is missing, and a first line that stands alone."""
    covered = 0
    for begin in compiled(_KEY_BEGINS).finditer(text):
        if begin.start() < covered:
            continue
        end = compiled(_KEY_ENDS).search(text, begin.end(), begin.end() + LONGEST_KEY)
        following = compiled(_KEY_BEGINS).search(text, begin.end(), begin.end() + LONGEST_KEY) if end else None
        if end is not None and (following is None or following.start() > end.start()):
            covered = end.end()
        else:
            lines = compiled(_KEY_LINES).match(text, begin.end(), begin.end() + LONGEST_KEY)
            covered = lines.end() if lines else begin.end()
            if covered == begin.end() and not _alone(text, begin):
                continue
        yield Span(begin.start(), covered, "private key")


def _alone(text: str, line: re.Match[str]) -> bool:
    begin, end = text.rfind("\n", 0, line.start()) + 1, text.find("\n", line.end())
    return not text[begin : line.start()].strip() and not text[line.end() : end if end >= 0 else None].strip()


def _in_addresses(text: str) -> Iterator[Span]:
    for match in compiled(_ADDRESS).finditer(text):
        password = match["s"]
        told = password.lower() in _STAND_INS and match["user"].lower() in _USERS
        drawn = len(set(password)) == 1 or "a-secret" in password
        if not told and not drawn and not re.match(r"\$[{(A-Za-z_]|\*|%[({]|\{", password):
            yield Span(*match.span("s"), "password")
    for match in compiled(_ADDRESS_ALONE).finditer(text):
        if judging.mixed(match["s"]):
            yield Span(*match.span("s"), "password")


def _aws_secrets(text: str) -> Iterator[Span]:
    """Forty characters near the access key that they belong to, or near the name of the cloud and of what they are."""
    covered = 0
    for place in compiled(_AWS_PLACE).finditer(text):
        begin = max(covered, place.start() - _AWS_NEAR)
        for match in compiled(_AWS_SECRET).finditer(text, begin, place.end() + _AWS_NEAR):
            covered = match.end()
            if judging.mixed(match[0]) and not re.fullmatch(r"[0-9a-f]+|[0-9A-F]+", match[0]):
                yield Span(*match.span(), "AWS secret key")


def _assigned(text: str, low: str) -> Iterator[Span]:
    for begin, end in _stretches(text, low, judging.CORES):
        for match in compiled(judging.ASSIGNED).finditer(text, begin, end):
            value = judging.value_meant(match)
            if value:
                yield Span(match.start("s"), match.start("s") + len(value), _kind_of(match["name"].lower()))


def _kind_of(name: str) -> str:
    if name in judging.PASSWORDS:
        return "password"
    return next((kind for kind in ("token", "key") if kind in name), "secret")


def _beside_masks(text: str, found: list[Span]) -> list[Span]:
    """Without what is in a mask, or would reach into one."""
    if OPEN not in text:
        return found
    masks = [match.span() for match in compiled(_MASK).finditer(text)]
    return [span for span in found if not any(start < span.end and span.start < end for start, end in masks)]


def _merged(found: Iterable[Span]) -> list[Span]:
    """In order; what overlaps is one, of the kind that begins first and says most."""
    merged: list[Span] = []
    for span in sorted(found, key=lambda span: (span.start, -span.end)):
        if merged and span.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = replace(last, end=max(last.end, span.end))
        else:
            merged.append(span)
    return merged


def _end_of_run(text: str, at: int) -> int:
    run = compiled(_RUN).match(text, at)
    return run.end() if run else at
