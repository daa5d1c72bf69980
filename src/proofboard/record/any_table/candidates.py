"""Which columns may play a role, by what they are called and by how they part the rows."""

from collections.abc import Sequence
from typing import Final

from proofboard.record.any_table.guess import Guess
from proofboard.record.any_table.layout import Layout
from proofboard.record.any_table.names import IDENTITY, SYNONYMS, names_of, normal

SAME_BEGINNING: Final = 4
"""Columns whose names agree so far may say the same in two ways."""


def asked_identity(guess: Guess) -> list[str]:
    """List the columns that were said to name the entries."""
    return [column for role in IDENTITY for column in guess.asked.columns.get(role, ())]


def entries_of(guess: Guess) -> list[str]:
    """List the columns that may name the entries, by what they are called."""
    found = guess.candidates("entry", guess.free(), lambda column: guess.profile(column).n_rows > 0)
    return without_twins(guess, found)


def items_of(guess: Guess) -> list[str]:
    """List the columns that may name the items, by what they are called."""
    return guess.candidates("item", guess.free(), lambda column: guess.profile(column).n_rows > 0)


def scores_of(guess: Guess, layout: Layout | None = None) -> list[str]:
    """List the columns that are called scores and hold them."""
    return guess.candidates("score", guess.free(layout), lambda column: guess.profile(column).is_score)


def texts_of(guess: Guess, others: Sequence[str]) -> list[str]:
    """List the columns of text that tell rows apart which agree in others."""
    free = [column for column in guess.free() if column not in others and not is_spoken_for(column)]
    texts = [column for column in free if not guess.profile(column).is_score and guess.profile(column).n_rows]
    return [column for column in texts if not guess.repeats([*others, column]) and guess.profile(column).distinct > 1]


def is_spoken_for(column: str) -> bool:
    """Say whether a column is known by the name of a role, other than of entries, items and scores."""
    others = [tiers for role, tiers in SYNONYMS.items() if role not in {"entry", "item", "score"}]
    return any(name in tier for name in names_of(column) for tiers in others for tier in tiers)


def without_twins(guess: Guess, found: Sequence[str]) -> list[str]:
    """Leave out columns that part the rows just as an earlier one of a like name does: `model_id` and `model_name`."""
    kept: list[str] = []
    for column in found:
        twins = [own for own in kept if normal(own)[:SAME_BEGINNING] == normal(column)[:SAME_BEGINNING]]
        if not any(guess.follows(column, [own]) and guess.follows(own, [column]) for own in twins):
            kept.append(column)
    return kept
