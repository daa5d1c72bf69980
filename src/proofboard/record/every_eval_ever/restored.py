"""A publication that Proofboard exported, made into a benchmark again: the same rules, items, entries and scores.

Nothing is believed that can be checked: rules and configurations are held to the rules for them, and a metric keeps its
grader only where grading again gives every recorded score.
"""

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import TypeVar

import msgspec

from proofboard.core.composites import bounds_of
from proofboard.core.items import check_items
from proofboard.core.rules.benchmark import check_benchmark
from proofboard.errors import Fault, InputError, fault
from proofboard.record.acceptable import acceptable
from proofboard.record.every_eval_ever.files import Said, Sampled
from proofboard.record.every_eval_ever.own import (
    BENCHMARK,
    BUNDLE,
    CONFIGURATION,
    FORMAT,
    ITEM,
    METRIC,
    NUMBER,
    PUBLICATION,
    RESPONSE,
    STATED,
    TRIAL,
    OwnBundle,
    cell_name,
    stated_key,
)
from proofboard.record.every_eval_ever.samples import output_of
from proofboard.record.every_eval_ever.shape import Record, Result
from proofboard.record.every_eval_ever.stated import day_of, stated_record, stated_result, text_of
from proofboard.record.every_eval_ever.statements import seconds_of
from proofboard.record.foreign import digest_of_files
from proofboard.record.imported import Claim, Imported, ImportedEntry, NewBundle
from proofboard.record.recorded_scores import Answered, exact_score, grader_for, on_grid
from proofboard.record.source_files import some
from proofboard.schemas.benchmark import Benchmark, Metric
from proofboard.schemas.bundle import ReportedScore, Response, SourceRecord
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.item import Item
from proofboard.schemas.reading import as_kind, parse_json
from proofboard.schemas.wording import SHOWN_OF_A_VALUE

T = TypeVar("T")

Place = tuple[str, int]
Row = dict[str, int | None]


class _Entry(msgspec.Struct):
    """One exported entry."""

    said: Said
    configuration: Configuration
    bundle: OwnBundle
    responses: dict[Place, Response] = {}
    scores: dict[Place, Row] = {}
    claims: dict[str, Claim] = {}


class _Site(msgspec.Struct):
    """What was exported, as far as it was read."""

    benchmark: Benchmark
    items: dict[str, Item] = {}
    entries: dict[str, _Entry] = {}
    refused: list[Fault] = []
    unlike: set[str] = set()


def restored(pairs: Sequence[tuple[Said, Sequence[Sampled]]], notes: list[str]) -> Imported | None:
    """Return the benchmark that all records were exported from; None where they come from elsewhere, or from several.

    What is wrong with single records is in `refused`; the items of a benchmark are those that some entry has a score
    of.
    """
    rules = {said.record.source_metadata.additional_details.get(BENCHMARK) for said, _ in pairs}
    text = rules.pop() if len(rules) == 1 else None
    if text is None:
        return None
    try:
        benchmark = as_kind(parse_json(text.encode(), BENCHMARK), Benchmark, BENCHMARK)
        check_benchmark(benchmark, BENCHMARK)
    except InputError as error:
        notes.append(f"the rules that the records name are not used: {error.faults[0].reason}")
        return None
    site = _Site(benchmark)
    for said, rows in sorted(pairs, key=lambda pair: _when(pair[0].record)):
        try:
            entry = _read(said, rows, site)
        except InputError as error:
            site.refused += [Fault(said.file.name, said.line, f"{own.file}: {own.reason}") for own in error.faults]
            continue
        if entry.configuration.name in site.entries:
            notes.append(f"{entry.configuration.name} stands in several records; the latest counts")
        site.entries[entry.configuration.name] = entry
    if not site.items:
        return None
    return _imported(site, notes)


def _when(record: Record) -> tuple[object, str]:
    return seconds_of(record.retrieved_timestamp), record.evaluation_id


def _read(said: Said, rows: Sequence[Sampled], site: _Site) -> _Entry:
    record = said.record
    details = record.model_info.additional_details
    entry = _Entry(said, _part(details, CONFIGURATION, Configuration), _part(details, BUNDLE, OwnBundle))
    entry.claims[STATED] = text_of(stated_record(record))
    if publication := record.source_metadata.additional_details.get(PUBLICATION):
        entry.claims[PUBLICATION] = publication
    for response in entry.bundle.unscored:
        entry.responses[response.prompt_id, response.trial] = response
    for item in entry.bundle.unanswered:
        _keep(item, site)
    for result in record.evaluation_results:
        _read_result(result, entry, site)
    for row in rows:
        _read_row(row, entry, site)
    return entry


def _part(details: dict[str, str], name: str, kind: type[T]) -> T:
    if name not in details:
        raise fault(name, "is not there, although the record says that Proofboard exported it")
    return as_kind(parse_json(details[name].encode(), name), kind, name)


def _read_result(result: Result, entry: _Entry, site: _Site) -> None:
    details = result.metric_config.additional_details
    score = exact_score(result.score_details.score)
    name = details.get(NUMBER)
    if METRIC in details:
        item = _item(details, None, site)
        name = cell_name(item.id, details[METRIC])
        _take(entry, site, (item.id, 0), details[METRIC], score)
    elif name and score is not None:
        entry.claims[name] = float(score)
    if name:
        entry.claims[stated_key(name)] = text_of(stated_result(result))


