"""The edge of the application: every request has an id, limits, and an answer with security headers, whatever happens.

It wraps what FastAPI answers; publications are answered before it, because their bytes are cheap and are cached by
others, to whom an id of a single request would mean nothing.
"""

import asyncio
import logging
import os
import re
import time
from collections.abc import Callable
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from proofboard.api.counting import Counts
from proofboard.api.headers import RawHeaders, Scope, common_headers, header, is_https
from proofboard.api.limits import LARGEST_BODY_BYTES, READING_METHODS, BodyTooLargeError, Limits, SlowBodyError
from proofboard.api.problems import KNOWN_METHODS, REQUEST_ID, answer_of, problem, problem_of
from proofboard.api.publications import Application, Message, Send
from proofboard.errors import InputError
from proofboard.schemas.reading import parse_json
from proofboard.settings import Settings

PIECE_SECONDS: Final = 30.0
"""How long a body may stop coming in."""
REQUEST_ID_HEADER: Final = b"x-request-id"
AtOnce = Callable[[Scope], bytes | None]
"""What answers a request with JSON out of memory; None for one that it leaves to others."""

_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_log: Final = logging.getLogger(__name__)


class Edge:
    """An ASGI application around another one."""

    def __init__(self, settings: Settings, behind: Application, counts: Counts, at_once: AtOnce) -> None:
        """Limit requests by the settings, and count the answers; what `at_once` answers goes no further."""
        self._behind = behind
        self._at_once = at_once
        self._counts = counts
        self._limits = Limits(settings)
        self._security = common_headers(https=is_https(settings))

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:  # noqa: ANN401 - the signature is ASGI's
        """Answer one request; HEAD is answered as GET is, without the body."""
        if scope["type"] != "http":
            await self._behind(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            await self(*_as_get(scope, receive, send))
            return
        exchange = _Exchange(scope, receive, send, self._security)
        scope[REQUEST_ID] = exchange.id.decode()
        await self._answer(exchange)
        self._limits.note(scope, exchange.status)
        method = scope["method"] if scope["method"] in KNOWN_METHODS else "other"
        self._counts.add(method, route_of(scope), exchange.status, time.perf_counter() - exchange.began)

    async def _answer(self, exchange: "_Exchange") -> None:
        scope = exchange.scope
        if refused := self._limits.refusal(scope):
            retry = {"retry-after": str(refused.retry_after_seconds)} if refused.retry_after_seconds else {}
            # A body that nobody reads must not be taken for the next request.
            headers = {**retry, "connection": "close"}
            await exchange.say(problem(refused.status, refused.title, request_id=exchange.id.decode(), headers=headers))
            return
        if (raw := self._at_once(scope)) is not None:
            await exchange.say(Response(raw, media_type="application/json"))
            return
        exchange.most = self._limits.largest_body(scope)
        try:
            if exchange.most == LARGEST_BODY_BYTES and exchange.brings_json:
                await exchange.check_json()
            await self._behind(scope, exchange.receive, exchange.send)
        except (InputError, BodyTooLargeError, SlowBodyError) as error:
            await exchange.say(answer_of(Request(scope), error))
        except Exception as error:
            _log.exception("request %s: %s %s", exchange.id.decode(), scope["method"], route_of(scope))
            if not exchange.status:
                await exchange.say(problem_of(Request(scope), error))
            elif not exchange.ended:
                raise  # the connection must end, or half an answer would look whole


def _as_get(scope: Scope, receive: Any, send: Send) -> tuple[Scope, Any, Send]:  # noqa: ANN401 - as ASGI has it
    """Ask for a whole answer, and send its headers alone: what streams without end is told that its reader left."""
    has_begun = asyncio.Event()

    async def received() -> Message:
        if has_begun.is_set():
            return {"type": "http.disconnect"}
        message: Message = await receive()
        return message

    async def headers_alone(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
            await send({"type": "http.response.body", "body": b""})
            has_begun.set()

    return {**scope, "method": "GET"}, received, headers_alone


class _Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, receive: Any, send: Send, security: RawHeaders) -> None:  # noqa: ANN401
        self.scope = scope
        self.began = time.perf_counter()
        self.status = 0
        self.most = 0
        given = header(scope, REQUEST_ID_HEADER)
        self.id = given if _ID.fullmatch(given) else os.urandom(16).hex().encode()
        self._receive = receive
        self._send = send
        self._security = security
        self._n_bytes = 0
        self._is_whole = False
        self._read: Message | None = None
        self.ended = False
        """Whether the whole answer was sent."""

    @property
    def brings_json(self) -> bool:
        """Say whether the request changes something with a body of JSON."""
        kind = header(self.scope, b"content-type").partition(b";")[0].strip().lower()
        is_json = kind == b"application/json" or kind.endswith(b"+json")
        return is_json and self.scope["method"] not in READING_METHODS

    async def check_json(self) -> None:
        """Read a body whole by the rules of all our documents, and pass it on: raises InputError.

        The framework takes NaN, a key that stands twice, half a character and endless depth.
        """
        raw, more = b"", True
        while more:
            message = await self.receive()
            if message["type"] != "http.request":
                self._read = message
                return
            raw += message.get("body", b"")
            more = message.get("more_body", False)
        if raw:
            await asyncio.to_thread(parse_json, raw, "body")
        self._read = {"type": "http.request", "body": raw, "more_body": False}

    async def receive(self) -> Message:
        """Pass a piece of the body on, as long as it is not too large."""
        if self._read is not None:
            kept, self._read = self._read, None
            return kept
        message = await self._received()
        self._n_bytes += len(message.get("body", b""))
        if self._n_bytes > self.most:
            raise BodyTooLargeError(self.most)
        return message

    async def _received(self) -> Message:
        """Wait for a piece of the body, and not for ever; for the end of the connection, as long as it takes."""
        if self._is_whole:
            return await self._receive()  # type: ignore[no-any-return]
        try:
            async with asyncio.timeout(PIECE_SECONDS):
                message: Message = await self._receive()
        except TimeoutError:
            raise SlowBodyError(PIECE_SECONDS) from None
        self._is_whole = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Pass the answer on, with the headers that every answer has."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own: RawHeaders = list(message.get("headers", []))
            named = {name for name, _ in own}
            more = [pair for pair in (*self._security, (REQUEST_ID_HEADER, self.id), _FRESH) if pair[0] not in named]
            message = {**message, "headers": [*own, *more]}
        await self._send(message)
        self.ended = message["type"] == "http.response.body" and not message.get("more_body", False)

    async def say(self, answer: Response) -> None:
        """Send an answer that was made here."""
        await answer(self.scope, self._receive, self.send)


_FRESH: Final = (b"cache-control", b"no-store")
"""Answers may hold what only their reader may see; those that may be kept say so themselves."""


def route_of(scope: Scope) -> str:
    """Return the route that a request took, as it is documented: never what was typed."""
    return str(getattr(scope.get("route"), "path_format", None) or "none")
