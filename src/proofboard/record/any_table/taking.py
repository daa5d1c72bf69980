"""Give the columns of a table their roles; where two columns fit a role on which scores depend, both are refused."""

import shlex
from collections.abc import Iterable
from typing import Final

from proofboard.record.any_table.candidates import (
    entries_of,
    is_spoken_for,
    items_of,
    scores_of,
    texts_of,
    without_twins,
)
from proofboard.record.any_table.guess import Guess
from proofboard.record.any_table.layout import Layout
from proofboard.record.any_table.names import (
    ANSWERS,
    FACETS,
    IDENTITY,
    OF_ITEMS,
    SYNONYMS,
    is_no_score,
    names_of,
    normal,
)
from proofboard.record.any_table.table import FILE
from proofboard.record.source_files import some

MOST_FACET_VALUES: Final = 50
"""A column of more values is no facet, unless somebody says so."""
FEWEST_FACET_VALUES: Final = 2
SHOWN: Final = 12

_MODEL_NAMES: Final = frozenset(name for tier in SYNONYMS["model"] for name in tier)
_PROMPT_NAMES: Final = frozenset(name for tier in SYNONYMS["prompt"] for name in tier)


def take_identity(guess: Guess, layout: Layout) -> None:
    """Take the columns that name an entry, its vendor and its model."""
    if not any(role in layout.roles for role in IDENTITY):
        found = entries_of(guess)
        if not found and layout.form == "long":
            found = texts_of(guess, guess.asked.columns.get("item") or items_of(guess))
            found = [FILE] if not found and len(guess.table.files) > 1 else found
        if len(found) != 1:
            _refuse_choice(guess, "entry", found)
            return
        layout.roles["config_name" if normal(found[0]) == "configname" else "entry"] = (found[0],)
    own = layout.roles.get("entry", ())
    if "config_name" in layout.roles or (own and normal(own[0]) not in _MODEL_NAMES):
        take_first(guess, layout, "model")
    if "vendor" not in layout.roles:
        take_first(guess, layout, "vendor")
    if "provider" not in layout.roles:
        take_first(guess, layout, "provider")


def take_decisive(guess: Guess, layout: Layout, role: str) -> None:
    """Take the column of a role on which scores depend; two that fit are refused."""
    if role in layout.roles:
        return
    found = guess.candidates(role, guess.free(layout), lambda column: guess.profile(column).distinct > 1)
    found = without_twins(guess, found)
    if len(found) == 1:
        layout.roles[role] = (found[0],)
    elif found:
        _refuse_choice(guess, role, found)


def take_item(guess: Guess, layout: Layout) -> None:
    """Take the column that names the items: of several, the one that tells apart the rows of an entry."""
    if "item" in layout.roles:
        return
    others = [column for own in layout.roles.values() for column in own]
    found = guess.candidates("item", guess.free(layout), lambda column: guess.profile(column).n_rows > 0)
    found = found or [column for column in texts_of(guess, others) if column not in others]
    if len(found) > 1:
        found = [column for column in found if guess.profile(column).distinct > 1] or found
        found = without_twins(guess, found)
    if len(found) > 1:
        telling = [column for column in found if not guess.repeats([*others, column])]
        found = telling if len(telling) == 1 else found
    if len(found) == 1:
        layout.roles["item"] = (found[0],)
    else:
        _refuse_choice(guess, "item", found)


def take_scores(guess: Guess, layout: Layout) -> None:
    """Take the column of scores: one that is called so, or the only one with numbers."""
    asked = guess.asked
    if "score" in layout.roles or asked.named["score"]:
        own = {column: column for column in layout.roles.pop("score", ())}
        layout.scores = {**own, **asked.named["score"]}
        return
    found = scores_of(guess, layout)
    if not found:
        free = guess.numbers(layout)
        found = [own for own in free if not is_spoken_for(own) and not is_no_score(own) and normal(own) not in FACETS]
    if len(found) == 1:
        layout.scores = {found[0]: found[0]}
    elif found:
        several = " ".join(
            f"--column score.{names_of(column)[-1] or column}={_quoted(column)}" for column in found[:SHOWN]
        )
        _refuse_choice(guess, "score", found, f"or take them as several metrics with {several}")
    elif named := guess.candidates("score", guess.free(layout), lambda _: True):
        expected = "expected numbers, verdicts such as pass, or NA for none"
        reason = f"the column {named[0]} is called a score and holds none; {expected}, or --column score=COLUMN"
        guess.refuse(reason + guess.unreadable(layout))
    else:
        _refuse_choice(guess, "score", found)


def take_attributes(guess: Guess, layout: Layout) -> None:
    """Take what is said of items, where it is the same in all rows of an item."""
    items = layout.roles.get("item", ())
    for role in OF_ITEMS:
        if role not in layout.roles:
            found = guess.candidates(role, guess.free(layout), lambda column: guess.follows(column, items))
            if found and (role != "weight" or guess.profile(found[0]).is_score):
                layout.roles[role] = (found[0],)
    if "prompt" in layout.roles or len(items) != 1 or normal(items[0]) not in _PROMPT_NAMES:
        return
    # Items that are named by what is asked: a text of several words is a prompt, a key is none.
    if any(" " in (cell or "").strip() for cell in set(guess.cells(items)[0])):
        layout.roles["prompt"] = items


def take_facets(guess: Guess, layout: Layout) -> None:
    """Take columns that are called like facets and have one of few values for each item."""
    layout.facets = dict(guess.asked.named["facet"])
    items = layout.roles.get("item", ())
    for column in guess.free(layout):
        distinct = guess.profile(column).distinct
        known = any(name in FACETS for name in names_of(column))
        if known and FEWEST_FACET_VALUES <= distinct <= MOST_FACET_VALUES and guess.follows(column, items):
            layout.facets[column] = column


def take_first(guess: Guess, layout: Layout, role: str) -> None:
    """Take the first column that fits a role on which no score depends."""
    if role not in layout.roles:
        number = role in ANSWERS and role != "output"
        found = guess.candidates(
            role,
            guess.free(layout),
            lambda column: guess.profile(column).is_score or (not number and _holds(guess, column)),
        )
        if found:
            layout.roles[role] = (found[0],)


def _holds(guess: Guess, column: str) -> bool:
    return guess.profile(column).n_rows > 0


def _refuse_choice(guess: Guess, role: str, found: Iterable[str], otherwise: str = "") -> None:
    """Keep the reason why a role has no column, with every `--column` that would settle it."""
    columns = list(found)
    if not columns:
        shown = some(guess.table.columns, SHOWN)
        guess.refuse(f"no column is known to be the {role}; say which with --column {role}=COLUMN; there are {shown}")
        return
    choices = [f"--column {role}={_quoted(column)}" for column in columns[:SHOWN]]
    if role in {"entry", "item"}:
        choices.append(f"together --column {role}={_quoted('+'.join(columns[:SHOWN]))}")
    choices += [otherwise] if otherwise else []
    guess.refuse(f"the {role} could be {some(columns, SHOWN)}; choose with {', '.join(choices)}")


def _quoted(column: str) -> str:
    """Write a column as a shell takes it."""
    return shlex.quote(column)
