"""The entries of a table with their bundles, which are made one by one: a million scores are never held at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from proofboard.record.any_table.answers import Answers
from proofboard.record.any_table.cells import Codes
from proofboard.record.any_table.entries import Configurations
from proofboard.record.any_table.measures import NO_NUMBER, Measure
from proofboard.record.any_table.regrading import Regraded
from proofboard.record.any_table.trials import Tried
from proofboard.record.imported import Claim, ImportedEntry, NewBundle
from proofboard.schemas.bundle import ReportedScore, Response, SourceRecord
from proofboard.schemas.item import Item

Row = tuple[int, int, int, int, int]
"""Item, trial, metric, value, row of the table."""


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of a table, in the order in which they first stand in it."""

    found: Tried
    values: Codes
    measures: Sequence[Measure]
    items: Mapping[int, Item]
    answers: Answers
    regraded: Regraded | None
    configurations: Configurations
    sources: Mapping[int, SourceRecord]
    claims: Mapping[int, dict[str, Claim]]
    days: Mapping[int, str]

    def __len__(self) -> int:
        """Count the entries."""
        return len(self.configurations)

    def __iter__(self) -> Iterator[ImportedEntry]:
        """Make one entry after the other; each time anew."""
        for code, configuration in self.configurations.items():
            yield ImportedEntry(configuration, [self._bundle(code)])

    def __getitem__(self, place: int) -> ImportedEntry:
        """Make the entry at a place."""
        code = list(self.configurations)[place]
        return ImportedEntry(self.configurations[code], [self._bundle(code)])

    def _bundle(self, entry: int) -> NewBundle:
        scores: list[ReportedScore] = []
        responses: list[Response] = []
        for (item, trial), group in groupby(self._rows(entry), key=lambda row: (row[0], row[1])):
            own = list(group)
            if reported := self._reported(own):
                scores.append(ReportedScore(item_id=self.items[item].id, scores=reported, trial=trial))
            if self.answers.there:
                response = self.answers.response(self.items[item].id, trial, [row[4] for row in own])
                # A score that is made anew needs its answer, even an empty one.
                if self.regraded or response.output is not None or response.usage:
                    responses.append(response)
        return NewBundle(
            scores=scores,
            responses=responses,
            trials=int(self.found.n_trials[entry]),
            trial_kind="attempt" if self.found.attempts else "run",
            recorded=self.days.get(entry),
            source=self.sources[entry],
            claims=dict(self.claims.get(entry, {})),
        )

    def _reported(self, rows: Sequence[Row]) -> dict[str, int | None]:
        made_anew = self.regraded.metric_id if self.regraded else None
        return {
            name: None if value == NO_NUMBER else value
            for _, _, metric, value, _ in rows
            if (name := self.measures[metric].metric_id) != made_anew
        }

    def _rows(self, entry: int) -> Iterator[Row]:
        """Yield the cells of an entry on items that are there, by item and trial."""
        cells = self.found.cells
        first, last = np.searchsorted(cells.entry, [entry, entry + 1])
        columns = (cells.item, self.found.trial, cells.metric, self.values, cells.row)
        for row in zip(*(column[first:last].tolist() for column in columns), strict=True):
            if row[0] in self.items:
                yield row
