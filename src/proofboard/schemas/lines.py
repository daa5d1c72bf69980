"""Read JSON lines as typed documents, in blocks: canonical lines fast, all others one by one under the one policy."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Generic, TypeVar

import msgspec

from proofboard import canonical
from proofboard.errors import Fault, InputError, fault
from proofboard.schemas.reading import DEEPEST_INPUT, as_kind, check_file, depth_of, parse_json

T = TypeVar("T")

LARGEST_LINE_BYTES: Final = 1 << 20
LARGEST_FILE_BYTES: Final = 4 << 30
BLOCK_BYTES: Final = 4 << 20

_LONG_NUMBER: Final = b"0" * 16
_NO_BRACKETS: Final = bytes(code for code in range(256) if code not in b"[{\n")
_DIGITS_ONLY: Final = bytes(ord("0") if code in b"0123456789" else ord(" ") for code in range(256))


class Lines(msgspec.Struct, Generic[T], frozen=True):
    """The documents of a file of JSON lines, and what the file's bytes are."""

    rows: list[T]
    digest: str
    bytes: int
    lines: int


def read_lines(path: Path, kind: type[T]) -> Lines[T]:
    """Read a file of JSON lines in blocks, hashed as received; raises InputError with the faults of every bad line."""
    check_file(path, LARGEST_FILE_BYTES)
    rows: list[T] = []
    faults: list[Fault] = []
    summed, size, count = hashlib.sha256(), 0, 0
    for block in _blocks(path):
        summed.update(block)
        try:
            rows += decode_lines(block, kind, str(path), first=count + 1)
        except InputError as error:
            faults.extend(error.faults)
        size += len(block)
        count += block.count(b"\n")
    if faults:
        raise InputError(faults)
    return Lines(rows, canonical.PREFIX + summed.hexdigest(), size, count)


def _blocks(path: Path) -> Iterator[bytes]:
    """Cut a file into blocks of whole lines."""
    kept, count = b"", 0
    try:
        with path.open("rb") as stream:
            while read := stream.read(BLOCK_BYTES):
                whole, newline, rest = read.rpartition(b"\n")
                if newline:
                    yield kept + whole + newline
                    kept, count = rest, count + read.count(b"\n")
                elif len(kept := kept + read) > BLOCK_BYTES:
                    reason = f"the line has over {BLOCK_BYTES:,} bytes, at most {LARGEST_LINE_BYTES:,} are accepted"
                    raise fault(path, reason, count + 1)
    except OSError as error:
        raise fault(path, f"cannot be read: {error.strerror or error}") from error
    if kept:
        yield kept


def decode_lines(raw: bytes, kind: type[T], file: str, *, first: int = 1) -> list[T]:
    """Decode JSON lines as documents of a kind; raises InputError with the faults of every bad line.

    Canonical lines take a fast way: what encodes back to the same bytes holds no duplicate key, no white space and no
    literal outside JSON. Everything else is read line by line under the one policy. `first` is the number of the first
    line in its file.
    """
    try:
        rows = msgspec.json.Decoder(kind).decode_lines(raw)
        if canonical.dump_lines(rows) == raw and _harmless(raw):
            return rows
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        pass
    return _one_by_one(raw, kind, file, first)


def _harmless(raw: bytes) -> bool:
    """Say that canonical lines cannot break the policy: none too long, none too deep, no integer too large."""
    lines = raw.split(b"\n")
    if max(map(len, lines)) > LARGEST_LINE_BYTES:
        return False
    brackets = raw.translate(None, _NO_BRACKETS).split(b"\n")
    if max(map(len, brackets)) > DEEPEST_INPUT:
        suspects = (line for line, own in zip(lines, brackets, strict=True) if len(own) > DEEPEST_INPUT)
        if any(depth_of(line) > DEEPEST_INPUT for line in suspects):
            return False
    return _LONG_NUMBER not in raw.translate(_DIGITS_ONLY)


def _one_by_one(raw: bytes, kind: type[T], file: str, first: int) -> list[T]:
    rows: list[T] = []
    faults: list[Fault] = []
    lines = raw.rstrip().split(b"\n") if raw.strip() else []
    for number, line in enumerate(lines, start=first):
        try:
            if not line.strip():
                raise fault(file, "the line is empty; remove it, so that every line can be found by its number", number)
            if len(line) > LARGEST_LINE_BYTES:
                reason = f"the line has {len(line):,} bytes, at most {LARGEST_LINE_BYTES:,} are accepted"
                raise fault(file, reason, number)
            if depth_of(line) > DEEPEST_INPUT:
                raise fault(file, f"is nested deeper than {DEEPEST_INPUT} levels", number)
            rows.append(as_kind(parse_json(line, file, number), kind, file, number))
        except InputError as error:
            faults.extend(error.faults)
    if faults:
        raise InputError(faults)
    return rows
