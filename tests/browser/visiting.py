"""A visit to a page, and a plain server of files."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Locator, Page, Request

FLAGS = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# Two views of the handmade board that holds every kind of row; it opens on the second.
RANKING = "?group=none"
IN_THE_ORDER_OF_RANKS = [
    "acme/tuned",
    "acme/default",
    "bolt/default",
    "base/chance",
    "bolt/again",
    "zeta/pending",
    "zeta/broken",
    "zeta/flat",
]
UNDER_THEIR_VENDORS = [
    "acme/default",
    "acme/tuned",
    "bolt/default",
    "bolt/again",
    "zeta/pending",
    "zeta/broken",
    "zeta/flat",
    "base/chance",
]

Serve = Callable[[Path], str]


class Visit:
    """One page in a context of its own, and everything that it asked for or complained of."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _see(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:")):
            self.foreign.append(request.url)

    def goto(self, view: str = "") -> Page:
        """Open a view of the board and wait until it, or its failure, is there."""
        self.page.goto("about:blank")
        self.page.goto(self.origin + view)
        self.page.wait_for_selector("main:not([aria-busy])")
        return self.page


Visits = Callable[..., Visit]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature is the standard library's
        """Log nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port of this machine; yields its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def names(page: Page) -> list[str]:
    """Return the entries of the first table from top to bottom."""
    return page.locator("#panel table").first.locator("tbody .name").all_inner_texts()


def head(page: Page, label: str) -> Locator:
    """Return the head of a column of the first table."""
    button = page.get_by_role("button", name=re.compile(f"^{label}"))
    return page.locator("#panel table").first.locator("thead th", has=button)


def sort_by(page: Page, label: str) -> None:
    """Click the head of a column of the first table."""
    head(page, label).get_by_role("button").click()


def line_of(page: Page, name: str) -> Locator:
    """Return the row of an entry."""
    return page.locator("tbody tr", has=page.locator(".name", has_text=re.compile(f"^{re.escape(name)}$")))
