"""The published numbers of one entry as results of Every Eval Ever: means, and items that are results of their own."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from proofboard.core.aggregates import higher_is_better, is_relative, leaves_of
from proofboard.core.rules.benchmark import parts_of_metric
from proofboard.core.slices import CROSS, OVERALL
from proofboard.publish.views.every_eval_ever_rows import Answered, Plain, aggregates_by_slice, item_text
from proofboard.record.every_eval_ever import own
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.board import BoardRow
from proofboard.schemas.item import Item
from proofboard.schemas.publication import EntryDocument

CONFIDENCE: Final = 0.95
METHODS: Final = {"wilson": "Wilson score interval", "clustered t": "Student's t with errors clustered by item cluster"}


def results_of(row: BoardRow, entry: EntryDocument, answered: Answered) -> dict[str, Plain]:
    """Return the results of an entry by the names of their numbers, in their order."""
    results = dict(_means(row, entry, answered))
    results |= dict(_items(answered))
    seen: set[str] = set()
    for name, result in results.items():
        stated = str(result.get("evaluation_result_id") or "")
        # Ids of several sources may be equal; ours are not.
        chosen = stated if stated and stated not in seen else f"{answered.benchmark.id}/{name}"
        seen.add(chosen)
        result["evaluation_result_id"] = chosen
    return results


def _means(row: BoardRow, entry: EntryDocument, answered: Answered) -> Iterator[tuple[str, Plain]]:
    """Yield every metric and aggregate on all items, and metrics on the values of each facet.

    What depends on the other entries is left out: it would be wrong beside others.
    """
    samples = answered.samples
    if not samples and len(answered.rows) <= 1:
        return
    benchmark = answered.benchmark
    named = aggregates_by_slice(benchmark)
    for name in (*benchmark.metrics, *benchmark.aggregates):
        for part, score in entry.scores.get(name, {}).items():
            number = name if part == OVERALL else f"{name}@{part}"
            sliced = name in benchmark.metrics and CROSS not in part and number not in named and bool(samples)
            if score is None or is_relative(benchmark, name) or not (part == OVERALL or sliced):
                continue
            result = _stated(answered, number) or _mean(name, part, answered.benchmark)
            headline = row if number == benchmark.headline else None
            result["score_details"] = {
                **(result.get("score_details") or {"uncertainty": _uncertainty(headline, entry.n_items.get(part))}),
                "score": score,
            }
            yield number, _marked(result, answered, {own.NUMBER: number, own.HOW_KNOWN: how_known(answered, name)})


def _items(answered: Answered) -> Iterator[tuple[str, Plain]]:
    """Yield the items that are results of their own."""
    benchmark = answered.benchmark
    for row in answered.rows:
        if not answered.is_result(row.item):
            continue
        for name, value in sorted(row.values.items()):
            number = own.cell_name(row.item.id, name)
            result = _stated(answered, number) or _cell(row.item, name, benchmark)
            score = value / benchmark.metrics[name].denominator
            result["score_details"] = {**result.get("score_details", {}), "score": score}
            marks = {own.METRIC: name, own.ITEM: item_text(row.item), own.HOW_KNOWN: "reported"}
            yield number, _marked(result, answered, marks)


def _stated(answered: Answered, number: str) -> Plain | None:
    """Return what the record that a number was imported from says of it, in its own words."""
    return words(answered, own.stated_key(number))


def words(answered: Answered, claim: str) -> Plain | None:
    """Read a claim that holds a record's own words; None where there is none."""
    manifest = answered.bundle.manifest
    said = manifest.claims.get(claim)
    if manifest.source is None or manifest.source.format != own.FORMAT or not isinstance(said, str):
        return None
    try:
        return msgspec.json.decode(said, type=dict[str, Any])
    except msgspec.MsgspecError:
        return None


def _mean(name: str, part: str, benchmark: Benchmark) -> Plain:
    title = benchmark.title if part == OVERALL else f"{benchmark.title} ({part.replace('=', ': ', 1)})"
    return {"evaluation_name": title, "source_data": _data(benchmark), "metric_config": _metric(name, benchmark)}


def _cell(item: Item, name: str, benchmark: Benchmark) -> Plain:
    return {
        "evaluation_name": item.title or item.id,
        "source_data": _data(benchmark),
        "metric_config": _metric(name, benchmark),
    }


def _data(benchmark: Benchmark) -> Plain:
    said = {"source": benchmark.source, "licence": benchmark.licence}
    details = {key: value for key, value in said.items() if value}
    return {
        "dataset_name": benchmark.title,
        "source_type": "other",
        **({"additional_details": details} if details else {}),
    }


def _metric(name: str, benchmark: Benchmark) -> Plain:
    ranges = [benchmark.metrics[leaf.metric] for leaf in leaves_of(benchmark, name)]
    own_title = benchmark.metrics[name].title if name in benchmark.metrics else benchmark.aggregates[name].title
    return {
        "metric_id": name,
        "metric_name": own_title or name,
        "lower_is_better": not higher_is_better(benchmark, name),
        "score_type": "continuous",
        "min_score": float(min(0 if metric.trials != "mean" else metric.range[0] for metric in ranges)),
        "max_score": float(max(1 if metric.trials != "mean" else metric.range[1] for metric in ranges)),
    }


def _uncertainty(headline: BoardRow | None, n_items: int | None) -> Plain:
    found: Plain = {} if n_items is None else {"num_samples": n_items}
    if headline and headline.public.standard_error is not None:
        found["standard_error"] = {"value": headline.public.standard_error, "method": "clustered by item cluster"}
    if headline and headline.public.interval and headline.public.interval_method:
        lower, upper = headline.public.interval
        method = METHODS[headline.public.interval_method]
        found["confidence_interval"] = {
            "lower": lower,
            "upper": upper,
            "confidence_level": CONFIDENCE,
            "method": method,
        }
    return found


def how_known(answered: Answered, name: str) -> str:
    """Say what a reader of the record alone can do: grade the instances again, or believe what is reported."""
    metrics = answered.benchmark.metrics
    waiting = [leaf.metric for leaf in leaves_of(answered.benchmark, name)]
    while waiting:
        metric = metrics[waiting.pop()]
        if metric.reported:
            return "reported"
        waiting += parts_of_metric(metric)
    return "recomputed" if answered.samples else "reported"


def _marked(result: Plain, answered: Answered, marks: Mapping[str, str]) -> Plain:
    config = result["metric_config"]
    config["additional_details"] = {**config.get("additional_details", {}), **marks}
    if "generation_config" not in result and (decoding := answered.configuration.decoding):
        drawn = {name: getattr(decoding, name) for name in ("temperature", "top_p", "max_tokens")}
        args = {name: value for name, value in drawn.items() if value is not None}
        result |= {"generation_config": {"generation_args": args}} if args else {}
    return result
