"""Read a bundle from its folder: every file hashed as received, then parsed, every fault reported at once."""

from pathlib import Path
from typing import Final, TypeVar

import msgspec

from proofboard import canonical
from proofboard.errors import Fault, InputError, fault
from proofboard.schemas.bundle import (
    MANIFEST,
    RESPONSES,
    SCORES,
    VERDICTS,
    Manifest,
    ReportedScore,
    Response,
    Verdict,
)
from proofboard.schemas.lines import read_lines
from proofboard.schemas.reading import LARGEST_JSON_BYTES, parse_document, read_bytes

T = TypeVar("T")

NO_MANIFEST: Final = "is not there, so this is no bundle; give the folder that `proofboard freeze` or `eval` wrote"
CHANGED: Final = "it was changed after it was recorded; freeze it again"


class Bundle(msgspec.Struct, frozen=True):
    """Everything one configuration answered on one item set, with the digest of its manifest."""

    digest: str
    manifest: Manifest
    responses: list[Response]
    verdicts: list[Verdict]
    scores: list[ReportedScore]
    folder: Path


def read_bundle(folder: Path) -> Bundle:
    """Read and check a bundle's files against its manifest; raises InputError with every fault."""
    if folder.is_dir() and not (folder / MANIFEST).exists():
        raise fault(folder / MANIFEST, NO_MANIFEST)
    raw = read_bytes(folder / MANIFEST, LARGEST_JSON_BYTES)
    manifest = parse_document(raw, Manifest, str(folder / MANIFEST))
    faults: list[Fault] = [
        Fault(str(folder / name), 0, f"is not a file of a bundle; known are {RESPONSES}, {VERDICTS}, {SCORES}")
        for name in sorted(set(manifest.files) - {RESPONSES, VERDICTS, SCORES})
    ]
    faults += [
        Fault(str(folder / name), 0, f"is not named by {MANIFEST}; name it there or remove it")
        for name in (RESPONSES, VERDICTS, SCORES)
        if name not in manifest.files and (folder / name).exists()
    ]
    responses = _read_lines(folder, manifest, RESPONSES, Response, faults)
    verdicts = _read_lines(folder, manifest, VERDICTS, Verdict, faults)
    scores = _read_lines(folder, manifest, SCORES, ReportedScore, faults)
    if faults:
        raise InputError(faults)
    return Bundle(canonical.digest(raw), manifest, responses, verdicts, scores, folder)


def _read_lines(folder: Path, manifest: Manifest, name: str, kind: type[T], faults: list[Fault]) -> list[T]:
    record = manifest.files.get(name)
    if record is None:
        return []
    path = folder / name
    try:
        read = read_lines(path, kind)
    except InputError as error:
        faults.extend(error.faults)
        return []
    if read.digest != record.digest:
        faults.append(
            Fault(str(path), 0, f"has the digest {read.digest}, {MANIFEST} expects {record.digest}; {CHANGED}")
        )
    elif (read.bytes, read.lines) != (record.bytes, record.lines):
        expected = f"{record.bytes:,} bytes in {record.lines:,} lines"
        faults.append(
            Fault(str(path), 0, f"has {read.bytes:,} bytes in {read.lines:,} lines, expected {expected}; {CHANGED}")
        )
    return read.rows
