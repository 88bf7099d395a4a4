"""The SQLite library that this program runs on."""

from __future__ import annotations

import sqlite3

# Below this version two connections can corrupt a WAL database when they write and checkpoint at the same moment.
SAFE_SQLITE = (3, 51, 3)


def sqlite_version() -> tuple[int, ...]:
    return sqlite3.sqlite_version_info
