"""The page of a server that is no single board: it asks the service for its boards, and lists them."""

from functools import cache
from pathlib import PurePosixPath
from typing import Final

from starlette.responses import Response

from proofboard.api.compressing import compressed, is_compressible
from proofboard.api.headers import Scope, accepted_encodings, common_headers, header
from proofboard.app.serve.files import KINDS, is_never_changing
from proofboard.app.serve.requests import is_unchanged
from proofboard.canonical import digest, hex_of
from proofboard.publish.names import PAGE
from proofboard.publish.page import page_assets

NOT_MODIFIED: Final = 304
FOR_EVER: Final = "public, max-age=31536000, immutable"


def front_page(scope: Scope, *, https: bool) -> Response | None:
    """Answer a file of the packaged page; None for any other path."""
    path = scope["path"][1:] or PAGE
    if path not in page_assets():
        return None
    encoding = next(iter(accepted_encodings(header(scope, b"accept-encoding"))), "")
    raw, etag, is_small = _body(path, encoding)
    headers = {
        "etag": f'"{etag}-{encoding}"' if is_small else f'"{etag}"',
        "cache-control": FOR_EVER if is_never_changing(path) else "no-cache",
        "vary": "accept-encoding",
    }
    if is_unchanged(header(scope, b"if-none-match").decode("latin-1"), etag):
        answer = Response(status_code=NOT_MODIFIED, headers=headers)
    else:
        headers |= {"content-type": KINDS.get(PurePosixPath(path).suffix, "application/octet-stream")}
        answer = Response(raw, headers=headers | ({"content-encoding": encoding} if is_small else {}))
    answer.raw_headers.extend(common_headers(page_assets().get(PAGE), https=https))
    return answer


@cache
def _body(path: str, encoding: str) -> tuple[bytes, str, bool]:
    """Return the bytes of a file of the page, its digest, and whether they are in the encoding."""
    raw = page_assets()[path]
    small = compressed(raw, encoding) if encoding and is_compressible(path) else None
    return small or raw, hex_of(digest(raw)), small is not None
