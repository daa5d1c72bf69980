"""The first tables of submissions."""

import sqlalchemy as sa
from alembic import op

revision = "0002_submissions"
down_revision = "0001_people"


def upgrade() -> None:
    """Run the step."""
    _benchmarks()
    _submissions()
    _entry_revisions()
    _kept_files()
    _quota_slots()
    _results()
    _scoring_charges()
    _submission_moves()


def _benchmarks() -> None:
    op.create_table(
        "benchmarks",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("archive", sa.String(length=71), nullable=False),
        sa.Column("settings", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("dirty_since", sa.String(length=27), nullable=True),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_benchmarks_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benchmarks")),
    )


def _submissions() -> None:
    op.create_table(
        "submissions",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("benchmark_id", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=500), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("idempotency_key", sa.String(length=500), nullable=True),
        sa.Column("upload", sa.String(length=71), nullable=False),
        sa.Column("entry", sa.String(length=500), nullable=True),
        sa.Column("model", sa.String(length=500), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("configuration_digest", sa.String(length=71), nullable=True),
        sa.Column("bundle_digest", sa.String(length=71), nullable=True),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("faults", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("remarks", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("approved_by", sa.String(length=500), nullable=True),
        sa.Column("public_reason", sa.Text(), nullable=True),
        sa.Column("signed_by", sa.String(length=71), nullable=True),
        sa.Column("leaf", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["benchmark_id"], ["benchmarks.id"], name=op.f("fk_submissions_benchmark_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_submissions_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint(
            "organisation_id", "idempotency_key", name=op.f("uq_submissions_organisation_id_idempotency_key")
        ),
    )
    op.create_index(op.f("ix_submissions_organisation_id"), "submissions", ["organisation_id"], unique=False)
    op.create_index("ix_submissions_recipe", "submissions", ["benchmark_id", "configuration_digest"], unique=False)
    op.create_index("ix_submissions_waiting", "submissions", ["benchmark_id", "state", "created_at"], unique=False)


def _entry_revisions() -> None:
    op.create_table(
        "entry_revisions",
        sa.Column("benchmark_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.String(length=40), nullable=True),
        sa.Column("organisation_id", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("configuration", sa.String(length=71), nullable=False),
        sa.Column("configuration_digest", sa.String(length=71), nullable=False),
        sa.Column("acceptance", sa.String(length=71), nullable=False),
        sa.Column("bundles", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("graded", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("public_reason", sa.Text(), nullable=True),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["benchmark_id"], ["benchmarks.id"], name=op.f("fk_entry_revisions_benchmark_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_entry_revisions_submission_id")),
        sa.PrimaryKeyConstraint("benchmark_id", "name", "revision", name=op.f("pk_entry_revisions")),
    )
    op.create_index(
        "ix_entry_revisions_recipe", "entry_revisions", ["benchmark_id", "configuration_digest"], unique=False
    )


def _kept_files() -> None:
    op.create_table(
        "kept_files",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("submission_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("n_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("keep_until", sa.String(length=27), nullable=True),
        sa.Column("kept_because", sa.String(length=500), nullable=True),
        sa.Column("purged_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_kept_files_submission_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_kept_files")),
    )
    op.create_index(op.f("ix_kept_files_digest"), "kept_files", ["digest"], unique=False)
    op.create_index("ix_kept_files_due", "kept_files", ["purged_at", "keep_until"], unique=False)
    op.create_index(op.f("ix_kept_files_submission_id"), "kept_files", ["submission_id"], unique=False)


def _quota_slots() -> None:
    op.create_table(
        "quota_slots",
        sa.Column("submission_id", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("benchmark_id", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=500), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("day_slot", sa.Integer(), nullable=True),
        sa.Column("refunded_because", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_quota_slots_submission_id")),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_quota_slots")),
        sa.UniqueConstraint(
            "organisation_id",
            "benchmark_id",
            "day",
            "day_slot",
            name=op.f("uq_quota_slots_organisation_id_benchmark_id_day_day_slot"),
        ),
        sa.UniqueConstraint(
            "organisation_id",
            "benchmark_id",
            "model",
            "day",
            "slot",
            name=op.f("uq_quota_slots_organisation_id_benchmark_id_model_day_slot"),
        ),
    )


def _results() -> None:
    op.create_table(
        "results",
        sa.Column("submission_id", sa.String(length=40), nullable=False),
        sa.Column("metric", sa.String(length=64), nullable=False),
        sa.Column("slice", sa.String(length=500), nullable=False),
        sa.Column("benchmark_id", sa.String(length=64), nullable=False),
        sa.Column("numerator", sa.Text(), nullable=True),
        sa.Column("denominator", sa.Text(), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("protocol_version", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_results_submission_id")),
        sa.PrimaryKeyConstraint("submission_id", "metric", "slice", name=op.f("pk_results")),
    )
    op.create_index("ix_results_metric", "results", ["benchmark_id", "metric", "slice"], unique=False)


def _scoring_charges() -> None:
    op.create_table(
        "scoring_charges",
        sa.Column("submission_id", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("benchmark_id", sa.String(length=64), nullable=False),
        sa.Column("rotation", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("refunded_because", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_scoring_charges_submission_id")),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_scoring_charges")),
        sa.UniqueConstraint(
            "organisation_id",
            "benchmark_id",
            "rotation",
            "slot",
            name=op.f("uq_scoring_charges_organisation_id_benchmark_id_rotation_slot"),
        ),
    )


def _submission_moves() -> None:
    op.create_table(
        "submission_moves",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("submission_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_submission_moves_submission_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_submission_moves")),
    )
    op.create_index(op.f("ix_submission_moves_submission_id"), "submission_moves", ["submission_id"], unique=False)
