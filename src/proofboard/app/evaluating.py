"""Let an installed adapter answer for a configuration, and freeze the answers into a bundle."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from proofboard.app.benchmark_folder import BenchmarkFolder, read_benchmark
from proofboard.app.configuration_reading import read_configuration
from proofboard.app.entries_folder import BENCHMARK_FILE, CONFIGURATION_FILE, ENTRIES
from proofboard.app.freezing import find, refuse_standing
from proofboard.app.held_out.private_places import refuse_public_place
from proofboard.app.held_out.store import held_out_table
from proofboard.app.submissions.rules_at_hand import benchmark_at_hand
from proofboard.archives.placing import replaced
from proofboard.core.items import ItemTable
from proofboard.core.rules.configuration import configuration_faults
from proofboard.errors import Fault, InputError, OutputError, fault
from proofboard.record.answering import Asking, Progress
from proofboard.record.freeze import as_yaml, freeze, write
from proofboard.record.imported import NewBundle
from proofboard.record.vendors import installed_adapter, prompted, refuse_other_version
from proofboard.schemas.bundle import MANIFEST
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.item import Item


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be answered, by which configuration, and where the bundle goes."""

    benchmark: Path
    """A benchmark directory; for a configuration with a place of its own for the bundle, a publication is enough."""
    entry: str | None = None
    """An entry of the benchmark; exactly one of this and `configuration` is given."""
    configuration: Path | None = None
    """A configuration that need not be in the benchmark yet."""
    held_out: Path | None = None
    """The held-out store, where its items are asked; None for the public items."""
    repair: bool = False
    """The items of the repair loop are asked, which only a live run can."""
    out: Path | None = None
    """The folder of the bundle; by default the entry's own place."""
    track: str | None = None
    """The track whose items are asked, in a benchmark that has tracks."""
    trials: int = 1
    recorded: str | None = None
    """The day that the bundle states."""

    @property
    def item_set(self) -> str:
        """Which items are asked."""
        return "held_out" if self.held_out else "repair" if self.repair else "public"


class Evaluated(msgspec.Struct, frozen=True):
    """What was answered, and where it lies."""

    place: Path
    recorder: str
    n_answers: int
    n_failures: int
    notes: Sequence[str]
    """What the person who evaluates should know."""


def evaluate(wanted: Wanted, progress: Progress) -> Evaluated:
    """Ask the vendor's adapter for every prompt and freeze what it answers; nothing is written before the end.

    Raises:
        InputError: benchmark, configuration or adapter cannot be used, or nothing was answered.
        HeldOutError: the bundle of held-out answers would lie where it must not.
        OutputError: a bundle is there already.
    """
    read = _read(wanted)
    configuration, file = _configuration(wanted, read)
    table = held_out_table(read, wanted.held_out) if wanted.held_out else read.table
    place = _place(wanted, configuration)
    adapter = installed_adapter(configuration.vendor, file)
    refuse_other_version(configuration, adapter, file)
    asking = Asking(
        adapter,
        configuration,
        prompted(asked_items(wanted, read, table), f"{wanted.benchmark}/{BENCHMARK_FILE}"),
        trials=wanted.trials,
        confidential=wanted.held_out is not None,
    )
    responses = asking.answers(progress)
    bundle = NewBundle(
        item_set=wanted.item_set,
        responses=responses,
        trials=wanted.trials,
        recorded=wanted.recorded,
        recorder=adapter.recorder,
    )
    files = freeze(bundle, read.benchmark.id, read.benchmark.protocol_version, configuration, table.prompts_digest)
    with replaced(place) as aside:
        for name, raw in files.items():
            write(aside / name, raw)
    listed = list_entry(wanted, configuration)
    return Evaluated(
        place, adapter.recorder, len(responses), asking.failures.total(), [*_notes(configuration, asking), *listed]
    )


def _read(wanted: Wanted) -> BenchmarkFolder:
    """Read the benchmark; a publication is enough where nothing is looked up in it and nothing goes into it."""
    if wanted.configuration and wanted.out and not wanted.held_out:
        return benchmark_at_hand(str(wanted.benchmark))
    return read_benchmark(wanted.benchmark)


