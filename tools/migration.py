"""Write the next migration: what the tables have and the migrations do not make yet.

    python tools/migration.py SLUG       write src/proofboard/store/migrations/v00NN_SLUG.py
    python tools/migration.py --initial  write the first ones anew, while no database is in use that they made

Read what it wrote: a column that was renamed looks like one that went and one that came.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.operations.ops import CreateIndexOp, CreateTableOp, MigrateOperation, UpgradeOps
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Table

from proofboard.store.database import Database, sqlite_engine
from proofboard.store.migrating import MIGRATIONS, migrate, revisions
from proofboard.store.tables import Base

FIRST = ("people", "submissions", "publications", "work")
"""The modules of tables, those first that others refer to: one migration each, so that each stays readable."""

HEAD = '''"""{said}."""

import sqlalchemy as sa
from alembic import op

revision = "{own}"
down_revision = {before}


def upgrade() -> None:
    """Run the step."""
{calls}
'''


def main(arguments: Sequence[str]) -> None:
    """Write migrations and say where they are."""
    if len(arguments) != 1:
        sys.exit(__doc__)
    written = list(_initial() if arguments[0] == "--initial" else _next(arguments[0]))
    for path in written:
        print(path)
    for command in (["check", "--fix-only", "--quiet"], ["format", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *command, *written], check=True)  # noqa: S603 - our own paths


def _initial() -> Iterator[Path]:
    for path in MIGRATIONS.glob("v*.py"):
        path.unlink()
    before = None
    for number, module in enumerate(FIRST, start=1):
        tables = [own for own in Base.metadata.sorted_tables if own in _tables_of(module)]
        functions = [(own.name, _rendered(_made(own))) for own in tables]
        own = f"{number:04}_{module}"
        yield _written(own, before, f"The first tables of {module}", functions)
        before = own


def _tables_of(module: str) -> list[Table]:
    named = f"proofboard.store.tables.{module}"
    return [own.local_table for own in Base.registry.mappers if own.class_.__module__ == named]  # type: ignore[misc]


def _made(table: Table) -> list[MigrateOperation]:
    indices = sorted(table.indexes, key=lambda own: str(own.name))
    return [CreateTableOp.from_table(table), *map(CreateIndexOp.from_index, indices)]


def _next(slug: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(sqlite_engine(Path(folder) / "as-migrated.sqlite"))
        migrate(database)
        before = revisions(database).current
        with database.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            found = produce_migrations(context, Base.metadata).upgrade_ops
        database.close()
    if found is None or found.is_empty():
        sys.exit("The migrations make every table as it is; there is nothing to write.")
    own = f"{int((before or '0')[:4]) + 1:04}_{slug.replace('-', '_')}"
    yield _written(own, before, slug.replace("-", " ").replace("_", " ").capitalize(), [("all", _rendered(found.ops))])


def _rendered(operations: Sequence[MigrateOperation]) -> str:
    return render_python_code(UpgradeOps(list(operations)), render_as_batch=True)


def _written(own: str, before: str | None, said: str, functions: Sequence[tuple[str, str]]) -> Path:
    calls = "\n".join(f"    _{name}()" for name, _ in functions)
    parts = [HEAD.format(said=said, own=own, before=f'"{before}"' if before else None, calls=calls)]
    for name, body in functions:
        plain = "\n".join(line for line in body.splitlines() if not line.strip().startswith("#"))
        parts.append(f"\n\ndef _{name}() -> None:\n    {plain.strip()}\n")
    path = MIGRATIONS / f"v{own}.py"
    path.write_text("".join(parts), encoding="utf-8")
    return path


if __name__ == "__main__":
    main(sys.argv[1:])
