"""Endpoints about benchmarks: what a server has, and what its owners change."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi import Path as InPath
from starlette.concurrency import run_in_threadpool

from proofboard.api.answers import Answer, answers, described
from proofboard.api.dependencies import ActorDep, HeadsDep, InstanceDep
from proofboard.api.problems import documented
from proofboard.app.board.boards import BestEntry, BoardSummary, ListedBenchmark, listed_benchmarks
from proofboard.app.service import benchmarks
from proofboard.app.service.benchmarks import BenchmarkSummary, BenchmarkView, Rules
from proofboard.schemas.reading import parse_document
from proofboard.schemas.service import BenchmarkSettings

router = APIRouter(tags=["benchmarks"])

LARGEST_SETTINGS_BYTES: Final = 65_536
BenchmarkId = Annotated[str, InPath(max_length=64, examples=["langid"])]

_AT: Final = "2026-11-21T12:00:00.000000Z"
_SUMMARY: Final = BenchmarkSummary(
    id="langid",
    title="Which language is this?",
    organisation="host",
    publication="sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    published_at=_AT,
    stale=False,
    close_failed=None,
    retired=False,
    created_at=_AT,
    updated_at=_AT,
)
_LISTED: Final = ListedBenchmark(
    **msgspec.structs.asdict(_SUMMARY),
    board=BoardSummary("Short texts in twelve languages.", 14, "held_out desc", BestEntry("acme/quick", 0.82)),
)
_RULES: Final = Rules(
    **{name: getattr(BenchmarkSettings(contact="board@acme.example"), name) for name in Rules.__struct_fields__}
)
_VIEW: Final = BenchmarkView(**msgspec.structs.asdict(_SUMMARY), rules=_RULES)


class BenchmarkList(msgspec.Struct, frozen=True):
    """All benchmarks of a server."""

    items: list[ListedBenchmark]
    next: str | None = None
    """Always null: they all fit on one page."""


class CloseFailure(msgspec.Struct, frozen=True):
    """Why a board cannot be closed."""

    reason: str | None


_ARCHIVE: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "A benchmark directory, packed as zip or tar.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_SETTINGS: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": described(BenchmarkSettings),
                "example": msgspec.to_builtins(BenchmarkSettings()),
            }
        },
    }
}


@router.get(
    "/benchmarks",
    operation_id="list_benchmarks",
    response_class=Answer,
    responses=answers(BenchmarkList, BenchmarkList([_LISTED])),
)
def get_benchmarks(heads: HeadsDep) -> Response:
    """List the benchmarks of this server, each with what its board shows."""
    return Answer(BenchmarkList(listed_benchmarks(heads)))


@router.post(
    "/benchmarks",
    operation_id="add_benchmark",
    status_code=201,
    response_class=Answer,
    responses=answers(BenchmarkSummary, _SUMMARY, status=201) | documented(401, 403, 409, 413),
    openapi_extra=_ARCHIVE,
)
async def post_benchmark(request: Request, instance: InstanceDep, actor: ActorDep) -> Response:
    """Take a packed benchmark directory in; its board is published within moments.

    The board is built once before the answer, so that every fault of the directory is in it.
    """
    benchmarks.refuse_stranger(instance, actor)
    async with _received(request) as archive:
        return Answer(await run_in_threadpool(benchmarks.add_benchmark, instance, actor, archive), 201)


@router.get(
    "/benchmarks/{benchmark}",
    operation_id="benchmark",
    response_class=Answer,
    responses=answers(BenchmarkView, _VIEW) | documented(404),
)
def get_benchmark(benchmark: BenchmarkId, instance: InstanceDep) -> Response:
    """Say of one benchmark what everybody may know: its limits, and how to reach its owner."""
    return Answer(benchmarks.benchmark_view(instance, benchmark))


@router.get(
    "/benchmarks/{benchmark}/close-failure",
    operation_id="close_failure",
    response_class=Answer,
    responses=answers(CloseFailure, CloseFailure("items.jsonl: line 3: is not in the protocol"))
    | documented(401, 403, 404),
)
def get_close_failure(benchmark: BenchmarkId, instance: InstanceDep, actor: ActorDep) -> Response:
    """Say why the latest close failed, for those who run the board; null where none failed since."""
    return Answer(CloseFailure(benchmarks.why_close_failed(instance, actor, benchmark)))


@router.put(
    "/benchmarks/{benchmark}/archive",
    operation_id="change_benchmark",
    status_code=204,
    responses=documented(401, 403, 404, 413),
    openapi_extra=_ARCHIVE,
)
async def put_archive(benchmark: BenchmarkId, request: Request, instance: InstanceDep, actor: ActorDep) -> Response:
    """Give a benchmark another directory of the same id; entries are graded again at the close that follows."""
    await run_in_threadpool(benchmarks.refuse_stranger, instance, actor, benchmark)
    async with _received(request) as archive:
        await run_in_threadpool(benchmarks.update_benchmark, instance, actor, benchmark, archive)
    return Response(status_code=204)


@router.get(
    "/benchmarks/{benchmark}/settings",
    operation_id="settings",
    response_class=Answer,
    responses=answers(BenchmarkSettings, BenchmarkSettings()) | documented(401, 403, 404),
)
def get_settings(benchmark: BenchmarkId, instance: InstanceDep, actor: ActorDep) -> Response:
    """Return the limits, review, schedules and spend of a benchmark, for those who run it."""
    return Answer(benchmarks.read_settings_of(instance, actor, benchmark))


@router.put(
    "/benchmarks/{benchmark}/settings",
    operation_id="change_settings",
    response_class=Answer,
    responses=answers(BenchmarkSettings, BenchmarkSettings()) | documented(401, 403, 404),
    openapi_extra=_SETTINGS,
)
async def put_settings(benchmark: BenchmarkId, request: Request, instance: InstanceDep, actor: ActorDep) -> Response:
    """Replace the settings of a benchmark; what is left out has its default."""
    raw = (await request.body())[: LARGEST_SETTINGS_BYTES + 1]
    settings = parse_document(raw, BenchmarkSettings, "body")
    return Answer(await run_in_threadpool(benchmarks.change_settings, instance, actor, benchmark, settings))


@router.post(
    "/benchmarks/{benchmark}/retire",
    operation_id="retire_benchmark",
    status_code=204,
    responses=documented(401, 403, 404),
)
def post_retire(benchmark: BenchmarkId, instance: InstanceDep, actor: ActorDep) -> Response:
    """Take no more submissions; the board stays."""
    benchmarks.retire_benchmark(instance, actor, benchmark)
    return Response(status_code=204)


@asynccontextmanager
async def _received(request: Request) -> AsyncIterator[Path]:
    """Write the body of a request to a file as it comes in."""
    with tempfile.TemporaryDirectory(prefix="proofboard-upload-") as folder:
        place = Path(folder) / "benchmark"
        with place.open("wb") as stream:
            async for chunk in request.stream():
                stream.write(chunk)
        yield place
