"""A browser that nobody was signed in with goes back to the page, which says why; a program is told the problem."""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any, Final, Literal

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.responses import RedirectResponse

from proofboard.api.problems import status_of
from proofboard.errors import ProofboardError

PLACE: Final = "/?page=account&sign_in=failed"
SEE_OTHER: Final = HTTPStatus.SEE_OTHER
NO_STORE: Final = {"cache-control": "no-store"}

Reason = Literal["refused", "lost", "unavailable"]
"""All that an address says of it: never a word of the provider, nor of whoever made a link to the answer."""

_REASONS: Final[dict[int, Reason]] = {
    HTTPStatus.UNAUTHORIZED: "refused",
    HTTPStatus.FORBIDDEN: "lost",
    HTTPStatus.UNPROCESSABLE_ENTITY: "lost",
    HTTPStatus.SERVICE_UNAVAILABLE: "unavailable",
}
_FAILURES: Final = (ProofboardError, RequestValidationError, DBAPIError, PoolTimeoutError)


class ReturningRoute(APIRoute):
    """An endpoint that a browser is sent to, and from which it has to come back whatever happens."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Answer a failure by the way back, where a page was asked for."""
        answer = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await answer(request)
            except _FAILURES as error:
                if "text/html" not in request.headers.get("accept", ""):
                    raise
                return RedirectResponse(_place_of(error), SEE_OTHER, headers=NO_STORE)

        return answered


def _place_of(error: Exception) -> str:
    is_form = isinstance(error, RequestValidationError)
    reason = _REASONS.get(HTTPStatus.UNPROCESSABLE_ENTITY if is_form else status_of(error))
    return PLACE if reason is None else f"{PLACE}&because={reason}"
