"""Freeze an entry's recorded answers: what any script can write becomes a bundle that anyone can check."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from proofboard.app.benchmark_folder import BenchmarkFolder, read_benchmark
from proofboard.app.configurations.sources import find_configuration
from proofboard.app.entries_folder import BENCHMARK_FILE, CONFIGURATION_FILE, ListedEntry
from proofboard.app.held_out.store import held_out_table
from proofboard.app.submissions.rules_at_hand import benchmark_at_hand
from proofboard.archives.placing import replaced
from proofboard.core.items import ItemTable
from proofboard.core.rules.bundle import check_bundle
from proofboard.core.rules.configuration import configuration_faults
from proofboard.core.rules.judge import judge_record
from proofboard.errors import Fault, InputError, OutputError, UnknownEntryError, fault
from proofboard.record.freeze import freeze, write
from proofboard.record.imported import NewBundle
from proofboard.schemas.base import Date
from proofboard.schemas.bundle import (
    MANIFEST,
    RESPONSES,
    SCORES,
    VERDICTS,
    Manifest,
    ReportedScore,
    Response,
    Verdict,
)
from proofboard.schemas.bundle_folder import Bundle
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.lines import read_lines
from proofboard.schemas.reading import as_kind, parse_document
from proofboard.schemas.selectors import select

T = TypeVar("T")

ANSWERED: Final = frozenset({"answered", "refused"})


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """The files of what was recorded, one line each, and the day that the recorder states."""

    responses: Path | None = None
    verdicts: Path | None = None
    scores: Path | None = None
    day: str | None = None


class Frozen(msgspec.Struct, frozen=True):
    """A bundle that was frozen, and how much of what was asked it holds."""

    place: Path
    n_given: int
    """Prompts that were answered or refused in every trial; without responses the items that have scores."""
    n_asked: int
    """All prompts, or items, of the item set."""
    counted: str
    """What was counted, in words."""


def freeze_entry(
    folder: Path, selector: str, recorded: Recorded, *, held_out: Path | None = None, repair: bool = False
) -> Frozen:
    """Freeze what an entry of a benchmark directory answered into its own place.

    With a held-out store the answers are to the held-out items and the bundle goes there; with `repair` they are to
    the items of the repair loop. Raises InputError with every fault of the lines, or OutputError where a bundle is.
    """
    read = read_benchmark(folder)
    entry = find(read, selector)
    item_set = "held_out" if held_out else "repair" if repair else "public"
    table = held_out_table(read, held_out) if held_out else _table(read, repair=repair)
    place = (held_out or folder) / "entries" / entry.name / item_set
    return _freeze(read, entry.configuration, recorded, (item_set, table), place)


def freeze_configuration(
    benchmark: str, config: Path, recorded: Recorded, out: Path, *, repair: bool = False
) -> Frozen:
    """Freeze what a configuration answered that need not be in the benchmark, into a folder of the submitter's own.

    `benchmark` is a benchmark directory, or a publication in a folder or archive. Raises as `freeze_entry`.
    """
    read = benchmark_at_hand(benchmark)
    configuration = find_configuration(str(config), None, read.benchmark).configuration
    if reasons := configuration_faults(configuration, read.benchmark):
        raise InputError([Fault(str(config), 0, reason) for reason in reasons])
    table = _table(read, repair=repair)
    return _freeze(read, configuration, recorded, ("repair" if repair else "public", table), out)


def find(read: BenchmarkFolder, selector: str) -> ListedEntry:
    """Find the entry of a benchmark directory that a selector names; raises UnknownEntryError."""
    if not read.entries:
        raise UnknownEntryError(
            f"{selector!r}: the benchmark has no entry yet; write entries/<vendor>/<config_name>/{CONFIGURATION_FILE}"
        )
    return select(read.entries, selector)


def refuse_standing(place: Path) -> None:
    """Refuse a place where something is already: nothing that was recorded is ever overwritten."""
    if place.is_symlink() or (place.exists() and (not place.is_dir() or any(place.iterdir()))):
        raise OutputError(f"{place}: is there already and is not overwritten; remove it first, or choose another place")


def _table(read: BenchmarkFolder, *, repair: bool) -> ItemTable:
    if not repair:
        return read.table
    if read.repair is None:
        raise fault(read.folder / BENCHMARK_FILE, "has no repair items; name their file in item_sets: {repair: …}")
    return read.repair


def _freeze(
    read: BenchmarkFolder,
    configuration: Configuration,
    recorded: Recorded,
    items: tuple[str, ItemTable],
    place: Path,
) -> Frozen:
    """Check every line before anything is written; the number of trials is the highest trial recorded plus one."""
    item_set, table = items
    responses, verdicts = _lines(recorded.responses, Response), _lines(recorded.verdicts, Verdict)
    scores = _lines(recorded.scores, ReportedScore)
    refuse_standing(place)
    judge = read.benchmark.judge
    bundle = NewBundle(
        item_set=item_set,
        responses=responses,
        verdicts=verdicts,
        scores=scores,
        trials=max(_trials(responses), _trials(scores)),
        recorded=as_kind(recorded.day, Date, "--recorded") if recorded.day else None,
        judge=judge_record(judge) if judge and verdicts else None,
    )
    files = freeze(bundle, read.benchmark.id, read.benchmark.protocol_version, configuration, table.prompts_digest)
    _check(bundle, files[MANIFEST], recorded, table, read)
    with replaced(place) as aside:
        for name, raw in files.items():
            write(aside / name, raw)
    if recorded.responses is None and recorded.scores is not None:
        return Frozen(place, len({row.item_id for row in scores}), len(table.items), "items scored")
    return Frozen(place, _count_answered(bundle), len(table.by_prompt), "prompts answered")


def _check(bundle: NewBundle, manifest: bytes, recorded: Recorded, table: ItemTable, read: BenchmarkFolder) -> None:
    """Hold the lines against items and metrics; faults name the recorder's own files and lines."""
    whole = Bundle(
        digest="",
        manifest=parse_document(manifest, Manifest, MANIFEST),
        responses=list(bundle.responses),
        verdicts=list(bundle.verdicts),
        scores=list(bundle.scores),
        folder=Path(),
    )
    sources: Mapping[str, Path | None] = {
        RESPONSES: recorded.responses,
        VERDICTS: recorded.verdicts,
        SCORES: recorded.scores,
    }
    try:
        check_bundle(whole, table, read.benchmark)
    except InputError as error:
        raise InputError(
            [Fault(str(sources.get(Path(own.file).name) or own.file), own.line, own.reason) for own in error.faults]
        ) from error


def _trials(rows: Sequence[Response | ReportedScore]) -> int:
    return 1 + max((row.trial for row in rows), default=0)


def _count_answered(bundle: NewBundle) -> int:
    rows = (row for row in bundle.responses if row.stage == "answer" and row.state in ANSWERED)
    return sum(trials == bundle.trials for trials in Counter(row.prompt_id for row in rows).values())


def _lines(path: Path | None, kind: type[T]) -> list[T]:
    return read_lines(path, kind).rows if path else []
