"""List the entries of a benchmark directory: their configurations, bundles, earlier revisions, and how they came in."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from proofboard.app.configuration_reading import read_configuration
from proofboard.archives.names import fault_of_name
from proofboard.core.rules.configuration import configuration_faults
from proofboard.errors import Fault, InputError, fault
from proofboard.record.slug import slug
from proofboard.schemas.base import PATH_ID_PATTERN
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.bundle import MANIFEST
from proofboard.schemas.configuration import Configuration, Decoding
from proofboard.schemas.reading import read_json
from proofboard.schemas.submission import ACCEPTED, Acceptance

T = TypeVar("T")

BENCHMARK_FILE: Final = "benchmark.yaml"
SEEDS_FILE: Final = "seeds.json"
CONFIGURATION_FILE: Final = "configuration.yaml"
ENTRIES: Final = "entries"
REVISIONS: Final = "revisions"

NO_ENTRY: Final = "is not a folder; entries lie in entries/<vendor>/<config_name>/"
NO_REVISION: Final = "is not a folder; earlier revisions lie in revisions/1, revisions/2, …"
KINDS: Final = frozenset({"default", "community", "baseline", "chance", "human", "seed"})


class ListedEntry(msgspec.Struct, frozen=True):
    """An entry as the directory lists it: its configuration, the folders of its bundles, and what it was before."""

    configuration: Configuration
    bundles: Mapping[str, Path]
    """Bundle name → folder; a folder that is listed and absent makes the entry skipped."""
    revisions: Sequence["ListedEntry"] = ()
    """What competed under this name before, the oldest first; a revision has no revisions of its own."""
    accepted: Acceptance | None = None
    """The record of the submission that it came with; None where the owner put it there."""

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


def list_entries(folder: Path, benchmark: Benchmark | None = None) -> list[ListedEntry]:
    """List the entries below `entries/` and those of a seeds file, in the order of their names.

    Raises InputError with the faults of all of them; with a benchmark, selectors are held against its facets.
    """
    listed: dict[str, ListedEntry] = {}
    faults = Faults()
    vendors = faults.of(lambda: _folders_below(folder / ENTRIES)) or []
    for place in [place for vendor in vendors for place in faults.of(partial(_folders_below, vendor)) or ()]:
        name = f"{place.parent.name}/{place.name}"
        if entry := faults.of(partial(entry_below, place, name, benchmark)):
            listed[name] = entry
    if (folder / SEEDS_FILE).exists():
        seeds = faults.of(lambda: list(_seeds(folder))) or []
        for seed in seeds:
            if seed.name not in listed:
                faults.found += _configuration_faults(seed.configuration, seed.name, benchmark, folder / SEEDS_FILE)
            listed[seed.name] = _joined(listed.get(seed.name), seed)
    if faults.found:
        raise InputError(faults.found)
    return [listed[name] for name in sorted(listed)]


def _joined(own: ListedEntry | None, seed: ListedEntry) -> ListedEntry:
    """Let an entry's own folder decide where both list it; only where that holds no bundle those of the seeds count."""
    if own is None or own.bundles:
        return own or seed
    return msgspec.structs.replace(own, bundles=seed.bundles)


def _folders_below(place: Path, otherwise: str = NO_ENTRY) -> list[Path]:
    """List the folders in a folder; anything else that is not hidden is a fault, so that no entry vanishes."""
    if not place.exists() and not place.is_symlink():
        return []
    if not place.is_dir() or place.is_symlink():
        raise fault(place, otherwise)
    there = [path for path in sorted(place.iterdir()) if not path.name.startswith(".")]
    strange = [path for path in there if path.is_symlink() or not path.is_dir()]
    if strange:
        raise InputError([Fault(str(path), 0, otherwise) for path in strange])
    return there


