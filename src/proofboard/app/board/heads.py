"""Which publications readers may see: the head of every board, and every earlier one by its digest."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

import msgspec
from sqlalchemy import select

from proofboard.app.service.instance import Instance
from proofboard.app.service.publications import documents_of
from proofboard.canonical import PREFIX
from proofboard.errors import RefusedError
from proofboard.store.tables import Head, Publication

T = TypeVar("T")

FRESH_SECONDS: Final = 0.25
"""How long a reader may see a head that was replaced."""
RETRY_SECONDS: Final = 1.0
"""How long to leave a database alone that did not answer."""

_log: Final = logging.getLogger(__name__)


class Readable(msgspec.Struct, frozen=True, eq=False):
    """A publication, and the digest of each of its documents by path."""

    benchmark: str
    digest: str
    documents: Mapping[str, str]


class Heads:
    """What readers of each board see now, read from the database at most four times in a second."""

    def __init__(self, instance: Instance, clock: Callable[[], float] = time.monotonic) -> None:
        """Read the heads of an instance."""
        self.instance = instance
        self._clock = clock
        self._known: Mapping[str, Readable] = {}
        self._fresh_until = -1.0
        self._reading = threading.Lock()

    @property
    def is_fresh(self) -> bool:
        """Say whether `known` may be used without looking again."""
        return self._clock() < self._fresh_until

    @property
    def known(self) -> Mapping[str, Readable]:
        """What was read last, by benchmark."""
        return self._known

    def expire(self) -> None:
        """Look again before the next answer."""
        self._fresh_until = -1.0

    def now(self) -> Mapping[str, Readable]:
        """Return the heads by benchmark; those known before while the database is away, if there are any."""
        if self.is_fresh:
            return self._known
        with self._reading:
            if not self.is_fresh:
                self._read()
        return self._known

    def _read(self) -> None:
        fresh_from = self._clock()
        try:
            found = _heads(self.instance)
        except Exception:
            if not self._known:
                raise
            _log.warning("the heads of the boards cannot be read; those known before are served")
            self._fresh_until = fresh_from + RETRY_SECONDS
            return
        if {name: own.digest for name, own in found.items()} != {name: own.digest for name, own in self._known.items()}:
            self._known = found
        self._fresh_until = fresh_from + FRESH_SECONDS

    def of(self, benchmark: str | None, digest: str | None = None) -> Readable:
        """Return the head of a board, or an earlier publication of it; raises RefusedError (404, 422)."""
        heads = self.now()
        if benchmark is None and len(heads) > 1:
            names = ", ".join(sorted(heads)[:8])
            raise RefusedError(422, f"this server has several boards; name one with the parameter benchmark: {names}")
        head = next(iter(heads.values()), None) if benchmark is None else heads.get(benchmark)
        if head is None:
            raise RefusedError(404, "there is no such board, or nothing of it was published yet")
        if digest is None or digest == head.digest:
            return head
        found = self.by_digest(digest)
        if found is None or found.benchmark != head.benchmark:
            raise RefusedError(404, f"the board {head.benchmark} has no such publication")
        return found

    def by_digest(self, digest: str) -> Readable | None:
        """Return a publication; None for one that never was, and for drafts, which only owners see."""
        digest = PREFIX + digest.removeprefix(PREFIX)
        known = next((own for own in self._known.values() if own.digest == digest), None)
        if known is not None:
            return known
        chosen = select(Publication).where(Publication.digest == digest, Publication.is_draft.is_(False)).limit(1)
        with self.instance.database.reading() as session:
            found = session.scalar(chosen)
            session.expunge_all()
        return None if found is None else _readable(self.instance, found)

    def read(self, publication: Readable, path: str, kind: type[T]) -> T:
        """Read a document that every publication has; its bytes are our own, so that the fast reader is enough."""
        return msgspec.json.decode(self.raw(publication, path), type=kind)

    def raw(self, publication: Readable, path: str) -> bytes:
        """Return the bytes of a document; raises RefusedError (404) where the publication has none at that path."""
        digest = publication.documents.get(path)
        if digest is None:
            raise RefusedError(404, f"{path[:200]!r} is not in the publication of {publication.benchmark}")
        return self.instance.blobs.get(digest)


def _heads(instance: Instance) -> dict[str, Readable]:
    with instance.database.reading() as session:
        rows = session.scalars(select(Publication).join(Head, Head.publication == Publication.number)).all()
        session.expunge_all()
    return {own.benchmark_id: _readable(instance, own) for own in rows}


def _readable(instance: Instance, own: Publication) -> Readable:
    return Readable(own.benchmark_id, own.digest, documents_of(instance, own))
