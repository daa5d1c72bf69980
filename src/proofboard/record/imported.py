"""What an importer returns: a benchmark with its items and entries, before anything is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from proofboard.errors import Fault
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.bundle import JudgeRecord, ReportedScore, Response, SourceRecord, Verdict
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.item import Item

Claim = int | float | str | None


@dataclass(frozen=True, slots=True)
class NewBundle:
    """The recorded answers of one configuration to one item set, ready to be frozen."""

    name: str = "public"
    item_set: str = "public"
    responses: Sequence[Response] = ()
    verdicts: Sequence[Verdict] = ()
    scores: Sequence[ReportedScore] = ()
    trials: int = 1
    trial_kind: Literal["run", "attempt"] = "run"
    recorded: str | None = None
    judge: JudgeRecord | None = None
    source: SourceRecord | None = None
    claims: dict[str, Claim] = field(default_factory=dict)
    recorder: str | None = None
    """What recorded it, where that was not this version of Proofboard."""


@dataclass(frozen=True, slots=True)
class ImportedEntry:
    """One configuration and what it answered; without bundles it is listed, and skipped with a reason."""

    configuration: Configuration
    bundles: Sequence[NewBundle] = ()
    protocol_version: str | None = None
    """Only where it differs from the benchmark's."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A whole benchmark as another tool recorded it."""

    benchmark: Benchmark
    items: Sequence[Item]
    entries: Iterable[ImportedEntry]
    repair_items: Sequence[Item] = ()
    notes: Sequence[str] = ()
    """What the person who imports should know: numbers that disagree, lines that were left out and why."""
    refused: Sequence[Fault] = ()
    """Files of the source that could not be read, one fault each; what is imported is the rest."""


class Importer(Protocol):
    """Reads one format; installed importers are found through the entry-point group `proofboard.importers`."""

    def __call__(self, source: Path) -> Imported:
        """Read a folder, file or archive; raises InputError with every fault."""
        ...


class TableImporter(Protocol):
    """Reads tables whose columns may have any name; it is an importer too, and then guesses them."""

    def __call__(self, source: Path, *, columns: Mapping[str, str] = ...) -> Imported:
        """Read tables; `columns` names the column of a role (entry, item, score, …), and the rest is guessed."""
        ...
