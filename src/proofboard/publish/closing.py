"""Close a group of entries: everything about an entry that depends on the others, computed together and once."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

import msgspec
import numpy as np

from proofboard.core.aggregates import higher_is_better
from proofboard.core.board import Group
from proofboard.core.entry import aliases_of, why_no_measurement
from proofboard.core.inference.contributions import contributions
from proofboard.core.inference.estimates import Estimates
from proofboard.core.inference.overfitting import rate_variance
from proofboard.core.inference.rank_sets import STEP_DOWN, rank_sets
from proofboard.core.inference.resampling import RESAMPLES, seed_of
from proofboard.core.inference.vendors import AgainstDefault, VendorFindings, findings_by_vendor
from proofboard.core.intervals import FEWEST_CLUSTERS
from proofboard.disclosure.release import step_of
from proofboard.publish.inputs import PublicationInputs

SEED: Final = "rank sets"

METHODS: Final[Mapping[str, str]] = {
    "public": "errors of paired differences by cluster; sign flips of clusters",
    "held_out": "from released scores and their number of prompts alone, taken as independent; normal deviates",
}


class Place(msgspec.Struct, frozen=True):
    """Where an entry may stand."""

    rank_range: tuple[int, int]
    tied_groups: tuple[int, int]


class Closing(msgspec.Struct, frozen=True, eq=False):
    """What the entries of one group are to each other."""

    places: Mapping[int, Place]
    """By position in the group; entries without an answer to every item have none."""
    rank_method: str | None
    aliases: Mapping[str, str]
    """Entry → the entry that has the same recipe and the rank."""
    vendors: Sequence[VendorFindings]
    against_default: Mapping[int, AgainstDefault]
    """How the entry at a position does against its vendor's default."""


def close(inputs: PublicationInputs, group: Group, *, on_held_out: bool) -> Closing:
    """Compute what is relational: rank sets, win regions, targets, repeated recipes."""
    able = _able(inputs, group, on_held_out=on_held_out)
    aliases = aliases_of(group.entries, able.keys())
    competing = [j for name, j in able.items() if name not in aliases]
    estimates = _released(inputs, group, competing) if on_held_out else _public(group, competing)
    places, method = _places(estimates, group, n_ranked=len(competing))
    vendors = findings_by_vendor(group, aliases, inputs.benchmark.policies.win_region_items)
    return Closing(
        places=places,
        rank_method=method and f"{method}; {METHODS['held_out' if on_held_out else 'public']}",
        aliases=aliases,
        vendors=vendors,
        against_default={own.entry: own for vendor in vendors for own in vendor.entries},
    )


WAITS: Final = "it waits for the close"


def not_closed(group: Group) -> Closing:
    """Say nothing of entries that were appended since the close: what they are to others follows when it comes."""
    nothing = {j: AgainstDefault(j, WAITS, regions=(), target=None) for j in range(len(group.entries))}
    return Closing(places={}, rank_method=None, aliases={}, vendors=(), against_default=nothing)


def _able(inputs: PublicationInputs, group: Group, *, on_held_out: bool) -> dict[str, int]:
    """Return the positions of the entries that have the score that ranks, from a run that is a measurement."""
    scores = group.scoring.scores(inputs.benchmark.headline, group.overall)
    return {
        own.name: j
        for j, own in enumerate(group.entries)
        if why_no_measurement(own.kind, own.public) is None
        and (own.name in inputs.held_out.released if on_held_out else scores[j] is not None)
    }


class _Known(msgspec.Struct, frozen=True, eq=False):
    """Estimates, and the position in the group of each."""

    estimates: Estimates
    positions: Sequence[int]


def _public(group: Group, competing: Sequence[int]) -> _Known | None:
    """Estimate from the public items: entries that answered all of them, paired item by item."""
    own = contributions(group.scoring, group.scoring.benchmark.headline, group.overall, competing)
    sums = own.sums[own.complete]
    if sums.shape[1] < FEWEST_CLUSTERS:
        return None
    positions = [j for j, complete in zip(competing, own.complete.tolist(), strict=True) if complete]
    names = [group.entries[j].name for j in positions]
    return _Known(Estimates(names, sums.sum(axis=1).astype(np.float64), sums=sums), positions)


def _released(inputs: PublicationInputs, group: Group, competing: Sequence[int]) -> _Known | None:
    """Estimate from what was released: nobody learns more from a rank than from the scores beside it."""
    released = [inputs.held_out.released[group.entries[j].name] for j in competing]
    if not released or released[0].n_prompts < FEWEST_CLUSTERS:
        return None
    better = 1 if higher_is_better(inputs.benchmark, inputs.benchmark.headline) else -1
    variances = [
        rate_variance(own.score, own.n_prompts) + step_of(inputs.benchmark.policies, own.n_items) ** 2 / Fraction(12)
        for own in released
    ]
    estimates = Estimates(
        names=[group.entries[j].name for j in competing],
        values=np.array([float(better * own.score) for own in released]),
        covariance=np.array([own.numerator / own.denominator for own in variances]),
    )
    return _Known(estimates, competing)


def _places(known: _Known | None, group: Group, *, n_ranked: int) -> tuple[dict[int, Place], str | None]:
    if known is None or not known.positions:
        return {}, None
    sets = rank_sets(known.estimates, seed_of(SEED, group.scoring.table.prompts_digest))
    # An entry that left items out could be anywhere: nobody is known to be ahead of it.
    unknown = n_ranked - len(known.positions)
    places = {
        j: Place((sets.lowest[row], sets.highest[row] + unknown), sets.groups[row])
        for row, j in enumerate(known.positions)
    }
    resamples = f", {RESAMPLES:,} resamples" if sets.method == STEP_DOWN else ", Bonferroni"
    return places, f"{sets.method}{resamples}"
