"""Rules of evidence that comes from the system: commands with their output, and files."""

from __future__ import annotations

from msgspec.structs import replace

from incident_tui.domain.decide import LINE_LIMIT, TEXT_LIMIT, Decision, Refused
from incident_tui.domain.events import CommandRun, FileAttached, ResultKept
from incident_tui.domain.incident import Incident
from incident_tui.domain.text import clean, clean_line, first_line

PREVIEW_LINES = 40
PREVIEW_LIMIT = 16 * 1024
OUTPUT_LIMIT = 2 * TEXT_LIMIT


def keep_command(incident: Incident, ran: CommandRun) -> Decision:
    """A command that was run, its texts cleaned; its output may be an excerpt, `sha256` then names the whole."""
    output = clean(ran.output)
    return (
        replace(
            ran,
            command=clean(ran.command)[:TEXT_LIMIT],
            output=output[:OUTPUT_LIMIT],
            cut=ran.cut or len(output) > OUTPUT_LIMIT,
            host=first_line(ran.host, LINE_LIMIT),
            folder=clean_line(ran.folder),
        ),
    )


def keep_file(incident: Incident, name: str, sha256: str, size: int, start: bytes) -> Decision:
    """A file that is kept as the blob `sha256`; `start` is its beginning, previewed when it is text."""
    named = first_line(name, LINE_LIMIT)
    if not named:
        return Refused("a file without a name", "name it")
    return (FileAttached(named, sha256, size, preview(start)),)


def keep_result(incident: Incident, result: ResultKept) -> Decision:
    """What a source answered, its texts cleaned and within the limits."""
    text = clean(result.text).strip("\n")
    cut = len(text) > OUTPUT_LIMIT
    return (
        replace(
            result,
            source=first_line(result.source, 60) or "source",
            title=first_line(result.title, LINE_LIMIT) or "answer",
            text=text[:OUTPUT_LIMIT],
            query=clean(result.query)[:LINE_LIMIT],
            url=clean_line(result.url)[:LINE_LIMIT],
            partial=first_line(result.partial or ("the end was cut" if cut else ""), LINE_LIMIT),
        ),
    )


def preview(start: bytes) -> str:
    """The first lines of a text; nothing of what is no text."""
    if b"\0" in start:
        return ""
    try:
        text = start[:PREVIEW_LIMIT].decode()
    except UnicodeDecodeError as error:
        # A character may be cut in two at the end of what was read.
        if error.start < min(len(start), PREVIEW_LIMIT) - 3:
            return ""
        text = start[: error.start].decode()
    return "\n".join(clean(text).split("\n")[:PREVIEW_LINES]).strip("\n")
