"""The folder `ledger/` of a benchmark directory: leaves, the latest signed checkpoint, attestations."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import msgspec

from proofboard import canonical
from proofboard.archives.placing import sync_folder
from proofboard.errors import Fault, InputError, OutputError, fault
from proofboard.ledger.documents import check_older, log_documents, log_of, open_checkpoint
from proofboard.ledger.leaves import check_leaves, disagreements, keys_of, line_of, standings
from proofboard.ledger.paths import attestation_path
from proofboard.ledger.refusals import LedgerRefusal
from proofboard.ledger.statements import read_attestation
from proofboard.ledger.tree import leaf_hash, root_of
from proofboard.publish.inputs import PublicationInputs, purged_bundles
from proofboard.publish.names import LARGEST_DOCUMENT_BYTES
from proofboard.schemas.ledger import Leaf, SignedCheckpoint
from proofboard.schemas.lines import read_lines
from proofboard.schemas.reading import parse_document, read_bytes

LEDGER: Final = "ledger"
LEAVES: Final = "leaves.jsonl"
SIGNED: Final = "checkpoint.json"
ATTESTATIONS: Final = "attestations"

SIGN_IT: Final = "sign it with `proofboard log sign`"
LIST_IT: Final = "only keys that the log lists for attesters count"
UNTOLD: Final = "{} has the purged bundle {}, and no leaf says that it was purged"
SAY_SO: Final = "say what happened with `proofboard log append`, or put the directory right"


class LedgerFolder(msgspec.Struct, frozen=True):
    """A log as it lies in a benchmark directory; leaves that came after the checkpoint are not signed yet."""

    place: Path
    leaves: Sequence[Leaf]
    signed: SignedCheckpoint | None


def has_ledger(folder: Path) -> bool:
    """Say whether a benchmark directory has a log."""
    return (folder / LEDGER / LEAVES).exists()


def read_ledger(folder: Path, benchmark: str) -> LedgerFolder | None:
    """Read the log of a benchmark directory; None where it has none.

    Raises InputError where a leaf or the checkpoint is broken, or signed leaves were changed.
    """
    place = folder / LEDGER
    if not has_ledger(folder):
        return None
    found = read_lines(place / LEAVES, Leaf)
    if found.digest != canonical.digest(canonical.dump_lines(found.rows)):
        raise fault(place / LEAVES, "is not in canonical form; add leaves with `proofboard log append` only")
    signed = _signed(place / SIGNED)
    try:
        check_leaves(found.rows, benchmark)
        if signed:
            _refuse_rewritten(found.rows, signed)
    except LedgerRefusal as error:
        raise fault(place / LEAVES, str(error)) from error
    return LedgerFolder(place, found.rows, signed)


def _signed(path: Path) -> SignedCheckpoint | None:
    if not path.exists():
        return None
    return parse_document(read_bytes(path, LARGEST_DOCUMENT_BYTES), SignedCheckpoint, str(path))


def _refuse_rewritten(leaves: Sequence[Leaf], signed: SignedCheckpoint) -> None:
    """Refuse leaves that do not begin with what was signed before; raises LedgerRefusal."""
    checkpoint, _ = open_checkpoint(signed)
    covered = leaves[: checkpoint.size]
    check_older(checkpoint, log_of(covered, signed, checkpoint.origin))


def _attestations(folder: Path, attesters: Sequence[bytes]) -> dict[str, bytes]:
    """Read the attestations; files may be called as their owner likes, and are published under their digests."""
    found: dict[str, bytes] = {}
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.json")):
        raw = read_bytes(path, LARGEST_DOCUMENT_BYTES)
        try:
            read_attestation(raw, attestation_path(raw), attesters)
        except LedgerRefusal as error:
            faults.append(Fault(str(path), 0, f"{error}; {LIST_IT}"))
        except InputError as error:
            faults += [Fault(str(path), own.line, own.reason) for own in error.faults]
        found[attestation_path(raw)] = raw
    if faults:
        raise InputError(faults)
    return found


def published_ledger(folder: Path, inputs: PublicationInputs) -> dict[str, bytes]:
    """Return the documents of log and attestations, given all else that is published; none without a log.

    Raises InputError where leaves are not signed, the log tells another story than the board, or an attestation is not
    by an attester that the log lists.
    """
    found = read_ledger(folder, inputs.benchmark.id)
    if found is None:
        return {}
    place = found.place / LEAVES
    if found.signed is None:
        raise fault(place, f"was never signed; {SIGN_IT}")
    checkpoint, _ = open_checkpoint(found.signed)
    if checkpoint.size < len(found.leaves):
        raise fault(place, f"has {len(found.leaves) - checkpoint.size} leaves that are not signed; {SIGN_IT}")
    shown = {entry.name: entry.public.digest for entry in inputs.entries}
    told = [*disagreements(standings(found.leaves), shown, [own.entry for own in inputs.skipped])]
    purged = {leaf.bundle for leaf in found.leaves if leaf.kind == "purged"}
    told += [UNTOLD.format(name, own) for own, name in sorted(purged_bundles(inputs).items()) if own not in purged]
    if told:
        raise InputError([own for reason in told for own in fault(place, f"{reason}; {SAY_SO}").faults])
    keys = [bytes.fromhex(key) for key in found.signed.keys]
    lines = [line_of(leaf) for leaf in found.leaves]
    return {
        **log_documents(lines, found.signed.checkpoint, keys, found.signed.threshold),
        **_attestations(found.place / ATTESTATIONS, keys_of(found.leaves, "attester")),
    }


@contextmanager
def ledger_alone(folder: Path) -> Iterator[None]:
    """Wait until no other process adds to the log of a directory; the system ends the claim of one that dies."""
    place = folder / LEDGER
    try:
        place.mkdir(exist_ok=True)
        number = os.open(place, os.O_RDONLY)
    except OSError as error:
        raise OutputError(f"{place}: cannot be written: {error.strerror or error}") from error
    try:
        fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)


def replace_file(path: Path, raw: bytes) -> None:
    """Write a file in one step: stopped at any moment, the old or the new is there."""
    aside = path.with_name(f".{path.name}-{os.urandom(8).hex()}")
    try:
        with aside.open("xb") as stream:
            stream.write(raw)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}; what was there is as it was") from (
            error
        )
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)


def state_of(leaves: Sequence[Leaf]) -> tuple[int, bytes]:
    """Return size and root of the tree over leaves."""
    return len(leaves), root_of(leaf_hash(line_of(leaf)) for leaf in leaves)