def entry_below(place: Path, name: str, benchmark: Benchmark | None) -> ListedEntry:
    """Read one entry's folder, its revisions included; raises InputError with every fault."""
    faults = Faults()
    entry = faults.of(partial(_one_revision, place, name, benchmark))
    revisions = _revisions_below(place / REVISIONS, name, faults)
    if entry is None or faults.found:
        raise InputError(faults.found)
    return msgspec.structs.replace(entry, revisions=revisions)


def _revisions_below(place: Path, name: str, faults: Faults) -> list[ListedEntry]:
    """Read the earlier revisions: folders 1, 2, … without a gap, so that none vanishes."""
    folders = faults.of(partial(_folders_below, place, NO_REVISION)) or []
    numbers = {folder.name: folder for folder in folders}
    expected = [str(number) for number in range(1, len(folders) + 1)]
    if strange := sorted(numbers.keys() - set(expected)):
        reason = f"holds {', '.join(strange[:5])}, expected the numbers 1 to {len(folders)}, each once"
        faults.found.append(Fault(str(place), 0, reason))
        return []
    nested = [folder / REVISIONS for folder in folders if (folder / REVISIONS).exists()]
    faults.found += [Fault(str(path), 0, "does not belong here; a revision has none of its own") for path in nested]
    # An old revision is held against no benchmark: facets may have been renamed since, and history stays as it was.
    read = [faults.of(partial(_one_revision, numbers[number], name, None)) for number in expected]
    return [revision for revision in read if revision]


def _one_revision(place: Path, name: str, benchmark: Benchmark | None) -> ListedEntry:
    faults = Faults()
    file = place / CONFIGURATION_FILE
    configuration = faults.of(partial(read_configuration, file, benchmark))
    if configuration:
        faults.found += _configuration_faults(configuration, name, benchmark, file)
    accepted = faults.of(partial(read_json, place / ACCEPTED, Acceptance)) if (place / ACCEPTED).exists() else None
    bundles: dict[str, Path] = {}
    for path in sorted(place.iterdir()) if place.is_dir() else ():
        if path.name in {CONFIGURATION_FILE, ACCEPTED, REVISIONS} or path.name.startswith("."):
            continue
        if path.is_symlink() or not path.is_dir():
            faults.found.append(Fault(str(path), 0, "does not belong here; bundles lie in folders"))
        elif not re.match(PATH_ID_PATTERN, path.name):
            reason = "is no name of a bundle; use lower-case letters, digits and . _ - only"
            faults.found.append(Fault(str(path), 0, reason))
        bundles[path.name] = path
    if configuration is None or faults.found:
        raise InputError(faults.found)
    return ListedEntry(configuration, bundles, accepted=accepted)


def _configuration_faults(
    configuration: Configuration, name: str, benchmark: Benchmark | None, file: Path
) -> Iterator[Fault]:
    if configuration.name != name:
        yield Fault(str(file), 0, f"configures {configuration.name}, expected {name} by its folder")
    yield from (Fault(str(file), 0, reason) for reason in configuration_faults(configuration, benchmark))


def inside(folder: Path, relative: str, named_by: str = BENCHMARK_FILE) -> Path:
    """Join a path that a document names; it must stay inside its folder."""
    reason = fault_of_name(relative)
    parts = relative.split("/") if reason is None else []
    if any((folder / "/".join(parts[:count])).is_symlink() for count in range(1, len(parts))):
        reason = "leads through a symbolic link"
    if reason:
        raise fault(folder / named_by, f"names {relative!r}, but it {reason}; name a file below this folder")
    return folder / relative


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
        yield ListedEntry(configuration, bundles)


def why_absent(entry: ListedEntry) -> str | None:
    """Say why an entry cannot be put on the board: none of its bundles is there, or one that is listed is absent."""
    if not entry.bundles:
        return "no recorded bundle is there"
    absent = [name for name, path in sorted(entry.bundles.items()) if not (path / MANIFEST).is_file()]
    return f"the recorded bundle {absent[0]!r} is absent" if absent else None
