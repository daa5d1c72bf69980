"""Trials by their column, and rows that stand twice: equal ones are left out, others are refused."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from proofboard.errors import Fault, InputError
from proofboard.record.any_table.cells import Cells, Codes, Named, answers_of
from proofboard.record.any_table.layout import Layout
from proofboard.record.any_table.numbers import read_number
from proofboard.record.any_table.table import MOST_FAULTS, Table
from proofboard.record.tables import SHOWN_OF_A_VALUE

MOST_TRIALS = 10_000


@dataclass(frozen=True, slots=True)
class Tried:
    """Cells in the order of entry, item, trial and metric, each once."""

    cells: Cells
    trial: Codes
    n_trials: Codes
    """How many trials each entry has."""
    attempts: bool
    """Whether trials are numbered within each item, because no two items share one."""
    dropped: int
    """How many rows say again what another one says."""

    @property
    def n_answers(self) -> int:
        """Count the answers: an answer has a cell for each of its metrics."""
        keys = (self.cells.entry, self.cells.item, self.trial)
        return len(self.trial) - int(_as_before(keys).sum())


def tried(cells: Cells, table: Table, layout: Layout, trials: Named | None) -> Tried:
    """Number the trials of every entry; raises InputError with every cell that stands twice and differs."""
    trial, attempts = _numbered(cells, trials)
    order = np.lexsort((cells.metric, trial, cells.item, cells.entry))
    cells, trial = cells.kept(order), trial[order]
    again = _as_before((cells.entry, cells.item, trial, cells.metric))
    different = again & ~_same_as_before(cells, table, layout)
    if different.any():
        raise InputError(_faults(cells, table, layout, np.flatnonzero(different)))
    cells, trial = cells.kept(~again), trial[~again]
    n_trials = np.ones(len(cells.entries.keys), dtype=np.int64)
    np.maximum.at(n_trials, cells.entry, trial + 1)
    if n_trials.max(initial=1) > MOST_TRIALS:
        name = " ".join(cells.entries.keys[int(n_trials.argmax())])
        reason = f"{name} has {int(n_trials.max()):,} trials, at most {MOST_TRIALS:,} are accepted"
        raise InputError([Fault(table.files[0].name, 0, reason)])
    return Tried(cells, trial, n_trials, attempts, int(again.sum()))


def _numbered(cells: Cells, trials: Named | None) -> tuple[Codes, bool]:
    """Number the trials from 0, in the order of their names; also say whether within each item."""
    if trials is None:
        return np.zeros(len(cells.entry), dtype=np.int64), False
    ranks = np.empty(len(trials.keys), dtype=np.int64)
    ranks[sorted(range(len(trials.keys)), key=lambda place: _order_of(trials.keys[place][0]))] = range(len(ranks))
    rank = ranks[trials.of_row[cells.row]]
    by_entry = _ranks_within(cells.entry, rank)
    by_item = _ranks_within(cells.entry * len(cells.items.keys) + cells.item, rank)
    # Names that no two items share, such as the ids of single calls, number the attempts of one item.
    attempts = bool(by_entry.max(initial=0) > by_item.max(initial=0)) and bool(_no_name_is_shared(cells, rank))
    return (by_item if attempts else by_entry), attempts


def _order_of(name: str) -> tuple[bool, float, str]:
    """Order numbers by their size, and before all other names."""
    try:
        number = read_number(name)
    except ValueError:
        number = None
    return (number is None, float(number.exact) if number else 0.0, name)


def _ranks_within(group: Codes, rank: Codes) -> Codes:
    """Number the different ranks of each group from 0."""
    width = int(rank.max(initial=0)) + 1
    pairs, place = np.unique(group * width + rank, return_inverse=True)
    groups = pairs // width
    first = np.searchsorted(groups, groups)
    return np.asarray((np.arange(len(pairs)) - first)[place.reshape(-1)], dtype=np.int64)


def _no_name_is_shared(cells: Cells, rank: Codes) -> bool:
    n_items = len(cells.items.keys)
    triples = np.unique((cells.entry * (int(rank.max(initial=0)) + 1) + rank) * n_items + cells.item)
    return len(np.unique(triples // n_items)) == len(triples)


def _as_before(keys: Sequence[Codes]) -> NDArray[np.bool_]:
    """Say of every cell in order whether the one before it agrees in all keys, such as entry, item and trial."""
    again = np.zeros(len(keys[0]), dtype=np.bool_)
    if len(again) > 1:
        again[1:] = np.logical_and.reduce([key[1:] == key[:-1] for key in keys])
    return again


def _same_as_before(cells: Cells, table: Table, layout: Layout) -> NDArray[np.bool_]:
    """Say of every cell in order whether the one before it has the same score, answer and usage."""
    same = np.ones(len(cells.text), dtype=np.bool_)
    columns = [cells.text]
    for _, column in answers_of(table, layout):
        seen: dict[str | None, int] = {}
        of_row = np.array([seen.setdefault(cell, len(seen)) for cell in column], dtype=np.int64)
        columns.append(of_row[cells.row])
    if len(same) > 1:
        same[1:] = np.logical_and.reduce([own[1:] == own[:-1] for own in columns])
    return same


def _faults(cells: Cells, table: Table, layout: Layout, places: Codes) -> Iterator[Fault]:
    advice = (
        "no column names trials"
        if "trial" not in layout.roles
        else f"{layout.column('trial')} does not tell them apart"
    )
    for place in places[:MOST_FAULTS].tolist():
        row, before = int(cells.row[place]), int(cells.row[place - 1])
        entry, item = " ".join(cells.entries.keys[cells.entry[place]]), "/".join(cells.items.keys[cells.item[place]])
        first = table.fault(before, "")
        where = f"line {first.line}" if table.file_of[row] == table.file_of[before] else f"{first.file}:{first.line}"
        yield table.fault(
            row,
            f"scores {entry[:SHOWN_OF_A_VALUE]!r} on {item[:SHOWN_OF_A_VALUE]!r} again and otherwise than {where};"
            f" {advice}: keep one row, or say what tells them apart with --column"
            " trial=COLUMN, item=COLUMN+COLUMN or entry=COLUMN+COLUMN",
        )
