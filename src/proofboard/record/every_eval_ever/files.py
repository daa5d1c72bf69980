"""The files of a source: records, one in a file or one on a line, their instances, and the index of a data store.

A bad record or line is refused by itself, and the others are read.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any, Final

import msgspec

from proofboard import canonical
from proofboard.errors import Fault, InputError
from proofboard.record.every_eval_ever.checked import instance_of, is_instance, is_record, record_of
from proofboard.record.every_eval_ever.instance_shape import Instance
from proofboard.record.every_eval_ever.shape import Plain, Record
from proofboard.record.foreign import SourceFile, parse
from proofboard.record.source_files import some

RECORD_ENDINGS: Final = (".json",)
LINE_ENDINGS: Final = (".jsonl", ".ndjson")


class Said(msgspec.Struct, frozen=True):
    """A record, and where it stands."""

    record: Record
    file: SourceFile
    line: int


class Sampled(msgspec.Struct, frozen=True):
    """An instance, and where it stands."""

    instance: Instance
    file: SourceFile
    line: int


class Found(msgspec.Struct):
    """What a source holds."""

    said: list[Said] = []
    sampled: list[Sampled] = []
    listed: list[Plain] = []
    """Lines of the index of a data store."""
    refused: list[Fault] = []
    notes: list[str] = []
    read: set[SourceFile] = set()

    def refuse(self, file: SourceFile, error: InputError) -> None:
        """Keep what is wrong with a file or line."""
        self.refused += [Fault(file.name, own.line, own.reason) for own in error.faults]
        self.read.add(file)


def read_files(files: Sequence[SourceFile]) -> Found:
    """Read all that is known of the format; nothing is raised for what is bad."""
    found = Found()
    for file in files:
        ending = PurePosixPath(file.name.casefold()).suffix
        try:
            if ending in RECORD_ENDINGS:
                _read_document(file, found)
            elif ending in LINE_ENDINGS:
                _read_lines(file, found)
        except InputError as error:
            found.refuse(file, error)
    _hold_to_index(files, found)
    _hold_to_checksums(found)
    return found


def _read_document(file: SourceFile, found: Found) -> None:
    value = parse(file.bytes(), file.name)
    values = value if isinstance(value, list) else [value]
    if not any(map(is_record, values)):
        return
    found.read.add(file)
    for own in values:
        _take(own, file, 0, found)


def _read_lines(file: SourceFile, found: Found) -> None:
    for number, line in enumerate(file.bytes().split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            value = parse(line, file.name, number)
        except InputError as error:
            found.refuse(file, error)
            continue
        _take(value, file, number, found)


def _take(value: Any, file: SourceFile, line: int, found: Found) -> None:  # noqa: ANN401 - any JSON value
    try:
        if is_record(value):
            found.said.append(Said(record_of(value, file.name, line), file, line))
        elif is_instance(value):
            found.sampled.append(Sampled(instance_of(value, file.name, line), file, line))
        elif isinstance(value, dict) and isinstance(value.get("object_path"), str):
            found.listed.append(value)
        elif file in found.read:
            found.refused.append(Fault(file.name, line, "is neither a record nor an instance nor a line of an index"))
            return
        else:
            return
        found.read.add(file)
    except InputError as error:
        found.refuse(file, error)


def _hold_to_index(files: Iterable[SourceFile], found: Found) -> None:
    """Refuse the files of a data store that are not what its index names, and note those that are not here."""
    if not found.listed:
        return
    names = {file.name: file for file in files}
    absent: list[str] = []
    for line in found.listed:
        path, stated = line["object_path"], line.get("sha256")
        file = next((own for name, own in names.items() if f"/{name}".endswith(f"/{path}")), None)
        if file is None:
            absent.append(path)
        elif isinstance(stated, str) and canonical.hex_of(canonical.digest_file(file.path)) != stated.casefold():
            reason = "is not what the index of the data store names: its SHA-256 is another; fetch it again"
            _forget(file, reason, found)
    if absent:
        found.notes.append(f"{len(absent)} file(s) that the index names are not here: {some(absent)}")


def _hold_to_checksums(found: Found) -> None:
    """Refuse files of instances that are not what their record names."""
    by_name: dict[str, list[SourceFile]] = {}
    for file in dict.fromkeys(own.file for own in found.sampled):
        by_name.setdefault(PurePosixPath(file.name).name, []).append(file)
    for said in found.said:
        detailed = said.record.detailed_evaluation_results
        if detailed is None:
            continue
        named = by_name.get(PurePosixPath(detailed.file_path).name, [])
        if not named:
            found.notes.append(f"{said.file.name}: its instances ({detailed.file_path}) are not here")
        for file in named if detailed.checksum else ():
            algorithm = detailed.hash_algorithm or "sha256"
            # What the record's author chose to tell bytes apart; nothing here is protected by it.
            summed = hashlib.new(algorithm, file.bytes(), usedforsecurity=False).hexdigest()
            if summed != (detailed.checksum or "").casefold():
                _forget(file, f"is not what {said.file.name} names: its {algorithm} is another; fetch it again", found)


def _forget(file: SourceFile, reason: str, found: Found) -> None:
    found.refused.append(Fault(file.name, 0, reason))
    found.said = [own for own in found.said if own.file != file]
    found.sampled = [own for own in found.sampled if own.file != file]


def linked(found: Found) -> Iterator[tuple[Said, list[Sampled]]]:
    """Yield every record with its instances; instances that belong to none are noted."""
    waiting: dict[tuple[str, str], list[Sampled]] = {}
    for own in found.sampled:
        waiting.setdefault((own.instance.evaluation_id, own.instance.model_id), []).append(own)
    known: set[tuple[str, str]] = set()
    for said in found.said:
        key = (said.record.evaluation_id, said.record.model_info.id)
        known.add(key)
        yield said, waiting.get(key, [])
    strange = [own for key, rows in waiting.items() if key not in known for own in rows]
    if strange:
        names = some(sorted({f"{own.instance.evaluation_id} of {own.instance.model_id}" for own in strange}))
        found.notes.append(f"{len(strange)} instance(s) belong to no record that is here: {names}")
