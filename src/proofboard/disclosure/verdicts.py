"""The other thing that leaves the held-out set: verdicts at a close, over enough items, and never a number.

Three levels on slices of 50 items give single labels away hardly better than guessing, where exact slice scores give
three of four. A target has no test of its own here: tested alone, on a slice that its submitter chose, it would tell
more than the slice among all others does. See docs/statistics.md.
"""

from collections.abc import Collection, Mapping
from dataclasses import InitVar, dataclass, field
from typing import Final

from proofboard.errors import DisclosureError
from proofboard.schemas.benchmark import Policies
from proofboard.schemas.board import OverfitVerdict, Verdict
from proofboard.schemas.publication import HeldOutVerdicts

_GATE: Final = object()


@dataclass(frozen=True, slots=True)
class ReleasedVerdicts:
    """Verdicts that may be published; made by `release_verdicts` or read back from a release, by nothing else."""

    regions: Mapping[str, Verdict] = field(default_factory=dict)
    overfit_test: OverfitVerdict | None = None
    gate: InitVar[object] = None

    def __post_init__(self, gate: object) -> None:
        """Refuse verdicts that did not pass the gate."""
        if gate is not _GATE:
            raise DisclosureError("held-out verdicts are released by `disclosure.verdicts` only")


def fewest_items(policies: Policies) -> int:
    """Return how many held-out items a slice must have for a verdict on it: never fewer than any number needs."""
    return max(policies.win_region_items, policies.minimum_cell)


def release_verdicts(
    regions: Mapping[str, tuple[Verdict, int]],
    overfit_test: tuple[OverfitVerdict, int] | None,
    policies: Policies,
) -> ReleasedVerdicts:
    """Let out the verdicts whose number of held-out items, the second of each pair, is large enough."""
    fewest = fewest_items(policies)
    return ReleasedVerdicts(
        regions={name: verdict for name, (verdict, n_items) in sorted(regions.items()) if n_items >= fewest},
        overfit_test=overfit_test[0] if overfit_test and overfit_test[1] >= policies.minimum_cell else None,
        gate=_GATE,
    )


def read_back(name: str, published: HeldOutVerdicts, declared: Collection[str]) -> ReleasedVerdicts:
    """Take published verdicts as they stand; raises DisclosureError for a slice that the benchmark does not declare."""
    if strange := sorted(set(published.regions) - set(declared)):
        raise DisclosureError(f"{name}: a held-out verdict on {strange[0][:80]!r}, which is no declared slice")
    return ReleasedVerdicts(published.regions, published.overfit_test, _GATE)


def publish_verdicts(released: ReleasedVerdicts) -> HeldOutVerdicts:
    """Write released verdicts as the document that is published."""
    return HeldOutVerdicts(regions=dict(released.regions), overfit_test=released.overfit_test)
