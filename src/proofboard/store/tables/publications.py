"""What the world sees: publications by digest, the head of each board, and the log that is only added to."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from proofboard.store.tables.base import Base, DigestText, Id, Instant, Json, Line, LongText, Name


class Publication(Base):
    """A frozen release: its documents are blobs, named by a list that is a blob too."""

    __tablename__ = "publications"
    __table_args__ = (UniqueConstraint("benchmark_id", "digest"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    benchmark_id: Mapped[Name] = mapped_column(ForeignKey("benchmarks.id"))
    digest: Mapped[DigestText]
    """Of `publication.json`: its stable address."""
    documents: Mapped[DigestText]
    """The blob of `{path: digest}` over every file of the publication."""
    kind: Mapped[Name]
    """`append` or `close`."""
    is_draft: Mapped[bool] = mapped_column(default=False)
    """True for a preview that only owners see and that is never the head."""
    log_size: Mapped[int]
    took_milliseconds: Mapped[int] = mapped_column(default=0)
    """How long it took to make: a board that closes fast is closed at every publication."""
    created_at: Mapped[Instant]


class Head(Base):
    """Which publication readers see; changed by compare-and-swap only."""

    __tablename__ = "heads"

    benchmark_id: Mapped[Name] = mapped_column(ForeignKey("benchmarks.id"), primary_key=True)
    publication: Mapped[int] = mapped_column(ForeignKey("publications.number"))
    closed: Mapped[int | None] = mapped_column(ForeignKey("publications.number"))
    """The latest close."""
    version: Mapped[int] = mapped_column(default=1)


class LogLeaf(Base):
    """One leaf of a board's append-only log."""

    __tablename__ = "log_leaves"

    benchmark_id: Mapped[Name] = mapped_column(ForeignKey("benchmarks.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 0, without a gap."""
    raw: Mapped[LongText]
    """The leaf as the canonical line that is hashed."""
    at: Mapped[Instant]


class ScoreHistory(Base):
    """What a board said of an entry in one publication; kept for ever."""

    __tablename__ = "score_history"
    __table_args__ = (Index("ix_score_history_model", "benchmark_id", "model"),)

    publication: Mapped[int] = mapped_column(ForeignKey("publications.number"), primary_key=True)
    entry: Mapped[Line] = mapped_column(primary_key=True)
    benchmark_id: Mapped[Name]
    model: Mapped[Line]
    bundle_digest: Mapped[DigestText]
    protocol_version: Mapped[Line]
    rank: Mapped[int | None]
    public_score: Mapped[float | None]
    held_out_score: Mapped[float | None]
    """The released value."""
    at: Mapped[Instant]


class Erratum(Base):
    """An item that was found to be wrong, what was done about it, and when it was announced."""

    __tablename__ = "errata"

    id: Mapped[Id] = mapped_column(primary_key=True)
    benchmark_id: Mapped[Name] = mapped_column(ForeignKey("benchmarks.id"))
    item_id: Mapped[Line]
    action: Mapped[Name]
    """`excluded` or `corrected`."""
    reason: Mapped[LongText]
    archive_before: Mapped[DigestText]
    archive_after: Mapped[DigestText]
    protocol_version: Mapped[Line]
    actor: Mapped[Line]
    at: Mapped[Instant]


class Appeal(Base):
    """A formal objection to a decision about an entry; visible on the entry."""

    __tablename__ = "appeals"
    __table_args__ = (Index("ix_appeals_entry", "benchmark_id", "entry"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    benchmark_id: Mapped[Name] = mapped_column(ForeignKey("benchmarks.id"))
    submission_id: Mapped[Id | None] = mapped_column(ForeignKey("submissions.id"))
    entry: Mapped[Line | None]
    organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisations.id"))
    actor: Mapped[Line]
    reason: Mapped[LongText]
    state: Mapped[Name]
    reviewer: Mapped[Line | None]
    decision: Mapped[LongText | None]
    moves: Mapped[Json] = mapped_column(default=list)
    """`[{"state", "at", "actor", "note"}]`."""
    due_at: Mapped[Instant]
    """By when the next move is owed."""
    created_at: Mapped[Instant]


class Audit(Base):
    """A look at a submission that something made suspicious, or that chance chose."""

    __tablename__ = "audits"

    id: Mapped[Id] = mapped_column(primary_key=True)
    benchmark_id: Mapped[Name] = mapped_column(ForeignKey("benchmarks.id"))
    submission_id: Mapped[Id] = mapped_column(ForeignKey("submissions.id"), index=True)
    because: Mapped[LongText]
    findings: Mapped[Json] = mapped_column(default=list)
    state: Mapped[Name]
    decided_by: Mapped[Line | None]
    decision: Mapped[LongText | None]
    created_at: Mapped[Instant]
    decided_at: Mapped[Instant | None]


class Rerun(Base):
    """One press of the re-run button: a verification of an entry against the digests it is published with."""

    __tablename__ = "reruns"
    __table_args__ = (Index("ix_reruns_entry", "benchmark_id", "entry", "created_at"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    benchmark_id: Mapped[Name] = mapped_column(ForeignKey("benchmarks.id"))
    entry: Mapped[Line]
    bundle_digest: Mapped[DigestText]
    organisation_id: Mapped[Id | None]
    actor: Mapped[Line]
    state: Mapped[Name]
    """Of its job: `waiting`, `running`, `done` or `failed`."""
    verdict: Mapped[Name | None]
    """`matched`, `differs` or `not_possible`."""
    report: Mapped[Json] = mapped_column(default=dict)
    created_at: Mapped[Instant]
    finished_at: Mapped[Instant | None]
