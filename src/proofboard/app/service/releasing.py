"""Release a publication: its bytes into the blobs, its leaves into the log, and the head moved in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from proofboard import canonical
from proofboard.app.people.telling import tell
from proofboard.app.service.actors import SYSTEM
from proofboard.app.service.board_key import board_signer
from proofboard.app.service.candidates import Candidate
from proofboard.app.service.instance import Instance
from proofboard.app.service.log import append_leaf, leaves_of, lines_of
from proofboard.app.service.moves import move
from proofboard.app.service.records import announce, record
from proofboard.errors import StorageError
from proofboard.ledger.documents import log_documents, sign_checkpoint
from proofboard.ledger.leaves import keys_of, standings
from proofboard.ledger.tree import leaf_hash
from proofboard.publish.assemble import Assembled
from proofboard.publish.names import LEADERBOARD, ROOT, artifact_path, bundle_path
from proofboard.schemas.board import Leaderboard, rows_in
from proofboard.schemas.bundle import MANIFEST
from proofboard.schemas.ledger import Leaf
from proofboard.schemas.selectors import name_of
from proofboard.store.changes import LOCKED
from proofboard.store.tables import (
    Benchmark,
    EntryRevision,
    Head,
    Publication,
    ScoreHistory,
    Submission,
)

TAKEN_BACK: Final = "taken back before it was published"
OTHER_KEY: Final = "the log of {} was begun with another key than this worker's; give all workers the same signing key"


class Release(msgspec.Struct, frozen=True, eq=False):
    """A publication that was made, and what becomes true with it."""

    benchmark: str
    version: int
    """The version of the head that it follows; 0 where it is the first."""
    kind: str
    """`append` or `close`."""
    documents: Mapping[str, str]
    """Path → digest; all of them are in the blobs."""
    added: Sequence[Candidate]
    log: "SignedLog"
    stamp: str
    """What the entries' rows and the archive were when it was begun, as `stamp_of` sums it up."""
    took_milliseconds: int
    is_draft: bool = False


class SignedLog(msgspec.Struct, frozen=True):
    """A log as it is published, and what it says."""

    documents: Mapping[str, bytes]
    size: int
    bundles: Mapping[str, str]
    """Entry → the digest of the public bundle that it stands for."""


class Shown(msgspec.Struct, frozen=True):
    """What a board is about to show: name → digests of the public bundle and the recipe, and who is listed as off."""

    entries: Mapping[str, tuple[str, str]]
    off: Sequence[str]
    standing: Mapping[str, tuple[str, str]] = {}
    """Rows that stay as they are. The log tells of them already; where a close that was never released told of other
    bundles, it is told again what is shown."""


def signed_log(instance: Instance, benchmark: str, shown: Shown, *, kind: str) -> SignedLog:
    """Bring the log up to what will be shown, and sign it.

    Leaves that are there already are not added again, so that a publisher that was stopped can begin anew.
    """
    signer, now = board_signer(instance), instance.now()
    with instance.database.writing() as session:
        session.get(Benchmark, benchmark, with_for_update=LOCKED)
        leaves = leaves_of(lines_of(session, benchmark), benchmark)
        keys = keys_of(leaves, "board")
        if keys and signer.public not in keys:
            raise StorageError(OTHER_KEY.format(benchmark))
        for leaf in _missing(leaves, benchmark, shown, now):
            append_leaf(session, leaf, now)
        if not keys:
            added = Leaf(kind="key_added", benchmark=benchmark, date=now, key=signer.public.hex(), role="board")
            append_leaf(session, added, now)
        if kind == "close":
            append_leaf(session, Leaf(kind="closed", benchmark=benchmark, date=now), now)
        lines = lines_of(session, benchmark)
    checkpoint = sign_checkpoint(benchmark, [leaf_hash(line) for line in lines], now, [signer])
    bundles = {name: own.bundle for name, own in standings(leaves_of(lines, benchmark)).items()}
    return SignedLog(log_documents(lines, checkpoint, [signer.public]), len(lines), bundles)


