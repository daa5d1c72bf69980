"""From a laid-out table to scores on the grids of its metrics, each of one entry, item and trial."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from proofboard.errors import fault
from proofboard.record.any_table.cells import Cells, Codes, aggregates_apart, cells_of, trials_of
from proofboard.record.any_table.layout import Layout
from proofboard.record.any_table.measures import (
    NO_NUMBER,
    Measure,
    headline_of,
    measures_of,
    on_grids,
    read_numbers,
)
from proofboard.record.any_table.numbers import Written
from proofboard.record.any_table.roles import Asked
from proofboard.record.any_table.table import Table
from proofboard.record.any_table.trials import Tried, tried


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A table with what its columns are."""

    table: Table
    layout: Layout
    asked: Asked
    source: Path
    format_name: str


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of a table."""

    found: Tried
    values: Codes
    """The integer of every cell over its metric's denominator; NO_NUMBER where there is none."""
    single: Cells
    """Every cell as it stands in the table, in its order."""
    summed: Cells
    """The cells of averages and ranks."""
    written: Sequence[Written | None]
    measures: Sequence[Measure]
    headline: int
    """The position of the metric that entries are ranked by."""
    entries: Sequence[int]
    """The entries that have a score, in the order of the table."""
    items: Sequence[int]
    """The items that any entry has a score on, in the order of the table."""

    @property
    def n_scores(self) -> int:
        """Count the scores that an entry may have at most in one metric."""
        return len(self.items) * int(self.found.n_trials.max())


def scored(laid_out: LaidOut) -> Scored:
    """Read the scores of a table; raises InputError with every cell that is no score or stands twice."""
    table, layout, asked = laid_out.table, laid_out.layout, laid_out.asked
    every = cells_of(table, layout)
    written = read_numbers(every, table)
    single, summed = aggregates_apart(every)
    measures = measures_of(single, written, asked, table.files[0].name)
    found = tried(single, table, layout, trials_of(table, layout))
    values = on_grids(found.cells, written, measures)
    there = values != NO_NUMBER
    if not there.any():
        raise fault(laid_out.source, "holds no score; expected at least one number or verdict")
    counts = Counter(found.cells.metric[there].tolist())
    return Scored(
        found=found,
        values=values,
        single=single,
        summed=summed,
        written=written,
        measures=measures,
        headline=headline_of(measures, counts, asked),
        entries=np.unique(found.cells.entry[there]).tolist(),
        items=np.unique(found.cells.item[there]).tolist(),
    )
