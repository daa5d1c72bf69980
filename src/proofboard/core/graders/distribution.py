"""Graders of answer distributions: how a model spreads its answers over options, against how people do.

The output is `{"distribution": {option: share}, "refusal_rate": share}`; the item's reference has the same parts and
may list its `options`. The options compared are all that either side names: a share on an invented option is a share
that lies wrong, and an option without a share has 0. Shares are divided by their sum, so counts and rounded shares are
equally good; a model whose shares are all 0 agrees with nobody in `jensen_shannon`, and prefers nothing in
`kendall_tau`. A part that either side did not record gives no verdict; an output in which a part has another shape is
wrong, and gets 0.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Annotated, Any, Final, Literal, NamedTuple

import msgspec

from proofboard.core.graders.base import GradeFunction, Score, Votes
from proofboard.core.graders.kind import Kind, NoOptions, by_name, unusable_reference
from proofboard.core.graders.references import as_text
from proofboard.schemas.base import Document
from proofboard.schemas.bundle import Response
from proofboard.schemas.item import Item

Shares = Mapping[str, int | float]

# Every pair of options is compared: an output that invents thousands would cost minutes.
MOST_OPTIONS: Final = 256
_NUMBERS: Final = frozenset({int, float})


class _WrongShapeError(Exception):
    """A part of a reference or an output that is recorded, and is not what it should be."""


def jensen_shannon(one: Sequence[float], other: Sequence[float]) -> float:
    """Return 1 minus the Jensen-Shannon divergence (base 2) of two vectors of shares; 0 where one has no share."""
    total_one, total_other = math.fsum(one), math.fsum(other)
    if not (total_one and total_other):
        return 0.0
    pairs = [(share / total_one, against / total_other) for share, against in zip(one, other, strict=True)]
    terms = [_term(share, against) + _term(against, share) for share, against in pairs]
    return min(1.0, max(0.0, 1 - math.fsum(terms) / 2))


def _term(share: float, against: float) -> float:
    # Doubled share over sum: exactly 1 for equal shares, and no tiny share can make it infinite.
    return share * math.log2(2 * share / (share + against)) if share else 0.0


def kendall_tau(one: Sequence[float], other: Sequence[float]) -> float:
    """Return (1 + tau_b) / 2 of two vectors in the same order; tau_b is 0 where one of them is constant."""
    agreement = untied_one = untied_other = 0
    for (x1, y1), (x2, y2) in combinations(zip(one, other, strict=True), 2):
        if x1 != x2:
            untied_one += 1
            if y1 != y2:
                agreement += 1 if (x1 > x2) == (y1 > y2) else -1
        if y1 != y2:
            untied_other += 1
    pairs = untied_one * untied_other
    # One root of an integer and one division, both correctly rounded: no tolerance is needed.
    return (1 + agreement / math.sqrt(pairs)) / 2 if pairs else 0.5


class _Reference(NamedTuple):
    """The parts of an item's reference, checked."""

    shares: Shares | None
    options: Sequence[str]
    """Every option that the reference names, in order."""
    refusal_rate: Decimal | None


Compare = Callable[[_Reference, Mapping[str, Any]], Score]


def _of_shares(compare: Callable[[Sequence[float], Sequence[float]], float]) -> Compare:
    def score(reference: _Reference, output: Mapping[str, Any]) -> Score:
        people, model = reference.shares, _shares(output.get("distribution"))
        if people is None or model is None:
            return None
        # Nearly every answer keeps to the options that the reference names: these are sorted once.
        named = reference.options
        options = named if model.keys() <= set(named) else sorted({*named, *model})
        return compare([model.get(option, 0) for option in options], [people.get(option, 0) for option in options])

    return score


def _refusal(reference: _Reference, output: Mapping[str, Any]) -> Score:
    people, model = reference.refusal_rate, _rate(output.get("refusal_rate"))
    return None if people is None or model is None else Fraction(1 - abs(model - people))


def _guarded(name: str, score: Compare) -> GradeFunction:
    """Grade objects: a reference that cannot be used raises, an output that cannot be used is wrong."""
    checked: dict[int, tuple[Item, _Reference]] = {}

    def grade(item: Item, response: Response, _votes: Votes) -> Score:
        # Every entry answers the same items: a reference is checked once, and held with its item so that ids stay true.
        kept = checked.get(id(item))
        if kept is None:
            kept = checked[id(item)] = (item, _checked(item, name))
        if not isinstance(response.output, dict):
            return False
        try:
            return score(kept[1], response.output)
        except _WrongShapeError:
            return False

    return grade


