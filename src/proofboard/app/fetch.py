"""Fetch a publication from an address: every document that the root leads to, each checked while it arrives."""

import hashlib
import threading
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException, HTTPMessage, HTTPResponse
from pathlib import Path
from typing import IO, Final
from urllib.parse import urljoin, urlsplit

from proofboard import __version__
from proofboard.canonical import PREFIX
from proofboard.errors import ChangedDocumentError, Fault, InputError, OutputError, fault
from proofboard.publish.names import ASSETS, PAGE, ROOT, WORKER, children, largest_bytes
from proofboard.schemas.preparing import prepare_structs

SCHEMES: Final = ("http", "https")
PARALLEL: Final = 8
ATTEMPTS: Final = 3
TIMEOUT_SECONDS: Final = 30
LARGEST_SITE_BYTES: Final = 4 << 30
CHUNK_BYTES: Final = 1 << 18
FAULTS_TO_STOP_AT: Final = 20
WORTH_ANOTHER_TRY: Final = frozenset({429, 502, 503, 504})
ENDINGS: Final = ("/index.html", f"/{ROOT}")
ONLY_VERIFYING_NEEDS: Final = (
    "bundles/",
    "scores/",
    "graded/",
    "artifacts/",
    "purged/",
    "items/",
    ASSETS,
    PAGE,
    WORKER,
)


def is_address(site: str) -> bool:
    """Say whether a site is meant as an address and not as a path."""
    return "://" in site


def fetch(address: str, folder: Path, *, whole: bool = True) -> int:
    """Fetch a publication into an empty folder; returns the number of documents. Raises InputError."""
    fetching = _Fetching(base_of(address), folder)
    known: dict[str, str | None] = {ROOT: None}
    level: Mapping[str, str | None] = known
    prepare_structs()
    with ThreadPoolExecutor(PARALLEL) as pool:
        try:
            while level:
                named = _merged(pool.map(fetching.document, level.items()), fetching)
                level = {path: digest for path, digest in named.items() if _wanted(path, whole=whole)}
                _refuse_two_digests(fetching.base, known, level)
                level = {path: digest for path, digest in level.items() if path not in known}
                known.update(level)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return len(known)


def base_of(address: str) -> str:
    """Return the address of the folder of a site, with `/` at its end; what a browser adds to it is dropped."""
    try:
        parts = urlsplit(address)
        named = parts.hostname is not None and (parts.port or 1)
    except ValueError as error:
        raise fault(address, f"is not an address: {error}") from error
    if parts.scheme not in SCHEMES or not named:
        raise fault(address, "is not an address that can be fetched; give a folder, an archive or https://…")
    if parts.username is not None or parts.password is not None:
        raise fault(f"{parts.scheme}://{parts.hostname}", "holds a user name or password; publications are public")
    path = parts.path
    for ending in ENDINGS:
        path = path.removesuffix(ending)
    return f"{parts.scheme}://{parts.netloc}{path.rstrip('/')}/"


def _wanted(path: str, *, whole: bool) -> bool:
    return whole or not path.startswith(ONLY_VERIFYING_NEEDS)


def _merged(answers: object, fetching: "_Fetching") -> dict[str, str | None]:
    named: dict[str, str | None] = {}
    for answer in answers:  # type: ignore[attr-defined]
        _refuse_two_digests(fetching.base, named, answer)
        named.update(answer)
    if fetching.faults:
        raise (ChangedDocumentError if fetching.changed else InputError)(fetching.faults)
    return named


def _refuse_two_digests(base: str, known: Mapping[str, str | None], named: Mapping[str, str | None]) -> None:
    for path, digest in named.items():
        if known.get(path, digest) != digest:
            raise fault(
                base + path, f"is named with two digests, {known[path]} and {digest}; the site contradicts itself"
            )


