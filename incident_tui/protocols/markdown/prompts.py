"""Terminal sessions taken apart: each command without its prompt, and what was printed below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from incident_tui.protocols.markdown.shells import has_sentences, looks_like_shell

_HOST = r"\[[\w.-]{1,40}@[^\]]{1,80}\]|[\w.-]{1,40}@[\w.-]{1,100}(?:[: ][^\s$#%>]{0,100})?"
_PROMPT = re.compile(
    rf"\s*(?:\([\w.@/: -]{{1,60}}\) ?)?(?:{_HOST}|[\w.-]{{1,40}}:[~/][^\s$#%>]{{0,100}}|(?:bash|sh|zsh)-[\d.]{{1,6}})?"
    r" ?[$❯➜](?: +|$)(?P<command>.*)"
)
_ROOT = re.compile(rf"\s*(?:{_HOST}) ?[#%] (?P<command>.+)")
_WINDOWS = re.compile(r"\s*(?:PS(?: [A-Za-z]:[^>]{0,100})?|[A-Z]:\\[^>]{0,100})> ?(?P<command>.*)")
_CONSOLE = re.compile(
    r"\s*(?:mysql|MariaDB \[[^\]]{0,40}\]|sqlite|redis(?: [\d.:]{1,30})?|127\.0\.0\.1:\d{1,5}|[a-z][\w-]{0,40}=[#>]|"
    r">>>|irb\([^)]{0,20}\):[\d:]{1,12}|\[\d{1,4}\] pry\([^)]{0,20}\)|mongo\w*|cqlsh)"
    r"(?:(?<=[#>])|[>#])\*? (?P<command>.+)"
)
_SIGN = re.compile(r"[$❯➜#%>]")
_BARE_ROOT = re.compile(r"# (?P<command>[a-z./].*)")
_BARE_ANGLE = re.compile(r"> \S")
_SECOND = re.compile(r"(?:> |\s*-> |\.\.\. |[a-z]\w{0,40}[-(][#>] )(?P<command>.*)")
_MORE = re.compile(r"(?:\.\.\. |\s{0,20}-> |[a-z]\w{0,40}[-(][#>] )")
_HEREDOC = re.compile(r"<<-?\s?(['\"]?)(?P<word>\w{1,40})\1")
_GOES_ON = re.compile(r"(?:\\|\||&&|\|\||\s`)\s*$")
_QUOTES = re.compile(r"\\.|'|\"", re.DOTALL)


def pieces_of(text: str, *, session: bool, shell: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The commands and the outputs of a session; no commands when no line has a prompt.

    `session`: the language says that prompts are to be expected, so `# ` may be one. `shell`: so may `> `.
    """
    lines = text.splitlines()
    prompts = _prompts_of(lines, session=session, shell=shell)
    if not any(command for command in prompts.values()):
        return (), ()
    starts = [*sorted(prompts), len(lines)]
    commands: list[str] = []
    outputs: list[str] = []
    remarks, printed = _remarks(lines[: starts[0]])
    _keep(outputs, printed)
    for start, end in pairwise(starts):
        first, rest = prompts[start], lines[start + 1 : end]
        more = _continuations(first, rest)
        body = [*remarks, first, *(_unprompted(line) for line in rest[:more])]
        _keep(commands, body)
        remarks, printed = _remarks(rest[more:]) if end < len(lines) else ([], rest[more:])
        _keep(outputs, printed)
    return tuple(commands), tuple(outputs)


def _prompts_of(lines: Sequence[str], *, session: bool, shell: bool) -> dict[int, str]:
    """The lines with a prompt, by their place: the command after it."""
    found: dict[int, str] = {}
    for place, line in enumerate(lines):
        if _SIGN.search(line) is None:
            continue
        short = line if len(line) < 2000 else line[:2000]
        match = _PROMPT.match(short) or _ROOT.match(short) or _WINDOWS.match(short) or _CONSOLE.match(short)
        if match is not None:
            found[place] = line[match.start("command") :]
    if found:
        return found
    if session:
        found = _roots(lines)
    first = next((line for line in lines if line.strip()), "")
    return found or (_angles(lines, shell=shell) if first.startswith("> ") else {})


def _roots(lines: Sequence[str]) -> dict[int, str]:
    """A comment would look the same: only lines that go on like a command."""
    return {
        place: line[match.start("command") :]
        for place, line in enumerate(lines)
        if (match := _BARE_ROOT.match(line[:2000])) and looks_like_shell(match["command"]) and line[-1] not in ".:"
    }


def _angles(lines: Sequence[str], *, shell: bool) -> dict[int, str]:
    """A quotation would look the same: outside a shell only what is no sentence."""
    found = {place: line[2:] for place, line in enumerate(lines) if _BARE_ANGLE.match(line[:2000])}
    quoted = any(has_sentences(line) or not line[:1].islower() for line in found.values())
    return {} if quoted and not shell else found


def _continuations(first: str, rest: Sequence[str]) -> int:
    """How many of the lines below belong to the command."""
    if heredoc := _HEREDOC.search(first[:2000]):
        ends = (place for place, line in enumerate(rest) if _unprompted(line).strip() == heredoc["word"])
        return next(ends, -1) + 1
    taken, line = 0, first
    while taken < len(rest) and (_GOES_ON.search(line[-20:]) or _MORE.match(rest[taken])):
        line = rest[taken]
        taken += 1
    return taken or _quoted(first, rest)


def _quoted(first: str, rest: Sequence[str]) -> int:
    """The lines up to the end of a quotation that the first line opens; none when it never ends."""
    quote = _open_quote(first, "")
    if not quote:
        return 0
    for place, line in enumerate(rest):
        quote = _open_quote(line, quote)
        if not quote:
            return place + 1
    return 0


def _open_quote(line: str, quote: str) -> str:
    for mark in _QUOTES.finditer(line):
        sign = mark[0]
        if quote == sign:
            quote = ""
        elif not quote and len(sign) == 1:
            quote = sign
    return quote


def _unprompted(line: str) -> str:
    """A line of a command without the second prompt of its shell."""
    found = _SECOND.match(line[:2000])
    return line[found.start("command") :] if found and found["command"] else line


def _remarks(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The comments right above the next command, and what stands above them."""
    last = len(lines)
    while last and (not lines[last - 1].strip() or lines[last - 1].lstrip().startswith("#")):
        last -= 1
    return [line for line in lines[last:] if line.strip()], list(lines[:last])


def _keep(pieces: list[str], lines: Sequence[str]) -> None:
    piece = "\n".join(lines).strip("\n")
    if piece.strip():
        pieces.append(piece)
