"""Endpoints about appeals, which everybody reads, and about audits, which owners make."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from proofboard.api.answers import Answer, answers
from proofboard.api.dependencies import ActorDep, InstanceDep
from proofboard.api.people_parameters import EXAMPLE_DIGITS, EXAMPLE_INSTANT, Body, IdPath, SpanDep
from proofboard.api.problems import documented
from proofboard.api.review_parameters import (
    EXAMPLE_ENTRY,
    EXAMPLE_SUBMISSION,
    BenchmarkField,
    BenchmarkQuery,
    EntryQuery,
    ReasonField,
)
from proofboard.app.people.paging import Page
from proofboard.app.review import appeals, audits
from proofboard.app.review.appeals import AppealFilter, AppealMove, AppealView, NewAppeal
from proofboard.app.review.audits import LONGEST_FINDING, AuditView
from proofboard.app.review.reasons import LONGEST
from proofboard.schemas.states import AppealState, AuditState

router = APIRouter()

_APPEAL: Final = AppealView(
    id=f"app-{EXAMPLE_DIGITS}",
    benchmark="langid",
    entry=EXAMPLE_ENTRY,
    submission=None,
    organisation="acme",
    reason="The prompts hold no answers; the example in them is ours.",
    state="filed",
    decision=None,
    moves=[AppealMove("filed", EXAMPLE_INSTANT, None)],
    due_at="2026-12-05T12:00:00.000000Z",
    overdue=False,
    created_at=EXAMPLE_INSTANT,
)
_AUDIT: Final = AuditView(
    id=f"aud-{EXAMPLE_DIGITS}",
    benchmark="langid",
    submission=EXAMPLE_SUBMISSION,
    entry=EXAMPLE_ENTRY,
    because="chosen by chance",
    findings=["The answers were asked for again, and 50 of 51 are the same."],
    state="open",
    decision=None,
    created_at=EXAMPLE_INSTANT,
    decided_at=None,
)
_APPEAL_ANSWER: Final = answers(AppealView, _APPEAL) | documented(401, 403, 404, 409)
_AUDIT_ANSWER: Final = answers(AuditView, _AUDIT) | documented(401, 403, 404, 409)


class Appeal(Body):
    """An objection to a decision about a submission or an entry: exactly one of them is named."""

    reason: ReasonField
    benchmark: BenchmarkField = None
    submission: Annotated[str | None, Field(max_length=40, description="One of your own.")] = None
    entry: Annotated[str | None, Field(max_length=129, examples=[EXAMPLE_ENTRY])] = None


class Note(Body):
    """What is said beside a step, for everybody to read."""

    note: Annotated[str | None, Field(min_length=1, max_length=LONGEST, examples=["We look at it this week."])] = None


def _said(said: Note | None = None) -> Note:
    """Take a step without a word, and even without a body, as one that says nothing."""
    return said or Note()


SaidDep = Annotated[Note, Depends(_said)]


class AppealDecision(Body):
    """How an appeal ends, and why."""

    outcome: Literal["upheld", "rejected"]
    reason: ReasonField


class NewAudit(Body):
    """What is looked at, and why."""

    submission: Annotated[str, Field(max_length=40, examples=[EXAMPLE_SUBMISSION])]
    because: ReasonField


class Finding(Body):
    """Something that an audit found."""

    finding: Annotated[
        str, Field(min_length=1, max_length=LONGEST_FINDING, examples=["50 of 51 answers are the same."])
    ]


class AuditDecision(Body):
    """How an audit ends, and why."""

    state: Literal["cleared", "confirmed"]
    reason: ReasonField


@router.get(
    "/appeals",
    operation_id="appeals",
    response_class=Answer,
    responses=answers(Page[AppealView], Page([_APPEAL], None)) | documented(404),
)
def get_appeals(
    instance: InstanceDep,
    asked: SpanDep,
    benchmark: BenchmarkQuery = None,
    entry: EntryQuery = None,
    state: AppealState | None = None,
    *,
    overdue: bool = False,
) -> Response:
    """List appeals, the latest first; anybody may read them."""
    wanted = AppealFilter(benchmark=benchmark, entry=entry, state=state, overdue=overdue)
    return Answer(appeals.appeals(instance, wanted, asked))


@router.post(
    "/appeals",
    operation_id="file_appeal",
    status_code=201,
    response_class=Answer,
    responses=answers(AppealView, _APPEAL, status=201) | documented(401, 403, 404),
)
def post_appeal(new: Appeal, instance: InstanceDep, actor: ActorDep) -> Response:
    """File an appeal; it is public, and its reason is kept in the log."""
    return Answer(appeals.file_appeal(instance, actor, NewAppeal(**new.model_dump())), 201)


@router.get(
    "/appeals/{appeal}",
    operation_id="appeal",
    response_class=Answer,
    responses=answers(AppealView, _APPEAL) | documented(404),
)
def get_appeal(appeal: IdPath, instance: InstanceDep) -> Response:
    """Return one appeal with its steps; anybody may read it."""
    return Answer(appeals.appeal(instance, appeal))


@router.post(
    "/appeals/{appeal}/acknowledge", operation_id="acknowledge_appeal", response_class=Answer, responses=_APPEAL_ANSWER
)
def post_acknowledge(appeal: IdPath, said: SaidDep, instance: InstanceDep, actor: ActorDep) -> Response:
    """Say that an appeal was read."""
    return Answer(appeals.acknowledge(instance, actor, appeal, said.note))


@router.post("/appeals/{appeal}/review", operation_id="review_appeal", response_class=Answer, responses=_APPEAL_ANSWER)
def post_review(appeal: IdPath, said: SaidDep, instance: InstanceDep, actor: ActorDep) -> Response:
    """Begin to review an appeal, or take the review over; refused for anybody with a conflict."""
    return Answer(appeals.take_up(instance, actor, appeal, said.note))


@router.post("/appeals/{appeal}/decide", operation_id="decide_appeal", response_class=Answer, responses=_APPEAL_ANSWER)
def post_decide(appeal: IdPath, said: AppealDecision, instance: InstanceDep, actor: ActorDep) -> Response:
    """End an appeal; only its reviewer may."""
    return Answer(appeals.decide(instance, actor, appeal, said.outcome, said.reason))


@router.post(
    "/appeals/{appeal}/retract", operation_id="retract_appeal", response_class=Answer, responses=_APPEAL_ANSWER
)
def post_retract(appeal: IdPath, said: SaidDep, instance: InstanceDep, actor: ActorDep) -> Response:
    """Take an own appeal back."""
    return Answer(appeals.retract(instance, actor, appeal, said.note))


@router.get(
    "/audits",
    operation_id="audits",
    response_class=Answer,
    responses=answers(Page[AuditView], Page([_AUDIT], None)) | documented(401, 403, 404),
)
def get_audits(
    instance: InstanceDep,
    actor: ActorDep,
    asked: SpanDep,
    benchmark: BenchmarkQuery = None,
    state: AuditState | None = None,
) -> Response:
    """List audits: all for the board's owners, the ended ones of their own submissions for members."""
    return Answer(audits.audits(instance, actor, benchmark, state, asked))


