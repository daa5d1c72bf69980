"""Step 8: the log was only added to, its key signed it, and it says what the board shows."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from proofboard.errors import InputError
from proofboard.ledger.documents import Log, check_older, read_log
from proofboard.ledger.leaves import disagreements, keys_of, standings
from proofboard.ledger.paths import ATTESTATIONS, CHECKPOINT
from proofboard.ledger.refusals import LedgerRefusal
from proofboard.ledger.statements import read_attestation
from proofboard.publish.inputs import PublicationInputs, purged_bundles
from proofboard.publish.names import LEADERBOARD, is_ledger_path, purged_path
from proofboard.schemas.ledger import Checkpoint
from proofboard.verify.documents import reasons_of
from proofboard.verify.refusals import (
    AttestationBroken,
    FalsePurge,
    LogBroken,
    LogDisagrees,
    LogRewritten,
    OtherSigner,
    Refusal,
)

NO_LOG = "no log"
KNOW_IT = "know this key from elsewhere, as --key"


class Known(msgspec.Struct, frozen=True):
    """What the reader of a board knows of its log from elsewhere."""

    key: str | None = None
    """The id of the key that must have signed."""
    since: Checkpoint | None = None
    """An older state of the log, which must be the beginning of this one."""


class Checked(msgspec.Struct, frozen=True):
    """What was found in the log of a publication."""

    refusals: Sequence[Refusal]
    detail: str
    found: bool = True
    """False where there is neither a log nor an attestation, and the reader asks for none."""


def ledger_of(raw: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the documents of log and attestations, which are inputs of a publication as they stand."""
    return {path: own for path, own in raw.items() if is_ledger_path(path)}


def check_ledger(inputs: PublicationInputs, known: Known) -> Checked:
    """Check the log and the attestations of a publication."""
    benchmark = inputs.benchmark.id
    try:
        log = read_log(inputs.ledger, benchmark)
    except InputError as error:
        return Checked([LogBroken(CHECKPOINT, reasons_of(error, CHECKPOINT))], "")
    except LedgerRefusal as error:
        return Checked([LogBroken(CHECKPOINT, str(error))], "")
    attested = _refuse_attestations(inputs.ledger, log)
    refusals = [*(_refuse_log(log, inputs, known) if log else _refuse_no_log(known)), *attested]
    asked = log is not None or bool(refusals)
    rewritten = any(isinstance(own, LogRewritten) for own in refusals)
    return Checked(refusals, _told(log, inputs.ledger, known, rewritten=rewritten) if log else NO_LOG, asked)


def _refuse_no_log(known: Known) -> Iterator[Refusal]:
    if known.key:
        yield OtherSigner(CHECKPOINT, f"is not there: the board has no log, expected one signed by {known.key}")
    if known.since:
        yield LogRewritten(CHECKPOINT, f"is not there: the board had a log of {known.since.size} leaves")


def _refuse_log(log: Log, inputs: PublicationInputs, known: Known) -> Iterator[Refusal]:
    if known.key and known.key not in log.signed_by:
        yield OtherSigner(CHECKPOINT, f"is signed by {', '.join(log.signed_by)}, expected {known.key}")
    if known.since:
        try:
            check_older(known.since, log)
        except LedgerRefusal as error:
            yield LogRewritten(CHECKPOINT, str(error))
    shown = {entry.name: entry.public.digest for entry in inputs.entries}
    told = {leaf.bundle for leaf in log.leaves if leaf.kind == "purged"}
    for bundle, name in sorted(purged_bundles(inputs).items()):
        if bundle not in told:
            yield FalsePurge(purged_path(bundle), f"is purged (of {name}), and no leaf of the log says so")
    for reason in disagreements(standings(log.leaves), shown, [own.entry for own in inputs.skipped]):
        yield LogDisagrees(LEADERBOARD, reason)


def _refuse_attestations(ledger: Mapping[str, bytes], log: Log | None) -> Iterator[Refusal]:
    attesters = keys_of(log.leaves, "attester") if log else []
    for path, raw in sorted(ledger.items()):
        if path.startswith(ATTESTATIONS):
            try:
                read_attestation(raw, path, attesters)
            except InputError as error:
                yield AttestationBroken(path, reasons_of(error, path))
            except LedgerRefusal as error:
                yield AttestationBroken(path, str(error))


def _told(log: Log, ledger: Mapping[str, bytes], known: Known, *, rewritten: bool) -> str:
    count = sum(path.startswith(ATTESTATIONS) for path in ledger)
    attested = [f"{count} attestation{'s' * (count != 1)}"] if count else []
    leaves = f"{len(log.leaves)} lea{'f' if len(log.leaves) == 1 else 'ves'}"
    since = [f"of which {known.since.size} are those known before"] if known.since and not rewritten else []
    signed = f"signed by {', '.join(log.signed_by)}"
    return "; ".join([leaves, *since, *attested, signed if known.key else f"{signed}: {KNOW_IT}"])
