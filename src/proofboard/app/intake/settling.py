"""What a check ends with, in one transaction: refused with every reason, in review with what to look at, or queued."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from proofboard.app.intake import duplicates
from proofboard.app.intake.quota import Claimant, charge_scoring, normalised, refund_refused
from proofboard.app.intake.telling_faults import told
from proofboard.app.people.telling import tell_of
from proofboard.app.review.audits import suspect
from proofboard.app.service.actors import SYSTEM
from proofboard.app.service.benchmarks import settings_of
from proofboard.app.service.instance import Instance
from proofboard.app.service.jobs import NewJob, promise
from proofboard.app.service.log import append_leaf
from proofboard.app.service.moves import move
from proofboard.app.service.records import record
from proofboard.app.submissions.checks import HELD_OUT, PUBLIC, Checked
from proofboard.errors import Fault
from proofboard.schemas.base import PATH_ID_PATTERN
from proofboard.schemas.ledger import Leaf
from proofboard.schemas.service import BenchmarkSettings
from proofboard.schemas.states import Queue
from proofboard.store.changes import LOCKED
from proofboard.store.tables import Benchmark, KeptFile, Organisation, SigningKey, Submission

UNSIGNED: Final = "is not there; your organisation signs what it hands in: pack it with `proofboard submit --sign`"
OTHER_KEY: Final = "is made with a key that is not registered for your organisation, or was revoked"
UNKNOWN_KEY: Final = "is made with a key that your organisation has not registered; it proves nothing about who you are"
QUOTES: Final = "what it would publish needs a look beside the held-out set before it goes on; say nobody what is alike"
REFUSED_LEAF: Final = "refused before evaluation: {}"


class Replacement(msgspec.Struct, frozen=True):
    """What stands for an upload from now on, without anything that may answer held-out items."""

    digest: str | None
    """Its blob; None where nothing of the upload is kept."""
    n_bytes: int


class Examined(msgspec.Struct, frozen=True, eq=False):
    """What a check found in order."""

    checked: Checked
    files: Mapping[str, tuple[str, int]]
    """Name → blob and size: `configuration.json`, `bundles/<set>/<file>`; nothing that answers held-out items."""
    upload: Replacement | None
    """What takes the place of what was posted; None where that stays."""
    remarks: Sequence[str]
    doubts: Sequence[Fault]
    """Why somebody looks at it before it is evaluated."""
    quotes_held_out: bool
    """True where what would be published holds the text of a held-out item, which only the owners may hear."""
    signed_by: str | None
    queue: Queue
    is_seed: bool
    """True where the owner's own directory has an entry of this name."""


def settle(instance: Instance, submission_id: str, found: Examined) -> None:
    """Queue a submission, send it to review, or refuse it for what only the database knows; twice is once."""
    now = instance.now()
    with instance.database.writing() as session:
        own = _locked(session, submission_id)
        if own is None:
            return
        settings = settings_of(session, own.benchmark_id)
        if faults := told(_refusals(session, own, found, settings)):
            _replace(session, own, found.upload, now)
            _refuse(instance, session, own, faults, now)
            return
        doubts = [*told(found.doubts), *told(duplicates.doubts(session, own, found.checked))]
        remarks = [
            *found.remarks,
            *duplicates.remarks(session, own, found.checked),
            *_unregistered(session, own, found),
        ]
        own.remarks = [*(str(doubt) for doubt in doubts), *remarks]
        _describe(own, found)
        _replace(session, own, found.upload, now)
        _keep(instance, session, own, found, settings)
        if found.quotes_held_out:
            # An audit is seen by the owners of the board alone as long as it is open.
            suspect(session, own, QUOTES, (), now)
        if doubts or found.quotes_held_out:
            move(session, own, "in_review", now)
        else:
            move(session, own, "queued", now)
            _promise_evaluation(session, own, found.queue, now)
        record(session, SYSTEM, "checked", ("submission", own.id), now, {"state": own.state})
        tell_of(session, instance, own)


def settle_refused(
    instance: Instance, submission_id: str, faults: Sequence[Fault], *, upload: Replacement | None, refunds: bool = True
) -> None:
    """Refuse a submission with every reason; `refunds` gives its place in the quota back."""
    now = instance.now()
    with instance.database.writing() as session:
        own = _locked(session, submission_id)
        if own is not None:
            _replace(session, own, upload, now)
            _refuse(instance, session, own, faults, now, refunds=refunds)