def _checked(item: Item, name: str) -> _Reference:
    try:
        if not isinstance(item.reference, dict):
            raise _WrongShapeError  # noqa: TRY301 - one place says what was expected
        shares = _shares(item.reference.get("distribution"))
        if shares is not None and not any(shares.values()):
            raise _WrongShapeError  # noqa: TRY301
        options = sorted({*(shares or ()), *_options(item.reference)})
        return _Reference(shares, options, _rate(item.reference.get("refusal_rate")))
    except _WrongShapeError:
        expected = 'an object with "distribution" (shares of which one is above 0) or "refusal_rate" (0 to 1)'
        raise unusable_reference(item, name, expected) from None


def _options(reference: Mapping[str, Any]) -> Sequence[str]:
    """List the declared options; a number is the option that is named by its JSON text."""
    options = reference.get("options")
    names = [as_text(option) for option in options] if isinstance(options, list) else []
    known = [name for name in names if name is not None]
    if len(known) < len(names) or not isinstance(options, list | None):
        raise _WrongShapeError
    return known


def _shares(recorded: Any) -> Shares | None:  # noqa: ANN401 - any JSON value
    if recorded is None:
        return None
    if not isinstance(recorded, dict) or len(recorded) > MOST_OPTIONS:
        raise _WrongShapeError
    if not all(map(_is_share, recorded.values())):
        raise _WrongShapeError
    return recorded


def _is_share(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    # A boolean is an instance of int too. The bound keeps every sum finite; counts of answers stay far below it.
    return type(value) in _NUMBERS and 0 <= value <= 2**53


def _rate(recorded: Any) -> Decimal | None:  # noqa: ANN401 - any JSON value
    if recorded is None:
        return None
    if not _is_share(recorded) or recorded > 1:
        raise _WrongShapeError
    return Decimal(repr(recorded))


Part = Literal["jensen_shannon", "kendall_tau", "refusal_gap"]


class DistributionBlend(Document, frozen=True):
    """The options of `distribution_blend`."""

    weights: Annotated[
        dict[Part, Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]],
        msgspec.Meta(min_length=1, description="Part → weight; a part that is not named is left out."),
    ] = msgspec.field(default_factory=lambda: {"jensen_shannon": 1, "kendall_tau": 1, "refusal_gap": 1})
    absent: Annotated[
        Literal["null", "present"],
        msgspec.Meta(
            description="What a part without a verdict does: `null` leaves no verdict, `present` averages the others."
        ),
    ] = "null"


def _distribution_blend(options: DistributionBlend) -> GradeFunction:
    parts = [(_guarded(name, _PARTS[name]), weight) for name, weight in sorted(options.weights.items())]

    def grade(item: Item, response: Response, votes: Votes) -> Score:
        scores = [(part(item, response, votes), weight) for part, weight in parts]
        known = [(Fraction(score), weight) for score, weight in scores if score is not None]
        if not known or (options.absent == "null" and len(known) < len(scores)):
            return None
        return sum((score * weight for score, weight in known), Fraction(0)) / sum(weight for _, weight in known)

    return grade


_PARTS: Final[Mapping[str, Compare]] = {
    "jensen_shannon": _of_shares(jensen_shannon),
    "kendall_tau": _of_shares(kendall_tau),
    "refusal_gap": _refusal,
}


def _made(name: str) -> Callable[[NoOptions], GradeFunction]:
    return lambda _options: _guarded(name, _PARTS[name])


KINDS: Final = by_name(
    Kind(
        "jensen_shannon",
        "1",
        "1 minus the Jensen-Shannon divergence (base 2) between the output's and the reference's distribution.",
        _made("jensen_shannon"),
        tolerance=1,  # log2 may differ in its last bit between C libraries
    ),
    Kind(
        "kendall_tau",
        "1",
        "Whether both distributions order the options alike: (1 + tau_b) / 2, tau_b being 0 where one is constant.",
        _made("kendall_tau"),
    ),
    Kind(
        "refusal_gap",
        "1",
        "1 minus the difference between the output's and the reference's refusal rate.",
        _made("refusal_gap"),
    ),
    Kind(
        "distribution_blend",
        "1",
        "The mean of the three distribution scores, weighted by integers.",
        _distribution_blend,
        DistributionBlend,
        tolerance=1,  # it holds jensen_shannon
    ),
)
