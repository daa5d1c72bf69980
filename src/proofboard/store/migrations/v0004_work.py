"""The first tables of work."""

import sqlalchemy as sa
from alembic import op

revision = "0004_work"
down_revision = "0003_publications"


def upgrade() -> None:
    """Run the step."""
    _events()
    _jobs()
    _workers()
    _schedules()
    _spends()


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("benchmark_id", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("audience", sa.String(length=64), nullable=False),
        sa.Column("body", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_events")),
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("benchmark_id", sa.String(length=64), nullable=True),
        sa.Column("organisation_id", sa.String(length=40), nullable=True),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("once", sa.String(length=500), nullable=True),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.String(length=27), nullable=True),
        sa.Column("worker", sa.String(length=500), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("started_at", sa.String(length=27), nullable=True),
        sa.Column("finished_at", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("once", name=op.f("uq_jobs_once")),
    )
    op.create_index("ix_jobs_waiting", "jobs", ["state", "queue", "created_at"], unique=False)


def _workers() -> None:
    op.create_table(
        "workers",
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("host", sa.String(length=500), nullable=False),
        sa.Column("process", sa.Integer(), nullable=False),
        sa.Column("software_version", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.String(length=27), nullable=False),
        sa.Column("seen_at", sa.String(length=27), nullable=False),
        sa.Column("stopped_at", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_workers")),
    )


def _schedules() -> None:
    op.create_table(
        "schedules",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("benchmark_id", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("cron", sa.String(length=500), nullable=False),
        sa.Column("options", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("next_at", sa.String(length=27), nullable=False),
        sa.Column("last_at", sa.String(length=27), nullable=True),
        sa.Column("last_outcome", sa.Text(), nullable=True),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["benchmark_id"], ["benchmarks.id"], name=op.f("fk_schedules_benchmark_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedules")),
        sa.UniqueConstraint("benchmark_id", "name", name=op.f("uq_schedules_benchmark_id_name")),
    )


def _spends() -> None:
    op.create_table(
        "spends",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("benchmark_id", sa.String(length=64), nullable=False),
        sa.Column("schedule_id", sa.String(length=40), nullable=False),
        sa.Column("entry", sa.String(length=500), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("microdollars", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["benchmark_id"], ["benchmarks.id"], name=op.f("fk_spends_benchmark_id")),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedules.id"], name=op.f("fk_spends_schedule_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_spends")),
    )
