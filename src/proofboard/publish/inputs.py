"""Everything that a publication follows from."""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from proofboard.core.entry import GradedEntry
from proofboard.core.grading import GradingPlan
from proofboard.core.items import ItemTable
from proofboard.disclosure.release import ReleasedScore
from proofboard.disclosure.verdicts import ReleasedVerdicts
from proofboard.ledger.statements import Attestation
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.board import Skipped


class HeldOut(msgspec.Struct, frozen=True):
    """What left the held-out store: coarse scores and verdicts by entry, and why the others have none."""

    scored: bool = False
    """True where a held-out set was at hand when the board was closed."""
    n_prompts: int | None = None
    demonstration: bool = False
    """True where the held-out texts lie in the open on purpose."""
    released: Mapping[str, ReleasedScore] = {}
    pending: Mapping[str, str] = {}
    verdicts: Mapping[str, ReleasedVerdicts] = {}


class PublicationInputs(msgspec.Struct, frozen=True, eq=False):
    """The public inputs and the released values; equal inputs give equal bytes."""

    benchmark: Benchmark
    table: ItemTable
    repair: ItemTable | None
    plan: GradingPlan
    entries: Sequence[GradedEntry]
    held_out: HeldOut
    skipped: Sequence[Skipped]
    commitments: bytes | None
    """The commitments to the held-out items, as they were published before any scoring."""
    software_version: str
    assets: Mapping[str, bytes]
    """The page: path → bytes."""
    pending: Collection[str] = ()
    """Entries that were appended since the board was closed: they have scores of their own, and no place yet."""
    ledger: Mapping[str, bytes] = {}
    """The signed log of everything that changed on the board: path → bytes."""
    reruns: Mapping[str, Sequence[Attestation]] = {}
    """Digest of a bundle → the attestations of `ledger` that hold and speak of it."""


def purged_bundles(inputs: PublicationInputs) -> dict[str, str]:
    """Return the bundles whose answers were removed: digest → the entry, which may have them as an earlier revision."""
    return {
        bundle.digest: entry.name
        for entry in inputs.entries
        for bundle in (entry.public, entry.repair, *(revision.public for revision in entry.revisions))
        if bundle and bundle.purged
    }
