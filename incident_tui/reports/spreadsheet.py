"""The time line for a spreadsheet: CSV in which no cell is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from incident_tui.reports.markdown import csv_cell
from incident_tui.reports.timelines import Line
from incident_tui.reports.typeset import Wall

HEADER = ("occurred", "recorded", "kind", "who", "text", "state", "starred", "tags", "id")


def csv_of(lines: Iterable[Line], wall: Wall) -> str:
    """A header and one row for each line, times as ISO 8601 in the wall's zone; lines end with a newline alone."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER)
    for line in lines:
        writer.writerow(
            (
                wall.local(line.at).isoformat(timespec="seconds"),
                wall.local(line.recorded).isoformat(timespec="seconds"),
                csv_cell(line.kind),
                csv_cell(line.by),
                csv_cell(line.text),
                line.state,
                "yes" if line.starred else "",
                csv_cell(" ".join(line.tags)),
                csv_cell(line.id),
            )
        )
    return written.getvalue()
