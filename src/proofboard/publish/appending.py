"""Append one entry to a publication that stands: its own documents, and an unranked row in each index.

An append is the publication of that entry alone, merged into the one that stands. Of the entries that are there
already nothing is read but their rows in the indexes, and no byte of those rows changes: what entries are to each other
waits for the close. The bytes are those that `assemble` makes of all inputs with the entry among `pending`.
"""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from proofboard import canonical
from proofboard.core.aggregates import places_of
from proofboard.core.entry import GradedEntry
from proofboard.core.grading import GradingPlan
from proofboard.core.items import ItemTable
from proofboard.errors import Fault, InputError, fault
from proofboard.ledger.attested import ByBundle, by_bundle, holding
from proofboard.ledger.paths import ATTESTATIONS
from proofboard.ledger.statements import speaks_of
from proofboard.publish.assemble import BENCHMARK, NAMED_BELOW, Assembled, assemble
from proofboard.publish.inputs import HeldOut, PublicationInputs
from proofboard.publish.merging import StandingBoard, category_with, columns_with, efficiency_with, items_with
from proofboard.publish.names import COLUMNS, EFFICIENCY, ITEMS, LEADERBOARD, ROOT, is_ledger_path
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.publication import ItemIndex, Publication

OWN: Final = ("entries/", "configurations/", "scores/", "graded/", "purged/")
"""Where the documents of an entry lie that name nobody else."""

BOARDS: Final = "boards/"

Read = Callable[[str], bytes]
"""Returns the bytes of the standing publication at a path; for a folder, `OpenedSite.read`."""


class AppendInputs(msgspec.Struct, frozen=True, eq=False):
    """One graded entry, the rules that it was graded by, and the log as it is now."""

    benchmark: Benchmark
    table: ItemTable
    repair: ItemTable | None
    plan: GradingPlan
    entry: GradedEntry
    software_version: str
    ledger: Mapping[str, bytes] = {}
    """Path → bytes; these take the place of all documents of the ledger. Of attestations that hold they may add those
    that speak of the entry's own bundle, and drop none."""


class WaitsForClose(InputError):  # noqa: N818 - a verdict: what was handed in may be in order
    """It cannot be appended, because it changes more than documents of its own: the next close publishes it."""


class AlreadyOnBoard(WaitsForClose):
    """The entry has a row on the board, so this would be its revision."""


def append(previous: Read, inputs: AppendInputs) -> Assembled:
    """Return the documents that change where one new entry is appended, with its bundles and artifacts.

    `previous` reads the standing publication: its root and its indexes, and no document of another entry. Raises
    AlreadyOnBoard; WaitsForClose where rules, items or software are others than those of the publication; InputError
    where a document is not the one that the root names.

    What an attestation says of a row that stands changes that row, so it counts at the next close: one that is new,
    gone, or by a key that was revoked waits for it.
    """
    standing = _Standing(previous)
    board = StandingBoard(standing.read(LEADERBOARD))
    if inputs.entry.name in board.names:
        reason = f"{inputs.entry.name} has a row already; what changes it is published when the board is closed"
        raise AlreadyOnBoard([Fault(LEADERBOARD, 0, reason)])
    reruns = _own_reruns(standing, inputs)
    alone = assemble(_alone(inputs, reruns))
    items, own_items = (msgspec.json.decode(raw, type=ItemIndex) for raw in _both(standing, alone, ITEMS))
    _refuse_other_rules(standing, alone, (items, own_items), inputs.software_version)
    made = {path: raw for path, raw in alone.documents.items() if path.startswith(OWN)}
    made[LEADERBOARD], place = board.with_row(alone.documents[LEADERBOARD])
    made[COLUMNS] = columns_with(*_both(standing, alone, COLUMNS), place, made[LEADERBOARD])
    made[EFFICIENCY] = efficiency_with(*_both(standing, alone, EFFICIENCY), place, made[LEADERBOARD])
    made[ITEMS] = items_with(items, own_items, places_of(inputs.benchmark, inputs.benchmark.headline))
    for path, raw in alone.documents.items():
        if path.startswith(BOARDS):
            made[path] = category_with(standing.read(path), raw, board.pending) if path in standing.named else raw
    return _assembled(standing, {**made, **inputs.ledger}, inputs.ledger, alone)


