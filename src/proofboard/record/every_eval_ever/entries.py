"""The entries of a board of records: one for each model, with what its records say of it and of themselves."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

import msgspec

from proofboard import canonical
from proofboard.record.acceptable import acceptable
from proofboard.record.every_eval_ever.checked import UNKNOWN
from proofboard.record.every_eval_ever.gathered import Answers, Gathered
from proofboard.record.every_eval_ever.own import FORMAT, PREFIX, STATED, cell_name, stated_key
from proofboard.record.every_eval_ever.rules import Rules, asked_alike
from proofboard.record.every_eval_ever.shape import GenerationArgs, ModelInfo, Record
from proofboard.record.every_eval_ever.stated import day_of, stated_record, stated_result, text_of
from proofboard.record.every_eval_ever.statements import Statement
from proofboard.record.foreign import digest_of_files, first_word
from proofboard.record.imported import Claim, ImportedEntry, NewBundle
from proofboard.record.recorded_scores import on_grid
from proofboard.record.slug import slug
from proofboard.record.source_files import some, unique_slug
from proofboard.schemas.base import LARGEST_INTEGER
from proofboard.schemas.benchmark import VendorProfile
from proofboard.schemas.bundle import ReportedScore, Response, SourceRecord
from proofboard.schemas.configuration import Configuration, Decoding, Model

LONGEST_SETTING: Final = 4000
LONGEST_STATED: Final = 1 << 18
MOST_STATED: Final = 8 << 20

Place = tuple[str, int]


def entries_of(board: Gathered, rules: Rules) -> Iterator[ImportedEntry]:
    """Make one entry for each model."""
    taken: dict[str, set[str]] = {}
    left: dict[str, list[str]] = {}
    for model, statements in board.by_model.items():
        latest = max(statements, key=lambda own: own.when).said.record
        configuration, refused = acceptable(_configuration(latest, statements, taken))
        for field in refused:
            left.setdefault(field, []).append(latest.model_info.id)
        yield ImportedEntry(configuration, [_bundle(board, rules, board.answers[model], statements, latest)])
    for field, models in sorted(left.items()):
        board.notes.append(
            f"{len(models)} configuration(s) are without {field}, which no configuration may hold: {some(models)}"
        )


def _bundle(
    board: Gathered, rules: Rules, answers: Answers, statements: Sequence[Statement], latest: Record
) -> NewBundle:
    responses = dict(answers.responses)
    for place in _unanswered(board, answers):
        responses.setdefault(place, Response(prompt_id=place[0], trial=place[1], state="missing"))
    library = latest.eval_library
    return NewBundle(
        responses=list(responses.values()),
        scores=list(_scores(board, rules, answers)),
        trials=answers.trials,
        recorded=day_of(latest.evaluation_timestamp),
        source=SourceRecord(
            format=FORMAT,
            name=some(sorted({f"{own.said.file.name}: {own.said.record.evaluation_id}" for own in statements})),
            digest=digest_of_files({own.said.file for own in statements}),
            tool_version=f"{library.name} {library.version}",
        ),
        claims=dict(_claims(board, rules, statements, latest)),
    )


def _unanswered(board: Gathered, answers: Answers) -> Iterator[Place]:
    """Yield the samples that others were asked and this model was not, in evaluations of which it has samples."""
    for evaluation, items in board.samples.items():
        own = {item for item, _ in answers.responses} & set(items)
        if own and not asked_alike(board, evaluation):
            yield from ((item, trial) for item in items for trial in range(answers.trials))


def _scores(board: Gathered, rules: Rules, answers: Answers) -> Iterator[ReportedScore]:
    metrics = rules.benchmark.metrics
    rows: dict[Place, dict[str, int | None]] = {}
    wholes = set(board.wholes.values())
    for place, scores in answers.scores.items():
        for scale, score in scores.items():
            name = (rules.stated if place[0] in wholes else board.scales)[scale]
            if metrics[name].reported:
                rows.setdefault(place, {})[name] = on_grid(score, metrics[name].denominator)
    for evaluation, scale in sorted(answers.sampled, key=repr):
        metric = metrics[board.scales[scale]]
        if metric.reported and scale.low is not None and scale.high is not None and not asked_alike(board, evaluation):
            # Leaving hard samples out must not raise a score.
            worst = metric.range[0 if metric.direction == "higher" else 1] * metric.denominator
            for item in board.samples[evaluation]:
                for trial in range(answers.trials):
                    rows.setdefault((item, trial), {}).setdefault(board.scales[scale], worst)
    return (ReportedScore(item_id=item, trial=trial, scores=own) for (item, trial), own in rows.items())


def _claims(
    board: Gathered, rules: Rules, statements: Sequence[Statement], latest: Record
) -> Iterator[tuple[str, Claim]]:
    """Yield the numbers of records that samples can be held against, and what records say in their own words."""
    metadata = latest.source_metadata
    yield "evaluator_relationship", metadata.evaluator_relationship
    yield "source_organization_name", metadata.source_organization_name
    yield "retrieved_timestamp", latest.retrieved_timestamp
    yield STATED, text_of(stated_record(latest))
    room = MOST_STATED
    for own in statements:
        name = rules.names[own.evaluation, own.scale]
        if (own.evaluation, own.scale) not in board.answers[own.model].sampled:
            name = cell_name(board.wholes.get(own.evaluation, ""), rules.stated[own.scale])
        elif own.score is not None:
            yield name, float(own.score)
        uncertainty = own.result.score_details.uncertainty
        if uncertainty and uncertainty.standard_error and uncertainty.standard_error.value is not None:
            yield f"standard_error of {name}", uncertainty.standard_error.value
        if uncertainty and uncertainty.num_samples is not None:
            yield f"num_samples of {name}", uncertainty.num_samples
        words = text_of(stated_result(own.result))
        room -= len(words)
        if len(words) <= LONGEST_STATED and room > 0:
            yield stated_key(name), words


def _configuration(latest: Record, statements: Iterable[Statement], taken: dict[str, set[str]]) -> Configuration:
    model = latest.model_info
    vendor = vendor_of(model)
    name = model.name.rpartition("/")[2] or model.name or model.id
    args = _common([own.result.generation_config for own in statements])
    return Configuration(
        vendor=vendor,
        config_name=unique_slug(name, taken.setdefault(vendor, set()), model.id),
        title=model.name or None,
        decoding=Decoding(
            model=model.id[:500],
            temperature=_within(args.get("temperature"), None),
            top_p=_within(args.get("top_p"), 1),
            max_tokens=args.get("max_tokens"),
        ),
        settings=dict(_settings(model, args)),
        model=Model(name=(model.name or model.id)[:500], organization=model.developer),
    )


def vendor_of(model: ModelInfo) -> str:
    """Return who offers a model: its developer, else the first part of its id, else of its name."""
    organization, slash, _ = model.id.partition("/")
    return slug(model.developer or (organization if slash else "") or first_word(model.name or model.id))


def vendors_of(board: Gathered) -> dict[str, VendorProfile]:
    """Name the vendors as their records do."""
    found: dict[str, VendorProfile] = {}
    for statements in board.by_model.values():
        for own in statements:
            model = own.said.record.model_info
            if model.developer:
                found.setdefault(vendor_of(model), VendorProfile(title=model.developer, organization=model.developer))
    return dict(sorted(found.items()))


def _common(configs: Sequence[Any]) -> dict[str, Any]:
    """Return the arguments that all results of a model share."""
    stated = [msgspec.to_builtins(own.generation_args or GenerationArgs()) if own else {} for own in configs]
    first = stated[0] if stated else {}
    same = {key: value for key, value in first.items() if all(other.get(key) == value for other in stated)}
    return {key: value for key, value in same.items() if value is not None and value != {}}


def _within(value: Any, most: float | None) -> float | None:  # noqa: ANN401
    number = float(value) if isinstance(value, (int, float)) else None
    return number if number is not None and number >= 0 and (most is None or number <= most) else None


def _settings(model: ModelInfo, args: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if model.inference_platform and model.inference_platform != UNKNOWN:
        yield "inference_platform", model.inference_platform
    if model.inference_engine and model.inference_engine.name:
        yield "inference_engine", " ".join(filter(None, (model.inference_engine.name, model.inference_engine.version)))
    for name, value in sorted(args.items()):
        # How it was called is no part of a recipe, and what is drawn has a place of its own.
        if name not in {"temperature", "top_p", "max_tokens", "execution_command"} and _fits(value):
            yield name, value
    details = {
        name: value
        for name, value in sorted(model.additional_details.items())
        if value != UNKNOWN and not name.startswith(PREFIX) and "://" not in value and _fits(value)
    }
    if details:
        yield "model", details


def _fits(value: Any) -> bool:  # noqa: ANN401
    if isinstance(value, float) and not Fraction(-LARGEST_INTEGER) <= Fraction(value) <= LARGEST_INTEGER:
        return False
    return len(canonical.dump(value)) <= LONGEST_SETTING
