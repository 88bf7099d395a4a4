"""Reading runbooks as protocols, against only parsing their Markdown."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from benchmarks._measure import in_turn, ratio, say, seconds
from incident_tui.protocols.markdown import read

ROUNDS = 5
HOUSE = Path(__file__).parents[1]
CORPUS = HOUSE.parent / "shared" / "corpus" / "runbooks"
MEGABYTE = 1_000_000


def main() -> None:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("table")
    texts = [path.read_text() for path in sorted(CORPUS.glob("*.md*"))]
    what = f"{len(texts)} runbooks of other teams read as protocols"
    if not texts:  # the corpus is not part of a clone
        texts = [path.read_text() for path in (HOUSE / "docs" / "protocols.md", HOUSE / "README.md")] * 20
        what = f"{len(texts)} of our own documents read as protocols"

    def ours(documents: list[str]) -> None:
        for text in documents:
            read(text)

    def bare(documents: list[str]) -> None:
        for text in documents:
            parser.parse(text)

    tasks = "".join(f"- [ ] step {number} of many\n" for number in range(MEGABYTE // 24))
    for name, documents in ((what, texts), ("a megabyte of tasks read as a protocol", ["## Do\n\n" + tasks])):
        in_turn(1, partial(seconds, partial(ours, documents)), partial(seconds, partial(bare, documents)))
        mine, base = in_turn(
            ROUNDS, partial(seconds, partial(ours, documents)), partial(seconds, partial(bare, documents))
        )
        say(name, ratio(mine, base), "parsing them with markdown-it-py alone")


if __name__ == "__main__":
    main()
