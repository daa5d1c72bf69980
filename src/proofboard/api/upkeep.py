"""Endpoints of what comes back by the clock: schedules and what they spend, and how long files are kept."""

from typing import Annotated, Any, Final, Literal

import msgspec
from fastapi import APIRouter, Response
from pydantic import Field

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
    BenchmarkQuery,
    ConfigPath,
    Reasoned,
    ReasonField,
    VendorPath,
)
from proofboard.app.people.paging import Page
from proofboard.app.upkeep import purging, retention, schedules, spending
from proofboard.app.upkeep.purging import Purged
from proofboard.app.upkeep.retention import Due, KeptView
from proofboard.app.upkeep.schedules import NewSchedule, ScheduleChange, ScheduleView
from proofboard.app.upkeep.spending import SpendSummary, SpendView

router = APIRouter(tags=["upkeep"])

_OPTIONS: Final = {"models": ["openai:gpt-4.1-mini"], "trials": 1}
_SCHEDULE: Final = ScheduleView(
    id=f"sch-{EXAMPLE_DIGITS}",
    benchmark="langid",
    name="every morning",
    kind="live",
    cron="0 5 * * *",
    options=_OPTIONS,
    enabled=True,
    next_at=["2026-11-22T05:00:00.000000Z"],
    last_at=None,
    last_outcome=None,
)
_SPEND: Final = SpendView(f"sch-{EXAMPLE_DIGITS}", EXAMPLE_ENTRY, "2026-11-21", 0.42, EXAMPLE_INSTANT)
_MONTH: Final = SpendSummary("2026-11", 3.5, 100.0, 5.0)
_DUE: Final = Due("langid", "upload", 12, 48_213_992, "2025-11-20T09:00:00.000000Z")
_KEPT: Final = KeptView(EXAMPLE_SUBMISSION, EXAMPLE_BUNDLE, "q1/log", "Evidence in an appeal.")
_PURGED: Final = Purged(EXAMPLE_ENTRY, EXAMPLE_BUNDLE, 3, EXAMPLE_REASON)

CronField = Annotated[
    str, Field(max_length=200, description="Minute, hour, day, month, weekday, in UTC.", examples=["0 5 * * *"])
]
OptionsField = Annotated[
    dict[str, Any], Field(default_factory=dict, max_length=20, description="Of `live`: what is asked.")
]


class Schedule(Body):
    """Work that comes back."""

    name: Annotated[str, Field(min_length=1, max_length=64, examples=["every morning"])]
    kind: Literal["live", "close", "audit"]
    cron: CronField = "0 5 * * *"
    benchmark: BenchmarkField = None
    options: OptionsField
    enabled: bool = True


class Change(Body):
    """What changes of a schedule; what is left out stays."""

    cron: CronField | None = None
    options: Annotated[dict[str, Any] | None, Field(max_length=20)] = None
    enabled: bool | None = None


class Keeping(Body):
    """A file of a submission that must not go, and why."""

    submission: Annotated[str, Field(max_length=40, examples=[EXAMPLE_SUBMISSION])]
    digest: Annotated[str, Field(max_length=71, examples=[EXAMPLE_BUNDLE])]
    reason: ReasonField


class DueList(msgspec.Struct, frozen=True):
    """What retention would let go now."""

    items: list[Due]
    next: str | None = None
    """Always null: there is a line for each benchmark and kind of file."""


class KeptList(msgspec.Struct, frozen=True):
    """Files that are kept."""

    items: list[KeptView]
    next: str | None = None
    """Always null."""


@router.get(
    "/schedules",
    operation_id="schedules",
    response_class=Answer,
    responses=answers(Page[ScheduleView], Page([_SCHEDULE], None)) | documented(401, 403, 404),
)
def get_schedules(instance: InstanceDep, actor: ActorDep, asked: SpanDep, benchmark: BenchmarkQuery = None) -> Response:
    """List the schedules of a benchmark, and for the host those of the instance."""
    return Answer(schedules.schedules(instance, actor, benchmark, asked))