@router.post(
    "/audits",
    operation_id="open_audit",
    status_code=201,
    response_class=Answer,
    responses=answers(AuditView, _AUDIT, status=201) | documented(401, 403, 404),
)
def post_audit(new: NewAudit, instance: InstanceDep, actor: ActorDep) -> Response:
    """Open an audit of a submission."""
    return Answer(audits.open_audit(instance, actor, new.submission, new.because), 201)


@router.get(
    "/audits/{audit}",
    operation_id="audit",
    response_class=Answer,
    responses=answers(AuditView, _AUDIT) | documented(401, 403, 404),
)
def get_audit(audit: IdPath, instance: InstanceDep, actor: ActorDep) -> Response:
    """Return one audit to whom it is listed."""
    return Answer(audits.audit(instance, actor, audit))


@router.post("/audits/{audit}/findings", operation_id="add_finding", response_class=Answer, responses=_AUDIT_ANSWER)
def post_finding(audit: IdPath, said: Finding, instance: InstanceDep, actor: ActorDep) -> Response:
    """Write down something that an audit found."""
    return Answer(audits.add_finding(instance, actor, audit, said.finding))


@router.post("/audits/{audit}/decide", operation_id="decide_audit", response_class=Answer, responses=_AUDIT_ANSWER)
def post_audit_decision(audit: IdPath, said: AuditDecision, instance: InstanceDep, actor: ActorDep) -> Response:
    """End an audit; what follows of a confirmed one is an act of its own."""
    return Answer(audits.decide_audit(instance, actor, audit, said.state, said.reason))
