"""Records and instances held against the shape of the format, and older versions brought to it."""

import math
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from proofboard import canonical
from proofboard.errors import Fault, InputError
from proofboard.record.every_eval_ever.instance_shape import Instance
from proofboard.record.every_eval_ever.shape import MetricConfig, Plain, Record, Result
from proofboard.schemas.reading import as_kind

_BOUNDS: Final = ("min_score", "max_score")
OPEN_BOUNDS: Final = {"Infinity": math.inf, "-Infinity": -math.inf}
UNKNOWN: Final = "unknown"
UNKNOWN_LEVEL: Final = -1

_OLD: Final = re.compile(r"0\.[12](\.[0-9]+)?")
_SAMPLES: Final = re.compile(
    r"data/[^/]+/[^/]+/[^/]+/[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-4[0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}"
    r"_samples\.jsonl"
)
_DEPLOYMENT: Final = {
    "deployment_type": {"self_deployed", "externally_managed", UNKNOWN},
    "model_availability": {"open_weights", "closed_weights", UNKNOWN},
}


def is_record(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Say whether a value wants to be a record, be it a good one or not."""
    return isinstance(value, dict) and (
        "evaluation_results" in value or ("evaluation_id" in value and "model_info" in value)
    )


def is_instance(value: Any) -> bool:  # noqa: ANN401
    """Say whether a value wants to be an instance."""
    return isinstance(value, dict) and "sample_id" in value and "evaluation_id" in value


def record_of(value: Plain, file: str, line: int = 0) -> Record:
    """Return a value as a record; raises InputError with every fault."""
    record = as_kind(_brought_up(value), Record, file, line)
    if reasons := list(_faults_of_record(record)):
        raise InputError([Fault(file, line, reason) for reason in reasons])
    return record


def instance_of(value: Plain, file: str, line: int) -> Instance:
    """Return a value as an instance; raises InputError with every fault."""
    instance = as_kind(value, Instance, file, line)
    single = instance.interaction_type == "single_turn"
    if single and (instance.output is None or instance.messages is not None):
        raise InputError([Fault(file, line, "is of a single turn, expected an output and no messages")])
    if not single and (instance.messages is None or instance.output is not None):
        reason = f"is {instance.interaction_type}, expected messages and no output"
        raise InputError([Fault(file, line, reason)])
    return instance


def _brought_up(value: Plain) -> Plain:
    """Bring a record of version 0.1 or 0.2 to the present shape: what it may leave out is unknown, details are text."""
    if not _OLD.fullmatch(str(value.get("schema_version"))):
        return value
    made = {"eval_library": {"name": UNKNOWN, "version": UNKNOWN}, **_with_texts(value)}
    model = made.get("model_info")
    if isinstance(model, dict):
        details = model.get("additional_details")
        made["model_info"] = {
            **model,
            "additional_details": {**dict.fromkeys(_DEPLOYMENT, UNKNOWN), **(details or {})}
            if details is None or isinstance(details, dict)
            else details,
        }
    return made


def _with_texts(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, list):
        return [_with_texts(part) for part in value]
    if not isinstance(value, dict):
        return value
    return {
        key: {name: _as_text(own) for name, own in part.items() if own is not None}
        if key in {"additional_details", "details"} and isinstance(part, dict)
        else _with_texts(part)
        for key, part in value.items()
    }


def _as_text(value: Any) -> str:  # noqa: ANN401
    return value if isinstance(value, str) else canonical.dump(value).decode().strip()


def _faults_of_record(record: Record) -> Iterator[str]:
    details = record.model_info.additional_details
    for name, known in _DEPLOYMENT.items():
        if details.get(name) not in known:
            found = repr(details[name][:40]) if name in details else "none"
            yield f"model_info.additional_details.{name}: is {found}, expected one of {', '.join(sorted(known))}"
    detailed = record.detailed_evaluation_results
    if detailed and not _SAMPLES.fullmatch(detailed.file_path):
        expected = "data/<collection>/<developer>/<model>/<uuid>_samples.jsonl"
        yield f"detailed_evaluation_results.file_path: is {detailed.file_path[:80]!r}, expected {expected}"
    for place, result in enumerate(record.evaluation_results):
        yield from (f"evaluation_results[{place}].{reason}" for reason in _faults_of_result(result))


def _faults_of_result(result: Result) -> Iterator[str]:
    data, metric = result.source_data, result.metric_config
    if data.source_type == "url" and not data.url:
        yield "source_data.url: is empty, expected at least one address"
    if metric.score_type == "levels" and (metric.level_names is None or metric.has_unknown_level is None):
        yield "metric_config: is of levels, expected level_names and has_unknown_level"
    unset = [name for name in _BOUNDS if getattr(metric, name) is msgspec.UNSET]
    if metric.score_type == "continuous" and unset:
        yield f"metric_config: is continuous, expected {' and '.join(unset)}"
    score = result.score_details.score
    if score is None or (score == UNKNOWN_LEVEL and metric.has_unknown_level):
        return
    low, high = bounds_of(metric)
    if (low is not None and score < low) or (high is not None and score > high):
        yield f"score_details.score: is {score}, expected {_shown(low)} to {_shown(high)}, as metric_config says"


def bounds_of(metric: MetricConfig) -> tuple[float | None, float | None]:
    """Return the lowest and the highest possible score; None where none is given, or none bounds the scores."""
    return _bound(metric.min_score), _bound(metric.max_score)


def _bound(value: Any) -> float | None:  # noqa: ANN401
    if value is None or value is msgspec.UNSET:
        return None
    number = OPEN_BOUNDS.get(value, math.nan) if isinstance(value, str) else float(value)
    return number if math.isfinite(number) else None


def _shown(bound: float | None) -> str:
    return "any number" if bound is None else f"{bound:g}"


def plain_of(part: msgspec.Struct) -> Plain:
    """Return a part of a record as plain values, without what is absent."""
    plain: Plain = _without_none(msgspec.to_builtins(part))
    return plain


def _without_none(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, list):
        return [_without_none(part) for part in value]
    if isinstance(value, dict):
        # A bound of null says that it was not provided; a continuous metric has to say so.
        kept = {key: part for key, part in value.items() if key in _BOUNDS or part not in (None, {})}
        return {key: _without_none(part) for key, part in kept.items()}
    return value
