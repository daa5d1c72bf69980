"""Boards for charts: the example of this repository, and a small one with everything that rows must stand."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from builders import benchmark, built, entry
from proofboard.publish.charts.drawing import ChartDocuments, ChartOptions
from proofboard.publish.charts.filling import CHARTS
from proofboard.publish.names import entry_path
from proofboard.publish.opened import OpenedSite
from proofboard.schemas.benchmark import Facet
from proofboard.schemas.board import BoardRow
from proofboard.schemas.publication import EntryDocument, Revision, VendorDocument
from proofboard.schemas.selectors import name_of

NAMES = ("acme/base", "acme/best", "bolt/base", "bolt/long-" + "x" * 50, "zeta/one", "human/panel", "noise/chance")
KINDS = ("default", "community", "default", "community", "seed", "human", "chance")
DATES = ("2026-01-02", "2026-02-01", "2026-02-03", "2026-02-03", None, "2026-01-01", "2026-01-01")
VALUES = ("constructor", "漢字", "العربية", "a×b", "\U0001f600", "\uff5e")
"""Values in several scripts; one is the name of a method, one holds the sign between pairs, two sort by letters."""


def opened_documents(site: Path, kind: str, options: ChartOptions) -> ChartDocuments:
    """Read what a chart needs of a publication."""
    found = OpenedSite(site)
    needed = CHARTS[kind].needed(found.board, options)
    rows = {name_of(row): row for row in found.board.entries}
    entries = {name: found.document(entry_path(name), rows[name].entry, EntryDocument) for name in needed.entries}
    paths = {name: f"vendors/{name}.json" for name in needed.vendors}
    named = found.publication.documents
    vendors = {name: found.document(path, named[path], VendorDocument) for name, path in paths.items() if path in named}
    return ChartDocuments(found.board, found.rules, entries, vendors)


def handmade(place: Path) -> ChartDocuments:
    """Make a board by hand: seven entries of all kinds, some without a date, a score or use, two of them tied."""
    site = OpenedSite(built(place, [entry(name, 1 + number % 7) for number, name in enumerate(NAMES)]))
    rows = {name_of(row): row for row in site.board.entries}
    own = [_row(rows[name], number) for number, name in enumerate(NAMES)]
    documents = {name: site.entry(row) for name, row in rows.items()}
    best = documents["acme/best"]
    documents["acme/best"] = replace(best, history=[_revision(1, "2026-01-01", 0.25), _revision(2, "2026-02-02", 0.3)])
    facets = {"niche": Facet(values=list(VALUES), title="Niche"), "tier": Facet(values=["t"])}
    rules = benchmark(facets=facets, slice_pairs=[("niche", "tier")])
    board = replace(site.board, entries=own, ranking="public desc", chance_level=0.1)
    return ChartDocuments(board, replace(site.rules, benchmark=rules), documents, {})


def changed(documents: ChartDocuments, **changes: Any) -> ChartDocuments:
    """Change fields of the board."""
    return replace(documents, board=replace(documents.board, **changes))


def _row(row: BoardRow, number: int) -> BoardRow:
    scores: Sequence[float | None] = (0.5, 0.7, 0.4, 0.1 + 0.2, 0.7, 0.95, None)
    score = scores[number]
    values = {
        value: None if (number + at) % 4 == 3 else (number * 7 + at * 3) % 10 / 10 for at, value in enumerate(VALUES)
    }
    pairs = {f"{value}×t": scored for value, scored in values.items()}
    return replace(
        row,
        kind=KINDS[number],
        date=DATES[number],
        rank=None if score is None else number + 1,
        tied_groups=None if number > 4 else (1 + number // 2, 2 + number // 2),
        target_subgroup={"description": "", "selector": {"niche": ["漢字", "a×b"]}} if number == 1 else None,
        overfit_gap=None if number else 0.1,
        public=replace(row.public, score=score, by={"niche": values, "niche×tier": pairs}),
        held_out=replace(row.held_out, score=0.4 if number < 2 else None),
        usage=replace(row.usage, total_tokens=None if number == 4 else 10 ** (number + 1), cost_dollars=0.5),
    )


def _revision(number: int, date: str, score: float) -> Revision:
    return Revision(number, "sha256:" + "0" * 64, "sha256:" + "1" * 64, "1", date, score, [])
