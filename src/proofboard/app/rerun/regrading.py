"""Grade one published entry again, and grade other answers beside it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

import msgspec
import numpy as np

from proofboard import canonical
from proofboard.core.aggregates import higher_is_better, is_relative, leaves_of, places_of
from proofboard.core.board import Group, groups_of, item_ratios, scoring_of
from proofboard.core.entry import GradedEntry
from proofboard.core.exact import rounded
from proofboard.core.graders.base import Grader
from proofboard.core.grading import INSTALLED, GradingPlan, grade_bundle
from proofboard.core.rules.benchmark import parts_of_metric
from proofboard.errors import fault
from proofboard.grade.installed import installed
from proofboard.publish.assemble import RELEASES
from proofboard.publish.inputs import PublicationInputs
from proofboard.publish.names import LEADERBOARD, bundle_path
from proofboard.schemas.benchmark import Benchmark, Metric
from proofboard.schemas.board import BoardRow, Leaderboard
from proofboard.schemas.bundle import Response
from proofboard.schemas.bundle_folder import Bundle, read_bundle
from proofboard.schemas.publication import ReleasesDocument
from proofboard.verify.documents import Documents
from proofboard.verify.inputs import rebuild_inputs
from proofboard.verify.refusals import ScoreMismatch

VOTES = "votes"
"""The built-in grader that reads what judges said and not the answer."""


class Regraded(msgspec.Struct, frozen=True, eq=False):
    """One entry of a publication, its item scores made again from its bundle."""

    inputs: PublicationInputs
    """What the publication would follow from if this entry were alone on it."""
    group: Group
    bundle: Bundle

    @property
    def entry(self) -> GradedEntry:
        """The entry after grading."""
        return self.inputs.entries[0]

    @property
    def benchmark(self) -> Benchmark:
        """The published rules."""
        return self.inputs.benchmark

    @property
    def n_scores(self) -> int:
        """Item scores that were made here and compared with the published ones."""
        return sum(len(self.entry.public.scores.values[name]) for name in self.inputs.plan.graders)

    @property
    def attested(self) -> list[str]:
        """Metrics that were taken as they are published, because their grader was not named."""
        return [name for name, source in self.inputs.plan.sources.items() if self._is_attested(name, source)]

    @property
    def headline(self) -> Fraction | None:
        """The score of the entry; None where it has none, or only beside others."""
        return self.group.scoring.scores(self.benchmark.headline, self.group.overall)[0] if self._is_absolute else None

    @property
    def _is_absolute(self) -> bool:
        return not is_relative(self.benchmark, self.benchmark.headline)

    def _is_attested(self, name: str, source: str) -> bool:
        return source.startswith(f"{INSTALLED} ") and name not in self.inputs.plan.graders


def regrade(found: Documents, row: BoardRow, kinds: Collection[str]) -> Regraded:
    """Grade the bundles of one entry again; raises Refusal where a published item score or the headline differs.

    `kinds` names the third-party graders that run; what others made is taken as published.
    """

    def make(kind: str, options: Mapping[str, Any]) -> Grader | None:
        return installed(kind, options, "--grade-with") if kind in kinds else None

    inputs = rebuild_inputs(_alone(found, row), make)
    if purged := inputs.entries[0].public.purged:
        reason = f"its answers were purged on {purged.purge.date} ({purged.purge.reason}); nobody can grade it again"
        raise fault(inputs.entries[0].name, reason)
    made = Regraded(
        inputs=inputs,
        group=groups_of(inputs.benchmark, inputs.table, inputs.entries)[0],
        bundle=read_bundle(found.folder / bundle_path(inputs.entries[0].public.digest)),
    )
    _refuse_other_headline(made, row)
    return made


def _alone(found: Documents, row: BoardRow) -> Documents:
    """Return the documents of a board that has one entry and no held-out scores."""
    board = found.read(LEADERBOARD, Leaderboard)
    releases = found.read(RELEASES, ReleasesDocument)
    alone = {
        LEADERBOARD: msgspec.structs.replace(board, entries=[row], other_protocols=[], skipped=[]),
        RELEASES: msgspec.structs.replace(releases, releases=[], pending={}, verdicts={}),
    }
    return replace(found, raw={**found.raw, **{path: canonical.dump(document) for path, document in alone.items()}})


def _refuse_other_headline(made: Regraded, row: BoardRow) -> None:
    name = made.benchmark.headline
    if is_relative(made.benchmark, name):
        return
    score = made.headline
    again = (rounded(score, places_of(made.benchmark, name)), _exact(score))
    if again != (row.public.score, row.public.exact):
        found = (row.public.score, row.public.exact)
        raise ScoreMismatch(LEADERBOARD, f"{made.entry.name}: {name} is published as {found}, its items give {again}")


def _exact(score: Fraction | None) -> tuple[str, str] | None:
    return None if score is None else (str(score.numerator), str(score.denominator))


class Compared(NamedTuple):
    """The headline over the published answers and over others, and on how many items the others are better or worse."""

    published: Fraction | None
    now: Fraction | None
    n_better: int
    n_worse: int


def why_not_comparable(made: Regraded, *, has_votes: bool = False) -> str | None:
    """Say why answers alone give no headline, or answers with the votes on them."""
    benchmark, graders = made.benchmark, made.inputs.plan.graders
    if is_relative(benchmark, benchmark.headline):
        return "the headline ranks entries against each other"
    for name, metric in _metrics_below(benchmark).items():
        if metric.reported:
            return f"the metric {name!r} is reported, not graded"
        if metric.grader is None:
            continue
        if name not in graders:
            return f"the metric {name!r} needs the grader {metric.grader.kind!r}; name it with --grade-with"
        own = made.inputs.plan.sources[name].startswith(f"{INSTALLED} ")
        if has_votes:
            continue
        if metric.grader.kind == VOTES or (own and made.bundle.verdicts):
            return f"the metric {name!r} needs the votes of a judge"
    return None


def _metrics_below(benchmark: Benchmark) -> dict[str, Metric]:
    """Return the metrics that enter the headline, those that they are made from included."""
    found: dict[str, Metric] = {}
    waiting = [leaf.metric for leaf in leaves_of(benchmark, benchmark.headline)]
    while waiting:
        name = waiting.pop()
        found[name] = benchmark.metrics[name]
        waiting += parts_of_metric(found[name])
    return found


def compared(made: Regraded, responses: Sequence[Response]) -> Compared:
    """Grade other answers to the same prompts, and score both sets of answers alike; raises InputError."""
    answers = msgspec.structs.replace(made.bundle, responses=list(responses), verdicts=[], scores=[])
    return compared_with(made, answers)


def compared_with(made: Regraded, other: Bundle) -> Compared:
    """Grade a bundle that was recorded as the published one was, and score both alike; raises InputError."""
    whole, table, name = made.inputs.plan, made.inputs.table, made.benchmark.headline
    metrics = _metrics_below(made.benchmark)
    rules = msgspec.structs.replace(made.benchmark, metrics=metrics)
    graders = {metric: grader for metric, grader in whole.graders.items() if metric in metrics}
    plan = GradingPlan(rules, [metric for metric in whole.order if metric in metrics], graders, whole.sources)
    trials = made.bundle.manifest.trials
    both = [(made.entry.public.scores, trials), (grade_bundle(other, table, plan), trials)]
    scoring = scoring_of(rules, table, both)
    published, now = scoring.scores(name, made.group.overall)
    before, after = item_ratios(scoring, name, 0), item_ratios(scoring, name, 1)
    signs = [
        (a * below - b * above > 0) - (a * below - b * above < 0)
        for a, above, b, below in zip(
            *(column.tolist() for column in (after.numerators, after.denominators)),
            *(column.tolist() for column in (before.numerators, before.denominators)),
            strict=True,
        )
        if above and below
    ]
    up, down = signs.count(1), signs.count(-1)
    return Compared(published, now, *((up, down) if higher_is_better(rules, name) else (down, up)))


def asked_items(made: Regraded) -> list[int]:
    """Return the positions of the items that the entry was asked: all, or those of its track."""
    return [int(position) for position in np.flatnonzero(made.group.overall.mask)]
