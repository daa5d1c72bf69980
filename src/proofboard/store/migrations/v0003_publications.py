"""The first tables of publications."""

import sqlalchemy as sa
from alembic import op

revision = "0003_publications"
down_revision = "0002_submissions"


def upgrade() -> None:
    """Run the step."""
    _errata()
    _log_leaves()
    _publications()
    _reruns()
    _appeals()
    _audits()
    _heads()
    _score_history()


def _errata() -> None:
    op.create_table(
        "errata",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("benchmark_id", sa.String(length=64), nullable=False),
        sa.Column("item_id", sa.String(length=500), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("archive_before", sa.String(length=71), nullable=False),
        sa.Column("archive_after", sa.String(length=71), nullable=False),
        sa.Column("protocol_version", sa.String(length=500), nullable=False),
        sa.Column("actor", sa.String(length=500), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["benchmark_id"], ["benchmarks.id"], name=op.f("fk_errata_benchmark_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_errata")),
    )


def _log_leaves() -> None:
    op.create_table(
        "log_leaves",
        sa.Column("benchmark_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["benchmark_id"], ["benchmarks.id"], name=op.f("fk_log_leaves_benchmark_id")),
        sa.PrimaryKeyConstraint("benchmark_id", "number", name=op.f("pk_log_leaves")),
    )


def _publications() -> None:
    op.create_table(
        "publications",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("benchmark_id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("documents", sa.String(length=71), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("is_draft", sa.Boolean(), nullable=False),
        sa.Column("log_size", sa.Integer(), nullable=False),
        sa.Column("took_milliseconds", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["benchmark_id"], ["benchmarks.id"], name=op.f("fk_publications_benchmark_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_publications")),
        sa.UniqueConstraint("benchmark_id", "digest", name=op.f("uq_publications_benchmark_id_digest")),
    )


def _reruns() -> None:
    op.create_table(
        "reruns",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("benchmark_id", sa.String(length=64), nullable=False),
        sa.Column("entry", sa.String(length=500), nullable=False),
        sa.Column("bundle_digest", sa.String(length=71), nullable=False),
        sa.Column("organisation_id", sa.String(length=40), nullable=True),
        sa.Column("actor", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=64), nullable=True),
        sa.Column("report", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("finished_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(["benchmark_id"], ["benchmarks.id"], name=op.f("fk_reruns_benchmark_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reruns")),
    )
    op.create_index("ix_reruns_entry", "reruns", ["benchmark_id", "entry", "created_at"], unique=False)


def _appeals() -> None:
    op.create_table(
        "appeals",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("benchmark_id", sa.String(length=64), nullable=False),
        sa.Column("submission_id", sa.String(length=40), nullable=True),
        sa.Column("entry", sa.String(length=500), nullable=True),
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=500), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("reviewer", sa.String(length=500), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("moves", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("due_at", sa.String(length=27), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["benchmark_id"], ["benchmarks.id"], name=op.f("fk_appeals_benchmark_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_appeals_organisation_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_appeals_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
    )
    op.create_index("ix_appeals_entry", "appeals", ["benchmark_id", "entry"], unique=False)


def _audits() -> None:
    op.create_table(
        "audits",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("benchmark_id", sa.String(length=64), nullable=False),
        sa.Column("submission_id", sa.String(length=40), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("findings", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("decided_by", sa.String(length=500), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("decided_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(["benchmark_id"], ["benchmarks.id"], name=op.f("fk_audits_benchmark_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_audits_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audits")),
    )
    op.create_index(op.f("ix_audits_submission_id"), "audits", ["submission_id"], unique=False)


def _heads() -> None:
    op.create_table(
        "heads",
        sa.Column("benchmark_id", sa.String(length=64), nullable=False),
        sa.Column("publication", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["benchmark_id"], ["benchmarks.id"], name=op.f("fk_heads_benchmark_id")),
        sa.ForeignKeyConstraint(["closed"], ["publications.number"], name=op.f("fk_heads_closed")),
        sa.ForeignKeyConstraint(["publication"], ["publications.number"], name=op.f("fk_heads_publication")),
        sa.PrimaryKeyConstraint("benchmark_id", name=op.f("pk_heads")),
    )


def _score_history() -> None:
    op.create_table(
        "score_history",
        sa.Column("publication", sa.Integer(), nullable=False),
        sa.Column("entry", sa.String(length=500), nullable=False),
        sa.Column("benchmark_id", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=500), nullable=False),
        sa.Column("bundle_digest", sa.String(length=71), nullable=False),
        sa.Column("protocol_version", sa.String(length=500), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("public_score", sa.Double(), nullable=True),
        sa.Column("held_out_score", sa.Double(), nullable=True),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["publication"], ["publications.number"], name=op.f("fk_score_history_publication")),
        sa.PrimaryKeyConstraint("publication", "entry", name=op.f("pk_score_history")),
    )
    op.create_index("ix_score_history_model", "score_history", ["benchmark_id", "model"], unique=False)
