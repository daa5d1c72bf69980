"""Entries compared item by item, as a document: each number rounded once, with the words that name it."""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import msgspec

from proofboard.core.exact import Exact, round_decimal, rounded
from proofboard.core.inference.paired import Paired
from proofboard.core.inference.power import items_needed, power_to_detect
from proofboard.core.inference.significance import holm
from proofboard.schemas.base import Document

PLACES: Final = 6
SIGNIFICANCE: Final = Fraction(1, 20)


class Question(msgspec.Struct, frozen=True):
    """What is compared with what, and where."""

    a: str
    b: str
    slice: str
    metric: str
    higher_is_better: bool
    places: int
    """Decimals of the metric's published scores."""


class ComparedPair(Document, frozen=True):
    """Two entries on one slice in one metric; what is not known is null."""

    a: str
    b: str
    slice: str
    metric: str
    higher_is_better: bool
    reason: str | None
    """Why there is no difference; all numbers are null then."""
    n_items: int
    """Items that both have a score on."""
    n_clusters: int
    """Their independent clusters."""
    left_out: int
    """Items that only one of the two, or neither, has a score on."""
    absent: list[str]
    """Parts of the aggregate that are left out because one of the two has no score in them."""
    score_a: float | None
    score_b: float | None
    difference: float | None
    """A − B in the units of the metric, whatever its direction."""
    difference_exact: tuple[str, str] | None
    """Numerator and denominator before rounding."""
    better: str | None
    """The entry that is ahead; null where the scores are equal."""
    standard_error: float | None
    interval: tuple[float, float] | None
    """95 %, paired clustered t; null with fewer than 10 clusters."""
    only_a: int | None
    """Items that only A passes, for metrics of pass and fail."""
    only_b: int | None
    mcnemar_p: float | None
    """The exact two-sided p of those two counts, as if the items were independent and of equal weight."""
    p_value: float | None
    """Two-sided, by `p_method`."""
    p_method: str | None
    adjusted_p: float | None
    """`p_value` adjusted by Holm over all comparisons of this document; the same where it is one."""
    told_apart: bool | None
    """Whether `adjusted_p` is below 0.05."""
    deciding_items: int | None
    """The fewest items that take the lead away."""
    deciding_clusters: int | None
    disagreement: float | None
    """The share of the items on which the two differ."""
    detectable_difference: float | None
    """The true difference that these items find with 80 % power."""
    power: float | None
    """How often a true difference of `delta` would be found on these items."""
    items_needed: int | None
    """How many such items find a true difference of `delta` with 80 % power."""


class ComparedEntries(Document, frozen=True):
    """Two to four entries of a publication, every pair on every slice and metric that was asked for."""

    publication: str
    """The digest of its root."""
    entries: list[str]
    notes: list[str]
    delta: float
    """The difference that `power` and `items_needed` are about."""
    comparisons: list[ComparedPair]


def compared_pairs(found: Sequence[tuple[Question, Paired]], delta: Fraction) -> list[ComparedPair]:
    """Round what was found, with p-values adjusted for there being several."""
    known = [paired.p_value for _, paired in found if paired.p_value is not None]
    adjusted = iter(holm(known))
    return [
        _pair(question, paired, delta, None if paired.p_value is None else next(adjusted)) for question, paired in found
    ]


def _pair(question: Question, paired: Paired, delta: Fraction, adjusted: Exact) -> ComparedPair:
    places = max(PLACES, question.places)
    error, verdicts, difference = paired.standard_error, paired.verdicts, paired.difference
    needed = items_needed(delta, Fraction(error) ** 2 * paired.n_items) if error else None
    return ComparedPair(
        a=question.a,
        b=question.b,
        slice=question.slice,
        metric=question.metric,
        higher_is_better=question.higher_is_better,
        reason=paired.reason,
        n_items=paired.n_items,
        n_clusters=paired.n_clusters,
        left_out=paired.left_out,
        absent=sorted(paired.absent),
        score_a=rounded(paired.score_a, places),
        score_b=rounded(paired.score_b, places),
        difference=rounded(difference, places),
        difference_exact=None if difference is None else (str(difference.numerator), str(difference.denominator)),
        better={"A": question.a, "B": question.b}.get(paired.better or ""),
        standard_error=_decimal(error, places),
        interval=_interval(paired.interval, places),
        only_a=verdicts.only_a if verdicts else None,
        only_b=verdicts.only_b if verdicts else None,
        mcnemar_p=rounded(verdicts.p_value, PLACES) if verdicts else None,
        p_value=rounded(paired.p_value, PLACES),
        p_method=paired.p_method,
        adjusted_p=rounded(adjusted, PLACES),
        told_apart=None if adjusted is None else adjusted < SIGNIFICANCE,
        deciding_items=paired.deciding_items,
        deciding_clusters=paired.deciding_clusters,
        disagreement=rounded(paired.disagreement, PLACES),
        detectable_difference=_decimal(paired.detectable, places),
        power=power_to_detect(float(delta), error) if error else None,
        items_needed=None if needed is None else math.ceil(needed),
    )


def _decimal(value: float | None, places: int) -> float | None:
    return None if value is None else round_decimal(value, places)


def _interval(pair: tuple[float, float] | None, places: int) -> tuple[float, float] | None:
    return None if pair is None else (round_decimal(pair[0], places), round_decimal(pair[1], places))
