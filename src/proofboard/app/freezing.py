"""Freeze an entry's recorded answers: what any script can write becomes a bundle that anyone can check."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from proofboard.app.benchmark_folder import BenchmarkFolder, read_benchmark
from proofboard.app.entries_folder import BENCHMARK_FILE, CONFIGURATION_FILE, ListedEntry
from proofboard.app.held_out import ITEMS, held_out_table
from proofboard.core.items import ItemTable
from proofboard.errors import OutputError, UnknownEntryError, fault
from proofboard.record.freeze import freeze, write
from proofboard.record.imported import NewBundle
from proofboard.schemas.bundle import MANIFEST, JudgeRecord, ReportedScore, Response, Verdict
from proofboard.schemas.lines import read_lines
from proofboard.schemas.selectors import select

T = TypeVar("T")


def freeze_entry(
    folder: Path,
    selector: str,
    files: dict[str, Path | None],
    *,
    recorded: str | None,
    held_out: Path | None = None,
    repair: bool = False,
) -> Path:
    """Freeze responses (and verdicts, scores) of an entry into its bundle folder; returns the folder.

    `files` gives the path of `responses`, `verdicts` and `scores`. With a held-out store the answers are to the
    held-out items and the bundle goes there; with `repair` they are to the items of the repair loop. The number of
    trials is the highest trial recorded plus one.
    """
    read = read_benchmark(folder)
    entry = find(read, selector)
    responses = _lines(files.get("responses"), Response)
    verdicts = _lines(files.get("verdicts"), Verdict)
    scores = _lines(files.get("scores"), ReportedScore)
    judge = read.benchmark.judge
    bundle = NewBundle(
        item_set="held_out" if held_out else "repair" if repair else "public",
        responses=responses,
        verdicts=verdicts,
        scores=scores,
        trials=max(_trials(responses), _trials(scores)),
        recorded=recorded,
        judge=JudgeRecord(model=judge.model) if judge and verdicts else None,
    )
    table = held_out_table(read, held_out) if held_out else _repair_table(read) if repair else read.table
    place = (held_out or folder) / "entries" / entry.name / bundle.item_set
    if (place / MANIFEST).exists():
        raise OutputError(f"{place}: a bundle is there already and is not overwritten; remove it first")
    _check(bundle, table, place)
    protocol = read.benchmark.protocol_version
    for name, raw in freeze(bundle, read.benchmark.id, protocol, entry.configuration, table.prompts_digest).items():
        write(place / name, raw)
    return place


def _repair_table(read: BenchmarkFolder) -> ItemTable:
    if read.repair is None:
        raise fault(read.folder / BENCHMARK_FILE, "has no repair items; name their file in item_sets: {repair: …}")
    return read.repair


def find(read: BenchmarkFolder, selector: str) -> ListedEntry:
    """Find the entry of a benchmark directory that a selector names; raises UnknownEntryError."""
    if not read.entries:
        raise UnknownEntryError(
            f"{selector!r}: the benchmark has no entry yet; write entries/<vendor>/<config_name>/{CONFIGURATION_FILE}"
        )
    return select(read.entries, selector)


def _trials(rows: Sequence[Response | ReportedScore]) -> int:
    return 1 + max((row.trial for row in rows), default=0)


def _lines(path: Path | None, kind: type[T]) -> list[T]:
    return read_lines(path, kind).rows if path else []


def _check(bundle: NewBundle, table: ItemTable, place: Path) -> None:
    unknown = sorted({row.prompt_id for row in bundle.responses} - table.by_prompt.keys())
    if unknown:
        raise fault(place, f"{len(unknown)} responses are to unknown prompts: {', '.join(unknown[:5])} (see {ITEMS})")