@router.post(
    "/schedules",
    operation_id="add_schedule",
    status_code=201,
    response_class=Answer,
    responses=answers(ScheduleView, _SCHEDULE, status=201) | documented(401, 403, 404, 409),
)
def post_schedule(new: Schedule, instance: InstanceDep, actor: ActorDep) -> Response:
    """Add a schedule to a benchmark."""
    return Answer(schedules.add_schedule(instance, actor, NewSchedule(**new.model_dump())), 201)


@router.post(
    "/schedules/preview",
    operation_id="preview_schedule",
    response_class=Answer,
    responses=answers(ScheduleView, _SCHEDULE) | documented(401, 403, 404),
)
def post_preview(new: Schedule, instance: InstanceDep, actor: ActorDep) -> Response:
    """Say when a schedule would come, and change nothing."""
    return Answer(schedules.preview(instance, actor, NewSchedule(**new.model_dump())))


@router.patch(
    "/schedules/{schedule}",
    operation_id="change_schedule",
    response_class=Answer,
    responses=answers(ScheduleView, _SCHEDULE) | documented(401, 403, 404),
)
def patch_schedule(schedule: IdPath, change: Change, instance: InstanceDep, actor: ActorDep) -> Response:
    """Change a schedule, or switch it off or on."""
    return Answer(schedules.change_schedule(instance, actor, schedule, ScheduleChange(**change.model_dump())))


@router.get(
    "/spend",
    operation_id="spend",
    response_class=Answer,
    responses=answers(Page[SpendView], Page([_SPEND], None)) | documented(401, 403, 404),
)
def get_spend(instance: InstanceDep, actor: ActorDep, asked: SpanDep, benchmark: BenchmarkQuery = None) -> Response:
    """List what continuous evaluation cost, the latest first."""
    return Answer(spending.spend(instance, actor, benchmark, asked))


@router.get(
    "/spend/month",
    operation_id="spend_of_the_month",
    response_class=Answer,
    responses=answers(SpendSummary, _MONTH) | documented(401, 403, 404),
)
def get_month(instance: InstanceDep, actor: ActorDep, benchmark: BenchmarkQuery = None) -> Response:
    """Say what this month cost so far, and what it may cost."""
    return Answer(spending.spent_this_month(instance, actor, benchmark))


@router.get(
    "/retention",
    operation_id="retention",
    response_class=Answer,
    responses=answers(DueList, DueList([_DUE])) | documented(401, 403),
)
def get_retention(instance: InstanceDep, actor: ActorDep) -> Response:
    """Say what retention would let go now; for the host."""
    return Answer(DueList(retention.plan_for(instance, actor)))


@router.post(
    "/retention/keep",
    operation_id="keep_file",
    response_class=Answer,
    responses=answers(KeptList, KeptList([_KEPT])) | documented(401, 403, 404),
)
def post_keep(kept: Keeping, instance: InstanceDep, actor: ActorDep) -> Response:
    """Keep a log or an artifact of a submission for ever, with a reason."""
    return Answer(KeptList(retention.keep_file(instance, actor, kept.submission, kept.digest, kept.reason)))


@router.post(
    "/entries/{vendor}/{config}/purge",
    operation_id="purge_entry",
    response_class=Answer,
    responses=answers(Purged, _PURGED) | documented(401, 403, 404, 409),
)
def post_purge(
    vendor: VendorPath,
    config: ConfigPath,
    said: Reasoned,
    instance: InstanceDep,
    actor: ActorDep,
    benchmark: BenchmarkQuery = None,
) -> Response:
    """Remove the published answers of an entry, on record: nobody can recompute it afterwards."""
    return Answer(purging.purge_bundle(instance, actor, benchmark, f"{vendor}/{config}", said.reason))
