"""The publications of a board, the latest first: what was shown when, each still at its own address."""

from typing import Literal

import msgspec
from sqlalchemy import select

from proofboard.app.board.heads import Heads
from proofboard.app.people.paging import Page, Span, page
from proofboard.app.review.listing import number_after
from proofboard.canonical import hex_of
from proofboard.store.tables import Publication


class PastPublication(msgspec.Struct, frozen=True):
    """One publication of a board."""

    digest: str
    kind: Literal["append", "close"]
    """Whether entries were added, or ranks computed."""
    at: str
    address: str
    """The folder in which its documents stay."""


def publications(heads: Heads, benchmark: str | None, span: Span) -> Page[PastPublication]:
    """List what a board has shown; raises RefusedError (404, 422)."""
    before = number_after(span)
    head = heads.of(benchmark)
    chosen = select(Publication).where(Publication.benchmark_id == head.benchmark, Publication.is_draft.is_(False))
    if before is not None:
        chosen = chosen.where(Publication.number < before)
    with heads.instance.database.reading() as session:
        rows = session.scalars(chosen.order_by(Publication.number.desc()).limit(span.limit + 1)).all()
        found = [_view(row) for row in rows]
        return page(found, span.limit, [row.number for row in rows])


def _view(row: Publication) -> PastPublication:
    kind: Literal["append", "close"] = "append" if row.kind == "append" else "close"
    return PastPublication(row.digest, kind, row.created_at, f"/publications/{hex_of(row.digest)}/")
