"""Every table of a service, in one schema for SQLite and PostgreSQL."""

from proofboard.store.tables.base import Base
from proofboard.store.tables.people import (
    ApiKey,
    AuditRecord,
    Delivery,
    Invitation,
    Member,
    Organisation,
    Person,
    SignIn,
    SigningKey,
)
from proofboard.store.tables.publications import (
    Appeal,
    Audit,
    Erratum,
    Head,
    LogLeaf,
    Publication,
    Rerun,
    ScoreHistory,
)
from proofboard.store.tables.submissions import (
    Benchmark,
    EntryRevision,
    KeptFile,
    QuotaSlot,
    Result,
    ScoringCharge,
    Submission,
    SubmissionMove,
)
from proofboard.store.tables.work import Event, Job, Schedule, Spend, Worker

__all__ = [
    "ApiKey",
    "Appeal",
    "Audit",
    "AuditRecord",
    "Base",
    "Benchmark",
    "Delivery",
    "EntryRevision",
    "Erratum",
    "Event",
    "Head",
    "Invitation",
    "Job",
    "KeptFile",
    "LogLeaf",
    "Member",
    "Organisation",
    "Person",
    "Publication",
    "QuotaSlot",
    "Rerun",
    "Result",
    "Schedule",
    "ScoreHistory",
    "ScoringCharge",
    "SignIn",
    "SigningKey",
    "Spend",
    "Submission",
    "SubmissionMove",
    "Worker",
]
