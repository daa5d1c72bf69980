"""Open a publication wherever it lies: a folder, an archive of one, or an http(s) address."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from proofboard.app.fetch import fetch, is_address
from proofboard.archives.unpack import unpacked
from proofboard.publish.names import ROOT


@contextmanager
def opened(site: str, *, whole: bool = True) -> Iterator[Path]:
    """Yield the folder of a publication; what was fetched or unpacked is removed afterwards.

    `whole=False` does not fetch what only verifying needs: bundles, item scores, texts of items, the page.
    Raises InputError or UnsafeArchiveError.
    """
    if is_address(site):
        with tempfile.TemporaryDirectory(prefix="proofboard-") as folder:
            fetch(site, Path(folder), whole=whole)
            yield Path(folder)
        return
    with unpacked(Path(site)) as folder_or_file:
        yield _site_in(folder_or_file)


def _site_in(folder: Path) -> Path:
    """Look through the one folder that most archives put around their files."""
    if folder.is_dir() and not (folder / ROOT).exists():
        inside = list(folder.iterdir())
        if len(inside) == 1 and (inside[0] / ROOT).is_file():
            return inside[0]
    return folder
