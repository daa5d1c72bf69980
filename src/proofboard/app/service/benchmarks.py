"""The benchmarks of a server: taken in as packed directories, with the settings of their owners."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import msgspec
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from proofboard.app.benchmark_folder import BenchmarkFolder, read_benchmark
from proofboard.app.build import inputs_of_close, refuse_too_large
from proofboard.app.held_out.strays import strays
from proofboard.app.service.actors import Actor, refuse_unless
from proofboard.app.service.instance import Instance
from proofboard.app.service.jobs import NewJob, promise
from proofboard.app.service.records import announce, record
from proofboard.archives.limits import Limits as ArchiveLimits
from proofboard.archives.unpack import is_archive, unpacked
from proofboard.errors import Fault, InputError, RefusedError, fault
from proofboard.publish.assemble import assemble
from proofboard.schemas.service import BenchmarkSettings, Limits, Retention
from proofboard.schemas.states import Role
from proofboard.store.changes import LOCKED
from proofboard.store.tables import AuditRecord, Benchmark, Head, Organisation, Publication

LIMITS = ArchiveLimits(members=200_000)
NAMED_AT_MOST = 20
CLOSE_FAILED = "close failed"
"""The action in the audit log by which a close that failed is found again."""
HELD_OUT_INSIDE = "belongs to a held-out store, which never leaves its owner's machine; take it out of the archive"
NO_ARCHIVE = "is no archive; pack the benchmark directory as zip or tar, or use `proofboard benchmark add DIR`"


class BenchmarkSummary(msgspec.Struct, frozen=True):
    """What everybody may know of a benchmark."""

    id: str
    title: str
    organisation: str
    """Its owner."""
    publication: str | None
    """The digest of its latest publication; None where nothing was published yet."""
    published_at: str | None
    """When that was made."""
    stale: bool
    """True where something waits for the next close."""
    close_failed: str | None
    """Since when closes fail; None where none failed after the latest close that was released."""
    retired: bool
    created_at: str
    updated_at: str


class Rules(msgspec.Struct, frozen=True):
    """What a benchmark's settings mean for those who hand in, appeal or check."""

    limits: Limits
    publish: Literal["automatic", "on approval"]
    licences: list[str] | None
    review_personal_data: bool
    close: Literal["at once", "by schedule"] | None
    rerun: Literal["nobody", "owners", "members", "anybody"]
    appeal_days: int
    retention: Retention
    rotation: str
    contact: str | None


class BenchmarkView(BenchmarkSummary, frozen=True):
    """A benchmark with its rules."""

    rules: Rules


def benchmark_view(instance: Instance, benchmark: str) -> BenchmarkView:
    """Return what everybody may know of one benchmark; raises RefusedError (404)."""
    found = next((own for own in benchmarks(instance) if own.id == benchmark), None)
    if found is None:
        raise RefusedError(404, f"there is no benchmark {benchmark[:64]!r}")
    with instance.database.reading() as session:
        settings = settings_of(session, benchmark)
    rules = Rules(**{name: getattr(settings, name) for name in Rules.__struct_fields__})
    return BenchmarkView(**msgspec.structs.asdict(found), rules=rules)


def benchmarks(instance: Instance) -> list[BenchmarkSummary]:
    """List the benchmarks of a server by their ids."""
    with instance.database.reading() as session:
        since = select(func.min(AuditRecord.at)).where(*_failed_closes()).correlate(Benchmark).scalar_subquery()
        rows = session.execute(
            select(Benchmark, Organisation.name, Publication, since)
            .join(Organisation, Organisation.id == Benchmark.organisation_id)
            .outerjoin(Head, Head.benchmark_id == Benchmark.id)
            .outerjoin(Publication, Publication.number == Head.publication)
            .order_by(Benchmark.id)
        ).all()
        return [_summary(own, name, head, since) for own, name, head, since in rows]


def why_close_failed(instance: Instance, actor: Actor, benchmark: str) -> str | None:
    """Say to those who run a board why its latest close failed; None where a later one was released, or none failed.

    Of a board with a held-out store it says no more than where the reason lies.
    """
    with instance.database.reading() as session:
        row = the_benchmark(session, benchmark)
        refuse_unless(actor.owns(row.id, row.organisation_id), actor, "reading why a close failed")
        failed = select(AuditRecord.details).join(Benchmark, Benchmark.id == row.id).where(*_failed_closes())
        details = session.scalar(failed.order_by(AuditRecord.number.desc()).limit(1))
    return None if details is None else str(details.get("reason", ""))


