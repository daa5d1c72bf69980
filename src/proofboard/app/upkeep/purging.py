"""Purge the published answers of an entry at its owner's word: on record, and at the price of their assurance."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from proofboard.app.people.telling import tell
from proofboard.app.review.finding import OFF, locked_benchmark, public_bundle
from proofboard.app.review.promising import board_changed
from proofboard.app.review.reasons import public_reason
from proofboard.app.service.actors import Actor, refuse_unless
from proofboard.app.service.benchmarks import the_benchmark
from proofboard.app.service.instance import Instance
from proofboard.app.service.log import append_leaf
from proofboard.app.service.publications import head_of
from proofboard.app.service.records import record
from proofboard.app.upkeep.purge_records import purge_records
from proofboard.app.upkeep.references import Published, named_among, shut_others_out
from proofboard.errors import RefusedError
from proofboard.schemas.bundle import MANIFEST
from proofboard.schemas.ledger import Leaf
from proofboard.schemas.purged import PURGED_FILE
from proofboard.store.tables import Benchmark, EntryRevision, KeptFile

PUBLICATIONS_LET_GO: Final = Published(frozenset(), 2**31 - 1)
"""What publications name goes here: that is what the owner asked for."""


class Purged(msgspec.Struct, frozen=True):
    """Answers that are gone; the digests that named them stay."""

    entry: str
    bundle: str
    n_files: int
    reason: str


def purge_bundle(instance: Instance, actor: Actor, benchmark: str | None, entry: str, reason: str) -> Purged:
    """Remove the answers of an entry from the server, past publications included; scores and digests stay.

    Nobody can recompute the entry afterwards: the next publication shows its row as it was, marked as reported, and the
    log says so. Bytes that somebody else's entry or submission names stay, because they are theirs too. Only an owner
    of the board may.
    """
    said, now = public_reason(reason), instance.now()
    records = _records(instance, actor, benchmark, entry, (said, now[:10]))
    with instance.database.writing() as session:
        board = locked_benchmark(session, the_benchmark(session, benchmark).id)
        refuse_unless(actor.owns(board.id, board.organisation_id, "owner"), actor, "purging published answers")
        shut_others_out(session)
        rows = _rows(session, board.id, entry)
        if not rows or (bundle := public_bundle(rows[-1])) is None:
            raise RefusedError(404, f"no submission stands on the board {board.id!r} as {entry[:140]!r}")
        placed = {name: instance.blobs.put(raw) for name, raw in records.items()}
        gone = _let_go(session, rows, placed, now)
        if not gone:
            raise RefusedError(409, f"the answers of {entry} were purged before")
        head = head_of(session, board.id)
        before = head.digest if head else None
        for own in sorted({bundle, *(placed.keys() & _digests(rows))}):
            leaf = Leaf(
                kind="purged", benchmark=board.id, date=now, entry=entry, bundle=own, publication=before, reason=said
            )
            append_leaf(session, leaf, now)
        details = {"reason": said, "files": sorted(gone)}
        record(session, actor, "answers purged", ("entry", f"{board.id}/{entry}"), now, details)
        _tell(instance, session, (board, rows[-1]), said, now)
        for digest in sorted(gone - named_among(instance, session, gone, PUBLICATIONS_LET_GO)):
            instance.blobs.remove(digest)
    return Purged(entry, bundle, len(gone), said)


def _records(
    instance: Instance, actor: Actor, benchmark: str | None, entry: str, said: tuple[str, str]
) -> dict[str, bytes]:
    """Write what stays of an entry, for whoever may purge it; for others nothing is read."""
    with instance.database.reading() as session:
        board = the_benchmark(session, benchmark)
        refuse_unless(actor.owns(board.id, board.organisation_id, "owner"), actor, "purging published answers")
        rows, name = _rows(session, board.id, entry), board.id
        for row in rows:
            session.expunge(row)
    return purge_records(instance, name, rows, *said)


def _rows(session: Session, board: str, entry: str) -> Sequence[EntryRevision]:
    return session.scalars(
        select(EntryRevision)
        .where(EntryRevision.benchmark_id == board, EntryRevision.name == entry)
        .order_by(EntryRevision.revision)
    ).all()


def _digests(rows: Sequence[EntryRevision]) -> set[str]:
    return {str(own["digest"]) for row in rows for own in row.bundles.values()}


def _let_go(session: Session, rows: Sequence[EntryRevision], records: Mapping[str, str], now: str) -> frozenset[str]:
    """Take the files out of every revision, and out of what is kept for its submissions; returns their digests.

    Manifests stay: they hold no answer, and say by digest what was there. `records` are what stands beside them now.
    """
    files = [item for row in rows for own in row.bundles.values() for item in own["files"].items()]
    gone = {digest for name, digest in files if name not in {MANIFEST, PURGED_FILE}}
    if not gone:
        return frozenset()
    for row in rows:
        # What programs made of answers, and kept of them, goes with them.
        gone |= {digest for own in row.graded.values() for digest in (own["document"], *own["artifacts"])}
        row.bundles = {name: _left(own, records) for name, own in row.bundles.items()}
        row.graded = {}
    kept = session.scalars(
        select(KeptFile).where(
            KeptFile.submission_id.in_([row.submission_id for row in rows if row.submission_id]),
            KeptFile.purged_at.is_(None),
            or_(KeptFile.kind == "upload", KeptFile.digest.in_(gone)),
        )
    ).all()
    for own in kept:
        own.purged_at = now
        gone.add(own.digest)
    return frozenset(gone)


def _left(bundle: dict[str, Any], records: Mapping[str, str]) -> dict[str, Any]:
    digest = str(bundle["digest"])
    if PURGED_FILE in bundle["files"]:
        return bundle
    return {**bundle, "files": {MANIFEST: digest, PURGED_FILE: records[digest]} if digest in records else {}}


def _tell(instance: Instance, session: Session, about: tuple[Benchmark, EntryRevision], reason: str, now: str) -> None:
    board, row = about
    if row.organisation_id:
        told = f"The owner of {board.title} purged the published answers of {row.name}: {reason}"
        tell(session, instance, row.organisation_id, f"Answers of {row.name} were purged", told)
    if row.state not in OFF:
        board_changed(instance, session, board, now, entry=row.name)
