"""What was handed in and what became of it: submissions with their history, quotas, entries, results and files."""

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from proofboard.store.tables.base import Base, DigestText, Id, Instant, Json, Line, LongText, Name


class Benchmark(Base):
    """A benchmark of this server: its rules and items as a packed directory, and its owner's settings."""

    __tablename__ = "benchmarks"

    id: Mapped[Name] = mapped_column(primary_key=True)
    organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisations.id"))
    title: Mapped[Line]
    archive: Mapped[DigestText]
    """The benchmark directory as an archive: rules, items, programs, the owner's own entries."""
    settings: Mapped[Json]
    """A `BenchmarkSettings`: limits, review, schedules, retention, spend."""
    retired: Mapped[bool] = mapped_column(default=False)
    dirty_since: Mapped[Instant | None]
    """Since when something waits for a close; None where the head holds everything."""
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]


class Submission(Base):
    """One act of handing in; its row is never removed."""

    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("organisation_id", "idempotency_key"),
        Index("ix_submissions_waiting", "benchmark_id", "state", "created_at"),
        Index("ix_submissions_recipe", "benchmark_id", "configuration_digest"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    benchmark_id: Mapped[Name] = mapped_column(ForeignKey("benchmarks.id"))
    organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisations.id"), index=True)
    actor: Mapped[Line]
    form: Mapped[Name]
    """`artifact` (of `proofboard submit`), `results` (metadata and results), or `live` (recorded by a schedule)."""
    idempotency_key: Mapped[Line | None]
    upload: Mapped[DigestText]
    """The digest of what was posted; its bytes are kept as long as retention says."""
    entry: Mapped[Line | None]
    """`vendor/config_name`."""
    model: Mapped[Line]
    day: Mapped[str]
    """The UTC day that the quota counts."""
    configuration_digest: Mapped[DigestText | None]
    bundle_digest: Mapped[DigestText | None]
    """Of the public bundle."""
    state: Mapped[Name]
    faults: Mapped[Json] = mapped_column(default=list)
    """Why it was refused or failed, all at once: `[{"place", "line", "reason"}]`."""
    remarks: Mapped[Json] = mapped_column(default=list)
    """What a reviewer should look at."""
    approved_by: Mapped[Line | None]
    public_reason: Mapped[LongText | None]
    """Why it was withdrawn, superseded or refused by the owner; published."""
    signed_by: Mapped[DigestText | None]
    leaf: Mapped[int | None]
    """Its place in the log."""
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]


class SubmissionMove(Base):
    """One change of a submission's state, with its time; rows are only added."""

    __tablename__ = "submission_moves"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    submission_id: Mapped[Id] = mapped_column(ForeignKey("submissions.id"), index=True)
    state: Mapped[Name]
    at: Mapped[Instant]
    note: Mapped[LongText | None]


class QuotaSlot(Base):
    """One submission's places in an organisation's quota: the constraints let nobody have a place twice.

    A refund sets both to None, which no constraint compares, and says why.
    """

    __tablename__ = "quota_slots"
    __table_args__ = (
        UniqueConstraint("organisation_id", "benchmark_id", "model", "day", "slot"),
        UniqueConstraint("organisation_id", "benchmark_id", "day", "day_slot"),
    )

    submission_id: Mapped[Id] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    organisation_id: Mapped[Id]
    benchmark_id: Mapped[Name]
    model: Mapped[Line]
    day: Mapped[str]
    slot: Mapped[int | None]
    """The place among the day's submissions of this model, from 0."""
    day_slot: Mapped[int | None]
    """The place among the day's submissions of all models, from 0."""
    refunded_because: Mapped[Line | None]


class ScoringCharge(Base):
    """One held-out scoring that an organisation spent in a rotation of the held-out set."""

    __tablename__ = "scoring_charges"
    __table_args__ = (UniqueConstraint("organisation_id", "benchmark_id", "rotation", "slot"),)

    submission_id: Mapped[Id] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    organisation_id: Mapped[Id]
    benchmark_id: Mapped[Name]
    rotation: Mapped[Name]
    slot: Mapped[int | None]
    refunded_because: Mapped[Line | None]


class EntryRevision(Base):
    """What stands, or stood, on a board under a name: the latest revision is the entry, earlier ones are kept."""

    __tablename__ = "entry_revisions"
    __table_args__ = (Index("ix_entry_revisions_recipe", "benchmark_id", "configuration_digest"),)

    benchmark_id: Mapped[Name] = mapped_column(ForeignKey("benchmarks.id"), primary_key=True)
    name: Mapped[Line] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    """From 1."""
    submission_id: Mapped[Id | None] = mapped_column(ForeignKey("submissions.id"))
    """None for an entry of the owner's own directory."""
    organisation_id: Mapped[Id | None]
    state: Mapped[Name]
    """`pending` (until the next close), `listed`, `superseded` or `withdrawn`."""
    configuration: Mapped[DigestText]
    """The blob of its configuration document."""
    configuration_digest: Mapped[DigestText]
    """The digest of the recipe."""
    acceptance: Mapped[DigestText]
    """The blob of `accepted.json`."""
    bundles: Mapped[Json]
    """Item set → `{"digest": …, "files": {name: blob}}`, `manifest.json` among the files."""
    graded: Mapped[Json] = mapped_column(default=dict)
    """Bundle digest → the blob of what the owner's programs made of it, and its artifacts."""
    public_reason: Mapped[LongText | None]
    at: Mapped[Instant]


class Result(Base):
    """One exact score of a submission on the public items, as it was computed when it was evaluated."""

    __tablename__ = "results"
    __table_args__ = (Index("ix_results_metric", "benchmark_id", "metric", "slice"),)

    submission_id: Mapped[Id] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    metric: Mapped[Name] = mapped_column(primary_key=True)
    slice: Mapped[Line] = mapped_column(primary_key=True)
    """`all`, or `facet=value`."""
    benchmark_id: Mapped[Name]
    numerator: Mapped[LongText | None]
    """Exact, as decimal digits; None with a reason where there is no score."""
    denominator: Mapped[LongText | None]
    score: Mapped[float | None]
    """The same, rounded once."""
    reason: Mapped[Line | None]
    protocol_version: Mapped[Line]


class KeptFile(Base):
    """A blob that is kept for a submission, and until when."""

    __tablename__ = "kept_files"
    __table_args__ = (Index("ix_kept_files_due", "purged_at", "keep_until"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    submission_id: Mapped[Id] = mapped_column(ForeignKey("submissions.id"), index=True)
    kind: Mapped[Name]
    """`upload`, `bundle`, `log` or `artifact`."""
    name: Mapped[Line]
    digest: Mapped[DigestText] = mapped_column(index=True)
    n_bytes: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[Instant]
    keep_until: Mapped[Instant | None]
    """None is kept for ever."""
    kept_because: Mapped[Line | None]
    purged_at: Mapped[Instant | None]
