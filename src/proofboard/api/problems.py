"""Every error in one shape: a problem document (RFC 9457) that lists all faults and never a traceback."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from proofboard.api.answers import described
from proofboard.errors import (
    Fault,
    InputError,
    MissingExtraError,
    RefusedError,
    StorageError,
    UnknownEntryError,
    UnsafeArchiveError,
)

MEDIA_TYPE: Final = "application/problem+json"
RETRY_SECONDS: Final = 5
"""How long to wait before asking a platform again that did not answer."""
SHOWN_REASONS: Final = 3
REQUEST_ID: Final = "proofboard_request_id"
"""The key of a request's id in its ASGI scope."""

KNOWN_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
READABLE_BODIES: Final = ("application/json", "multipart/form-data", "application/x-www-form-urlencoded")


class ProblemFault(msgspec.Struct, frozen=True):
    """One thing that is wrong with a request or with what it carries."""

    place: str
    """A parameter (`query.limit`), a field of the body (`body.model.name`), or a file of an upload."""
    line: int
    """From 1; 0 where there are no lines."""
    reason: str


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """An error of any kind (RFC 9457)."""

    type: str
    """`urn:proofboard:problem:` and the kind of the status: what a program decides by."""
    title: str
    status: int
    detail: str
    instance: str
    """`urn:proofboard:request:` and the id of the request, as in its header `x-request-id`."""
    faults: list[ProblemFault]


class ProblemResponse(Response):
    """A problem as it is sent."""

    media_type = MEDIA_TYPE


