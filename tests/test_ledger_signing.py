"""Envelopes: what was signed is found, by whom is found, and everything else is refused for one reason each."""

import base64
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger_cases import signer
from proofboard import canonical
from proofboard.errors import InputError
from proofboard.ledger.keys import (
    SMALL_ORDER,
    holds,
    is_weak,
    key_id,
    public_pem,
    read_private_key,
    read_public_key,
    signer_from,
)
from proofboard.ledger.refusals import (
    BadSignature,
    LedgerRefusal,
    MalformedEnvelope,
    MalformedPayload,
    TooFewSigners,
    UnknownSigner,
    WrongPayloadType,
)
from proofboard.ledger.signing import open_envelope, payload_as, pre_authentication, seal
from proofboard.schemas.ledger import Checkpoint, Envelope, EnvelopeSignature
from proofboard.schemas.reading import parse_document

KIND = "application/example"
PAYLOAD = b"what is signed"
KEYS = [signer(number).public for number in (1, 2, 3)]


def envelope(*numbers: int) -> Envelope:
    return seal(PAYLOAD, KIND, [signer(number) for number in numbers or (1,)])


def test_type_and_payload_are_encoded_as_the_protocol_says() -> None:
    """DSSE 1.0: PAE(type, body) = "DSSEv1" + SP + LEN(type) + SP + type + SP + LEN(body) + SP + body."""
    encoded = pre_authentication("http://example.com/HelloWorld", b"hello world")
    assert encoded == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_lengths_are_of_bytes_and_not_of_letters() -> None:
    assert pre_authentication("é", "ü".encode()) == "DSSEv1 2 é 2 ü".encode()


def test_a_signature_is_that_of_the_standard() -> None:
    # RFC 8032, section 7.1, test 2.
    own = signer_from(bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
    assert own.public.hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    assert own.sign(b"\x72").hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )


def test_what_was_signed_comes_back_with_the_keys_that_signed_it() -> None:
    opened = open_envelope(envelope(2, 1), KIND, KEYS, threshold=2)
    assert (opened.payload, opened.signed_by) == (PAYLOAD, (KEYS[0], KEYS[1]))


def test_an_envelope_has_the_fields_of_its_standard() -> None:
    assert msgspec.to_builtins(envelope()) == {
        "payload": base64.b64encode(PAYLOAD).decode(),
        "payloadType": KIND,
        "signatures": [
            {
                "keyid": key_id(KEYS[0]),
                "sig": base64.b64encode(signer().sign(pre_authentication(KIND, PAYLOAD))).decode(),
            }
        ],
    }


def test_an_envelope_is_read_back_from_its_document() -> None:
    assert parse_document(canonical.dump(envelope(1, 2)), Envelope, "e.json") == envelope(1, 2)


@pytest.mark.parametrize("hint", ["", "somebody's own name", key_id(KEYS[1])])
def test_the_id_beside_a_signature_decides_nothing_for_strangers(hint: str) -> None:
    (own,) = envelope().signatures
    hinted = msgspec.structs.replace(envelope(), signatures=[msgspec.structs.replace(own, keyid=hint)])
    assert open_envelope(hinted, KIND, [KEYS[0]]).signed_by == (KEYS[0],)


def test_the_other_alphabet_of_base64_is_read_too() -> None:
    own = seal(b"\xfb\xff\xfe??>>", KIND, [signer()])
    translated = msgspec.structs.replace(own, payload=own.payload.translate(str.maketrans("+/", "-_")))
    assert translated.payload != own.payload
    assert open_envelope(translated, KIND, KEYS).payload == b"\xfb\xff\xfe??>>"


def test_a_signature_of_a_stranger_beside_one_that_is_known_is_passed_over() -> None:
    assert open_envelope(envelope(9, 1), KIND, KEYS).signed_by == (KEYS[0],)


def test_two_signatures_by_one_key_count_once() -> None:
    with pytest.raises(TooFewSigners, match="1 of the known keys signed, at least 2"):
        open_envelope(envelope(1, 1), KIND, KEYS, threshold=2)


