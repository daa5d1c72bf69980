"""Put what another tool recorded on a benchmark that is there already: its items, its metrics, its rules.

An item of the source is one of the benchmark where both have the same id, or the same text; what the benchmark does not
ask is left out. A metric that the benchmark grades is graded from the responses; one that it takes as reported is taken
by its name, or, where either side has only one, for the only one of the other.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

import msgspec

from proofboard.core.composites import bounds_of
from proofboard.core.items import ItemTable
from proofboard.core.rules.configuration import configuration_faults
from proofboard.errors import Fault, InputError
from proofboard.record.imported import Imported, ImportedEntry, NewBundle
from proofboard.record.source_files import some
from proofboard.schemas.benchmark import Benchmark, Metric
from proofboard.schemas.bundle import ReportedScore
from proofboard.schemas.item import Item

PUBLIC: Final = "public"


class Joined(msgspec.Struct, frozen=True):
    """The entries of a source as the benchmark would have recorded them."""

    entries: Sequence[ImportedEntry]
    notes: Sequence[str]


class _Matched(msgspec.Struct, frozen=True):
    """Which item of the source is which of the benchmark."""

    items: Mapping[str, str]
    prompts: Mapping[str, str]
    metrics: Mapping[str, str]
    """Metric of the source → the benchmark's."""


def joined(imported: Imported, benchmark: Benchmark, table: ItemTable, place: str) -> Joined:
    """Match items and metrics; raises InputError, in the name of `place`, with every fault."""
    faults: list[Fault] = []
    entries = list(imported.entries)
    items = _matched_items(imported.items, table)
    if not items:
        reason = f"asks none of the benchmark's {len(table):,} items: neither ids nor texts are the same"
        raise InputError([Fault(place, 0, reason)])
    faults += [Fault(place, 0, reason) for reason in _other_texts(imported.items, table, items)]
    prompts = {own.asked: table.items[table.index[items[own.id]]].asked for own in imported.items if own.id in items}
    metrics = _matched_metrics(imported.benchmark, benchmark)
    matched = _Matched(items, prompts, metrics)
    made = [_entry(entry, matched, imported.benchmark, benchmark) for entry in entries]
    for entry in made:
        reasons = [*configuration_faults(entry.configuration, benchmark), *_nothing_said(entry, benchmark)]
        faults += [Fault(place, 0, f"{entry.configuration.name} {reason}") for reason in reasons]
        faults += [Fault(place, 0, reason) for reason in _out_of_range(entry, benchmark)]
    if faults:
        raise InputError(faults)
    return Joined(made, [*imported.notes, *_notes(imported, entries, matched, table)])


def _matched_items(items: Sequence[Item], table: ItemTable) -> dict[str, str]:
    by_text: dict[str, list[str]] = {}
    for own in table.items:
        if own.prompt is not None:
            by_text.setdefault(own.prompt, []).append(own.id)
    texts = Counter(item.prompt for item in items)
    found = {item.id: item.id for item in items if item.id in table.index}
    for item in items:
        alike = by_text.get(item.prompt or "", ())
        if item.id not in found and len(alike) == 1 and texts[item.prompt] == 1 and alike[0] not in found.values():
            found[item.id] = alike[0]
    return found


def _other_texts(items: Sequence[Item], table: ItemTable, matched: Mapping[str, str]) -> Iterator[str]:
    """Refuse items of the benchmark's id and another text: the answers are to something else."""
    asked = ((item, table.items[table.index[matched[item.id]]]) for item in items if item.id in matched)
    others = [one.id for one, own in asked if None not in {one.prompt, own.prompt} and one.prompt != own.prompt]
    if others:
        yield f"asks other texts than the benchmark under the ids {some(others)}; import it with --new instead"


def _matched_metrics(theirs: Benchmark, ours: Benchmark) -> dict[str, str]:
    given = [name for name, metric in theirs.metrics.items() if metric.reported]
    taken = [name for name, metric in ours.metrics.items() if metric.reported]
    if len(given) == len(taken) == 1:
        return {given[0]: taken[0]}
    return {name: name for name in given if name in taken}


def _entry(entry: ImportedEntry, matched: _Matched, theirs: Benchmark, ours: Benchmark) -> ImportedEntry:
    public = [bundle for bundle in entry.bundles if bundle.item_set == PUBLIC]
    bundles = [_bundle(bundle, matched, theirs, ours) for bundle in public]
    return ImportedEntry(entry.configuration, bundles, entry.protocol_version)


