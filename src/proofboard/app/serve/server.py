"""Serve a built publication on this machine: files as they are, read-only, for people who read a board here.

Built for a laptop and for a small team behind a proxy; beyond that the same folder is served by any static host.
"""

import errno
import signal
import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from typing import Final

from proofboard.app.serve.files import SiteFiles
from proofboard.app.serve.requests import handler_of
from proofboard.app.site import opened
from proofboard.errors import OutputError
from proofboard.publish.opened import OpenedSite
from proofboard.publish.views.tables import printable

STOPPING_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class SiteServer(ThreadingHTTPServer):
    """Answers every connection in a thread of its own, and ends without waiting for readers."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def server_bind(self) -> None:
        """Bind without asking a name server for our own name, which can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    @property
    def address(self) -> str:
        """Where the site is served, as a reader types it."""
        host, port = str(self.server_address[0]), self.server_address[1]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}/"

    def handle_error(self, request: object, client_address: object) -> None:
        """Pass over readers that went away; anything else is a fault of ours and is shown."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _SiteServer6(SiteServer):
    address_family = socket.AF_INET6


def serve(site: str, announce: Callable[[str], None], *, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve a folder or archive until SIGINT or SIGTERM; raises InputError or OutputError before it listens."""
    stop = threading.Event()

    def stopped(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature is signal's
        stop.set()

    with serving(site, host=host, port=port) as (server, title):
        before = {number: signal.signal(number, stopped) for number in STOPPING_SIGNALS}
        try:
            announce(f"Serving {printable(title)} at {server.address}  (Ctrl-C stops)")
            stop.wait()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


@contextmanager
def serving(site: str, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[tuple[SiteServer, str]]:
    """Serve a site in the background while the context is open; yields the server and the board's title."""
    with opened(site) as folder:
        title = OpenedSite(folder).publication.title
        server = _listening(folder, host, port)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server, title
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _listening(folder: Path, host: str, port: int) -> SiteServer:
    kind = _SiteServer6 if ":" in host else SiteServer
    try:
        return kind((host, port), handler_of(SiteFiles(folder)))
    except OSError as error:
        busy = error.errno == errno.EADDRINUSE
        said = "is in use by another program" if busy else f"cannot be listened on: {error.strerror or error}"
        what = "choose another with --port, or --port 0 for any free one" if busy else "choose another --host or --port"
        raise OutputError(f"{host} port {port} {said}; {what}") from error
