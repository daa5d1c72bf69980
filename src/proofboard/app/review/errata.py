"""Errata: an item that was found to be wrong is excluded or corrected, and everything is scored again, on record."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from proofboard import canonical
from proofboard.app.benchmark_folder import BenchmarkFolder, read_benchmark
from proofboard.app.people.paging import Page, Span, page
from proofboard.app.review.correcting import (
    Corrected,
    bundle_after,
    copy_tree,
    correct_folder,
    graded_after,
    with_item,
    without_item,
)
from proofboard.app.review.finding import locked_benchmark
from proofboard.app.review.promising import promise_job
from proofboard.app.review.reasons import public_reason
from proofboard.app.service.actors import Actor, refuse_unless
from proofboard.app.service.batches import artifacts_in
from proofboard.app.service.benchmarks import LIMITS, the_benchmark
from proofboard.app.service.instance import Instance, new_id
from proofboard.app.service.log import append_leaf
from proofboard.app.service.publications import head_of
from proofboard.app.service.records import announce, record
from proofboard.archives.names import tree
from proofboard.archives.pack import pack
from proofboard.archives.unpack import unpacked
from proofboard.errors import RefusedError, fault
from proofboard.schemas.bundle import MANIFEST
from proofboard.schemas.bundle_folder import Bundle, read_bundle
from proofboard.schemas.graded import GradedDocument
from proofboard.schemas.ledger import Leaf
from proofboard.schemas.purged import PURGED_FILE
from proofboard.schemas.reading import parse_document
from proofboard.store.tables import Benchmark, EntryRevision, Erratum

PUBLIC: Final = "public"
STANDING: Final = ("pending", "listed")
MEANWHILE: Final = "the benchmark or its entries changed while the erratum was made; ask for it again"


class NewErratum(msgspec.Struct, frozen=True, kw_only=True):
    """Which item is wrong, and what is done about it."""

    item: str
    action: Literal["exclude", "correct"]
    reason: str
    benchmark: str | None = None
    correction: Mapping[str, Any] = {}
    """Fields of the item that change: reference, facets, weight, title, cluster, created; never what is asked."""


class ErratumView(msgspec.Struct, frozen=True):
    """An erratum as everybody may read it."""

    id: str
    benchmark: str
    item: str
    action: str
    """`excluded` or `corrected`."""
    reason: str
    protocol_version: str
    """The rules, which stay the same: all entries are scored again by the changed items."""
    entries: int | None
    """Entries whose bundles were written again without the item; None in lists."""
    at: str


class _Rewritten(msgspec.Struct, frozen=True, eq=False):
    """An entry of a submission after an erratum."""

    name: str
    revision: int
    bundles: dict[str, Any]
    graded: dict[str, Any]
    is_new: bool
    """True where its bundle was written again, which makes it a revision of its own."""


def announce_erratum(instance: Instance, actor: Actor, new: NewErratum) -> ErratumView:
    """Exclude or correct an item: a new directory, entries without the item, leaves of the log, and a close promised.

    All that is new is made first, and becomes true in one transaction, or not at all where something else was changed
    meanwhile (409). Raises InputError where it is no public item, or where the correction changes what was asked.
    """
    said = public_reason(new.reason)
    if (new.action == "correct") != bool(new.correction):
        raise fault("body.correction", "says what changes of an item that is corrected, and is absent for an exclusion")
    with instance.database.reading() as session:
        board = the_benchmark(session, new.benchmark)
        refuse_unless(actor.owns(board.id, board.organisation_id), actor, "announcing an erratum")
        before, name = board.archive, board.id
        rows = _standing(session, name)
    with _unpacked(instance, before) as folder:
        read = read_benchmark(folder)
        exclude = new.action == "exclude"
        change = without_item(read, new.item) if exclude else with_item(read, new.item, new.correction)
        rewritten = [own for row in rows if (own := _rewritten(instance, row, change)) is not None]
        correct_folder(read, change)
        archive = _packed(instance, folder)
    made = _Made(read, change, before, archive, rewritten)
    return _write(instance, actor, (name, said), made, _stamp(rows))


class _Made(msgspec.Struct, frozen=True, eq=False):
    """All that an erratum makes, before any of it is true."""

    read: BenchmarkFolder
    change: Corrected
    before: str
    archive: str
    rewritten: Sequence[_Rewritten]


def _standing(session: Session, benchmark: str) -> list[EntryRevision]:
    query = select(EntryRevision).where(EntryRevision.benchmark_id == benchmark, EntryRevision.state.in_(STANDING))
    rows = list(session.scalars(query.order_by(EntryRevision.name, EntryRevision.revision)))
    for row in rows:
        session.expunge(row)
    return rows


def _stamp(rows: Sequence[EntryRevision]) -> list[tuple[str, int, str]]:
    return [(row.name, row.revision, row.state) for row in rows]


@contextmanager
def _unpacked(instance: Instance, archive: str) -> Iterator[Path]:
    """Yield a copy of a benchmark directory that may be changed."""
    scratch = instance.settings.scratch
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="erratum-", dir=scratch) as place:
        packed, folder = Path(place) / "archive", Path(place) / "benchmark"
        instance.blobs.place(archive, packed)
        with unpacked(packed, LIMITS) as found:
            copy_tree(found, folder)
        yield folder


def _packed(instance: Instance, folder: Path) -> str:
    """Check a changed directory as a whole, and keep it as an archive; raises InputError with every fault."""
    read_benchmark(folder)
    archive = folder.with_name("after.zip")
    pack({name: folder / name for name in tree(folder)}, archive)
    return instance.blobs.put_file(archive)


def _rewritten(instance: Instance, row: EntryRevision, change: Corrected) -> _Rewritten | None:
    """Write an entry's public bundle again where it has to be; None where the entry stays as it is."""
    own = row.bundles.get(PUBLIC)
    if own is None or not own["files"] or PURGED_FILE in own["files"]:
        return None
    with tempfile.TemporaryDirectory(prefix="bundle-", dir=instance.settings.scratch) as place:
        folder = Path(place)
        for name, digest in own["files"].items():
            instance.blobs.place(digest, folder / name)
        bundle = read_bundle(folder)
        is_new = change.concerns(bundle)
        files = {name: instance.blobs.put(raw) for name, raw in bundle_after(bundle, change).items()} if is_new else {}
    after = files.get(MANIFEST, bundle.digest)
    graded = _regraded(instance, row, (bundle, after), change)
    if not is_new and graded == row.graded:
        return None
    bundles = {**row.bundles, PUBLIC: {"digest": after, "files": files}} if is_new else row.bundles
    return _Rewritten(row.name, row.revision, bundles, graded, is_new)


