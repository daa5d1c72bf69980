"""Check that the packaged page is the build of `web/`.

    python tools/page_built.py

It is built anew into a folder for a moment, and compared byte by byte. Needs `npm ci` in `web/`.
"""

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from node import WEB, command, environment

PACKAGED: Final = Path(__file__).parents[1] / "src" / "proofboard" / "publish" / "site"
ADVICE: Final = "Build the page with `make page`, and commit src/proofboard/publish/site together with web/."
SHOWN: Final = 8


def main() -> int:
    """Say what differs, if anything does."""
    found = differences(built(), files_of(PACKAGED))
    if found:
        print("The packaged page is not the build of web/:")
        print("\n".join(f"  {line}" for line in found[:SHOWN]))
        if len(found) > SHOWN:
            print(f"  and {len(found) - SHOWN} more")
        print(ADVICE)
    return 1 if found else 0


def built() -> dict[str, bytes]:
    """Build the page and return its files; stops the process with what the build says if it fails."""
    with tempfile.TemporaryDirectory(prefix="page-") as folder:
        building = command(["vite", "build", "--outDir", folder, "--emptyOutDir", "--logLevel", "warn"])
        done = subprocess.run(building, cwd=WEB, env=environment(), capture_output=True, text=True, check=False)  # noqa: S603 - a tool of the lock
        if done.returncode:
            sys.exit(f"The page cannot be built:\n{done.stdout}{done.stderr}")
        return files_of(Path(folder))


def files_of(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder by its path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def differences(expected: Mapping[str, bytes], packaged: Mapping[str, bytes]) -> list[str]:
    """Say of each file that is not the same in both what is wrong with it."""
    return [
        f"{path}: "
        + ("is missing" if path not in packaged else "is no file of it" if path not in expected else "differs")
        for path in sorted(expected.keys() | packaged.keys())
        if expected.get(path) != packaged.get(path)
    ]


if __name__ == "__main__":
    sys.exit(main())