def _failed_closes() -> tuple[ColumnElement[bool], ...]:
    """Choose the records of the closes of a benchmark that failed after the latest one that was released."""
    closed = aliased(Publication)
    released = (
        select(closed.created_at)
        .join(Head, Head.closed == closed.number)
        .where(Head.benchmark_id == Benchmark.id)
        .correlate(Benchmark)
        .scalar_subquery()
    )
    return (
        AuditRecord.subject_kind == "benchmark",
        AuditRecord.subject == Benchmark.id,
        AuditRecord.action == CLOSE_FAILED,
        AuditRecord.at > func.coalesce(released, ""),
    )


def _summary(
    own: Benchmark, organisation: str, head: Publication | None, close_failed: str | None = None
) -> BenchmarkSummary:
    return BenchmarkSummary(
        id=own.id,
        title=own.title,
        organisation=organisation,
        publication=head.digest if head else None,
        published_at=head.created_at if head else None,
        stale=own.dirty_since is not None,
        close_failed=close_failed,
        retired=own.retired,
        created_at=own.created_at,
        updated_at=own.updated_at,
    )


def add_benchmark(instance: Instance, actor: Actor, archive: Path) -> BenchmarkSummary:
    """Take a packed benchmark directory in; its board is published by the next close, which is promised here.

    Raises InputError with every fault that would keep the board from being built, and RefusedError where the id is
    taken (409).
    """
    refuse_stranger(instance, actor)
    read = _checked(archive)
    digest, now = instance.blobs.put_file(archive), instance.now()
    organisation = str(actor.organisation_id)
    with instance.database.writing() as session:
        if session.get(Benchmark, read.benchmark.id) is not None:
            raise RefusedError(409, f"there is a benchmark {read.benchmark.id!r} already; change it, or choose an id")
        row = Benchmark(
            id=read.benchmark.id,
            organisation_id=organisation,
            title=read.benchmark.title,
            archive=digest,
            settings=msgspec.to_builtins(BenchmarkSettings()),
            dirty_since=now,
            created_at=now,
            updated_at=now,
        )
        session.add(row)
        session.flush()
        _changed(session, actor, row, "benchmark added", now)
        host = session.get(Organisation, organisation)
        return _summary(row, host.name if host else "", None)


def update_benchmark(instance: Instance, actor: Actor, benchmark: str, archive: Path) -> None:
    """Give a benchmark another directory of the same id; entries are graded again by it at the next close."""
    refuse_stranger(instance, actor, benchmark)
    read = _checked(archive)
    if read.benchmark.id != benchmark:
        raise fault("benchmark.yaml", f"id: is {read.benchmark.id!r}, expected {benchmark!r}")
    digest, now = instance.blobs.put_file(archive), instance.now()
    with instance.database.writing() as session:
        row = owned_benchmark(session, actor, benchmark, "changing a benchmark")
        row.archive, row.title, row.updated_at = digest, read.benchmark.title, now
        row.dirty_since = row.dirty_since or now
        _changed(session, actor, row, "benchmark changed", now)


def refuse_stranger(instance: Instance, actor: Actor, benchmark: str | None = None) -> None:
    """Refuse who may not change a benchmark, or add one, before anything that they send is taken in or unpacked."""
    if benchmark is None:
        allowed = actor.is_host and actor.may("maintainer") and not actor.benchmarks
        refuse_unless(allowed, actor, "adding a benchmark")
        return
    with instance.database.reading() as session:
        row = the_benchmark(session, benchmark)
        refuse_unless(actor.owns(row.id, row.organisation_id), actor, "changing a benchmark")


def _changed(session: Session, actor: Actor, row: Benchmark, action: str, now: str) -> None:
    record(session, actor, action, ("benchmark", row.id), now, {"archive": row.archive})
    announce(session, "board", {"benchmark": row.id}, now, benchmark=row.id)
    job = NewJob(
        kind="close", subject=row.id, benchmark=row.id, organisation=row.organisation_id, once=f"close:{row.id}"
    )
    promise(session, job, now)


