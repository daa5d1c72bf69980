"""What programs of the benchmark's owner made of a bundle, as columns of item scores: read, checked, never run."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from proofboard import canonical
from proofboard.core.composites import bounds_of, worst_value
from proofboard.core.grading import Column, RowKey, Rows, rows_of_bundle
from proofboard.core.items import ItemTable
from proofboard.core.rules.programs import COMMAND, metrics_by_program
from proofboard.errors import Fault, InputError
from proofboard.schemas.benchmark import Benchmark, Metric
from proofboard.schemas.bundle import Response
from proofboard.schemas.bundle_folder import Bundle
from proofboard.schemas.graded import GradedDocument, GradedResponse

SHOWN: Final = 3

Key = tuple[str, RowKey]
"""Program, and the row that it graded."""


def items_digest(table: ItemTable) -> str:
    """Name what programs are shown of the items: prompts, references, choices and facets."""
    return canonical.digest_of(
        [(item.id, item.asked, item.prompt, item.reference, item.choices, item.facets) for item in table.items]
    )


def source_of(program: str, digest: str) -> str:
    """Write what made a metric's numbers, as `benchmark.json` states it."""
    return f"{COMMAND} {program} {digest}"


def answered_rows(bundle: Bundle, table: ItemTable) -> dict[RowKey, Response]:
    """Return what programs grade of a bundle, in order: every answered response, for every item of its prompt."""
    return _answered(rows_of_bundle(bundle, table))


def _answered(rows: Rows) -> dict[RowKey, Response]:
    return {key: response for key, response in rows.items() if response and response.state == "answered"}


class Rules(msgspec.Struct, frozen=True):
    """What a recorded grading is held against."""

    benchmark: Benchmark
    table: ItemTable
    sources: Mapping[str, str]
    """Metric → what made its numbers, by `source_of`."""


def recorded_columns(document: GradedDocument, bundle: Bundle, rules: Rules) -> dict[str, Column]:
    """Return the columns of all metrics that programs made, aligned with the rows that grading gives the bundle.

    An outcome other than `graded` is worth the worst score of every metric, and so is a refusal. Raises InputError with
    every fault: another bundle, other items or programs, an answer that was not graded, a score out of range.
    """
    programs = metrics_by_program(rules.benchmark)
    index = rules.table.index
    graded: dict[Key, GradedResponse] = {
        (own.program, (index.get(own.item_id, -1), own.trial, own.stage)): own for own in document.responses
    }
    rows = rows_of_bundle(bundle, rules.table)
    answered = _answered(rows)
    wanted = {(program, key) for program in programs for key in answered}
    faults = [*_origin_faults(document, bundle, rules), *_coverage_faults(document, graded.keys(), wanted)]
    for own in document.responses:
        faults += _score_faults(own, programs.get(own.program, {}))
    if faults:
        raise InputError([Fault(f"graded/{bundle.digest}", 0, reason) for reason in faults])
    return {
        name: [_value(graded.get((program, key)), response, name, metric) for key, response in rows.items()]
        for program, metrics in programs.items()
        for name, metric in metrics.items()
    }


def _value(own: GradedResponse | None, response: Response | None, name: str, metric: Metric) -> int | None:
    if own is None:
        return worst_value(metric) if response and response.state == "refused" else None
    return own.scores[name] if own.outcome == "graded" else worst_value(metric)


def _origin_faults(document: GradedDocument, bundle: Bundle, rules: Rules) -> Iterator[str]:
    if document.bundle != bundle.digest:
        yield f"grades the bundle {document.bundle}"
    if document.items != (expected := items_digest(rules.table)):
        yield f"was graded against other items ({document.items}), expected {expected}; grade it again"
    for program, metrics in metrics_by_program(rules.benchmark).items():
        found = source_of(program, document.programs.get(program, "(none)"))
        if other := sorted({rules.sources.get(name, "") for name in metrics} - {found}):
            yield f"was graded by {found}, expected {other[0]}; grade it again"


def _coverage_faults(document: GradedDocument, graded: Iterable[Key], wanted: set[Key]) -> Iterator[str]:
    found = set(graded)
    if len(found) != len(document.responses):
        yield "grades a response twice, or one to an unknown item"
    if absent := len(wanted - found):
        yield f"lacks {absent:,} of {len(wanted):,} answered responses; grade it again"
    if strange := len(found - wanted):
        yield f"grades {strange:,} responses that the bundle does not answer; grade it again"


def _score_faults(own: GradedResponse, metrics: Mapping[str, Metric]) -> Iterator[str]:
    expected = sorted(metrics) if own.outcome == "graded" else []
    if (given := sorted(own.scores)) != expected:
        shown = ", ".join(expected) or "none, because it was not graded"
        yield f"{own.item_id!r} has scores of {', '.join(given[:SHOWN]) or 'no metric'}, expected {shown}"
        return
    for name, value in own.scores.items():
        low, high = bounds_of(metrics[name])
        if value is not None and not low <= value <= high:
            yield f"{own.item_id!r} has {value} in {name!r}, expected {low} to {high}"
