"""A small client of a board's API: hands in, asks, and tries again where a connection was lost.

`Client` is a context manager; what it sends is read from a file in pieces. A post is sent again under the same key, so
that an answer that got lost does not become a second submission.
"""

import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar
from urllib.parse import urlsplit

import msgspec

from proofboard import __version__
from proofboard.client.answers import Problem, Receipt, Submission
from proofboard.errors import Fault, InputError, RefusedError, fault

if TYPE_CHECKING:
    import httpx2

T = TypeVar("T")

PREFIX: Final = "/api/v1"
ATTEMPTS: Final = 5
FIRST_PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 30.0
TIMEOUT_SECONDS: Final = 60.0
POLL_SECONDS: Final = 2.0
CHUNK_BYTES: Final = 1 << 20
AGAIN: Final = frozenset({502, 503, 504})
LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
JSON: Final = "application/json"
BOARD: Final = re.compile(r"(?P<service>.*)/boards/(?P<benchmark>[a-z0-9][a-z0-9._-]{0,63})(?:/(?:index\.html)?)?")
"""The address of one board of a service, as a browser shows it."""
OCTETS: Final = "application/octet-stream"


class Client:
    """One board, and who asks it."""

    def __init__(self, url: str, key: str | None = None, *, pause: Callable[[float], None] = time.sleep) -> None:
        """Speak to the service at `url`, which may be the address of one of its boards.

        Raises InputError where a key would travel in the open.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise fault(url, "is no address of a board; give https://…")
        if key is not None and parts.scheme == "http" and parts.hostname not in LOCAL:
            raise fault(url, "is not encrypted, and would show your key to everybody on the way; give https://…")
        # What a browser adds to the address of a page says nothing of the service.
        bare = parts._replace(query="", fragment="").geturl()
        board = BOARD.fullmatch(bare)
        self.benchmark = board["benchmark"] if board else None
        """The board that the address named, where it named one."""
        self.url = (board["service"] if board else bare).rstrip("/").removesuffix(PREFIX)
        self._pause = pause
        headers = {"user-agent": f"proofboard/{__version__}", "accept": JSON, **({"api-key": key} if key else {})}
        # Most commands speak to no board, and start without it.
        self._library = import_module("httpx2")
        self._http: httpx2.Client = self._library.Client(
            base_url=f"{self.url}{PREFIX}", headers=headers, timeout=TIMEOUT_SECONDS
        )

    def __enter__(self) -> Self:
        """Open nothing yet: connections are made when they are needed."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections."""
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def submit(
        self, file: Path, *, benchmark: str | None = None, entry: str | None = None, idempotency_key: str | None = None
    ) -> Receipt:
        """Hand in an artifact, or metadata and results (a `.json` file), to a benchmark or the one of the address.

        Raises RefusedError with every fault where the board refuses, InputError where it cannot be reached.
        """
        key = idempotency_key or secrets.token_hex(16)
        kind = JSON if file.suffix == ".json" else OCTETS
        headers = {"idempotency-key": key, "content-type": kind, "content-length": str(file.stat().st_size)}
        asked = (("benchmark", benchmark or self.benchmark), ("entry", entry))
        chosen = {name: value for name, value in asked if value is not None}

        def send() -> "httpx2.Response":
            return self._http.post("/submit", params=chosen, headers=headers, content=_pieces(file))

        return self._answer(send, Receipt)

    def submission(self, submission_id: str) -> Submission:
        """Ask where a submission stands."""
        return self._answer(lambda: self._http.get(f"/submissions/{submission_id}"), Submission)

    def wait(
        self, submission_id: str, *, seconds: float, told: Callable[[Submission], None] = lambda _: None
    ) -> Submission:
        """Ask again until a submission has ended or so much time has passed; `told` hears of every new state."""
        end, before = time.monotonic() + seconds, ""
        while True:
            found = self.submission(submission_id)
            if found.state != before:
                before = found.state
                told(found)
            left = end - time.monotonic()
            if found.outcome != "running" or left <= 0:
                return found
            self._pause(min(POLL_SECONDS, left))

    def _answer(self, send: Callable[[], "httpx2.Response"], kind: type[T]) -> T:
        response = self._sent(send)
        if response.is_success:
            with _understood(self.url):
                return msgspec.json.decode(response.content, type=kind)
        raise _refusal(response)

    def _sent(self, send: Callable[[], "httpx2.Response"]) -> "httpx2.Response":
        """Send a request, and again after a pause where the connection was lost or the platform did not answer."""
        wait = FIRST_PAUSE_SECONDS
        for attempt in range(1, ATTEMPTS + 1):
            try:
                response = send()
            except self._library.TransportError as error:
                if attempt == ATTEMPTS:
                    said = str(error) or type(error).__name__
                    raise fault(
                        self.url, f"does not answer: {said}; look at the address, or try again later"
                    ) from error
            else:
                if response.status_code not in AGAIN or attempt == ATTEMPTS:
                    return response
            self._pause(wait)
            wait = min(2 * wait, LONGEST_PAUSE_SECONDS)
        raise AssertionError("unreachable")  # pragma: no cover - the last attempt returns or raises


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while piece := stream.read(CHUNK_BYTES):
            yield piece


@contextmanager
def _understood(url: str) -> Iterator[None]:
    try:
        yield
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise fault(url, f"answers as no board of this version does: {error}") from error


def _refusal(response: "httpx2.Response") -> RefusedError | InputError:
    """Turn a problem document into our own error, with all of its faults."""
    try:
        problem = msgspec.json.decode(response.content, type=Problem)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        problem = Problem(f"The board answers {response.status_code} {response.reason_phrase}")
    retry: Any = response.headers.get("retry-after", "")
    faults = [Fault(own.place, own.line, own.reason) for own in problem.faults]
    seconds = int(retry) if retry.isdigit() else 0
    return RefusedError(response.status_code, problem.title, faults, retry_after_seconds=seconds)
