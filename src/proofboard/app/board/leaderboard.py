"""Answer questions about a board: rows as they were published, filtered, ranked on a slice or by weights, by page."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec
import numpy as np

from proofboard.app.board.columns import BoardColumns, BoardHeader, Codes, Numbers, Rows, board_columns, is_in_memory
from proofboard.app.board.heads import Heads, Readable
from proofboard.app.board.keeping import Kept
from proofboard.app.board.questions import BoardQuestion, Chosen, chosen_in, cursor_at, read_position
from proofboard.app.board.weights import Weighing, weighed, weighed_places
from proofboard.app.reading.choosing import hint
from proofboard.errors import fault
from proofboard.schemas.board import BoardRow

KEPT_RANKINGS: Final = 64
UNRANKED: Final = 0


class WeighedPlace(msgspec.Struct, frozen=True):
    """How firmly an entry stands where the weights put it."""

    score_exact: tuple[str, str]
    """Numerator and denominator before rounding."""
    holds_within: float | None
    """Every weight may change by any share below this before this entry and another one change their order."""
    rank_range: tuple[int, int]
    """The ranks that no change of every weight by up to a fifth of itself leads out of."""


class BoardItem(msgspec.Struct, frozen=True):
    """One row of an answer."""

    rank: int | None
    """By what `ranking` says, among all rows of the track; None where the row competes with nobody."""
    score: float | None
    """What the rank follows."""
    weighed: WeighedPlace | None
    """None without weights."""
    row: BoardRow
    """As it stands in `leaderboard.json`, with the rank of the whole board."""


class BoardPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a board."""

    benchmark: str
    publication: str
    """The digest of the publication that every page of this answer comes from."""
    title: str
    protocol_version: str
    other_protocols: list[str]
    ranking: str
    """What the ranks of this answer follow, in words."""
    notes: list[str]
    n_pending: int
    """Rows that wait for the next close: where there are any, the published ranks do not know them."""
    total: int
    """Rows that match."""
    items: list[BoardItem]
    next: str | None
    """The cursor of the next page."""


class Ranking(msgspec.Struct, frozen=True, eq=False):
    """Every row of a board ranked by one thing."""

    words: str
    ranks: Codes
    """0 for a row without a rank."""
    scores: Numbers
    order: Codes
    """The rows, the best first."""
    said: Sequence[bytes]
    """Rank and score of each row, as they are written."""
    weighing: Weighing | None = None


_RANKINGS: Final[Kept[Ranking]] = Kept(KEPT_RANKINGS)


def leaderboard(heads: Heads, question: BoardQuestion) -> bytes:
    """Answer a question as the JSON of a `BoardPage`; raises InputError with every part that the board has not."""
    position = read_position(question)
    publication = heads.of(question.benchmark, position.publication if position else question.publication)
    board = _protocol(board_columns(heads, publication), question)
    chosen = chosen_in(question, board)
    ranking = _ranking(publication, board, chosen)
    rows = _sorted(board, ranking, chosen)
    rows = rows[_matching(board, question)[rows]]
    start = position.offset if position else 0
    page = rows[start : start + question.limit].tolist()
    ends = start + len(page)
    said = {
        **_said(board.header, publication, ranking),
        "total": len(rows),
        "next": cursor_at(question, publication.digest, ends) if ends < len(rows) else None,
    }
    head = msgspec.json.encode(said)[:-1]
    return b"".join((head, b',"items":[', *_items(board, ranking, page), b"]}"))


def is_at_hand(heads: Heads, question: BoardQuestion) -> bool:
    """Say whether a question is answered from memory in less than a millisecond, so that no thread is worth it."""
    if not heads.is_fresh or question.weights or question.cursor or question.publication:
        return False
    known = heads.known
    head = known.get(question.benchmark) if question.benchmark else next(iter(known.values()), None)
    return head is not None and is_in_memory(head)


def _protocol(known: Mapping[str, BoardColumns], question: BoardQuestion) -> BoardColumns:
    if question.protocol is None:
        return next(iter(known.values()))
    if question.protocol not in known:
        raise fault("query.protocol", hint(question.protocol, known))
    return known[question.protocol]


def _said(header: BoardHeader, publication: Readable, ranking: Ranking) -> dict[str, object]:
    notes = list(ranking.weighing.notes) if ranking.weighing else []
    return {
        "benchmark": publication.benchmark,
        "publication": publication.digest,
        "title": header.title,
        "protocol_version": header.protocol_version,
        "other_protocols": header.other_protocols,
        "ranking": ranking.words,
        "notes": notes,
        "n_pending": header.n_pending,
    }


