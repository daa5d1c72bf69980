"""Everything that a publication follows from."""

from collections.abc import Mapping, Sequence

import msgspec

from proofboard.core.entry import GradedEntry
from proofboard.core.grading import GradingPlan
from proofboard.core.items import ItemTable
from proofboard.disclosure.release import ReleasedScore
from proofboard.disclosure.verdicts import ReleasedVerdicts
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
