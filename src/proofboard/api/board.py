"""Endpoints about what is published: the board by question, entries, models, problems, comparisons."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from proofboard.api.answers import Answer, answers
from proofboard.api.board_parameters import leaderboard_parameters, read_question
from proofboard.api.dependencies import HeadsDep
from proofboard.api.examples import example
from proofboard.api.headers import Scope
from proofboard.api.people_parameters import SpanDep
from proofboard.api.problems import documented
from proofboard.app.board.comparison import Comparing, compare
from proofboard.app.board.entries import EntryView, entry
from proofboard.app.board.heads import Heads
from proofboard.app.board.histories import HistoryLine, model_history
from proofboard.app.board.leaderboard import BoardPage, is_at_hand, leaderboard
from proofboard.app.board.problems import ProblemRankings, problem_rankings
from proofboard.app.people.paging import Page
from proofboard.errors import ProofboardError
from proofboard.publish.views.paired import ComparedEntries

router = APIRouter(tags=["board"])

BenchmarkQuery = Annotated[
    str | None,
    Query(max_length=64, description="Which board; may be left out where the server has one.", examples=["langid"]),
]
PublicationQuery = Annotated[
    str | None,
    Query(pattern=r"^(sha256:)?[0-9a-f]{64}$", description="An earlier publication by its digest."),
]
Term = Annotated[str, Field(max_length=500)]


@router.get(
    "/leaderboard",
    operation_id="leaderboard",
    summary="The board, filtered, ranked and paged",
    openapi_extra={"parameters": leaderboard_parameters()},
    responses={**answers(BoardPage, example("leaderboard")), **documented(404)},
)
async def get_leaderboard(request: Request) -> Answer:
    """Answer rows as they were published, with their rank by what was asked for."""
    heads: Heads = request.app.state.heads
    question = read_question(request.scope["query_string"])
    if is_at_hand(heads, question):
        # Going to a thread and back, while other threads want to run, takes longer than the answer.
        return Answer(leaderboard(heads, question))
    return Answer(await run_in_threadpool(leaderboard, heads, question))


def leaderboard_at_once(heads: Heads, prefix: str) -> Callable[[Scope], bytes | None]:
    """Answer the same questions before the framework sees them, which takes twice as long as the answer.

    What is not in memory, and every question with a fault, is left to the endpoint above.
    """
    paths, route = {"/leaderboard", f"{prefix}/leaderboard"}, router.routes[0]

    def answer(scope: Scope) -> bytes | None:
        if scope["path"] not in paths or scope["method"] != "GET":
            return None
        try:
            question = read_question(scope["query_string"])
            raw = leaderboard(heads, question) if is_at_hand(heads, question) else None
        except (ProofboardError, RequestValidationError):
            return None
        scope["route"] = route
        return raw

    return answer


@router.get(
    "/models/{name:path}/history",
    operation_id="model_history",
    summary="What the board said of a model over time",
    responses={**answers(Page[HistoryLine], example("model_history")), **documented(404)},
)
def get_model_history(
    heads: HeadsDep,
    name: Annotated[str, Path(max_length=500, description="As configurations name it.", examples=["open/bolt-1.5"])],
    span: SpanDep,
    benchmark: BenchmarkQuery = None,
    problem_id: Annotated[str | None, Query(max_length=64, description="A public problem.")] = None,
) -> Answer:
    """List the scores of every publication, the oldest first."""
    return Answer(model_history(heads, benchmark, name, problem_id, span))


@router.get(
    "/problems/{problem_id}/rankings",
    operation_id="problem_rankings",
    summary="The entries on one public problem",
    responses={**answers(ProblemRankings, example("problem_rankings")), **documented(404)},
)
def get_problem_rankings(
    heads: HeadsDep,
    problem_id: Annotated[str, Path(max_length=64, examples=["q1"])],
    span: SpanDep,
    benchmark: BenchmarkQuery = None,
) -> Answer:
    """Rank the entries on a public problem; every other id is unknown here."""
    return Answer(problem_rankings(heads, benchmark, problem_id, span))


@router.get(
    "/entries/{vendor}/{config}",
    operation_id="entry",
    summary="One entry of the board",
    responses={**answers(EntryView, example("entry")), **documented(404, 410)},
)
def get_entry(
    heads: HeadsDep,
    vendor: Annotated[str, Path(max_length=64, examples=["acme"])],
    config: Annotated[str, Path(max_length=64, examples=["best"])],
    benchmark: BenchmarkQuery = None,
) -> Answer:
    """Answer an entry's row, its own document, and its appeals; a withdrawn one is gone, with the public reason."""
    return Answer(entry(heads, benchmark, f"{vendor}/{config}"))


def asked_comparison(
    entries: Annotated[
        list[Term],
        Query(
            alias="entry",
            min_length=2,
            max_length=4,
            description="Two to four entries.",
            examples=[["acme/best", "acme/base"]],
        ),
    ],
    slices: Annotated[list[Term] | None, Query(alias="slice", max_length=20, description="`facet=value`.")] = None,
    metrics: Annotated[list[Term] | None, Query(alias="metric", max_length=10)] = None,
    delta: Annotated[
        str, Query(max_length=41, pattern=r"^[0-9.]+$", description="The difference that power is about.")
    ] = "0.03",
    benchmark: BenchmarkQuery = None,
    publication: PublicationQuery = None,
) -> Comparing:
    """Turn the parameters of a request into what is compared."""
    return Comparing(
        benchmark=benchmark,
        publication=publication,
        entries=tuple(entries),
        slices=tuple(slices or ()),
        metrics=tuple(metrics or ()),
        delta=delta,
    )


@router.get(
    "/compare",
    operation_id="compare",
    summary="Entries compared item by item",
    responses={**answers(ComparedEntries, example("compare")), **documented(404)},
)
def get_comparison(heads: HeadsDep, asked: Annotated[Comparing, Depends(asked_comparison)]) -> Answer:
    """Compare every pair of two to four entries on public items."""
    return Answer(compare(heads, asked))
