"""Where a database file must not lie: file systems that several machines mount keep no locks that SQLite can trust."""

import re
from pathlib import Path
from typing import Final

from proofboard.errors import fault

MOUNTS: Final = Path("/proc/self/mounts")
NETWORK: Final = frozenset(
    {
        "9p",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "fuse.ceph",
        "fuse.glusterfs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "gfs2",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "smb2",
        "smb3",
        "smbfs",
    }
)


def refuse_network_file_system(folder: Path, mounts: Path = MOUNTS) -> None:
    """Raise InputError where a folder lies on a network file system; what is not known is allowed."""
    kind = kind_of_file_system(folder, mounts)
    if kind in NETWORK:
        raise fault(
            folder,
            f"lies on a network file system ({kind}), on which SQLite loses data; choose a folder on a disk of this "
            "machine with PROOFBOARD_DATA, or a PostgreSQL database with PROOFBOARD_DATABASE_URL",
        )


def kind_of_file_system(folder: Path, mounts: Path = MOUNTS) -> str | None:
    """Return the kind of file system a folder lies on, or will lie on; None where this machine does not say."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    place = folder.absolute().resolve()
    kind, deepest = None, -1
    for line in lines:
        _, mounted, found, *_ = [*line.split(), "", "", ""]
        point = Path(_plain(mounted))
        # Of two mounts at one place the later one is seen.
        if mounted and place.is_relative_to(point) and len(point.parts) >= deepest:
            kind, deepest = found, len(point.parts)
    return kind


def _plain(mounted: str) -> str:
    """Undo the octal escapes of blanks in the table of mounts."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), mounted)