def _missing(leaves: Sequence[Leaf], benchmark: str, shown: Shown, now: str) -> Iterator[Leaf]:
    """Yield what the log does not tell yet of the entries that are shown, and of those that are not any more."""
    told = standings(leaves)
    for name, (bundle, recipe) in sorted(shown.entries.items()):
        own = told.get(name)
        if own is None or own.place == "withdrawn":
            yield Leaf(kind="published", benchmark=benchmark, date=now, entry=name, bundle=bundle, configuration=recipe)
        elif own.bundle != bundle:
            yield Leaf(kind="revised", benchmark=benchmark, date=now, entry=name, bundle=bundle, configuration=recipe)
    for name, (bundle, recipe) in sorted(shown.standing.items()):
        own = told.get(name)
        if own is not None and own.place != "withdrawn" and own.bundle != bundle:
            yield Leaf(kind="revised", benchmark=benchmark, date=now, entry=name, bundle=bundle, configuration=recipe)
    for name, own in sorted(told.items()):
        if own.place == "shown" and name not in shown.entries and name not in shown.off:
            yield Leaf(kind="withdrawn", benchmark=benchmark, date=now, entry=name, reason=TAKEN_BACK)


def put_documents(instance: Instance, assembled: Assembled, places: Mapping[str, Path]) -> dict[str, str]:
    """Put every file of what was assembled into the blobs; returns path → digest.

    `places` gives for the digest of a bundle its folder, and for that of an artifact its file.
    """
    named = {path: instance.blobs.put(raw) for path, raw in assembled.documents.items()}
    for bundle, files in assembled.bundles.items():
        for name, digest in {MANIFEST: bundle, **files}.items():
            named[f"{bundle_path(bundle)}/{name}"] = _kept(instance, digest, places[bundle] / name)
    for artifact in assembled.artifacts:
        named[artifact_path(artifact)] = _kept(instance, artifact, places[artifact])
    return named


def _kept(instance: Instance, digest: str, file: Path) -> str:
    if instance.blobs.has(digest):
        return digest
    if (found := instance.blobs.put_file(file)) != digest:
        raise StorageError(f"{file.name}: has the digest {found}, expected {digest}; it was changed meanwhile")
    return digest


def head_version(instance: Instance, benchmark: str) -> int:
    """Return the version of a board's head; 0 where nothing was published yet."""
    with instance.database.reading() as session:
        head = session.get(Head, benchmark)
        return head.version if head else 0


def release(instance: Instance, made: Release) -> bool:
    """Make a publication the head; False, and nothing changed, where something else happened meanwhile.

    Compare-and-swap: the head must be the one that the publication follows, and what it adds must still be approved.
    """
    raw = instance.blobs.get(made.documents[LEADERBOARD])
    board = msgspec.json.decode(raw, type=Leaderboard)
    listed = instance.blobs.put(canonical.dump(dict(made.documents)))
    now = instance.now()
    with instance.database.writing() as session:
        benchmark = session.get(Benchmark, made.benchmark, with_for_update=LOCKED)
        head = session.get(Head, made.benchmark, with_for_update=LOCKED)
        submissions = [session.get(Submission, own.submission, with_for_update=LOCKED) for own in made.added]
        stands = (head.version if head else 0) == made.version
        approved = all(own is not None and own.state == "approved" for own in submissions)
        if benchmark is None or not stands or not approved or stamp_of(session, benchmark) != made.stamp:
            return False
        publication = _publication(session, made, listed, now)
        if made.is_draft:
            return True
        _swap(session, made, head, publication)
        _settle_entries(instance, session, made, [own for own in submissions if own], now)
        _write_history(session, board, publication, made.log.bundles, now)
        benchmark.dirty_since = None if made.kind == "close" else benchmark.dirty_since or now
        record(session, SYSTEM, made.kind, ("benchmark", made.benchmark), now, {"publication": publication.digest})
        body = {"benchmark": made.benchmark, "publication": publication.digest, "kind": made.kind}
        announce(session, "board", body, now, benchmark=made.benchmark)
    return True


