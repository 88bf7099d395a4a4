"""Where a database lies: on a disk of this machine, or on a network that shares it with others."""

from __future__ import annotations

import re
from pathlib import Path

MOUNTS = Path("/proc/self/mounts")
# SQLite's WAL needs memory that all who have the file open share: all must be on one machine, and so must the file.
NETWORK = frozenset(
    {
        *("9p", "afs", "auristorfs", "beegfs", "ceph", "cifs", "coda", "davfs"),
        *("gfs2", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "smb2", "smb3", "smbfs"),
        *(f"fuse.{name}" for name in ("beegfs", "ceph", "davfs2", "gcsfuse", "glusterfs", "rclone", "s3fs", "sshfs")),
    }
)
ESCAPED = r"\\([0-7]{3})"


def file_system(folder: Path, mounts: Path | None = None) -> str:
    """The type of the file system that holds `folder`; empty where the system does not say."""
    try:
        lines = (mounts or MOUNTS).read_text(errors="surrogateescape").splitlines()
    except OSError:
        return ""
    place = f"{folder.resolve()}/"
    best, kind = -1, ""
    for line in lines:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = re.sub(ESCAPED, lambda match: chr(int(match[1], 8)), fields[1]) if "\\" in fields[1] else fields[1]
        if place.startswith(f"{point.rstrip('/')}/") and len(point) >= best:
            best, kind = len(point), fields[2]
    return kind


def network_of(folder: Path) -> str:
    """The type of the network file system that holds `folder`; empty where it is none."""
    kind = file_system(folder)
    return kind if kind in NETWORK else ""
