"""Endpoints that tell what a board showed and what changed on it, and its entries on other people's pages."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response

from proofboard.api.answers import Answer, answers
from proofboard.api.board import BenchmarkQuery
from proofboard.api.dependencies import HeadsDep
from proofboard.api.people_parameters import EXAMPLE_INSTANT, SpanDep
from proofboard.api.problems import documented
from proofboard.app.board import badges, changes, past
from proofboard.app.board.changes import Change
from proofboard.app.board.past import PastPublication
from proofboard.app.people.paging import Page

router = APIRouter(tags=["board"])

_DIGITS: Final = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
_PUBLISHED: Final = PastPublication(f"sha256:{_DIGITS}", "close", EXAMPLE_INSTANT, f"/publications/{_DIGITS}/")
_CHANGE: Final = Change(
    number=12,
    kind="withdrawn",
    at=EXAMPLE_INSTANT,
    entry="acme/quick",
    successor=None,
    submission=None,
    publication=None,
    appeal=None,
    outcome=None,
    organisation=None,
    reason="Its prompts held answers of the public set.",
)
_FEED: Final = '<feed xmlns="http://www.w3.org/2005/Atom">…</feed>'
_PICTURE: Final = '<svg xmlns="http://www.w3.org/2000/svg">…</svg>'
_FOR_OTHERS: Final = {"cross-origin-resource-policy": "cross-origin", "cache-control": "public, max-age=300"}
"""Of what stands on pages of other origins."""

EntryQuery = Annotated[
    str, Query(max_length=129, pattern=r"^[^/]+/[^/]+$", description="Its name.", examples=["acme/quick"])
]


def _text(kind: str, said: str, example: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": said, "content": {kind: {"schema": {"type": "string"}, "example": example}}}}


@router.get(
    "/publications",
    operation_id="publications",
    response_class=Answer,
    responses=answers(Page[PastPublication], Page([_PUBLISHED], None)) | documented(404),
)
def get_publications(heads: HeadsDep, asked: SpanDep, benchmark: BenchmarkQuery = None) -> Response:
    """List the publications of a board, the latest first: each stays at its address."""
    return Answer(past.publications(heads, benchmark, asked))


@router.get(
    "/changes",
    operation_id="changes",
    response_class=Answer,
    responses=answers(Page[Change], Page([_CHANGE], None)) | documented(404),
)
def get_changes(heads: HeadsDep, asked: SpanDep, benchmark: BenchmarkQuery = None) -> Response:
    """List what changed on a board, the latest first, as its published log says."""
    return Answer(changes.changes(heads, benchmark, asked))


@router.get(
    "/changes.atom",
    operation_id="change_feed",
    response_class=Response,
    responses=_text(changes.ATOM, "An Atom feed.", _FEED) | documented(404),
)
def get_change_feed(heads: HeadsDep, benchmark: BenchmarkQuery = None) -> Response:
    """Tell feed readers the latest changes of a board."""
    return Response(changes.change_feed(heads, benchmark), media_type=changes.ATOM, headers=_FOR_OTHERS)


@router.get(
    "/badge.svg",
    operation_id="badge",
    response_class=Response,
    responses=_text(badges.SVG, "A picture, 20 pixels high.", _PICTURE) | documented(404, 410),
)
def get_badge(heads: HeadsDep, entry: EntryQuery, benchmark: BenchmarkQuery = None) -> Response:
    """Draw the badge of an entry for a page anywhere: its rank, its score, and how that is known."""
    return Response(badges.badge(heads, benchmark, entry), media_type=badges.SVG, headers=_FOR_OTHERS)
