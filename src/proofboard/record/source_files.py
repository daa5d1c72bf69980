"""What importers share: finding files below a source, naming them in faults, and giving ids that do not collide."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from proofboard import canonical
from proofboard.errors import Fault, InputError
from proofboard.record.slug import slug
from proofboard.schemas.reading import LARGEST_JSON_BYTES, as_kind, parse_json, read_bytes

T = TypeVar("T")


@dataclass(slots=True)
class SourceFolder:
    """A folder of another tool; it reads on after a bad file, so that one error can name every fault."""

    root: Path
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def named(self, path: Path) -> str:
        """Say where a file lies below the source, the same on every machine."""
        return path.relative_to(self.root).as_posix()

    def files(self, pattern: str) -> Iterator[Path]:
        """List the files below the source whose name fits, shallow ones first and then by name."""
        found = [path for path in self.root.rglob(pattern) if path.is_file()]
        yield from sorted(found, key=lambda path: (len(path.relative_to(self.root).parts), self.named(path)))

    def bytes_of(self, path: Path) -> bytes | None:
        """Read a file, or keep the fault and answer None."""
        try:
            return read_bytes(path, LARGEST_JSON_BYTES)
        except InputError as error:
            self.faults += [Fault(self.named(path), one.line, one.reason) for one in error.faults]
        return None

    def document(self, path: Path, kind: type[T]) -> T | None:
        """Read a JSON file as a document of a kind, or keep the faults and answer None."""
        raw = self.bytes_of(path)
        return None if raw is None else self.parsed(raw, path, kind)

    def parsed(self, raw: bytes, path: Path, kind: type[T]) -> T | None:
        """Parse JSON bytes as a document of a kind, or keep the faults and answer None."""
        name = self.named(path)
        try:
            return as_kind(parse_json(raw, name), kind, name)
        except InputError as error:
            self.faults += error.faults
        return None

    def converted(self, value: Any, name: str, kind: type[T]) -> T | None:  # noqa: ANN401 - any parsed value
        """Turn a parsed value into a document of a kind, or keep the faults and answer None."""
        try:
            return as_kind(value, kind, name)
        except InputError as error:
            self.faults += error.faults
        return None

    def fault(self, file: str, reason: str) -> None:
        """Keep a fault of a file that could be read."""
        self.faults.append(Fault(file, 0, reason))

    def refuse(self) -> None:
        """Raise InputError if any fault was kept."""
        if self.faults:
            raise InputError(self.faults)


def unique_slug(name: str, taken: set[str], distinct: str) -> str:
    """Turn a name into a path id that is not taken and take it; `distinct` tells equal names apart."""
    chosen = slug(name, taken)
    while chosen in taken:
        distinct = canonical.digest(distinct.encode())
        chosen = f"{chosen[:46]}-{canonical.hex_of(distinct)[:16]}"
    taken.add(chosen)
    return chosen


def some(names: Iterable[str], shown: int = 5) -> str:
    """List a few names and count the rest, for a note or a fault."""
    kept = list(names)
    rest = f" and {len(kept) - shown} more" if len(kept) > shown else ""
    return ", ".join(kept[:shown]) + rest
