"""Read a benchmark directory: its rules, items, and the entries that it lists."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from proofboard.core.graders.base import Grader
from proofboard.core.graders.registry import built_in
from proofboard.core.grading import BUILT_IN, INSTALLED, GradingPlan, grading_plan
from proofboard.core.items import ItemTable, check_items, item_table
from proofboard.core.rules import check_benchmark
from proofboard.errors import Fault, InputError, fault
from proofboard.grade.installed import installed
from proofboard.record.freeze import slug
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.bundle import LARGEST_LINE_BYTES, MANIFEST
from proofboard.schemas.configuration import Configuration, Decoding
from proofboard.schemas.item import Item
from proofboard.schemas.reading import decode_lines, read_bytes, read_json, read_yaml

BENCHMARK_FILE: Final = "benchmark.yaml"
SEEDS_FILE: Final = "seeds.json"
CONFIGURATION_FILE: Final = "configuration.yaml"
LARGEST_ITEMS_BYTES: Final = 1 << 30


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """An entry as the directory lists it: its configuration, and the folders of its bundles."""

    configuration: Configuration
    bundles: Mapping[str, Path]
    """Bundle name → folder; a folder that is listed and absent makes the entry skipped."""
    held_out: str | None = None
    """The name of its bundle in the held-out store, where a seeds file gives one."""

    @property
    def name(self) -> str:
        """How the entry is shown."""
        return self.configuration.name

    @property
    def vendor(self) -> str:
        """The first part of its name."""
        return self.configuration.vendor

    @property
    def config_name(self) -> str:
        """The second part of its name."""
        return self.configuration.config_name

    @property
    def provider(self) -> str:
        """Who offers it: the `provider` of `provider:model`."""
        return self.configuration.vendor

    @property
    def model(self) -> str | None:
        """Its model, where the configuration names one."""
        return self.configuration.model_name()


@dataclass(frozen=True, slots=True)
class BenchmarkFolder:
    """A benchmark directory after reading: everything but the bundles."""

    folder: Path
    benchmark: Benchmark
    table: ItemTable
    repair: ItemTable | None
    plan: GradingPlan
    entries: Sequence[ListedEntry]
    commitments: bytes | None


class Seed(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a seeds file; fields of other tools are passed over."""

    provider: str
    model: str
    kind: str = "seed"
    public_bundle: str | None = None
    lift_bundle: str | None = None
    held_out_bundle: str | None = None


class Seeds(msgspec.Struct, frozen=True, kw_only=True):
    """A seeds file: a list of entries that replaces folders below `entries/`."""

    seeds: list[Seed]


def read_benchmark(folder: Path) -> BenchmarkFolder:
    """Read a benchmark directory; raises InputError with every fault of each file."""
    file = folder / BENCHMARK_FILE
    if not folder.is_dir():
        raise fault(folder, "is not a folder; give a benchmark directory (proofboard init DIR makes one)")
    benchmark = read_yaml(file, Benchmark)
    check_benchmark(benchmark, str(file))
    sets = benchmark.item_sets
    table = item_table(read_items(folder, sets.public, benchmark))
    repair = item_table(read_items(folder, sets.repair, benchmark)) if sets.repair else None
    if repair and (shared := sorted(table.index.keys() & repair.index.keys())):
        raise fault(folder / str(sets.repair), f"holds public items too: {', '.join(shared[:5])}; give them other ids")
    graders, sources = resolve_graders(benchmark, str(file))
    commitments = read_bytes(inside(folder, sets.commitments), LARGEST_ITEMS_BYTES) if sets.commitments else None
    return BenchmarkFolder(
        folder=folder,
        benchmark=benchmark,
        table=table,
        repair=repair,
        plan=grading_plan(benchmark, graders, sources),
        entries=list_entries(folder),
        commitments=commitments,
    )


def inside(folder: Path, relative: str) -> Path:
    """Join a path that a document names; it must stay inside its folder."""
    path = folder / relative
    if not path.resolve().is_relative_to(folder.resolve()):
        raise fault(folder, f"names {relative!r}, which is outside of it")
    return path


def read_items(folder: Path, relative: str, benchmark: Benchmark) -> list[Item]:
    """Read and check one item file."""
    path = inside(folder, relative)
    items = decode_lines(read_bytes(path, LARGEST_ITEMS_BYTES), Item, str(path), LARGEST_LINE_BYTES)
    check_items(items, benchmark, str(path))
    return items


def resolve_graders(benchmark: Benchmark, file: str) -> tuple[dict[str, Grader], dict[str, str]]:
    """Find the grader of every metric that names one: built in first, then installed."""
    graders: dict[str, Grader] = {}
    sources: dict[str, str] = {}
    faults: list[Fault] = []
    for name, metric in sorted(benchmark.metrics.items()):
        if metric.grader is None:
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


def list_entries(folder: Path) -> list[ListedEntry]:
    """List the entries below `entries/` and those of a seeds file, in the order of their names."""
    listed: dict[str, ListedEntry] = {}
    faults: list[Fault] = []
    for place in sorted((folder / "entries").glob("*/*/")):
        try:
            entry = _entry_below(place)
            listed[entry.name] = entry
        except InputError as error:
            faults.extend(error.faults)
    if (folder / SEEDS_FILE).is_file():
        for entry in _seeds(folder):
            listed.setdefault(entry.name, entry)
    if faults:
        raise InputError(faults)
    return [listed[name] for name in sorted(listed)]


def _entry_below(place: Path) -> ListedEntry:
    configuration = read_yaml(place / CONFIGURATION_FILE, Configuration)
    expected = f"{place.parent.name}/{place.name}"
    if configuration.name != expected:
        raise fault(place / CONFIGURATION_FILE, f"configures {configuration.name}, expected {expected} by its folder")
    strange = [path for path in sorted(place.iterdir()) if path.is_file() and path.name != CONFIGURATION_FILE]
    if strange:
        raise InputError([Fault(str(path), 0, "does not belong here; bundles lie in folders") for path in strange])
    return ListedEntry(configuration, {path.name: path for path in sorted(place.iterdir()) if path.is_dir()})


def _seeds(folder: Path) -> Iterator[ListedEntry]:
    for seed in read_json(folder / SEEDS_FILE, Seeds).seeds:
        configuration = Configuration(
            vendor=slug(seed.provider),
            config_name=slug(seed.model),
            kind="community" if seed.kind not in KINDS else seed.kind,  # type: ignore[arg-type]
            decoding=Decoding(model=seed.model),
        )
        paths = {"public": seed.public_bundle, "repair": seed.lift_bundle}
        bundles = {name: inside(folder, path) for name, path in paths.items() if path}
        own = folder / "entries" / configuration.vendor / configuration.config_name / CONFIGURATION_FILE
        configuration = read_yaml(own, Configuration) if own.is_file() else configuration
        yield ListedEntry(configuration, bundles, seed.held_out_bundle)


KINDS: Final = frozenset({"default", "community", "baseline", "chance", "human", "seed"})


def why_absent(entry: ListedEntry) -> str | None:
    """Say why an entry cannot be put on the board: none of its bundles is there, or one that is listed is absent."""
    if not entry.bundles:
        return "no recorded bundle is there"
    absent = [name for name, path in sorted(entry.bundles.items()) if not (path / MANIFEST).is_file()]
    return f"the recorded bundle {absent[0]!r} is absent" if absent else None
