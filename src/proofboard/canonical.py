"""One way to write a document and one way to name bytes.

A canonical document is UTF-8 JSON with sorted keys, no white space, shortest round-trip decimals and one line feed at
its end. Equal values give equal bytes on every machine; digests are whole SHA-256 of exact bytes.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

CHUNK_BYTES: Final = 1 << 20
PREFIX: Final = "sha256:"

_ENCODER: Final = msgspec.json.Encoder(order="sorted")


def dump(document: object) -> bytes:
    """Write a document as canonical bytes; equal documents give equal bytes."""
    return _ENCODER.encode(document) + b"\n"


def dump_lines(rows: Iterable[object]) -> bytes:
    """Write rows as canonical JSON lines, one line feed after each."""
    return _ENCODER.encode_lines(rows)


def digest(raw: bytes) -> str:
    """Name exact bytes: `sha256:` and 64 hexadecimal digits."""
    return PREFIX + hashlib.sha256(raw).hexdigest()


def digest_file(path: Path) -> str:
    """Name the bytes of a file without holding them in memory."""
    summed = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            summed.update(chunk)
    return PREFIX + summed.hexdigest()


def digest_of(document: object) -> str:
    """Name a document by the digest of its canonical bytes."""
    return digest(dump(document))


def hex_of(named: str) -> str:
    """Return the hexadecimal part of a digest: the name of the file or folder that has it."""
    return named.removeprefix(PREFIX)
