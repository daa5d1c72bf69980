"""Copy a publication from an address, whole and checked, or nothing of it."""

from pathlib import Path

import msgspec

from proofboard.app.fetch import fetch, is_address
from proofboard.archives.placing import replaced
from proofboard.canonical import digest_file
from proofboard.errors import OutputError, fault
from proofboard.publish.names import ROOT


class Copied(msgspec.Struct, frozen=True):
    """A publication that was copied from an address."""

    digest: str
    """Of its root, which names everything else."""
    n_documents: int


def copied(address: str, folder: Path) -> Copied:
    """Copy a whole publication from an address into a folder, which gets its name when all is there.

    Every document is checked by its digest while it arrives. Raises InputError where the address has no publication or
    contradicts itself, OutputError where the folder holds anything or cannot be written.
    """
    if not is_address(address):
        raise fault(address, "is not an address; give https://… or http://…")
    _refuse_filled(folder)
    with replaced(folder.absolute()) as aside:
        count = fetch(address, aside)
        found = digest_file(aside / ROOT)
    return Copied(found, count)


def _refuse_filled(folder: Path) -> None:
    try:
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise OutputError(f"{folder}: is there and is not a folder; choose another place")
        if folder.is_dir() and folder.samefile(Path.cwd()):
            # The folder is exchanged for the finished one, and whoever stands in it would stand nowhere.
            raise OutputError(f"{folder}: is the folder that you are in; name a new one")
        if folder.is_dir() and any(folder.iterdir()):
            raise OutputError(f"{folder}: is not empty, and nothing is replaced; choose an empty or new folder")
    except OSError as error:
        raise OutputError(f"{folder}: cannot be read: {error.strerror or error}; choose another place") from error
