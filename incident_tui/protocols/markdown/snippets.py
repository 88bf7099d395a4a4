"""Code blocks told apart: what is to be run, what it prints, what is to be sent, what is to be read."""

from __future__ import annotations

import re
import textwrap

from incident_tui.domain.protocol import Block, BlockKind
from incident_tui.protocols.markdown.prompts import pieces_of
from incident_tui.protocols.markdown.shells import (
    has_sentences,
    looks_configured,
    looks_like_message,
    looks_like_output,
    looks_like_query,
    looks_like_shell,
)

_SHELL_NAMES = (
    "bash sh shell zsh fish ksh console shell-session shellsession shell-script bash-session sh-session terminal "
    "session powershell pwsh ps1 ps cmd bat batch dos command cli"
)
_SHELLS = frozenset(_SHELL_NAMES.split())
_SESSION_NAMES = "console shell-session shellsession bash-session sh-session terminal session"
_SESSIONS = frozenset(_SESSION_NAMES.split())
_QUERY_NAMES = (
    "sql psql mysql pgsql postgresql plsql tsql promql logql traceql kql kusto spl splunk cypher graphql lucene kuery "
    "ruby rb irb pry python py python3 pycon mongodb mongo redis influxql flux"
)
_QUERIES = frozenset(_QUERY_NAMES.split())
_UNKNOWN = frozenset(("", "text", "txt", "plaintext", "plain", "none", "code", "log", "output", "markdown", "md"))
_OUTPUT = re.compile(
    r"\b(?:outputs?|looks? (?:something )?(?:like|similar)|something like|similar to|returns?|"
    r"respon(?:se|ds) (?:like|with)|results?|errors?(?: messages?| logs?)?|"
    r"you(?:'ll| will| should| can| may| might)? (?:then )?see|should (?:be|show|print|list)|"
    r"will (?:show|print|list|give)|prints?|displays?|expected|log (?:lines?|entr\w+)|samples?)\b[^.!?]{0,80}[:.…]*$",
    re.IGNORECASE,
)
_PRINTED = re.compile(r"\boutputs?\W*$", re.IGNORECASE)
_RUN = re.compile(
    r"\b(?:run(?:ning)?|execut\w+|commands?|cli|exec|invoke|type|enter|ssh|script|shell|use|using|with|via|then)\b",
    re.IGNORECASE,
)
_MESSAGE = re.compile(
    r"\b(?:post(?:ing)?|send(?:ing)?|messages?|e-?mails?|templates?|announce\w*|say(?:ing)?|notif\w+|briefing|tweet|"
    r"status ?page|communicat\w+|slack|comment|subject|statement|wording|reply|format)\b",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(
    r"\b(?:(?:notification|message|e-?mail|briefing|comment\w*|announcement|post\w*)\b.{0,40}\btemplate|say|tweet)\b",
    re.IGNORECASE,
)
_DIAGRAM = re.compile(r"[│└├┌▼→]")
_TASK = re.compile(
    r"(?:\w{3,20}ing|rebuild|list|show|get|find|create|delete|remove|start|stop|restart|set|connect|log ?in|install|"
    r"change|enable|disable|refresh|cancel|reset)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?]) (?=[^a-z0-9])")
_LONGEST_BEFORE = 1000


def blocks_of(text: str, language: str, before: str) -> tuple[tuple[str, ...], tuple[Block, ...]]:
    """The runnable commands and the other pieces of one code block, each kind in the order of the document.

    `before` is the paragraph or heading above. Shells (bash, console, PowerShell) and queries and console languages
    (SQL, PromQL, LogQL, KQL, Ruby, Python) are commands; a block without a language is one when it looks like a shell
    or a query. Configuration, diagrams and other source code are "text". A block is one command unless prompts split
    it: then the prompts go, continuations and here-documents stay with their command, and the rest is its output.
    Nothing but prompts, common indentation and blank lines at the ends is lost.
    """
    bare = textwrap.dedent(text.expandtabs(4) if "\t" in text[:1] else text).strip("\n")
    if not bare.strip():
        return (), ()
    name = _name_of(language)
    if name in _SHELLS or name in _UNKNOWN or name in _QUERIES:
        commands, outputs = pieces_of(bare, session=name in _SESSIONS, shell=name in _SHELLS)
        if commands:
            return commands, tuple(Block("output", output, name) for output in outputs)
    kind = _kind(bare, name, _last_sentence(before))
    return ((bare,), ()) if kind == "command" else ((), (Block(kind, bare, name),))


def _name_of(language: str) -> str:
    """`bash {linenos}` and `{code-block} bash` are bash."""
    words = [word for word in language.lower().split() if not word.startswith("{")]
    first = words[0] if words else language.lower().strip("{} \t")
    return re.split(r"[{,:;]", first)[0].lstrip(".")


def _last_sentence(before: str) -> str:
    lines = before[-_LONGEST_BEFORE:].strip().replace("\n", " ")
    return _SENTENCE.split(lines)[-1].strip()


def _kind(text: str, name: str, before: str) -> BlockKind:
    if name in _QUERIES:
        return "output" if text.startswith(("=> ", "+--", "ERROR")) else "command"
    if name in _SHELLS:
        return _kind_of_shell(text, before)
    if name in _UNKNOWN:
        return _kind_of_unknown(text, name, before)
    return "text"


def _kind_of_shell(text: str, before: str) -> BlockKind:
    if looks_like_query(text) or looks_like_shell(text):
        return "command"
    if all(line.lstrip().startswith("#") for line in text.splitlines() if line.strip()):
        return "text"
    announced = _OUTPUT.search(before) is not None and _RUN.search(before) is None
    return "output" if announced or looks_like_output(text) else "command"


def _kind_of_unknown(text: str, name: str, before: str) -> BlockKind:
    if name in {"output", "log"}:
        return "output"
    if looks_like_message(text) or (_TEMPLATE.search(before) and has_sentences(text)):
        return "message"
    if (looks_like_query(text) and not _PRINTED.search(before)) or looks_like_shell(text):
        return "command"
    if _DIAGRAM.search(text):
        return "text"
    return _kind_by_words(text, before)


def _kind_by_words(text: str, before: str) -> BlockKind:
    if looks_like_output(text) or (_OUTPUT.search(before) and not looks_configured(text)):
        return "output"
    if looks_configured(text):
        return "text"
    if _MESSAGE.search(before):
        return "message"
    if (_RUN.search(before) or _TASK.match(before)) and looks_like_shell(text, asked=True):
        return "command"
    return "text"
