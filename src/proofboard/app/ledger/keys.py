"""Keys in files: made with chance of the system, readable for their owner only, and never where git would take them."""

import os
import secrets
from pathlib import Path

from proofboard.app.repository import may_be_committed
from proofboard.errors import OutputError, fault
from proofboard.ledger.keys import (
    KEY_BYTES,
    LARGEST_KEY_BYTES,
    Signer,
    key_id,
    public_pem,
    read_private_key,
    read_public_key,
    signer_from,
)
from proofboard.schemas.reading import read_bytes


def generate_key(out: Path) -> str:
    """Write a new private key to `out` (mode 0600) and its public half to `out`.pub; returns the id of the key."""
    public = out.with_name(f"{out.name}.pub")
    if not out.parent.is_dir():
        raise fault(out.parent, "is not a folder; give a file in a folder that is there")
    if may_be_committed(out.absolute()):
        raise fault(out, "git does not ignore this place, and a private key must never be committed; choose another")
    signer = signer_from(secrets.token_bytes(KEY_BYTES))
    _write_new(public, public_pem(signer.public), 0o644)
    try:
        _write_new(out, signer.pem(), 0o600)
    except OutputError:
        public.unlink(missing_ok=True)
        raise
    return key_id(signer.public)


def _write_new(path: Path, raw: bytes, mode: int) -> None:
    """Write a file that is not there yet; it never has a wider mode, not for an instant."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    except FileExistsError:
        raise OutputError(f"{path}: is there already, and a key is never overwritten; choose another name") from None
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error
    with os.fdopen(number, "wb") as stream:
        stream.write(raw)
        stream.flush()
        os.fsync(stream.fileno())


def read_signer(path: Path) -> Signer:
    """Read a private key; raises InputError where it is none, or where others may read the file."""
    raw = read_bytes(path, LARGEST_KEY_BYTES)
    if path.stat().st_mode & 0o077:
        raise fault(path, f"can be read by others than its owner; run chmod 600 {path}")
    return read_private_key(raw, str(path))


def read_public(path: Path) -> bytes:
    """Read a public key as hexadecimal digits, PEM or a line of OpenSSH; raises InputError."""
    return read_public_key(read_bytes(path, LARGEST_KEY_BYTES), str(path))
