"""Export a board of a publication as a table."""

from collections.abc import Sequence

from proofboard.app.site import opened
from proofboard.errors import fault
from proofboard.publish.opened import OpenedSite
from proofboard.publish.views import export as boards
from proofboard.publish.views.tables import Format, Table, render
from proofboard.schemas.selectors import select


def export(site: str, form: Format, *, board: str = "overall", entries: Sequence[str] = ()) -> str:
    """Return a board as text; `entries` selects single ones. Raises InputError or UnknownEntryError."""
    with opened(site, whole=False) as folder:
        return render(_table(OpenedSite(folder), board, entries), form)


def _table(site: OpenedSite, name: str, entries: Sequence[str]) -> Table:
    board = site.board
    rows = [select(board.entries, entry) for entry in entries] or board.entries
    rows = [row for row in board.entries if row in rows] if entries else rows
    if name == "items":
        if entries:
            raise fault("--board items", "shows items and no entries; leave --entry out")
        return boards.items(board, site.items)
    if name.startswith("category:"):
        return boards.category(board, rows, site.category_boards(), name.removeprefix("category:"))
    if name in {"language", "category"} or name.startswith("facet:"):
        return boards.facet(board, rows, site.rules, boards.facet_named(board, site.rules, name))
    made = {"overall": boards.overall, "efficiency": boards.efficiency, "metrics": boards.metrics}.get(name)
    if made is None:
        raise fault(f"--board {name}", f"is not a board; boards are {boards.BOARDS}")
    return made(board, rows)
