"""Endpoints for who runs a server: is it alive, is it ready, how much has it to do."""

from typing import Final, Literal

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from proofboard import __version__
from proofboard.api.answers import Answer, answers, described
from proofboard.api.dependencies import InstanceDep
from proofboard.api.metrics import MEDIA_TYPE, metrics_text
from proofboard.app.board.figures import Check, checks
from proofboard.app.people.openid import is_set_up

router = APIRouter(tags=["operations"])


class Health(msgspec.Struct, frozen=True):
    """The web process answers."""

    status: Literal["ok"] = "ok"


class Readiness(msgspec.Struct, frozen=True):
    """Whether everything answers that a server needs."""

    ready: bool
    checks: list[Check]


class Service(msgspec.Struct, frozen=True):
    """What this server offers beside the documents of its boards."""

    software_version: str
    sign_in: bool
    """Whether people can sign in with a browser; without it, keys are made on the server."""
    upload_megabytes: int
    """The largest upload of all its benchmarks, in units of 1,000,000 bytes."""


_CHECKS: Final = [Check(name, ready=True, reason=None) for name in ("database", "migrations", "blobs")]
_NOT_READY: Final = [Check("database", ready=False, reason="the database does not answer"), *_CHECKS[1:]]


@router.get(
    "/service",
    operation_id="service",
    summary="What is offered",
    responses={**answers(Service, Service("1.0.0", sign_in=True, upload_megabytes=200))},
)
def get_service(instance: InstanceDep) -> Answer:
    """Say what this server offers beside the documents of its boards."""
    settings = instance.settings
    return Answer(Service(__version__, is_set_up(settings), settings.upload_megabytes))


@router.get("/healthz", operation_id="healthz", summary="Is it alive", responses={**answers(Health, Health())})
def get_health() -> Answer:
    """Say that the web process answers, whatever else does not."""
    return Answer(Health())


@router.get(
    "/readyz",
    operation_id="readyz",
    summary="Is it ready",
    responses={
        **answers(Readiness, Readiness(ready=True, checks=_CHECKS)),
        503: {
            "description": "Something does not answer.",
            "content": {
                "application/json": {
                    "schema": described(Readiness),
                    "example": msgspec.to_builtins(Readiness(ready=False, checks=_NOT_READY)),
                }
            },
        },
    },
)
def get_readiness(instance: InstanceDep) -> Answer:
    """Ask the database, its version, and the store of files."""
    found = checks(instance)
    ready = all(own.ready for own in found)
    return Answer(Readiness(ready, found), 200 if ready else 503)


@router.get(
    "/metrics",
    operation_id="metrics",
    summary="OpenMetrics",
    response_class=Response,
    responses={
        200: {
            "description": "OpenMetrics 1.0; numbers only, and no names of organisations or entries.",
            "content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": "# EOF\n"}},
        }
    },
)
def get_metrics(request: Request, instance: InstanceDep) -> Response:
    """Count requests, jobs, submissions, publications and workers."""
    state = request.app.state
    text = metrics_text(instance, state.counts, state.feed.readers, state.answered)
    return Response(text, headers={"content-type": MEDIA_TYPE})
