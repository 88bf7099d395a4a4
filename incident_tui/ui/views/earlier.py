"""Long sections: the newest things, and one row for those before them, which Enter unfolds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from incident_tui.ui.views.scene import Scene
from incident_tui.ui.widgets.board import Row

KEPT = 40
Thing = TypeVar("Thing")


def never(_thing: object) -> bool:
    """Nothing old has to stay in sight."""
    return False


def newest(
    scene: Scene, section: str, things: Sequence[Thing], needed: Callable[[Thing], bool] = never
) -> tuple[list[Row], list[Thing]]:
    """A row that counts the earlier things, if there are many, and the things to show; the `needed` ones always are."""
    key = f"earlier:{section}"
    before = things[:-KEPT]
    if not before or key in scene.expanded:
        return [], list(things)
    kept = [thing for thing in before if needed(thing)]
    row = Row(key, ((f"  {len(before) - len(kept):,} earlier", "muted"),))
    return [row], [*kept, *things[-KEPT:]]
