"""Where the log and the attestations of a publication stand."""

from typing import Final

from proofboard import canonical

LOG: Final = "log/"
CHECKPOINT: Final = "log/checkpoint.json"
ATTESTATIONS: Final = "attestations/"


def page_path(number: int) -> str:
    """Return where a page of leaves is published; the first is 1."""
    return f"{LOG}{number:06d}.jsonl"


def attestation_path(raw: bytes) -> str:
    """Return where an attestation is published: its name is the digest of its bytes."""
    return f"{ATTESTATIONS}{canonical.hex_of(canonical.digest(raw))}.json"
