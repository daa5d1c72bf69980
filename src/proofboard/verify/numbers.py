"""How every published number is known: recomputed, attested or reported."""

from collections.abc import Iterator
from typing import NamedTuple

from proofboard.core.aggregates import leaves_of
from proofboard.publish.inputs import PublicationInputs
from proofboard.publish.scores import WEAKEST_FIRST, assurances
from proofboard.schemas.board import BoardRow, Leaderboard

RECOMPUTED = "recomputed"
ATTESTED = "attested"


class Number(NamedTuple):
    """One published number and how it is known."""

    entry: str
    name: str
    value: float | None
    status: str


def numbers_of(board: Leaderboard, inputs: PublicationInputs) -> list[Number]:
    """List every number of the board with its status; what nobody published is not listed."""
    rows = [(row, board.ranking) for row in board.entries]
    rows += [(row, other.ranking) for other in board.other_protocols for row in other.entries]
    listed = (number for row, ranking in rows for number in _of_row(row, ranking, inputs))
    return [number for number in listed if number.value is not None]


def _of_row(row: BoardRow, ranking: str, inputs: PublicationInputs) -> Iterator[Number]:
    entry = f"{row.vendor}/{row.config_name}"
    headline = status_of(inputs, inputs.benchmark.headline)
    of_ranks = ATTESTED if ranking.startswith("held_out") else headline
    yield Number(entry, "rank", row.rank, of_ranks)
    for place, rank in enumerate(row.rank_range or ()):
        yield Number(entry, f"rank_range[{place}]", rank, of_ranks)
    yield Number(entry, "public.score", row.public.score, headline)
    for place, bound in enumerate(row.public.interval or ()):
        yield Number(entry, f"public.interval[{place}]", bound, headline)
    yield Number(entry, "public.standard_error", row.public.standard_error, headline)
    for name, value in row.public.metrics.items():
        yield Number(entry, f"public.metrics.{name}", value, status_of(inputs, name))
    for facet, values in row.public.by.items():
        for part, value in values.items():
            yield Number(entry, f"public.by.{facet}.{part}", value, headline)
    for place, run in enumerate(row.public.runs.scores if row.public.runs else ()):
        yield Number(entry, f"public.runs.scores[{place}]", run, headline)
    yield Number(entry, "held_out.score", row.held_out.score, ATTESTED)
    for place, bound in enumerate(row.held_out.interval or ()):
        yield Number(entry, f"held_out.interval[{place}]", bound, ATTESTED)
    yield Number(entry, "overfit_gap", row.overfit_gap, ATTESTED)
    for place, bound in enumerate(row.overfit_interval or ()):
        yield Number(entry, f"overfit_interval[{place}]", bound, ATTESTED)
    yield from _of_comparisons(row, entry, headline)
    yield from _of_costs(row, entry, headline, inputs)


def _of_comparisons(row: BoardRow, entry: str, headline: str) -> Iterator[Number]:
    for region in row.win_regions:
        yield Number(entry, f"win_regions.{region.slice}.lower_bound", region.lower_bound, headline)
    if row.target_verdict:
        for name in ("difference", "lower_bound", "p_win", "p_loss"):
            yield Number(entry, f"target_verdict.{name}", getattr(row.target_verdict, name), headline)
    if row.public.variance:
        for name in ("between_items", "within_items"):
            yield Number(entry, f"public.variance.{name}", getattr(row.public.variance, name), headline)


def _of_costs(row: BoardRow, entry: str, headline: str, inputs: PublicationInputs) -> Iterator[Number]:
    for name in ("score_per_dollar", "score_per_million_tokens", "score_per_second", "relative"):
        yield Number(entry, f"efficiency.{name}", getattr(row.efficiency, name), headline)
    yield Number(entry, "cost_per_score", row.cost_per_score, headline)
    for name in ("generation_calls", "judge_calls", "prompt_tokens", "completion_tokens", "total_tokens"):
        yield Number(entry, f"usage.{name}", getattr(row.usage, name), RECOMPUTED)
    loop, rule = row.close_the_loop, inputs.benchmark.close_the_loop
    if loop and rule:
        status = status_of(inputs, rule.passes)
        for name in ("base_runnable", "repaired_runnable", "repair_lift"):
            yield Number(entry, f"close_the_loop.{name}", getattr(loop, name), status)
            for tier, own in loop.by_tier.items():
                yield Number(entry, f"close_the_loop.by_tier.{tier}.{name}", getattr(own, name), status)


def status_of(inputs: PublicationInputs, name: str) -> str:
    """Say how a metric or aggregate is known: as the weakest of what it is made from."""
    leaves = leaves_of(inputs.benchmark, name)
    found = {known for leaf in leaves for known in assurances(inputs, leaf.metric, inputs.plan.graders)}
    return min(found, key=WEAKEST_FIRST.index)
