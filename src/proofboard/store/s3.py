"""Blobs in an S3-compatible object store, by the same names as in a folder.

Keys, region and endpoint are read by the client library from the variables that all S3 clients share (`AWS_…`), or
from the machine's own identity, so that no secret is among our settings.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from proofboard.canonical import PREFIX, digest, digest_file
from proofboard.errors import MissingExtraError, StorageError, fault
from proofboard.store.blobs import HEXADECIMAL, DamagedBlobError, damaged, missing, path_of

if TYPE_CHECKING:
    from obstore.store import S3Store

SCHEME: Final = "s3://"
CHUNK_BYTES: Final = 8 << 20
LONGEST_ADDRESS_SECONDS: Final = 7 * 86_400
"""No signature of S3 is good for longer."""
ATTRIBUTES: Final = {"Content-Type": "application/octet-stream"}
"""What somebody handed in must not be shown as a page by whoever opens its address."""


class S3Blobs:
    """Blobs in a bucket; written only where they are not, since a name says what its bytes are."""

    def __init__(self, url: str, public_url: str | None = None, **options: Any) -> None:  # noqa: ANN401 - obstore's own
        """Use `s3://bucket/prefix`, read through a CDN at `public_url` where there is one.

        Raises MissingExtraError without obstore, InputError for an address without a bucket.
        """
        bucket, _, prefix = url.removeprefix(SCHEME).partition("/")
        if not url.startswith(SCHEME) or not bucket:
            raise fault("PROOFBOARD_BLOBS_URL", f"is {url!r}, expected s3://bucket or s3://bucket/prefix")
        self.url = url
        self.public_url = public_url.rstrip("/") if public_url else None
        self._obstore = _imported()
        defaults: dict[str, Any] = {
            "client_options": {"connect_timeout": "5s", "timeout": "120s", **_plain_http()},
            "retry_config": {"max_retries": 3, "retry_timeout": timedelta(seconds=30)},
        }
        with self._told(url):
            self._store: S3Store = self._obstore.store.S3Store(
                bucket, prefix=prefix.strip("/") or None, **{**defaults, **options}
            )

    def __str__(self) -> str:
        return f"the blob store {self.url}"

    def put(self, raw: bytes) -> str:
        """Create an object; of two that create it at once one wins, with the same bytes."""
        named = digest(raw)
        with self._told(named):
            try:
                self._obstore.put(self._store, path_of(named, self), raw, mode="create", attributes=ATTRIBUTES)
            except self._obstore.exceptions.AlreadyExistsError:
                return named
        return named

    def put_file(self, path: Path) -> str:
        """Hash a file, then send it in parts, hashed again on their way: what changes meanwhile is never completed."""
        try:
            named = digest_file(path)
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror or error}") from error
        with self._told(str(path)):
            if not self.has(named):
                parts = _checked(path, named)
                self._obstore.put(
                    self._store, path_of(named, self), parts, attributes=ATTRIBUTES, chunk_size=CHUNK_BYTES
                )
        return named

    def get(self, named: str) -> bytes:
        """Fetch the bytes of a digest."""
        with self._told(named):
            raw = bytes(self._obstore.get(self._store, path_of(named, self)).bytes())
        if (found := digest(raw)) != named:
            raise damaged(named, found, self)
        return raw

    def has(self, named: str) -> bool:
        """Ask for an object's head."""
        with self._told(named):
            try:
                self._obstore.head(self._store, path_of(named, self))
            except FileNotFoundError:
                return False
        return True

    def remove(self, named: str) -> None:
        """Delete an object."""
        with self._told(named):
            try:
                self._obstore.delete(self._store, path_of(named, self))
            except FileNotFoundError:
                return

    def names(self) -> Iterator[str]:
        """List the objects, page by page."""
        with self._told(self.url):
            for page in self._obstore.list(self._store):
                for found in page:
                    digits = str(found["path"]).rpartition("/")[2]
                    if HEXADECIMAL.fullmatch(digits):
                        yield PREFIX + digits

    def address(self, named: str, *, seconds: int, kind: str) -> str | None:  # noqa: ARG002 - the protocol's signature
        """Return the address at the CDN, or one that is signed for some time."""
        path = path_of(named, self)
        if self.public_url:
            return f"{self.public_url}/{path}"
        with self._told(named):
            lapse = timedelta(seconds=min(seconds, LONGEST_ADDRESS_SECONDS))
            return str(self._obstore.sign(self._store, "GET", path, lapse))

    def place(self, named: str, target: Path) -> None:
        """Fetch part by part into a file beside the target, hash, then in one move."""
        aside = target.with_name(f".{target.name[:64]}-{os.urandom(8).hex()}")
        with self._told(named):
            found = self._obstore.get(self._store, path_of(named, self))
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                with aside.open("xb") as stream:
                    for part in found.stream(min_chunk_size=CHUNK_BYTES):
                        stream.write(part)
                if (hashed := digest_file(aside)) != named:
                    raise damaged(named, hashed, self)
                aside.replace(target)
            except OSError as error:
                raise StorageError(f"{target}: {error.strerror or error}") from error
            finally:
                aside.unlink(missing_ok=True)

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except (self._obstore.exceptions.BaseError, OSError, ValueError) as error:
            if "NoSuchBucket" not in str(error) and isinstance(error, FileNotFoundError):
                raise missing(what, self) from None
            raise StorageError(f"{what}: {self} {_reason(error)}") from error


def _imported() -> Any:  # noqa: ANN401 - a module
    try:
        import obstore  # noqa: PLC0415 - only those who use an object store have it
        import obstore.exceptions  # noqa: PLC0415
        import obstore.store  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(
            "blobs in an object store need the package obstore; install it with: pip install 'proofboard[s3]'"
        ) from error
    return obstore


def _plain_http() -> dict[str, Any]:
    """Allow an endpoint without encryption where the operator named one: a store on the same machine or network."""
    named = (os.environ.get(name, "") for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"))
    return {"allow_http": True} if any(own.startswith("http://") for own in named) else {}


def _checked(path: Path, named: str) -> Iterator[bytes]:
    """Yield the parts of a file; raises DamagedBlobError before the end where they have another digest."""
    summed = hashlib.sha256()
    with path.open("rb") as stream:
        part = stream.read(CHUNK_BYTES)
        while part:
            summed.update(part)
            following = stream.read(CHUNK_BYTES)
            if not following and PREFIX + summed.hexdigest() != named:
                raise DamagedBlobError(f"{path}: changed while it was sent to the blob store; send it again")
            yield part
            part = following


def _reason(error: Exception) -> str:
    kind = type(error).__name__
    if kind in {"PermissionDeniedError", "UnauthenticatedError"}:
        return "refuses our keys; look at AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and the rights on the bucket"
    if "NoSuchBucket" in str(error):
        return "has no bucket of this name; make it, or correct PROOFBOARD_BLOBS_URL"
    said = str(error).partition("\n")[0][:300]
    return f"does not answer ({said}); look at PROOFBOARD_BLOBS_URL, AWS_ENDPOINT_URL and AWS_REGION"
