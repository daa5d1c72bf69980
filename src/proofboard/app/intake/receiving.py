"""Take a submission in: one transaction gives it a place in the quota, a row, a leaf in the log, and its first job.

The web process hashes what was posted and looks at what it must (`looking.py`); nothing else happens before a worker
has checked it. Whoever sends the same again under the same idempotency key gets the same receipt, and nothing twice.
"""

import re
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from proofboard import canonical
from proofboard.app.intake.looking import Form, Look, look_into
from proofboard.app.intake.quota import Claimant, free_places, normalised, take_slot
from proofboard.app.intake.uploads import forget_unnamed
from proofboard.app.service.actors import Actor, refuse_unless
from proofboard.app.service.benchmarks import settings_of, the_benchmark
from proofboard.app.service.instance import Instance, new_id
from proofboard.app.service.jobs import NewJob, promise
from proofboard.app.service.log import append_leaf
from proofboard.app.service.queueing import position_of
from proofboard.app.service.records import announce, record
from proofboard.errors import RefusedError, fault, printable
from proofboard.schemas.base import PATH_ID_PATTERN
from proofboard.schemas.ledger import Leaf
from proofboard.schemas.service import BenchmarkSettings
from proofboard.schemas.states import SubmissionState
from proofboard.store.changes import LOCKED, inserted
from proofboard.store.tables import Benchmark, KeptFile, Organisation, Submission, SubmissionMove

MEGABYTE: Final = 1_000_000
LONGEST_KEY: Final = 200
LONGEST_MODEL: Final = 500
ADDRESS: Final = "/api/v1/submissions/"
_ENTRY: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}/[a-z0-9][a-z0-9._-]{0,63}")


class NewSubmission(msgspec.Struct, frozen=True, kw_only=True):
    """What was posted."""

    form: Form
    file: Path
    """A file of our own with the posted bytes; whoever made it removes it."""
    benchmark: str | None = None
    """The benchmark that the address names; without one, the artifact's own, or the only one."""
    entry: str | None = None
    """The name for posted results."""
    idempotency_key: str | None = None


class Receipt(msgspec.Struct, frozen=True):
    """That a submission was taken in, and where to ask for it."""

    id: str
    benchmark: str
    entry: str | None
    state: SubmissionState
    address: str
    """Where its state is told."""
    upload: str
    """The digest of what was posted."""
    leaf: int | None
    """Its place in the log of the board, from 0."""
    position: int | None
    """How many jobs start before its own, and one: 1 is next, 0 is running; None where none of its jobs waits."""
    estimate_seconds: int | None
    """Until that job ends, by how long such jobs took lately; None where nobody knows."""
    received_at: str


def receive(instance: Instance, actor: Actor, new: NewSubmission) -> Receipt:
    """Take a submission in.

    Raises:
        RefusedError: nobody who may (401, 403), no such benchmark (404), a key used for something else (409),
            too large (413), or the quota is used up (429).
        InputError: what was posted cannot be a submission.
    """
    refuse_unless(actor.may("submitter") and actor.organisation_id is not None, actor, "handing in")
    _check_names(new)
    digest = canonical.digest_file(new.file)
    if earlier := _earlier(instance, actor, new, digest):
        return earlier
    organisation = _organisation(instance, actor)
    look = look_into(new.file, new.form, new.entry, organisation.name)
    try:
        benchmark = _benchmark(instance, actor, new, look)
        instance.blobs.put_file(new.file)
        taken = _taken(instance, actor, (new, look, digest), organisation, benchmark)
    except RefusedError:
        # The place that is gone may be our own: another request with the same key took it since we looked.
        if earlier := _earlier(instance, actor, new, digest):
            return earlier
        forget_unnamed(instance, digest)
        raise
    if not instance.blobs.has(digest):
        # Somebody else's upload of the same bytes was cleared away between our two steps.
        instance.blobs.put_file(new.file)
    return _receipt_of(instance, taken) if taken else _again(instance, actor, new, digest)


def _check_names(new: NewSubmission) -> None:
    key, entry = new.idempotency_key, new.entry
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise fault("header.idempotency-key", f"has other than 1 to {LONGEST_KEY} printable ASCII letters")
    if entry is not None and not _ENTRY.fullmatch(entry):
        raise fault("query.entry", "is no name of an entry; write vendor/config_name in lower case")


def _organisation(instance: Instance, actor: Actor) -> Organisation:
    with instance.database.reading() as session:
        found = session.get(Organisation, actor.organisation_id)
    if found is None:
        raise RefusedError(403, "The organisation of this key is not there any more")
    return found


def _earlier(instance: Instance, actor: Actor, new: NewSubmission, digest: str) -> Receipt | None:
    """Return the receipt that this key got before; raises RefusedError (409) where it was for something else."""
    if new.idempotency_key is None:
        return None
    with instance.database.reading() as session:
        found = session.scalar(
            select(Submission).where(
                Submission.organisation_id == actor.organisation_id,
                Submission.idempotency_key == new.idempotency_key,
            )
        )
        if found is None:
            return None
        same = found.upload == digest and found.form == new.form
        same = same and new.benchmark in {None, found.benchmark_id} and new.entry in {None, found.entry}
        if not same:
            raise RefusedError(
                409, f"This idempotency key was used for submission {found.id}, which is another; choose a new key"
            )
        return _receipt(instance, session, found)


