"""The public item scores of one entry as instances of Every Eval Ever, one for each item, trial and metric."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from proofboard import canonical
from proofboard.core.composites import best_value
from proofboard.core.graders.references import as_text
from proofboard.record.every_eval_ever import own
from proofboard.record.every_eval_ever.checked import plain_of
from proofboard.record.every_eval_ever.instance_shape import Message
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.bundle import Response, Usage
from proofboard.schemas.bundle_folder import Bundle
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.item import Item

VERSION: Final = "0.3.0"
EVALUATION: Final = "evaluation"
"""The facet whose values are evaluations of their own, as our importer declares it."""
MICROSECONDS_IN_A_MILLISECOND: Final = 1000

Plain = dict[str, Any]


class Scored(msgspec.Struct, frozen=True):
    """One item, one trial, and its integers by metric."""

    item: Item
    trial: int
    values: Mapping[str, int]


class Answered(msgspec.Struct, frozen=True):
    """What is published of one entry's answers to the items of its track."""

    benchmark: Benchmark
    configuration: Configuration
    bundle: Bundle
    items: Sequence[Item]
    rows: Sequence[Scored]
    responses: Mapping[tuple[str, int], Response]
    """Prompt and trial → response."""

    def is_result(self, item: Item) -> bool:
        """Say whether an item is a result of its own: nobody was asked a text for it, and nobody answered one."""
        response = self.responses.get((item.asked, 0))
        silent = response is None or response.output is None
        return item.prompt is None and silent and self.bundle.manifest.trials == 1

    @property
    def samples(self) -> list[Scored]:
        """The rows that are answers to single samples."""
        return [row for row in self.rows if not self.is_result(row.item)]

    @property
    def unscored(self) -> tuple[Response, ...]:
        """The responses that no instance tells of."""
        told = {(row.item.asked, row.trial) for row in self.samples if row.values}
        return tuple(response for place, response in sorted(self.responses.items()) if place not in told)

    @property
    def unanswered(self) -> tuple[Item, ...]:
        """The items that neither an instance nor a result tells of."""
        told = {row.item.id for row in self.rows if row.values}
        return tuple(item for item in self.items if item.id not in told)


def item_text(item: Item) -> str:
    """Write an item without its text, which stands in the instance; that there is none is said."""
    plain = msgspec.to_builtins(item)
    plain.pop("prompt", None)
    return canonical.dump({**plain, "prompt": None} if item.prompt is None else plain).decode().strip()


def instances_of(answered: Answered, results: Mapping[str, Plain], ids: Mapping[str, str]) -> Iterator[Plain]:
    """Yield the instances of an entry; `results` names the results that they may belong to."""
    named = aggregates_by_slice(answered.benchmark)
    for row in answered.samples:
        for name, value in sorted(row.values.items()):
            metric = answered.benchmark.metrics[name]
            result = _result_of(name, row.item, results, named)
            yield {
                "schema_version": VERSION,
                **ids,
                "evaluation_name": result["evaluation_name"] if result else answered.benchmark.title,
                **({"evaluation_result_id": result["evaluation_result_id"]} if result else {}),
                "sample_id": row.item.id,
                **_input(row.item),
                **_output(answered.responses.get((row.item.asked, row.trial))),
                "answer_attribution": [],
                "evaluation": {"score": value / metric.denominator, "is_correct": value == best_value(metric)},
                "metadata": _metadata(row, name, answered),
            }


def _result_of(name: str, item: Item, results: Mapping[str, Plain], named: Mapping[str, str]) -> Plain | None:
    """Find the result that an instance belongs to: that of its evaluation, else that of the metric."""
    sliced = f"{name}@{EVALUATION}={item.facets.get(EVALUATION)}"
    return results.get(named.get(sliced, sliced)) or results.get(name)


