"""The ground of all tables: one naming of constraints, instants as text, JSON."""

from typing import Annotated, Any, Final

from sqlalchemy import JSON, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Id = Annotated[str, mapped_column(String(40))]
"""32 hexadecimal digits that sort by their time of making, behind a short prefix: `sub-…`, `org-…`."""
Name = Annotated[str, mapped_column(String(64))]
Line = Annotated[str, mapped_column(String(500))]
LongText = Annotated[str, mapped_column(Text)]
DigestText = Annotated[str, mapped_column(String(71))]
Instant = Annotated[str, mapped_column(String(27))]
"""UTC, `2026-11-21T15:14:47.123456Z`: text that sorts by time, the same in both databases."""
Json = Annotated[Any, mapped_column(JSON(none_as_null=True))]


class Base(DeclarativeBase):
    """The root of all tables."""

    metadata = MetaData(naming_convention=NAMING)
