"""A published board in memory: its rows as they were written, and their numbers by column."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from proofboard.app.board.heads import Heads, Readable
from proofboard.app.board.keeping import Kept
from proofboard.core.aggregates import higher_is_better
from proofboard.publish.names import LEADERBOARD
from proofboard.publish.opened import BENCHMARK
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.board import BoardRow, Leaderboard, Scores
from proofboard.schemas.publication import BenchmarkDocument
from proofboard.schemas.selectors import name_of

KEPT_BOARDS: Final = 4

Numbers = NDArray[np.float64]
"""One for each row; not-a-number stands for what is not known, inside this package only."""
Codes = NDArray[np.int64]
"""One for each row: the place of its value among the values of the column, or −1 for none."""
Rows = NDArray[np.bool_]


class Labels(msgspec.Struct, frozen=True, eq=False):
    """A column of words."""

    values: Sequence[str]
    codes: Codes

    def equal(self, value: str) -> Rows:
        """Return the rows that have a value."""
        rows: Rows = self.codes == self.values.index(value)
        return rows


class BoardColumns(msgspec.Struct, frozen=True, eq=False):
    """The rows of one protocol version, in the order of the board."""

    benchmark: Benchmark
    header: "BoardHeader"
    names: Sequence[str]
    place: Mapping[str, int]
    """Name → row."""
    raw: Sequence[bytes]
    """The rows as they were published."""
    numbers: Mapping[str, Numbers]
    """Column → numbers; columns are named by their place in a row: `public.metrics.correct`."""
    labels: Mapping[str, Labels]
    """`vendor`, `kind` and `track`."""
    days: Codes
    """The day of each row as an integer that reads like it (20260618), or −1."""
    subgroups: Mapping[str, Rows]
    """`facet=value` → the rows of configurations that are made for it."""
    competes: Rows
    """Rows that may have a rank: not pending, not invalid, not a repeated recipe."""
    by_name: Codes
    """The place of each row in the order of names."""


class BoardHeader(msgspec.Struct, frozen=True):
    """What is said above the rows."""

    title: str
    protocol_version: str
    ranking: str
    other_protocols: list[str]
    n_pending: int
    higher_first: bool
    tracks: list[str]


class _RawProtocol(msgspec.Struct, frozen=True):
    protocol_version: str
    entries: list[msgspec.Raw]


class _RawBoard(msgspec.Struct, frozen=True):
    entries: list[msgspec.Raw]
    other_protocols: list[_RawProtocol]


_KEPT: Final[Kept[Mapping[str, BoardColumns]]] = Kept(KEPT_BOARDS)


def board_columns(heads: Heads, publication: Readable) -> Mapping[str, BoardColumns]:
    """Return the boards of a publication by protocol version, the current one first."""
    return _KEPT.find(_key(publication), lambda: _read(heads, publication))


def is_in_memory(publication: Readable) -> bool:
    """Say whether the boards of a publication are there already."""
    return _KEPT.has(_key(publication))


def _key(publication: Readable) -> tuple[str | None, str | None]:
    return publication.documents.get(LEADERBOARD), publication.documents.get(BENCHMARK)


def _read(heads: Heads, publication: Readable) -> Mapping[str, BoardColumns]:
    raw = heads.raw(publication, LEADERBOARD)
    board = heads.read(publication, LEADERBOARD, Leaderboard)
    rules = heads.read(publication, BENCHMARK, BenchmarkDocument).benchmark
    written = msgspec.json.decode(raw, type=_RawBoard)
    parts = [(board.eval_protocol_version, board.ranking, board.entries, written.entries)]
    parts += [
        (own.protocol_version, own.ranking, own.entries, other.entries)
        for own, other in zip(board.other_protocols, written.other_protocols, strict=True)
    ]
    versions = [version for version, *_ in parts]
    return {
        version: _columns(rules, _header(board, rules, version, ranking, versions), rows, lines)
        for version, ranking, rows, lines in parts
    }


def _header(board: Leaderboard, rules: Benchmark, version: str, ranking: str, versions: Sequence[str]) -> BoardHeader:
    return BoardHeader(
        title=board.title,
        protocol_version=version,
        ranking=ranking,
        other_protocols=[other for other in versions if other != version],
        n_pending=board.n_pending,
        higher_first=higher_is_better(rules, rules.headline),
        tracks=board.tracks,
    )


def _columns(
    rules: Benchmark, header: BoardHeader, rows: Sequence[BoardRow], raw: Sequence[msgspec.Raw]
) -> BoardColumns:
    names = [name_of(row) for row in rows]
    by_name = np.empty(len(rows), dtype=np.int64)
    by_name[np.array(sorted(range(len(rows)), key=lambda j: names[j]), dtype=np.int64)] = np.arange(len(rows))
    return BoardColumns(
        benchmark=rules,
        header=header,
        names=names,
        place={name: j for j, name in enumerate(names)},
        raw=[bytes(own) for own in raw],
        numbers=_numbers(rows),
        labels={
            "vendor": _labels([row.vendor for row in rows]),
            "kind": _labels([row.kind for row in rows]),
            "track": _labels([row.track for row in rows]),
        },
        days=np.array([_day(row.date) for row in rows], dtype=np.int64),
        subgroups=_subgroups(rows),
        competes=np.array([not (row.pending or row.invalid or row.same_recipe_as) for row in rows], dtype=np.bool_),
        by_name=by_name,
    )


def _labels(values: Sequence[str | None]) -> Labels:
    known = sorted({value for value in values if value is not None})
    places = {value: place for place, value in enumerate(known)}
    return Labels(known, np.array([-1 if value is None else places[value] for value in values], dtype=np.int64))


def _day(date: str | None) -> int:
    return -1 if date is None else int(date[:10].replace("-", ""))


def _subgroups(rows: Sequence[BoardRow]) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    for j, row in enumerate(rows):
        selector: Mapping[str, Sequence[str]] = (row.target_subgroup or {}).get("selector", {})
        for name in (f"{facet}={value}" for facet, values in selector.items() for value in values):
            found.setdefault(name, np.zeros(len(rows), dtype=np.bool_))[j] = True
    return found


def _numbers(rows: Sequence[BoardRow]) -> dict[str, Numbers]:
    found: dict[str, Numbers] = {}
    for j, row in enumerate(rows):
        for name, value in _numbers_of(row):
            column = found.get(name)
            if column is None:
                column = found[name] = np.full(len(rows), np.nan)
            column[j] = value
    return dict(sorted(found.items()))


PLAIN: Final = ("rank", "overfit_gap", "cost_per_score")
NESTED: Final[Mapping[str, Sequence[str]]] = {
    "public": ("score", "pass_rate", "standard_error", "n_prompts", "n_items", "n_answered"),
    "held_out": ("score", "pass_rate", "n_prompts"),
    "close_the_loop": ("base_runnable", "repaired_runnable", "repair_lift", "n_prompts"),
    "efficiency": ("score_per_dollar", "score_per_million_tokens", "score_per_second", "relative"),
    "usage": (
        "generation_calls",
        "judge_calls",
        "prompt_tokens",
        "completion_tokens",
        "total_tokens",
        "cost_dollars",
    ),
}


def _numbers_of(row: BoardRow) -> Iterator[tuple[str, float]]:
    """Yield every number of a row that a reader may sort by."""
    yield from _known("", {name: getattr(row, name) for name in PLAIN})
    for part, names in NESTED.items():
        own: Any = getattr(row, part)
        if own is not None:
            yield from _known(f"{part}.", {name: getattr(own, name) for name in names})
    yield from _known("public.metrics.", row.public.metrics)
    for facet, scores in row.public.by.items():
        yield from _known(f"public.by.{facet}.", scores)
    if row.usage.seconds is not None:
        yield "usage.seconds.mean", row.usage.seconds.mean


def _known(prefix: str, values: Scores) -> Iterator[tuple[str, float]]:
    return ((f"{prefix}{name}", value) for name, value in values.items() if value is not None)
