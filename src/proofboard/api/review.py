"""Endpoints of the owner's work: the review queue, decisions about submissions and entries, errata, closes, re-runs."""

from typing import Annotated, Any, Final, Literal

import msgspec
from fastapi import APIRouter, Response
from pydantic import Field

from proofboard.api import appeals, drafts
from proofboard.api.answers import Answer, answers
from proofboard.api.dependencies import ActorDep, InstanceDep
from proofboard.api.people_parameters import EXAMPLE_DIGITS, EXAMPLE_INSTANT, Body, IdPath, SpanDep
from proofboard.api.problems import documented
from proofboard.api.review_parameters import (
    EXAMPLE_BUNDLE,
    EXAMPLE_ENTRY,
    EXAMPLE_REASON,
    EXAMPLE_SUBMISSION,
    BenchmarkField,
    BenchmarkPath,
    BenchmarkQuery,
    ConfigPath,
    EntryQuery,
    Reasoned,
    ReasonField,
    VendorPath,
)
from proofboard.app.people.paging import Page
from proofboard.app.review import closing, deciding, errata, queue, rerunning, withdrawing
from proofboard.app.review.closing import Promised
from proofboard.app.review.deciding import Decided
from proofboard.app.review.errata import ErratumView, NewErratum
from proofboard.app.review.queue import Twin, Waiting
from proofboard.app.review.rerunning import RerunView
from proofboard.app.review.withdrawing import Standing

router = APIRouter(tags=["review"])
router.include_router(appeals.router)
router.include_router(drafts.router)

_WAITING: Final = Waiting(
    submission=EXAMPLE_SUBMISSION,
    benchmark="langid",
    state="in_review",
    entry=EXAMPLE_ENTRY,
    model="acme/model-1",
    organisation="acme",
    form="artifact",
    created_at=EXAMPLE_INSTANT,
    since=EXAMPLE_INSTANT,
    remarks=["responses.jsonl: line 12: may hold a mail address"],
    findings=[],
    scores={},
    twins=[Twin(f"sub-{EXAMPLE_DIGITS[::-1]}", "bolt/base", "bolt", "recipe")],
    audits=[],
)
_REFUSED: Final = Decided(EXAMPLE_SUBMISSION, "refused", EXAMPLE_REASON)
_WITHDRAWN: Final = Standing("withdrawn", EXAMPLE_ENTRY, EXAMPLE_SUBMISSION, EXAMPLE_REASON)
_ERRATUM: Final = ErratumView(
    id=f"err-{EXAMPLE_DIGITS}",
    benchmark="langid",
    item="length-3",
    action="excluded",
    reason="Both answers are right.",
    protocol_version="1",
    entries=12,
    at=EXAMPLE_INSTANT,
)
_RERUN: Final = RerunView(
    id=f"run-{EXAMPLE_DIGITS}",
    benchmark="langid",
    entry=EXAMPLE_ENTRY,
    bundle=EXAMPLE_BUNDLE,
    publication="sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    organisation="acme",
    state="done",
    verdict="matched",
    reason=None,
    n_scores=51,
    attested=[],
    created_at=EXAMPLE_INSTANT,
    finished_at=EXAMPLE_INSTANT,
)
_WAITS: Final = msgspec.structs.replace(_RERUN, state="waiting", verdict=None, n_scores=None, finished_at=None)
_SUPERSEDED: Final = Standing("superseded", EXAMPLE_ENTRY, EXAMPLE_SUBMISSION, EXAMPLE_REASON)
_REINSTATED: Final = Standing("pending", EXAMPLE_ENTRY, EXAMPLE_SUBMISSION, "The appeal was upheld.")
_PROMISED: Final = Promised(f"job-{EXAMPLE_DIGITS}", "close", "langid")


class Supersession(Reasoned):
    """Why an entry leaves the board, and what takes its place."""

    successor: Annotated[
        str | None, Field(max_length=129, description="Another entry of the board.", examples=["acme/quick-2"])
    ] = None


