"""Endpoints of drafts: what a close would publish, for those who run the board, and how far its making has come."""

from pathlib import PurePosixPath
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Response

from proofboard.api.answers import Answer, answers
from proofboard.api.dependencies import ActorDep, InstanceDep
from proofboard.api.headers import common_headers, is_https
from proofboard.api.people_parameters import EXAMPLE_DIGITS, EXAMPLE_INSTANT, IdPath, SpanDep
from proofboard.api.problems import documented
from proofboard.api.review_parameters import BenchmarkPath
from proofboard.api.stored import stored
from proofboard.app.people.paging import Page
from proofboard.app.review import closing, drafts
from proofboard.app.review.closing import JobView
from proofboard.app.review.drafts import Draft
from proofboard.app.serve.files import KINDS

router = APIRouter(tags=["review"])

OCTETS: Final = "application/octet-stream"
LONGEST_PATH: Final = 500

DigestPath = Annotated[
    str, Path(max_length=71, pattern=r"^(sha256:)?[0-9a-f]{64}$", description="The draft, as the list of drafts says.")
]
DocumentPath = Annotated[
    str,
    Path(
        max_length=LONGEST_PATH,
        description="A document as the publication names it; the page where it is empty.",
        examples=["leaderboard.json"],
    ),
]

_PRIVATE: Final = {"cache-control": "private, no-store", "x-robots-tag": "noindex, nofollow"}
_DIGEST: Final = "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
_DRAFT: Final = Draft(_DIGEST, EXAMPLE_INSTANT, f"/api/v1/benchmarks/langid/drafts/{_DIGEST}/")
_JOB: Final = JobView(
    id=f"job-{EXAMPLE_DIGITS}",
    kind="draft",
    benchmark="langid",
    state="done",
    created_at=EXAMPLE_INSTANT,
    started_at="2026-11-21T12:00:01.000000Z",
    finished_at="2026-11-21T12:00:03.000000Z",
    error=None,
)
_BYTES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The bytes that a close would publish at this path.",
        "content": {OCTETS: {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get(
    "/benchmarks/{benchmark}/drafts",
    operation_id="drafts",
    response_class=Answer,
    responses=answers(Page[Draft], Page([_DRAFT], None)) | documented(401, 403, 404),
)
def get_drafts(benchmark: BenchmarkPath, instance: InstanceDep, actor: ActorDep, asked: SpanDep) -> Response:
    """List the drafts of a board, the newest first, for those who run it."""
    return Answer(drafts.drafts(instance, actor, benchmark, asked))


@router.get(
    "/benchmarks/{benchmark}/drafts/{digest}/{path:path}",
    operation_id="draft_document",
    response_class=Response,
    responses=_BYTES | documented(401, 403, 404, 410),
)
def get_draft_document(
    benchmark: BenchmarkPath, digest: DigestPath, path: DocumentPath, instance: InstanceDep, actor: ActorDep
) -> Response:
    """Return a document of a draft; with a session, its page can be opened in a browser."""
    found = drafts.draft_document(instance, actor, benchmark, digest, path)
    page = instance.blobs.get(found.page) if found.page else None
    security = common_headers(page, https=is_https(instance.settings))
    headers = {name.decode(): value.decode() for name, value in security} | _PRIVATE
    return stored(instance.blobs, found.digest, KINDS.get(PurePosixPath(found.path).suffix, OCTETS), headers)


@router.get(
    "/jobs/{job}",
    operation_id="job",
    response_class=Answer,
    responses=answers(JobView, _JOB) | documented(401, 404),
)
def get_job(job: IdPath, instance: InstanceDep, actor: ActorDep) -> Response:
    """Say how far a close or draft has come, for those who run its board."""
    return Answer(closing.job(instance, actor, job))
