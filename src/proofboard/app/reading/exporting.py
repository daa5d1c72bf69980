"""Export a board of a publication as a table, or the whole publication as records of another format."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from proofboard.app.site import opened
from proofboard.archives.placing import replaced
from proofboard.errors import OutputError, fault
from proofboard.publish.opened import OpenedSite
from proofboard.publish.views import export as boards
from proofboard.publish.views.every_eval_ever import records
from proofboard.publish.views.tables import Format, Table, render
from proofboard.schemas.board import BoardRow, rows_in
from proofboard.schemas.selectors import select


def export(site: str, form: Format, *, board: str = "overall", entries: Sequence[str] = ()) -> str:
    """Return a board as text; `entries` selects single ones. Raises InputError or UnknownEntryError."""
    with opened(site, whole=False) as folder:
        return render(_table(OpenedSite(folder), board, entries), form)


def export_records(site: str, out: Path, *, entries: Sequence[str] = ()) -> int:
    """Write the records of Every Eval Ever of all entries, or of single ones, into a new folder; returns their number.

    Raises InputError, UnknownEntryError, or OutputError where the folder holds something.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise OutputError(f"{out}: is there already and not empty; choose a new folder")
    with opened(site) as folder:
        found = OpenedSite(folder)
        files = records(found, _selected(rows_in(found.board), entries))
    if not files:
        raise fault(site, "has no entry with a score that could be exported; nothing was written")
    _write(files, out)
    return sum(path.endswith(".json") for path in files)


def _write(files: Mapping[str, bytes], out: Path) -> None:
    """Put all files in place in one step."""
    with replaced(out) as aside:
        for path, raw in files.items():
            (aside / path).parent.mkdir(parents=True, exist_ok=True)
            (aside / path).write_bytes(raw)


def _selected(rows: Sequence[BoardRow], entries: Sequence[str]) -> list[BoardRow]:
    wanted = [select(rows, entry) for entry in entries] or rows
    return [row for row in rows if row in wanted]


def _table(site: OpenedSite, name: str, entries: Sequence[str]) -> Table:
    board = site.board
    rows = _selected(board.entries, entries)
    if name == "items":
        if entries:
            raise fault("--board items", "shows items and no entries; leave --entry out")
        return boards.items(board, site.items)
    if name.startswith("category:"):
        return boards.category(board, rows, site.category_boards(), name.removeprefix("category:"))
    if name in {"language", "category"} or name.startswith("facet:"):
        return boards.facet(board, rows, site.rules, boards.facet_named(board, site.rules, name, f"--board {name}"))
    made = {"overall": boards.overall, "efficiency": boards.efficiency, "metrics": boards.metrics}.get(name)
    if made is None:
        raise fault(f"--board {name}", f"is not a board; boards are {boards.BOARDS}")
    return made(board, rows)