class Erratum(Body):
    """An item that is wrong, and what is done about it."""

    item: Annotated[str, Field(min_length=1, max_length=64, description="A public item.", examples=["length-3"])]
    action: Literal["exclude", "correct"]
    reason: ReasonField
    benchmark: BenchmarkField = None
    correction: Annotated[
        dict[str, Any],
        Field(
            default_factory=dict,
            max_length=20,
            description="Fields of the item that change, such as its reference; never what is asked.",
            examples=[{}],
        ),
    ]


@router.get(
    "/review",
    operation_id="review_queue",
    response_class=Answer,
    responses=answers(Page[Waiting], Page([_WAITING], None)) | documented(401, 403, 404),
)
def get_review(instance: InstanceDep, actor: ActorDep, asked: SpanDep, benchmark: BenchmarkQuery = None) -> Response:
    """List what waits for the owner's word, the longest first."""
    return Answer(queue.review_queue(instance, actor, benchmark, asked))


@router.post(
    "/submissions/{submission}/approve",
    operation_id="approve_submission",
    response_class=Answer,
    responses=answers(Decided, Decided(EXAMPLE_SUBMISSION, "queued")) | documented(401, 403, 404, 409),
)
def post_approve(submission: IdPath, instance: InstanceDep, actor: ActorDep) -> Response:
    """Let a submission go on: from review to the queue, or with its scores to the board."""
    return Answer(deciding.approve(instance, actor, submission))


@router.post(
    "/submissions/{submission}/refuse",
    operation_id="refuse_submission",
    response_class=Answer,
    responses=answers(Decided, _REFUSED) | documented(401, 403, 404, 409),
)
def post_refuse(submission: IdPath, said: Reasoned, instance: InstanceDep, actor: ActorDep) -> Response:
    """Refuse a submission that waits for review, approval or publication, with a public reason."""
    return Answer(deciding.refuse(instance, actor, submission, said.reason))


@router.post(
    "/submissions/{submission}/withdraw",
    operation_id="withdraw_submission",
    response_class=Answer,
    responses=answers(Standing, _WITHDRAWN) | documented(401, 403, 404, 409),
)
def post_withdraw(submission: IdPath, said: Reasoned, instance: InstanceDep, actor: ActorDep) -> Response:
    """Withdraw an own submission, wherever it is on its way; of others, owners withdraw what is on their board."""
    return Answer(withdrawing.withdraw_submission(instance, actor, submission, said.reason))


@router.post(
    "/entries/{vendor}/{config}/withdraw",
    operation_id="withdraw_entry",
    response_class=Answer,
    responses=answers(Standing, _WITHDRAWN) | documented(401, 403, 404, 409),
)
def post_withdraw_entry(
    vendor: VendorPath,
    config: ConfigPath,
    said: Reasoned,
    instance: InstanceDep,
    actor: ActorDep,
    benchmark: BenchmarkQuery = None,
) -> Response:
    """Take an entry off the board; what it reached stays in the record."""
    return Answer(withdrawing.withdraw_entry(instance, actor, benchmark, f"{vendor}/{config}", said.reason))


@router.post(
    "/entries/{vendor}/{config}/supersede",
    operation_id="supersede_entry",
    response_class=Answer,
    responses=answers(Standing, _SUPERSEDED) | documented(401, 403, 404, 409),
)
def post_supersede(
    vendor: VendorPath,
    config: ConfigPath,
    said: Supersession,
    instance: InstanceDep,
    actor: ActorDep,
    benchmark: BenchmarkQuery = None,
) -> Response:
    """Take an entry off the board because another takes its place."""
    return Answer(
        withdrawing.supersede_entry(instance, actor, benchmark, f"{vendor}/{config}", said.reason, said.successor)
    )