def _read_row(row: Sampled, entry: _Entry, site: _Site) -> None:
    instance, details = row.instance, row.instance.metadata or {}
    try:
        item = _item(details, instance.input.raw, site)
        trial = _trial(details.get(TRIAL, ""), entry.bundle.trials)
        if RESPONSE in details:
            plain = parse_json(details[RESPONSE].encode(), RESPONSE)
            if isinstance(plain, dict):
                plain = {"output": output_of(instance), **plain, "prompt_id": item.asked, "trial": trial}
            entry.responses[item.asked, trial] = as_kind(plain, Response, RESPONSE)
        _take(entry, site, (item.id, trial), details.get(METRIC, ""), exact_score(instance.evaluation.score))
    except InputError as error:
        site.refused += [Fault(row.file.name, row.line, f"{own.file}: {own.reason}") for own in error.faults]


def _trial(written: str, trials: int) -> int:
    number = int(written) if re.fullmatch(r"[0-9]{1,4}", written) else trials
    if number >= trials:
        raise fault(TRIAL, f"is {written[:SHOWN_OF_A_VALUE]!r}, expected a number below {trials}")
    return number


def _item(details: dict[str, str], prompt: str | None, site: _Site) -> Item:
    """Read an item, and keep it as it stands in the first record that names it."""
    if ITEM not in details:
        raise fault(ITEM, "is not there, although the record says that Proofboard exported it")
    plain = parse_json(details[ITEM].encode(), ITEM)
    item = as_kind({"prompt": prompt, **plain} if isinstance(plain, dict) else plain, Item, ITEM)
    _keep(item, site)
    return item


def _keep(item: Item, site: _Site) -> None:
    if site.items.setdefault(item.id, item) != item:
        site.unlike.add(item.id)


def _take(entry: _Entry, site: _Site, place: Place, name: str, score: Fraction | None) -> None:
    metric = site.benchmark.metrics.get(name)
    if metric is None:
        raise fault(METRIC, f"is {name[:SHOWN_OF_A_VALUE]!r}, which is no metric of the benchmark")
    value = on_grid(score, metric.denominator)
    low, high = bounds_of(metric)
    if value is not None and not low <= value <= high:
        raise fault(METRIC, f"{name} is {score}, expected {metric.range[0]} to {metric.range[1]}")
    entry.scores.setdefault(place, {})[name] = value


def _imported(site: _Site, notes: list[str]) -> Imported | None:
    asked: dict[str, list[str]] = {}
    for item in site.items.values():
        asked.setdefault(item.asked, []).append(item.id)
    for entry in site.entries.values():
        # What nobody has a score of is no item here, and what was answered to it belongs to nothing.
        entry.responses = {place: own for place, own in entry.responses.items() if place[0] in asked}
    metrics = {name: _checked(name, metric, site, notes) for name, metric in site.benchmark.metrics.items()}
    benchmark = msgspec.structs.replace(site.benchmark, metrics=metrics)
    try:
        check_items(list(site.items.values()), benchmark, ITEM)
    except InputError as error:
        notes.append(f"the rules that the records name do not fit their items: {error.faults[0].reason}")
        return None
    if site.unlike:
        notes.append(f"{len(site.unlike)} item(s) are not the same in all records: {some(sorted(site.unlike))}")
    reported = {name for name, metric in metrics.items() if metric.reported}
    entries = [_entry(own, site, reported, notes) for _, own in sorted(site.entries.items())]
    return Imported(benchmark, list(site.items.values()), entries, refused=site.refused)


def _checked(name: str, metric: Metric, site: _Site, notes: list[str]) -> Metric:
    """Keep the grader of a metric if it gives every recorded score again; otherwise its scores are reported."""
    if metric.grader is None:
        return metric
    answered: list[Answered] = []
    for entry in site.entries.values():
        for (item, trial), row in entry.scores.items():
            response = entry.responses.get((site.items[item].asked, trial))
            if response and response.state == "answered" and name in row:
                value = row[name]
                score = None if value is None else Fraction(value, metric.denominator)
                answered.append((site.items[item], response, score))
    if grader_for([metric.grader], answered, metric.denominator):
        return metric
    notes.append(f"{name}: {metric.grader.kind} does not give the recorded scores again, so they are reported")
    return msgspec.structs.replace(metric, grader=None, reported=True)


def _entry(own: _Entry, site: _Site, reported: set[str], notes: list[str]) -> ImportedEntry:
    record = own.said.record
    configuration, left = acceptable(own.configuration)
    if left:
        notes.append(f"{configuration.name} is without {some(left)}, which no configuration may hold")
    rows = {place: {name: row[name] for name in row if name in reported} for place, row in own.scores.items()}
    protocol = own.bundle.protocol_version
    bundle = NewBundle(
        responses=list(own.responses.values()),
        scores=[ReportedScore(item_id=item, trial=trial, scores=row) for (item, trial), row in rows.items() if row],
        trials=own.bundle.trials,
        trial_kind=own.bundle.trial_kind,
        recorded=day_of(record.evaluation_timestamp),
        source=SourceRecord(
            format=FORMAT,
            name=f"{own.said.file.name}: {record.evaluation_id}",
            digest=digest_of_files([own.said.file]),
            tool_version=f"{record.eval_library.name} {record.eval_library.version}",
        ),
        claims=own.claims,
    )
    return ImportedEntry(configuration, [bundle], None if protocol == site.benchmark.protocol_version else protocol)