def _receipt_of(instance: Instance, submission_id: str) -> Receipt:
    with instance.database.reading() as session:
        return _receipt(instance, session, session.get_one(Submission, submission_id))


def _again(instance: Instance, actor: Actor, new: NewSubmission, digest: str) -> Receipt:
    found = _earlier(instance, actor, new, digest)
    if found is None:
        raise RefusedError(409, "The submission of this idempotency key was not kept; send it again")
    return found


def _benchmark(instance: Instance, actor: Actor, new: NewSubmission, look: Look) -> str:
    """Find the benchmark, and refuse what it does not take from anybody or from this key."""
    with instance.database.reading() as session:
        row = the_benchmark(session, new.benchmark or look.benchmark)
        refuse_unless(actor.reaches(row.id), actor, f"handing in to {row.id}")
        if look.benchmark not in {None, row.id}:
            raise fault("submission.json", f"benchmark: says {look.benchmark}, this was posted to {row.id}")
        if row.retired:
            raise RefusedError(409, f"The benchmark {row.id} is retired and takes no more submissions")
        settings = settings_of(session, row.id)
        most = MEGABYTE * settings.limits.upload_megabytes
        if (size := new.file.stat().st_size) > most:
            raise RefusedError(413, f"The upload has {size:,} bytes, at most {most:,} are accepted")
        # Whoever has no place left is told before anything is written; who gets one, the transaction decides.
        now = instance.now()
        claimant = Claimant("", str(actor.organisation_id), row.id, normalised(look.model), now[:10])
        free_places(session, claimant, settings, now)
        return row.id


def _taken(
    instance: Instance,
    actor: Actor,
    posted: tuple[NewSubmission, Look, str],
    organisation: Organisation,
    benchmark: str,
) -> str | None:
    """Write everything in one transaction; returns its id, None where another request with the same key was first."""
    new, look, _ = posted
    now = instance.now()
    with instance.database.writing() as session:
        # Locked before anything is written: whoever waits here holds nothing that another waits for.
        session.get(Benchmark, benchmark, with_for_update=LOCKED)
        settings = settings_of(session, benchmark)
        row = _row(actor, posted, organisation, benchmark, now)
        if not inserted(session, Submission, row):
            return None
        own = session.get_one(Submission, row["id"])
        claimant = Claimant(own.id, own.organisation_id, benchmark, normalised(look.model), own.day)
        take_slot(session, claimant, settings, now)
        _keep_upload(instance, session, own, new.file.stat().st_size, settings)
        own.leaf = append_leaf(session, _leaf(own, organisation, now), now)
        _promise_check(session, actor, own, now)
        return own.id


def _row(
    actor: Actor, posted: tuple[NewSubmission, Look, str], organisation: Organisation, benchmark: str, now: str
) -> dict[str, object]:
    new, look, digest = posted
    return {
        "id": new_id("sub"),
        "benchmark_id": benchmark,
        "organisation_id": organisation.id,
        "actor": actor.name,
        "form": new.form,
        "idempotency_key": new.idempotency_key,
        "upload": digest,
        "entry": look.entry,
        "model": printable(look.model)[:LONGEST_MODEL],
        "day": now[:10],
        "faults": [],
        "remarks": [],
        "state": "received",
        "created_at": now,
        "updated_at": now,
    }


def _keep_upload(
    instance: Instance, session: Session, own: Submission, n_bytes: int, settings: BenchmarkSettings
) -> None:
    days = settings.retention.submissions
    session.add(
        KeptFile(
            submission_id=own.id,
            kind="upload",
            name=f"submission.{'json' if own.form == 'results' else 'zip'}",
            digest=own.upload,
            n_bytes=n_bytes,
            created_at=own.created_at,
            keep_until=None if days is None else instance.later(days=days),
        )
    )


def _leaf(own: Submission, organisation: Organisation, now: str) -> Leaf:
    named = organisation.name if re.match(PATH_ID_PATTERN, organisation.name) else None
    return Leaf(
        kind="received",
        benchmark=own.benchmark_id,
        date=now,
        submission=own.id,
        artifact=own.upload,
        organisation=named,
    )


def _promise_check(session: Session, actor: Actor, own: Submission, now: str) -> None:
    session.add(SubmissionMove(submission_id=own.id, state="received", at=now, note=None))
    job = NewJob(
        kind="check",
        subject=own.id,
        benchmark=own.benchmark_id,
        organisation=own.organisation_id,
        once=f"check:{own.id}",
    )
    promise(session, job, now)
    record(session, actor, "submitted", ("submission", own.id), now, {"upload": own.upload, "entry": own.entry})
    body = {"submission": own.id, "state": "received", "entry": own.entry}
    announce(session, "submission", body, now, benchmark=own.benchmark_id, audience=own.organisation_id)
    announce(session, "queue", {"state": "received"}, now, benchmark=own.benchmark_id)


def _receipt(instance: Instance, session: Session, own: Submission) -> Receipt:
    place = position_of(session, own, instance.now())
    return Receipt(
        id=own.id,
        benchmark=own.benchmark_id,
        entry=own.entry,
        state=msgspec.convert(own.state, SubmissionState),
        address=f"{(instance.settings.public_url or '').rstrip('/')}{ADDRESS}{own.id}",
        upload=own.upload,
        leaf=own.leaf,
        position=place.position,
        estimate_seconds=place.estimate_seconds,
        received_at=own.created_at,
    )
