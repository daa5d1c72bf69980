"""Open the blob store that the settings name."""

from pathlib import Path

from proofboard.errors import fault
from proofboard.settings import Settings
from proofboard.store.blobs import Blobs, FolderBlobs
from proofboard.store.s3 import SCHEME, S3Blobs

FILE_SCHEME = "file://"


def opened_blobs(settings: Settings) -> Blobs:
    """Open the store of the settings; raises InputError, MissingExtraError or StorageError."""
    return blobs_at(settings.blobs_url, settings.data / "blobs", settings.blobs_public_url)


def blobs_at(url: str | None, default: Path, public_url: str | None = None) -> Blobs:
    """Open an object store (`s3://bucket/prefix`) or a folder; the default folder where nothing is named."""
    if url is None:
        return FolderBlobs(default)
    if url.startswith(SCHEME):
        return S3Blobs(url, public_url)
    if "://" in url and not url.startswith(FILE_SCHEME):
        raise fault("PROOFBOARD_BLOBS_URL", f"is {url!r}, expected a folder or s3://bucket/prefix")
    return FolderBlobs(Path(url.removeprefix(FILE_SCHEME)))
