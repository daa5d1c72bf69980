"""Find the documents of publications: by benchmark (its head) or by digest (for ever), out of the blobs."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from proofboard.app.service.instance import Instance
from proofboard.canonical import PREFIX
from proofboard.errors import RefusedError
from proofboard.store.tables import Head, Publication

KEPT_LISTS: Final = 32
_lists: "OrderedDict[str, Mapping[str, str]]" = OrderedDict()
_lock: Final = threading.Lock()


def head_of(session: Session, benchmark: str) -> Publication | None:
    """Return the publication that readers of a board see; None where nothing was published yet."""
    return session.scalar(
        select(Publication).join(Head, Head.publication == Publication.number).where(Head.benchmark_id == benchmark)
    )


def published(instance: Instance, benchmark: str, digest: str | None = None) -> Publication:
    """Return a board's head, or the publication of a digest that was its head once; raises RefusedError (404)."""
    with instance.database.reading() as session:
        found = head_of(session, benchmark)
        if digest is not None and (found is None or found.digest != digest):
            found = session.scalar(
                select(Publication).where(
                    Publication.benchmark_id == benchmark,
                    Publication.digest == digest,
                    Publication.is_draft.is_(False),
                )
            )
        if found is None:
            what = "has no such publication" if digest else "has not been published yet; its first close is under way"
            raise RefusedError(404, f"the board {benchmark!r} {what}")
        session.expunge(found)
    return found


def drafted(instance: Instance, benchmark: str, digest: str | None = None) -> Publication:
    """Return the newest draft of a board, or the one of a digest; raises RefusedError (404).

    Drafts are for those who run the board: whoever calls this has asked who reads.
    """
    chosen = select(Publication).where(Publication.benchmark_id == benchmark, Publication.is_draft.is_(True))
    if digest is not None:
        chosen = chosen.where(Publication.digest == PREFIX + digest.removeprefix(PREFIX))
    with instance.database.reading() as session:
        found = session.scalar(chosen.order_by(Publication.number.desc()).limit(1))
        if found is None:
            what = "no such draft" if digest else f"no draft; ask for one at POST /benchmarks/{benchmark}/draft"
            raise RefusedError(404, f"the board {benchmark!r} has {what}")
        session.expunge(found)
    return found


def documents_of(instance: Instance, publication: Publication) -> Mapping[str, str]:
    """Return path → digest of every file of a publication; it never changes, so it is kept in memory."""
    named = publication.documents
    with _lock:
        if named in _lists:
            _lists.move_to_end(named)
            return _lists[named]
    found = msgspec.json.decode(instance.blobs.get(named), type=dict[str, str])
    with _lock:
        _lists[named] = found
        while len(_lists) > KEPT_LISTS:
            _lists.popitem(last=False)
    return found


def document(instance: Instance, benchmark: str, path: str, *, publication: str | None = None) -> bytes:
    """Return the bytes of one document of a board; raises RefusedError (404) where it has none at that path."""
    own = published(instance, benchmark, publication)
    digest = documents_of(instance, own).get(path)
    if digest is None:
        raise RefusedError(404, f"{path[:200]!r} is not in the publication of {benchmark!r}")
    return instance.blobs.get(digest)
