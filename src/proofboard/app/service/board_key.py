"""The key with which an instance signs the logs of its boards."""

import os
from pathlib import Path

from proofboard.app.service.instance import Instance
from proofboard.errors import StorageError
from proofboard.ledger.keys import Signer, read_private_key, signer_from

SEED_BYTES = 32


def board_signer(instance: Instance) -> Signer:
    """Read the board's private key; on one machine it is made where there is none. Raises InputError or StorageError.

    Workers of several machines must be given the same file: a key that one of them made would be unknown to readers.
    """
    own = instance.settings.signing_key
    path = own or instance.settings.data / "keys" / "board.key"
    try:
        if own is None and not path.exists():
            _make(path)
        return read_private_key(path.read_bytes(), str(path))
    except OSError as error:
        raise StorageError(f"{path}: the board's key cannot be read: {error.strerror or error}") from error


def _make(path: Path) -> None:
    """Write a new key that only we may read; of two that do so at once one wins, and both use it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}-{os.urandom(8).hex()}")
    number = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(signer_from(os.urandom(SEED_BYTES)).pem())
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(aside, path)
        except FileExistsError:
            return
    finally:
        aside.unlink(missing_ok=True)
