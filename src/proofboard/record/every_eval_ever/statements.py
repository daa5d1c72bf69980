"""What records say: one number for a model, an evaluation and a metric; of several the latest counts."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Final

import msgspec

from proofboard.record.every_eval_ever.checked import UNKNOWN_LEVEL, bounds_of
from proofboard.record.every_eval_ever.files import Said, Sampled
from proofboard.record.every_eval_ever.own import ENTRY
from proofboard.record.every_eval_ever.shape import Record, Result
from proofboard.record.foreign import MICROSECONDS
from proofboard.record.recorded_scores import exact_score
from proofboard.record.source_files import some

UNNAMED_METRIC: Final = "score"
_SECONDS: Final = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?")
_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO: Final = timedelta(microseconds=1)


class Evaluation(msgspec.Struct, frozen=True, order=True):
    """What was measured: a name, on a dataset."""

    name: str
    dataset: str


class Scale(msgspec.Struct, frozen=True, order=True):
    """What a score is: its name, its direction and its bounds."""

    name: str
    lower_is_better: bool
    low: float | None
    high: float | None


class Statement(msgspec.Struct, frozen=True):
    """What one record says of a model."""

    model: str
    """The model's id, with the entry's name where a record tells two configurations of one model apart."""
    evaluation: Evaluation
    scale: Scale
    score: Fraction | None
    result: Result
    said: Said
    samples: Sequence[Sampled]

    @property
    def when(self) -> tuple[Fraction, Fraction, str, str]:
        """Order statements by time; what has no time that can be read is the oldest."""
        record = self.said.record
        stated = self.result.evaluation_timestamp or record.evaluation_timestamp
        return seconds_of(record.retrieved_timestamp), seconds_of(stated), record.evaluation_id, self.said.file.name


def statements(linked: Iterable[tuple[Said, Sequence[Sampled]]], notes: list[str]) -> list[Statement]:
    """Read every result of every record, and choose the latest of those that say the same thing."""
    pairs = list(linked)
    levels = _levels([said.record.evaluation_results for said, _ in pairs])
    everything: list[Statement] = []
    for said, sampled in pairs:
        everything += _of_record(said, sampled, levels, notes)
    return _latest(everything, notes)


def model_of(record: Record) -> str:
    """Tell models apart, and configurations of one model where a record names them."""
    entry = record.model_info.additional_details.get(ENTRY)
    return f"{record.model_info.id}\n{entry}" if entry else record.model_info.id


def _of_record(
    said: Said, sampled: Sequence[Sampled], levels: Mapping[Evaluation, int], notes: list[str]
) -> list[Statement]:
    results = said.record.evaluation_results
    rows = _rows_of(results, sampled, said, notes)
    unknown = 0
    made: list[Statement] = []
    for place, result in enumerate(results):
        metric = result.metric_config
        score = exact_score(result.score_details.score)
        if score == UNKNOWN_LEVEL and metric.has_unknown_level:
            score = None
        unknown += score is None and not rows[place]
        evaluation = _evaluation_of(result)
        scale = Scale(_names_of(result)[levels[evaluation] :][0], metric.lower_is_better, *bounds_of(metric))
        made.append(Statement(model_of(said.record), evaluation, scale, score, result, said, rows[place]))
    if unknown:
        notes.append(f"{said.file.name}: {unknown} result(s) of {said.record.model_info.id} have no number")
    return made


def _evaluation_of(result: Result) -> Evaluation:
    return Evaluation(result.evaluation_name, result.source_data.dataset_name)


def _names_of(result: Result) -> tuple[str, ...]:
    """Name a result's metric, from the coarsest name to the finest."""
    metric = result.metric_config
    names = (metric.metric_kind, metric.metric_id, metric.metric_name, result.evaluation_result_id)
    return tuple(name or next(filter(None, names), UNNAMED_METRIC) for name in names)


def _levels(records: Iterable[Sequence[Result]]) -> dict[Evaluation, int]:
    """Choose, for every evaluation, the coarsest name that tells its metrics apart in every record."""
    levels: dict[Evaluation, int] = {}
    for results in records:
        named: dict[Evaluation, list[tuple[str, ...]]] = {}
        for result in results:
            named.setdefault(_evaluation_of(result), []).append(_names_of(result))
        for evaluation, names in named.items():
            apart = [level for level in range(len(names[0])) if len({own[level] for own in names}) == len(names)]
            levels[evaluation] = max(levels.get(evaluation, 0), apart[0] if apart else 0)
    return levels


def _rows_of(
    results: Sequence[Result], sampled: Sequence[Sampled], said: Said, notes: list[str]
) -> list[list[Sampled]]:
    """Give every result its instances: by the result's id, else by the name of the evaluation where it is the only."""
    by_id = {own.evaluation_result_id: place for place, own in enumerate(results) if own.evaluation_result_id}
    named: dict[str, list[int]] = {}
    for place, own in enumerate(results):
        named.setdefault(own.evaluation_name, []).append(place)
    rows: list[list[Sampled]] = [[] for _ in results]
    loose = 0
    for row in sampled:
        wanted, places = row.instance.evaluation_result_id, named.get(row.instance.evaluation_name, [])
        fitting = [by_id[wanted]] if wanted in by_id else [] if wanted else places
        if len(fitting) == 1:
            rows[fitting[0]].append(row)
        else:
            loose += 1
    if loose:
        notes.append(f"{said.file.name}: {loose} instance(s) belong to no single result of it, and are left out")
    return rows


def _latest(everything: Iterable[Statement], notes: list[str]) -> list[Statement]:
    chosen: dict[tuple[str, Evaluation, Scale], Statement] = {}
    replaced: dict[str, int] = {}
    for own in sorted(everything, key=lambda one: one.when):
        key = (own.model, own.evaluation, own.scale)
        if key in chosen:
            model = own.said.record.model_info.id
            replaced[model] = replaced.get(model, 0) + 1
        chosen[key] = own
    if replaced:
        shown = some([f"{model} ({count})" for model, count in sorted(replaced.items())])
        notes.append(
            f"{sum(replaced.values())} number(s) are said again by a later record of the same model, evaluation and "
            f"metric, and the latest counts: {shown}"
        )
    return list(chosen.values())


def seconds_of(text: str | None) -> Fraction:
    """Read a time as seconds since 1970: a number, or an instant in ISO 8601; -1 where it is neither."""
    written = (text or "").strip()[:64]
    if _SECONDS.fullmatch(written):
        return Fraction(written)
    try:
        instant = datetime.fromisoformat(written)
    except ValueError:
        return Fraction(-1)
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return Fraction((aware - _FIRST) // _MICRO, MICROSECONDS)
