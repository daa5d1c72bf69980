"""Who may judge an appeal: nobody of the organisations that it is about, and nobody who made the decision."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from proofboard.app.service.actors import Actor
from proofboard.store.tables import ApiKey, Appeal, Audit, AuditRecord, EntryRevision, Submission

DECISIONS = frozenset(
    {
        "submission approved",
        "submission refused",
        "submission withdrawn",
        "entry withdrawn",
        "entry superseded",
        "entry reinstated",
        "audit cleared",
        "audit confirmed",
    }
)


def conflict_of(session: Session, actor: Actor, appeal: Appeal) -> str | None:
    """Say why somebody may not judge an appeal; None where nothing is against it.

    A person is the same person behind a session and behind every key that is theirs.
    """
    if actor.organisation_id == appeal.organisation_id:
        return "you are of the organisation that filed it"
    if actor.organisation_id in _organisations(session, appeal):
        return "you are of the organisation whose entry it is about"
    made_it = _people(session, _deciders(session, appeal))
    if made_it & _people(session, [actor.name]):
        return "you made the decision that it is about"
    return None


def _submissions(session: Session, appeal: Appeal) -> list[str]:
    """Return every submission that an appeal may be about: the named one, or all that stood under the entry's name."""
    if appeal.submission_id:
        return [appeal.submission_id]
    query = select(EntryRevision.submission_id).where(
        EntryRevision.benchmark_id == appeal.benchmark_id, EntryRevision.name == appeal.entry
    )
    return [own for own in session.scalars(query) if own is not None]


def _organisations(session: Session, appeal: Appeal) -> frozenset[str]:
    query = select(Submission.organisation_id).where(Submission.id.in_(_submissions(session, appeal)))
    return frozenset(session.scalars(query))


def _deciders(session: Session, appeal: Appeal) -> list[str]:
    """Name everybody who made a decision about the entry or submission, as the audit log does."""
    about = _submissions(session, appeal)
    subjects = [*about, f"{appeal.benchmark_id}/{appeal.entry}"]
    subjects += session.scalars(select(Audit.id).where(Audit.submission_id.in_(about)))
    query = select(AuditRecord.actor).where(
        AuditRecord.subject_kind.in_(("submission", "entry", "audit")),
        AuditRecord.subject.in_(subjects),
        AuditRecord.action.in_(DECISIONS),
    )
    return list(session.scalars(query.distinct()))


def _people(session: Session, names: Iterable[str]) -> frozenset[str]:
    """Return who stands behind names of the audit log: keys and, where they belong to somebody, people."""
    found = set(names)
    keys = [name.removeprefix("key:") for name in found if name.startswith("key:")]
    owners = session.scalars(select(ApiKey.person_id).where(ApiKey.id.in_(keys), ApiKey.person_id.is_not(None)))
    return frozenset(found | {f"person:{own}" for own in owners})
