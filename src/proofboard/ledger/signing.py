"""Signed envelopes (DSSE 1.0): exact bytes with their type, signed by keys, opened by those who know the keys."""

import base64
import binascii
from collections.abc import Collection, Sequence
from typing import Final, TypeVar

import msgspec

from proofboard.errors import InputError, printable
from proofboard.ledger.keys import Signer, holds, key_id
from proofboard.ledger.refusals import (
    BadSignature,
    MalformedEnvelope,
    MalformedPayload,
    TooFewSigners,
    UnknownSigner,
    WrongPayloadType,
)
from proofboard.schemas.ledger import Envelope, EnvelopeSignature
from proofboard.schemas.reading import parse_document

T = TypeVar("T")

SHOWN: Final = 80
_STANDARD: Final = str.maketrans("-_", "+/")


class Opened(msgspec.Struct, frozen=True):
    """A payload whose signatures hold, and the keys that made them."""

    payload: bytes
    signed_by: Sequence[bytes]
    """Public keys, each once, in the order in which they are known."""


def pre_authentication(payload_type: str, payload: bytes) -> bytes:
    """Return the bytes that are signed: type and payload, each after its length (DSSE 1.0, protocol)."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def seal(payload: bytes, payload_type: str, signers: Sequence[Signer]) -> Envelope:
    """Sign a payload with every signer; equal inputs give an equal envelope."""
    message = pre_authentication(payload_type, payload)
    return Envelope(
        payload=base64.b64encode(payload).decode(),
        payload_type=payload_type,
        signatures=[
            EnvelopeSignature(keyid=key_id(signer.public), sig=base64.b64encode(signer.sign(message)).decode())
            for signer in signers
        ],
    )


def open_envelope(envelope: Envelope, payload_type: str, keys: Collection[bytes], threshold: int = 1) -> Opened:
    """Return the payload, if at least `threshold` different keys of `keys` have signed it.

    The id beside a signature is a hint: one that names no known key costs a try of all of them, and signatures of
    strangers are passed over. One that names a known key and is not by it is refused. Raises LedgerRefusal.
    """
    if envelope.payload_type != payload_type:
        found = printable(envelope.payload_type[:SHOWN])
        raise WrongPayloadType(f"holds {found!r}, expected {payload_type!r}; give the document that belongs here")
    payload = _decoded(envelope.payload, "payload")
    message = pre_authentication(payload_type, payload)
    known = {key_id(key): key for key in keys}
    signed: set[bytes] = set()
    for signature in envelope.signatures:
        raw = _decoded(signature.sig, "signature")
        hinted = known.get(signature.keyid)
        candidates = known.values() if hinted is None else (hinted,)
        own = next((key for key in candidates if holds(key, raw, message)), None)
        if own:
            signed.add(own)
        elif hinted:
            raise BadSignature(f"the signature by {signature.keyid} does not hold: payload or signature was changed")
    if not signed:
        expected = ", ".join(known) or "no key at all"
        raise UnknownSigner(f"no signature is by a known key; known is {expected}")
    if len(signed) < threshold:
        raise TooFewSigners(f"{len(signed)} of the known keys signed, at least {threshold} must")
    return Opened(payload, tuple(key for key in known.values() if key in signed))


def unopened(envelope: Envelope) -> bytes:
    """Return the payload of an envelope, whoever signed it: what it says is nobody's word. Raises LedgerRefusal."""
    return _decoded(envelope.payload, "payload")


def payload_as(payload: bytes, kind: type[T], file: str) -> T:
    """Parse what was signed; raises MalformedPayload. Its form is free, since exact bytes are signed."""
    try:
        return parse_document(payload, kind, file)
    except InputError as error:
        raise MalformedPayload(f"what is signed does not have its shape: {error.faults[0].reason}") from error


def _decoded(text: str, part: str) -> bytes:
    """Decode base64 of either alphabet; one value has one way to be written."""
    standard = text.translate(_STANDARD)
    try:
        raw = base64.b64decode(standard, validate=True)
    except binascii.Error as error:
        raise MalformedEnvelope(f"the {part} is not base64: {error}") from error
    if base64.b64encode(raw).decode() != standard:
        raise MalformedEnvelope(f"the {part} is not base64 as encoders write it")
    return raw
