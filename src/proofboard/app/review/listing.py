"""Where the next page of a numbered list begins."""

from typing import Final

from proofboard.app.people.paging import BAD_CURSOR, Span
from proofboard.errors import fault

MOST_DIGITS: Final = 18


def number_after(span: Span) -> int | None:
    """Return the number of the last row of the page before; raises InputError for what no such list gave."""
    place = span.after
    if place is None:
        return None
    if not place.isdecimal() or len(place) > MOST_DIGITS:
        raise fault("query.cursor", BAD_CURSOR)
    return int(place)