def _bundle(bundle: NewBundle, matched: _Matched, theirs: Benchmark, ours: Benchmark) -> NewBundle:
    prompts = matched.prompts
    asked = [row for row in bundle.responses if row.prompt_id in prompts]
    voted = [row for row in bundle.verdicts if row.prompt_id in prompts] if ours.judge else []
    scored = [row for row in bundle.scores if row.item_id in matched.items]
    named = {theirs_: ours.metrics[ours_].denominator for theirs_, ours_ in matched.metrics.items()}
    grids = {name: (theirs.metrics[name].denominator, grid) for name, grid in named.items()}
    scores = [_score(row, matched, grids) for row in scored]
    return NewBundle(
        name=bundle.name,
        item_set=bundle.item_set,
        responses=[msgspec.structs.replace(row, prompt_id=prompts[row.prompt_id]) for row in asked],
        verdicts=[msgspec.structs.replace(row, prompt_id=prompts[row.prompt_id]) for row in voted],
        scores=[row for row in scores if row.scores],
        trials=bundle.trials,
        trial_kind=bundle.trial_kind,
        recorded=bundle.recorded,
        judge=bundle.judge if voted else None,
        source=bundle.source,
        claims=_claims(
            bundle, matched, complete=len(asked) + len(scored) == len(bundle.responses) + len(bundle.scores)
        ),
        recorder=bundle.recorder,
    )


def _claims(bundle: NewBundle, matched: _Matched, *, complete: bool) -> dict[str, int | float | str | None]:
    """Keep what the source says of itself, under our names; over other items than ours it says nothing."""
    if not complete:
        return {}
    return {matched.metrics.get(name, name): value for name, value in bundle.claims.items()}


def _score(row: ReportedScore, matched: _Matched, grids: Mapping[str, tuple[int, int]]) -> ReportedScore:
    scores = {
        matched.metrics[name]: None if value is None else round(Fraction(value, grids[name][0]) * grids[name][1])
        for name, value in row.scores.items()
        if name in grids
    }
    return msgspec.structs.replace(row, item_id=matched.items[row.item_id], scores=scores)


def _nothing_said(entry: ImportedEntry, benchmark: Benchmark) -> Iterator[str]:
    """Refuse an entry that would be scored on nothing: the benchmark grades answers, and the source has none."""
    if not any(bundle.responses or bundle.scores for bundle in entry.bundles):
        wanted = some(sorted(name for name, metric in benchmark.metrics.items() if metric.reported or metric.grader))
        yield f"has neither responses nor scores that the benchmark takes (its metrics are {wanted})"


def _out_of_range(entry: ImportedEntry, benchmark: Benchmark) -> Iterator[str]:
    for name, metric in benchmark.metrics.items():
        outside = list(_outside(entry, name, metric))
        if outside:
            low, high = metric.range
            reason = f"scores {some(outside)} outside the range {low} to {high} of the benchmark's metric {name!r}"
            yield f"{entry.configuration.name} {reason}"


def _outside(entry: ImportedEntry, name: str, metric: Metric) -> Iterator[str]:
    low, high = bounds_of(metric)
    for row in (row for bundle in entry.bundles for row in bundle.scores):
        value = row.scores.get(name)
        if value is not None and not low <= value <= high:
            yield row.item_id


def _notes(imported: Imported, entries: Iterable[ImportedEntry], matched: _Matched, table: ItemTable) -> Iterator[str]:
    strangers = [item.id for item in imported.items if item.id not in matched.items]
    if strangers:
        yield f"{len(strangers):,} item(s) that the benchmark does not ask are left out: {some(strangers)}"
    renamed = [f"{one} = {own}" for one, own in matched.items.items() if one != own]
    if renamed:
        yield f"{len(renamed):,} item(s) were found by their text: {some(renamed)}"
    if absent := len(table) - len(matched.items):
        yield f"{absent:,} of the benchmark's {len(table):,} items are not in the source, and count as missing"
    yield from (
        f"its metric {one!r} is taken for {own!r}" for one, own in sorted(matched.metrics.items()) if one != own
    )
    left = {name for entry in entries for bundle in entry.bundles for row in bundle.scores for name in row.scores}
    if unused := sorted(left - matched.metrics.keys()):
        yield f"its scores of {some(unused)} are left out: the benchmark does not take them as reported"