def _regraded(instance: Instance, row: EntryRevision, bundles: tuple[Bundle, str], change: Corrected) -> dict[str, Any]:
    bundle, after = bundles
    own = row.graded.get(bundle.digest)
    if own is None:
        return dict(row.graded)
    document = parse_document(instance.blobs.get(own["document"]), GradedDocument, "graded.json")
    made = graded_after(document, after, change)
    kept = {"document": instance.blobs.put(canonical.dump(made)), "artifacts": artifacts_in(made)}
    return {**{name: other for name, other in row.graded.items() if name != bundle.digest}, after: kept}


def _write(
    instance: Instance, actor: Actor, about: tuple[str, str], made: _Made, stamp: list[tuple[str, int, str]]
) -> ErratumView:
    (name, reason), now = about, instance.now()
    action = "excluded" if made.change.excluded else "corrected"
    said = f"item {made.change.item_id} was {action}: {reason}"[:1_000]
    with instance.database.writing() as session:
        board = locked_benchmark(session, name)
        refuse_unless(actor.owns(board.id, board.organisation_id), actor, "announcing an erratum")
        if board.archive != made.before or _stamp(_standing(session, name)) != stamp:
            raise RefusedError(409, MEANWHILE)
        for own in made.rewritten:
            _revise(session, name, own, said, now)
        board.archive, board.updated_at, board.dirty_since = made.archive, now, board.dirty_since or now
        row = Erratum(
            id=new_id("err"),
            benchmark_id=name,
            item_id=made.change.item_id,
            action=action,
            reason=reason,
            archive_before=made.before,
            archive_after=made.archive,
            protocol_version=made.read.benchmark.protocol_version,
            actor=actor.name,
            at=now,
        )
        session.add(row)
        session.flush()
        _tell_everybody(session, actor, board, row, said)
        return _view(row, sum(own.is_new for own in made.rewritten))


def _revise(session: Session, benchmark: str, own: _Rewritten, reason: str, now: str) -> None:
    row = session.get_one(EntryRevision, (benchmark, own.name, own.revision))
    if not own.is_new:
        row.graded = own.graded
        return
    new = EntryRevision(
        benchmark_id=benchmark,
        name=row.name,
        revision=row.revision + 1,
        submission_id=row.submission_id,
        organisation_id=row.organisation_id,
        state="pending",
        configuration=row.configuration,
        configuration_digest=row.configuration_digest,
        acceptance=row.acceptance,
        bundles=own.bundles,
        graded=own.graded,
        public_reason=None,
        at=now,
    )
    row.state, row.public_reason = "superseded", reason
    session.add(new)


def _tell_everybody(session: Session, actor: Actor, board: Benchmark, row: Erratum, said: str) -> None:
    """Add the leaves of an erratum: what was wrong, and from which publication on all is scored again."""
    head, now = head_of(session, board.id), row.at
    before = head.digest if head else None
    append_leaf(session, Leaf(kind="erratum", benchmark=board.id, date=now, publication=before, reason=said), now)
    rescored = f"all entries are scored again without errors of item {row.item_id} ({row.id})"
    append_leaf(session, Leaf(kind="rescored", benchmark=board.id, date=now, publication=before, reason=rescored), now)
    details = {"item": row.item_id, "action": row.action, "before": row.archive_before, "after": row.archive_after}
    record(session, actor, "erratum announced", ("erratum", row.id), now, details)
    announce(session, "board", {"benchmark": board.id, "erratum": row.id}, now, benchmark=board.id)
    promise_job(session, board, "close", now)


def errata(instance: Instance, benchmark: str | None, span: Span) -> Page[ErratumView]:
    """List the errata of a board, the latest first; anybody may."""
    with instance.database.reading() as session:
        query = select(Erratum).where(Erratum.benchmark_id == the_benchmark(session, benchmark).id)
        if after := span.after:
            query = query.where(Erratum.id < after)
        rows = list(session.scalars(query.order_by(Erratum.id.desc()).limit(span.limit + 1)))
    return page([_view(row, None) for row in rows], span.limit, [row.id for row in rows])


def _view(row: Erratum, n_entries: int | None) -> ErratumView:
    return ErratumView(
        id=row.id,
        benchmark=row.benchmark_id,
        item=row.item_id,
        action=row.action,
        reason=row.reason,
        protocol_version=row.protocol_version,
        entries=n_entries,
        at=row.at,
    )
