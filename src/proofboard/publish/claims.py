"""What a source claims of itself against what its own items give: listed, never copied, never hidden."""

from collections.abc import Iterator
from fractions import Fraction

from proofboard.core.aggregates import is_relative, places_of
from proofboard.core.board import Group
from proofboard.core.exact import rounded
from proofboard.publish.inputs import PublicationInputs
from proofboard.schemas.board import Disagreement

Number = int | float | str | None

HEADLINE_NAMES = ("score", "pass_rate", "accuracy")


def disagreements(inputs: PublicationInputs, group: Group, j: int) -> list[Disagreement]:
    """List the claims of an entry's public bundle that its own items do not give, by name."""
    tolerance = Fraction(inputs.benchmark.policies.claim_tolerance)
    return [
        Disagreement(statistic=name, claimed=claimed, found=known)
        for name, claimed in sorted(group.entries[j].public.manifest.claims.items())
        for known in _found(inputs, group, j, name)
        if not _agree(claimed, known, tolerance)
    ]


def _found(inputs: PublicationInputs, group: Group, j: int, name: str) -> Iterator[Number]:
    """Yield the number that a claim is about; a statistic that is not ours cannot be compared."""
    bundle = group.entries[j].public
    if name == "n_prompts":
        yield len({group.scoring.table.items[position].asked for position in bundle.scores.item.tolist()})
        return
    counted: dict[str, Number] = {
        "n_votes": bundle.n_votes,
        "judge_calls": bundle.judge_calls,
        "generation_calls": bundle.usage.calls,
        "prompt_tokens": bundle.usage.prompt_tokens,
        "completion_tokens": bundle.usage.completion_tokens,
        "total_tokens": bundle.usage.total_tokens,
    }
    if name in counted:
        yield counted[name]
        return
    scored, _, wanted = name.partition("@")
    ours = inputs.benchmark.metrics.keys() | inputs.benchmark.aggregates.keys()
    if scored not in ours and scored in HEADLINE_NAMES:
        scored = inputs.benchmark.headline
    if scored not in ours or (group.pending and is_relative(inputs.benchmark, scored)):
        # What is not known before the close is no other number than the claimed one.
        return
    for part in group.slices:
        if part.name == (wanted or group.overall.name):
            yield rounded(group.scoring.scores(scored, part)[j], places_of(inputs.benchmark, scored))


def _agree(claimed: Number, found: Number, tolerance: Fraction) -> bool:
    if claimed is None:
        return True
    if isinstance(claimed, (int, float)) and isinstance(found, (int, float)):
        exact = isinstance(claimed, int) and isinstance(found, int)
        return abs(_decimal(claimed) - _decimal(found)) <= (0 if exact else tolerance)
    return claimed == found


def _decimal(number: float) -> Fraction:
    return Fraction(repr(number))
