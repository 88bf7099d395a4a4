"""The whole war room as values: what each of its parts shows at a moment."""

from __future__ import annotations

from msgspec import Struct

from incident_tui.ui.text import Line
from incident_tui.ui.views.banner import banner, one_line
from incident_tui.ui.views.case import case, case_words
from incident_tui.ui.views.checklist import checklist, progress_words
from incident_tui.ui.views.communications import communications, is_due
from incident_tui.ui.views.scene import Scene
from incident_tui.ui.views.strip import strip
from incident_tui.ui.widgets.board import Row
from incident_tui.ui.widgets.tab_line import Tab

PANES = ("checklist", "log", "messages", "case")


class Cells(Struct, frozen=True):
    """How wide the parts are."""

    banner: int
    checklist: int
    messages: int


class RoomView(Struct, frozen=True):
    """Lines and rows, ready to be handed to the widgets: all that changes as time passes."""

    banner: tuple[Line, ...]
    checklist: tuple[Row, ...]
    messages: tuple[Row, ...]
    case: tuple[Row, ...]
    strip: Line


def top(scene: Scene, cells: int, notice: str, *, tiny: bool) -> tuple[Line, ...]:
    """The banner; a `notice` replaces its last line."""
    if tiny:
        return (one_line(scene, cells),)
    lines = banner(scene, cells)
    return (*lines[:-1], ((notice, "bad"),)) if notice else lines


def room_view(scene: Scene, cells: Cells, lines: tuple[Line, ...]) -> RoomView:
    """The room of `scene`; `lines` are the banner."""
    return RoomView(
        lines,
        checklist(scene, max(cells.checklist, 20)),
        communications(scene, cells.messages),
        case(scene),
        strip(scene, cells.banner),
    )


def titles(scene: Scene) -> dict[str, str]:
    """The titles of the panes, but for that of the log."""
    count = len(scene.incident.messages)
    return {
        "checklist": f"Protocol  {progress_words(scene)}",
        "messages": f"Communications  {count}" if count else "Communications",
        "case": f"Case  {case_words(scene)}".rstrip(),
    }


def tabs(scene: Scene, logged: int) -> tuple[Tab, ...]:
    """The tabs of a narrow screen; `logged` counts the lines of the log."""
    due: Line = (("  due", "bad"),) if is_due(scene) else ()
    return (
        Tab("checklist", ((f"1 Protocol {progress_words(scene).replace(' of ', '/')}", ""),)),
        Tab("log", ((f"2 Log {logged}", ""),)),
        Tab("messages", ((f"3 Comms {len(scene.incident.messages)}", ""), *due)),
        Tab("case", (("4 Case", ""),)),
    )