def stamp_of(session: Session, benchmark: Benchmark) -> str:
    """Sum up what a publication is made from: the archive, and the state of every revision."""
    rows = session.execute(
        select(EntryRevision.name, EntryRevision.revision, EntryRevision.state, EntryRevision.bundles)
        .where(EntryRevision.benchmark_id == benchmark.id)
        .order_by(EntryRevision.name, EntryRevision.revision)
    )
    return canonical.digest_of([benchmark.archive, [tuple(row) for row in rows]])


def _publication(session: Session, made: Release, listed: str, now: str) -> Publication:
    root = made.documents[ROOT]
    found = session.scalar(
        select(Publication).where(Publication.benchmark_id == made.benchmark, Publication.digest == root)
    )
    if found is not None and found.is_draft and made.is_draft:
        # Made again, it is the newest draft, and retention counts its days anew.
        session.delete(found)
        session.flush()
        found = None
    if found is None:
        found = Publication(benchmark_id=made.benchmark, digest=root, documents=listed, created_at=now)
        session.add(found)
    found.kind, found.log_size, found.took_milliseconds = made.kind, made.log.size, made.took_milliseconds
    found.is_draft = made.is_draft
    session.flush()
    return found


def _swap(session: Session, made: Release, head: Head | None, publication: Publication) -> None:
    if head is None:
        head = Head(benchmark_id=made.benchmark, publication=publication.number, version=0)
        session.add(head)
    head.publication = publication.number
    if made.kind == "close":
        head.closed = publication.number
    head.version = made.version + 1


def _settle_entries(
    instance: Instance, session: Session, made: Release, submissions: Sequence[Submission], now: str
) -> None:
    """Write the revisions that are now on the board, and say of what they replace that it is superseded."""
    if made.kind == "close":
        pending = session.scalars(
            select(EntryRevision).where(EntryRevision.benchmark_id == made.benchmark, EntryRevision.state == "pending")
        )
        for row in pending:
            row.state = "listed"
    for own, submission in zip(made.added, submissions, strict=True):
        earlier = session.scalars(
            select(EntryRevision).where(
                EntryRevision.benchmark_id == made.benchmark,
                EntryRevision.name == own.revision.name,
                EntryRevision.state.in_(("pending", "listed")),
            )
        ).all()
        for row in earlier:
            row.state = "superseded"
            before = session.get(Submission, row.submission_id) if row.submission_id else None
            if before is not None and before.state == "published":
                move(session, before, "superseded", now)
        own.revision.state = "listed" if made.kind == "close" else "pending"
        session.add(own.revision)
        move(session, submission, "published", now)
        told = f"{own.revision.name} is on the board {made.benchmark}."
        tell(session, instance, own.organisation, f"{own.revision.name} was published", told)


def _write_history(
    session: Session, board: Leaderboard, publication: Publication, bundles: Mapping[str, str], now: str
) -> None:
    """Keep for ever what the board says of each entry, where it is something new."""
    earlier = select(ScoreHistory).where(ScoreHistory.benchmark_id == publication.benchmark_id)
    latest = {own.entry: own for own in session.scalars(earlier.order_by(ScoreHistory.publication))}
    for row in rows_in(board):
        name = name_of(row)
        own = ScoreHistory(
            publication=publication.number,
            entry=name,
            benchmark_id=publication.benchmark_id,
            model=row.model or name,
            bundle_digest=bundles[name],
            protocol_version=row.protocol_version,
            rank=row.rank,
            public_score=row.public.score,
            held_out_score=row.held_out.score,
            at=now,
        )
        if name not in latest or _said(latest[name]) != _said(own):
            session.merge(own)


def _said(own: ScoreHistory) -> tuple[object, ...]:
    return own.rank, own.public_score, own.held_out_score, own.bundle_digest, own.protocol_version