@given(st.data())
def test_every_changed_bit_of_payload_or_signature_is_refused(data: st.DataObject) -> None:
    own = envelope()
    raw = [bytearray(PAYLOAD), bytearray(base64.b64decode(own.signatures[0].sig))]
    part = data.draw(st.sampled_from(raw))
    part[data.draw(st.integers(0, len(part) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    payload, signature = (base64.b64encode(one).decode() for one in raw)
    forged = Envelope(
        payload=payload,
        payload_type=KIND,
        signatures=[EnvelopeSignature(sig=signature, keyid=own.signatures[0].keyid)],
    )
    with pytest.raises(BadSignature):
        open_envelope(forged, KIND, KEYS)


Forge = Callable[[Envelope], Envelope]


def with_signature(**changes: Any) -> Forge:
    return lambda own: msgspec.structs.replace(
        own, signatures=[msgspec.structs.replace(own.signatures[0], **changes), *own.signatures[1:]]
    )


def with_field(**changes: Any) -> Forge:
    return lambda own: msgspec.structs.replace(own, **changes)


REASONS: dict[str, tuple[type[LedgerRefusal], Forge]] = {
    "another type": (WrongPayloadType, with_field(payload_type="application/other")),
    "a type with a space more": (WrongPayloadType, with_field(payload_type=f"{KIND} ")),
    "payload without padding": (MalformedEnvelope, lambda own: with_field(payload=own.payload.rstrip("="))(own)),
    "payload with loose bits": (MalformedEnvelope, with_field(payload="QQB=")),
    "payload that is none": (MalformedEnvelope, with_field(payload="A")),
    "signature that is none": (MalformedEnvelope, with_signature(sig="A")),
    "a short signature": (BadSignature, with_signature(sig="QUFB")),
    "no signature": (BadSignature, with_signature(sig="")),
    "another payload": (BadSignature, with_field(payload=base64.b64encode(b"what was not signed").decode())),
    "a signature of another envelope": (
        BadSignature,
        with_signature(sig=seal(b"other", KIND, [signer()]).signatures[0].sig),
    ),
    "a stranger": (UnknownSigner, lambda _: envelope(9)),
    "a stranger under a known id": (
        BadSignature,
        lambda _: with_signature(keyid=key_id(KEYS[0]))(envelope(9)),
    ),
}


@pytest.mark.parametrize("reason", REASONS)
def test_each_fault_of_an_envelope_has_its_own_refusal(reason: str) -> None:
    expected, forge = REASONS[reason]
    with pytest.raises(expected):
        open_envelope(forge(envelope()), KIND, KEYS)


def test_without_a_known_key_nothing_is_believed() -> None:
    with pytest.raises(UnknownSigner, match="no key at all"):
        open_envelope(envelope(), KIND, [])


@pytest.mark.parametrize("payload", [b"", b"{}", b'{"a":1,"a":2}', b"\xff", b"null", b"[" * 100])
def test_a_payload_of_another_shape_is_refused(payload: bytes) -> None:
    with pytest.raises(MalformedPayload):
        payload_as(payload, Checkpoint, "checkpoint")


def test_a_public_key_is_read_in_each_form_that_people_have_it_in() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32).public_key()
    line = key.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    forms = [KEYS[0].hex().encode(), KEYS[0].hex().encode() + b"\n", public_pem(KEYS[0]), line, line + b" me@here\n"]
    assert {read_public_key(raw, "key") for raw in forms} == {KEYS[0]}


@pytest.mark.parametrize("ssh", [False, True])
def test_a_private_key_is_read_as_pem_and_as_openssh_writes_it(*, ssh: bool) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32)
    form = serialization.PrivateFormat.OpenSSH if ssh else serialization.PrivateFormat.PKCS8
    raw = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    assert read_private_key(raw, "key").public == KEYS[0]


def other_kind_of_key() -> tuple[bytes, bytes]:
    key = generate_private_key(SECP256R1())
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private, key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)


def locked() -> bytes:
    key = Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32)
    lock = serialization.BestAvailableEncryption(b"open sesame")
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)


@pytest.mark.parametrize(
    "raw", [b"", b"secret-words", b"\xff" * 40, other_kind_of_key()[0], locked(), public_pem(KEYS[0]), b"ab" * 32]
)
def test_what_is_no_private_key_is_refused_without_being_shown(raw: bytes) -> None:
    with pytest.raises(InputError, match="Ed25519 private key without a passphrase") as caught:
        read_private_key(raw, "my.key")
    assert "secret-words" not in str(caught.value)


@pytest.mark.parametrize(
    "raw", [b"", b"ab" * 31, b"AB" * 32, b"ssh-rsa AAAA", b"ssh-ed25519 !", other_kind_of_key()[1], signer().pem()]
)
def test_what_is_no_public_key_is_refused(raw: bytes) -> None:
    with pytest.raises(InputError, match="Ed25519 public key"):
        read_public_key(raw, "my.pub")


WEAK = sorted((own + sign).to_bytes(32, "little") for own in SMALL_ORDER for sign in (0, 1 << 255))


@pytest.mark.parametrize("public", WEAK, ids=bytes.hex)
def test_a_key_with_which_one_signature_holds_for_several_messages_is_refused(public: bytes) -> None:
    with pytest.raises(InputError, match="small order"):
        read_public_key(public.hex().encode(), "my.pub")


def test_a_key_of_small_order_is_refused_for_a_reason() -> None:
    identity, nothing = bytes([1]) + bytes(31), bytes(32)
    assert holds(identity, identity + nothing, b"one message")
    assert holds(identity, identity + nothing, b"another")


def test_ordinary_keys_are_not_weak() -> None:
    assert not any(is_weak(signer(number).public) for number in range(50))


def test_a_signer_does_not_show_its_key() -> None:
    secret = bytes([1]) * 32
    assert secret.hex() not in repr(signer())
    assert str(list(secret)) not in repr(signer())
