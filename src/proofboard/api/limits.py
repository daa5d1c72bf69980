"""What one reader may ask of the service: rates by key and address, sizes of headers and bodies."""

import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

import msgspec
from starlette.exceptions import HTTPException

from proofboard.api.headers import Scope, header
from proofboard.settings import Settings

LARGEST_HEADERS_BYTES: Final = 32 << 10
LARGEST_BODY_BYTES: Final = 1 << 20
LARGE_BODIES: Final = re.compile(r"(?:/api/v1)?(?:/submit|/benchmarks|/benchmarks/[^/]+/archive)")
"""Where archives are posted; how large one may be is the benchmark's own limit, below the one of the server."""
MEGABYTE: Final = 1_000_000
KEPT_BUCKETS: Final = 20_000
READING_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
SECONDS_PER_MINUTE: Final = 60
UNAUTHORIZED: Final = 401


class Refusal(msgspec.Struct, frozen=True):
    """Why a request is not even looked at."""

    status: int
    title: str
    retry_after_seconds: int = 0


class _Bucket(msgspec.Struct):
    tokens: float
    filled_at: float


class TokenBuckets:
    """A bucket of tokens for each name, which fills with time; a full one holds what a minute brings."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Let `per_minute` tokens be taken in the long run."""
        self._rate = per_minute / SECONDS_PER_MINUTE
        self._most = float(per_minute)
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, name: str, tokens: float = 1.0) -> float:
        """Take tokens; returns 0, or the seconds after which they will be there and takes none."""
        own = self._filled(name)
        if own.tokens < tokens:
            return (tokens - own.tokens) / self._rate
        own.tokens -= tokens
        return 0.0

    def empty(self, name: str) -> float:
        """Return the seconds after which a bucket has a token again, and take none."""
        own = self._filled(name)
        return 0.0 if own.tokens >= 1.0 else (1.0 - own.tokens) / self._rate

    def _filled(self, name: str) -> _Bucket:
        now = self._clock()
        own = self._buckets.get(name)
        if own is None:
            own = self._buckets[name] = _Bucket(self._most, now)
            if len(self._buckets) > KEPT_BUCKETS:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(name)
        own.tokens = min(self._most, own.tokens + (now - own.filled_at) * self._rate)
        own.filled_at = now
        return own


class Limits:
    """Decides before a request is looked at; counts afterwards who guesses keys."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        """Use the numbers of the settings."""
        self._proxies = settings.trusted_proxies
        self._largest_upload = settings.upload_megabytes * MEGABYTE
        self._reads = TokenBuckets(settings.reads_per_minute, clock)
        self._writes = TokenBuckets(settings.writes_per_minute, clock)
        self._strangers = TokenBuckets(settings.strangers_per_minute, clock)

    def refusal(self, scope: Scope) -> Refusal | None:
        """Say why a request is refused; None for one that is not."""
        if sum(len(name) + len(value) for name, value in scope["headers"]) > LARGEST_HEADERS_BYTES:
            return Refusal(431, f"The headers of the request are larger than {LARGEST_HEADERS_BYTES:,} bytes")
        if wait := self._wait(scope):
            return Refusal(429, "Too many requests; wait before the next one", int(wait) + 1)
        declared = header(scope, b"content-length")
        most = self.largest_body(scope)
        if declared.isdigit() and int(declared) > most:
            return Refusal(413, too_large(most))
        return None

    def _wait(self, scope: Scope) -> float:
        address = address_of(scope, self._proxies)
        key, reads = shown_key(scope), scope["method"] in READING_METHODS
        if key is None:
            return self._reads.wait(address) if reads else self._strangers.wait(address)
        # Who guesses keys has none that is accepted, and soon no token either; who makes up a cookie for each request
        # is held by the count of the address.
        if wait := self._strangers.empty(address) or self._reads.wait(address):
            return wait
        return 0.0 if reads else self._writes.wait(key)

    def note(self, scope: Scope, status: int) -> None:
        """Count a key that was not accepted against the address it came from."""
        if status == UNAUTHORIZED and shown_key(scope):
            self._strangers.wait(address_of(scope, self._proxies))

    def largest_body(self, scope: Scope) -> int:
        """Return how many bytes the body of a request may have."""
        large = scope["method"] not in READING_METHODS and LARGE_BODIES.fullmatch(scope["path"])
        return self._largest_upload if large else LARGEST_BODY_BYTES


class SlowBodyError(HTTPException):
    """A body stopped coming in while it was read."""

    def __init__(self, seconds: float) -> None:
        """Answer with 408, and close the connection."""
        super().__init__(408, f"Nothing of the body came for {seconds:g} seconds", {"connection": "close"})


class BodyTooLargeError(HTTPException):
    """A body turned out larger than it may be while it was read."""

    def __init__(self, most: int) -> None:
        """Answer with 413, and close the connection: what follows is not read."""
        super().__init__(413, too_large(most), {"connection": "close"})


def too_large(most: int) -> str:
    """Say how large a body may be."""
    return f"The body is larger than {most:,} bytes"


def address_of(scope: Scope, proxies: int) -> str:
    """Return the address of the reader: the peer, or what the first trusted proxy saw (the last but so many)."""
    if proxies:
        seen = [part.strip() for part in header(scope, b"x-forwarded-for").decode("latin-1").split(",") if part.strip()]
        if len(seen) >= proxies:
            return seen[-proxies]
    client = scope.get("client")
    return str(client[0]) if client else "unknown"


def shown_key(scope: Scope) -> str | None:
    """Name whoever shows a key or session, without keeping the secret itself; None for a stranger."""
    for name in (b"api-key", b"authorization", b"cookie"):
        if value := header(scope, name):
            return hashlib.sha256(value).hexdigest()
    return None
