"""What git knows of a place: whether a file there is versioned, or could become so."""

import shutil
from pathlib import Path


def tracked_by_git(folder: Path) -> str | None:
    """Return a file below a folder that git tracks, or None; a folder outside any repository is not tracked."""
    listed = _answer(folder, "ls-files", "--", ".")
    return listed.splitlines()[0] if listed else None


def may_be_committed(place: Path) -> bool:
    """Say whether a place lies in a repository that does not ignore it; it need not be there yet."""
    folder = next(above for above in (place, *place.parents) if above.is_dir())
    return bool(_answer(folder, "rev-parse", "--show-toplevel")) and not _answer(folder, "check-ignore", str(place))


def _answer(folder: Path, *arguments: str) -> str:
    # Only a held-out store that is placed or moved asks git; every build would pay for this import.
    import subprocess  # noqa: PLC0415

    program = shutil.which("git")
    if program is None:
        return ""
    done = subprocess.run(  # noqa: S603 - fixed program and arguments
        [program, "-C", str(folder), *arguments], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else ""
