"""The release gate: one coarse number for an entry, or a reason why there is none.

A held-out score leaves only as a headline over enough items, on a coarse grid, cut away from 0 and 1 on small sets: an
exact rate gives the count away, and a slice gives single items away (Blum and Hardt 2015; Whitehill 2017).
"""

import re
from dataclasses import InitVar, dataclass
from fractions import Fraction
from typing import Final

from proofboard.errors import DisclosureError
from proofboard.schemas.benchmark import Policies
from proofboard.schemas.publication import Release

STEP: Final = Fraction(1, 100)
FINE_STEP: Final = Fraction(1, 200)
FINE_FROM: Final = 2500
GRIDS: Final = (FINE_STEP, STEP, *(Fraction(1, parts) for parts in (50, 20, 10, 5, 4, 2)))
COUNTS_IN_A_STEP: Final = 3
"""A step spans at least so many counts of right answers: on a finer grid a rounded score gives its exact count away."""
SMALL_SET: Final = 100
"""Below so many items a score is cut one step away from 0 and 1, where every single item would be known."""

NOT_RECORDED: Final = "no held-out responses are recorded"
OTHER_PROTOCOL: Final = "recorded under another protocol version"
INCOMPLETE: Final = "the held-out run is not complete"
OUT_OF_RANGE: Final = "only scores between 0 and 1 are released"

_TOO_FEW: Final = re.compile(r"withheld: ([0-9]{1,16}) held-out items, at least ([0-9]{1,16}) are needed")

_GATE: Final = object()


@dataclass(frozen=True, slots=True)
class ReleasedScore:
    """A held-out score that may be published; made by `release` or read back from a release, by nothing else."""

    score: Fraction
    n_prompts: int
    n_items: int
    gate: InitVar[object]
    """Shown once and not kept: who holds a released score cannot make a finer one from it."""

    def __post_init__(self, gate: object) -> None:
        """Refuse a score that did not pass the gate."""
        if gate is not _GATE:
            raise DisclosureError("a held-out score is released by `disclosure.release` only")


def step_of(policies: Policies, n_items: int) -> Fraction:
    """Return the grid on which scores over a number of items are released; no policy makes it finer than is safe."""
    safe = next((grid for grid in GRIDS if grid * n_items >= COUNTS_IN_A_STEP), GRIDS[-1])
    if policies.release_step is not None:
        return max(safe, Fraction(policies.release_step))
    return max(safe, FINE_STEP if n_items >= FINE_FROM else STEP)


def release(score: Fraction, n_prompts: int, n_items: int, policies: Policies) -> ReleasedScore | str:
    """Release a headline in 0 to 1, or say why it may not leave."""
    if n_items < policies.minimum_cell:
        # `is_reason` knows this sentence.
        return f"withheld: {n_items} held-out items, at least {policies.minimum_cell} are needed"
    step = step_of(policies, n_items)
    coarse = round(score / step) * step
    if n_items < SMALL_SET:
        coarse = min(max(coarse, step), 1 - step)
    return ReleasedScore(coarse, n_prompts, n_items, _GATE)


def read_back(published: Release, policies: Policies) -> ReleasedScore:
    """Take a published release as it stands; raises DisclosureError where it could not have passed the gate."""
    score, step = Fraction(published.score), step_of(policies, published.n_items)
    name = f"{published.vendor}/{published.config_name}"
    if not 0 <= score <= 1:
        raise DisclosureError(f"{name}: the released score {published.score} is not between 0 and 1")
    if published.n_items < policies.minimum_cell:
        found, expected = published.n_items, policies.minimum_cell
        raise DisclosureError(f"{name}: a score over {found} held-out items was released, the minimum is {expected}")
    if (score / step).denominator != 1:
        raise DisclosureError(f"{name}: the released score {published.score} is finer than the grid of {step}")
    if published.n_items < SMALL_SET and not step <= score <= 1 - step:
        raise DisclosureError(f"{name}: the released score {published.score} over {published.n_items} items is not cut")
    return ReleasedScore(score, published.n_prompts, published.n_items, _GATE)


def is_reason(text: str, policies: Policies) -> bool:
    """Say whether a text is a reason from the closed list: any other could carry what must not leave."""
    if match := _TOO_FEW.fullmatch(text):
        found, expected = map(int, match.groups())
        return found < expected == policies.minimum_cell
    return text in {NOT_RECORDED, OTHER_PROTOCOL, INCOMPLETE, OUT_OF_RANGE}


def publish_release(name: str, released: ReleasedScore) -> Release:
    """Write a released score as the document that is published."""
    vendor, _, config_name = name.partition("/")
    return Release(
        vendor=vendor,
        config_name=config_name,
        score=decimal(released.score),
        n_prompts=released.n_prompts,
        n_items=released.n_items,
    )


def decimal(value: Fraction) -> str:
    """Write an exact fraction whose denominator divides a power of ten as a decimal."""
    places = next(places for places in range(16) if (value * 10**places).denominator == 1)
    whole = int(value * 10**places)
    digits = f"{abs(whole):0{places + 1}d}"
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{text}" if whole < 0 else text