def _own_reruns(standing: "_Standing", inputs: AppendInputs) -> ByBundle:
    """Return the attestations of the entry that is appended; raises WaitsForClose where those of others change."""
    holds = holding(inputs.ledger, inputs.benchmark.id)
    before = {path for path in standing.named if path.startswith(ATTESTATIONS)}
    own = inputs.entry.public.digest
    new = {path for path, found in holds.items() if path not in before and found.bundle != own}
    # What is no statement on a rerun confirmed nothing, and may go.
    gone = {path for path in before - holds.keys() if speaks_of(standing.read(path)) is not None}
    if new or gone:
        names = ", ".join(sorted(new | gone)[:3])
        raise WaitsForClose([Fault(ATTESTATIONS, 0, f"{names}: what it confirms counts when the board is closed")])
    return by_bundle(holds)


def _alone(inputs: AppendInputs, reruns: ByBundle) -> PublicationInputs:
    """Take the entry as the only one of a publication: what that one says of others is not used."""
    return PublicationInputs(
        benchmark=inputs.benchmark,
        table=inputs.table,
        repair=inputs.repair,
        plan=inputs.plan,
        entries=[inputs.entry],
        held_out=HeldOut(),
        skipped=(),
        commitments=None,
        software_version=inputs.software_version,
        assets={},
        pending=frozenset({inputs.entry.name}),
        reruns=reruns,
    )


class _Standing:
    """The publication that stands; its documents are held against the digests that its root names."""

    def __init__(self, previous: Read) -> None:
        self._previous = previous
        self.root = msgspec.json.decode(previous(ROOT), type=Publication)
        self.named = self.root.documents

    def read(self, path: str) -> bytes:
        raw, expected = self._previous(path), self.named.get(path)
        if (found := canonical.digest(raw)) != expected:
            raise fault(path, f"has the digest {found}, expected {expected}; it was changed after it was published")
        return raw


def _both(standing: _Standing, alone: Assembled, path: str) -> tuple[bytes, bytes]:
    return standing.read(path), alone.documents[path]


def _refuse_other_rules(
    standing: _Standing, alone: Assembled, items: tuple[ItemIndex, ItemIndex], software_version: str
) -> None:
    """Refuse an entry that was graded by other rules than those of the publication; raises WaitsForClose."""
    faults: list[Fault] = []
    if (found := standing.root.software_version) != software_version:
        faults.append(Fault(ROOT, 0, f"was made by {found}, this is {software_version}; close the board first"))
    if standing.named.get(BENCHMARK) != canonical.digest(alone.documents[BENCHMARK]):
        faults.append(Fault(BENCHMARK, 0, "holds other rules than the entry was graded by; close the board first"))
    if items[0].pages != items[1].pages:
        faults.append(Fault(ITEMS, 0, "lists other items than the entry was graded on; close the board first"))
    if any(own.n_scored and own.exact is None for own in items[0].items):
        faults.append(Fault(ITEMS, 0, "has means without their exact values; close the board first"))
    if faults:
        raise WaitsForClose(faults)


def _assembled(
    standing: _Standing, made: Mapping[str, bytes], ledger: Mapping[str, bytes], alone: Assembled
) -> Assembled:
    """Name what changed in the root, and keep of the rest its names."""
    changed = {path: raw for path, raw in made.items() if standing.named.get(path) != canonical.digest(raw)}
    dropped = {path for path in standing.named if is_ledger_path(path)} - ledger.keys()
    named = {path: digest for path, digest in standing.named.items() if path not in dropped}
    named |= {path: canonical.digest(raw) for path, raw in changed.items() if not path.startswith(NAMED_BELOW)}
    root = msgspec.structs.replace(standing.root, documents=named)
    return Assembled(changed | {ROOT: canonical.dump(root)}, alone.bundles, alone.artifacts, sorted(dropped))
