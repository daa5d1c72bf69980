"""Compare entries of a publication item by item."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, product
from typing import Final

from proofboard import canonical
from proofboard.app.reading.choosing import chosen, cut, decimal_above_zero, slices_named, slices_within
from proofboard.app.site import opened
from proofboard.core.aggregates import Scoring, higher_is_better, places_of
from proofboard.core.inference.paired import Paired, compare_pair
from proofboard.core.slices import Slice
from proofboard.errors import fault
from proofboard.publish.opened import OpenedSite
from proofboard.publish.opened_scores import item_tables, public_scoring
from proofboard.publish.views.difference import rows_by_name
from proofboard.publish.views.paired import ComparedEntries, Question, compared_pairs
from proofboard.schemas.board import BoardRow, Leaderboard
from proofboard.schemas.selectors import name_of, select

FEWEST_ENTRIES: Final = 2
MOST_ENTRIES: Final = 4


def compare_entries(
    site: str, selectors: Sequence[str], *, slices: Sequence[str] = (), metrics: Sequence[str] = (), delta: str = "0.03"
) -> ComparedEntries:
    """Compare every pair of two to four entries on slices and metrics, by default the headline on all public items.

    Raises InputError or UnknownEntryError: unknown names, entries that share no items, entries without item scores.
    """
    wanted = asked_difference(selectors, delta)
    with opened(site) as folder:
        return compared_in(OpenedSite(folder), selectors, slices, metrics, wanted)


def asked_difference(selectors: Sequence[str], delta: str) -> Fraction:
    """Check how many entries are named, and read the difference that power is about; raises InputError."""
    if not FEWEST_ENTRIES <= len(selectors) <= MOST_ENTRIES:
        raise fault("compare", f"takes {FEWEST_ENTRIES} to {MOST_ENTRIES} entries, found {len(selectors)}")
    wanted = decimal_above_zero(delta)
    if wanted is None:
        raise fault(f"--delta {cut(delta)}", "is not a difference; give a decimal above 0, like 0.03")
    return wanted


def compared_in(
    published: OpenedSite, selectors: Sequence[str], slices: Sequence[str], metrics: Sequence[str], wanted: Fraction
) -> ComparedEntries:
    """Compare entries of a publication that is open; `wanted` is the difference that power is about."""
    rows = _rows(str(published.folder), published.board, selectors)
    benchmark, table = published.rules.benchmark, item_tables(published)[0]
    known = {name: name for name in (*benchmark.metrics, *benchmark.aggregates)}
    names = chosen("--metric", metrics or [benchmark.headline], known)
    parts = slices_named(slices_within(benchmark, table, rows[0].track), slices)
    scoring = public_scoring(published, table, rows)
    found = [
        _compared(scoring, rows, pair, (name, part))
        for pair, name, part in product(combinations(range(len(rows)), 2), names, parts)
    ]
    return ComparedEntries(
        publication=canonical.digest(published.root),
        entries=[name_of(row) for row in rows],
        notes=[note for row in rows for note in _notes(row)],
        delta=float(wanted),
        comparisons=compared_pairs(found, wanted),
    )


def _rows(site: str, board: Leaderboard, selectors: Sequence[str]) -> list[BoardRow]:
    """Select the entries; refuse one that is named twice and entries that answered other questions."""
    listed = list(rows_by_name(board).values())
    rows = [select(listed, selector) for selector in selectors]
    names = [name_of(row) for row in rows]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise fault(site, f"{twice} is named twice; give different entries to compare")
    for what, found in (
        ("protocol versions", [row.protocol_version for row in rows]),
        ("tracks", [row.track or "" for row in rows]),
    ):
        if len(set(found)) > 1:
            said = ", ".join(f"{name} of {value}" for name, value in zip(names, found, strict=True))
            raise fault(site, f"the entries are of different {what}, which are never compared: {said}")
    return rows


def _compared(
    scoring: Scoring, rows: Sequence[BoardRow], pair: tuple[int, int], where: tuple[str, Slice]
) -> tuple[Question, Paired]:
    (a, b), (name, part) = pair, where
    benchmark = scoring.benchmark
    called = (name_of(rows[a]), name_of(rows[b]))
    question = Question(*called, part.name, name, higher_is_better(benchmark, name), places_of(benchmark, name))
    return question, compare_pair(scoring, name, part, a, b, called)


def _notes(row: BoardRow) -> list[str]:
    if row.invalid:
        return [f"{name_of(row)} is not ranked: {row.invalid}"]
    if row.pending:
        return [f"{name_of(row)} is not ranked: it waits for the next close"]
    if row.rank is None:
        return [f"{name_of(row)} is not ranked: {row.public.reason or row.held_out.status}"]
    return []