def problem(
    status: int,
    title: str,
    faults: Iterable[Fault] = (),
    *,
    request_id: str,
    headers: Mapping[str, str] | None = None,
) -> ProblemResponse:
    """Write a problem document."""
    listed = [ProblemFault(own.file, own.line, own.reason) for own in faults]
    document = Problem(
        type=_type_of(status),
        title=title,
        status=status,
        detail=_detail(title, listed),
        instance=f"urn:proofboard:request:{request_id}",
        faults=listed,
    )
    own = {"cache-control": "no-store", **(headers or {})}
    if status == HTTPStatus.UNAUTHORIZED:
        own["www-authenticate"] = "Bearer"
    return ProblemResponse(msgspec.json.encode(document), status, headers=own)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the problems that an endpoint answers with, for its `responses`."""
    return {status: _documented(status) for status in statuses}


def _documented(status: int) -> dict[str, Any]:
    title, faults = _EXAMPLES[status]
    own = problem(status, title, faults, request_id="0123456789abcdef0123456789abcdef")
    content = {"schema": described(Problem), "example": msgspec.json.decode(bytes(own.body))}
    return {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: content}}


def request_id_of(request: Request) -> str:
    """Return the id under which a request is logged."""
    return str(request.scope.get(REQUEST_ID, "unknown"))


def answer_problems(app: FastAPI) -> None:
    """Make an application answer every error with a problem document."""
    for kind, handler in _HANDLERS.items():
        app.add_exception_handler(kind, handler)


def answer_of(request: Request, error: Exception) -> ProblemResponse:
    """Answer an error that was raised outside the framework."""
    return _http(request, error) if isinstance(error, HTTPException) else problem_of(request, error)


def problem_of(request: Request, error: Exception) -> ProblemResponse:
    """Answer an error of a verb, of the platform, or of the program itself."""
    status, title = _said_of(error)
    faults = error.faults if isinstance(error, (InputError, RefusedError)) else ()
    retry = error.retry_after_seconds if isinstance(error, RefusedError) else 0
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        retry = retry or RETRY_SECONDS
    headers = {"retry-after": str(retry)} if retry else None
    return problem(status, title, faults, request_id=request_id_of(request), headers=headers)


def status_of(error: Exception) -> int:
    """Return the status that an error of a verb, of the platform, or of the program itself is answered with."""
    return _said_of(error)[0]


def _said_of(error: Exception) -> tuple[int, str]:
    if isinstance(error, RefusedError):
        return error.status, error.title
    for kinds, status, title in _STATUSES:
        if isinstance(error, kinds):
            return status, title or str(error)
    return 500, "A fault of the software; its request id finds it in the log"


def _http(request: Request, error: Exception) -> ProblemResponse:
    """Answer what the framework refuses: no such path, no such method, a body that is too large."""
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
    if status == HTTPStatus.BAD_REQUEST:
        status = HTTPStatus.UNPROCESSABLE_ENTITY  # a body that cannot be read is a faulty one
    phrase = HTTPStatus(status).phrase
    said = error.detail if isinstance(error, HTTPException) and error.detail else phrase
    title = _TITLES.get(status, said) if said == phrase else said
    headers = error.headers if isinstance(error, HTTPException) else None
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers = {"allow": ", ".join(_methods(request))}
    return problem(status, str(title), request_id=request_id_of(request), headers=headers)


def _methods(request: Request) -> list[str]:
    """List the methods of an address: each is a route of its own, and the first that refused knows none but its own."""
    routes = request.app.routes
    asked = {method: {**request.scope, "method": method} for method in KNOWN_METHODS}
    found = {own for own, scope in asked.items() if any(route.matches(scope)[0] is Match.FULL for route in routes)}
    return sorted(found | {"HEAD"} if "GET" in found else found)


def _invalid(request: Request, error: Exception) -> ProblemResponse:
    """Answer a request whose parameters or body are not of their type, with every fault and nothing that was sent."""
    errors: Sequence[Any] = error.errors() if isinstance(error, RequestValidationError) else ()
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    of_body = any(own["loc"][:1] == ("body",) for own in errors)
    if of_body and sent and sent not in READABLE_BODIES and not sent.endswith("+json"):
        title = f"The media type {sent[:80]!r} is not read here; send application/json"
        return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, title, request_id=request_id_of(request))
    faults = [Fault(".".join(map(str, own["loc"])), 0, _reason(own)) for own in errors]
    title = "The request is not as it is documented"
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, title, faults, request_id=request_id_of(request))


def _reason(own: Mapping[str, Any]) -> str:
    """Say in our words what is wrong with a value, and nothing of what it is."""
    words = _REASONS.get(str(own["type"]))
    if words is None:
        said = str(own["msg"])
        return said[:1].lower() + said[1:]
    return words.format_map(own.get("ctx", {}))


def _type_of(status: int) -> str:
    return f"urn:proofboard:problem:{_KINDS.get(status, 'other')}"


def _detail(title: str, faults: Sequence[ProblemFault]) -> str:
    shown = [f"{own.place}: {own.reason}" for own in faults[:SHOWN_REASONS]]
    if len(faults) > SHOWN_REASONS:
        shown.append(f"and {len(faults) - SHOWN_REASONS} more faults")
    return "; ".join(shown) or title


# What a store or a database says names places of this machine, and is never sent.
_STATUSES: Final[Sequence[tuple[tuple[type[Exception], ...], int, str | None]]] = (
    ((InputError,), 422, "What was sent cannot be used as it is"),
    ((UnsafeArchiveError,), 422, None),
    ((UnknownEntryError,), 404, None),
    ((MissingExtraError,), 503, None),
    ((StorageError,), 503, "The store of files does not answer; try again"),
    # A value that no column takes, such as a text with NUL in PostgreSQL: no fault of the database.
    ((DataError,), 422, "The request holds a value that cannot be kept"),
    ((DBAPIError, PoolTimeoutError), 503, "The database does not answer; try again"),
)

# Not the phrases of the standard library, which change with its version.
_KINDS: Final[Mapping[int, str]] = {
    400: "unreadable-request",
    401: "not-recognised",
    403: "not-allowed",
    404: "not-found",
    405: "method-not-allowed",
    408: "too-slow",
    409: "conflict",
    410: "gone",
    413: "too-large",
    415: "unknown-media-type",
    422: "faulty-request",
    429: "too-many-requests",
    431: "headers-too-large",
    500: "fault-of-the-software",
    503: "not-available",
}

# By the names that pydantic gives to what is wrong; `{…}` are the limits that it was held against.
_REASONS: Final[Mapping[str, str]] = {
    "missing": "is missing",
    "extra_forbidden": "is not known here; leave it out",
    "string_type": "is no text",
    "string_too_short": "is shorter than {min_length} characters",
    "string_too_long": "is longer than {max_length} characters",
    "string_pattern_mismatch": "is not of the form {pattern}",
    "int_type": "is no whole number",
    "int_parsing": "is no whole number",
    "int_from_float": "is no whole number",
    "float_type": "is no number",
    "float_parsing": "is no number",
    "bool_type": "is neither true nor false",
    "bool_parsing": "is neither true nor false",
    "greater_than_equal": "is less than {ge}",
    "less_than_equal": "is more than {le}",
    "literal_error": "is not {expected}",
    "enum": "is not {expected}",
    "list_type": "is no list",
    "dict_type": "is no object",
    "model_type": "is no object",
    "model_attributes_type": "is no object",
    "too_short": "has fewer than {min_length} values",
    "too_long": "has more than {max_length} values",
}

_TITLES: Final[Mapping[int, str]] = {
    404: "There is nothing at this address",
    405: "This address does not answer that method",
}

_EXAMPLES: Final[Mapping[int, tuple[str, Sequence[Fault]]]] = {
    400: ("This is no request that can be read", ()),
    401: ("This needs a key or a session; send the header api-key, or sign in", ()),
    403: ("This is not allowed to this key or person; ask an owner of the organisation", ()),
    404: ("There is no such entry on this board", ()),
    405: ("This address does not answer that method", ()),
    409: ("Somebody else changed it; ask for its state again", ()),
    410: ("The entry was withdrawn: its prompts held answers of the public set", ()),
    413: ("The body is larger than 1,048,576 bytes", ()),
    415: ("The media type 'text/csv' is not read here; send application/json", ()),
    422: ("The request is not as it is documented", (Fault("query.limit", 0, "is 0, expected 1 to 1000"),)),
    429: ("Too many requests; wait before the next one", ()),
    431: ("The headers of the request are too large", ()),
    500: ("A fault of the software; its request id finds it in the log", ()),
    503: ("The database does not answer; try again", ()),
}

_HANDLERS: Final[Mapping[type[Exception], Any]] = {
    Exception: problem_of,
    RequestValidationError: _invalid,
    HTTPException: _http,
    InputError: problem_of,
    RefusedError: problem_of,
    UnsafeArchiveError: problem_of,
    UnknownEntryError: problem_of,
    MissingExtraError: problem_of,
    StorageError: problem_of,
    DBAPIError: problem_of,
    PoolTimeoutError: problem_of,
}
