"""Everything that records say, gathered by model: evaluations, metrics, items, and the answers and scores of each."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final

import msgspec

from proofboard.record.every_eval_ever.files import Sampled
from proofboard.record.every_eval_ever.samples import facets_of, item_of, response_of, samples_of, why_not_items
from proofboard.record.every_eval_ever.statements import Evaluation, Scale, Statement
from proofboard.record.source_files import some, unique_slug
from proofboard.schemas.bundle import Response
from proofboard.schemas.item import Item

EVALUATION: Final = "evaluation"
MOST_VALUES: Final = 50
"""A property with more values than this parts nothing that a reader could look at."""
FEWEST_VALUES: Final = 2
LONGEST_VALUE: Final = 100

Cell = tuple[Evaluation, Scale]
Place = tuple[str, int]
"""The id of an item, and the number of the trial."""


class Answers(msgspec.Struct):
    """What one model answered and scored."""

    responses: dict[Place, Response] = {}
    scores: dict[Place, dict[Scale, Fraction]] = {}
    sampled: set[Cell] = set()
    """Where single samples stand for the score."""
    trials: int = 1


class Gathered(msgspec.Struct):
    """All models, on the same items."""

    evaluations: dict[Evaluation, str]
    """Evaluation → how it is shown."""
    scales: dict[Scale, str]
    """Scale → the id of its metric."""
    by_model: dict[str, list[Statement]]
    answers: dict[str, Answers]
    items: dict[str, Item] = {}
    samples: dict[Evaluation, list[str]] = {}
    """The items that are samples of an evaluation."""
    wholes: dict[Evaluation, str] = {}
    """The item that stands for a whole evaluation."""
    facets: dict[str, list[str]] = {}
    notes: list[str] = []

    @property
    def cells(self) -> list[Cell]:
        """List what is measured, the scale that most models state of an evaluation first."""
        counted = Counter((own.evaluation, own.scale) for rows in self.by_model.values() for own in rows)
        return sorted(counted, key=lambda cell: (self.evaluations[cell[0]], -counted[cell], cell[1].name, repr(cell)))

    def primary(self) -> dict[Evaluation, Scale]:
        """Choose the scale of each evaluation by which models are compared."""
        chosen: dict[Evaluation, Scale] = {}
        for evaluation, scale in self.cells:
            chosen.setdefault(evaluation, scale)
        return chosen


def gathered(statements: Sequence[Statement], notes: list[str]) -> Gathered:
    """Make items of samples and of whole evaluations, and give every model its answers and scores."""
    by_model: dict[str, list[Statement]] = {}
    for said in sorted(statements, key=lambda one: (one.model, one.evaluation, repr(one.scale))):
        by_model.setdefault(said.model, []).append(said)
    made = Gathered(
        evaluations=_shown(own.evaluation for own in statements),
        scales=_metric_ids({own.scale for own in statements}),
        by_model=by_model,
        answers={model: Answers() for model in by_model},
        notes=notes,
    )
    taken: set[str] = set()
    by_evaluation: dict[Evaluation, list[Statement]] = {}
    for one in (one for rows in by_model.values() for one in rows):
        by_evaluation.setdefault(one.evaluation, []).append(one)
    for evaluation, own in sorted(by_evaluation.items()):
        _add_evaluation(evaluation, own, made, taken)
    if made.wholes:
        # What stands for a whole evaluation has no properties of a sample.
        made.facets = {}
        made.items = {name: msgspec.structs.replace(item, facets={}) for name, item in made.items.items()}
    else:
        _keep_common_facets(made)
    if len(made.evaluations) > 1:
        _name_evaluations(made)
    return made


def _shown(evaluations: Iterable[Evaluation]) -> dict[Evaluation, str]:
    found = sorted(set(evaluations))
    names = Counter(own.name for own in found)
    shown: dict[Evaluation, str] = {}
    for own in found:
        name = own.name if names[own.name] == 1 else f"{own.name} ({own.dataset})"
        while name in shown.values():
            name += "'"
        shown[own] = name
    return shown


def _metric_ids(scales: Iterable[Scale]) -> dict[Scale, str]:
    taken: set[str] = set()
    return {scale: unique_slug(scale.name, taken, repr(scale)) for scale in sorted(scales, key=repr)}


def _add_evaluation(evaluation: Evaluation, own: Sequence[Statement], made: Gathered, taken: set[str]) -> None:
    shown = made.evaluations[evaluation]
    refused = {id(one): reason for one in own if (reason := why_not_items(one))}
    used = [one for one in own if one.samples and id(one) not in refused]
    for one in own:
        if id(one) in refused:
            name = made.evaluations[evaluation]
            made.notes.append(
                f"{one.said.record.model_info.id}: the samples of {name} are left out: {refused[id(one)]}"
            )
    ids = _add_items(evaluation, used, made, taken)
    for one in used:
        _add_samples(one, ids, made.answers[one.model])
    whole = [one for one in own if one not in used and one.score is not None]
    if whole:
        item = Item(id=unique_slug(shown, taken, repr(evaluation)), title=shown)
        made.items[item.id] = item
        made.wholes[evaluation] = item.id
        for one in whole:
            if one.score is not None:
                made.answers[one.model].scores.setdefault((item.id, 0), {})[one.scale] = one.score


def _add_items(evaluation: Evaluation, used: Sequence[Statement], made: Gathered, taken: set[str]) -> dict[str, str]:
    rows: dict[str, list[Sampled]] = {}
    for row in (row for one in used for row in one.samples):
        rows.setdefault(row.instance.sample_id, []).append(row)
    ids: dict[str, str] = {}
    unlike: list[str] = []
    for sample, own in sorted(rows.items()):
        name = sample if len(made.evaluations) == 1 else f"{made.evaluations[evaluation]} {sample}"
        ids[sample] = unique_slug(name, taken, f"{evaluation!r} {sample}")
        item, differs = item_of(ids[sample], [row.instance for row in own], facets_of(own))
        made.items[item.id] = item
        unlike += [sample] * differs
    if unlike:
        made.notes.append(
            f"{made.evaluations[evaluation]}: {len(unlike)} sample(s) are not the same in all records, "
            f"and are published as they stand first: {some(unlike)}"
        )
    if ids:
        made.samples[evaluation] = list(ids.values())
    return ids


def _add_samples(statement: Statement, ids: Mapping[str, str], answers: Answers) -> None:
    answers.sampled.add((statement.evaluation, statement.scale))
    for (sample, trial), own in samples_of(statement).items():
        place = (ids[sample], trial)
        if place not in answers.responses:
            answers.responses[place] = response_of(own.instance, *place)
        answers.scores.setdefault(place, {})[statement.scale] = own.score
        answers.trials = max(answers.trials, trial + 1)


def _keep_common_facets(made: Gathered) -> None:
    """Keep the properties that every item has, where they part the items at all."""
    values: dict[str, list[str]] = {}
    for item in made.items.values():
        for name, value in item.facets.items():
            values.setdefault(name, []).append(value)
    taken = {EVALUATION}
    names: dict[str, str] = {}
    for name, own in sorted(values.items()):
        different = sorted(set(own))
        parts = FEWEST_VALUES <= len(different) <= MOST_VALUES and max(map(len, different)) <= LONGEST_VALUE
        if parts and len(own) == len(made.items):
            names[name] = unique_slug(name, taken, name)
            made.facets[names[name]] = different
    for item_id, item in made.items.items():
        kept = {names[name]: value for name, value in item.facets.items() if name in names}
        made.items[item_id] = msgspec.structs.replace(item, facets=kept)


def _name_evaluations(made: Gathered) -> None:
    made.facets[EVALUATION] = sorted(made.evaluations.values())
    places = {item: evaluation for evaluation, items in made.samples.items() for item in items}
    places |= {item: evaluation for evaluation, item in made.wholes.items()}
    for item_id, item in made.items.items():
        shown = made.evaluations[places[item_id]]
        made.items[item_id] = msgspec.structs.replace(item, facets={**item.facets, EVALUATION: shown})
