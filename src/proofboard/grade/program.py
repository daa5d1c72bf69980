"""A program of the benchmark's owner: the digest that names it, and the copy of its files that runs see."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from proofboard import canonical
from proofboard.archives.names import tree
from proofboard.errors import Fault, InputError, fault
from proofboard.schemas.benchmark import Metric, Program

INSIDE: Final = "/program"
"""Where a program finds its files."""

COMMANDS_INSIDE: Final = "/usr/bin"
"""Where a command without a path is looked for."""

MOST_FILES: Final = 10_000
LARGEST_FOLDER_BYTES: Final = 1 << 30

_LEFT_BY_PYTHON: Final = "__pycache__"
_EXECUTABLE: Final = 0o100


class FoundFile(msgspec.Struct, frozen=True):
    """One file of a program."""

    name: str
    path: Path
    executable: bool


class StagedProgram(msgspec.Struct, frozen=True):
    """A program that is ready to run: a copy of its files that nobody changes meanwhile."""

    name: str
    program: Program
    metrics: Mapping[str, Metric]
    """The metrics that it makes."""
    folder: Path
    digest: str


def program_digest(place: Path, program: Program, metrics: Mapping[str, Metric]) -> str:
    """Name a program: its files in `place`, command line, limits and environment, and what it makes a number of.

    Raises InputError where the folder cannot be read, or holds what no program may consist of.
    """
    return _digest(_files(place), program, metrics)


def stage(name: str, place: Path, program: Program, metrics: Mapping[str, Metric], into: Path) -> StagedProgram:
    """Copy a program's files to where any user may read them, and name exactly what was copied; raises InputError."""
    into.mkdir(mode=0o755, parents=True)
    copies = []
    for found in _files(place):
        copy = into / found.name
        copy.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        try:
            shutil.copyfile(found.path, copy)
        except OSError as error:
            raise fault(found.path, f"cannot be read: {error.strerror or error}") from error
        copy.chmod(0o755 if found.executable else 0o644)
        copies.append(FoundFile(found.name, copy, found.executable))
    return StagedProgram(name, program, metrics, into, _digest(copies, program, metrics))


def command_faults(name: str, place: Path, program: Program) -> Iterator[str]:
    """Say why a program could not be started, as far as it shows before: it would cost every response its score."""
    first = program.run[0]
    if first.startswith(f"{INSIDE}/"):
        own = {found.name: found for found in _files(place)}.get(first.removeprefix(f"{INSIDE}/"))
        if own is None:
            yield f"programs.{name}.run: {first!r} is not there; it would be a file of {place}"
        elif not own.executable:
            yield f"programs.{name}.run: {own.path} is not executable; make it so (chmod +x), or run it by its language"
    elif "/" in first and not first.startswith("/usr/"):
        yield f"programs.{name}.run: {first!r} is not in the sandbox; name a command, or a file in {INSIDE} or /usr"
    if any("\0" in text for text in (*program.run, *program.environment.values())):
        yield f"programs.{name}: holds a NUL character, which no command line can"


def is_installed(command: str) -> bool:
    """Say whether a command of the machine is there, by its name or by its path below `/usr`."""
    return shutil.which(command, path=COMMANDS_INSIDE) is not None


def _digest(files: Iterator[FoundFile] | list[FoundFile], program: Program, metrics: Mapping[str, Metric]) -> str:
    listed = [(found.name, canonical.digest_file(found.path), found.executable) for found in files]
    makes = {name: (metric.denominator, metric.range) for name, metric in metrics.items()}
    return canonical.digest_of(
        {
            "environment": program.environment,
            "files": sorted(listed),
            "limits": msgspec.structs.asdict(program.limits),
            "metrics": makes,
            "run": program.run,
        }
    )


def _files(place: Path) -> Iterator[FoundFile]:
    """Find the files of a program, in the order of their names; what Python leaves beside them is no part of it."""
    if not place.is_dir() or place.is_symlink():
        raise fault(place, "is not a folder; put the files of the program there, or correct `files`")
    names = [name for name in tree(place) if _LEFT_BY_PYTHON not in name.split("/")]
    sizes = sum((place / name).stat().st_size for name in names)
    if len(names) > MOST_FILES or sizes > LARGEST_FOLDER_BYTES:
        reason = f"has {len(names):,} files of {sizes:,} bytes, at most {MOST_FILES:,} of {LARGEST_FOLDER_BYTES:,}"
        raise InputError([Fault(str(place), 0, f"{reason} are accepted")])
    for name in names:
        path = place / name
        yield FoundFile(name, path, bool(path.stat().st_mode & _EXECUTABLE))
