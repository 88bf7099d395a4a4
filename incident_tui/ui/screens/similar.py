"""Past incidents like the one at hand, with why they match and what helped then."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from incident_tui.ui.screens.choose import ChooseScreen

REPLAY = "replay:"


class SimilarScreen(ChooseScreen):
    """Answers with the id of an incident whose report is wanted, or with REPLAY before it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "replay", "replay", priority=True, id="similar.replay", tooltip="See it again as it was"),
    ]

    def action_replay(self) -> None:
        """Wants the replay of the incident under the cursor."""
        row = self.board.cursor_row
        if row is not None:
            self.dismiss(f"{REPLAY}{row.key}")