class _Fetching:
    """One fetch of one site: what all requests share."""

    def __init__(self, base: str, folder: Path) -> None:
        self.base = base
        self.faults: list[Fault] = []
        self.changed = False
        """True as soon as one document was not the one that is named."""
        self._folder = folder
        self._opener = _opener()
        self._left = LARGEST_SITE_BYTES
        self._lock = threading.Lock()

    def document(self, wanted: tuple[str, str | None]) -> dict[str, str]:
        """Fetch one document and return what it names; faults are kept for the end of the level."""
        path, digest = wanted
        if len(self.faults) >= FAULTS_TO_STOP_AT:
            return {}
        try:
            place = self._folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            self._download(path, digest, place)
            return children(path, place.read_bytes()) if place.suffix == ".json" else {}
        except InputError as error:
            self.changed |= isinstance(error, ChangedDocumentError)
            self.faults.extend(Fault(_absolute(self.base, own.file), own.line, own.reason) for own in error.faults)
        except OSError as error:
            raise OutputError(f"{self._folder}: cannot keep {path}: {error.strerror or error}") from error
        return {}

    def _download(self, path: str, digest: str | None, place: Path) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._attempt(path, digest, place)
            except _AnotherTry as again:
                if attempt == ATTEMPTS:
                    raise fault(self.base + path, f"{again}, {ATTEMPTS} times; try again later") from again
                time.sleep(attempt)
            else:
                return

    def _attempt(self, path: str, digest: str | None, place: Path) -> None:
        address = self.base + path
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked, and the opener knows no other
            address, headers={"Accept-Encoding": "gzip", "User-Agent": f"proofboard/{__version__}"}
        )
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as response, place.open("wb") as target:
                found = self._copy(response, target, address, largest_bytes(path))
        except urllib.error.HTTPError as error:
            error.close()
            raise _refusal(address, error) from error
        except urllib.error.URLError as error:
            raise _no_answer(address, error.reason) from error
        except (HTTPException, TimeoutError, ConnectionError) as error:
            raise _AnotherTry(f"broke off ({str(error) or type(error).__name__})") from error
        if digest is not None and found != digest:
            reason = f"has the digest {found}, expected {digest}; it was changed, or the board was just published anew"
            said = f"{reason}: fetch it again, and if it stays so, do not trust it"
            raise ChangedDocumentError([Fault(address, 0, said)])

    def _copy(self, response: HTTPResponse, target: IO[bytes], address: str, limit: int) -> str:
        """Copy a body in small steps, counting and hashing it; returns its digest."""
        summed = hashlib.sha256()
        gzipped = response.headers.get("Content-Encoding", "").strip().lower() == "gzip"
        inflate = zlib.decompressobj(zlib.MAX_WBITS | 16) if gzipped else None
        count = 0
        while chunk := response.read(CHUNK_BYTES):
            while chunk:
                try:
                    part = inflate.decompress(chunk, CHUNK_BYTES) if inflate else chunk
                except zlib.error as error:
                    raise fault(address, f"is not the gzip that its header says: {error}") from error
                chunk = inflate.unconsumed_tail if inflate else b""
                count += len(part)
                self._spend(len(part), address)
                if count > limit:
                    raise fault(address, f"is longer than {limit:,} bytes, the limit for such a document")
                summed.update(part)
                target.write(part)
        if response.length or (inflate and not inflate.eof):
            raise _AnotherTry(f"broke off after {count:,} bytes")
        return PREFIX + summed.hexdigest()

    def _spend(self, count: int, address: str) -> None:
        with self._lock:
            self._left -= count
        if self._left < 0:
            raise fault(address, f"brings the site to more than {LARGEST_SITE_BYTES:,} bytes, the limit of a fetch")


class _AnotherTry(Exception):  # noqa: N818 - not an error yet
    """An answer that may be another one in a moment."""


class _SameOrigin(urllib.request.HTTPRedirectHandler):
    """Follows redirects only within the origin: a site must not send its readers elsewhere."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        target = urljoin(req.full_url, newurl)
        if urlsplit(target)[:2] != urlsplit(req.full_url)[:2]:
            fp.close()
            raise fault(
                req.full_url, f"sends on to another origin, {target[:200]!r}; if you trust it, give that address"
            )
        return super().redirect_request(req, fp, code, msg, headers, target)


def _opener() -> urllib.request.OpenerDirector:
    """Make an opener that knows http and https only: the default one also reads files and FTP."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _SameOrigin(),
    ):
        opener.add_handler(handler)
    return opener


def _refusal(address: str, error: urllib.error.HTTPError) -> Exception:
    if error.code in WORTH_ANOTHER_TRY:
        return _AnotherTry(f"answered {error.code} {error.reason}")
    hint = f"; give the address of the folder that holds {ROOT}" if address.endswith(f"/{ROOT}") else ""
    return fault(address, f"answered {error.code} {error.reason}, expected the document{hint}")


def _no_answer(address: str, reason: object) -> Exception:
    if isinstance(reason, TimeoutError):
        return _AnotherTry(f"gave no answer in {TIMEOUT_SECONDS} s")
    said = getattr(reason, "strerror", None) or reason
    return fault(address, f"cannot be reached: {said}; check the address and the network")


def _absolute(base: str, file: str) -> str:
    return file if is_address(file) else base + file
