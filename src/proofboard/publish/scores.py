"""The scores of an entry as a board shows them: public ones with intervals, held-out ones as they were released."""

from collections.abc import Container, Sequence
from fractions import Fraction

from proofboard.core.aggregates import higher_is_better, is_relative, leaf_of, leaves_of, places_of
from proofboard.core.board import Group, error_over_runs, runs_of, why_unscored
from proofboard.core.entry import GradedEntry
from proofboard.core.estimate import estimate
from proofboard.core.exact import mean_of, round_decimal, round_ratio, rounded
from proofboard.core.grading import INSTALLED, REPORTED
from proofboard.core.inference.overfitting import gap_interval
from proofboard.core.inference.repeats import split_of
from proofboard.core.intervals import wilson
from proofboard.core.matrix import SCORED
from proofboard.core.rules.benchmark import parts_of_metric
from proofboard.core.rules.programs import COMMAND
from proofboard.core.slices import Slice
from proofboard.disclosure.release import step_of
from proofboard.publish.inputs import HeldOut, PublicationInputs
from proofboard.schemas.base import Assurance
from proofboard.schemas.board import HeldOutScore, OverfitVerdict, PublicScore, Runs, Scores, TrialVariance
from proofboard.schemas.configuration import Configuration

PLACES = 6
"""Decimals of intervals, errors and ratios."""

AT_THE_CLOSE = "held-out scores are released when the board is closed"

WEAKEST_FIRST: Sequence[Assurance] = ("reported", "attested", "recomputed", "rerun")


def public_score(inputs: PublicationInputs, group: Group, j: int) -> PublicScore:
    """Say how an entry did on the public items of its track."""
    benchmark, scoring, part = inputs.benchmark, group.scoring, group.overall
    score = scoring.scores(benchmark.headline, part)[j]
    sure = estimate(scoring, benchmark.headline, part, j)
    by = _by_facet(inputs, group, j)
    tier = next((name for name, facet in benchmark.facets.items() if facet.role == "tier"), None)
    return PublicScore(
        score=rounded(score, places_of(benchmark, benchmark.headline)),
        reason=why_unscored(group, benchmark.headline, j) if score is None else None,
        exact=None if score is None else (str(score.numerator), str(score.denominator)),
        pass_rate=rounded(score, places_of(benchmark, benchmark.headline)) if is_rate(inputs) else None,
        interval=_rounded_pair(sure.interval),
        standard_error=_rounded_error(inputs, sure.standard_error),
        interval_method=sure.method,
        by_tier=by.get(tier) if tier else None,
        by=by,
        metrics=all_scores(inputs, group, j, part),
        n_prompts=group.n_prompts,
        n_items=int(part.mask.sum()),
        n_answered=group.entries[j].public.n_answered,
        runs=_runs(inputs, group, j),
        variance=_variance(group, j),
        assurance=assurance_of(inputs, group, j),
    )


def all_scores(inputs: PublicationInputs, group: Group, j: int, part: Slice) -> Scores:
    """Return every metric and aggregate of an entry on a slice, rounded."""
    names = (*inputs.benchmark.metrics, *inputs.benchmark.aggregates)
    return {name: rounded(group.scoring.scores(name, part)[j], places_of(inputs.benchmark, name)) for name in names}


def _by_facet(inputs: PublicationInputs, group: Group, j: int) -> dict[str, Scores]:
    name = inputs.benchmark.headline
    by: dict[str, Scores] = {}
    for part in group.slices[1:]:
        score = rounded(group.scoring.scores(name, part)[j], places_of(inputs.benchmark, name))
        by.setdefault(part.facet, {})[part.value] = score
    return by


def is_rate(inputs: PublicationInputs) -> bool:
    """Say whether the headline is a rate of passed items."""
    leaf = leaf_of(inputs.benchmark, inputs.benchmark.headline)
    metric = inputs.benchmark.metrics[leaf.metric] if leaf else None
    plain = metric is not None and (metric.denominator, metric.range, metric.trials) == (1, (0, 1), "mean")
    return plain and higher_is_better(inputs.benchmark, inputs.benchmark.headline)


def _rounded_pair(pair: tuple[float, float] | None) -> tuple[float, float] | None:
    return None if pair is None else (round_decimal(pair[0], PLACES), round_decimal(pair[1], PLACES))


def _rounded_error(inputs: PublicationInputs, error: float | None) -> float | None:
    places = max(PLACES, places_of(inputs.benchmark, inputs.benchmark.headline))
    return None if error is None else round_decimal(error, places)


def _runs(inputs: PublicationInputs, group: Group, j: int) -> Runs | None:
    runs = runs_of(group, inputs.benchmark.headline, j)
    if not runs:
        return None
    places = places_of(inputs.benchmark, inputs.benchmark.headline)
    known = [run for run in runs if run is not None]
    return Runs(
        scores=[rounded(run, places) for run in runs],
        mean=rounded(mean_of(known), places) if len(known) == len(runs) else None,
        standard_error=_rounded_error(inputs, error_over_runs(runs)),
    )


