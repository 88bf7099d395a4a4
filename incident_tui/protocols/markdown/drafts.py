"""A step while it is being read, and the plain texts of what belongs to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from msgspec import Struct, field

from incident_tui.protocols.markdown.inlines import Inline
from incident_tui.protocols.markdown.tree import Block, Code, Heading, Item, Listing, Para, Quote, Table
from incident_tui.protocols.markdown.vocabulary import is_request

Marker = Literal["", "task", "table", "number", "bullet", "letter", "label", "code", "prose", "heading"]

_LONGEST_TITLE: Final = 140
_FIRST_SENTENCE: Final = re.compile(r"(?<=[.!?:])(?<!\.\.)\s+(?=[A-Z0-9(\"'“`$])|(?<=[。！？])")
_TOOLS: Final = re.compile(
    r"(?:sudo )?(?:kubectl|helm|aws|gcloud|az|docker|podman|git|curl|wget|ssh|scp|rsync|systemctl"
    r"|service|journalctl|psql"
    r"|mysql|redis-cli|terraform|ansible(?:-playbook)?|make|npm|pip|python3?|bundle|rails|rake|cat|grep|tail|head|ls|ps|df"
    r"|du|top|kill|apt(?:-get)?|yum|dnf|brew|openssl|dig|nslookup|ping|vault|consul|nomad|etcdctl|velero|eksctl|kustomize"
    r"|oc|virtctl|chef|knife|gitlab-ctl|tar|gzip|find|iptables|tcpdump|netstat|deployer|gh|krel|kpromo|(?:\./|~/|/)[\w./-]+)"
    r" [^\n]+|sudo [^\n]+"
)


class Draft(Struct):
    """A step with the blocks that explain it; `remarks` are the team's own notes at its end."""

    title: str
    line: int
    text: str = ""
    rest: list[Block] = field(default_factory=list)
    inner: list[Draft] = field(default_factory=list)
    assignee: str = ""
    target: str = ""
    detail: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


class Found(Struct):
    """What a section holds: its steps, what stands above and below them, and how many listed items ask (0 to 1)."""

    marker: Marker = ""
    steps: list[Draft] = field(default_factory=list)
    before: list[Block] = field(default_factory=list)
    after: list[Block] = field(default_factory=list)
    share: float = 0.0


def of_inline(inline: Inline, line: int) -> Draft:
    """A step called by the first line or sentence of `inline`; what does not fit into a title is its detail."""
    title, rest = _titled(inline)
    return Draft(
        title,
        line,
        text=inline.line,
        detail=[*([rest] if rest else []), *inline.links],
        codes=commands_in(inline),
    )


def commands_in(inline: Inline) -> list[str]:
    """The code spans that are commands to run."""
    return [code for code in inline.codes if _TOOLS.fullmatch(code)]


def of_item(item: Item) -> Draft:
    """The step of a list item; nested items are steps below it when they ask for something."""
    first = item.blocks[0] if item.blocks else None
    if isinstance(first, Para | Heading):
        draft, rest = of_inline(first.inline, item.line), item.blocks[1:]
    elif isinstance(first, Code):
        draft, rest = Draft(first.text.strip().partition("\n")[0], item.line), item.blocks
    else:
        draft, rest = Draft("", item.line), item.blocks
    for block in rest:
        if isinstance(block, Listing):
            _take(draft, block)
        else:
            draft.rest.append(block)
    draft.remarks = item.remarks
    if not draft.title:
        _take_title(draft)
    return draft


def _take_title(draft: Draft) -> None:
    """An item that starts with a list is called by the first of its lines."""
    lines = texts_of(draft.rest) or [inner.title for inner in draft.inner]
    lines = lines or [code.text.strip() for code, _ in codes_of(draft.rest)]
    draft.title = " ".join(lines[0].strip().partition("\n")[0].split()) if lines else ""


def _take(draft: Draft, listing: Listing) -> None:
    are_steps = _are_steps(listing)
    for item in listing.items:
        inner = of_item(item) if item.wish == "step" or (are_steps and item.wish != "text") else None
        if inner and inner.title:
            draft.inner.append(inner)
        else:
            draft.rest.append(alone(item, listing))


def inner_of(listing: Listing) -> list[Draft]:
    """Each item as a step; the author says by `wish` that one is none."""
    return [draft for item in listing.items if item.wish != "text" and (draft := of_item(item)).title]


def alone(item: Item, listing: Listing) -> Listing:
    """The item as a list of its own, to be read."""
    return Listing(listing.ordered, [item], item.line, listing.margin)


def _are_steps(listing: Listing) -> bool:
    """Whether nested items are things to do: some have boxes, or half of them are requests."""
    if any(item.box for item in listing.items):
        return True
    asking = sum(is_request(text_of(item)) for item in listing.items)
    return asking * 2 >= len(listing.items) and asking > 0


def text_of(item: Item) -> str:
    """The first paragraph of an item on one line."""
    first = item.blocks[0] if item.blocks else None
    return first.inline.line if isinstance(first, Para | Heading) else ""


def _titled(inline: Inline) -> tuple[str, str]:
    whole = inline.line
    if len(whole) <= _LONGEST_TITLE:
        return whole, ""
    parts = _FIRST_SENTENCE.split(whole, maxsplit=1)
    if len(parts) == 2 and len(parts[0]) >= 12:
        return parts[0].strip(), parts[1].strip()
    if inline.label and whole.startswith(inline.label) and len(inline.label) >= 12:
        return inline.label, whole[len(inline.label) :].strip()
    return whole, ""


def texts_of(blocks: Iterable[Block]) -> list[str]:
    """What the blocks say in plain lines, one text for each; code blocks say nothing here."""
    found: list[str] = []
    for block in blocks:
        found += _texts(block)
    return found


def _texts(block: Block) -> list[str]:
    match block:
        case Para() | Heading():
            return [block.inline.full] if block.inline.full else []
        case Quote():
            return texts_of(block.blocks)
        case Listing():
            return ["\n".join(_lines(block, 0))] if block.items else []
        case Table():
            return ["\n".join(_row(row) for row in (block.head, *block.rows))]
    return []


def _row(cells: Sequence[Inline]) -> str:
    return " | ".join(cell.full.replace("\n", " ") for cell in cells)


def _lines(listing: Listing, depth: int) -> list[str]:
    lines: list[str] = []
    for item in listing.items:
        mark = f"{item.number}." if listing.ordered else "•"
        lead = "  " * depth + mark
        for block in item.blocks:
            if isinstance(block, Listing):
                lines += [lead] if lead.strip() else []
                lines += _lines(block, depth + 1)
            else:
                texts = "\n".join(_texts(block)).split("\n")
                lines += [f"{lead} {text}".rstrip() for text in texts if text][:1]
                lines += ["  " * (depth + 1) + text for text in [text for text in texts if text][1:]]
            lead = "  " * depth + " " if not isinstance(block, Code) else lead
    return lines


def codes_of(blocks: Iterable[Block]) -> list[tuple[Code, str]]:
    """The code blocks with the text above each, at any depth."""
    found: list[tuple[Code, str]] = []
    before = ""
    for block in blocks:
        match block:
            case Code():
                found.append((block, before))
            case Para() | Heading():
                before = block.inline.line
            case Quote():
                found += codes_of(block.blocks)
            case Listing():
                for item in block.items:
                    found += codes_of(item.blocks)
    return found
