"""Unpack an archive into a folder that lasts as long as it is used, or refuse it as a whole."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import IO

from proofboard.archives.limits import DEFAULT_LIMITS, Budget, Limits
from proofboard.archives.members import DAMAGED, Member, kind_of, open_tar, open_zip, refuse_full_disk
from proofboard.archives.names import Names, fault_of_name
from proofboard.errors import SHOWN_FAULTS, Fault, InputError, UnsafeArchiveError, fault


@contextmanager
def unpacked(source: Path, limits: Limits = DEFAULT_LIMITS) -> Iterator[Path]:
    """Yield a folder, or a file that is no archive, as it is; an archive as a folder that is removed afterwards.

    Raises UnsafeArchiveError, naming archive and member, before anything is written that could do harm. Faults that are
    found in the folder later name the archive: where it was unpacked means nothing to the reader.
    """
    if not source.exists():
        raise fault(source, "is not there")
    if source.is_dir() or not is_archive(source):
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="proofboard-") as folder:
        _unpack(source, Path(folder), limits)
        try:
            yield Path(folder)
        except InputError as error:
            raise type(error)(_seen_from(source, folder, own) for own in error.faults) from error


def read_members(source: Path, names: Mapping[str, int], limits: Limits = DEFAULT_LIMITS) -> dict[str, bytes]:
    """Return the contents of some members of an archive, each up to a size of its own; what is not there is left out.

    The whole archive is checked as `unpacked` checks it, and nothing is written. Raises UnsafeArchiveError.
    """
    try:
        with ExitStack() as held:
            members = open_zip(source, held) if kind_of(source) == "zip" else open_tar(source, limits, held)
            wanted = {member.path: member for member in _checked(source, members, limits) if member.path in names}
            return {path: _content(source, member, names[path], limits) for path, member in wanted.items()}
    except OSError as error:
        raise UnsafeArchiveError(f"{source}: cannot be unpacked: {error.strerror or error}") from error


def _content(source: Path, member: Member, most: int, limits: Limits) -> bytes:
    if member.size > most:
        raise UnsafeArchiveError(f"{source}: {member.name!r}: has {member.size:,} bytes, at most {most:,} are accepted")
    target = BytesIO()
    _copy(source, member, target, Budget(source, limits))
    return target.getvalue()


def _seen_from(source: Path, folder: str, own: Fault) -> Fault:
    inside = own.file == folder or own.file.startswith(f"{folder}/")
    return replace(own, file=f"{source}{own.file[len(folder) :]}") if inside else own


def is_archive(path: Path) -> bool:
    """Say by its content whether a file is an archive, which `unpacked` unpacks or refuses."""
    try:
        return kind_of(path) is not None
    except OSError as error:
        raise fault(path, f"cannot be read: {error.strerror or error}") from error


def _unpack(source: Path, folder: Path, limits: Limits) -> None:
    try:
        with ExitStack() as held:
            members = open_zip(source, held) if kind_of(source) == "zip" else open_tar(source, limits, held)
            checked = _checked(source, members, limits)
            budget = Budget(source, limits)
            for place in sorted(_folders_of(checked, folder)):
                place.mkdir(parents=True, exist_ok=True)
            for member in checked:
                if not member.is_folder:
                    _write(source, member, folder / member.path, budget)
    except OSError as error:
        refuse_full_disk(source, error)
        raise UnsafeArchiveError(f"{source}: cannot be unpacked: {error.strerror or error}") from error


def _folders_of(members: Iterable[Member], folder: Path) -> set[Path]:
    places = {member.path if member.is_folder else member.path.rpartition("/")[0] for member in members}
    return {folder / place for place in places}


def _checked(source: Path, members: Iterable[Member], limits: Limits) -> list[Member]:
    """Return all members of an archive, or refuse it with everything that is wrong with them."""
    kept: list[Member] = []
    faults: list[str] = []
    names = Names()
    most = limits.most_bytes(source.stat().st_size)
    total = 0
    for member in members:
        kept.append(member)
        if len(kept) > limits.members:
            raise UnsafeArchiveError(f"{source}: holds more than {limits.members:,} members")
        total += member.size
        if total > most:
            raise UnsafeArchiveError(f"{source}: {member.name!r}: brings it to {total:,} bytes, the limit is {most:,}")
        reason = member.fault or fault_of_name(member.name) or names.clash(member.path, is_folder=member.is_folder)
        if reason:
            faults.append(f"{source}: {member.name!r}: {reason}")
    if faults:
        more = [f"… and {len(faults) - SHOWN_FAULTS} more"] if len(faults) > SHOWN_FAULTS else []
        raise UnsafeArchiveError("\n".join([*faults[:SHOWN_FAULTS], *more]))
    return kept


def _write(source: Path, member: Member, place: Path, budget: Budget) -> None:
    with place.open("xb") as target:
        _copy(source, member, target, budget)


def _copy(source: Path, member: Member, target: IO[bytes], budget: Budget) -> None:
    try:
        with member.open() as stream:
            budget.copy(stream, target, member.name)
            written = target.tell()
    except DAMAGED as error:
        raise UnsafeArchiveError(f"{source}: {member.name!r}: is damaged or cut short: {error}") from error
    if written != member.size:
        found, expected = f"{written:,}", f"{member.size:,}"
        raise UnsafeArchiveError(f"{source}: {member.name!r}: has {found} bytes, its header says {expected}")
