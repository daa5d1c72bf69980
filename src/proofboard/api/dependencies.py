"""What an endpoint is given: the instance, and who asks."""

from typing import Annotated, Final

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from proofboard.app.board.heads import Heads
from proofboard.app.people.recognising import CSRF_HEADER, KEY_HEADER, Shown, recognise, session_cookie
from proofboard.app.service.actors import Actor
from proofboard.app.service.instance import Instance

READING_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

# These say in OpenAPI how a request shows who sends it; what is shown is judged by `recognise` alone.
_KEY: Final = APIKeyHeader(name=KEY_HEADER, scheme_name="key", description="An API key.", auto_error=False)
_BEARER: Final = HTTPBearer(scheme_name="bearer", description="The same key as a bearer token.", auto_error=False)
_SESSION: Final = APIKeyCookie(
    name="proofboard-session",
    scheme_name="session",
    description=f"The session of a browser; a change needs the header {CSRF_HEADER} as well.",
    auto_error=False,
)


async def instance_of(request: Request) -> Instance:
    """Return the instance that the application was made with."""
    instance: Instance = request.app.state.instance
    return instance


async def heads_of(request: Request) -> Heads:
    """Return the heads of the boards, which all requests share."""
    heads: Heads = request.app.state.heads
    return heads


InstanceDep = Annotated[Instance, Depends(instance_of)]
HeadsDep = Annotated[Heads, Depends(heads_of)]


def actor_of(
    request: Request,
    instance: InstanceDep,
    key: Annotated[str | None, Security(_KEY)],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    _session: Annotated[str | None, Security(_SESSION)],
) -> Actor:
    """Recognise who asks, by key or by session; a key that is not known is refused, no key at all is nobody."""
    shown = Shown(
        key=key or (bearer.credentials if bearer else None),
        session=request.cookies.get(session_cookie(instance.settings)),
        csrf=request.headers.get(CSRF_HEADER),
        changes=request.method not in READING_METHODS,
    )
    return recognise(instance, shown)


ActorDep = Annotated[Actor, Depends(actor_of)]
