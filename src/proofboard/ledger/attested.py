"""The attestations of a publication that hold: what its own log lets count, and nothing else."""

from collections.abc import Mapping

from proofboard.errors import InputError
from proofboard.ledger.documents import read_log
from proofboard.ledger.leaves import keys_of
from proofboard.ledger.paths import ATTESTATIONS
from proofboard.ledger.refusals import LedgerRefusal
from proofboard.ledger.statements import Attestation, read_attestation

ByBundle = dict[str, list[Attestation]]
"""Digest of the bundle that was run again → its attestations, in the order of their names."""


def attestations_in(documents: Mapping[str, bytes], benchmark: str) -> ByBundle:
    """Return the attestations that hold, given log and attestations by path.

    One that does not hold counts for nothing here, and so do all of a log that does not: step 8 of `verify` refuses
    them, and says why.
    """
    return by_bundle(holding(documents, benchmark))


def by_bundle(attestations: Mapping[str, Attestation]) -> ByBundle:
    """Sort attestations, given by path, by what they speak of."""
    found: ByBundle = {}
    for _, own in sorted(attestations.items()):
        found.setdefault(own.bundle, []).append(own)
    return found


def holding(documents: Mapping[str, bytes], benchmark: str) -> dict[str, Attestation]:
    """Return the attestations that hold by their path."""
    signed = {path: raw for path, raw in sorted(documents.items()) if path.startswith(ATTESTATIONS)}
    if not signed:
        return {}
    try:
        log = read_log(documents, benchmark)
    except (InputError, LedgerRefusal):
        return {}
    attesters = keys_of(log.leaves, "attester") if log else []
    found: dict[str, Attestation] = {}
    for path, raw in signed.items():
        try:
            own = read_attestation(raw, path, attesters)
        except (InputError, LedgerRefusal):
            continue
        if own.rerun.benchmark == benchmark:
            found[path] = own
    return found