def _locked(session: Session, submission_id: str) -> Submission | None:
    """Return the row of a submission that is being checked; None where somebody was faster."""
    own = session.get(Submission, submission_id, with_for_update=LOCKED)
    if own is None or own.state != "checking":
        return None
    # Two checks for one board end one after the other, so that of two copies one sees the other.
    session.get(Benchmark, own.benchmark_id, with_for_update=LOCKED)
    return own


def _refusals(session: Session, own: Submission, found: Examined, settings: BenchmarkSettings) -> list[Fault]:
    has_held_out = HELD_OUT in found.checked.bundles
    faults = [
        *duplicates.refusals(session, own, found.checked, is_seed=found.is_seed, has_more=has_held_out),
        *_signature_faults(session, own, found),
    ]
    # Only what is accepted in all else is charged.
    if has_held_out and not faults and (spent := charge_scoring(session, claimant_of(own), settings)):
        faults.append(spent)
    return faults


def _keys(session: Session, own: Submission) -> list[str]:
    return list(
        session.scalars(
            select(SigningKey.key_id).where(
                SigningKey.organisation_id == own.organisation_id, SigningKey.revoked_at.is_(None)
            )
        )
    )


def _signature_faults(session: Session, own: Submission, found: Examined) -> list[Fault]:
    """Hold the signature against the registered keys: an organisation that has any signs everything."""
    keys = _keys(session, own)
    if not keys or found.signed_by in keys:
        return []
    return [Fault("signature.json", 0, UNSIGNED if found.signed_by is None else OTHER_KEY)]


def _unregistered(session: Session, own: Submission, found: Examined) -> list[str]:
    unknown = found.signed_by is not None and found.signed_by not in _keys(session, own)
    return [f"signature.json: {UNKNOWN_KEY}"] if unknown else []


def claimant_of(own: Submission) -> Claimant:
    """Return whose place in the quota a submission has."""
    return Claimant(own.id, own.organisation_id, own.benchmark_id, normalised(own.model), own.day)


def _refuse(
    instance: Instance, session: Session, own: Submission, faults: Sequence[Fault], now: str, *, refunds: bool = True
) -> None:
    move(session, own, "refused", now, faults)
    refunded = refunds and refund_refused(session, claimant_of(own))
    organisation = session.get(Organisation, own.organisation_id)
    named = organisation.name if organisation and re.match(PATH_ID_PATTERN, organisation.name) else None
    said = "1 fault" if len(faults) == 1 else f"{len(faults):,} faults"
    leaf = Leaf(
        kind="refused",
        benchmark=own.benchmark_id,
        date=now,
        submission=own.id,
        artifact=own.upload,
        organisation=named,
        # The reasons are the submitter's own business as long as nothing is published.
        reason=REFUSED_LEAF.format(said),
    )
    append_leaf(session, leaf, now)
    record(session, SYSTEM, "refused", ("submission", own.id), now, {"faults": len(faults), "refunded": refunded})
    tell_of(session, instance, own)


def _describe(own: Submission, found: Examined) -> None:
    own.entry = found.checked.configuration.name
    own.configuration_digest = found.checked.configuration.digest()
    bundle = found.checked.bundles.get(PUBLIC)
    own.bundle_digest = bundle.digest if bundle else None
    own.signed_by = found.signed_by


def _keep(instance: Instance, session: Session, own: Submission, found: Examined, settings: BenchmarkSettings) -> None:
    days = settings.retention.submissions
    keep_until = None if days is None else instance.later(days=days)
    for name, (digest, n_bytes) in sorted(found.files.items()):
        row = KeptFile(
            submission_id=own.id,
            kind="bundle",
            name=name,
            digest=digest,
            n_bytes=n_bytes,
            created_at=instance.now(),
            keep_until=keep_until,
        )
        session.add(row)


def _replace(session: Session, own: Submission, upload: Replacement | None, now: str) -> None:
    """Name the blob that stands for what was posted; the row of the submission keeps the digest of that."""
    if upload is None:
        return
    gone, stands = {"purged_at": now}, {"digest": upload.digest, "n_bytes": upload.n_bytes}
    kept = update(KeptFile).where(KeptFile.submission_id == own.id, KeptFile.kind == "upload")
    session.execute(kept.values(**(gone if upload.digest is None else stands)))


def _promise_evaluation(session: Session, own: Submission, queue: Queue, now: str) -> None:
    job = NewJob(
        kind="evaluate",
        subject=own.id,
        benchmark=own.benchmark_id,
        organisation=own.organisation_id,
        queue=queue,
        once=f"evaluate:{own.id}",
    )
    promise(session, job, now)
