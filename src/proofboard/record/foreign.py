"""What other tools wrote, read with their own leniency: NaN and overflowing numbers are unknown, not faults.

Our own documents are read strictly (`proofboard.schemas.reading`). Nothing that is read here reaches a published
document before it has been given a type.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from proofboard import canonical
from proofboard.archives.names import tree
from proofboard.archives.unpack import is_archive, unpacked
from proofboard.errors import Fault, InputError, fault
from proofboard.record.source_files import some
from proofboard.schemas.base import LARGEST_INTEGER
from proofboard.schemas.lines import LARGEST_LINE_BYTES
from proofboard.schemas.reading import DEEPEST, LARGEST_JSON_BYTES, depth_of, read_bytes

LARGEST_OUTPUT_BYTES: Final = LARGEST_LINE_BYTES - 4096
"""A recorded answer must fit on a line of a bundle, beside its id and usage."""
MICROSECONDS: Final = 1_000_000
LONGEST_INTEGER: Final = 17
"""Digits and sign of ±2⁵³: longer numbers cost quadratic time before they are refused."""

_ESCAPED_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")
_SEPARATOR: Final = re.compile(r"[^0-9A-Za-z]+")


@dataclass(frozen=True, slots=True, order=True)
class SourceFile:
    """One file of a source."""

    name: str
    """Relative to the source, with `/`; an archive inside the source counts as a folder."""
    path: Path

    def bytes(self) -> bytes:
        """Read the file; raises InputError, naming it as the reader of the source knows it."""
        return read_bytes(self.path, LARGEST_JSON_BYTES)


@contextmanager
def opened(source: Path) -> Iterator[list[SourceFile]]:
    """Yield the files of a folder, archive or single file, with those of the archives that lie in it, by name."""
    with ExitStack() as held:
        root = held.enter_context(unpacked(source))
        if root.is_file():
            yield [SourceFile(source.name, root)]
            return
        files: list[SourceFile] = []
        for name in tree(root):
            if is_archive(root / name):
                inner = held.enter_context(unpacked(root / name))
                files += [SourceFile(f"{name}/{member}", inner / member) for member in tree(inner)]
            else:
                files.append(SourceFile(name, root / name))
        yield sorted(files)


def digest_of_files(files: Iterable[SourceFile]) -> str:
    """Name the bytes of one file, or of several by the digests of each in the order of their names."""
    ordered = [canonical.digest_file(file.path) for file in sorted(files)]
    return ordered[0] if len(ordered) == 1 else canonical.digest("".join(f"{one}\n" for one in ordered).encode())


def unread(names: Sequence[str]) -> list[str]:
    """Note the files that no reader knew."""
    return [f"{len(names)} file(s) are of no known kind and were not read: {some(names)}"] if names else []


def parse(raw: bytes, file: str, line: int = 0) -> Any:  # noqa: ANN401 - any JSON value
    """Parse JSON; NaN, Infinity and numbers too large for a float are None, longer integers are kept as text."""
    try:
        if depth_of(raw) > DEEPEST:
            raise fault(file, f"is nested deeper than {DEEPEST} levels", line)
        value = json.loads(raw.decode("utf-8-sig"), parse_constant=_unknown, parse_float=_finite, parse_int=_exact)
    except UnicodeDecodeError as error:
        raise fault(file, f"is not UTF-8 (byte {error.start})", line) from error
    except json.JSONDecodeError as error:
        raise fault(file, f"is not JSON: {error.msg} at column {error.colno}", line or error.lineno) from error
    return _without_surrogates(value) if _ESCAPED_SURROGATE.search(raw) else value


def parse_lines(raw: bytes, file: str) -> list[tuple[int, dict[str, Any]]]:
    """Parse JSON lines that each hold an object, with their numbers; raises InputError with every bad line."""
    rows: list[tuple[int, dict[str, Any]]] = []
    faults: list[Fault] = []
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            row = parse(line, file, number)
            if not isinstance(row, dict):
                raise fault(file, f"holds {type(row).__name__}, expected an object with named fields", number)
            rows.append((number, row))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return rows


def _unknown(_: str) -> None:
    return None


def _finite(digits: str) -> float | None:
    value = float(digits)
    return value if math.isfinite(value) else None


def _exact(digits: str) -> int | str:
    return int(digits) if len(digits) <= LONGEST_INTEGER and abs(int(digits)) <= LARGEST_INTEGER else digits


def _without_surrogates(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Replace halves of surrogate pairs, which UTF-8 cannot write, by the sign for an unreadable letter."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_without_surrogates(part) for part in value]
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(part) for key, part in value.items()}
    return value


def recordable(output: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return an answer as it can be recorded, or None where it is longer than a line of a bundle may be."""
    return output if output is None or len(canonical.dump(output)) <= LARGEST_OUTPUT_BYTES else None


def count_or_none(value: Any) -> int | None:  # noqa: ANN401 - whatever a source wrote
    """Return a count of tokens; None for everything that is not a whole number from 0 on."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= LARGEST_INTEGER:
        return None
    return int(value) if value == int(value) else None


def microseconds_or_none(seconds: Any) -> int | None:  # noqa: ANN401 - whatever a source wrote
    """Return a duration in whole microseconds; None for everything that is not a duration, and for 0."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        return None
    if not 0 < seconds <= LARGEST_INTEGER // MICROSECONDS:
        return None
    return round(seconds * MICROSECONDS) or None


def first_word(name: str) -> str:
    """Return the part of a model's name before its first separator: its maker, where nothing else names one."""
    return next((word for word in _SEPARATOR.split(name) if word), name)