def assurance_of(inputs: PublicationInputs, group: Group, j: int) -> Assurance:
    """Return how an entry's headline is known: as the weakest of the metrics that enter it.

    An attested rerun confirms it whatever made it; of answers that are gone nothing is known but what was reported.
    """
    if group.entries[j].public.purged:
        return "reported"
    if is_run_again(inputs, group, j):
        return "rerun"
    found: set[Assurance] = set()
    for leaf in leaves_of(inputs.benchmark, inputs.benchmark.headline):
        if (group.scoring.matrices[leaf.metric].states[j] == SCORED).any():
            found |= assurances(inputs, leaf.metric)
    return min(found, key=WEAKEST_FIRST.index, default="recomputed")


def is_run_again(inputs: PublicationInputs, group: Group, j: int) -> bool:
    """Say whether an attestation confirms the headline of an entry, within what its own configuration states."""
    entry, name = group.entries[j], inputs.benchmark.headline
    attested = inputs.reruns.get(entry.public.digest, ())
    score = group.scoring.scores(name, group.overall)[j] if attested else None
    if score is None or is_relative(inputs.benchmark, name):
        return False
    n_items, stated = int(group.overall.mask.sum()), Fraction(tolerance_of(entry.configuration))
    return any(
        own.confirms(entry.public.digest, entry.configuration.digest(), score)
        and (own.rerun.metric, own.rerun.n_items) == (name, n_items)
        # Whoever runs it again does not choose how far it may be off.
        and Fraction(own.rerun.tolerance) <= stated
        for own in attested
    )


def tolerance_of(configuration: Configuration) -> str:
    """Return by how much a configuration says that its score may move when it is run again: a decimal, by default 0."""
    stated = configuration.reproducibility
    return (stated.score_tolerance if stated else None) or "0"


def assurances(inputs: PublicationInputs, metric: str, run_here: Container[str] = ()) -> set[Assurance]:
    """Return how the metrics that a metric is made from are known.

    `run_here` names metrics of installed graders that the reader has run: to that reader they are recomputed.
    """
    source = inputs.plan.sources[metric]
    if source == REPORTED:
        return {"reported"}
    if source.startswith((INSTALLED, COMMAND)) and metric not in run_here:
        return {"attested"}
    parts = parts_of_metric(inputs.benchmark.metrics[metric])
    return {assurance for part in parts for assurance in assurances(inputs, part, run_here)} or {"recomputed"}


def held_out_score(inputs: PublicationInputs, entry: GradedEntry, *, pending: bool) -> HeldOutScore:
    """Show what was released of an entry; everything beside it follows from the released value alone."""
    held_out: HeldOut = inputs.held_out
    released = held_out.released.get(entry.name)
    if released is None:
        reason = held_out.pending.get(entry.name) if held_out.scored else None
        said = AT_THE_CLOSE if pending else reason or "no held-out set was scored for this publication"
        return HeldOutScore(
            score=None,
            pass_rate=None,
            interval=None,
            by_tier=None,
            by=None,
            n_prompts=None,
            status=f"pending: {said}",
            assurance=None,
        )
    score = rounded(released.score, PLACES)
    return HeldOutScore(
        score=score,
        pass_rate=score if is_rate(inputs) else None,
        interval=_rounded_pair(wilson(float(released.score), released.n_items)),
        by_tier=None,
        by=None,
        n_prompts=released.n_prompts,
        status="released",
        assurance="attested",
    )


def overfit_gap(inputs: PublicationInputs, group: Group, j: int) -> float | None:
    """Subtract the released score from the exact public one, and round once."""
    released = inputs.held_out.released.get(group.entries[j].name)
    score = group.scoring.scores(inputs.benchmark.headline, group.overall)[j]
    if released is None or score is None:
        return None
    return rounded(score - released.score, PLACES)


def overfit_interval(inputs: PublicationInputs, group: Group, j: int) -> tuple[float, float] | None:
    """Return the 95 % interval of the gap; of the held-out side it uses what was released and nothing else."""
    released = inputs.held_out.released.get(group.entries[j].name)
    name = inputs.benchmark.headline
    score = group.scoring.scores(name, group.overall)[j]
    if released is None or score is None:
        return None
    step = step_of(inputs.benchmark.policies, released.n_items)
    sure = estimate(group.scoring, name, group.overall, j)
    leaf = leaf_of(inputs.benchmark, name)
    counted = group.scoring.matrices[leaf.metric].states[j] == SCORED if leaf else group.overall.mask
    own = group.scoring.mask(leaf) & group.overall.mask & counted if leaf else counted
    n_items = int(own.sum())
    return _rounded_pair(gap_interval(score, sure, n_items, released.score, released.n_prompts, step))


def overfit_test(inputs: PublicationInputs, entry: GradedEntry) -> OverfitVerdict | None:
    """Return whether the gap is larger than harder held-out items explain, as the owner attests."""
    verdicts = inputs.held_out.verdicts.get(entry.name)
    return verdicts.overfit_test if verdicts else None


def _variance(group: Group, j: int) -> TrialVariance | None:
    split = split_of(group, j)
    if isinstance(split, str):
        return None
    return TrialVariance(
        between_items=round_ratio(split.between.numerator, split.between.denominator, PLACES),
        within_items=round_ratio(split.within.numerator, split.within.denominator, PLACES),
        trials=split.trials,
    )
