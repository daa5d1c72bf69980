"""What a person who imports a table should know: rows that were left out, and scores that are absent."""

from collections.abc import Iterator

import numpy as np

from proofboard.record.any_table.measures import NO_NUMBER
from proofboard.record.any_table.names import LOWER, normal
from proofboard.record.any_table.numbers import LARGEST_OF_A_SMALL_SCALE, PER_CENT
from proofboard.record.any_table.regrading import Regraded
from proofboard.record.any_table.roles import Asked
from proofboard.record.any_table.scope import Scope
from proofboard.record.any_table.scored import LaidOut, Scored
from proofboard.record.source_files import some

ADVICE = {
    "null": "their means are unknown, and they have no rank; --column missing=drop takes the mean of what is there,"
    " --column missing=worst counts it as the worst score",
    "drop": "their means are over what is there",
    "worst": "it counts as the worst score",
}


def notes_on_rows(laid_out: LaidOut, own: Scored) -> Iterator[str]:
    """Note what was left out: rows that stand twice, cells without a number, and who or what has none at all."""
    found, cells = own.found, own.found.cells
    if found.dropped:
        yield f"{found.dropped} score(s) stand twice with the same answer; one of each counts"
    if found.attempts:
        column = laid_out.layout.column("trial")
        yield f"{column} names no trial that two items share; trials are attempts at single items"
    if laid_out.table.comma and any("," in (text or "") for text in cells.texts):
        yield "the comma was read as the decimal sign"
    silent = int((own.values == NO_NUMBER).sum())
    if silent:
        yield f"{silent} of {len(own.values)} scores are no number (empty, NA, NaN or the like); they are unknown"
    lost = sorted(set(cells.entry.tolist()) - set(own.entries))
    if lost:
        names = some(" ".join(cells.entries.keys[code]) for code in lost)
        yield f"{len(lost)} entries have no score and were left out: {names}"
    unused = sorted(set(cells.item.tolist()) - set(own.items))
    if unused:
        names = some("/".join(cells.items.keys[code]) for code in unused)
        yield f"{len(unused)} item(s) have no score and were left out: {names}"


def notes_on_metrics(own: Scored, scope: Scope, again: Regraded | None) -> Iterator[str]:
    """Say which of several metrics entries are ranked by, and which is graded again."""
    titles = [measure.title for measure in own.measures]
    if len(titles) > 1:
        counted = "their mean" if len(scope.metrics) > 1 else titles[own.headline]
        over = f" over {len(scope.items)} of {len(own.items)} items" if len(scope.items) < len(own.items) else ""
        ranked = f"entries are ranked by {counted}{over}; --column headline=NAME chooses another"
        yield f"{len(titles)} metrics: {some(titles)}; {ranked}"
    if again:
        options = "".join(f" {name}" for name, on in again.grader.options.items() if on)
        yield f"{again.metric_id}: the grader {again.grader.kind}{options} gives every score again, so it is recomputed"


def notes_on_absences(own: Scored, scope: Scope, asked: Asked) -> Iterator[str]:
    """Say who lacks scores that the headline is made from, and what that does to them."""
    cells = own.found.cells
    counted = np.isin(cells.metric, list(scope.metrics)) & np.isin(cells.item, scope.items)
    counted &= own.values != NO_NUMBER
    n_scores = np.bincount(cells.entry[counted], minlength=len(cells.entries.keys))
    lacking = {code: len(scope.items) * int(own.found.n_trials[code]) - int(n_scores[code]) for code in own.entries}
    gaps = [f"{' '.join(cells.entries.keys[code])} ({count})" for code, count in lacking.items() if count]
    if gaps:
        who = (
            "every entry lacks" if len(gaps) == len(own.entries) else f"{len(gaps)} of {len(own.entries)} entries lack"
        )
        yield f"{who} scores ({some(gaps)}): {ADVICE[asked.missing]}"


def notes_on_items(own: Scored, laid_out: LaidOut) -> Iterator[str]:
    """Note items that seem to have another scale, or another direction, than those beside them."""
    names = {code: "/".join(own.found.cells.items.keys[code]) for code in own.items}
    measure = own.measures[own.headline]
    if laid_out.layout.form == "wide" and measure.direction == "higher":
        lower = [name for name in names.values() if normal(name) in LOWER]
        if lower:
            yield f"higher counts as better on every item, also on {some(lower)}; --column ignore=COLUMN leaves one out"
    if measure.grid.divisor == PER_CENT and laid_out.asked.scale is None:
        cells = own.found.cells
        largest = np.full(len(cells.items.keys), NO_NUMBER, dtype=np.int64)
        np.maximum.at(largest, cells.item, own.values)
        small = LARGEST_OF_A_SMALL_SCALE * measure.grid.denominator // PER_CENT
        low = [name for code, name in names.items() if NO_NUMBER < largest[code] <= small]
        if low and laid_out.layout.form != "long":
            reason = "where others go to 100; if it has another scale, it counts too little in the mean"
            yield f"no score beyond {LARGEST_OF_A_SMALL_SCALE} on {some(low)}, {reason}"
