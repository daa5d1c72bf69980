"""Who names a blob: bytes go only when nobody does, decided where nobody can begin to.

Whoever keeps bytes puts them first, names them in a transaction, and looks whether they are still there. The look that
is made here, the removal and the mark on the rows are one transaction that shuts such transactions out: either it sees
the name, or its removal comes before the other's last look, who puts the bytes again.
"""

from collections.abc import Collection, Iterator
from typing import Any, Final

import msgspec
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from proofboard.app.service.instance import Instance
from proofboard.app.service.publications import documents_of
from proofboard.store.tables import Benchmark, EntryRevision, Erratum, KeptFile, Publication

NAMING_TABLES: Final = ("kept_files", "entry_revisions", "publications", "benchmarks", "errata")


class Published(msgspec.Struct, frozen=True):
    """Which of some blobs are documents of publications, as far as was looked."""

    digests: frozenset[str]
    until: int
    """The number of the latest publication that was looked at."""


def published_among(instance: Instance, digests: Collection[str]) -> Published:
    """Look through every publication for some blobs: their lists are long, so no transaction waits for this."""
    wanted, found, until = frozenset(digests), set[str](), 0
    with instance.database.reading() as session:
        rows = list(session.scalars(select(Publication).order_by(Publication.number)))
        for row in rows:
            session.expunge(row)
    for row in rows:
        until = row.number
        found |= wanted.intersection(documents_of(instance, row).values())
    return Published(frozenset(found), until)


def shut_others_out(session: Session) -> None:
    """Let nobody name a blob until the transaction ends; on SQLite a transaction that writes does that anyway."""
    if session.get_bind().dialect.name != "sqlite":
        session.execute(text(f"LOCK TABLE {', '.join(NAMING_TABLES)} IN SHARE ROW EXCLUSIVE MODE"))


def named_among(instance: Instance, session: Session, digests: Collection[str], before: Published) -> frozenset[str]:
    """Return which of some blobs a row names, or a publication; call `shut_others_out` first."""
    wanted = frozenset(digests)
    session.flush()
    found: set[str] = set(before.digests & wanted)
    for column, *more in (
        (KeptFile.digest, KeptFile.purged_at.is_(None)),
        (Benchmark.archive,),
        (Erratum.archive_before,),
        (Erratum.archive_after,),
        (Publication.documents,),
        (EntryRevision.configuration,),
        (EntryRevision.acceptance,),
    ):
        found.update(session.scalars(select(column).where(column.in_(wanted), *more)))
    if left := wanted - found:
        for bundles, graded in session.execute(select(EntryRevision.bundles, EntryRevision.graded)):
            found |= left.intersection([*_texts(bundles), *_texts(graded)])
    later = session.scalars(select(Publication).where(Publication.number > before.until)).all()
    for row in later:
        found |= wanted.intersection(documents_of(instance, row).values())
    return frozenset(found)


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - parsed JSON
    """Yield every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for own in value.values():
            yield from _texts(own)
    elif isinstance(value, list):
        for own in value:
            yield from _texts(own)