def _checked(archive: Path) -> BenchmarkFolder:
    """Read a packed benchmark directory, and build its board once without keeping it; raises InputError.

    Whoever hands a directory in hears here what a close would find later, when nobody waits for an answer. Held-out
    scores are none of it: this process may not see the store.
    """
    if not is_archive(archive):
        raise fault(archive.name, NO_ARCHIVE)
    with unpacked(archive, LIMITS) as folder:
        # What is taken in here is kept beside what is public, and is sent to whoever reads the board.
        if found := strays(folder):
            raise InputError([Fault(name, 0, HELD_OUT_INSIDE) for name in found])
        try:
            read = read_benchmark(folder)
            inputs, _ = inputs_of_close(read)
            refuse_too_large(assemble(inputs).documents)
        except InputError as error:
            raise InputError([_inside(folder, own, archive.name) for own in error.faults]) from error
        return read


def _inside(folder: Path, own: Fault, name: str) -> Fault:
    """Name a place in an archive by its path there: where it was unpacked means nothing to whoever packed it."""
    place = name if own.file == str(folder) else own.file.removeprefix(f"{folder}/")
    return replace(own, file=place, reason=own.reason.replace(f"{folder}/", ""))


def read_settings_of(instance: Instance, actor: Actor, benchmark: str) -> BenchmarkSettings:
    """Return the settings of a benchmark to those who run it."""
    with instance.database.reading() as session:
        row = the_benchmark(session, benchmark)
        refuse_unless(actor.owns(row.id, row.organisation_id), actor, "reading settings")
        return settings_of(session, benchmark)


def change_settings(instance: Instance, actor: Actor, benchmark: str, settings: BenchmarkSettings) -> BenchmarkSettings:
    """Replace the settings of a benchmark."""
    now = instance.now()
    with instance.database.writing() as session:
        row = owned_benchmark(session, actor, benchmark, "changing settings")
        before = row.settings
        row.settings, row.updated_at = msgspec.to_builtins(settings), now
        changes = {name: [before.get(name), value] for name, value in row.settings.items() if before.get(name) != value}
        record(session, actor, "settings changed", ("benchmark", benchmark), now, changes)
    return settings


def retire_benchmark(instance: Instance, actor: Actor, benchmark: str) -> None:
    """Take no more submissions for a benchmark; its board stays."""
    now = instance.now()
    with instance.database.writing() as session:
        row = owned_benchmark(session, actor, benchmark, "retiring a benchmark", role="owner")
        row.retired, row.updated_at = True, now
        record(session, actor, "benchmark retired", ("benchmark", benchmark), now)


def owned_benchmark(
    session: Session, actor: Actor, benchmark: str, what: str, *, role: Role = "maintainer"
) -> Benchmark:
    """Return the row of a benchmark that the actor runs, locked; raises RefusedError (401, 403, 404)."""
    row = session.get(Benchmark, benchmark, with_for_update=LOCKED)
    if row is None:
        raise RefusedError(404, f"there is no benchmark {benchmark!r}")
    refuse_unless(actor.owns(row.id, row.organisation_id, role), actor, what)
    return row


def the_benchmark(session: Session, benchmark: str | None) -> Benchmark:
    """Return the row of a benchmark, or of the only one where none is named; raises RefusedError (404, 422)."""
    if benchmark is not None:
        if (row := session.get(Benchmark, benchmark)) is None:
            raise RefusedError(404, f"there is no benchmark {benchmark[:64]!r}")
        return row
    rows: Sequence[Benchmark] = session.scalars(select(Benchmark).order_by(Benchmark.id).limit(NAMED_AT_MOST)).all()
    if not rows:
        raise RefusedError(404, "this server has no benchmark yet; its owner adds one with `proofboard benchmark add`")
    if len(rows) > 1:
        names = ", ".join(own.id for own in rows)
        raise RefusedError(422, f"this server has several benchmarks; say which with `benchmark`: {names}")
    return rows[0]


def settings_of(session: Session, benchmark: str) -> BenchmarkSettings:
    """Return the settings of a benchmark; what an older version did not know has its default."""
    return msgspec.convert(the_benchmark(session, benchmark).settings, BenchmarkSettings)
