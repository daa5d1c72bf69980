"""The parameters of the board: read by one pass of pydantic, because no address is asked more often."""

from functools import lru_cache
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from proofboard.app.board.questions import BoardQuestion
from proofboard.errors import fault

WEIGHT: Final = "weight."
MOST_PARAMETERS: Final = 200

Day = Annotated[str | None, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", examples=["2026-06-18"])]
Word = Annotated[str | None, Field(max_length=200)]
Digest = Annotated[str | None, Field(pattern=r"^(sha256:)?[0-9a-f]{64}$")]


class LeaderboardQuery(BaseModel):
    """Which rows of a board, scored on what, in which order."""

    # Values of a query are text, so that numbers are read out of text here.
    model_config = ConfigDict(extra="forbid")

    benchmark: Annotated[Word, Field(description="Which board; may be left out where the server has one.")] = None
    publication: Annotated[Digest, Field(description="An earlier publication by its digest.")] = None
    category: Annotated[Word, Field(description="Scores and ranks on the items of this category.")] = None
    language: Annotated[Word, Field(description="Scores and ranks on the items of this language.")] = None
    vendor: Annotated[Word, Field(description="Configurations of one vendor.", examples=["acme"])] = None
    kind: Annotated[Word, Field(description="Configurations of one kind.", examples=["community"])] = None
    subgroup: Annotated[Word, Field(description="`facet=value`: configurations made for it.")] = None
    date_from: Annotated[Day, Field(description="Recorded on this day or later.")] = None
    date_to: Annotated[Day, Field(description="Recorded on this day or earlier.")] = None
    protocol: Annotated[Word, Field(description="A protocol version; without it, the current one.")] = None
    track: Annotated[Word, Field(description="Entries of one track.")] = None
    weights: Annotated[
        str | None,
        Field(
            max_length=5000,
            description="Rank by a weighted mean, `metric:3,other:0.5`; or `weight.METRIC=3` once for each metric.",
            examples=["correct:3"],
        ),
    ] = None
    sort: Annotated[
        Word,
        Field(description="A column of numbers, with `-` for the largest first.", examples=["-public.score"]),
    ] = None
    limit: Annotated[int, Field(ge=1, le=1000, description="How many rows at most.")] = 100
    cursor: Annotated[str | None, Field(max_length=1000, description="`next` of an earlier page.")] = None


def leaderboard_parameters() -> list[dict[str, Any]]:
    """Describe the parameters for OpenAPI."""
    properties: dict[str, Any] = LeaderboardQuery.model_json_schema()["properties"]
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": own["description"],
            "schema": {key: value for key, value in own.items() if key not in {"description", "title", "default"}},
        }
        for name, own in properties.items()
    ]


@lru_cache(maxsize=1024)
def read_question(query: bytes) -> BoardQuestion:
    """Read the query of a request; raises RequestValidationError or InputError with every fault."""
    try:
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise fault("query", f"has more than {MOST_PARAMETERS} parameters") from None
    weights = [f"{name.removeprefix(WEIGHT)}={value}" for name, value in pairs if name.startswith(WEIGHT)]
    try:
        asked = LeaderboardQuery.model_validate({name: value for name, value in pairs if not name.startswith(WEIGHT)})
    except ValidationError as error:
        raise RequestValidationError([{**own, "loc": ("query", *own["loc"])} for own in error.errors()]) from None
    listed = ["=".join(term.rsplit(":", 1)) for term in (asked.weights or "").split(",") if term]
    fields = asked.model_dump(exclude={"weights"})
    return BoardQuestion(**fields, weights=(*listed, *weights))
