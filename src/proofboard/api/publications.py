"""Publications as stored bytes, answered before anything else: found by path, compressed once, kept in memory.

`/boards/{benchmark}/{path}` is the head of a board, `/publications/{digest}/{path}` the same documents for ever, and
`/{path}` the head where the server has one board; otherwise the page lists the boards there. Every document of a head
says by `content-location` where it stays, so that a reader who loaded a root can fetch its children from the same
publication.
"""

import asyncio
import contextlib
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from pathlib import PurePosixPath
from typing import Any, Final

import msgspec
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.requests import Request

from proofboard.api.bodies import IDENTITY, Bodies, Body, pieces
from proofboard.api.front import front_page
from proofboard.api.headers import RawHeaders, Scope, accepted_encodings, common_headers, is_https
from proofboard.api.problems import problem, problem_of, request_id_of
from proofboard.app.board.gone import GONE, why_gone
from proofboard.app.board.heads import Heads, Readable
from proofboard.app.serve.files import KINDS, is_never_changing
from proofboard.app.serve.requests import is_unchanged
from proofboard.app.service.instance import Instance
from proofboard.canonical import hex_of
from proofboard.errors import StorageError
from proofboard.publish.names import PAGE
from proofboard.store.blobs import MissingBlobError

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Any, Send], Awaitable[None]]

KEPT_PATHS: Final = 20_000
KEPT_PUBLICATIONS: Final = 64
FOR_EVER: Final = b"public, max-age=31536000, immutable"

_ADDRESS: Final = re.compile(
    r"/(?:boards/(?P<benchmark>[a-z0-9][a-z0-9._-]{0,63})|publications/(?:sha256:)?(?P<digest>[0-9a-f]{64}))"
    r"(?P<rest>/.*)?",
    re.DOTALL,
)
_log: Final = logging.getLogger(__name__)


class Found(msgspec.Struct, eq=False):
    """What lies at a path, and the beginnings of its answers by encoding once they are known."""

    digest: str
    path: str
    """Of the document in its publication."""
    publication: Readable
    pinned: bool
    """True where the address itself names the publication."""
    starts: dict[str, tuple[Message, Message]] = {}
    """Encoding → the beginning of the whole answer, and of one that says that nothing changed."""


class Redirect(msgspec.Struct, frozen=True):
    """A folder without its slash: relative addresses in its page would lead elsewhere."""

    to: str


