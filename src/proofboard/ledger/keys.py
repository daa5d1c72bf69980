"""Ed25519 keys: read in the forms that people have them in, and named by a digest."""

import re
from typing import TYPE_CHECKING, Final

from proofboard import canonical
from proofboard.errors import fault

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_BYTES: Final = 32
LARGEST_KEY_BYTES: Final = 16 << 10

SMALL_ORDER: Final = frozenset(
    int.from_bytes(bytes.fromhex(digits), "little")
    for digits in (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
)
"""Points of order 8 or less, without their sign: with such a key one signature holds for several messages."""

_SIGN: Final = 1 << 255

NO_PUBLIC_KEY: Final = "is no Ed25519 public key; give 64 hexadecimal digits, PEM, or a line that begins `ssh-ed25519`"
NO_PRIVATE_KEY: Final = "is no Ed25519 private key without a passphrase; make one with `proofboard log keygen FILE`"


class Signer:
    """A private key that signs and is never shown."""

    __slots__ = ("_key", "public")

    def __init__(self, key: "Ed25519PrivateKey") -> None:
        """Keep the key, and its public half beside it."""
        self._key = key
        self.public: Final = key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Sign a message; equal messages give equal signatures (RFC 8032)."""
        return self._key.sign(message)

    def pem(self) -> bytes:
        """Write the private key, for a file that only its owner may read."""
        from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - as in `holds`
            Encoding,
            NoEncryption,
            PrivateFormat,
        )

        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def key_id(public: bytes) -> str:
    """Name a key: the digest of its 32 bytes."""
    return canonical.digest(public)


def signer_from(seed: bytes) -> Signer:
    """Make a signer from 32 bytes of chance, which whoever calls brings."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - as in `holds`

    return Signer(Ed25519PrivateKey.from_private_bytes(seed))


def holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """Say whether a signature over a message is by the key."""
    # Every build without a log would pay for this import, and needs no signature.
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except Exception:  # noqa: BLE001 - whatever the library finds wrong in foreign bytes, the signature does not hold
        return False
    return True


def read_public_key(raw: bytes, file: str) -> bytes:
    """Read a public key as hexadecimal digits, PEM or a line of OpenSSH; raises InputError."""
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - as in `holds`
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_public_key, load_ssh_public_key  # noqa: PLC0415

    text = raw.strip()
    try:
        if re.fullmatch(rb"[0-9a-f]{64}", text):
            public = bytes.fromhex(text.decode())
        else:
            read = load_ssh_public_key(text) if text.startswith(b"ssh-") else load_pem_public_key(raw)
            if not isinstance(read, Ed25519PublicKey):
                raise fault(file, NO_PUBLIC_KEY)
            public = read.public_bytes_raw()
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise fault(file, NO_PUBLIC_KEY) from error
    if is_weak(public):
        raise fault(file, "is a key of small order, whose signatures prove nothing; make another")
    return public


def is_weak(public: bytes) -> bool:
    """Say whether a key is one of the few whose signatures hold for several messages."""
    return int.from_bytes(public, "little") % _SIGN in SMALL_ORDER


def read_private_key(raw: bytes, file: str) -> Signer:
    """Read a private key as PEM or as OpenSSH writes it; raises InputError, which never tells what was read."""
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - as in `holds`
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        load_pem_private_key,
        load_ssh_private_key,
    )

    try:
        read = load_ssh_private_key(raw, None) if b"OPENSSH PRIVATE KEY" in raw else load_pem_private_key(raw, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise fault(file, NO_PRIVATE_KEY) from None
    if not isinstance(read, Ed25519PrivateKey):
        raise fault(file, NO_PRIVATE_KEY)
    return Signer(read)


def public_pem(public: bytes) -> bytes:
    """Write a public key as PEM, as other tools read it."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - as in `holds`
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415

    key = Ed25519PublicKey.from_public_bytes(public)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
