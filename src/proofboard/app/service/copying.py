"""Copy an instance into an empty database: every table as it stood at one moment, counted and hashed on both sides.

The source may be in use: one transaction reads it all, and what is written meanwhile is not part of the copy. Jobs that
run at that moment wait in the copy, because the job engine keeps its own notes, which stay behind; every step may be
done again, so nothing is done twice. Workers are not copied either: those of the copy sign on by themselves.
"""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import Column, Connection, Integer, String, Table, func, inspect, literal_column, select, text
from sqlalchemy.exc import DataError

from proofboard import canonical
from proofboard.errors import Fault, InputError, fault
from proofboard.store.blobs import Blobs
from proofboard.store.database import WRITING, Database, told
from proofboard.store.migrating import migrate, refuse_other_revision, take_lock
from proofboard.store.tables import Base, Job, Worker

BATCH_ROWS: Final = 1_000
NOT_COPIED: Final = frozenset({Worker.__tablename__})
SHOWN_TABLES: Final = 5
EMPTY: Final = "copy into an empty database, and leave this one as it is"
OWN_TABLES: Final = frozenset(Base.metadata.tables) | {"alembic_version"}

Row = dict[str, Any]


class CopiedTable(msgspec.Struct, frozen=True):
    """One table of a copy, the same on both sides."""

    rows: int
    digest: str
    """Over the canonical line of every row, in the order of the primary key."""


class Copied(msgspec.Struct, frozen=True):
    """What was copied."""

    tables: dict[str, CopiedTable]
    resumed_jobs: int
    """Jobs that ran at the moment of the copy; in the copy they wait."""

    @property
    def rows(self) -> int:
        """Return how many rows there are in all."""
        return sum(own.rows for own in self.tables.values())


class CopiedBlobs(msgspec.Struct, frozen=True):
    """How many blobs were copied, and how many were there already."""

    copied: int
    kept: int


def copy_database(source: Database, target: Database) -> Copied:
    """Copy every table of a database into an empty one, all or nothing.

    Raises InputError where the source does not stand at the newest revision, where the target holds anything, or where
    a text is too long for its column; StorageError where a database does not answer or the two sides differ.
    """
    refuse_other_revision(source)
    _refuse_foreign(target)
    migrate(target)
    tables = [own for own in Base.metadata.sorted_tables if own.name not in NOT_COPIED]
    with told(), _snapshot(source) as reading, _writing(target) as writing:
        _refuse_rows(writing)
        _refuse_unfit(reading, tables)
        copied = {table.name: _copy_table(table, reading, writing) for table in tables}
        for table in tables:
            _compare(table, copied[table.name], writing)
            _set_sequence(table, writing)
        running = select(func.count()).select_from(Job).where(Job.state == "running")
        return Copied(copied, reading.execute(running).scalar_one())


def copy_blobs(source: Blobs, target: Blobs) -> CopiedBlobs:
    """Copy every blob that the target lacks; its bytes are hashed on their way. May be run again."""
    copied = kept = 0
    with tempfile.TemporaryDirectory(prefix="proofboard-copy-") as folder:
        for named in source.names():
            if target.has(named):
                kept += 1
                continue
            source.place(named, Path(folder) / "blob")
            target.put_file(Path(folder) / "blob")
            copied += 1
    return CopiedBlobs(copied, kept)


@contextmanager
def _snapshot(source: Database) -> Iterator[Connection]:
    """Open a transaction that sees one moment of the source, however long it takes."""
    options = {} if source.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with source.engine.connect().execution_options(**options) as connection:
        yield connection
        connection.rollback()


@contextmanager
def _writing(target: Database) -> Iterator[Connection]:
    """Open the one transaction of the copy; nobody starts on the target meanwhile."""
    with target.engine.execution_options(**{WRITING: True}).begin() as connection:
        take_lock(connection)
        yield connection


def _refuse_foreign(target: Database) -> None:
    """Refuse a database in which somebody else keeps tables, or our job engine has run."""
    with told():
        found = inspect(target.engine)
        ours = found.default_schema_name
        others = sorted(set(found.get_table_names()) - OWN_TABLES)
        for schema in set(found.get_schema_names()) - {"information_schema", ours}:
            others += [f"{schema}.{name}" for name in sorted(found.get_table_names(schema=schema))]
    if others:
        raise fault("the target", f"holds {', '.join(others[:SHOWN_TABLES])} and whatever belongs to it; {EMPTY}")


