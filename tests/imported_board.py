"""What was imported, built into a site and verified, as its board."""

import json
from pathlib import Path
from typing import Any

from proofboard.app.build import build
from proofboard.record.freeze import write_benchmark
from proofboard.record.imported import Imported
from proofboard.verify.verify import verify_site


def board_of(imported: Imported, folder: Path) -> dict[str, Any]:
    """Build a board, verify it, and answer it."""
    write_benchmark(imported, folder / "benchmark")
    build(folder / "benchmark", folder / "site")
    assert not verify_site(folder / "site").refusals
    board: dict[str, Any] = json.loads((folder / "site" / "leaderboard.json").read_text())
    return board


def row_of(imported: Imported, folder: Path) -> dict[str, Any]:
    """Build a board of one entry, verify it, and answer its row."""
    (row,) = board_of(imported, folder)["entries"]
    return dict(row)
