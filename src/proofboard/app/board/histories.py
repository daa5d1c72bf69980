"""What a board said of a model over time: every publication's scores, and those of one problem where asked."""

from fractions import Fraction
from typing import Final

import msgspec
from sqlalchemy import select

from proofboard.app.board.heads import Heads, Readable
from proofboard.app.board.keeping import Kept
from proofboard.app.board.problems import UNKNOWN
from proofboard.app.board.stored_site import opened_site
from proofboard.app.people.paging import Page, Span, page
from proofboard.app.review.listing import number_after
from proofboard.core.exact import rounded
from proofboard.errors import InputError, RefusedError
from proofboard.publish.names import scores_path
from proofboard.schemas.publication import ScoresDocument
from proofboard.store.blobs import MissingBlobError
from proofboard.store.tables import Publication, ScoreHistory

KEPT_SCORES: Final = 256
NO_MODEL: Final = "this board has never shown an entry of this model"


class HistoryLine(msgspec.Struct, frozen=True, kw_only=True):
    """What one publication said of one entry."""

    publication: str
    """Its digest, which is its address too."""
    at: str
    entry: str
    bundle: str
    """The digest of the public bundle that was scored."""
    protocol_version: str
    rank: int | None
    public_score: float | None
    held_out_score: float | None
    """The released value."""
    problem: dict[str, float | None] | None
    """Metric → score on the problem that was asked for; None where none was, or where its scores are not kept."""


class _Scores(msgspec.Struct, frozen=True, eq=False):
    document: ScoresDocument


_KEPT: Final[Kept[_Scores | None]] = Kept(KEPT_SCORES)


def model_history(
    heads: Heads, benchmark: str | None, model: str, problem: str | None, span: Span
) -> Page[HistoryLine]:
    """List what the publications of a board said of a model, the oldest first; raises RefusedError (404)."""
    start = number_after(span) or 0
    head = heads.of(benchmark)
    site = opened_site(heads, head)
    items = [own.id for own in site.items.items if own.item_set == "public"] if problem is not None else []
    if problem is not None and problem not in items:
        raise RefusedError(404, UNKNOWN)
    chosen = (
        select(ScoreHistory, Publication.digest)
        .join(Publication, Publication.number == ScoreHistory.publication)
        .where(ScoreHistory.benchmark_id == head.benchmark, ScoreHistory.model == model)
        .where(Publication.is_draft.is_(False))
        .order_by(ScoreHistory.publication, ScoreHistory.entry)
    )
    with heads.instance.database.reading() as session:
        rows = session.execute(chosen.offset(start).limit(span.limit + 1)).all()
    if not rows and not start:
        raise RefusedError(404, NO_MODEL)
    lines = [_line(heads, row, digest, (problem, items)) for row, digest in rows]
    return page(lines, span.limit, range(start + 1, start + len(lines) + 1))


def _line(heads: Heads, row: ScoreHistory, publication: str, asked: tuple[str | None, list[str]]) -> HistoryLine:
    problem, items = asked
    return HistoryLine(
        publication=publication,
        at=row.at,
        entry=row.entry,
        bundle=row.bundle_digest,
        protocol_version=row.protocol_version,
        rank=row.rank,
        public_score=row.public_score,
        held_out_score=row.held_out_score,
        problem=None if problem is None else _on_problem(heads, row.bundle_digest, publication, (problem, items)),
    )


def _on_problem(
    heads: Heads, bundle: str, publication: str, asked: tuple[str, list[str]]
) -> dict[str, float | None] | None:
    stored = heads.by_digest(publication)
    if stored is None:
        return None
    path = scores_path(bundle)
    kept = _KEPT.find(stored.documents.get(path), lambda: _scores(heads, stored, path))
    if kept is None:
        return None
    document, (problem, items) = kept.document, asked
    ids = document.items or items
    rows = [place for place, own in enumerate(ids) if own == problem]
    if document.stages is not None:
        rows = [place for place in rows if document.stages[place] == "answer"]
    return {
        name: _mean([column.values[place] for place in rows if place < len(column.values)], column.denominator)
        for name, column in document.metrics.items()
    }


def _scores(heads: Heads, stored: Readable, path: str) -> _Scores | None:
    try:
        return _Scores(msgspec.json.decode(opened_site(heads, stored).read(path), type=ScoresDocument))
    except (InputError, MissingBlobError):
        return None  # not published, or kept no longer


def _mean(values: list[int | None], denominator: int) -> float | None:
    """Take the mean over the trials of an item; unknown where one of them is."""
    known = [value for value in values if value is not None]
    if not known or len(known) < len(values):
        return None
    return rounded(Fraction(sum(known), denominator * len(known)), 6)
