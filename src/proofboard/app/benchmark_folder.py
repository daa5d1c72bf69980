"""Read a benchmark directory: its rules, items, and the entries that it lists."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec

from proofboard import canonical
from proofboard.app.entries_folder import (
    BENCHMARK_FILE,
    Faults,
    ListedEntry,
    inside,
    list_entries,
)
from proofboard.core.graders.base import Grader
from proofboard.core.graders.registry import built_in
from proofboard.core.grading import BUILT_IN, INSTALLED, GradingPlan, grading_plan
from proofboard.core.items import ItemTable, check_items, item_table
from proofboard.core.programs import source_of
from proofboard.core.rules.benchmark import check_benchmark
from proofboard.core.rules.programs import metrics_by_program, program_of
from proofboard.errors import Fault, InputError, fault
from proofboard.grade.installed import installed
from proofboard.grade.program import program_digest
from proofboard.publish.assemble import COMMITMENTS
from proofboard.publish.names import largest_bytes
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.item import Item
from proofboard.schemas.lines import read_lines
from proofboard.schemas.publication import Commitments
from proofboard.schemas.reading import parse_document, read_bytes, read_yaml


class BenchmarkFolder(msgspec.Struct, frozen=True, eq=False):
    """A benchmark directory after reading: everything but the bundles."""

    folder: Path
    benchmark: Benchmark
    table: ItemTable
    repair: ItemTable | None
    plan: GradingPlan
    entries: Sequence[ListedEntry]
    commitments: bytes | None


def read_benchmark(folder: Path) -> BenchmarkFolder:
    """Read a benchmark directory; raises InputError with every fault of its rules, or else of all its other files."""
    return _read(folder, partial(list_entries, folder))


def read_rules(folder: Path) -> BenchmarkFolder:
    """Read what a benchmark directory measures, and none of its entries; raises InputError with every fault."""
    return _read(folder, lambda _benchmark: [])


def _read(folder: Path, list_them: Callable[[Benchmark], Sequence[ListedEntry]]) -> BenchmarkFolder:
    file = folder / BENCHMARK_FILE
    if not folder.is_dir():
        raise fault(folder, "is not a folder; give a benchmark directory (proofboard init DIR makes one)")
    if not file.exists():
        raise fault(file, "is not there; give a benchmark directory (proofboard init DIR makes one)")
    benchmark = _as_published(read_yaml(file, Benchmark))
    check_benchmark(benchmark, str(file))
    sets, faults = benchmark.item_sets, Faults()
    table = faults.of(lambda: item_table(read_items(folder, sets.public, benchmark)))
    repair = faults.of(lambda: item_table(read_items(folder, sets.repair, benchmark)) if sets.repair else None)
    graders = faults.of(lambda: resolve_graders(benchmark, str(file)))
    programs = faults.of(partial(_program_sources, folder, benchmark))
    commitments = faults.of(lambda: _read_commitments(folder, sets.commitments) if sets.commitments else None)
    entries = faults.of(partial(list_them, benchmark))
    if repair and table and (shared := sorted(table.index.keys() & repair.index.keys())):
        reason = f"holds public items too: {', '.join(shared[:5])}; give them other ids"
        faults.found.append(Fault(str(folder / str(sets.repair)), 0, reason))
    faults.found += _name_faults(benchmark, entries or (), file)
    if table is None or graders is None or entries is None or programs is None or faults.found:
        raise InputError(faults.found)
    return BenchmarkFolder(
        folder=folder,
        benchmark=benchmark,
        table=table,
        repair=repair,
        plan=grading_plan(benchmark, graders[0], {**graders[1], **programs}),
        entries=entries,
        commitments=commitments,
    )


def _name_faults(benchmark: Benchmark, entries: Sequence[ListedEntry], file: Path) -> list[Fault]:
    """Refuse rules that name an entry which nobody listed: what it stands for would be missing unnoticed."""
    listed = {entry.name for entry in entries}
    several = {vendor for vendor, count in Counter(entry.vendor for entry in entries).items() if count > 1}
    named = [("policies.reference_panel", name) for name in benchmark.policies.reference_panel if listed]
    named += [
        (f"vendors.{vendor}.default", f"{vendor}/{profile.default}")
        for vendor, profile in benchmark.vendors.items()
        if profile.default is not None and vendor in several
    ]
    return [
        Fault(str(file), 0, f"{place}: {name!r} is no entry; name one that lies in entries/")
        for place, name in named
        if name not in listed
    ]


def _as_published(benchmark: Benchmark) -> Benchmark:
    # Whoever verifies reads the rules in the order of their published form: a build that followed the order in which
    # the owner wrote them could give other numbers.
    return msgspec.json.decode(canonical.dump(benchmark), type=Benchmark)


def read_items(folder: Path, relative: str, benchmark: Benchmark) -> list[Item]:
    """Read and check one item file."""
    path = inside(folder, relative)
    items = read_lines(path, Item).rows
    check_items(items, benchmark, str(path))
    return items


def _read_commitments(folder: Path, relative: str) -> bytes:
    path = inside(folder, relative)
    raw = read_bytes(path, largest_bytes(COMMITMENTS))
    parse_document(raw, Commitments, str(path))
    return raw


def _program_sources(folder: Path, benchmark: Benchmark) -> dict[str, str]:
    """Return metric → what makes it, for the metrics that programs make; raises InputError."""
    sources: dict[str, str] = {}
    for name, metrics in metrics_by_program(benchmark).items():
        program = benchmark.programs[name]
        digest = program_digest(inside(folder, program.files), program, metrics)
        sources |= dict.fromkeys(metrics, source_of(name, digest))
    return sources


def resolve_graders(benchmark: Benchmark, file: str) -> tuple[dict[str, Grader], dict[str, str]]:
    """Find the grader of every metric that names one, built in first, then installed; programs are no graders here."""
    graders: dict[str, Grader] = {}
    sources: dict[str, str] = {}
    faults: list[Fault] = []
    for name, metric in sorted(benchmark.metrics.items()):
        if metric.grader is None or program_of(metric):
            continue
        try:
            kind, options, place = metric.grader.kind, metric.grader.options, f"{file}: metrics.{name}"
            own = built_in(kind, options, place)
            graders[name] = own or installed(kind, options, place)
            sources[name] = f"{BUILT_IN if own else INSTALLED} {graders[name].name} {graders[name].version}"
        except InputError as error:
            faults.extend(error.faults)
    if faults:
        raise InputError(faults)
    return graders, sources
