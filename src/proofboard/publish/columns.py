"""The board by column, for the page: `columns.json` opens it, `efficiency.json` holds what its rows cost.

A column is plain JSON in one of six forms, so that a board of 10,000 rows opens with some hundred kilobytes. Which form
it has is decided by its name and its values alone: a column that is unpacked, gets a row and is packed again has the
bytes of one that was made with that row from the start.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from proofboard import canonical
from proofboard.schemas.board import BoardHeader, BoardRow, Leaderboard
from proofboard.schemas.publication import (
    ColumnForm,
    Columns,
    ColumnsHeader,
    Intervals,
    Numbers,
    Projection,
    Words,
)

Values = list[Any]
"""One value for each row, as in the board."""

MOST_PLACES: Final = 15
LARGEST_NUMBER: Final = 2**51
"""A column with more digits is written as a list: sums of two must stay below what readers of JSON round."""
WHOLE: Final = frozenset({"counts", "ranges"})
"""Forms of integers."""


class Column(msgspec.Struct, frozen=True):
    """Where a column stands in a row of the board, and in which form it is written."""

    path: str
    form: Literal["list", "words", "decimals", "counts", "intervals", "ranges"] = "list"
    near: str | None = None
    """The column of numbers whose values are taken off, or around which an interval lies."""


BOARD: Final[Mapping[str, Column]] = {
    "rank": Column("rank", "counts"),
    "rank_range": Column("rank_range", "ranges", "rank"),
    "tied_groups": Column("tied_groups"),
    "vendor": Column("vendor", "words"),
    "config_name": Column("config_name"),
    "title": Column("title"),
    "provider": Column("provider", "words"),
    "model": Column("model", "words"),
    "organization": Column("organization", "words"),
    "kind": Column("kind", "words"),
    "contributor": Column("contributor"),
    "date": Column("date", "words"),
    "track": Column("track", "words"),
    "protocol_version": Column("protocol_version", "words"),
    "public": Column("public.score", "decimals"),
    "reason": Column("public.reason", "words"),
    "interval": Column("public.interval", "intervals", "public"),
    "assurance": Column("public.assurance", "words"),
    "n_items": Column("public.n_items", "counts"),
    "n_answered": Column("public.n_answered", "counts", "n_items"),
    "held_out": Column("held_out.score", "decimals"),
    "held_out_interval": Column("held_out.interval", "intervals", "held_out"),
    "held_out_status": Column("held_out.status", "words"),
    "overfit_gap": Column("overfit_gap", "decimals", "public"),
    "overfit_interval": Column("overfit_interval", "intervals", "overfit_gap"),
    "overfit_test": Column("overfit_test", "words"),
    "win_regions": Column("win_regions"),
    "target": Column("target_verdict.verdict", "words"),
    "target_subgroup": Column("target_subgroup", "words"),
    "parent": Column("parent", "words"),
    "same_recipe_as": Column("same_recipe_as", "words"),
    "relative_efficiency": Column("efficiency.relative", "decimals"),
    "disagreements": Column("disagreements.__len__", "counts"),
    "pending": Column("pending", "words"),
    "invalid": Column("invalid", "words"),
}
"""The columns of `columns.json`. What another column is near to stands before it."""

EFFICIENCY: Final[Mapping[str, Column]] = {
    "score_per_dollar": Column("efficiency.score_per_dollar", "decimals"),
    "score_per_million_tokens": Column("efficiency.score_per_million_tokens", "decimals"),
    "score_per_second": Column("efficiency.score_per_second", "decimals"),
    "cost_per_score": Column("cost_per_score", "decimals"),
    "cost_dollars": Column("usage.cost_dollars", "decimals"),
    "total_tokens": Column("usage.total_tokens", "counts"),
    "generation_calls": Column("usage.generation_calls", "counts"),
    "judge_calls": Column("usage.judge_calls", "counts"),
    "seconds": Column("usage.seconds.mean", "decimals"),
}
"""The columns of `efficiency.json`."""


def columns(board: Leaderboard, raw: bytes) -> Columns:
    """Project the board for the page; `by` and `metrics` stay in the board, whose bytes are `raw`."""
    return Columns(
        schema_version=1,
        leaderboard=canonical.digest(raw),
        n_rows=len(board.entries),
        header=_header(board),
        columns=_packed_rows(board.entries, BOARD),
    )


def efficiency(board: Leaderboard, raw: bytes) -> Projection:
    """Project what the rows used, and their scores for it."""
    return Projection(
        schema_version=1,
        leaderboard=canonical.digest(raw),
        n_rows=len(board.entries),
        columns=_packed_rows(board.entries, EFFICIENCY),
    )


def _header(board: Leaderboard) -> ColumnsHeader:
    return ColumnsHeader(
        **{name: getattr(board, name) for name in BoardHeader.__struct_fields__},
        n_entries=len(board.entries),
        other_protocols={own.protocol_version: len(own.entries) for own in board.other_protocols},
        n_skipped=len(board.skipped),
    )


def _packed_rows(rows: Sequence[BoardRow], named: Mapping[str, Column]) -> dict[str, ColumnForm]:
    values = {name: [_value(row, own.path) for row in rows] for name, own in named.items()}
    return packed(values, named)


def _value(row: BoardRow, path: str) -> Any:  # noqa: ANN401 - any JSON value
    value: Any = row
    for name in path.split("."):
        value = None if value is None else value.__len__() if name == "__len__" else getattr(value, name)
    return value


def packed(values: Mapping[str, Values], named: Mapping[str, Column]) -> dict[str, ColumnForm]:
    """Write columns in their forms; `unpacked` takes them back."""
    return {name: _PACK[own.form](values, name, own) for name, own in named.items()}


def unpacked(columns: Mapping[str, ColumnForm], named: Mapping[str, Column], n_rows: int) -> dict[str, Values]:
    """Return the values of columns, one for each row."""
    values: dict[str, Values] = {}
    for name, own in named.items():
        values[name] = _unpacked(columns[name], own, values, n_rows)
    return values


def _list(values: Mapping[str, Values], name: str, own: Column) -> ColumnForm:  # noqa: ARG001 - as all forms
    """Write values as they are; a column without any is null."""
    listed = values[name]
    return None if all(value is None for value in listed) else listed


def _words(values: Mapping[str, Values], name: str, own: Column) -> ColumnForm:  # noqa: ARG001 - as all forms
    """Write every value once, and for each row which it has; values stand in the order of their bytes."""
    listed = values[name]
    if all(value is None for value in listed):
        return None
    # What JSON calls an object cannot be a key here; its bytes can.
    keys = [value if isinstance(value, str | None) else canonical.dump(value) for value in listed]
    known = dict(zip(keys, listed, strict=True))
    ordered = sorted(known, key=lambda key: canonical.dump(known[key]))
    places = {key: place for place, key in enumerate(ordered)}
    return Words(values=[known[key] for key in ordered], codes=[places[key] for key in keys])


def _numbers(values: Mapping[str, Values], name: str, own: Column) -> ColumnForm:
    """Write numbers as integers of a decimal place, less those of the column that they are near to."""
    listed, near = values[name], _near(values, own, len(values[name]))
    places = _places([*listed, *near])
    if places is None or all(value is None for value in listed):
        return _list(values, name, own)
    pairs = zip(listed, _whole(near, places), strict=True)
    found = [None if value is None else _integer(value, places) - less for value, less in pairs]
    known = [number for number in found if number is not None]
    form = Numbers(places=places, near=own.near or UNSET)
    if known in (sorted(known), sorted(known, reverse=True)):
        return replace(form, steps=_steps(found))
    return replace(form, numbers=found)


def _intervals(values: Mapping[str, Values], name: str, own: Column) -> ColumnForm:
    """Write an interval by how far it reaches below its value, and how much further above it."""
    listed, near = values[name], _near(values, own, len(values[name]))
    places = _places([*(bound for pair in listed if pair for bound in pair), *near])
    if places is None or own.near is None or all(pair is None for pair in listed):
        return _list(values, name, own)
    below: list[int | None] = []
    further: list[int | None] = []
    for pair, value in zip(listed, _whole(near, places), strict=True):
        low, high = (value, value) if pair is None else (_integer(bound, places) for bound in pair)
        below.append(None if pair is None else value - low)
        further.append(None if pair is None else high + low - 2 * value)
    return Intervals(places=places, near=own.near, below=below, further=further)


def _near(values: Mapping[str, Values], own: Column, n_rows: int) -> Values:
    """Return the values that a column is near to, if it is."""
    return values[own.near] if own.near else [None] * n_rows


def _steps(found: Sequence[int | None]) -> list[int | None]:
    steps, last = [], 0
    for number in found:
        steps.append(None if number is None else number - last)
        last = last if number is None else number
    return steps


def _places(numbers: Values) -> int | None:
    """Return how many decimal places give every number back exactly; None where they would be too large for JSON."""
    known = [number for number in numbers if number is not None]
    largest = max(map(abs, known), default=0)
    for places in range(MOST_PLACES + 1):
        scale = 10**places
        if largest * scale > LARGEST_NUMBER:
            return None
        if all(round(number * scale) / scale == number for number in known):
            return places
    return None


def _whole(numbers: Values, places: int) -> list[int]:
    return [_integer(number or 0, places) for number in numbers]


def _integer(number: float, places: int) -> int:
    scale: int = 10**places
    return round(number * scale)


def _unpacked(column: ColumnForm, own: Column, values: Mapping[str, Values], n_rows: int) -> Values:
    if column is None:
        return [None] * n_rows
    if isinstance(column, list):
        return list(column)
    if isinstance(column, Words):
        return [column.values[code] for code in column.codes]
    near = _whole(_near(values, own, n_rows), column.places)
    back: Callable[[int], Any] = int if own.form in WHOLE else lambda number: number / 10**column.places
    if isinstance(column, Intervals):
        rows = zip(column.below, column.further, near, strict=True)
        return [None if a is None or b is None else [back(at - a), back(at + a + b)] for a, b, at in rows]
    numbers = column.numbers or _summed(column.steps or ())
    return [None if number is None else back(number + at) for number, at in zip(numbers, near, strict=True)]


def _summed(steps: Sequence[int | None]) -> list[int | None]:
    found: list[int | None] = []
    last = 0
    for step in steps:
        last += step or 0
        found.append(None if step is None else last)
    return found


_PACK: Final[Mapping[str, Callable[[Mapping[str, Values], str, Column], ColumnForm]]] = {
    "list": _list,
    "words": _words,
    "decimals": _numbers,
    "counts": _numbers,
    "intervals": _intervals,
    "ranges": _intervals,
}
