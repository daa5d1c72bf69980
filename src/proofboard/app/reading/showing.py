"""Show one entry of a publication."""

from proofboard.app.site import opened
from proofboard.errors import UnknownEntryError
from proofboard.publish.opened import OpenedSite
from proofboard.publish.views.difference import rows_by_name
from proofboard.publish.views.entry_text import entry_text
from proofboard.schemas.board import BoardRow, Leaderboard
from proofboard.schemas.selectors import select


def show(site: str, selector: str) -> str:
    """Return the numbers of one entry as text; raises UnknownEntryError with near names."""
    with opened(site, whole=False) as folder:
        found = OpenedSite(folder)
        row = _row(found.board, selector)
        return entry_text(found.board, row, found.entry(row))


def _row(board: Leaderboard, selector: str) -> BoardRow:
    try:
        return select(list(rows_by_name(board).values()), selector)
    except UnknownEntryError:
        for skipped in board.skipped:
            if skipped.entry == selector:
                raise UnknownEntryError(f"{selector} is listed and not on the board: {skipped.reason}") from None
        raise
