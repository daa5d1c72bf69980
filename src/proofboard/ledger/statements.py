"""Signed in-toto statements about named digests: what was handed in, and what somebody found who ran it again."""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Final

import msgspec

from proofboard import canonical
from proofboard.errors import InputError, fault
from proofboard.ledger.keys import Signer, is_weak, key_id
from proofboard.ledger.paths import attestation_path
from proofboard.ledger.refusals import FalseStatement, LedgerRefusal, OtherSubject, UnknownSigner
from proofboard.ledger.signing import open_envelope, payload_as, seal, unopened
from proofboard.schemas.ledger import (
    STATEMENT_TYPE,
    Envelope,
    Rerun,
    RerunStatement,
    StatementSubject,
    SubjectDigest,
    SubmissionSignature,
    SubmissionStatement,
)
from proofboard.schemas.reading import parse_document

STATEMENT: Final = "https://in-toto.io/Statement/v1"
BUNDLE: Final = "bundle"


class Attestation(msgspec.Struct, frozen=True):
    """A rerun whose numbers and signature hold."""

    bundle: str
    """The digest of the published bundle that was run again."""
    rerun: Rerun
    signed_by: Sequence[str]
    """The ids of the attesters that signed."""

    def confirms(self, bundle: str, configuration: str, score: Fraction) -> bool:
        """Say whether it makes a published score a rerun one: this bundle and recipe, this score, and it matched.

        The published answers are no rerun of themselves.
        """
        own = self.rerun
        named = self.bundle == bundle != own.bundle and own.configuration == configuration
        return named and own.matched and _ratio(own.published) == score


def sign_submission(documents: Mapping[str, str], signer: Signer) -> SubmissionSignature:
    """Sign what is handed in, given as name → digest."""
    statement = SubmissionStatement(
        statement=STATEMENT, subject=_subjects(documents), predicate_type="urn:proofboard:submission:1"
    )
    envelope = seal(canonical.dump(statement), STATEMENT_TYPE, [signer])
    return SubmissionSignature(schema_version=1, key=signer.public.hex(), envelope=envelope)


def check_submission_signature(signature: SubmissionSignature, documents: Mapping[str, str]) -> str:
    """Check who hands in exactly these documents, name → digest; returns the id of the key. Raises LedgerRefusal."""
    key = bytes.fromhex(signature.key)
    if is_weak(key):
        raise UnknownSigner("the key is one of small order, whose signatures prove nothing")
    opened = open_envelope(signature.envelope, STATEMENT_TYPE, [key])
    statement = payload_as(opened.payload, SubmissionStatement, "signature.json")
    said = {own.name: canonical.PREFIX + own.digest.sha256 for own in statement.subject}
    if said != documents or len(said) != len(statement.subject):
        differing = sorted(name for name in said.keys() | documents.keys() if said.get(name) != documents.get(name))
        raise OtherSubject(f"the signature is over other documents than these: {', '.join(differing) or 'one twice'}")
    return key_id(key)


def attest_rerun(bundle: str, rerun: Rerun, signers: Sequence[Signer]) -> Envelope:
    """Sign what was found when a published bundle's configuration was run again; raises FalseStatement."""
    _check_rerun(rerun)
    statement = RerunStatement(
        statement=STATEMENT,
        subject=_subjects({BUNDLE: bundle}),
        predicate_type="urn:proofboard:rerun:1",
        predicate=rerun,
    )
    return seal(canonical.dump(statement), STATEMENT_TYPE, signers)


def read_attestation(raw: bytes, path: str, attesters: Collection[bytes]) -> Attestation:
    """Read one attestation and check who signed it, and its numbers.

    Raises InputError where it does not have its shape or name, LedgerRefusal where it does not hold.
    """
    if path != attestation_path(raw):
        raise fault(path, f"is called otherwise than its digest; call it {attestation_path(raw)}")
    envelope = parse_document(raw, Envelope, path)
    opened = open_envelope(envelope, STATEMENT_TYPE, attesters)
    statement = payload_as(opened.payload, RerunStatement, path)
    _check_rerun(statement.predicate)
    bundle = canonical.PREFIX + statement.subject[0].digest.sha256
    return Attestation(bundle, statement.predicate, [key_id(key) for key in opened.signed_by])


def speaks_of(raw: bytes) -> str | None:
    """Return the bundle that an attestation speaks of, whoever signed it; None where it is none."""
    try:
        envelope = parse_document(raw, Envelope, "attestation")
        statement = payload_as(unopened(envelope), RerunStatement, "attestation")
    except (InputError, LedgerRefusal):
        return None
    return canonical.PREFIX + statement.subject[0].digest.sha256


def _subjects(documents: Mapping[str, str]) -> list[StatementSubject]:
    return [
        StatementSubject(name=name, digest=SubjectDigest(sha256=canonical.hex_of(digest)))
        for name, digest in sorted(documents.items())
    ]


def _check_rerun(rerun: Rerun) -> None:
    """Check that `matched` is what the numbers say; raises FalseStatement."""
    if any(int(denominator) <= 0 for _, denominator in (rerun.published, rerun.again)):
        raise FalseStatement("a score has no positive denominator")
    matched = abs(_ratio(rerun.again) - _ratio(rerun.published)) <= Fraction(rerun.tolerance)
    if matched != rerun.matched:
        said, found = ("matched" if own else "did not match" for own in (rerun.matched, matched))
        raise FalseStatement(f"says that the scores {said}, and by the tolerance {rerun.tolerance} they {found}")


def _ratio(pair: tuple[str, str]) -> Fraction:
    return Fraction(int(pair[0]), int(pair[1]))
