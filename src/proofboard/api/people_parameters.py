"""What the endpoints about people share: parameters of paths and queries, and closed bodies."""

from typing import Annotated, Final, Literal

from fastapi import Depends, Path, Query
from pydantic import BaseModel, ConfigDict

from proofboard.app.people.paging import DEFAULT, LARGEST, Span

RoleName = Literal["owner", "maintainer", "submitter"]
OrganisationPath = Annotated[str, Path(max_length=64, description="Its name in addresses.", examples=["acme"])]
IdPath = Annotated[str, Path(max_length=40, description="Its id, as lists show it.")]
OrganisationQuery = Annotated[
    str | None, Query(max_length=64, description="An organisation by name; without it, your own.", examples=["acme"])
]
LimitQuery = Annotated[int, Query(ge=1, le=LARGEST, description="How many at most.")]
CursorQuery = Annotated[str | None, Query(max_length=200, description="`next` of an earlier page.")]

EXAMPLE_INSTANT: Final = "2026-11-21T12:00:00.000000Z"
EXAMPLE_DIGITS: Final = "01a1febe220eacfd5f46de8abd5510e2"


class Body(BaseModel):
    """A body without any field that is not documented, and without numbers written as text."""

    model_config = ConfigDict(strict=True, extra="forbid")


def span(limit: LimitQuery = DEFAULT, cursor: CursorQuery = None) -> Span:
    """Return which page is asked for."""
    return Span(limit, cursor)


SpanDep = Annotated[Span, Depends(span)]