class PublicationBytes:
    """An ASGI application that answers what is published, and leaves everything else to the one behind it."""

    def __init__(self, heads: Heads, behind: Application) -> None:
        """Serve the publications of an instance."""
        self._instance: Instance = heads.instance
        self._heads = heads
        self._behind = behind
        self._https = is_https(self._instance.settings)
        self._seen: Mapping[str, Readable] = {}
        self._refreshing: asyncio.Task[Mapping[str, Readable]] | None = None
        self._found: dict[str, Found] = {}
        self._policies: dict[str, RawHeaders] = {}
        self._bodies = Bodies(heads.instance)
        self.answered: dict[int, int] = {200: 0, 304: 0}
        """Status → answers since the start."""

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:  # noqa: ANN401 - the signature is ASGI's
        """Answer a document, or pass the request on."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self._behind(scope, receive, send)
            return
        sent = False

        async def noting(message: Message) -> None:
            nonlocal sent
            sent = True
            await send(message)

        try:
            if not self._heads.is_fresh:
                await self._refreshed()
            path = scope["path"]
            found = self._found.get(path) or await self._find(path)
            if found is not None:
                await self._answer(found, scope, noting)
                return
            if len(self._seen) != 1 and (front := front_page(scope, https=self._https)):
                await front(scope, receive, noting)
                return
        except (StorageError, DBAPIError, PoolTimeoutError) as error:
            if sent:
                raise
            await self._fail(error, scope, send)
            return
        await self._behind(scope, receive, send)

    async def _answer(self, found: Found | Redirect, scope: Scope, send: Send) -> None:
        if isinstance(found, Redirect):
            await self._redirect(found, scope, send)
            return
        accepted, asked = b"", b""
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                accepted = value
            elif name == b"if-none-match":
                asked = value
        encodings = accepted_encodings(accepted)
        body = await self._bodies.find(found.digest, found.path, encodings[0] if encodings else IDENTITY)
        if body is None:
            await self._send_large(found, scope, send)
            return
        whole, unchanged = found.starts.get(body.encoding) or await self._starts(found, body)
        if asked and is_unchanged(asked.decode("latin-1"), hex_of(found.digest)):
            self.answered[304] += 1
            await send(unchanged)
            await send(_NOTHING)
            return
        self.answered[200] += 1
        await send(whole)
        await send({"type": "http.response.body", "body": body.raw} if scope["method"] == "GET" else _NOTHING)

    async def _starts(self, found: Found, body: Body) -> tuple[Message, Message]:
        headers = await self._headers(found, body.encoding)
        own = [(b"content-type", _kind(found.path)), (b"content-length", str(len(body.raw)).encode())]
        if body.encoding != IDENTITY:
            own.append((b"content-encoding", body.encoding.encode()))
        made = _start(200, [*headers, *own]), _start(304, headers)
        found.starts[body.encoding] = made
        return made

    async def _headers(self, found: Found, encoding: str) -> RawHeaders:
        suffix = "" if encoding == IDENTITY else f"-{encoding}"
        own: RawHeaders = [
            (b"etag", f'"{hex_of(found.digest)}{suffix}"'.encode()),
            (b"cache-control", FOR_EVER if found.pinned or is_never_changing(found.path) else b"no-cache"),
            (b"vary", b"accept-encoding"),
        ]
        if not found.pinned:
            stays = f"/publications/{hex_of(found.publication.digest)}/{found.path}"
            own.append((b"content-location", stays.encode()))
        return [*own, *await self._policy(found.publication)]

    async def _policy(self, publication: Readable) -> RawHeaders:
        """Return the security headers of a publication, whose page brings its own policy."""
        page = publication.documents.get(PAGE, "")
        if page not in self._policies:
            raw = await asyncio.to_thread(self._instance.blobs.get, page) if page else None
            if len(self._policies) > KEPT_PUBLICATIONS:
                self._policies.clear()
            self._policies[page] = common_headers(raw, https=self._https)
        return self._policies[page]

    async def _send_large(self, found: Found, scope: Scope, send: Send) -> None:
        """Send a file that is too large for memory, piece by piece."""
        headers = await self._headers(found, IDENTITY)
        with contextlib.ExitStack() as stack:
            place = await asyncio.to_thread(stack.enter_context, self._bodies.placed(found.digest))
            length = str(place.stat().st_size).encode()
            await send(_start(200, [*headers, (b"content-type", _kind(found.path)), (b"content-length", length)]))
            if scope["method"] == "GET":
                async for piece in pieces(place):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send(_NOTHING)
        self.answered[200] += 1

    async def _fail(self, error: Exception, scope: Scope, send: Send) -> None:
        """Answer with the fault of the platform; bytes that are no longer kept are gone for good."""
        request = Request(scope)
        if isinstance(error, MissingBlobError):
            answer = problem(410, await self._why_gone(scope["path"]), request_id=request_id_of(request))
        else:
            _log.warning("a document cannot be read: %s", type(error).__name__, exc_info=error)
            answer = problem_of(request, error)
        answer.raw_headers.extend(common_headers(https=self._https))
        await answer(scope, _no_request, send)

    async def _why_gone(self, path: str) -> str:
        found = self._found.get(path)
        if found is None:
            return GONE
        try:
            return await asyncio.to_thread(why_gone, self._instance, found.publication.benchmark, found.path)
        except (StorageError, DBAPIError, PoolTimeoutError):
            return GONE

    async def _redirect(self, found: Redirect, scope: Scope, send: Send) -> None:
        query = scope.get("query_string", b"")
        to = found.to.encode() + (b"?" + query if query else b"")
        headers = [(b"location", to), (b"content-length", b"0"), *common_headers(https=self._https)]
        await send(_start(308, headers))
        await send(_NOTHING)

    async def _refreshed(self) -> None:
        """Read the heads; many who wait for it wait for one reading."""
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(asyncio.to_thread(self._heads.now))
        seen = await asyncio.shield(self._refreshing)
        if seen is not self._seen:
            self._seen, self._found = seen, {}

    async def _find(self, path: str) -> Found | Redirect | None:
        found = await self._look(path)
        if isinstance(found, Found):
            if len(self._found) >= KEPT_PATHS:
                self._found.clear()
            self._found[path] = found
        return found

    async def _look(self, path: str) -> Found | Redirect | None:
        """Find what a path means: an address with a board or digest first, then the only board's own paths."""
        address = _ADDRESS.fullmatch(path)
        if address is not None:
            publication = await self._publication(address)
            if publication is not None and address["rest"] is None:
                return Redirect(f"{path}/")
            found = publication and _document(publication, address["rest"][1:], pinned=address["digest"] is not None)
            if found:
                return found
        if len(self._seen) != 1:
            return None
        return _document(next(iter(self._seen.values())), path[1:], pinned=False)

    async def _publication(self, address: re.Match[str]) -> Readable | None:
        if address["benchmark"] is not None:
            return self._seen.get(address["benchmark"])
        return await asyncio.to_thread(self._heads.by_digest, address["digest"])


def _document(publication: Readable, path: str, *, pinned: bool) -> Found | None:
    path = path or PAGE
    digest = publication.documents.get(path)
    if digest is None:
        return None
    return Found(digest, path, publication, pinned)


def _start(status: int, headers: RawHeaders) -> Message:
    return {"type": "http.response.start", "status": status, "headers": headers}


def _kind(path: str) -> bytes:
    return KINDS.get(PurePosixPath(path).suffix, "application/octet-stream").encode()


async def _no_request() -> Message:
    return {"type": "http.disconnect"}


_NOTHING: Final[Message] = {"type": "http.response.body", "body": b""}
