"""The page that comes with every publication: the packaged build of `web/`, read as bytes."""

from functools import cache
from pathlib import Path
from typing import Final

from proofboard.publish.names import PAGE

INDEX: Final = PAGE


@cache
def page_assets() -> dict[str, bytes]:
    """Return the page's files by their path in a site: what a browser wants at its root, and all else in `assets/`."""
    folder = Path(__file__).with_name("site")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}
