"""Ranks: equal scores share one, entries without a score have none and stand last."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)


def competition_ranks(scores: Mapping[Name, float | None], *, higher_first: bool = True) -> dict[Name, int | None]:
    """Rank by score from 1: equal scores share a rank and the next one skips; None has no rank."""
    ordered = sorted((score for score in scores.values() if score is not None), reverse=higher_first)
    first: dict[float, int] = {}
    for place, score in enumerate(ordered, start=1):
        first.setdefault(score, place)
    return {name: None if score is None else first[score] for name, score in scores.items()}
