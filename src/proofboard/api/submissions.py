"""Endpoints about submissions: hand in, ask what became of it, and read what is kept."""

from typing import Annotated, Any, Final
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi import Path as InPath
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, StreamingResponse

from proofboard.api.answers import Answer, answers, described
from proofboard.api.dependencies import ActorDep, InstanceDep
from proofboard.api.people_parameters import EXAMPLE_DIGITS, EXAMPLE_INSTANT, SpanDep
from proofboard.api.problems import documented
from proofboard.api.stored import stored
from proofboard.api.uploads import received
from proofboard.app.intake import reading
from proofboard.app.intake.posted_results import PostedResults
from proofboard.app.intake.reading import (
    FaultView,
    FileView,
    MoveView,
    SubmissionLine,
    SubmissionLog,
    SubmissionView,
)
from proofboard.app.intake.receiving import LONGEST_KEY, NewSubmission, Receipt, receive
from proofboard.app.people.paging import Page
from proofboard.app.service.actors import refuse_unless
from proofboard.schemas.states import SubmissionState

router = APIRouter(tags=["submissions"])

ADDRESS_SECONDS: Final = 300
"""How long an address of the object store is good for."""
OCTETS: Final = "application/octet-stream"

SubmissionId = Annotated[
    str, InPath(max_length=40, description="As its receipt says.", examples=[f"sub-{EXAMPLE_DIGITS}"])
]
DigestPath = Annotated[
    str, InPath(max_length=71, pattern=r"^sha256:[0-9a-f]{64}$", description="The digest of a file.")
]
BenchmarkQuery = Annotated[
    str | None, Query(max_length=64, description="The benchmark; not needed where there is one.", examples=["langid"])
]
EntryQuery = Annotated[
    str | None,
    Query(max_length=129, description="For posted results: their name on the board.", examples=["acme/short"]),
]
KeyHeader = Annotated[
    str | None,
    Header(
        alias="idempotency-key",
        max_length=LONGEST_KEY,
        description="Any text of yours: the same post again under the same key is the same submission.",
        examples=["nightly-2026-11-21"],
    ),
]
StateQuery = Annotated[SubmissionState | None, Query(description="Only submissions in this state.")]

_ID: Final = f"sub-{EXAMPLE_DIGITS}"
_DIGEST: Final = "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
_RECEIPT: Final = Receipt(
    _ID, "langid", "acme/short", "received", f"/api/v1/submissions/{_ID}", _DIGEST, 12, 1, 4, EXAMPLE_INSTANT
)
_MOVES: Final = [
    MoveView("received", EXAMPLE_INSTANT, None),
    MoveView("checking", "2026-11-21T12:00:01.000000Z", None),
    MoveView("refused", "2026-11-21T12:00:02.000000Z", "'q99' is not an item of this set"),
]
_FILE: Final = FileView("upload", "submission.zip", _DIGEST, 4711, EXAMPLE_INSTANT, "2027-11-21T12:00:00.000000Z", None)
_VIEW: Final = SubmissionView(
    id=_ID,
    benchmark="langid",
    entry="acme/short",
    model="model-1",
    form="artifact",
    state="refused",
    is_settled=True,
    faults=[FaultView("bundles/public/responses.jsonl", 7, "'q99' is not an item of this set")],
    remarks=[],
    public_reason=None,
    position=None,
    running=0,
    estimate_seconds=None,
    refunded_because="refused before evaluation",
    signed_by=None,
    upload=_DIGEST,
    configuration=None,
    bundle=None,
    leaf=12,
    moves=_MOVES,
    created_at=EXAMPLE_INSTANT,
    updated_at="2026-11-21T12:00:02.000000Z",
)
_LINE: Final = SubmissionLine(
    id=_ID,
    benchmark="langid",
    entry="acme/short",
    model="model-1",
    state="queued",
    position=3,
    estimate_seconds=40,
    public_reason=None,
    faults=[],
    remarks=[],
    n_reasons=0,
    created_at=EXAMPLE_INSTANT,
    updated_at="2026-11-21T12:00:02.000000Z",
)


class FileList(msgspec.Struct, frozen=True):
    """All files of a submission."""

    items: list[FileView]
    next: str | None = None
    """Always null: they all fit on one page."""


