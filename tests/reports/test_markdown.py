"""Whatever people and machines write, a parser finds our structure around their words, and nothing else."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from incident_tui.domain.text import clean
from incident_tui.reports.markdown import block, cell, csv_cell, inline, line

HOSTILE = (
    "\n# Resolved",
    "# Resolved",
    "Resolved\n===",
    "===",
    "---",
    "***",
    "* * *",
    "_ _ _",
    "| x |",
    "a | b\n--|--\nc | d",
    ":-: | :-:",
    "```",
    "~~~",
    "````python\nx = 1\n````",
    "    indented",
    "\tindented",
    "<script>alert(1)</script>",
    "<img src=http://x>",
    "<details open>",
    "<!--",
    "<?php ?>",
    "<!DOCTYPE html>",
    "<http://x.com>",
    "<a@x.com>",
    "![](http://x)",
    "[a](javascript:alert(1))",
    "[a][b]\n\n[b]: http://x",
    "[b]: http://x",
    "&lt;",
    "&#60;script&#62;",
    "- [x] done",
    "[x] done",
    "+ item",
    "1. item",
    "2) item",
    "> quoted",
    "> [!NOTE]\n> x",
    "[^1]",
    "[^1]: note",
    "^[note]",
    "$$x$$",
    "$`x`$",
    "costs $5 or $6",
    "@channel",
    "see #123 and GH-7",
    "level:warning:disk :+1:",
    "http://x.com/a_b*c*?d=$e&amp;f=`g`",
    "(see https://en.wikipedia.org/wiki/Foo_(bar)), WWW.x.com.",
    "//x.com a|//|x.com",
    "xftp://x.com ftp://x.com mailto:a@x.com xmpp:a@x.com",
    "mail ops@example.com, ops\\@example.com",
    "**bold** *it* __bold__ _it_ ~~gone~~ ~gone~",
    "\\*not\\* \\",
    "ends with \\",
    r"\\server\share\*.log\_x \$5 \@a \<b \|",
    "pipe \\| pipe \\\\|",
    "`code` and ``more",
    "ends in a heading #",
    "\x1b]52;c;ZXZpbA==\x07",
    "",
)
READABLE = (
    ("p99 is 2.4 s -> checkout fails (3 < 5, a > b)", None),
    ("kubectl get pods | grep api_server", None),
    ("rolled back at 14:05:33; took ~5 min to ~10 min", None),
    (r"C:\Windows\temp, split('\n')", None),
    ("load 2 * 3 & rising, R&D told, 50 % off!", None),
    ("log in ~/logs, see ~/logs", None),
    ("#tag and *bold*", r"#tag and \*bold\*"),
    ("ask @mona.", "ask `@mona`."),
    ("(see https://x.io/a_b?c=1&d=2)", "(see `https://x.io/a_b?c=1&d=2`)"),
    ("get('http://x.io/') (http://x.io/Foo_(bar)),", "`get('http://x.io/')` (`http://x.io/Foo_(bar)`),"),
    ("echo $HOME", "echo `$HOME`"),
    ("down\n\n  since 14:05\r\nall of it", "down ⏎ since 14:05 ⏎ all of it"),
)
MARKS = (*"\\`*_[]()<>~|$!^:@#&;=+-.\"'/{}% \n\t1ax", "**", "_ _", "&amp", "www.", "http:", "//", "x.com")
pieces = st.sampled_from(HOSTILE) | st.sampled_from(MARKS)
texts = st.lists(pieces | st.text(max_size=3), max_size=10).map("".join)
hostile = pytest.mark.parametrize("text", HOSTILE)
fuzzed = settings(derandomize=True, max_examples=500, deadline=None)

# What GitHub looks for in the words of a finished page, code left out.
_POSTPROCESSED = re.compile(
    r"(?:^|\W)@[a-z0-9]|[\w.+-]@[\w-]+\.\w|(?:^|\W)(?:#|gh-)\d|:(?:[+-]1|100|[\w+-]*[a-z][\w+-]*):|\$|www\.\w",
    re.IGNORECASE,
)
WORDS = {"text", "softbreak", "code_inline"}


def parser() -> MarkdownIt:
    """All that GitHub reads; like there, `main.py` is no address, and `www.` is one."""
    reader = MarkdownIt("gfm-like", {"html": True}).use(footnote_plugin).use(dollarmath_plugin).use(tasklists_plugin)
    assert reader.linkify is not None
    reader.linkify.set({"fuzzy_link": False})
    return reader.enable(["table", "strikethrough", "linkify"])


PARSER = parser()


def leaves(document: str) -> Iterator[Token]:
    for token in PARSER.parse(document):
        yield from token.children if token.children is not None else [token]


def read(document: str) -> tuple[list[str], str]:
    """The names of the nodes that are not words, and the words."""
    found = list(leaves(document))
    for token in found:
        assert token.type != "text" or _POSTPROCESSED.search(token.content) is None
    words = "".join("\n" if token.type == "softbreak" else token.content for token in found)
    return [token.type for token in found if token.type not in WORDS], words


def on_one_line(text: str) -> str:
    parts = (part.strip() for part in clean(text).replace("\t", " ").split("\n"))
    return " ⏎ ".join(part for part in parts if part)


def assert_same(document: str, harmless: str, words: str) -> None:
    assert read(document) == (read(harmless)[0], words)


def check_inline(text: str) -> None:
    expected = on_one_line(text)
    words, bold = inline(text), expected or "****"
    assert_same(f"- 14:05 **finding** {words}", "- 14:05 **finding** x", f"14:05 finding {expected}".strip())
    assert_same(f"14:05 **{words}** y\n", f"14:05 **{expected and 'x'}** y\n", f"14:05 {bold} y")
    assert_same(f"## Now: {words}\n", "## Now: x\n", f"Now: {expected}".strip())


def check_line(text: str) -> None:
    expected = on_one_line(text)
    assert_same(f"{line(text)}\n", "x\n" if expected else "", expected)
    assert_same(f"Ours\n{line(text)}\n{line(text)}\n", "Ours\n", f"Ours\n{expected}\n{expected}".strip())
    assert_same(f"- {line(text)}\n- y\n", "- x\n- y\n" if expected else "-\n- y\n", f"{expected}y")
    assert_same(f"> {line(text)}\n", "> x\n" if expected else ">\n", expected)


def check_cell(text: str) -> None:
    expected = on_one_line(text)
    table = "| time | text | by |\n|---|---|---|\n"
    assert_same(
        f"{table}| 14:05 | {cell(text)} | a |\n|{cell(text)}|b|c|\n",
        f"{table}| a | b | c |\n| a | b | c |\n",
        f"timetextby14:05{expected}a{expected}bc",
    )


def check_block(text: str) -> None:
    expected = clean(text).removesuffix("\n")
    document = f"Ours\n\n{block(text, 'text')}\n\nOurs\n"
    assert_same(document, "Ours\n\n```\nx\n```\n\nOurs\n", f"Ours{expected}\nOurs")


@hostile
def test_stays_prose_behind_ours(text: str) -> None:
    check_inline(text)


@hostile
def test_stays_prose_on_a_line_of_its_own(text: str) -> None:
    check_line(text)


@hostile
def test_stays_in_its_cell(text: str) -> None:
    check_cell(text)


@hostile
def test_stays_in_its_block(text: str) -> None:
    check_block(text)


@given(texts)
@fuzzed
def test_any_text_stays_prose_behind_ours(text: str) -> None:
    check_inline(text)


@given(texts)
@fuzzed
def test_any_text_stays_prose_on_a_line_of_its_own(text: str) -> None:
    check_line(text)


@given(texts)
@fuzzed
def test_any_text_stays_in_its_cell(text: str) -> None:
    check_cell(text)


@given(texts)
@fuzzed
def test_any_text_stays_in_its_block(text: str) -> None:
    check_block(text)


@pytest.mark.parametrize(("text", "raw"), READABLE)
def test_reads_well_in_a_terminal(text: str, raw: str | None) -> None:
    assert inline(text) == (text if raw is None else raw)


@pytest.mark.parametrize("text", ["## x", "-", "14.", "3)", "+", ">", "=", "--|--", ":-:"])
def test_escapes_a_start_once(text: str) -> None:
    assert line(text).count("\\") == 1
    assert line(text).replace("\\", "") == text.strip()


@pytest.mark.parametrize("text", ["14:05 down", "--force", "-5 ms", "#tag", "2.4 s", "10.0.0.1", "=x", ":x", "+1 h"])
def test_leaves_a_harmless_start(text: str) -> None:
    assert line(text) == text


@pytest.mark.parametrize(
    ("language", "shown"),
    [("python", "python"), ("C++", "c++"), ("x`y\n# z", "xyz"), ("mermaid", ""), ("math", ""), ("", "")],
)
def test_names_only_a_language_that_is_shown(language: str, shown: str) -> None:
    assert block("x\n", language) == f"```{shown}\nx\n```"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1"])
def test_no_spreadsheet_takes_it_for_a_formula(text: str) -> None:
    assert csv_cell(text) == f"'{clean(text)}"


@given(texts.filter(lambda text: not text.lstrip().startswith(("=", "+", "-", "@"))))
@fuzzed
def test_a_spreadsheet_reads_the_text_again(text: str) -> None:
    written = io.StringIO()
    csv.writer(written).writerow([csv_cell(text), "ours"])
    written.seek(0)
    [[again, ours]] = csv.reader(written)
    assert again.removeprefix("'") == clean(text).removeprefix("'")
    assert ours == "ours"
