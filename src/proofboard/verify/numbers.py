"""How every published number is known: run again, recomputed, attested or reported."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from proofboard.core.aggregates import leaves_of
from proofboard.publish.inputs import PublicationInputs
from proofboard.publish.scores import WEAKEST_FIRST, assurances
from proofboard.schemas.base import Assurance
from proofboard.schemas.board import BoardRow, Leaderboard

RECOMPUTED: Assurance = "recomputed"
ATTESTED: Assurance = "attested"
REPORTED: Assurance = "reported"


class Number(NamedTuple):
    """One published number and how it is known."""

    entry: str
    name: str
    value: float | None
    status: str


def numbers_of(board: Leaderboard, inputs: PublicationInputs) -> list[Number]:
    """List every number of the board with its status; what nobody published is not listed."""
    groups = [(board.entries, board.ranking)]
    groups += [(other.entries, other.ranking) for other in board.other_protocols]
    purged = _purged(inputs)
    listed = (number for rows, ranking in groups for number in _of_rows(rows, ranking, inputs, purged))
    return [number for number in listed if number.value is not None]


Purged = Mapping[str, frozenset[str]]
"""Entry → the item sets whose answers are gone."""


def _purged(inputs: PublicationInputs) -> Purged:
    return {
        entry.name: frozenset(
            bundle.manifest.item_set for bundle in (entry.public, entry.repair) if bundle and bundle.purged
        )
        for entry in inputs.entries
    }


class _Known(NamedTuple):
    """How what enters the numbers of a row is known."""

    inputs: PublicationInputs
    purged: frozenset[str]
    """The item sets whose answers are gone."""
    ranks: str
    of_vendor: str
    """The weakest of the vendor's entries: a comparison is as sure as what it compares."""
    of_track: str

    def of(self, name: str) -> str:
        """Say how a metric or aggregate on public items is known."""
        return REPORTED if "public" in self.purged else status_of(self.inputs, name)


def _of_rows(rows: Sequence[BoardRow], ranking: str, inputs: PublicationInputs, purged: Purged) -> Iterator[Number]:
    """List the numbers of one protocol; what follows from several entries is known as the weakest of them."""
    headline = status_of(inputs, inputs.benchmark.headline)
    # A row that waits for the close enters no number of another.
    gone = [row for row in rows if "public" in purged[_name(row)] and not row.pending]
    tracks, vendors = {row.track for row in gone}, {(row.vendor, row.track) for row in gone}
    for row in rows:
        of_track = REPORTED if row.track in tracks else headline
        known = _Known(
            inputs,
            purged[_name(row)],
            ranks=ATTESTED if ranking.startswith("held_out") else of_track,
            of_vendor=REPORTED if (row.vendor, row.track) in vendors else headline,
            of_track=of_track,
        )
        yield from _of_row(row, known)


def _name(row: BoardRow) -> str:
    return f"{row.vendor}/{row.config_name}"


def _of_row(row: BoardRow, known: _Known) -> Iterator[Number]:
    entry = _name(row)
    headline = known.of(known.inputs.benchmark.headline)
    yield Number(entry, "rank", row.rank, known.ranks)
    for place, rank in enumerate(row.rank_range or ()):
        yield Number(entry, f"rank_range[{place}]", rank, known.ranks)
    # Whoever ran it again confirms the headline alone, and no part of it.
    run_again = row.public.assurance == "rerun"
    yield Number(entry, "public.score", row.public.score, "rerun" if run_again else headline)
    for place, bound in enumerate(row.public.interval or ()):
        yield Number(entry, f"public.interval[{place}]", bound, headline)
    yield Number(entry, "public.standard_error", row.public.standard_error, headline)
    for name, value in row.public.metrics.items():
        yield Number(entry, f"public.metrics.{name}", value, known.of(name))
    for facet, values in row.public.by.items():
        for part, value in values.items():
            yield Number(entry, f"public.by.{facet}.{part}", value, headline)
    for place, run in enumerate(row.public.runs.scores if row.public.runs else ()):
        yield Number(entry, f"public.runs.scores[{place}]", run, headline)
    yield Number(entry, "held_out.score", row.held_out.score, ATTESTED)
    for place, bound in enumerate(row.held_out.interval or ()):
        yield Number(entry, f"held_out.interval[{place}]", bound, ATTESTED)
    of_gap = REPORTED if "public" in known.purged else ATTESTED
    yield Number(entry, "overfit_gap", row.overfit_gap, of_gap)
    for place, bound in enumerate(row.overfit_interval or ()):
        yield Number(entry, f"overfit_interval[{place}]", bound, of_gap)
    yield from _of_comparisons(row, entry, known)
    yield from _of_costs(row, entry, known)
    yield from _of_repairs(row, entry, known)


def _of_comparisons(row: BoardRow, entry: str, known: _Known) -> Iterator[Number]:
    for region in row.win_regions:
        yield Number(entry, f"win_regions.{region.slice}.lower_bound", region.lower_bound, known.of_vendor)
    if row.target_verdict:
        for name in ("difference", "lower_bound", "p_win", "p_loss"):
            yield Number(entry, f"target_verdict.{name}", getattr(row.target_verdict, name), known.of_vendor)
    headline = known.of(known.inputs.benchmark.headline)
    if row.public.variance:
        for name in ("between_items", "within_items"):
            yield Number(entry, f"public.variance.{name}", getattr(row.public.variance, name), headline)


def _of_costs(row: BoardRow, entry: str, known: _Known) -> Iterator[Number]:
    headline = known.of(known.inputs.benchmark.headline)
    for name in ("score_per_dollar", "score_per_million_tokens", "score_per_second"):
        yield Number(entry, f"efficiency.{name}", getattr(row.efficiency, name), headline)
    yield Number(entry, "efficiency.relative", row.efficiency.relative, known.of_track)
    yield Number(entry, "cost_per_score", row.cost_per_score, headline)
    counted = REPORTED if "public" in known.purged else RECOMPUTED
    for name in ("generation_calls", "judge_calls", "prompt_tokens", "completion_tokens", "total_tokens"):
        yield Number(entry, f"usage.{name}", getattr(row.usage, name), counted)


def _of_repairs(row: BoardRow, entry: str, known: _Known) -> Iterator[Number]:
    loop, rule = row.close_the_loop, known.inputs.benchmark.close_the_loop
    if loop and rule:
        status = REPORTED if "repair" in known.purged else status_of(known.inputs, rule.passes)
        for name in ("base_runnable", "repaired_runnable", "repair_lift"):
            yield Number(entry, f"close_the_loop.{name}", getattr(loop, name), status)
            for tier, own in loop.by_tier.items():
                yield Number(entry, f"close_the_loop.by_tier.{tier}.{name}", getattr(own, name), status)


def status_of(inputs: PublicationInputs, name: str) -> str:
    """Say how a metric or aggregate is known: as the weakest of what it is made from."""
    leaves = leaves_of(inputs.benchmark, name)
    found = {known for leaf in leaves for known in assurances(inputs, leaf.metric, inputs.plan.graders)}
    return min(found, key=WEAKEST_FIRST.index)
