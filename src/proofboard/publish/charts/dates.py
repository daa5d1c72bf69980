"""Days as charts need them: what is shown of an axis of days, and how far back a day lies."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

_FEW_DAYS: Final = 8
_AROUND: Final = timedelta(days=15)


def days_before(day: str, count: int) -> str:
    """Return the day that lies `count` days before another; the first of all days where there is none so early."""
    ordinal = date.fromisoformat(day).toordinal() - count
    return date.fromordinal(max(ordinal, 1)).isoformat()


def shown_days(first: str, last: str) -> list[str]:
    """Return from when to when an axis goes: a single day stands in the middle of a month."""
    if first != last:
        return [first, last]
    day = date.fromisoformat(first)
    return [(day - _AROUND).isoformat(), (day + _AROUND).isoformat()]


def ticks_of(shown: Sequence[str]) -> Any:  # noqa: ANN401 - Vega-Lite's own field: a number or an interval
    """Return how many ticks an axis of days has: no more than days, so that none is named twice."""
    length = (date.fromisoformat(shown[1]) - date.fromisoformat(shown[0])).days
    return {"interval": "day", "step": 1} if length < _FEW_DAYS else 6
