"""The program as it is, except that it does not look what other processes have recorded."""

from __future__ import annotations

import sys

from incident_tui.__main__ import main
from incident_tui.ui.app import IncidentApp
from incident_tui.ui.noticing import Noticing

if __name__ == "__main__":
    setattr(Noticing, "start", lambda _noticing: None)  # noqa: B010 - a method may not be assigned to
    setattr(IncidentApp, "_look", lambda _app: None)  # noqa: B010
    sys.exit(main())
