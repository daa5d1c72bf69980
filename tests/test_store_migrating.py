"""Migrations: equal to the tables, run once by whoever starts first, all or none."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from proofboard.errors import InputError, StorageError
from proofboard.store.database import Database, opened_database
from proofboard.store.migrating import MIGRATIONS, migrate, refuse_other_revision, revisions
from proofboard.store.tables import Base

STEP = """
import sqlalchemy as sa
from alembic import op

revision = "{own}"
down_revision = {before}


def upgrade():
    {body}
"""


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = None if request.param == "sqlite" else request.getfixturevalue("empty_postgres_url")
    database = opened_database(url, tmp_path / "data")
    yield database
    database.close()


def steps(folder: Path, *bodies: str) -> Path:
    """Write a folder of migrations, one for each body, in a row."""
    folder.mkdir(exist_ok=True)
    for number, body in enumerate(bodies, start=1):
        before = f'"{number - 1:04}"' if number > 1 else None
        (folder / f"v{number:04}.py").write_text(STEP.format(own=f"{number:04}", before=before, body=body))
    return folder


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def test_the_migrations_make_the_tables_as_they_are(empty: Database) -> None:
    migrate(empty)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
    assert tables(empty) == set(Base.metadata.tables)


def test_migrations_leave_the_same_constraints_as_the_tables_ask_for(empty: Database, tmp_path: Path) -> None:
    migrate(empty)
    other = opened_database(None, tmp_path / "other")
    Base.metadata.create_all(other.engine)
    for table in Base.metadata.tables:
        made, asked = inspect(empty.engine), inspect(other.engine)
        assert names(made.get_unique_constraints(table)) == names(asked.get_unique_constraints(table))
        assert names(made.get_foreign_keys(table)) == names(asked.get_foreign_keys(table))
        assert (
            made.get_pk_constraint(table)["constrained_columns"]
            == asked.get_pk_constraint(table)["constrained_columns"]
        )
    other.close()


def names(found: list) -> list[str | None]:  # type: ignore[type-arg]
    return sorted(own["name"] for own in found)


def test_migrating_again_changes_nothing(empty: Database) -> None:
    newest = migrate(empty)
    assert migrate(empty) == newest
    assert revisions(empty).is_current


def test_of_several_that_start_at_once_each_finds_everything_migrated(empty: Database, tmp_path: Path) -> None:
    url = None if empty.is_sqlite else empty.engine.url.render_as_string(hide_password=False)

    def start(_: int) -> str:
        own = opened_database(url, tmp_path / "data")
        try:
            return migrate(own)
        finally:
            own.close()

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(start, range(6))) == {revisions(empty).newest}


def test_a_step_that_fails_leaves_everything_as_it_was(empty: Database, tmp_path: Path) -> None:
    folder = steps(tmp_path / "steps", 'op.create_table("kept", sa.Column("id", sa.Integer))')
    migrate(empty, folder)
    steps(
        folder,
        'op.create_table("kept", sa.Column("id", sa.Integer))',
        'op.create_table("second", sa.Column("id", sa.Integer))',
        'op.create_table("third", sa.Column("id", sa.Integer)); op.execute("INSERT INTO nowhere VALUES (1)")',
    )
    with pytest.raises(StorageError, match=r"step 0003 .* failed: .*; the database is as it was before"):
        migrate(empty, folder)
    assert (tables(empty), revisions(empty, folder).current) == ({"kept"}, "0001")


def test_a_database_that_is_newer_than_the_software_is_refused(empty: Database) -> None:
    migrate(empty)
    with empty.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_tomorrow'"))
    with pytest.raises(InputError, match=r"revision 9999_tomorrow, which this version of Proofboard \(up to \d"):
        migrate(empty)
    with pytest.raises(InputError, match="9999_tomorrow"):
        refuse_other_revision(empty)


def test_who_may_not_migrate_is_told_to(empty: Database) -> None:
    with pytest.raises(InputError, match=r"has no tables yet.*run `proofboard database upgrade`"):
        refuse_other_revision(empty)
    migrate(empty)
    refuse_other_revision(empty)


def test_a_table_that_others_refer_to_can_be_built_anew(empty: Database, tmp_path: Path) -> None:
    folder = steps(
        tmp_path / "steps",
        'op.create_table("a", sa.Column("id", sa.Integer, primary_key=True)); '
        'op.create_table("b", sa.Column("a", sa.Integer, sa.ForeignKey("a.id", name="fk_b_a")))',
    )
    migrate(empty, folder)
    with empty.engine.begin() as connection:
        connection.execute(text("INSERT INTO a VALUES (1)"))
        connection.execute(text("INSERT INTO b VALUES (1)"))
    change = 'batch.add_column(sa.Column("new", sa.Integer)); batch.alter_column("new", new_column_name="newer")'
    body = f'with op.batch_alter_table("a", recreate="auto") as batch: {change}'
    (folder / "v0002.py").write_text(STEP.format(own="0002", before='"0001"', body=body))
    migrate(empty, folder)
    with empty.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM b JOIN a ON a.id = b.a")).scalar() == 1
        if empty.is_sqlite:
            assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_the_migrations_are_part_of_the_package() -> None:
    assert MIGRATIONS.is_relative_to(Path(sys.modules["proofboard"].__file__ or "").parent)
    assert [own.name for own in MIGRATIONS.glob("v*.py")] != []
