"""Nobody's document makes the reading fail or crawl."""

import random
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.domain.protocol_json import from_json, to_json
from incident_tui.protocols.markdown import Imported, drafts, lists, read, source, tree
from tests.protocols.scoring import SHARED, shown

FILES = sorted((SHARED / "corpus" / "runbooks").glob("*.md*")) + sorted((SHARED / "corpus" / "labelled").glob("*.md*"))
OWN = (
    "# A\n\n## Do (15 min)\n1. Run `x y`\n   - [ ] it\n```sh\n$ ls \\\n  -l\n```\n\n| # | Step |\n|--|--|\n| 1 | Go |\n"
)
SCRAPS = [
    *(
        "\n",
        "\n\n",
        " ",
        "\t",
        "    ",
        "- ",
        "- [ ] ",
        "1. ",
        "# ",
        "## ",
        "```",
        "~~~",
        "`",
        "|",
        "|--|--|\n",
        "> ",
        "<",
    ),
    *(">", "<!--", "-->", "<%", "%>", "{%", "%}", "{{<", ">}}", "---\n", "===\n", "***", "**", "_", "[", "]", "(", ")"),
    *(
        "![",
        ":",
        "!!! note\n",
        ":::",
        "\\",
        "&#x202e;",
        "\x00",
        "\ud800",
        "\u202e",
        "é",
        "日本",
        "(15 min)",
        "0-15 minutes",
    ),
    *(
        "A. ",
        "$ ",
        "<details>",
        "<!-- incident: steps -->",
        "<!-- incident: budget 15m -->",
        "[a]: b\n",
        "\r",
        "\x1b[31m",
    ),
    "99999999999999999999 days",
]


def mutated(text: str, chance: random.Random) -> str:
    """The text with a few pieces lost, moved, doubled or put in."""
    for _ in range(chance.randint(1, 12)):
        start = chance.randint(0, len(text))
        end = min(len(text), start + chance.choice((0, 1, 3, 20, 200)))
        piece = text[start:end]
        put = chance.choice((chance.choice(SCRAPS), piece * 2, piece[::-1], ""))
        text = text[:start] + put + text[end:]
    return text


def checked(text: str) -> Imported:
    imported = read(text, "x.md")
    assert from_json(to_json(imported.protocol)).title == imported.protocol.title
    assert all(phase.steps for phase in imported.protocol.phases)
    assert all(step.title.strip() for _, step in imported.protocol.all_steps())
    return imported


def documents(count: int) -> Iterator[str]:
    chance = random.Random(count)
    texts = [file.read_text() for file in FILES] or [OWN]
    for _ in range(count):
        yield mutated(chance.choice([chance.choice(texts), OWN]), chance)


def pieces(count: int) -> Iterator[str]:
    """A few lines of a document each, mutated: a hundred times as many as whole ones in the same time."""
    chance = random.Random(count)
    texts = [file.read_text().splitlines(keepends=True) for file in FILES] or [OWN.splitlines(keepends=True)]
    for _ in range(count):
        lines = chance.choice(texts)
        start = chance.randrange(max(1, len(lines)))
        yield mutated("".join(lines[start : start + chance.randint(1, 40)]), chance)


def read_all(texts: Iterator[str], count: int) -> None:
    assert sum(bool(checked(text)) for text in texts) == count


def test_three_hundred_mutations_of_real_documents() -> None:
    read_all(documents(300), 300)


@pytest.mark.faults
def test_thirty_thousand_mutations_of_real_documents() -> None:
    read_all(documents(30_000), 30_000)


def test_a_thousand_mutations_of_pieces() -> None:
    read_all(pieces(1_000), 1_000)


@pytest.mark.faults
def test_a_million_mutations_of_pieces() -> None:
    read_all(pieces(1_000_000), 1_000_000)


@pytest.mark.parametrize(("texts", "count"), [(documents, 300), (pieces, 1_000)])
def test_the_test_notices_items_that_say_nothing_and_become_steps(
    monkeypatch: pytest.MonkeyPatch, texts: Callable[[int], Iterator[str]], count: int
) -> None:
    of_block = lists._of_block

    def of_every_item(block: tree.Block, marker: drafts.Marker, above: list[tree.Block]) -> list[drafts.Draft]:
        if isinstance(block, tree.Listing):
            return [drafts.of_item(item) for item in block.items]
        return of_block(block, marker, above)

    monkeypatch.setattr(lists, "_of_block", of_every_item)
    with pytest.raises(AssertionError):
        read_all(texts(count), count)


