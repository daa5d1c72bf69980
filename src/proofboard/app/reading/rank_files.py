"""Files that can be ranked: a published table of values and standard errors, or votes between pairs; strict CSV."""

import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from proofboard.core.inference.bradley_terry import Votes
from proofboard.errors import Fault, InputError, fault
from proofboard.schemas.reading import read_bytes

LARGEST_BYTES: Final = 64 << 20
MOST_ENTRIES: Final = 2_000
LONGEST_NAME: Final = 500
LARGEST_NUMBER: Final = 1e100
FEWEST_ENTRIES: Final = 2
TABLE_COLUMNS: Final = 3

VOTE_COLUMNS: Final = ("a", "b", "winner")
PROMPT: Final = "prompt"
TIE: Final = "tie"
SHAPES: Final = "name,value,standard_error or a,b,winner or a,b,winner,prompt"

_NUMBER: Final = re.compile(
    r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,4})?", re.ASCII
)

Row = tuple[int, list[str]]
"""The line that a row ends on, and its cells."""


class ValueTable(msgspec.Struct, frozen=True):
    """A table that says of every entry a value, larger is better, and its standard error."""

    columns: tuple[str, str, str]
    """What its header calls the entries, the values and the errors."""
    names: Sequence[str]
    values: Sequence[float]
    errors: Sequence[float]


def read_rankable(path: Path) -> tuple[bytes, ValueTable | Votes]:
    """Read a file with its bytes; its header says which of the two it is. Raises InputError with every fault."""
    raw = read_bytes(path, LARGEST_BYTES)
    header, rows = _lines(raw, str(path))
    if VOTE_COLUMNS[-1] in header:
        return raw, _votes(str(path), header, rows)
    return raw, _value_table(str(path), header, rows)


def _lines(raw: bytes, file: str) -> tuple[list[str], list[Row]]:
    """Split CSV into its header and rows; empty lines are passed over, rows of another width are faults."""
    try:
        lines = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
        header = [cell.strip() for cell in next(lines, [])]
        rows = [(lines.line_num, [cell.strip() for cell in row]) for row in lines if row]
    except UnicodeDecodeError as error:
        raise fault(file, f"is not UTF-8 (byte {error.start})") from error
    except csv.Error as error:
        raise fault(file, f"is not CSV: {error}") from error
    faults = [
        Fault(file, line, f"has {len(row)} values, the header names {len(header)} columns")
        for line, row in rows
        if len(row) != len(header)
    ]
    if len(header) < TABLE_COLUMNS:
        faults.append(Fault(file, 1, f"names {len(header)} columns, expected {SHAPES}"))
    if faults:
        raise InputError(faults)
    return header, rows


def _number(text: str) -> float | None:
    value = float(text) if _NUMBER.fullmatch(text) else math.inf
    return value if abs(value) <= LARGEST_NUMBER else None


def _value_table(file: str, header: Sequence[str], rows: Sequence[Row]) -> ValueTable:
    faults: list[Fault] = []
    if all(_number(cell) is not None for cell in header[1:TABLE_COLUMNS]):
        faults.append(Fault(file, 1, f"has no header: the first line must name the columns, like {SHAPES}"))
    names: dict[str, int] = {}
    values, errors = [], []
    for line, (name, *cells) in rows:
        faults += [Fault(file, line, reason) for reason in _strange_name(name, header[0])]
        if name and (first := names.setdefault(name, line)) != line:
            faults.append(Fault(file, line, f"the entry {_cut(name)!r} stands on line {first} already"))
        value, error = _number(cells[0]), _number(cells[1])
        if value is None:
            faults.append(Fault(file, line, f"{header[1]} is {_cut(cells[0])!r}, expected a number"))
        if error is None or error < 0 or 0 < error < 1 / LARGEST_NUMBER:
            faults.append(Fault(file, line, f"{header[2]} is {_cut(cells[1])!r}, expected a standard error, 0 or more"))
        values.append(value or 0.0)
        errors.append(error or 0.0)
    faults += _strange_count(file, len(names))
    if faults:
        raise InputError(faults)
    return ValueTable((header[0], header[1], header[2]), list(names), values, errors)


def _votes(file: str, header: Sequence[str], rows: Sequence[Row]) -> Votes:
    if header not in ([*VOTE_COLUMNS], [*VOTE_COLUMNS, PROMPT]):
        raise fault(file, f"names the columns {_cut(','.join(header))}, expected {SHAPES}", 1)
    faults: list[Fault] = []
    names: dict[str, int] = {}
    prompts: dict[str, int] = {}
    won: list[tuple[int, int, int]] = []
    for line, (first, second, winner, *rest) in rows:
        faults += [Fault(file, line, reason) for reason in _strange_vote(first, second, winner)]
        if rest and not rest[0]:
            faults.append(Fault(file, line, f"{PROMPT} is empty; name the prompt, or leave the column out"))
        won.append(_outcome(first, second, winner))
        for name in (first, second):
            names.setdefault(name, len(names))
        prompts.setdefault(rest[0] if rest else "", len(prompts))
    faults += _strange_count(file, len(names))
    if faults:
        raise InputError(faults)
    wins, losses, ties = np.array(won, dtype=np.int64).T
    return Votes(
        names=list(names),
        first=np.array([names[row[0]] for _, row in rows], dtype=np.int64),
        second=np.array([names[row[1]] for _, row in rows], dtype=np.int64),
        first_wins=wins,
        second_wins=losses,
        ties=ties,
        prompts=np.array([prompts[row[3]] for _, row in rows], dtype=np.int64) if PROMPT in header else None,
        source=file,
    )


def _meant(first: str, second: str, winner: str) -> set[str]:
    """Return which of the two columns a winner can mean: by the name that stands there, or by the column's letter."""
    return {column for column, name in (("a", first), ("b", second)) if winner in (name, column)}


def _outcome(first: str, second: str, winner: str) -> tuple[int, int, int]:
    if winner == TIE:
        return 0, 0, 1
    return (1, 0, 0) if "a" in _meant(first, second, winner) else (0, 1, 0)


def _strange_vote(first: str, second: str, winner: str) -> Iterator[str]:
    for column, name in (("a", first), ("b", second)):
        yield from _strange_name(name, column)
        if name == TIE:
            yield f"an entry is called {TIE!r}, which as a winner means neither; call it otherwise"
    if first and first == second:
        yield f"compares {_cut(first)!r} with itself"
    elif winner != TIE and len(meant := _meant(first, second, winner)) != 1:
        if meant:
            yield f"the winner {winner!r} is the name of one and the column of the other; call the entries otherwise"
        else:
            expected = f"{_cut(first)!r}, {_cut(second)!r}, 'a', 'b' or {TIE!r}"
            yield f"the winner is {_cut(winner)!r}, expected {expected}"


def _strange_name(name: str, column: str) -> Iterator[str]:
    if not name:
        yield f"{column} is empty, expected a name"
    elif len(name) > LONGEST_NAME:
        yield f"{column} is a name of {len(name)} characters, expected at most {LONGEST_NAME}"


def _strange_count(file: str, entries: int) -> Iterator[Fault]:
    if not FEWEST_ENTRIES <= entries <= MOST_ENTRIES:
        yield Fault(file, 0, f"names {entries} entries, expected {FEWEST_ENTRIES} to {MOST_ENTRIES}")


def _cut(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"  # noqa: PLR2004 - what a message can hold
