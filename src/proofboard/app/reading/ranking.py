"""Rank a published table or votes, with the ranks that chance leaves open."""

import math
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np

from proofboard import canonical
from proofboard.app.reading.choosing import cut, decimal_above_zero
from proofboard.app.reading.rank_files import ValueTable, read_rankable
from proofboard.core.inference.bradley_terry import Votes, bradley_terry
from proofboard.core.inference.estimates import Estimates
from proofboard.core.inference.rank_sets import possibly_best, rank_sets
from proofboard.core.inference.resampling import seed_of
from proofboard.core.intervals import FEWEST_CLUSTERS
from proofboard.core.ranks import competition_ranks
from proofboard.errors import fault
from proofboard.publish.views.ranked import RankedEntry, RankedFile

SEED: Final = "rank"
LOWEST_LEVEL: Final = Fraction(1, 2)
HIGHEST_LEVEL: Final = Fraction(999, 1000)
"""Above it too few of the resamples would lie beyond the critical value."""


def rank_file(path: Path, *, level: str = "0.95", best: int = 1) -> RankedFile:
    """Rank what a file holds; the same bytes give the same ranks. Raises InputError with every fault of the file."""
    share = decimal_above_zero(level)
    if share is None or not LOWEST_LEVEL <= share <= HIGHEST_LEVEL:
        raise fault(f"--level {cut(level)}", "is not a level; give a decimal from 0.5 to 0.999, like 0.95")
    if best < 1:
        raise fault(f"--best {best}", "is not a number of entries; give 1 or more")
    raw, found = read_rankable(path)
    estimates = bradley_terry(found) if isinstance(found, Votes) else _of_table(found)
    columns = ("entry", "Elo", "error") if isinstance(found, Votes) else found.columns
    return RankedFile(
        digest=canonical.digest(raw),
        columns=columns,
        level=float(share),
        best=best,
        notes=_notes(found, estimates),
        entries=_entries(estimates, 1 - share, best, seed_of(SEED, canonical.digest(raw))),
    )


def _of_table(table: ValueTable) -> Estimates:
    return Estimates(table.names, np.array(table.values), covariance=np.array(table.errors) ** 2)


def _entries(estimates: Estimates, alpha: Fraction, best: int, seed: int) -> list[RankedEntry]:
    ranks = competition_ranks(dict(enumerate(estimates.values.tolist())))
    errors = _errors(estimates)
    ranges: Sequence[tuple[int, int] | None] = [None] * len(estimates)
    possible: set[int] | None = None
    if errors:
        sets = rank_sets(estimates, seed, alpha)
        ranges = list(zip(sets.lowest, sets.highest, strict=True))
        possible = set(possibly_best(estimates, best, seed, alpha))
    rows = [
        RankedEntry(
            rank=ranks[j] or 0,
            entry=estimates.names[j],
            value=float(estimates.values[j]),
            standard_error=errors[j] if errors else None,
            rank_range=ranges[j],
            possibly_best=j in possible if possible is not None else None,
        )
        for j in range(len(estimates))
    ]
    return sorted(rows, key=lambda row: (row.rank, row.entry))


def _errors(estimates: Estimates) -> list[float]:
    """Return the standard errors; none where they are not known."""
    own = estimates.covariance
    if own is None:
        return []
    return [math.sqrt(max(variance, 0.0)) for variance in (own if own.ndim == 1 else np.diagonal(own)).tolist()]


def _notes(found: ValueTable | Votes, estimates: Estimates) -> list[str]:
    if isinstance(found, ValueTable):
        return ["the errors of different entries are taken as independent; larger values are better"]
    notes = ["strengths of a Bradley-Terry model, with mean 0; a tie is half a win for each"]
    unit = "votes" if found.prompts is None else "prompts"
    if estimates.covariance is None:
        notes.append(f"fewer than {FEWEST_CLUSTERS} {unit}: no errors and no rank intervals")
    elif found.prompts is None:
        notes.append("no prompts are named: every vote is taken as independent of the others")
    else:
        notes.append("errors are clustered: votes on one prompt are not independent")
    return notes
