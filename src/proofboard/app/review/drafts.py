"""Look at what a close would publish: drafts and their documents, for those who run the board alone."""

from typing import Final

import msgspec
from sqlalchemy import select

from proofboard.app.people.paging import Page, Span, page
from proofboard.app.review.listing import number_after
from proofboard.app.service.actors import Actor, refuse_unless
from proofboard.app.service.benchmarks import the_benchmark
from proofboard.app.service.instance import Instance
from proofboard.app.service.publications import documents_of, drafted
from proofboard.errors import RefusedError
from proofboard.publish.page import INDEX
from proofboard.store.tables import Publication

READING: Final = "reading the drafts of a board"


class Draft(msgspec.Struct, frozen=True):
    """A preview of a close, which is never the head and which only the owners of its board see."""

    digest: str
    """Of its root, `publication.json`."""
    created_at: str
    address: str
    """Its page; its documents lie below."""


class DraftDocument(msgspec.Struct, frozen=True):
    """One document of a draft, as digests of blobs."""

    path: str
    digest: str
    page: str | None
    """The page of the draft, which brings the policy for all of its documents; None where it has none."""


def drafts(instance: Instance, actor: Actor, benchmark: str, span: Span) -> Page[Draft]:
    """List the drafts of a board, the newest first; raises RefusedError (401, 403, 404)."""
    before = number_after(span)
    _refuse_others(instance, actor, benchmark)
    chosen = select(Publication).where(Publication.benchmark_id == benchmark, Publication.is_draft.is_(True))
    if before is not None:
        chosen = chosen.where(Publication.number < before)
    with instance.database.reading() as session:
        rows = session.scalars(chosen.order_by(Publication.number.desc()).limit(span.limit + 1)).all()
        found = [Draft(row.digest, row.created_at, _address(row)) for row in rows]
        return page(found, span.limit, [row.number for row in rows])


def draft_document(instance: Instance, actor: Actor, benchmark: str, digest: str, path: str) -> DraftDocument:
    """Find a document of a draft; an empty path is its page.

    Raises RefusedError: 401, 403; 404, the same for what is no draft and for a draft of another board; 410 for bytes
    that are no longer kept.
    """
    _refuse_others(instance, actor, benchmark)
    documents = documents_of(instance, drafted(instance, benchmark, digest))
    own = documents.get(path or INDEX)
    if own is None:
        raise RefusedError(404, f"{path[:200]!r} is not in this draft of {benchmark!r}")
    if not instance.blobs.has(own):
        raise RefusedError(410, "The bytes of this document are no longer kept; its digest stays on record")
    return DraftDocument(path or INDEX, own, documents.get(INDEX))


def _refuse_others(instance: Instance, actor: Actor, benchmark: str) -> None:
    with instance.database.reading() as session:
        row = the_benchmark(session, benchmark)
        refuse_unless(actor.owns(row.id, row.organisation_id), actor, READING)


def _address(row: Publication) -> str:
    return f"/api/v1/benchmarks/{row.benchmark_id}/drafts/{row.digest}/"
