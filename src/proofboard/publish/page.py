"""The page that comes with every publication: packaged files, read as bytes."""

from functools import cache
from importlib.resources import files


@cache
def page_assets() -> dict[str, bytes]:
    """Return the page's files by their path in a site: `index.html` and everything below `assets/`."""
    root = files("proofboard.publish") / "site"
    assets = {f"assets/{file.name}": file.read_bytes() for file in (root / "assets").iterdir() if file.is_file()}
    return {"index.html": (root / "index.html").read_bytes(), **dict(sorted(assets.items()))}
