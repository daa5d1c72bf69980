"""Endpoints of signing in and out with a browser, and of who you are."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from starlette.responses import RedirectResponse

from proofboard.api.answers import Answer, answers
from proofboard.api.dependencies import ActorDep, InstanceDep
from proofboard.api.people_parameters import EXAMPLE_DIGITS, Body
from proofboard.api.problems import documented
from proofboard.api.returning import NO_STORE, SEE_OTHER, ReturningRoute
from proofboard.app.people import me, signing_in
from proofboard.app.people.recognising import cookie_name, csrf_cookie, is_secure, session_cookie
from proofboard.app.people.signing_in import ATTEMPT_MINUTES, Answered
from proofboard.settings import Settings

router = APIRouter(tags=["sign-in"])
ways = APIRouter(route_class=ReturningRoute)
"""Where browsers go instead of asking."""

_ATTEMPT: Final = "sign-in"
_ME: Final = me.Me(
    kind="person",
    id=f"per-{EXAMPLE_DIGITS}",
    name="Ada",
    email="ada@acme.example",
    organisation="acme",
    role="owner",
    is_host=False,
    benchmarks=[],
    organisations=[me.Membership("acme", "Acme Ltd", "owner")],
)

# Visible ASCII, as OAuth has it (RFC 6749, appendix A).
Brought = Annotated[str | None, Query(max_length=2000, pattern=r"^[ -~]*$")]


class ChosenOrganisation(Body):
    """The organisation that a session acts for from now on."""

    organisation: Annotated[str, Field(max_length=64, examples=["acme"])]


@router.get("/me", operation_id="me", response_class=Answer, responses=answers(me.Me, _ME) | documented(401, 403))
def get_me(instance: InstanceDep, actor: ActorDep) -> Response:
    """Say who you are to this server."""
    return Answer(me.me(instance, actor), headers=NO_STORE)


@router.put("/me/organisation", operation_id="act_for", status_code=204, responses=documented(401, 403, 404))
def put_my_organisation(chosen: ChosenOrganisation, request: Request, instance: InstanceDep, actor: ActorDep) -> None:
    """Let this session act for another of your organisations from the next request on."""
    me.act_for(instance, actor, request.cookies.get(session_cookie(instance.settings)), chosen.organisation)


@ways.get(
    "/sign-in",
    operation_id="sign_in",
    status_code=SEE_OTHER,
    response_class=RedirectResponse,
    responses=documented(404),
)
def get_sign_in(
    instance: InstanceDep,
    return_to: Annotated[str, Query(max_length=1000, description="A path of this server.", examples=["/"])] = "/",
) -> Response:
    """Send a browser to the provider of the sign-in; where that fails, to a page that says why."""
    begun = signing_in.begin_sign_in(instance, return_to)
    answer = RedirectResponse(begun.address, SEE_OTHER, headers=NO_STORE)
    _set(answer, instance.settings, cookie_name(instance.settings, _ATTEMPT), begun.attempt, ATTEMPT_MINUTES * 60)
    return answer


@ways.get(
    "/sign-in/callback",
    operation_id="sign_in_callback",
    status_code=SEE_OTHER,
    response_class=RedirectResponse,
    responses=documented(401, 403, 404),
)
def get_callback(
    request: Request,
    instance: InstanceDep,
    code: Brought = None,
    state: Brought = None,
    error: Brought = None,
    iss: Brought = None,
) -> Response:
    """Take back a browser that the provider sends, and begin its session, or show it a page that says why not.

    Who does not accept `text/html` is told the problem instead.
    """
    settings = instance.settings
    attempt = cookie_name(settings, _ATTEMPT)
    signed_in = signing_in.finish_sign_in(
        instance,
        Answered(state=state, code=code, error=error, issuer=iss),
        request.cookies.get(attempt),
        request.cookies.get(session_cookie(settings)),
    )
    answer = RedirectResponse(signed_in.return_to, SEE_OTHER, headers=NO_STORE)
    _set(answer, settings, attempt, "", 0)
    _set(answer, settings, session_cookie(settings), signed_in.token, signed_in.seconds)
    # The page reads this one and sends it back in a header, which no other site can.
    _set(answer, settings, csrf_cookie(settings), signed_in.csrf, signed_in.seconds, hidden=False)
    return answer


@router.post("/sign-out", operation_id="sign_out", status_code=204, responses=documented(401, 403))
def post_sign_out(request: Request, instance: InstanceDep, actor: ActorDep) -> Response:
    """End this session."""
    settings = instance.settings
    signing_in.sign_out(instance, actor, request.cookies.get(session_cookie(settings)))
    answer = Response(status_code=204)
    for name in (session_cookie(settings), csrf_cookie(settings)):
        _set(answer, settings, name, "", 0)
    return answer


router.include_router(ways)


def _set(  # a cookie has as many sides
    answer: Response, settings: Settings, name: str, value: str, seconds: int, *, hidden: bool = True
) -> None:
    answer.set_cookie(
        name, value, max_age=seconds, path="/", secure=is_secure(settings), httponly=hidden, samesite="lax"
    )
