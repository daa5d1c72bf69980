"""Import results of the Berkeley Function-Calling Leaderboard: one verdict per model and item, with tokens and latency.

The verdicts are the leaderboard's own (`reported`); every number above them is recomputed. Where a source holds both a
table of items and the original files of a model, the original files count and differences are noted.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from proofboard.errors import fault
from proofboard.record.bfcl.files import Answer, ModelRun, Runs, read_items, read_tree
from proofboard.record.bfcl.published import Published, read_published
from proofboard.record.bfcl.rules import (
    BENCHMARK_ID,
    CATEGORIES,
    FACET,
    HEADLINE,
    METRIC,
    benchmark_of,
    ordered_categories,
)
from proofboard.record.foreign import SourceFile, digest_of_files, first_word, opened, unread
from proofboard.record.imported import Claim, Imported, ImportedEntry, NewBundle
from proofboard.record.licences import spdx
from proofboard.record.slug import slug
from proofboard.record.source_files import some, unique_slug
from proofboard.schemas.benchmark import VendorProfile
from proofboard.schemas.bundle import ReportedScore, Response, SourceRecord
from proofboard.schemas.configuration import Configuration, Decoding, Model
from proofboard.schemas.item import Item

Items = Mapping[str, Mapping[int, Item]]
"""Category → number → item."""
ItemIds = Mapping[str, Mapping[int, str]]
"""Category → item → id."""


def read(source: Path) -> Imported:
    """Read a folder or archive of tables, of `score-BFCL` and `result-BFCL` trees, or of both; raises InputError."""
    with opened(source) as files:
        tabled, tables = read_items(files)
        original, tree_files, notes = read_tree(files, source.resolve().name)
        runs, differences = _reconciled(tabled, original)
        published, known, unmatched = read_published(files, runs)
        if not runs:
            raise fault(source, "holds no BFCL results: no table of items and no <model>/<category>_score.json")
        left = [file.name for file in files if file not in tables | tree_files | known]
        items = _items(runs)
        return Imported(
            benchmark=benchmark_of({category for run in runs.values() for category in run.passed}, _vendors(published)),
            items=[item for by_number in items.values() for item in by_number.values()],
            entries=_entries(runs, published, items),
            notes=[*notes, *differences, *_gaps(runs, items), *unmatched, *unread(left)],
        )


def _reconciled(tabled: Runs, original: Runs) -> tuple[Runs, list[str]]:
    """Join what tables and trees say of each model; the original files count where they differ."""
    notes: list[str] = []
    runs = dict(tabled)
    for model, run in original.items():
        if (table := runs.get(model)) is None:
            runs[model] = run
            continue
        for category, verdicts in run.passed.items():
            if differing := _differing(table.passed.get(category, verdicts), verdicts):
                notes.append(
                    f"{model}: {category}: the table and the original files differ on {differing} item(s);"
                    " the original files count"
                )
            answers = {**table.answers.get(category, {}), **run.answers.get(category, {})}
            table.passed[category] = verdicts
            table.answers[category] = {item: answer for item, answer in answers.items() if item in verdicts}
        table.files |= run.files
        table.recorded = run.recorded
    return runs, notes


def _differing(one: Mapping[int, bool], other: Mapping[int, bool]) -> int:
    return sum(one.get(item) is not other.get(item) for item in one.keys() | other.keys())


def _items(runs: Runs) -> dict[str, dict[int, Item]]:
    """Make an item of everything that any model was scored on."""
    numbers: dict[str, set[int]] = {}
    for run in runs.values():
        for category, verdicts in run.passed.items():
            numbers.setdefault(category, set()).update(verdicts)
    taken: set[str] = set()
    return {
        category: {
            number: Item(
                id=unique_slug(f"{slug(category)}-{number:04d}", taken, f"{category} {number}"),
                facets={FACET: category},
            )
            for number in sorted(numbers[category])
        }
        for category in ordered_categories(numbers)
    }


def _entries(runs: Runs, published: Mapping[str, Published], items: Items) -> list[ImportedEntry]:
    ids = {category: {number: item.id for number, item in found.items()} for category, found in items.items()}
    complete = set(CATEGORIES) <= ids.keys()
    digests: dict[frozenset[SourceFile], str] = {}
    taken: set[str] = set()
    entries: list[ImportedEntry] = []
    for model in sorted(runs):
        run, said = runs[model], published.get(model)
        files = frozenset(run.files)
        if files not in digests:
            digests[files] = digest_of_files(files)
        names = sorted({Path(file.name).parts[0] for file in files})
        bundle = NewBundle(
            responses=list(_responses(run, ids)),
            scores=list(_scores(run, ids)),
            recorded=run.recorded,
            source=SourceRecord(format=BENCHMARK_ID, name=f"{some(names)}: {model}", digest=digests[files]),
            claims=_claims(said, complete=complete),
        )
        entries.append(ImportedEntry(_configuration(model, said, taken), [bundle]))
    return entries


def _scores(run: ModelRun, ids: ItemIds) -> Iterable[ReportedScore]:
    for category, verdicts in run.passed.items():
        named = ids[category]
        for item, passed in verdicts.items():
            yield ReportedScore(item_id=named[item], scores={METRIC: int(passed)})


def _responses(run: ModelRun, ids: ItemIds) -> Iterable[Response]:
    answers = [answer for found in run.answers.values() for answer in found.values()]
    # A model whose answers all have no tokens was not counted; a single answer may truly be empty.
    counted = any(answer.completion_tokens for answer in answers)
    for category, found in run.answers.items():
        named = ids[category]
        for item, answer in found.items():
            usage = (answer if counted else _without_completion(answer)).usage
            if usage or answer.output is not None:
                yield Response(prompt_id=named[item], output=answer.output, usage=usage)


def _without_completion(answer: Answer) -> Answer:
    return Answer(answer.output, answer.prompt_tokens, None, answer.microseconds)


def _configuration(model: str, said: Published | None, taken: set[str]) -> Configuration:
    organization = said.organization if said else None
    return Configuration(
        vendor=slug(organization or first_word(model)),
        config_name=unique_slug(model, taken, model),
        title=said.title if said else None,
        decoding=Decoding(model=model),
        model=Model(name=model, organization=organization),
        licence=spdx(said.licence) if said else None,
    )


def _claims(said: Published | None, *, complete: bool) -> dict[str, Claim]:
    claims = dict(said.claims or {}) if said else {}
    if not complete:
        # The published number is over categories that this source does not have: nothing to compare it with.
        claims.pop(HEADLINE, None)
    return claims


def _vendors(published: Mapping[str, Published]) -> dict[str, VendorProfile]:
    named = {said.organization for said in published.values() if said.organization}
    return {slug(name): VendorProfile(title=name, organization=name) for name in sorted(named)}


def _gaps(runs: Runs, items: Items) -> list[str]:
    """Note what models were not scored on: it counts as failed."""
    notes: list[str] = []
    for model in sorted(runs):
        absent = {category: len(found) - len(runs[model].passed.get(category, ())) for category, found in items.items()}
        lacking = [f"{category} ({count})" for category, count in absent.items() if count]
        if lacking:
            notes.append(f"{model}: has no verdict on items of {some(lacking)}; they count as failed")
    if lacked := [category for category in CATEGORIES if category not in items]:
        notes.append(f"{HEADLINE} is over the categories of this source; it lacks {some(lacked, 12)}")
    return notes
