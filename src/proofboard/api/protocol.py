"""HTTP as the server reads it: bounded heads, readers that dawdle are let go, and faults in the shape of all others."""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from proofboard.api.headers import common_headers
from proofboard.api.problems import problem

LARGEST_HEAD_BYTES: Final = 64 << 10
"""The address and all headers; the application refuses less, and says why."""
HEAD_SECONDS: Final = 20.0
"""How long a head may take to arrive."""
UNREADABLE: Final = "This is no request that can be read"


class BoundedProtocol(HttpToolsProtocol):
    """One connection."""

    _waiting: asyncio.TimerHandle | None = None
    _n_bytes = 0

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - the signature is uvicorn's
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what came; a head that has not ended by now must not grow for ever."""
        super().data_received(data)
        if self._waiting is not None:
            self._n_bytes += len(data)
            if self._n_bytes > LARGEST_HEAD_BYTES and not self.transport.is_closing():
                self.send_400_response(UNREADABLE)

    def on_message_begin(self) -> None:
        """Begin to wait for the rest of a head."""
        super().on_message_begin()
        self._n_bytes = 0
        self._wait()

    def on_headers_complete(self) -> None:
        """Go on to the application."""
        self._wait_no_more()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the signature is uvicorn's
        """Refuse what is no request, and close the connection."""
        answer = problem(400, UNREADABLE, request_id="unknown", headers={"connection": "close"})
        headers = [*answer.raw_headers, *common_headers()]
        lines = [b"HTTP/1.1 400 Bad Request", *(b"%s: %s" % pair for pair in headers), b"", bytes(answer.body)]
        self.transport.write(b"\r\n".join(lines))
        self.transport.close()

    def _wait(self) -> None:
        self._wait_no_more()
        self._waiting = self.loop.call_later(HEAD_SECONDS, self._let_go)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _let_go(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()