@given(st.lists(st.sampled_from(SCRAPS) | st.text(max_size=8), max_size=40).map("".join))
def test_any_text(text: str) -> None:
    checked(text)


DEEP = ["> " * 5000 + "deep", "".join("  " * depth + "- x\n" for depth in range(400))]


def taken(text: str) -> None:
    assert len(checked(text).protocol.digest) == 64


@pytest.mark.parametrize(
    "text",
    [
        *DEEP,
        "[" * 50_000,
        "*" * 50_000,
        "<!--" * 20_000,
        "<%" * 20_000 + "{%" * 20_000,
        "<a " * 20_000,
        "`" * 9999 + " ".join("`" * (count % 40) + "a" for count in range(5000)),
        "- [ ] x\n" * 8000,
        "| a | b |\n|--|--|\n" + "| 1 | 2 |\n" * 3000,
        "(" * 20_000 + "15 min" + ")" * 20_000,
        "\n" * 100_000,
        "a" * 300_000,
        "if " * 30_000 + ", " * 30_000,
        "first " * 40_000,
        "## Do\n\n- Run it\n\n" + "text\n\n" * 20_000 + "```sh\nls\n```\n",
        "".join(f"**Check {count}**\n\n1. x\n\n" for count in range(5000)),
        "".join(f"## Do {count}\n<!-- incident: steps -->\n\n- x\n\n" for count in range(5000)),
        "1. x\n\ny\n\n" * 10_000,
        "a `b` c " * 40_000,
        "## Do\n\n" + "\n\n".join(f"A. {'x ' * 10}" for _ in range(3000)),
    ],
    ids=lambda text: text[:12],
)
def test_monsters(text: str) -> None:
    taken(text)


LONG = {
    "tasks": "- [ ] step of many\n",
    "sections": "## Do it\n\n1. Run `x y`\n   - [ ] it\n\n",
    "letters": "A. go there\n",
    "rows": "| run it | now |\n",
    "blocks of code": "```sh\nls -l\n```\n\n",
    "quotes": "> - x\n",
    "commands": "a `b` c ",
    "brackets": "[",
}


def reading_seconds(piece: str, size: int) -> float:
    """The time of the processor for a text of so many signs; what others do on the machine is not in it."""
    text = ("## Do\n\n| a | b |\n|--|--|\n" + piece * (size // len(piece)))[:size]
    began = time.process_time()
    read(text)
    return time.process_time() - began


@pytest.mark.faults
@pytest.mark.parametrize("piece", LONG.values(), ids=LONG)
def test_the_time_grows_with_the_length_of_a_document_not_with_its_square(piece: str) -> None:
    reading_seconds(piece, 10_000)
    short, long = reading_seconds(piece, 125_000), reading_seconds(piece, 500_000)
    print(f"{long:.2f} s for half a megabyte, {long / short:.1f} times as long as for a quarter of that")
    assert long < 10 * short


@pytest.fixture
def bottomless(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Blocks within blocks are followed as deep as they come."""
    monkeypatch.setattr(source, "_DEEP", re.compile("(?!)"))
    monkeypatch.setattr(tree, "_DEEPEST", 1_000_000)
    tree._parser.cache_clear()
    yield
    tree._parser.cache_clear()


@pytest.mark.usefixtures("bottomless")
@pytest.mark.parametrize("text", DEEP, ids=lambda text: text[:12])
def test_the_test_notices_nesting_that_is_followed_to_its_end(text: str) -> None:
    with pytest.raises(RecursionError):
        taken(text)


def test_deep_nesting_loses_no_word() -> None:
    text = "# A\n\n## Do\n\n" + "".join("  " * depth + f"- word{depth}\n" for depth in range(120))
    seen = shown(read(text).protocol)

    assert [depth for depth in range(120) if f"word{depth}" not in seen] == []


def test_the_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    from hashlib import sha256

    file = tmp_path / "a.md"
    file.write_bytes("# Ä\r\n".encode())

    assert read(file.read_bytes().decode()).protocol.digest == sha256(file.read_bytes()).hexdigest()