_FILE_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The bytes that have this digest.",
        "content": {OCTETS: {"schema": {"type": "string", "format": "binary"}}},
    },
    307: {"description": "Where the object store has them."},
}
_RESULTS_EXAMPLE: Final[dict[str, Any]] = {
    "metadata": {
        "submission_id": "9b2e4f0c",
        "timestamp": "2026-11-20T10:30:00Z",
        "model": {"name": "model-1", "organization": "Acme", "training_data_cutoff": "2026-03-01"},
        "configuration": {"temperature": 0.7, "max_tokens": 4096},
    },
    "results": {
        "evaluation_id": "eval-9b2e4f0c",
        "submission_id": "9b2e4f0c",
        "problem_results": [
            {
                "problem_id": "web-001",
                "scores": {
                    "total": 89.1,
                    "functional_coverage": 95.0,
                    "test_pass_rate": 88.0,
                    "performance": 82.3,
                    "code_quality": 85.7,
                    "security": 86.5,
                },
                "metrics": {"generation_time": 45.3, "tokens_used": 3421, "cost_usd": 0.103, "attempts": 1},
            }
        ],
        "aggregate_scores": {"overall": 89.1},
    },
}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "The artifact that `proofboard submit` packs, or metadata and results as JSON.",
        "content": {
            "application/zip": {"schema": {"type": "string", "format": "binary"}},
            "application/x-tar": {"schema": {"type": "string", "format": "binary"}},
            OCTETS: {"schema": {"type": "string", "format": "binary"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["artifact"],
                    "properties": {"artifact": {"type": "string", "format": "binary"}},
                }
            },
            "application/json": {"schema": described(PostedResults), "example": _RESULTS_EXAMPLE},
        },
    }
}


@router.post(
    "/submit",
    operation_id="submit",
    status_code=202,
    response_class=Answer,
    responses=answers(Receipt, _RECEIPT, status=202, description="Taken in; checks and evaluation follow.")
    | documented(401, 403, 404, 409, 413, 415),
    openapi_extra=_BODY,
)
async def post_submission(  # one parameter for each thing that a request may say
    request: Request,
    instance: InstanceDep,
    actor: ActorDep,
    benchmark: BenchmarkQuery = None,
    entry: EntryQuery = None,
    idempotency_key: KeyHeader = None,
) -> Response:
    """Hand in an artifact, or metadata and results; the receipt says where its state is told."""
    refuse_unless(actor.may("submitter"), actor, "handing in")
    async with received(request) as posted:
        new = NewSubmission(
            form=posted.form, file=posted.file, benchmark=benchmark, entry=entry, idempotency_key=idempotency_key
        )
        return Answer(await run_in_threadpool(receive, instance, actor, new), 202)


@router.get(
    "/submissions",
    operation_id="list_submissions",
    response_class=Answer,
    responses=answers(Page[SubmissionLine], Page([_LINE], None)) | documented(401, 403, 404),
)
def get_submissions(
    instance: InstanceDep,
    actor: ActorDep,
    page: SpanDep,
    benchmark: BenchmarkQuery = None,
    state: StateQuery = None,
) -> Response:
    """List the submissions of your own organisation, the latest first."""
    return Answer(reading.submissions(instance, actor, benchmark, state, page))


@router.get(
    "/submissions/{submission}",
    operation_id="submission",
    response_class=Answer,
    responses=answers(SubmissionView, _VIEW) | documented(401, 404),
)
def get_submission(submission: SubmissionId, instance: InstanceDep, actor: ActorDep) -> Response:
    """Say where a submission stands, every move with its time, and every reason why it was refused."""
    return Answer(reading.submission_view(instance, actor, submission))


@router.get(
    "/submissions/{submission}/logs",
    operation_id="submission_logs",
    response_class=Answer,
    responses=answers(SubmissionLog, SubmissionLog(_MOVES, [])) | documented(401, 404),
)
def get_logs(submission: SubmissionId, instance: InstanceDep, actor: ActorDep) -> Response:
    """Return the moves of a submission, and the logs of its evaluation by digest."""
    return Answer(reading.submission_log(instance, actor, submission))


@router.get(
    "/submissions/{submission}/artifacts",
    operation_id="submission_artifacts",
    response_class=Answer,
    responses=answers(FileList, FileList([_FILE])) | documented(401, 404),
)
def get_artifacts(submission: SubmissionId, instance: InstanceDep, actor: ActorDep) -> Response:
    """List the files that are kept for a submission, and until when."""
    return Answer(FileList(reading.submission_files(instance, actor, submission)))


@router.get(
    "/submissions/{submission}/artifacts/{digest}",
    operation_id="submission_artifact",
    response_class=StreamingResponse,
    responses=_FILE_ANSWERS | documented(401, 404, 410),
)
def get_artifact(submission: SubmissionId, digest: DigestPath, instance: InstanceDep, actor: ActorDep) -> Response:
    """Return one kept file."""
    found = reading.submission_file(instance, actor, submission, digest)
    if address := instance.blobs.address(found.digest, seconds=ADDRESS_SECONDS, kind=OCTETS):
        return RedirectResponse(address, 307)
    headers = {"content-disposition": f"attachment; filename*=utf-8''{quote(found.name.rpartition('/')[2])}"}
    return stored(instance.blobs, found.digest, OCTETS, headers)
