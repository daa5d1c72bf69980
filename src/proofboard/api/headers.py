"""The headers of every answer, and how headers of a request are read."""

import re
from functools import lru_cache
from typing import Any, Final

from proofboard.app.serve.requests import policy_of, security_headers
from proofboard.settings import Settings

RawHeaders = list[tuple[bytes, bytes]]
Scope = Any
"""An ASGI connection scope."""

ENCODINGS: Final = ("zstd", "gzip")
"""In the order of our preference."""

SERVICE: Final = (b"link", b'</api/v1>; rel="service"')
"""Says to a page that its documents come from a service, and where that is; a folder of files has no such header."""

_QUALITY: Final = re.compile(r"\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*")


def is_https(settings: Settings) -> bool:
    """Say whether readers come over https, whatever a proxy speaks with us."""
    return (settings.public_url or "").lower().startswith("https://")


def common_headers(page: bytes | None = None, *, https: bool = False) -> RawHeaders:
    """Return what stands above every answer: where the service is, and what its page may do by its own policy."""
    headers = security_headers(policy_of(page))
    if https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return [SERVICE, *((name.lower().encode(), value.encode()) for name, value in headers.items())]


def header(scope: Scope, name: bytes) -> bytes:
    """Return the first header of a name; empty where there is none."""
    for own, value in scope["headers"]:
        if own == name:
            found: bytes = value
            return found
    return b""


@lru_cache(maxsize=256)
def accepted_encodings(accepted: bytes) -> tuple[str, ...]:
    """Return which of our encodings a reader takes, the one it likes most first (RFC 9110, 12.5.3)."""
    liked: dict[str, float] = {}
    for part in accepted.decode("latin-1").lower().split(","):
        name, _, weight = part.partition(";")
        quality = _QUALITY.fullmatch(weight)
        liked.setdefault(name.strip(), float(quality[1]) if quality else 1.0)
    found = [name for name in ENCODINGS if liked.get(name, liked.get("*", 0.0)) > 0]
    return tuple(sorted(found, key=lambda name: -liked.get(name, liked.get("*", 0.0))))