def aggregates_by_slice(benchmark: Benchmark) -> dict[str, str]:
    """Map metrics on single slices, as `metric@facet=value`, to the aggregates that are the very same number."""
    found: dict[str, str] = {}
    for name, rule in benchmark.aggregates.items():
        chosen = list(rule.mean.slice.items()) if rule.mean else []
        if rule.mean and len(chosen) == 1 and len(chosen[0][1]) == 1:
            found[f"{rule.mean.metric}@{chosen[0][0]}={chosen[0][1][0]}"] = name
    return found


def _input(item: Item) -> Plain:
    raw, reference = item.prompt or "", _references(item.reference)
    hashed = json.dumps({"raw": raw, "reference": reference}, sort_keys=True, separators=(",", ":"))
    choices = {"choices": list(item.choices)} if item.choices else {}
    return {
        "input": {"raw": raw, "reference": reference, **choices},
        "sample_hash": hashlib.sha256(hashed.encode()).hexdigest(),
    }


def _references(reference: Any) -> list[str]:  # noqa: ANN401 - any JSON value
    if reference is None:
        return []
    answers = reference if isinstance(reference, list) else [reference]
    return [as_text(answer) or json_text(answer) for answer in answers]


def json_text(value: Any) -> str:  # noqa: ANN401
    """Write a value as one line of JSON."""
    return canonical.dump(value).decode().strip()


def _output(response: Response | None) -> Plain:
    """Write an answer as the format has it: texts, or the messages of several turns."""
    if response is None:
        return {"interaction_type": "single_turn", "output": {"raw": []}}
    error = {} if response.state == "answered" else {"error": response.state}
    used = _used(response.usage) if response.usage else {}
    if turns := _turns(response.output):
        return {**turns, "output": None, **used, **error}
    return {"interaction_type": "single_turn", "output": {"raw": _texts(response.output)}, **used, **error}


def _texts(output: Any) -> list[str]:  # noqa: ANN401
    if output is None:
        return []
    if isinstance(output, list) and len(output) > 1 and all(isinstance(part, str) for part in output):
        return list(output)
    return [output if isinstance(output, str) else json_text(output)]


def _turns(output: Any) -> Plain | None:  # noqa: ANN401
    """Return the messages that an answer consists of, where the format can hold them as they are."""
    if not isinstance(output, dict) or output.keys() != {"interaction_type", "messages"}:
        return None
    try:
        messages = [plain_of(own) for own in msgspec.convert(output["messages"], list[Message])]
    except msgspec.ValidationError:
        return None
    fits = output["interaction_type"] in {"multi_turn", "agentic"} and messages == output["messages"]
    return {"interaction_type": output["interaction_type"], "messages": messages} if fits else None


def _used(usage: Usage) -> Plain:
    used: Plain = {}
    prompt, completion = usage.prompt_tokens, usage.completion_tokens
    if prompt is not None and completion is not None:
        total = usage.total_tokens if usage.total_tokens is not None else prompt + completion
        used["token_usage"] = {"input_tokens": prompt, "output_tokens": completion, "total_tokens": total}
    if usage.microseconds is not None:
        used["performance"] = {"latency_ms": usage.microseconds / MICROSECONDS_IN_A_MILLISECOND}
    return used


def _metadata(row: Scored, name: str, answered: Answered) -> dict[str, str]:
    metadata = {**row.item.facets, own.ITEM: item_text(row.item), own.TRIAL: str(row.trial), own.METRIC: name}
    response = answered.responses.get((row.item.asked, row.trial))
    if response is not None:
        plain = msgspec.to_builtins(response)
        if _turns(response.output) or _texts(response.output) in ([response.output], response.output, []):
            # What is said in the instance itself is not said again.
            plain.pop("output", None)
        metadata[own.RESPONSE] = json_text({key: value for key, value in plain.items() if key not in _NAMED_ELSEWHERE})
    return metadata


_NAMED_ELSEWHERE: Final = frozenset({"prompt_id", "trial"})
