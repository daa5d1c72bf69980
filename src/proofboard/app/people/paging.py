"""Long lists in pages: a cursor is the place where the last page ended: an id, name or number."""

import base64
import binascii
import re
from collections.abc import Sequence
from typing import Final, Generic, TypeVar

import msgspec

from proofboard.errors import fault
from proofboard.schemas.base import PATH_ID_PATTERN

T = TypeVar("T")

LARGEST: Final = 1000
DEFAULT: Final = 100
BAD_CURSOR: Final = "is no cursor of this list; take `next` of an earlier page, or leave it out"


class Page(msgspec.Struct, Generic[T], frozen=True):
    """A part of a list."""

    items: Sequence[T]
    next: str | None
    """The cursor of the next page; None where this is the last."""


class Span(msgspec.Struct, frozen=True):
    """Which page is asked for."""

    limit: int = DEFAULT
    cursor: str | None = None

    @property
    def after(self) -> str | None:
        """Return the place where the last page ended; raises InputError."""
        if self.cursor is None:
            return None
        try:
            place = base64.urlsafe_b64decode(self.cursor.encode()).decode()
        except (binascii.Error, UnicodeError, ValueError):
            place = ""
        if not re.match(PATH_ID_PATTERN, place):
            raise fault("query.cursor", BAD_CURSOR)
        return place


FIRST: Final = Span()


def page(found: Sequence[T], limit: int, places: Sequence[object]) -> Page[T]:
    """Make a page of at most `limit` out of one more than that; `places` are what the list is sorted by."""
    if len(found) <= limit:
        return Page(found, None)
    place = base64.urlsafe_b64encode(str(places[limit - 1]).encode()).decode()
    return Page(found[:limit], place)
