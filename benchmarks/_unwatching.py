"""The program as it is, except that it does not look what other processes have recorded."""

from __future__ import annotations

import sys

from incident_tui.__main__ import main
from incident_tui.ui import app

A_DAY = 86_400.0

if __name__ == "__main__":
    app.LOOK_SECONDS = A_DAY
    sys.exit(main())
