"""What a reader may ask of a board, held against what the board has: every fault at once, with what exists."""

import base64
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Final, NamedTuple

import msgspec

from proofboard import canonical
from proofboard.app.board.columns import BoardColumns
from proofboard.app.reading.choosing import cut, decimal_above_zero, hint
from proofboard.core.aggregates import is_relative
from proofboard.core.slices import CROSS
from proofboard.errors import Fault, InputError, fault
from proofboard.schemas.base import Count
from proofboard.schemas.benchmark import Benchmark

MOST_WEIGHTS: Final = 100


class BoardQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """Which rows of a board, scored on what, in which order."""

    benchmark: str | None = None
    publication: str | None = None
    """The digest of an earlier publication; None is the head."""
    category: str | None = None
    """Scores and ranks on the items of a category; in the same way for a language, and for both where the benchmark
    declares the pair."""
    language: str | None = None
    vendor: str | None = None
    kind: str | None = None
    subgroup: str | None = None
    """`facet=value`: configurations that say that they are made for it."""
    date_from: str | None = None
    """A day, as are the dates of rows in a comparison."""
    date_to: str | None = None
    protocol: str | None = None
    track: str | None = None
    weights: tuple[str, ...] = ()
    """`metric=weight`: ranks by a weighted mean of published scores."""
    sort: str | None = None
    """A column of numbers, with `-` before it for the largest first."""
    limit: int = 100
    cursor: str | None = None


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """A question whose every part exists on the board."""

    slice: "ChosenSlice | None"
    weights: Mapping[str, Fraction]
    sort: str | None
    descending: bool


class ChosenSlice(NamedTuple):
    """A slice of the public items: its column, and what it is called."""

    column: str
    name: str


class Position(msgspec.Struct, frozen=True):
    """Where the next page begins: in which publication, for which question."""

    publication: str
    question: str
    offset: Count


def read_position(question: BoardQuestion) -> Position | None:
    """Read the cursor of a question; raises InputError for one that was not made for it."""
    if question.cursor is None:
        return None
    try:
        raw = base64.urlsafe_b64decode(question.cursor.encode("ascii", "replace"))
        position = msgspec.json.decode(raw, type=Position)
    except (ValueError, msgspec.MsgspecError):
        position = None
    if position is None or position.question != _named(question):
        raise fault("query.cursor", "is not the `next` of an answer to this question; begin again without a cursor")
    return position


def cursor_at(question: BoardQuestion, publication: str, offset: int) -> str:
    """Write the cursor of the page that begins at an offset."""
    position = Position(publication, _named(question), offset)
    return base64.urlsafe_b64encode(msgspec.json.encode(position)).decode()


def _named(question: BoardQuestion) -> str:
    """Name a question whatever its page."""
    return canonical.digest_of(msgspec.structs.replace(question, cursor=None, limit=1, publication=None))


def chosen_in(question: BoardQuestion, board: BoardColumns) -> Chosen:
    """Hold a question against a board; raises InputError with every part that the board does not have."""
    faults = [
        *_unknown("kind", question.kind, board.labels["kind"].values),
        *_unknown("vendor", question.vendor, board.labels["vendor"].values),
        *_unknown("track", question.track, board.labels["track"].values),
        *_unknown("subgroup", question.subgroup, board.subgroups),
        *_bad_days(question),
    ]
    part = _slice(question, board.benchmark, faults)
    weights = _weights(question, board.benchmark, faults)
    if weights and part:
        faults.append(Fault("query.weights", 0, "weigh scores on all public items; leave category and language out"))
    sort = _sort(question, board, faults)
    if faults:
        raise InputError(faults)
    return Chosen(slice=part, weights=weights, sort=sort, descending=(question.sort or "").startswith("-"))


def _unknown(name: str, value: str | None, known: Collection[str]) -> list[Fault]:
    if value is None or value in known:
        return []
    said = hint(value, known) if known else "is given, and no row of this board has one"
    return [Fault(f"query.{name}", 0, f"{cut(value)!r} {said}")]


def _bad_days(question: BoardQuestion) -> list[Fault]:
    first, last = question.date_from, question.date_to
    if first and last and first > last:
        return [Fault("query.date_from", 0, f"{first} is after date_to ({last}), so no row can match")]
    return []


def _slice(question: BoardQuestion, benchmark: Benchmark, faults: list[Fault]) -> ChosenSlice | None:
    asked = {"category": question.category, "language": question.language}
    found: list[tuple[str, str]] = []
    for role, value in asked.items():
        facet = next((name for name, own in benchmark.facets.items() if own.role == role), None)
        if value is None:
            continue
        if facet is None:
            faults.append(Fault(f"query.{role}", 0, f"is given, and this benchmark has no facet of the role {role}"))
        elif unknown := _unknown(role, value, benchmark.facets[facet].values):
            faults += unknown
        else:
            found.append((facet, value))
    if len(found) != sum(value is not None for value in asked.values()) or not found:
        return None
    return _pair(found, benchmark, faults) if len(found) > 1 else _sliced(found)


def _pair(found: Sequence[tuple[str, str]], benchmark: Benchmark, faults: list[Fault]) -> ChosenSlice | None:
    pairs = [tuple(pair) for pair in benchmark.slice_pairs]
    for order in (found, list(reversed(found))):
        if tuple(facet for facet, _ in order) in pairs:
            return _sliced(order)
    reason = (
        f"{CROSS.join(facet for facet, _ in found)} is no declared pair of facets, so it has no scores; ask for one"
    )
    faults.append(Fault("query.language", 0, reason))
    return None


def _sliced(parts: Sequence[tuple[str, str]]) -> ChosenSlice:
    facet, value = CROSS.join(name for name, _ in parts), CROSS.join(value for _, value in parts)
    return ChosenSlice(f"public.by.{facet}.{value}", CROSS.join("=".join(part) for part in parts))


def _weights(question: BoardQuestion, benchmark: Benchmark, faults: list[Fault]) -> dict[str, Fraction]:
    known = [*benchmark.metrics, *(name for name in benchmark.aggregates if not is_relative(benchmark, name))]
    found: dict[str, Fraction] = {}
    for term in question.weights[:MOST_WEIGHTS]:
        name, _, text = term.rpartition("=")
        weight = decimal_above_zero(text)
        if weight is None:
            faults.append(Fault(f"query.weight.{cut(name)}", 0, f"{cut(text)!r} is no decimal above 0, like 2 or 0.5"))
        elif name not in known:
            faults.append(Fault(f"query.weight.{cut(name)}", 0, hint(name, known)))
        elif name in found:
            faults.append(Fault(f"query.weight.{name}", 0, "is given twice; give one weight for each metric"))
        else:
            found[name] = weight
    if len(question.weights) > MOST_WEIGHTS:
        faults.append(Fault("query.weights", 0, f"are {len(question.weights)}, expected at most {MOST_WEIGHTS}"))
    return found


def _sort(question: BoardQuestion, board: BoardColumns, faults: list[Fault]) -> str | None:
    if question.sort is None:
        return None
    column = question.sort.removeprefix("-")
    faults += _unknown("sort", column, ["score", *board.numbers])
    return column
