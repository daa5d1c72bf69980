"""What the metrics of a table are: their grids, ranges and directions, found from everything that was written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from proofboard.errors import Fault, InputError
from proofboard.record.any_table.cells import Cells, Codes
from proofboard.record.any_table.names import LOWER, names_of
from proofboard.record.any_table.numbers import PER_CENT, Grid, Written, grid_of, read_number
from proofboard.record.any_table.roles import Asked, Direction
from proofboard.record.any_table.table import MOST_FAULTS, Table
from proofboard.record.source_files import some, unique_slug
from proofboard.record.tables import SHOWN_OF_A_VALUE
from proofboard.schemas.benchmark import Metric

NO_NUMBER: Final = np.iinfo(np.int64).min
"""What stands for a cell without a number."""
MOST_METRICS: Final = 200
MOST_SHOWN: Final = 12
FEWEST_PLACES: Final = 6
MOST_PLACES: Final = 15
KNOWN_HEADLINES: Final = ("score", "accuracy", "acc")


@dataclass(frozen=True, slots=True)
class Measure:
    """One metric of a table."""

    metric_id: str
    title: str
    grid: Grid
    direction: Direction

    def metric(self, n_scores: int, missing: str) -> Metric:
        """Describe the metric; its means over so many scores are published with decimals that tell them apart."""
        places = self.grid.places + len(str(n_scores))
        return Metric(
            reported=True,
            title=self.title if self.title != self.metric_id else None,
            denominator=self.grid.denominator,
            range=self.grid.range,
            direction=self.direction,
            missing=missing,  # type: ignore[arg-type]
            places=min(max(places, FEWEST_PLACES), MOST_PLACES),
        )


def read_numbers(cells: Cells, table: Table) -> Sequence[Written | None]:
    """Read every different text once; raises InputError with every cell that is no score."""
    written: list[Written | None] = []
    bad: list[int] = []
    for place, text in enumerate(cells.texts):
        try:
            written.append(None if text is None else read_number(text, comma=table.comma))
        except ValueError:
            written.append(None)
            bad.append(place)
    if bad:
        raise InputError(_faults(cells, table, np.isin(cells.text, bad)))
    return written


def _faults(cells: Cells, table: Table, bad: NDArray[np.bool_]) -> list[Fault]:
    faults: list[Fault] = []
    for place in np.flatnonzero(bad)[:MOST_FAULTS].tolist():
        item, entry = "/".join(cells.items.keys[cells.item[place]]), " ".join(cells.entries.keys[cells.entry[place]])
        text = str(cells.texts[cells.text[place]])[:SHOWN_OF_A_VALUE]
        reason = f"the score of {entry[:SHOWN_OF_A_VALUE]!r} on {item[:SHOWN_OF_A_VALUE]!r} is {text!r}"
        advice = "expected a number, a verdict such as pass, or NA for none"
        if cells.items.columns == ("",) or cells.entries.columns == ("",):
            advice += "; --column ignore=COLUMN leaves a column out"
        faults.append(table.fault(int(cells.row[place]), f"{reason}, {advice}"))
    return faults


def measures_of(cells: Cells, written: Sequence[Written | None], asked: Asked, file: str) -> list[Measure]:
    """Find the grid of every metric; raises InputError where scores cannot be brought to one scale."""
    faults: list[Fault] = []
    if len(cells.metrics) > MOST_METRICS:
        raise InputError([Fault(file, 0, f"names {len(cells.metrics):,} metrics, at most {MOST_METRICS} are accepted")])
    strangers = sorted({*asked.directions, asked.headline or ""} - {"", *cells.metrics})
    known = some(cells.metrics, MOST_SHOWN)
    faults += [
        Fault(file, 0, f"there is no metric {name[:SHOWN_OF_A_VALUE]!r}; there are {known}") for name in strangers
    ]
    taken: set[str] = set()
    measures: list[Measure] = []
    for code, title in enumerate(cells.metrics):
        own = [written[place] for place in _there(cells, cells.metric == code).tolist()]
        numbers = [number for number in own if number is not None]
        if reason := _mixed(numbers, asked):
            faults.append(Fault(file, 0, f"{title} {reason}"))
            continue
        try:
            grid = grid_of(numbers, asked.scale)
        except ValueError:
            faults.append(Fault(file, 0, f"{title} holds numbers beyond 2^53; write them in larger units"))
            continue
        direction = asked.directions.get(title, asked.directions.get("", "higher"))
        measures.append(Measure(unique_slug(title, taken, title), title, grid, direction))
    if faults:
        raise InputError(faults)
    return measures


def _mixed(numbers: Sequence[Written], asked: Asked) -> str | None:
    """Say why numbers with and without a sign of per cent cannot stand beside each other."""
    signed = any(number.kind == "percent" for number in numbers)
    plain = next((number for number in numbers if number.kind == "number" and number.digits), None)
    if not signed or plain is None or asked.scale:
        return None
    return (
        f"mixes percentages with plain numbers such as {float(plain.exact):g}; say whether these are per cent too"
        " (--column scale=percent) or not (--column scale=plain)"
    )


def on_grids(cells: Cells, written: Sequence[Written | None], measures: Sequence[Measure]) -> Codes:
    """Bring every cell to the grid of its metric; NO_NUMBER where nothing was written."""
    values = np.full(len(cells.text), NO_NUMBER, dtype=np.int64)
    for code, measure in enumerate(measures):
        own = cells.metric == code
        on_grid = np.full(len(cells.texts), NO_NUMBER, dtype=np.int64)
        for place in _there(cells, own).tolist():
            if (number := written[place]) is not None:
                on_grid[place] = measure.grid.on(number)
        values[own] = on_grid[cells.text[own]]
    return values


def _there(cells: Cells, which: NDArray[np.bool_]) -> Codes:
    """Return the positions of the different texts of some cells, in their order."""
    return np.flatnonzero(np.bincount(cells.text[which], minlength=len(cells.texts)))


def headline_of(measures: Sequence[Measure], counts: Mapping[int, int], asked: Asked) -> int:
    """Choose the metric that entries are ranked by: the one with most scores, then a usual name, then the first."""
    if asked.headline:
        return next(code for code, measure in enumerate(measures) if measure.title == asked.headline)
    usual = {name: place for place, name in enumerate(KNOWN_HEADLINES)}
    places = range(len(measures))
    return min(places, key=lambda code: (-counts[code], usual.get(measures[code].metric_id, len(usual))))


def notes_on_scales(measures: Sequence[Measure], asked: Asked) -> list[str]:
    """Say what was taken for the scale and the direction of each metric, where that is not 0 to 1."""
    notes: list[str] = []
    for measure in measures:
        grid, (low, high) = measure.grid, measure.grid.range
        if grid.divisor == PER_CENT and asked.scale is None:
            notes.append(
                f"{measure.title}: goes from 0 to 100 and is taken for per cent; --column scale=plain keeps it"
            )
        elif (low, high) != (0, 1):
            reason = "its range is taken from its values; correct it in benchmark.yaml"
            notes.append(f"{measure.title}: goes from {low} to {high}; {reason}")
        if grid.rounded:
            notes.append(f"{measure.title}: {grid.rounded} value(s) were rounded to {grid.places} decimals")
        if (
            measure.direction == "higher"
            and not asked.directions
            and any(name in LOWER for name in names_of(measure.title))
        ):
            advice = f"if lower is better, import with --column direction.{measure.title}=lower"
            notes.append(f"{measure.title}: higher counts as better; {advice} or write direction in benchmark.yaml")
    return notes
