"""The page that comes with every publication: packaged files, read as bytes."""

from functools import cache
from pathlib import Path

INDEX = "index.html"


@cache
def page_assets() -> dict[str, bytes]:
    """Return the page's files by their path in a site: `index.html`, and beside it everything else in `assets/`."""
    files = sorted(path for path in Path(__file__).with_name("site").iterdir() if path.is_file())
    return {file.name if file.name == INDEX else f"assets/{file.name}": file.read_bytes() for file in files}
