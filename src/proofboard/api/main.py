"""The web application: routers of every part, one shape of errors, limits, and publications as stored bytes.

A request passes, in this order: publications by path (`publications.py`), the edge (`edge.py`: id, limits, security
headers, the last net for errors), and FastAPI with the routers.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import uvicorn
from fastapi import APIRouter, FastAPI

from proofboard import __version__
from proofboard.api import (
    benchmarks,
    board,
    events,
    operations,
    people,
    reference,
    review,
    sign_in,
    submissions,
    telling,
    upkeep,
)
from proofboard.api.counting import Counts
from proofboard.api.edge import Edge
from proofboard.api.openapi import describe
from proofboard.api.problems import answer_problems, documented
from proofboard.api.protocol import BoundedProtocol
from proofboard.api.publications import Application, PublicationBytes
from proofboard.app.board.heads import Heads
from proofboard.app.service.instance import Instance
from proofboard.schemas.preparing import prepare_structs

PREFIX: Final = "/api/v1"
ENDING_SECONDS: Final = 3
"""How long readers that still listen are waited for when the process ends."""

ROUTERS: Final[tuple[APIRouter, ...]] = tuple(
    part.router
    for part in (
        board,
        telling,
        benchmarks,
        submissions,
        people,
        sign_in,
        review,
        upkeep,
        events,
        operations,
        reference,
    )
)


def make_app(instance: Instance) -> Application:
    """Make the ASGI application of an instance."""
    api = make_api(instance)
    heads: Heads = api.state.heads
    edge = Edge(instance.settings, api, api.state.counts, board.leaderboard_at_once(heads, PREFIX))
    published = PublicationBytes(heads, edge)
    api.state.answered = published.answered
    return published


def make_api(instance: Instance) -> FastAPI:
    """Make the part of the application that FastAPI answers."""
    app = FastAPI(
        title="Proofboard",
        summary="Leaderboards whose every number can be recomputed by its reader.",
        version=__version__,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_living,
        responses=documented(400, 413, 422, 429, 431, 500, 503),
    )
    heads = Heads(instance)
    app.state.instance, app.state.heads = instance, heads
    app.state.counts, app.state.feed = Counts(), events.Feed(heads)
    app.state.answered = {}
    answer_problems(app)
    for router in ROUTERS:
        app.include_router(router, prefix=PREFIX)
        app.include_router(router, include_in_schema=False)
    describe(app)
    # Requests are answered in many threads, and all that they decode has been imported by now.
    prepare_structs()
    return app


@asynccontextmanager
async def _living(app: FastAPI) -> AsyncIterator[None]:
    yield
    await app.state.feed.close()


def web_config(app: Application, host: str, port: int, log_level: str = "warning") -> uvicorn.Config:
    """Say how the application is served: fast parts, nothing told about them, and no log of who reads what."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=BoundedProtocol,
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        log_level=log_level,
        server_header=False,
        # Who the reader is behind proxies is decided by `trusted_proxies`, for limits only.
        proxy_headers=False,
        timeout_graceful_shutdown=ENDING_SECONDS,
    )
