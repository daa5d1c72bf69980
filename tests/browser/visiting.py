"""A visit to a page in a context of its own, and everything that it complained of or asked others for."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

FLAGS: Final = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE: Final = {"width": 1600, "height": 1000}
PHONE: Final = {"width": 390, "height": 844}
PATIENCE_MILLISECONDS: Final = 30_000

# A busy machine is slow, and slowness is not what these tests are about.
expect.set_options(timeout=PATIENCE_MILLISECONDS)

# Runs in every page before its own scripts, and may do what its policy forbids to those.
WATCHING: Final = """
addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sample }) =>
  console.error(`policy: ${effectiveDirective} refused ${blockedURI} ${sample}`));
globalThis.shift = 0;
new PerformanceObserver((list) => list.getEntries().forEach((one) => { if (!one.hadRecentInput) shift += one.value; }))
  .observe({ type: "layout-shift", buffered: true });
"""
DRAWN: Final = """() => document.querySelector("main:not([aria-busy=true])")
  && !document.querySelector("main .loading, main [aria-busy=true]")
  && document.querySelector("main h1, main [role=alert]")"""
"""What was asked for is there, or what keeps it from being there is said."""

# Service workers are blocked unless a test is about them, and the browser then says so.
_OF_THE_HARNESS: Final = re.compile("Service Worker registration blocked by Playwright")

Serve = Callable[[Path], str]


class Visit:
    """One page in a context of its own."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        """Open a page in a context; `address` is that of a board, with a slash at its end."""
        self.context = context
        self.address = address
        self.origin = "/".join(address.split("/", 3)[:3]) + "/"
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        context.add_init_script(WATCHING)
        self.page = context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        context.on("request", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not _OF_THE_HARNESS.search(message.text):
            self.complaints.append(message.text)

    def _see(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:", "blob:")):
            self.foreign.append(request.url)

    def goto(self, query: str = "") -> Page:
        """Load a view anew and wait until it, or its failure, is drawn."""
        self.page.goto(self.address + query)
        return self.drawn()

    def drawn(self) -> Page:
        """Wait until what was asked for is drawn, after a click for instance."""
        self.page.wait_for_function(DRAWN)
        return self.page


Visits = Callable[..., Visit]


def new_context(browser: Browser, **options: Any) -> BrowserContext:
    """Make a context: wide, in English, without service workers, unless `options` of Playwright say otherwise."""
    given: dict[str, Any] = {
        "viewport": WIDE,
        "locale": "en-US",
        "reduced_motion": "reduce",
        "service_workers": "block",
        **options,
    }
    return browser.new_context(**given)


class _Quiet(SimpleHTTPRequestHandler):
    """Answers files and knows nothing of boards."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    extensions_map: Mapping[str, str] = {  # type: ignore[assignment] # it is only read
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".webmanifest": "application/manifest+json",
    }

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature is the standard library's
        """Log nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder as files on a free port of this machine; yields its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
