"""Import results of MTEB, the Massive Text Embedding Benchmark: one main score per model, task, split and subset.

The scores are the result files' own (`reported`); every mean, point and rank above them is recomputed. A cell that a
model lacks makes its means unknown, as on MTEB's own boards, and it still competes for points where it has scores.
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Any, Final

from proofboard.errors import Fault, InputError, fault
from proofboard.record.foreign import SourceFile, digest_of_files, first_word, opened, unread
from proofboard.record.imported import Imported, ImportedEntry, NewBundle
from proofboard.record.mteb.files import Result, read_results
from proofboard.record.mteb.join import UNKNOWN_REVISIONS, Chosen, joined
from proofboard.record.mteb.notes import has_score, notes_on_files, notes_on_models, notes_on_scores
from proofboard.record.mteb.published import Claims, read_published
from proofboard.record.mteb.rules import GRID, METRIC, Items, Rules, benchmark_of, columns_of, items_of, read_rules
from proofboard.record.slug import slug
from proofboard.record.source_files import some, unique_slug
from proofboard.schemas.benchmark import VendorProfile
from proofboard.schemas.bundle import ReportedScore, SourceRecord
from proofboard.schemas.configuration import Configuration, Decoding, Model

FORMAT: Final = "mteb"


def read(source: Path) -> Imported:
    """Read a folder that holds a specification and the results, as files or in an archive; raises InputError."""
    with opened(source) as files:
        rules, specification = read_rules(files, source)
        found = read_results(files, rules, source.resolve())
        chosen, join_notes = joined(found.results, rules.main_revision)
        scored = {model: tasks for model, tasks in chosen.items() if has_score(tasks)}
        if not scored:
            reason = f"holds no scores of {rules.benchmark}, expected <org__model>/<revision>/<Task>.json of its tasks"
            raise fault(source, reason)
        _check_scores(scored)
        claims, tables, strangers = read_published(files, scored, columns_of(rules))
        left = [file.name for file in files if file not in found.read | tables | {specification}]
        items = items_of(rules)
        return Imported(
            benchmark=benchmark_of(rules, _vendors(scored)),
            items=[item for cells in items.values() for item in cells.values()],
            entries=_entries(scored, claims, rules, items),
            notes=[
                *notes_on_files(found),
                *join_notes,
                *notes_on_scores(chosen),
                *notes_on_models(chosen, rules),
                *strangers,
                *unread(left),
            ],
        )


def _check_scores(chosen: Chosen) -> None:
    """Refuse every score that counts and is no number from -1 to 1."""
    faults: list[Fault] = []
    for tasks in chosen.values():
        for result in tasks.values():
            for (split, subset), value in result.scores.items():
                if reason := _fault_of(value):
                    faults.append(Fault(result.file.name, 0, f"has the main score {reason} in {split}, {subset}"))
    if faults:
        raise InputError(faults)


def _fault_of(value: Any) -> str | None:  # noqa: ANN401 - as it is written
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return f"{str(value)[:40]!r}, expected a number,"
    return None if -1 <= value <= 1 else f"{value}, expected -1 to 1,"


def _on_grid(value: float | None) -> int | None:
    """Round the decimal that was written to the grid, half to even."""
    return None if value is None else round(Fraction(repr(value)) * GRID)


def _entries(chosen: Chosen, claims: Claims, rules: Rules, items: Items) -> list[ImportedEntry]:
    taken: dict[str, set[str]] = {}
    entries: list[ImportedEntry] = []
    for model, tasks in chosen.items():
        files = {result.file for result in tasks.values()}
        bundle = NewBundle(
            scores=list(_scores(tasks, items)),
            source=SourceRecord(
                format=FORMAT,
                name=f"{_place(files)}: {model}",
                digest=digest_of_files(files),
                tool_version=_tool_versions(tasks.values()),
            ),
            claims=claims.get(model, {}),
        )
        entries.append(ImportedEntry(_configuration(model, tasks, rules, taken), [bundle]))
    return entries


def _scores(tasks: Mapping[str, Result], items: Items) -> Iterator[ReportedScore]:
    for task, result in tasks.items():
        for cell, value in result.scores.items():
            yield ReportedScore(item_id=items[task][cell].id, scores={METRIC: _on_grid(value)})


def _place(files: Iterable[SourceFile]) -> str:
    """Name the folders that a model's revisions lie in."""
    return some(sorted({PurePosixPath(file.name).parent.parent.as_posix() for file in files}))


def _tool_versions(results: Iterable[Result]) -> str | None:
    versions = sorted({result.tool_version for result in results if result.tool_version})
    return some(versions) or None


def _configuration(model: str, tasks: Mapping[str, Result], rules: Rules, taken: dict[str, set[str]]) -> Configuration:
    organization, name = _parted(model)
    vendor = _vendor(model)
    # The main revision describes the model; without it the one with most of its results does.
    metas = [result.meta for result in tasks.values()]
    meta = max(metas, key=lambda one: (one.revision == rules.main_revision.get(model), metas.count(one), one.revision))
    revisions = sorted({one.revision for one in metas} - UNKNOWN_REVISIONS)
    return Configuration(
        vendor=vendor,
        config_name=unique_slug(name, taken.setdefault(vendor, set()), model),
        title=name,
        # Under its whole name, so that no two entries share one recipe.
        decoding=Decoding(model=model),
        model=Model(name=model, version=some(revisions) or None, organization=organization, parameters=meta.parameters),
        licence=meta.licence,
    )


def _parted(model: str) -> tuple[str | None, str]:
    organization, slash, name = model.partition("/")
    return (organization, name) if slash and organization and name else (None, model)


def _vendor(model: str) -> str:
    return slug(_parted(model)[0] or first_word(model))


def _vendors(models: Iterable[str]) -> dict[str, VendorProfile]:
    named = {_vendor(model): organization for model in sorted(models) if (organization := _parted(model)[0])}
    return {vendor: VendorProfile(title=name, organization=name) for vendor, name in sorted(named.items())}