def _refuse_rows(writing: Connection) -> None:
    full = [name for name, table in Base.metadata.tables.items() if writing.execute(select(table).limit(1)).first()]
    if full:
        raise fault("the target", f"holds rows of {', '.join(sorted(full))}; {EMPTY}")


def _refuse_unfit(reading: Connection, tables: Iterable[Table]) -> None:
    """Name every text that SQLite took and PostgreSQL will not, before anything is written."""
    faults = []
    for table in tables:
        limits = {column.name: column.type.length for column in table.columns if isinstance(column.type, String)}
        limits = {name: most for name, most in limits.items() if most is not None}
        lengths = [func.max(func.length(table.c[name])).label(name) for name in limits]
        longest = reading.execute(select(*lengths)).mappings().one()
        faults += [
            Fault(f"{table.name}.{name}", 0, f"holds a text of {longest[name]} letters, at most {most} fit; shorten it")
            for name, most in limits.items()
            if longest[name] is not None and longest[name] > most
        ]
    if faults:
        raise InputError(faults)


def _copy_table(table: Table, reading: Connection, writing: Connection) -> CopiedTable:
    """Copy the rows of a table; what refers to rows of the same table is filled in when all are there."""
    summed, n_rows = hashlib.sha256(), 0
    own = [column.name for column in table.columns if any(key.column.table is table for key in column.foreign_keys)]
    later: list[Row] = []
    for batch in _batches(table, reading):
        rows = [_resumed(row) for row in batch] if table.name == Job.__tablename__ else batch
        _insert(table, [{**row, **dict.fromkeys(own)} for row in rows] if own else rows, writing)
        later += [row for row in rows if any(row[name] for name in own)]
        summed.update(canonical.dump_lines(rows))
        n_rows += len(rows)
    key = [column.name for column in table.primary_key.columns]
    for row in later:
        same = [table.c[name] == row[name] for name in key]
        writing.execute(table.update().where(*same).values({name: row[name] for name in own}))
    return CopiedTable(n_rows, canonical.PREFIX + summed.hexdigest())


def _insert(table: Table, rows: Sequence[Row], writing: Connection) -> None:
    try:
        writing.execute(table.insert(), rows)
    except DataError as error:
        said = str(error.orig).partition("\n")[0]
        raise fault(f"the table {table.name}", f"holds what the target cannot: {said}; correct it first") from error


def _resumed(row: Row) -> Row:
    """Let a job wait that runs in the source: its worker and the notes of the engine are not in the copy."""
    return {**row, "state": "waiting", "worker": None, "started_at": None} if row["state"] == "running" else row


def _compare(table: Table, copied: CopiedTable, writing: Connection) -> None:
    """Read the copy again: what a database made of the rows counts, not what it was given."""
    summed, n_rows = hashlib.sha256(), 0
    for batch in _batches(table, writing):
        summed.update(canonical.dump_lines(batch))
        n_rows += len(batch)
    found = CopiedTable(n_rows, canonical.PREFIX + summed.hexdigest())
    if found != copied:
        raise fault(
            f"the table {table.name}",
            f"differs after copying: {copied.rows} rows {copied.digest} became {found.rows} rows {found.digest}; "
            "nothing was kept in the target",
        )


def _batches(table: Table, connection: Connection) -> Iterator[list[Row]]:
    """Yield the rows in the order of their key, which is the same in both databases, some at a time."""
    order = [_ordered(column, connection) for column in table.primary_key.columns]
    # Of this statement only: every other would leave a cursor open at the server.
    found = connection.execute(select(table).order_by(*order), execution_options={"yield_per": BATCH_ROWS})
    for batch in found.mappings().partitions():
        yield [dict(row) for row in batch]


def _ordered(column: Column[Any], connection: Connection) -> Any:  # noqa: ANN401 - an expression of SQL
    """Order text by its bytes: languages order it in other ways."""
    is_text = isinstance(column.type, String) and connection.dialect.name == "postgresql"
    return column.collate("C") if is_text else column


def _set_sequence(table: Table, writing: Connection) -> None:
    """Let the next number follow the largest that was copied."""
    column = table.autoincrement_column
    if column is None or not isinstance(column.type, Integer) or writing.dialect.name != "postgresql":
        return
    sequence = writing.execute(
        text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
    ).scalar()
    largest = writing.execute(select(func.max(literal_column(f'"{column.name}"'))).select_from(table)).scalar()
    if sequence and largest is not None:
        writing.execute(text("SELECT setval(:sequence, :largest)"), {"sequence": sequence, "largest": largest})
