"""What the next publication may add: approved submissions, as the revisions of entries that they will be."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from proofboard import __version__, canonical
from proofboard.app.entries_folder import ENTRIES
from proofboard.app.service.batches import artifacts_in
from proofboard.app.service.evaluating import BUNDLES, CONFIGURATION, checked_files, promise_publication
from proofboard.app.service.failing import PlatformFault, fail
from proofboard.app.service.instance import Instance
from proofboard.app.service.materialising import rules_at, rules_folder
from proofboard.errors import StorageError
from proofboard.schemas.bundle import MANIFEST
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.graded import GradedDocument
from proofboard.schemas.reading import parse_document
from proofboard.schemas.submission import Acceptance
from proofboard.store.tables import EntryRevision, KeptFile, Submission

NEEDED: Final = ("bundle", "graded")
SHOWN: Final = 5
FEWEST_AT_ONCE: Final = 20
"""What one publication adds at least, where so much waits."""


class Candidate(msgspec.Struct, frozen=True, eq=False):
    """An approved submission, and the revision that it becomes when it is published."""

    submission: str
    organisation: str
    revision: EntryRevision
    """Not in the database yet."""
    configuration: Configuration


def candidates(instance: Instance, benchmark: str) -> Iterator[Candidate]:
    """Yield what is approved for a board, the oldest first; of several for one name only the first.

    What lost a file is left out: nobody else waits for it.
    """
    protocol = rules_at(instance, benchmark).benchmark.protocol_version
    # The earlier of two for one name is published first and waits for nothing: the later one follows as its revision.
    names: set[str] = set()
    for own in approved(instance, benchmark):
        with instance.database.reading() as session:
            submission = session.get_one(Submission, own)
            if submission.state != "approved" or submission.entry in names or _lost(instance, session, own):
                continue
            names.add(str(submission.entry))
            found = _candidate(instance, session, submission, protocol)
        yield found


def approved(instance: Instance, benchmark: str) -> Sequence[str]:
    """Return the ids of what is approved for a board, the oldest first."""
    with instance.database.reading() as session:
        return session.scalars(
            select(Submission.id)
            .where(Submission.benchmark_id == benchmark, Submission.state == "approved")
            .order_by(Submission.created_at, Submission.id)
        ).all()


def _lost(instance: Instance, session: Session, submission_id: str) -> list[str]:
    """Return the files of a submission that the blob store does not have."""
    named = session.execute(
        select(KeptFile.name, KeptFile.digest).where(
            KeptFile.submission_id == submission_id, KeptFile.kind.in_(NEEDED), KeptFile.purged_at.is_(None)
        )
    )
    return [name for name, digest in named if not instance.blobs.has(digest)]


def refuse_lost(instance: Instance, benchmark: str) -> None:
    """Raise StorageError where something approved lost a file: with a store that is away for a while it comes back."""
    waiting = approved(instance, benchmark)
    with instance.database.reading() as session:
        lost = {own: _lost(instance, session, own) for own in waiting}
    if gone := [f"{name} of {own}" for own, names in lost.items() for name in names]:
        raise StorageError(f"the blob store has not {', '.join(gone[:SHOWN])}; restore it from a backup")


def fail_publication(instance: Instance, benchmark: str, reason: PlatformFault) -> None:
    """Fail what could not be published however often it was tried: what lost a file, or else those that come first."""
    waiting = approved(instance, benchmark)
    with instance.database.reading() as session:
        lost = [own for own in waiting if _lost(instance, session, own)]
    for own in lost or waiting[:FEWEST_AT_ONCE]:
        fail(instance, own, reason)
    with instance.database.writing() as session:
        promise_publication(session, benchmark, instance.now())


def _candidate(instance: Instance, session: Session, submission: Submission, protocol: str) -> Candidate:
    files = checked_files(session, submission.id)
    raw = instance.blobs.get(files[CONFIGURATION])
    configuration = parse_document(raw, Configuration, CONFIGURATION)
    acceptance = Acceptance(
        schema_version=1,
        date=submission.day,
        artifact=submission.upload,
        software_version=__version__,
        protocol_version=protocol,
    )
    row = EntryRevision(
        benchmark_id=submission.benchmark_id,
        name=configuration.name,
        revision=_next_revision(instance, session, submission.benchmark_id, configuration.name),
        submission_id=submission.id,
        organisation_id=submission.organisation_id,
        state="pending",
        configuration=files[CONFIGURATION],
        configuration_digest=configuration.digest(),
        acceptance=instance.blobs.put(canonical.dump(acceptance)),
        bundles=_bundles(files),
        graded=_graded(instance, session, submission.id),
        public_reason=None,
        at=instance.now(),
    )
    return Candidate(submission.id, submission.organisation_id, row, configuration)


def _next_revision(instance: Instance, session: Session, benchmark: str, name: str) -> int:
    latest = session.scalar(
        select(EntryRevision.revision)
        .where(EntryRevision.benchmark_id == benchmark, EntryRevision.name == name)
        .order_by(EntryRevision.revision.desc())
        .limit(1)
    )
    own = (rules_folder(instance, benchmark) / ENTRIES / name).is_dir()
    return (latest or int(own)) + 1


def _bundles(files: dict[str, str]) -> dict[str, dict[str, object]]:
    """Sort the files of a submission into its bundles: item set → digest of the manifest, and the blobs."""
    by_set: dict[str, dict[str, str]] = {}
    for name, digest in files.items():
        if name.startswith(BUNDLES):
            item_set, _, file = name.removeprefix(BUNDLES).partition("/")
            by_set.setdefault(item_set, {})[file] = digest
    return {item_set: {"digest": own[MANIFEST], "files": own} for item_set, own in by_set.items()}


def _graded(instance: Instance, session: Session, submission_id: str) -> dict[str, dict[str, object]]:
    rows = session.execute(
        select(KeptFile.name, KeptFile.digest).where(KeptFile.submission_id == submission_id, KeptFile.kind == "graded")
    )
    return {
        bundle: {
            "document": digest,
            "artifacts": artifacts_in(parse_document(instance.blobs.get(digest), GradedDocument, bundle)),
        }
        for bundle, digest in rows
    }
