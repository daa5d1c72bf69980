"""The boards of a server in one list; what is said of each is read once, and kept by the digests of what says it."""

import logging
from typing import Final

import msgspec

from proofboard.app.board.heads import Heads, Readable
from proofboard.app.board.keeping import Kept
from proofboard.app.service.benchmarks import BenchmarkSummary, benchmarks
from proofboard.errors import RefusedError, StorageError
from proofboard.publish.charts.drawing import REFERENCE_KINDS
from proofboard.publish.columns import BOARD, unpacked
from proofboard.publish.names import COLUMNS
from proofboard.publish.opened import BENCHMARK
from proofboard.schemas.publication import BenchmarkDocument, Columns

KEPT_BOARDS: Final = 1024
READ: Final = ("rank", "vendor", "config_name", "kind", "public", "held_out")

_log: Final = logging.getLogger(__name__)


class BestEntry(msgspec.Struct, frozen=True):
    """Who leads a board."""

    name: str
    score: float | None
    """What its rank follows."""


class BoardSummary(msgspec.Struct, frozen=True):
    """What a publication says in a few lines."""

    description: str | None
    n_entries: int
    """Rows of the current protocol version."""
    ranking: str
    """What ranks and the best score follow: `held_out desc`, `public desc`."""
    best: BestEntry | None
    """The first entry with a rank, other than baselines, chance and human scores; None where none has one yet."""


class ListedBenchmark(BenchmarkSummary, frozen=True):
    """A benchmark with what its board shows."""

    board: BoardSummary | None
    """None where nothing was published yet, and where what was published cannot be read now."""


_KEPT: Final[Kept[BoardSummary]] = Kept(KEPT_BOARDS)


def listed_benchmarks(heads: Heads) -> list[ListedBenchmark]:
    """List the benchmarks of a server by their ids, with their boards."""
    heads.now()
    return [
        ListedBenchmark(**msgspec.structs.asdict(own), board=_board(heads, own)) for own in benchmarks(heads.instance)
    ]


def _board(heads: Heads, own: BenchmarkSummary) -> BoardSummary | None:
    found = None if own.publication is None else heads.by_digest(own.publication)
    if found is None:
        return None
    try:
        return _KEPT.find((found.documents.get(COLUMNS), found.documents.get(BENCHMARK)), lambda: _read(heads, found))
    except (StorageError, RefusedError) as error:
        # One board that is damaged hides no other.
        _log.warning("the board %s cannot be read for the list of boards: %s", own.id, error)
        return None


def _read(heads: Heads, publication: Readable) -> BoardSummary:
    shown = heads.read(publication, COLUMNS, Columns)
    rules = heads.read(publication, BENCHMARK, BenchmarkDocument).benchmark
    return BoardSummary(rules.description, shown.header.n_entries, shown.header.ranking, _best(shown))


def _best(shown: Columns) -> BestEntry | None:
    rows = unpacked(shown.columns, {name: BOARD[name] for name in READ}, shown.n_rows)
    scores = rows[shown.header.ranking.partition(" ")[0]]
    for j, (rank, kind) in enumerate(zip(rows["rank"], rows["kind"], strict=True)):
        if rank is not None and kind not in REFERENCE_KINDS:
            return BestEntry(f"{rows['vendor'][j]}/{rows['config_name'][j]}", scores[j])
    return None
