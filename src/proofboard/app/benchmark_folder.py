"""Read a benchmark directory: its rules, items, and the entries that it lists."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from proofboard import canonical
from proofboard.archives.names import fault_of_name
from proofboard.core.graders.base import Grader
from proofboard.core.graders.registry import built_in
from proofboard.core.grading import BUILT_IN, INSTALLED, GradingPlan, grading_plan
from proofboard.core.items import ItemTable, check_items, item_table
from proofboard.core.rules import check_benchmark
from proofboard.errors import Fault, InputError, fault
from proofboard.grade.installed import installed
from proofboard.publish.assemble import COMMITMENTS
from proofboard.publish.names import largest_bytes
from proofboard.record.slug import slug
from proofboard.schemas.base import PATH_ID_PATTERN
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.bundle import MANIFEST
from proofboard.schemas.configuration import Configuration, Decoding
from proofboard.schemas.item import Item
from proofboard.schemas.lines import read_lines
from proofboard.schemas.publication import Commitments
from proofboard.schemas.reading import parse_document, read_bytes, read_json, read_yaml

T = TypeVar("T")

BENCHMARK_FILE: Final = "benchmark.yaml"
SEEDS_FILE: Final = "seeds.json"
CONFIGURATION_FILE: Final = "configuration.yaml"
ENTRIES: Final = "entries"

NO_ENTRY: Final = "is not a folder; entries lie in entries/<vendor>/<config_name>/"


class ListedEntry(msgspec.Struct, frozen=True):
    """An entry as the directory lists it: its configuration, and the folders of its bundles."""

    configuration: Configuration
    bundles: Mapping[str, Path]
    """Bundle name → folder; a folder that is listed and absent makes the entry skipped."""

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


class BenchmarkFolder(msgspec.Struct, frozen=True, eq=False):
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


class Seeds(msgspec.Struct, frozen=True, kw_only=True):
    """A seeds file: a list of entries that replaces folders below `entries/`."""

    seeds: list[Seed]


def read_benchmark(folder: Path) -> BenchmarkFolder:
    """Read a benchmark directory; raises InputError with every fault of its rules, or else of all its other files."""
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
    commitments = faults.of(lambda: _read_commitments(folder, sets.commitments) if sets.commitments else None)
    entries = faults.of(lambda: list_entries(folder))
    if repair and table and (shared := sorted(table.index.keys() & repair.index.keys())):
        reason = f"holds public items too: {', '.join(shared[:5])}; give them other ids"
        faults.found.append(Fault(str(folder / str(sets.repair)), 0, reason))
    if table is None or graders is None or entries is None or faults.found:
        raise InputError(faults.found)
    return BenchmarkFolder(
        folder=folder,
        benchmark=benchmark,
        table=table,
        repair=repair,
        plan=grading_plan(benchmark, *graders),
        entries=entries,
        commitments=commitments,
    )


class Faults:
    """Collects the faults of several files, so that all of them are reported at once."""

    def __init__(self) -> None:
        """Start with none."""
        self.found: list[Fault] = []

    def of(self, read: Callable[[], T]) -> T | None:
        """Return what was read, or None and keep the faults."""
        try:
            return read()
        except InputError as error:
            self.found.extend(error.faults)
            return None


def _as_published(benchmark: Benchmark) -> Benchmark:
    # Whoever verifies reads the rules in the order of their published form: a build that followed the order in which
    # the owner wrote them could give other numbers.
    return msgspec.json.decode(canonical.dump(benchmark), type=Benchmark)


def inside(folder: Path, relative: str, named_by: str = BENCHMARK_FILE) -> Path:
    """Join a path that a document names; it must stay inside its folder."""
    reason = fault_of_name(relative)
    parts = relative.split("/") if reason is None else []
    if any((folder / "/".join(parts[:count])).is_symlink() for count in range(1, len(parts))):
        reason = "leads through a symbolic link"
    if reason:
        raise fault(folder / named_by, f"names {relative!r}, but it {reason}; name a file below this folder")
    return folder / relative


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
    faults = Faults()
    vendors = faults.of(lambda: _folders_below(folder / ENTRIES)) or []
    for vendor in vendors:
        places = faults.of(lambda vendor=vendor: _folders_below(vendor))  # type: ignore[misc]
        entries = [faults.of(lambda place=place: _entry_below(place)) for place in places or ()]  # type: ignore[misc]
        listed |= {entry.name: entry for entry in entries if entry}
    if (folder / SEEDS_FILE).exists():
        seeds = faults.of(lambda: list(_seeds(folder))) or []
        # Where both list an entry, its own bundles come before those that the seeds name.
        listed |= {seed.name: seed for seed in seeds if seed.name not in listed or not listed[seed.name].bundles}
    if faults.found:
        raise InputError(faults.found)
    return [listed[name] for name in sorted(listed)]


def _folders_below(place: Path) -> list[Path]:
    """List the folders in a folder; anything else that is not hidden is a fault, so that no entry vanishes."""
    if not place.exists() and not place.is_symlink():
        return []
    if not place.is_dir() or place.is_symlink():
        raise fault(place, NO_ENTRY)
    there = [path for path in sorted(place.iterdir()) if not path.name.startswith(".")]
    strange = [path for path in there if path.is_symlink() or not path.is_dir()]
    if strange:
        raise InputError([Fault(str(path), 0, NO_ENTRY) for path in strange])
    return there


def _entry_below(place: Path) -> ListedEntry:
    configuration = read_yaml(place / CONFIGURATION_FILE, Configuration)
    expected = f"{place.parent.name}/{place.name}"
    faults: list[Fault] = []
    if configuration.name != expected:
        reason = f"configures {configuration.name}, expected {expected} by its folder"
        faults.append(Fault(str(place / CONFIGURATION_FILE), 0, reason))
    bundles: dict[str, Path] = {}
    for path in sorted(place.iterdir()):
        if path.name == CONFIGURATION_FILE or path.name.startswith("."):
            continue
        if path.is_symlink() or not path.is_dir():
            faults.append(Fault(str(path), 0, "does not belong here; bundles lie in folders"))
        elif not re.match(PATH_ID_PATTERN, path.name):
            faults.append(Fault(str(path), 0, "is no name of a bundle; use lower-case letters, digits and . _ - only"))
        bundles[path.name] = path
    if faults:
        raise InputError(faults)
    return ListedEntry(configuration, bundles)


def _seeds(folder: Path) -> Iterator[ListedEntry]:
    seen: set[str] = set()
    for seed in read_json(folder / SEEDS_FILE, Seeds).seeds:
        configuration = Configuration(
            vendor=slug(seed.provider),
            config_name=slug(seed.model),
            kind="community" if seed.kind not in KINDS else seed.kind,  # type: ignore[arg-type]
            decoding=Decoding(model=seed.model),
        )
        if configuration.name in seen:
            raise fault(folder / SEEDS_FILE, f"lists {seed.provider}:{seed.model} twice, as {configuration.name}")
        seen.add(configuration.name)
        paths = {"public": seed.public_bundle, "repair": seed.lift_bundle}
        bundles = {name: inside(folder, path, SEEDS_FILE) for name, path in paths.items() if path}
        own = folder / ENTRIES / configuration.vendor / configuration.config_name / CONFIGURATION_FILE
        configuration = read_yaml(own, Configuration) if own.is_file() else configuration
        yield ListedEntry(configuration, bundles)


KINDS: Final = frozenset({"default", "community", "baseline", "chance", "human", "seed"})


def why_absent(entry: ListedEntry) -> str | None:
    """Say why an entry cannot be put on the board: none of its bundles is there, or one that is listed is absent."""
    if not entry.bundles:
        return "no recorded bundle is there"
    absent = [name for name, path in sorted(entry.bundles.items()) if not (path / MANIFEST).is_file()]
    return f"the recorded bundle {absent[0]!r} is absent" if absent else None
