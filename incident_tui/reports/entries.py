"""What was written down, in Markdown: an entry with its author, what it carries, and what became of it since.

In Python, not in a template: a log may have a hundred thousand of them. Every text goes through a filter here, too.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from incident_tui.domain.incident import Fact
from incident_tui.reports import markdown
from incident_tui.reports.roll import Roll
from incident_tui.reports.typeset import Safe, Wall, block, inline, multiline, span, struck
from incident_tui.reports.written import Answer, File, Item, Output

SHOWN_APART = ("cause", "decision", "fix", "health")
"""The kinds of log entries that a report shows a second time."""


class Scribe(Struct, frozen=True):
    """Writes items down for readers of the clock on `wall`. Everything it gives ends with a newline, but `since`."""

    wall: Wall

    def entry(self, item: Item) -> Safe:
        """An entry of the log, whatever it carries."""
        head = f"- **{self.wall.moment(item.at)} {inline(item.kind)}"
        star = " ★" if item.starred else ""
        if item.output is not None:
            return Safe(f"{head}**{star} {inline(item.by)} {self._ran(item, item.output)}")
        if item.file is not None:
            return Safe(f"{head}**{star} {inline(item.by)} {self._attached(item, item.file)}")
        if item.answer is not None:
            return Safe(f"{head}**{star} {inline(item.by)} {self._asked(item, item.answer)}")
        label = f" {inline(item.label)}" if item.label else ""
        by = f" {inline(item.by)}" if item.by else ""
        tags = "".join([f" {inline(f'#{tag}')}" for tag in item.tags]) if item.tags else ""
        text = f" {markdown.inline(item.text)}\n" if item.plain else self.words(item)
        return Safe(f"{head}{label}**{star}{by}{_weights(item)}{tags}:{text}")

    def words(self, item: Item, indent: int = 2) -> Safe:
        """The text of an item, after words of ours; below them, `indent` spaces deep, where it has lines."""
        return Safe("".join(self._told(item, " " * indent)))

    def since(self, item: Item) -> Safe:
        """What became of it: entered late, amended, struck, undone."""
        late = f" (entered {self.wall.moment(item.recorded)})" if item.late else ""
        amended = f" (amended {self._signed(item.amended)})" if item.amended is not None else ""
        return Safe(f"{late}{amended}{self._taken_back(item.struck)}")

    def _told(self, item: Item, margin: str) -> Iterator[str]:
        if multiline(item.text):
            yield f"{f' {struck(item.headline)}' if item.struck else ''}{self.since(item)}\n"
            yield f"{block(item.text, indent=len(margin))}\n"
        else:
            yield f" {struck(item.text) if item.struck else markdown.inline(item.text)}{self.since(item)}\n"
        for old in item.earlier:
            yield f"{margin}- Earlier text, {self._signed(old)}:"
            yield f"\n{block(old.text, indent=len(margin) + 2)}\n" if multiline(old.text) else f" {inline(old.text)}\n"
        for old in item.withdrawn:
            yield f"{margin}- Undone text, {self._signed(old)}: {struck(old.text)}\n"

    def _taken_back(self, fact: Fact | None) -> str:
        if fact is None:
            return ""
        if fact.text == "undone":
            return f" (undone {self._signed(fact)})"
        return f" (struck {self._signed(fact)}{f': {inline(fact.text)}' if fact.text else ''})"

    def _ran(self, item: Item, output: Output) -> str:
        host = f" on {inline(output.host)}" if output.host else ""
        folder = f" in {inline(output.folder)}" if output.folder else ""
        gone = f", {struck(item.headline)}" if item.struck else ""
        shown = block(f"$ {output.command}\n{output.text}", "console", indent=2)
        cut = (
            f"  The output is cut here: the whole has {inline(output.size)}, SHA-256 {inline(output.sha256)}.\n"
            if output.cut
            else ""
        )
        how = f"exit code {output.exit_code:d} after {span(output.took)}"
        return f"ran a command{host}{folder}: {how}{gone}{self.since(item)}{_weights(item)}\n{shown}\n{cut}"

    def _attached(self, item: Item, file: File) -> str:
        name = struck(file.name) if item.struck else inline(file.name)
        preview = f"{block(file.preview, indent=2)}\n" if file.preview else ""
        return f"attached {name} ({inline(file.size)}){self.since(item)}{_weights(item)}\n{preview}"

    def _asked(self, item: Item, answer: Answer) -> str:
        query = f" for {inline(answer.query)}" if answer.query else ""
        moment = self.wall.moment
        about = f", {moment(answer.since)} to {moment(answer.until)}" if answer.since and answer.until else ""
        asked = f", asked {moment(answer.asked)}" if answer.asked else ""
        title = struck(item.text) if item.struck else inline(item.text)
        url = f", {inline(answer.url)}" if answer.url else ""
        partial = f" (partial: {inline(answer.partial)})" if answer.partial else ""
        where = f"asked {inline(answer.source)}{query}{about}{asked}"
        more = f"{url}{partial}{self.since(item)}{_weights(item)}"
        return f"{where}: {title}{more}\n{block(answer.text, indent=2)}\n"

    def _signed(self, fact: Fact) -> str:
        return f"{self.wall.moment(fact.at)}{f' by {inline(fact.by)}' if fact.by else ''}"


class Lines:
    """The lines of the log in order, and once more by kind those that stand and have a part of their own."""

    def __init__(self, wall: Wall) -> None:
        self._scribe = Scribe(wall)
        self.log = Roll()
        self.apart = {kind: Roll() for kind in SHOWN_APART}

    def add(self, item: Item) -> None:
        text = self._scribe.entry(item)
        self.log.add(item.at, item.id, text)
        if item.kind in self.apart and item.struck is None:
            self.apart[item.kind].add(item.at, item.id, text)

    def fixed(self) -> dict[str, object]:
        """The same by name, for a template that might add to it."""
        return {"log": tuple(self.log), "apart": {kind: tuple(lines) for kind, lines in self.apart.items()}}


def _weights(item: Item) -> str:
    if not item.weights:
        return ""
    return "".join([f" ({inline(weight.stance)} {inline(weight.label)})" for weight in item.weights])
