"""Answer GET and HEAD for the files of a site; nothing else, and nothing that changes anything."""

import re
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Final
from urllib.parse import unquote

from proofboard import __version__
from proofboard.app.serve.files import Served, SiteFiles
from proofboard.publish.names import PAGE

IDLE_SECONDS: Final = 30
CHUNK_BYTES: Final = 1 << 18
CHANGING_METHODS: Final = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
SHOWN_OF_A_PATH: Final = 80

STRICT_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'"
)
_POLICY_OF_PAGE: Final = re.compile(
    rb"<meta\s+http-equiv=[\"']?Content-Security-Policy[\"']?\s+content=\"([ -!#-~]{1,1000})\"", re.IGNORECASE
)


def policy_of(page: bytes | None) -> str:
    """Return the page's own policy, so that the header never says other than the page; a strict one without it."""
    found = _POLICY_OF_PAGE.search(page) if page else None
    own = found[1].decode("ascii") if found else STRICT_POLICY
    return f"{own.rstrip('; ')}; frame-ancestors 'none'"


def security_headers(policy: str) -> dict[str, str]:
    """Return the headers that every answer has, whatever it says."""
    return {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": policy,
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def handler_of(files: SiteFiles) -> type[BaseHTTPRequestHandler]:
    """Make the request handler of one site."""
    refused = {f"do_{method}": _Requests.refuse_method for method in CHANGING_METHODS}
    return type("SiteRequests", (_Requests,), {"files": files, **refused})


class _Requests(BaseHTTPRequestHandler):
    """One connection of a reader."""

    files: SiteFiles
    protocol_version = "HTTP/1.1"
    server_version = f"proofboard/{__version__}"
    sys_version = ""
    timeout = IDLE_SECONDS

    def do_GET(self) -> None:
        """Send a file."""
        self._answer()

    def do_HEAD(self) -> None:
        """Send the headers of a file."""
        self._answer()

    def refuse_method(self) -> None:
        """Answer a method that would change something, or that nobody needs here."""
        self.close_connection = True  # a body may follow, which we do not read
        self._say(HTTPStatus.METHOD_NOT_ALLOWED, "only GET and HEAD are answered here", {"Allow": "GET, HEAD"})

    def _answer(self) -> None:
        if self.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in self.headers:
            self.close_connection = True
        path = self._path()
        served = self.files.find(path)
        if served is None:
            self._say(HTTPStatus.NOT_FOUND, f"{path[:SHOWN_OF_A_PATH]!a} is not in this publication")
            return
        self._send(served)

    def _path(self) -> str:
        """Return the path of the request without its query; what the site's names cannot be is found nowhere."""
        path = self.path.partition("?")[0].partition("#")[0]
        return unquote(path[1:], errors="replace") or PAGE if path.startswith("/") else path

    def _send(self, served: Served) -> None:
        gzipped = served.gzipped if _accepts_gzip(self.headers.get("Accept-Encoding", "")) else None
        etag = f'"{served.etag}-gzip"' if gzipped else f'"{served.etag}"'
        unchanged = is_unchanged(self.headers.get("If-None-Match", ""), served.etag)
        self.send_response(HTTPStatus.NOT_MODIFIED if unchanged else HTTPStatus.OK)
        self.send_header("ETag", etag)
        self.send_header("Cache-Control", "public, max-age=31536000, immutable" if served.immutable else "no-cache")
        self.send_header("Vary", "Accept-Encoding")
        if not unchanged:
            self.send_header("Content-Type", served.kind)
            self.send_header("Content-Length", str(len(gzipped) if gzipped else served.n_bytes))
            if gzipped:
                self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        if not unchanged and self.command == "GET":
            self._send_body(served, gzipped)

    def _send_body(self, served: Served, gzipped: bytes | None) -> None:
        if served.raw is not None:
            self.wfile.write(gzipped or served.raw)
            return
        left = served.n_bytes
        with served.place.open("rb") as stream:
            while left and (chunk := stream.read(min(left, CHUNK_BYTES))):
                self.wfile.write(chunk)
                left -= len(chunk)
        # A file that became shorter meanwhile: the reader must not take the next answer for its rest.
        self.close_connection = self.close_connection or left > 0

    def _say(self, status: HTTPStatus, text: str, more: dict[str, str] | None = None) -> None:
        body = f"{status.value} {status.phrase}: {text}\n".encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        for name, value in (more or {}).items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Refuse what is no HTTP, in short text and without what was sent."""
        self.close_connection = True
        self._say(HTTPStatus(code), "this is no request that can be answered")

    def end_headers(self) -> None:
        """Close the headers with those that every answer has."""
        for name, value in security_headers(self._policy()).items():
            self.send_header(name, value)
        super().end_headers()

    def _policy(self) -> str:
        page = self.files.find(PAGE)
        return policy_of(page.raw if page else None)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature is the standard library's
        """Log nothing: who reads what is the reader's own matter."""


def _accepts_gzip(accepted: str) -> bool:
    for part in accepted.lower().split(","):
        name, _, quality = part.partition(";")
        if name.strip() in {"gzip", "*"}:
            return re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", quality) is None
    return False


def is_unchanged(asked: str, etag: str) -> bool:
    """Say whether `If-None-Match` names what we have, in any encoding."""
    tags = {
        tag.strip().removeprefix("W/").strip('"').removesuffix("-gzip").removesuffix("-zstd")
        for tag in asked.split(",")
    }
    return "*" in tags or etag in tags