@router.post(
    "/entries/{vendor}/{config}/reinstate",
    operation_id="reinstate_entry",
    response_class=Answer,
    responses=answers(Standing, _REINSTATED) | documented(401, 403, 404, 409),
)
def post_reinstate(
    vendor: VendorPath,
    config: ConfigPath,
    said: Reasoned,
    instance: InstanceDep,
    actor: ActorDep,
    benchmark: BenchmarkQuery = None,
) -> Response:
    """Put back what the owner took off, for instance after an upheld appeal."""
    return Answer(withdrawing.reinstate_entry(instance, actor, benchmark, f"{vendor}/{config}", said.reason))


@router.post(
    "/entries/{vendor}/{config}/rerun",
    operation_id="rerun_entry",
    status_code=202,
    response_class=Answer,
    responses=answers(RerunView, _WAITS, status=202) | documented(401, 403, 404),
)
def post_rerun(
    vendor: VendorPath, config: ConfigPath, instance: InstanceDep, actor: ActorDep, benchmark: BenchmarkQuery = None
) -> Response:
    """Press the re-run button: the entry is graded again from what is published; who may is the owner's setting."""
    return Answer(rerunning.request_rerun(instance, actor, benchmark, f"{vendor}/{config}"), 202)


@router.get(
    "/reruns",
    operation_id="reruns",
    response_class=Answer,
    responses=answers(Page[RerunView], Page([_RERUN], None)) | documented(404),
)
def get_reruns(
    instance: InstanceDep, asked: SpanDep, benchmark: BenchmarkQuery = None, entry: EntryQuery = None
) -> Response:
    """List the re-runs of a board or of one entry, the latest first; anybody may read them."""
    return Answer(rerunning.reruns(instance, benchmark, entry, asked))


@router.get(
    "/reruns/{rerun}",
    operation_id="rerun",
    response_class=Answer,
    responses=answers(RerunView, _RERUN) | documented(404),
)
def get_rerun(rerun: IdPath, instance: InstanceDep) -> Response:
    """Return a re-run and what came of it; anybody may read it."""
    return Answer(rerunning.rerun(instance, rerun))


@router.get(
    "/errata",
    operation_id="errata",
    response_class=Answer,
    responses=answers(Page[ErratumView], Page([_ERRATUM], None)) | documented(404),
)
def get_errata(instance: InstanceDep, asked: SpanDep, benchmark: BenchmarkQuery = None) -> Response:
    """List the errata of a board, the latest first; anybody may read them."""
    return Answer(errata.errata(instance, benchmark, asked))


@router.post(
    "/errata",
    operation_id="announce_erratum",
    status_code=201,
    response_class=Answer,
    responses=answers(ErratumView, _ERRATUM, status=201) | documented(401, 403, 404, 409),
)
def post_erratum(new: Erratum, instance: InstanceDep, actor: ActorDep) -> Response:
    """Exclude or correct an item: all entries are scored again by the close that follows."""
    return Answer(errata.announce_erratum(instance, actor, NewErratum(**new.model_dump())), 201)


@router.post(
    "/benchmarks/{benchmark}/close",
    operation_id="close_board",
    status_code=202,
    response_class=Answer,
    responses=answers(Promised, _PROMISED, status=202) | documented(401, 403, 404),
)
def post_close(benchmark: BenchmarkPath, instance: InstanceDep, actor: ActorDep) -> Response:
    """Close a board at the owner's word: ranks, and everything held-out that is due, released as one batch."""
    return Answer(closing.ask_close(instance, actor, benchmark), 202)


@router.post(
    "/benchmarks/{benchmark}/draft",
    operation_id="draft_close",
    status_code=202,
    response_class=Answer,
    responses=answers(Promised, Promised(f"job-{EXAMPLE_DIGITS}", "draft", "langid"), status=202)
    | documented(401, 403, 404),
)
def post_draft(benchmark: BenchmarkPath, instance: InstanceDep, actor: ActorDep) -> Response:
    """Prepare a preview of the next close, which only the board's owners see."""
    return Answer(closing.ask_draft(instance, actor, benchmark), 202)
