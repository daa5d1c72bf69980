"""Rows in every table, made from the columns alone, so that no table is forgotten."""

from typing import Any

from sqlalchemy import JSON, Boolean, Column, Float, Integer, Table

from proofboard.store.database import Database
from proofboard.store.tables import Base

AWKWARD = "Ünïcode ' \" \\ \n 漢字 🎲"
DOCUMENT = {"b": [1, 2.5, None, True, {"ö": "x"}], "a": 1e-9, "large": 2**53}


def fill(database: Database, rows: int = 3) -> None:
    """Write some rows into every table, each referring to rows that are there."""
    made: dict[str, list[dict[str, Any]]] = {}
    with database.writing() as session:
        for table in Base.metadata.sorted_tables:
            made[table.name] = [_row(table, number, made) for number in range(1, rows + 1)]
            session.execute(table.insert(), made[table.name])


def _row(table: Table, number: int, made: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    return {column.name: _value(column, number, made) for column in table.columns}


def _value(column: Column[Any], number: int, made: dict[str, list[dict[str, Any]]]) -> Any:
    for key in column.foreign_keys:
        if key.column.table is column.table:
            return None
        return made[key.column.table.name][number - 1][key.column.name]
    if column.nullable and number == 1:
        return None
    simple = {Boolean: number % 2 == 0, Integer: number, Float: number / 3, JSON: DOCUMENT}
    for kind, value in simple.items():
        if isinstance(column.type, kind):
            return value
    # Capitals and accents are ordered in other ways by languages than by their bytes.
    text = f"{'Zaö'[number % 3]}{number}"
    length = getattr(column.type, "length", None)
    return text if length and length < 100 else f"{text} {AWKWARD}"