def _configuration(wanted: Wanted, read: BenchmarkFolder) -> tuple[Configuration, str]:
    """Return the configuration that answers, with the name under which its faults are reported."""
    if wanted.configuration is None:
        found = find(read, str(wanted.entry)).configuration
        return found, listed_file(wanted, found)
    return own_configuration(wanted, wanted.configuration, read), str(wanted.configuration)


def listed_file(wanted: Wanted, configuration: Configuration) -> str:
    """Name the file in which a benchmark directory lists an entry."""
    return f"{wanted.benchmark}/{ENTRIES}/{configuration.name}/{CONFIGURATION_FILE}"


def own_configuration(wanted: Wanted, file: Path, read: BenchmarkFolder) -> Configuration:
    """Read a configuration that need not be in the benchmark yet; raises InputError where it cannot be there."""
    own = read_configuration(file, read.benchmark)
    if reasons := configuration_faults(own, read.benchmark):
        raise InputError([Fault(str(file), 0, reason) for reason in reasons])
    known = {entry.configuration.name: entry.configuration for entry in read.entries}
    if wanted.out is None and own.name in known and known[own.name] != own:
        reason = f"configures {own.name} otherwise than the benchmark does; choose another config_name, or give --out"
        raise fault(file, reason)
    return own


def _place(wanted: Wanted, configuration: Configuration) -> Path:
    """Return where the bundle goes; raises before anything is asked where it may not go there."""
    place = place_of(wanted, configuration)
    refuse_standing(place)
    return place


def place_of(wanted: Wanted, configuration: Configuration) -> Path:
    """Return where the bundle goes, whatever is there; raises HeldOutError where held-out answers may not go."""
    own = (wanted.held_out or wanted.benchmark) / ENTRIES / configuration.name / wanted.item_set
    place = wanted.out or own
    if wanted.held_out:
        refuse_public_place(place, wanted.benchmark, wanted.held_out)
        _refuse_second(own.parent, place)
    return place


def _refuse_second(folder: Path, place: Path) -> None:
    """Refuse a second bundle of one entry in a store, whatever its folder is called: only one would be scored."""
    others = [found.parent for found in sorted(folder.glob(f"*/{MANIFEST}")) if found.parent != place]
    if others and place.parent == folder:
        raise OutputError(f"{others[0]}: has held-out answers of this entry already; remove them first")


def asked_items(wanted: Wanted, read: BenchmarkFolder, table: ItemTable) -> Sequence[Item]:
    """Return the items that are asked: all, or those of one track, because no entry may answer two."""
    file = f"{wanted.benchmark}/{BENCHMARK_FILE}"
    facet = next((name for name, facet in read.benchmark.facets.items() if facet.role == "track"), None)
    tracks = read.benchmark.facets[facet].values if facet else []
    if (wanted.track is None) != (facet is None) or (wanted.track is not None and wanted.track not in tracks):
        expected = f"one of its tracks ({', '.join(tracks)})" if facet else "none, because it has no tracks"
        raise fault(file, f"cannot be answered for the track {wanted.track!r}, expected {expected}; see --track")
    return [item for item in table.items if facet is None or item.facets[facet] == wanted.track]


def _notes(configuration: Configuration, asking: Asking) -> list[str]:
    notes: list[str] = []
    found = asking.adapter.version
    if configuration.vendor_version is None and found is not None:
        notes.append(f"{configuration.name} states no vendor_version; {found!r} answered, and only the bundle says so")
    if asking.failures:
        notes.append(f"{asking.said()}; without these answers the entry has no rank")
    return notes


def list_entry(wanted: Wanted, configuration: Configuration) -> list[str]:
    """Write the configuration beside a public bundle, where the directory has none: then the entry is on the board."""
    file = Path(listed_file(wanted, configuration))
    if wanted.held_out or wanted.out or file.exists():
        return []
    write(file, as_yaml(configuration))
    return [f"{file}: written, so that {configuration.name} is an entry of the benchmark"]
