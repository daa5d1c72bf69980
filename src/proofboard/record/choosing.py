"""Choose and name the entries of a source: `NAME`, or `NAME=VENDOR/CONFIG`."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from proofboard.errors import Fault, InputError
from proofboard.record.imported import ImportedEntry
from proofboard.record.source_files import some
from proofboard.schemas.base import PATH_ID_PATTERN

PARTS: Final = 2


def chosen(entries: Iterable[ImportedEntry], wanted: Sequence[str], place: str) -> Iterable[ImportedEntry]:
    """Return the entries that are wanted, under the names that they are given; all where nothing is wanted.

    A source with a single entry may have any name, so one name alone is its new one. Raises InputError with every name
    that the source does not have, or that is no name of an entry.
    """
    if not wanted:
        # As they come: a large source makes them one by one.
        return entries
    every = list(entries)
    if len(every) == 1 and len(wanted) == 1 and "=" not in wanted[0] and wanted[0] != every[0].configuration.name:
        wanted = [f"{every[0].configuration.name}={wanted[0]}"]
    known = {entry.configuration.name: entry for entry in every}
    pairs = [(given.partition("=")[0], given.partition("=")[2] or given.partition("=")[0]) for given in wanted]
    names = sorted(known)
    faults = [
        Fault(place, 0, f"has no entry {found!r}, expected one of {some(names)}")
        for found, _ in pairs
        if found not in known
    ]
    faults += [
        Fault(
            place, 0, f"cannot name an entry {name!r}, expected vendor/config_name in lower-case letters, digits, . _ -"
        )
        for found, name in pairs
        if found in known and not is_entry_name(name)
    ]
    if len({name for _, name in pairs}) < len(pairs):
        faults.append(
            Fault(place, 0, f"would give two entries one name: {', '.join(sorted(name for _, name in pairs))}")
        )
    if faults:
        raise InputError(faults)
    return [_renamed(known[found], name) for found, name in pairs]


def is_entry_name(name: str) -> bool:
    """Say whether a text is `vendor/config_name`."""
    parts = name.split("/")
    return len(parts) == PARTS and all(re.match(PATH_ID_PATTERN, part) for part in parts)


def _renamed(entry: ImportedEntry, name: str) -> ImportedEntry:
    vendor, config_name = name.split("/")
    configuration = msgspec.structs.replace(entry.configuration, vendor=vendor, config_name=config_name)
    return ImportedEntry(configuration, entry.bundles, entry.protocol_version)