def _ranking(publication: Readable, board: BoardColumns, chosen: Chosen) -> Ranking:
    weights = tuple((name, str(weight)) for name, weight in chosen.weights.items())
    key = (publication.digest, board.header.protocol_version, chosen.slice, weights)
    return _RANKINGS.find(key, lambda: _ranked(board, chosen))


def _ranked(board: BoardColumns, chosen: Chosen) -> Ranking:
    if chosen.weights:
        made = weighed(board, chosen.weights)
        return _by_score(board, made.scores, made.keys, made.words, made)
    if chosen.slice:
        direction = "desc" if board.header.higher_first else "asc"
        scores = _column(board, chosen.slice.column)
        words = f"public {chosen.slice.name} {direction}"
        return _by_score(board, scores, -scores if board.header.higher_first else scores, words)
    return _published(board)


def _published(board: BoardColumns) -> Ranking:
    """Take the ranks as they were published, in the order of the board."""
    where = board.header.ranking.partition(" ")[0]
    ranks = np.nan_to_num(_column(board, "rank"), nan=UNRANKED).astype(np.int64)
    scores = _column(board, f"{where}.score")
    return Ranking(board.header.ranking, ranks, scores, np.arange(len(board.names)), _said_of_rows(ranks, scores))


def _by_score(
    board: BoardColumns, scores: Numbers, keys: Numbers, words: str, weighing: Weighing | None = None
) -> Ranking:
    """Rank the rows of each track by keys, the smallest first; equal keys share a rank, what competes not has none."""
    tracks = board.labels["track"].codes
    able = board.competes & ~np.isnan(keys)
    ranks = np.zeros(len(keys), dtype=np.int64)
    for track in np.unique(tracks).tolist():
        own = able & (tracks == track)
        ranks[own] = 1 + np.searchsorted(np.sort(keys[own]), keys[own], side="left")
    order = np.lexsort((board.by_name, ranks, ranks == UNRANKED, tracks))
    return Ranking(words, ranks, scores, order, _said_of_rows(ranks, scores), weighing)


def _sorted(board: BoardColumns, ranking: Ranking, chosen: Chosen) -> Codes:
    """Return the rows in the order that was asked for; rows without the number stand last, equal ones by rank."""
    if chosen.sort is None:
        return ranking.order
    column = ranking.scores if chosen.sort == "score" else board.numbers[chosen.sort]
    values = column[ranking.order]
    return ranking.order[np.argsort(-values if chosen.descending else values, kind="stable")]


def _matching(board: BoardColumns, question: BoardQuestion) -> Rows:
    rows = np.ones(len(board.names), dtype=np.bool_)
    for name, value in (("vendor", question.vendor), ("kind", question.kind), ("track", question.track)):
        if value is not None:
            rows &= board.labels[name].equal(value)
    if question.subgroup is not None:
        rows &= board.subgroups[question.subgroup]
    if question.date_from is not None:
        rows &= board.days >= int(question.date_from.replace("-", ""))
    if question.date_to is not None:
        rows &= (board.days <= int(question.date_to.replace("-", ""))) & (board.days > 0)
    return rows


def _items(board: BoardColumns, ranking: Ranking, page: Sequence[int]) -> Iterator[bytes]:
    """Write each row between what was computed of it; the bytes of rows are copied once, into the answer."""
    separator = b'{"rank":'
    for j, place in zip(page, _places(ranking, page), strict=True):
        yield separator
        yield ranking.said[j]
        yield b"null" if place is None else msgspec.json.encode(place)
        yield b',"row":'
        yield board.raw[j]
        yield b"}"
        separator = b',{"rank":'


def _said_of_rows(ranks: Codes, scores: Numbers) -> list[bytes]:
    pairs = zip(ranks.tolist(), scores.tolist(), strict=True)
    return [
        b'%s,"score":%s,"weighed":'
        % (b"%d" % rank if rank else b"null", b"null" if math.isnan(score) else repr(score).encode())
        for rank, score in pairs
    ]


def _places(ranking: Ranking, page: Sequence[int]) -> Sequence[WeighedPlace | None]:
    if ranking.weighing is None:
        return [None] * len(page)
    found = weighed_places(ranking.weighing, page)
    return [None if own is None else WeighedPlace(*own) for own in found]


def _column(board: BoardColumns, name: str) -> Numbers:
    return board.numbers.get(name, np.full(len(board.names), np.nan))
