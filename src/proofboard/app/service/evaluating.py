"""Evaluate one submission: grade it in batches, sum it up, keep the results. Every step may be done twice.

What a batch makes is a blob that the engine remembers by its digest. Held-out answers are no part of it: they are
graded by a job of their own, after which nobody waits, so that no time that a submitter sees depends on them.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from proofboard import canonical
from proofboard.app.build import grade_entries
from proofboard.app.entries_folder import CONFIGURATION_FILE, ENTRIES, ListedEntry, entry_below
from proofboard.app.people.telling import tell
from proofboard.app.service.actors import SYSTEM
from proofboard.app.service.batches import (
    BATCH_RESPONSES,
    Part,
    artifacts_in,
    gradable,
    graded_documents,
    graded_part,
    tasks_of,
)
from proofboard.app.service.benchmarks import settings_of
from proofboard.app.service.instance import Instance, new_id
from proofboard.app.service.jobs import NewJob, promise
from proofboard.app.service.materialising import held_out_store, rules_at
from proofboard.app.service.moves import move
from proofboard.app.service.records import record
from proofboard.core.aggregates import is_relative, places_of
from proofboard.core.board import Group, groups_of, why_unscored
from proofboard.core.exact import rounded
from proofboard.errors import Fault, InputError, RefusedError
from proofboard.record.freeze import as_yaml, write
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.graded import GradedDocument
from proofboard.schemas.reading import parse_document
from proofboard.store.changes import LOCKED
from proofboard.store.tables import KeptFile, Result, Submission

CONFIGURATION: Final = "configuration.json"
BUNDLES: Final = "bundles/"
INCOMING: Final = "incoming"


def begin(instance: Instance, submission_id: str) -> int:
    """Take a submission from the queue; returns how many batches it has, 0 where it is not to be evaluated any more."""
    with instance.database.writing() as session:
        submission = submission_of(session, submission_id)
        if submission.state == "queued":
            move(session, submission, "evaluating", instance.now())
        if submission.state != "evaluating":
            return 0
        benchmark = submission.benchmark_id
    read = rules_at(instance, benchmark)
    if not read.benchmark.programs:
        return 0
    with laid_down(instance, submission_id) as (folder, _):
        return -(-len(tasks_of(read, gradable(read, folder))) // BATCH_RESPONSES)


def evaluate_batch(instance: Instance, submission_id: str, number: int) -> str:
    """Grade one batch (from 0) in the sandbox; returns the digest of what came of it."""
    with instance.database.reading() as session:
        benchmark = submission_of(session, submission_id).benchmark_id
    read = rules_at(instance, benchmark)
    with laid_down(instance, submission_id) as (folder, _):
        return instance.blobs.put(canonical.dump(graded_part(read, folder, number, instance.blobs)))


def finish(instance: Instance, submission_id: str, parts: Sequence[str]) -> None:
    """Sum up what the batches made, keep every exact score, and let the submission wait for its publication."""
    with instance.database.reading() as session:
        submission = submission_of(session, submission_id)
        if submission.state != "evaluating":
            return
        benchmark = submission.benchmark_id
    read = rules_at(instance, benchmark)
    made = [msgspec.json.decode(instance.blobs.get(named), type=Part) for named in parts]
    with laid_down(instance, submission_id) as (folder, entry):
        try:
            graded = graded_documents(read, folder, made, instance.blobs) if read.benchmark.programs else {}
            entries, _ = grade_entries(msgspec.structs.replace(read, folder=folder), [entry])
            group = groups_of(read.benchmark, read.table, entries)[0]
        except InputError as error:
            refuse(instance, submission_id, [_seen_from(folder, own) for own in error.faults])
            return
        _keep(instance, submission_id, list(_results(group, submission_id, benchmark)), graded)


def _seen_from(folder: Path, own: Fault) -> Fault:
    """Name a file as its submitter knows it: where it was laid down means nothing to anybody."""
    return Fault(own.file.removeprefix(f"{folder}/").removeprefix(str(folder)), own.line, own.reason)


def _results(group: Group, submission_id: str, benchmark: str) -> Iterator[Result]:
    rules = group.scoring.benchmark
    for name in (own for own in (*rules.metrics, *rules.aggregates) if not is_relative(rules, own)):
        for part in group.slices:
            score = group.scoring.scores(name, part)[0]
            yield Result(
                submission_id=submission_id,
                metric=name,
                slice=part.name,
                benchmark_id=benchmark,
                numerator=None if score is None else str(score.numerator),
                denominator=None if score is None else str(score.denominator),
                score=rounded(score, places_of(rules, name)),
                reason=why_unscored(group, name, 0) if score is None else None,
                protocol_version=group.protocol_version,
            )


def _keep(
    instance: Instance, submission_id: str, results: Sequence[Result], graded: Mapping[str, GradedDocument]
) -> None:
    """Write results, gradings and the log of the evaluation, and move on, all in one transaction."""
    now = instance.now()
    files = [("graded", bundle, instance.blobs.put(canonical.dump(own))) for bundle, own in graded.items()]
    if graded:
        rows = canonical.dump_lines(row for own in graded.values() for row in own.responses)
        files.append(("log", "evaluation.jsonl", instance.blobs.put(rows)))
    files += [("artifact", digest, digest) for own in graded.values() for digest in artifacts_in(own)]
    with instance.database.writing() as session:
        submission = submission_of(session, submission_id, lock=True)
        if submission.state != "evaluating":
            return
        settings = settings_of(session, submission.benchmark_id)
        days = {"log": settings.retention.logs, "artifact": settings.retention.artifacts}
        session.add_all(results)
        for kind, name, digest in files:
            lapse = days.get(kind, settings.retention.submissions)
            session.add(
                KeptFile(
                    submission_id=submission_id,
                    kind=kind,
                    name=name,
                    digest=digest,
                    n_bytes=len(instance.blobs.get(digest)),
                    created_at=now,
                    keep_until=None if lapse is None else instance.later(days=lapse),
                )
            )
        move(session, submission, "scored", now)
        if graded:
            _promise_held_out(session, submission, now)
        if settings.publish == "automatic":
            approve(session, submission, now)


def _promise_held_out(session: Session, submission: Submission, now: str) -> None:
    """Promise that held-out answers are graded too, should there be any; it is work of nobody in particular."""
    own = submission.id
    job = NewJob(kind="grade", subject=own, benchmark=submission.benchmark_id, queue="untrusted", once=f"grade:{own}")
    promise(session, job, now)


def approve(session: Session, submission: Submission, now: str) -> None:
    """Let a scored submission be published by the next run of the publisher, which is promised here."""
    move(session, submission, "approved", now)
    promise_publication(session, submission.benchmark_id, now)


def promise_publication(session: Session, benchmark: str, now: str) -> None:
    """Promise that what is approved for a board gets on it."""
    job = NewJob(kind="publish", subject=benchmark, benchmark=benchmark, once=f"publish:{benchmark}")
    promise(session, job, now)


def refuse(instance: Instance, submission_id: str, faults: Sequence[Fault]) -> None:
    """Refuse what its grading showed to be unusable, with every reason, and tell its organisation."""
    now = instance.now()
    with instance.database.writing() as session:
        submission = submission_of(session, submission_id, lock=True)
        if submission.state not in {"evaluating", "scored", "approved"}:
            return
        move(session, submission, "refused", now, faults)
        record(session, SYSTEM, "refused", ("submission", submission_id), now)
        told = "\n".join(f"- {own}" for own in faults)
        tell(session, instance, submission.organisation_id, f"Submission {submission_id} was refused", told)


@contextmanager
def laid_down(instance: Instance, submission_id: str) -> Iterator[tuple[Path, ListedEntry]]:
    """Lay the checked files of a submission down as the folder of an entry, as long as the block lasts."""
    with instance.database.reading() as session:
        named = checked_files(session, submission_id)
    folder = instance.settings.scratch / "evaluations" / new_id(submission_id)
    try:
        configuration = parse_document(instance.blobs.get(named[CONFIGURATION]), Configuration, CONFIGURATION)
        place = folder / ENTRIES / configuration.name
        write(place / CONFIGURATION_FILE, as_yaml(configuration))
        for name, digest in named.items():
            if name.startswith(BUNDLES):
                instance.blobs.place(digest, place / name.removeprefix(BUNDLES))
        yield folder, entry_below(place, configuration.name, None)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def checked_files(session: Session, submission_id: str) -> dict[str, str]:
    """Return name → digest of the files that a check found in order: the configuration and those of its bundles."""
    rows = session.execute(
        select(KeptFile.name, KeptFile.digest)
        .where(KeptFile.submission_id == submission_id, KeptFile.kind == "bundle", KeptFile.purged_at.is_(None))
        .order_by(KeptFile.name)
    )
    return {name: digest for name, digest in rows}  # noqa: C416 - rows are no pairs to the type checker


def incoming(instance: Instance, benchmark: str, submission_id: str) -> Path | None:
    """Return where the held-out answers of a submission wait in the private store; None where it has none."""
    store = held_out_store(instance, benchmark)
    place = store / INCOMING / submission_id if store else None
    return place if place and place.is_dir() else None


def submission_of(session: Session, submission_id: str, *, lock: bool = False) -> Submission:
    """Return the row of a submission; raises RefusedError (404)."""
    found = session.get(Submission, submission_id, with_for_update=LOCKED if lock else None)
    if found is None:
        raise RefusedError(404, f"there is no submission {submission_id[:64]!r}")
    return found
