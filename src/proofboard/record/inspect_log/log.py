"""One Inspect log, from an `.eval` file or one JSON document, of any known version or through Inspect itself."""

import importlib
import re
import zipfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from proofboard import canonical
from proofboard.errors import InputError, fault
from proofboard.record.inspect_log.documents import RawAttachments, RawLog, RawParts, RawSample, decode
from proofboard.record.inspect_log.eval_zip import EvalZip
from proofboard.record.inspect_log.header import Header, header_of
from proofboard.record.inspect_log.samples import Sample, sample_of
from proofboard.schemas.reading import LARGEST_JSON_BYTES, check_file, read_bytes

T = TypeVar("T")

KNOWN_VERSIONS: Final = frozenset({1, 2, 3})
"""Of the layout: 1 had one scorer, 2 is written today, 3 pooled the messages of events, which are not read."""
MOST_EPOCHS: Final = 10_000

HEADER: Final = "header.json"
START: Final = "_journal/start.json"

_SAMPLE: Final = re.compile(r"samples/.+_epoch_\d+\.json", re.DOTALL)
_CHUNK: Final = re.compile(r"/attachments/(\d{1,9})\.json")
_SHELL: Final = re.compile(r"(samples/.+_epoch_\d+)/sample\.json", re.DOTALL)
"""The part of a sample that is written in chunks which holds what is needed, but for its metadata."""


class Log(msgspec.Struct, frozen=True):
    """One log; a sample that was logged again counts as it was logged last."""

    name: str
    digest: str
    """SHA-256 of the file."""
    header: Header
    samples: Mapping[tuple[str, int], Sample]
    """(id, epoch) → sample."""
    n_replaced: int
    """Samples that were logged again."""


def read_eval(path: Path, name: str) -> Log:
    """Read an `.eval` file; `name` is what faults call it. Raises InputError."""
    check_file(path, 1 << 40)
    with EvalZip(path, name) as archive:
        first = next((member for member in (HEADER, START) if member in archive.members), None)
        if first is None:
            raise fault(name, f"is a zip without {HEADER} or {START}, so it is no Inspect log")
        wanted = [member for member in archive.members if _SAMPLE.fullmatch(member) or _SHELL.fullmatch(member)]
        archive.check([first, *wanted])
        raw = archive.read(first)
        if not _is_known(decode(raw, RawParts, f"{name}/{first}")):
            return _through_inspect(path, name, raw)
        log = decode(raw, RawLog, f"{name}/{first}")
        header = header_of(log, name)
        samples = [_read_member(archive, member, name, header) for member in wanted]
        return _log(path, name, header, samples, archive.n_replaced)


def _read_member(archive: EvalZip, member: str, name: str, header: Header) -> Sample:
    raw, place = archive.read(member), f"{name}/{member}"
    sample = decode(raw, RawSample, place)
    if shell := _SHELL.fullmatch(member):
        return _in_chunks(archive, shell[1], name, header, sample)
    return sample_of(sample, header, lambda: decode(raw, RawAttachments, place).attachments or {})


def _in_chunks(archive: EvalZip, prefix: str, name: str, header: Header, shell: RawSample) -> Sample:
    """Put a sample together whose metadata and long texts lie beside it; a text is named by its number."""

    def attachments() -> dict[str, str]:
        known: dict[str, str] = {}
        for chunk in (_CHUNK.fullmatch(member.removeprefix(prefix)) for member in archive.members):
            own = part(chunk[0], list[str]) if chunk else []
            known |= {str(number): text for number, text in enumerate(own, start=int(chunk[1]) if chunk else 0)}
        return known

    def part(member: str, kind: type[T]) -> T:
        archive.check([prefix + member])
        return decode(archive.read(prefix + member), kind, f"{name}/{prefix}{member}")

    if f"{prefix}/metadata.json" in archive.members:
        shell = msgspec.structs.replace(shell, metadata=part("/metadata.json", dict[str, Any]))
    return sample_of(shell, header, attachments)


def read_json_log(path: Path, name: str) -> Log | None:
    """Read a log in one JSON document; None for a document that is no log. Raises InputError."""
    raw = read_bytes(path, LARGEST_JSON_BYTES)
    if raw.lstrip()[:1] in {b"[", b'"'}:
        decode(raw, Any, name)
        return None
    parts = decode(raw, RawParts, name)
    if not isinstance(parts.eval, dict) or parts.status is None:
        return None
    return _log_of(raw, path, name) if _is_known(parts) else _through_inspect(path, name, raw)


def _log_of(raw: bytes, path: Path, name: str) -> Log:
    log = decode(raw, RawLog, name)
    header = header_of(log, name)

    @cache
    def attachments() -> list[Mapping[str, str]]:
        return [one.attachments or {} for one in decode(raw, _AllAttachments, name).samples or []]

    samples = [
        sample_of(sample, header, lambda place=place: attachments()[place])  # type: ignore[misc]
        for place, sample in enumerate(log.samples or [])
    ]
    return _log(path, name, header, samples, 0)


class _AllAttachments(msgspec.Struct, frozen=True):
    samples: list[RawAttachments] | None = None


def _log(path: Path, name: str, header: Header, samples: Iterable[Sample], n_replaced: int) -> Log:
    listed = list(samples)
    own = {(sample.id, sample.epoch): sample for sample in listed}
    if (n_epochs := len({epoch for _, epoch in own})) > MOST_EPOCHS:
        raise fault(name, f"has {n_epochs:,} epochs, at most {MOST_EPOCHS:,} are accepted")
    return Log(name, canonical.digest_file(path), header, own, n_replaced + len(listed) - len(own))


def _is_known(parts: RawParts) -> bool:
    version = parts.version
    return version is None or (type(version) is int and version in KNOWN_VERSIONS)


def _through_inspect(path: Path, name: str, raw: bytes) -> Log:
    """Read a log of a version that is not known here with Inspect, where it is installed."""
    found = decode(raw, RawParts, name).version
    known = ", ".join(map(str, sorted(KNOWN_VERSIONS)))
    said = f"is an Inspect log of version {str(found)[:40]}, known here are {known}"
    try:
        # Imported by name and only here: it takes seconds, and hardly any log needs it.
        reader: Any = importlib.import_module("inspect_ai.log")
    except ImportError as error:
        raise fault(name, f"{said}; install a version of inspect_ai that reads it (proofboard[live])") from error
    try:
        log = reader.read_eval_log(str(path), format="eval" if zipfile.is_zipfile(path) else "json")
        # Objects of the program that ran are no part of what is read.
        plain: str = log.model_dump_json(exclude_none=True, fallback=lambda _: None)
        return _log_of(plain.encode(), path, name)
    except InputError:
        raise
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise fault(name, f"{said}, and the installed inspect_ai does not read it: {reason}") from error
