"""Changes of which one wins: compare-and-swap on rows, and inserts that a constraint may be against."""

from collections.abc import Mapping
from typing import Final, cast

from sqlalchemy import CursorResult
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import DMLWhereBase

from proofboard.store.tables import Base

LOCKED: Final = {"key_share": True}
"""Locks a row against other changes, and not against new rows that refer to it: those would wait for each other."""


def changed_rows(session: Session, statement: DMLWhereBase) -> int:
    """Run an UPDATE or DELETE and return the number of rows it changed."""
    return cast("CursorResult[object]", session.execute(statement)).rowcount  # type: ignore[call-overload]


def inserted(session: Session, table: type[Base], row: Mapping[str, object]) -> bool:
    """Insert a row unless a constraint is against it; False where somebody was first. Waits for whoever is at it."""
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    made = insert(table).values(**row).on_conflict_do_nothing().returning(next(iter(table.__table__.primary_key)))
    return session.scalar(made) is not None
