"""What the endpoints of review and upkeep share: parameters, bodies, and the values of their examples."""

from typing import Annotated, Final

from fastapi import Path, Query
from pydantic import Field

from proofboard.api.people_parameters import EXAMPLE_DIGITS, Body
from proofboard.app.review.reasons import LONGEST

BenchmarkQuery = Annotated[
    str | None,
    Query(max_length=64, description="A benchmark by id; without it, the only one of the server.", examples=["langid"]),
]
EntryQuery = Annotated[str | None, Query(max_length=129, description="Only of this entry.", examples=["acme/quick"])]
BenchmarkPath = Annotated[str, Path(max_length=64, examples=["langid"])]
VendorPath = Annotated[str, Path(max_length=64, description="The first part of an entry's name.", examples=["acme"])]
ConfigPath = Annotated[str, Path(max_length=64, description="The second part.", examples=["quick"])]
BenchmarkField = Annotated[
    str | None, Field(max_length=64, description="Without it, the only benchmark of the server.", examples=["langid"])
]
ReasonField = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST,
        description="One line that everybody may read, and that the log keeps for ever.",
        examples=["Its prompts held answers of the public set."],
    ),
]


class Reasoned(Body):
    """A decision, and why."""

    reason: ReasonField


EXAMPLE_SUBMISSION: Final = f"sub-{EXAMPLE_DIGITS}"
EXAMPLE_BUNDLE: Final = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
EXAMPLE_ENTRY: Final = "acme/quick"
EXAMPLE_REASON: Final = "Its prompts held answers of the public set."
