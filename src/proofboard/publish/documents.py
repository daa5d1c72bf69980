"""The documents below the board: entries, configurations, item scores, items, category boards, columns."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from proofboard import canonical
from proofboard.core.aggregates import is_relative, places_of
from proofboard.core.board import Group, scoring_of
from proofboard.core.entry import EarlierRevision, GradedBundle, GradedEntry, GradedResults
from proofboard.core.exact import rounded
from proofboard.core.grading import STAGES, STATES
from proofboard.core.inference.agreement import Agreement
from proofboard.core.items import ItemTable
from proofboard.publish.identity import identity_of
from proofboard.publish.inputs import PublicationInputs
from proofboard.publish.scores import PLACES
from proofboard.schemas.agreement import JudgeAgreement, JudgesAgreement, VotesAgreement
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.publication import (
    BundleReference,
    EntryDocument,
    EntryRecord,
    GradedReference,
    MetricColumn,
    Revision,
    ScoresDocument,
)


def scores_document(bundle: GradedBundle, table: ItemTable, grading: str, benchmark: Benchmark) -> ScoresDocument:
    """Write the item scores of a bundle by column; columns that say nothing are null."""
    scores = bundle.scores
    all_items = np.array_equal(scores.item, np.arange(len(table)))
    return ScoresDocument(
        schema_version=1,
        bundle=bundle.digest,
        grading=grading,
        items=None if all_items else [table.items[position].id for position in scores.item.tolist()],
        trials=scores.trial.tolist() if scores.trial.any() else None,
        stages=[STAGES[code] for code in scores.stage.tolist()] if scores.stage.any() else None,
        states=[STATES[code] for code in scores.state.tolist()] if scores.state.any() else None,
        metrics={
            name: MetricColumn(denominator=benchmark.metrics[name].denominator, values=values)
            for name, values in scores.values.items()
        },
    )


SliceScores = Mapping[str, Mapping[str, Sequence[float | None]]]
"""Metric or aggregate → slice → the score of each entry of a group, rounded."""


def slice_scores(inputs: PublicationInputs, group: Group) -> SliceScores:
    """Score every entry of a group by everything that is no rank, on every slice."""
    benchmark = inputs.benchmark
    names = [name for name in (*benchmark.metrics, *benchmark.aggregates) if not is_relative(benchmark, name)]
    places = {name: places_of(benchmark, name) for name in names}
    return {
        name: {
            part.name: [rounded(score, places[name]) for score in group.scoring.scores(name, part)]
            for part in group.slices
        }
        for name in names
    }


def entry_document(
    inputs: PublicationInputs,
    of_group: tuple[Group, SliceScores],
    j: int,
    configuration: str,
    scores: Mapping[str, str],
) -> EntryDocument:
    """Write who an entry is and how it scored on every slice: no rank, no comparison."""
    group, by_slice = of_group
    entry = group.entries[j]
    return EntryDocument(
        schema_version=1,
        identity=_record(inputs, entry, configuration, scores),
        accepted=entry.accepted,
        history=[_revision(group, number, own, scores) for number, own in enumerate(entry.revisions, start=1)],
        scores={name: {part: own[j] for part, own in parts.items()} for name, parts in by_slice.items()},
        n_items={part.name: int(part.mask.sum()) for part in group.slices},
        judge_agreement=judge_agreement(entry.public),
    )


def judge_agreement(bundle: GradedBundle) -> JudgeAgreement | None:
    """Say how far the votes on a bundle agree; of a purged one, as it was said before."""
    if bundle.purged:
        return bundle.purged.purge.tallies.agreement
    if (found := bundle.agreement) is None:
        return None
    votes = VotesAgreement(n_votes=found.n_votes, n_left_out=found.n_left_out, **_agreement(found.votes))
    return JudgeAgreement(
        votes=votes, judges=[JudgesAgreement(a=own.a, b=own.b, **_agreement(own.agreement)) for own in found.judges]
    )


def _agreement(found: Agreement) -> dict[str, Any]:
    return {
        "n_responses": found.n_responses,
        "observed": rounded(found.observed, PLACES),
        "kappa": rounded(found.kappa, PLACES),
    }


def _record(
    inputs: PublicationInputs, entry: GradedEntry, configuration: str, scores: Mapping[str, str]
) -> EntryRecord:
    return EntryRecord(
        **identity_of(inputs, entry),
        document=configuration,
        bundles=[_reference(bundle, scores) for bundle in (entry.public, entry.repair) if bundle],
    )


def _reference(bundle: GradedBundle, scores: Mapping[str, str]) -> BundleReference:
    return BundleReference(
        name=bundle.name,
        item_set=bundle.manifest.item_set,
        bundle=bundle.digest,
        scores=scores[bundle.digest],
        graded=_graded_reference(bundle.graded) if bundle.graded else None,
        purged=bundle.purged.purge if bundle.purged else None,
    )


def _graded_reference(own: GradedResults) -> GradedReference:
    rows = own.document.responses
    return GradedReference(
        document=canonical.digest(own.raw),
        sandbox=own.document.sandbox,
        outcomes=dict(sorted(Counter(row.outcome for row in rows).items())),
        findings=dict(sorted(Counter(finding for row in rows for finding in row.findings).items())),
    )


def _revision(group: Group, number: int, own: EarlierRevision, scores: Mapping[str, str]) -> Revision:
    manifest = own.public.manifest if own.public else None
    return Revision(
        number=number,
        configuration=own.configuration.digest(),
        document=canonical.digest(canonical.dump(own.configuration)),
        protocol_version=manifest.protocol_version if manifest else None,
        date=manifest.recorded if manifest else None,
        score=_score_alone(group, own),
        bundles=[_reference(own.public, scores)] if own.public else [],
    )


def _score_alone(group: Group, own: EarlierRevision) -> float | None:
    """Score a revision by the present rules; it competes with nobody, so points by rank cannot be had."""
    benchmark = group.scoring.benchmark
    if own.public is None or is_relative(benchmark, benchmark.headline):
        return None
    alone = scoring_of(benchmark, group.scoring.table, [(own.public.scores, own.public.manifest.trials)])
    score = alone.scores(benchmark.headline, group.overall)[0]
    return rounded(score, places_of(benchmark, benchmark.headline))
