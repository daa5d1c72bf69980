"""Guess what the columns of a table are, by their names and by what stands in them; refuse where two guesses fit.

The same columns always give the same guess, and the guess is told: see `Layout.told`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from proofboard.errors import InputError
from proofboard.record.any_table.candidates import (
    asked_identity,
    entries_of,
    is_spoken_for,
    items_of,
    scores_of,
    texts_of,
)
from proofboard.record.any_table.guess import Guess
from proofboard.record.any_table.layout import Layout
from proofboard.record.any_table.names import ANSWERS, aggregate_of, is_no_score
from proofboard.record.any_table.roles import Asked, Form, contradictions
from proofboard.record.any_table.table import UNNAMED, Table
from proofboard.record.any_table.taking import (
    SHOWN,
    take_attributes,
    take_decisive,
    take_facets,
    take_first,
    take_identity,
    take_item,
    take_scores,
)
from proofboard.record.source_files import some

FEWEST_ITEMS: Final = 2
"""A table with one row for each entry and this many columns of scores is wide."""


def lay_out(table: Table, asked: Asked, source: Path) -> Layout:
    """Say which column plays which role; raises InputError where that is not clear, with what would make it clear."""
    guess = Guess(table, asked, source)
    form = asked.form or _form(guess)
    layout = {"long": _long, "wide": _wide, "wide-items": _wide_items}[form](guess) if form else None
    for reason in contradictions(asked, form) if form else ():
        guess.refuse(reason)
    if layout is None or guess.faults:
        raise InputError(guess.faults)
    layout.left_out = guess.free(layout) + list(asked.named["ignore"].values())
    return layout


def _form(guess: Guess) -> Form | None:
    """Guess the form: what names entries and items, and whether the entries stand in rows of their own."""
    asked = guess.asked
    if asked.named["item"] or asked.named["entry"]:
        return "wide" if asked.named["item"] else "wide-items"
    entries = asked_identity(guess) or entries_of(guess)
    items = asked.columns.get("item") or items_of(guess)
    if entries and items:
        return "long" if "item" in asked.columns or not _one_row_each(guess, entries, items) else "wide"
    if entries:
        scored = scores_of(guess) or len(guess.numbers()) == 1
        return "long" if scored and guess.repeats(entries) and texts_of(guess, entries) else "wide"
    if items and scores_of(guess) and (len(guess.table.files) > 1 or texts_of(guess, items)):
        return "long"
    columns = [column for column in _parts(guess, Layout("wide-items")) if column not in items]
    if items and (len(columns) > 1 or (columns and not scores_of(guess))):
        return "wide-items"
    needed = "the entries" if items else "the entries or the items"
    files = " or --column 'entry=(file)' where each file is one entry," if items else ""
    guess.refuse(
        f"no column is known to name {needed}; say which with --column entry=COLUMN (and --column item=COLUMN),{files}"
        " or with --column form=wide-items --column item=COLUMN that each column has the scores of one entry;"
        f" there are {some(guess.table.columns, SHOWN)}"
    )
    return None


def _one_row_each(guess: Guess, entries: Sequence[str], items: Sequence[str]) -> bool:
    """Say whether a table has one row for each entry and several columns of scores, whatever may look like an item."""
    if guess.repeats(entries) or guess.asked.has("score") or guess.asked.named["score"]:
        return False
    named = scores_of(guess)
    if named and any(not guess.profile(item).is_score for item in items):
        return False
    others = [part for part in _parts(guess, Layout("wide")) if part not in entries]
    return len([part for part in others if not named or part not in {*named, *items}]) >= (1 if named else FEWEST_ITEMS)


def _long(guess: Guess) -> Layout:
    layout = Layout("long", roles=dict(guess.asked.columns))
    take_identity(guess, layout)
    for role in ("metric", "trial"):
        take_decisive(guess, layout, role)
    take_item(guess, layout)
    take_scores(guess, layout)
    take_attributes(guess, layout)
    take_facets(guess, layout)
    for role in (*ANSWERS, "date"):
        take_first(guess, layout, role)
    return layout


def _wide(guess: Guess) -> Layout:
    layout = Layout("wide", roles=dict(guess.asked.columns))
    take_identity(guess, layout)
    for role in ("metric", "trial"):
        take_decisive(guess, layout, role)
    take_first(guess, layout, "date")
    return _with_parts(guess, layout, guess.asked.named["item"])


def _wide_items(guess: Guess) -> Layout:
    layout = Layout("wide-items", roles=dict(guess.asked.columns))
    for role in ("metric", "trial"):
        take_decisive(guess, layout, role)
    take_item(guess, layout)
    take_attributes(guess, layout)
    take_facets(guess, layout)
    return _with_parts(guess, layout, guess.asked.named["entry"])


def _with_parts(guess: Guess, layout: Layout, named: dict[str, str]) -> Layout:
    layout.parts = named or {column: column for column in _parts(guess, layout)}
    if not layout.parts:
        guess.refuse(f"no column holds scores; there are {some(guess.table.columns, SHOWN)}{guess.unreadable(layout)}")
    return layout


def _parts(guess: Guess, layout: Layout) -> list[str]:
    """List the columns that hold the scores of one item or entry each."""
    free = [own for own in guess.numbers(layout) if not (own.startswith(UNNAMED) and guess.profile(own).is_order)]
    free = [column for column in free if aggregate_of(column) or not (is_no_score(column) or is_spoken_for(column))]
    if layout.form == "wide-items":
        free = [column for column in free if not aggregate_of(column)]
    # Beside marks, a column of yes and no describes an entry: whether it is open, for example.
    marks = [column for column in free if not guess.profile(column).words_only]
    return marks or free
