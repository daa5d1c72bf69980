"""A board under a reader's own weights, as a document, a table and text."""

from collections.abc import Iterator, Sequence
from typing import Final

from proofboard.core.exact import rounded
from proofboard.core.inference.weighing import WeighedEntry
from proofboard.publish.views.paired_text import aligned
from proofboard.publish.views.tables import Cell, Column, Table, plain, printable
from proofboard.schemas.base import Document
from proofboard.schemas.board import Scores

PLACES: Final = 6
NOTHING: Final = "none"


class WeighedRow(Document, frozen=True):
    """One entry under a reader's weights; what is not known is null."""

    rank: int | None
    entry: str
    score: float | None
    """The weighted mean of the metrics; those whose lower values are better enter reflected within their range."""
    score_exact: tuple[str, str] | None
    """Numerator and denominator before rounding."""
    published_rank: int | None
    """The rank on the board, by its own headline."""
    holds_within: float | None
    """Every weight may change by any share below this before this entry and another one change their order."""
    rank_range: tuple[int, int] | None
    """The ranks that no change of every weight by up to `change` leads out of."""
    reason: str | None
    """Why there is no rank."""
    metrics: Scores


class WeighedBoard(Document, frozen=True):
    """The entries of one protocol version and track, the best first."""

    protocol_version: str
    track: str | None
    published_ranking: str
    """What the published ranks follow."""
    rows: list[WeighedRow]


class WeighedSite(Document, frozen=True):
    """All boards of a publication under a reader's weights."""

    publication: str
    """The digest of its root."""
    weights: dict[str, str]
    change: str
    """The share by which every weight may change for `rank_range`, each on its own."""
    notes: list[str]
    boards: list[WeighedBoard]


def weighed_row(entry: WeighedEntry, published_rank: int | None, metrics: Scores) -> WeighedRow:
    """Round what was computed of an entry; the share that the order holds within is rounded like every number."""
    score = entry.score
    return WeighedRow(
        rank=entry.rank,
        entry=entry.name,
        score=rounded(score, PLACES),
        score_exact=None if score is None else (str(score.numerator), str(score.denominator)),
        published_rank=published_rank,
        holds_within=rounded(entry.holds_within, PLACES),
        rank_range=entry.rank_range,
        reason=entry.reason,
        metrics=metrics,
    )


def weighed_table(found: WeighedSite) -> Table:
    """Make one table of all boards, for CSV."""
    columns = [
        Column("protocol_version", "Protocol"),
        Column("track", "Track"),
        Column("rank", "Rank", is_number=True),
        Column("entry", "Entry"),
        Column("score", "Score", is_number=True),
        Column("published_rank", "Published rank", is_number=True),
        Column("holds_within", "Holds within", is_number=True),
        Column("lowest_rank", "From rank", is_number=True),
        Column("highest_rank", "To rank", is_number=True),
        *(Column(f"metric={name}", name, is_number=True) for name in found.weights),
        Column("reason", "Not ranked because"),
    ]
    rows = [[board.protocol_version, board.track, *_cells(row)] for board in found.boards for row in board.rows]
    return Table(_weights(found), columns, rows)


def _cells(row: WeighedRow) -> list[Cell]:
    lowest, highest = row.rank_range or (None, None)
    cells: list[Cell] = [row.rank, row.entry, row.score, row.published_rank, row.holds_within, lowest, highest]
    return [*cells, *row.metrics.values(), row.reason]


def weighed_text(found: WeighedSite) -> str:
    """Write every board and how to read it."""
    sections = [[f"weights: {_weights(found)}"]]
    for board in found.boards:
        if board.rows:
            head = [_title(board)] if len(found.boards) > 1 else []
            sections += [[*head, *aligned(list(_lines(found, board)), 1)]]
            sections += [[f"{row.entry} is not ranked: {printable(row.reason)}" for row in board.rows if row.reason]]
    ranking = ", ".join(dict.fromkeys(board.published_ranking for board in found.boards))
    sections.append(
        [
            f"published: the rank on the board ({printable(ranking)}); scores here are of the public items",
            "holds within: every weight may change by less than this before the entry's order to another one changes",
            f"ranks at {found.change}: where every weight may change by this share of itself, each on its own",
            *(f"note: {printable(note)}" for note in found.notes),
        ]
    )
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def _weights(found: WeighedSite) -> str:
    return ", ".join(f"{name} {weight}" for name, weight in found.weights.items())


def _title(board: WeighedBoard) -> str:
    track = f", track {printable(board.track)}" if board.track else ""
    return f"protocol {printable(board.protocol_version)}{track}"


def _lines(found: WeighedSite, board: WeighedBoard) -> Iterator[Sequence[str]]:
    yield ["entry", "rank", "score", "published", "holds within", f"ranks at {found.change}", *found.weights]
    for row in board.rows:
        if row.rank is not None:
            shown = [row.rank, row.score, row.published_rank, row.holds_within]
            lowest, highest = row.rank_range or (row.rank, row.rank)
            ranks = str(lowest) if lowest == highest else f"{lowest}-{highest}"
            numbers = [plain(value) or NOTHING for value in shown]
            yield [row.entry, *numbers, ranks, *(plain(value) or NOTHING for value in row.metrics.values())]
