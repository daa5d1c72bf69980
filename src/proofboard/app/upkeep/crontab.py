"""When something comes back: five fields of cron, in UTC."""

import re
from datetime import datetime
from typing import Final

from croniter import CroniterError, croniter  # type: ignore[import-untyped]  # it has no types

from proofboard.app.service.instance import as_instant, as_text
from proofboard.errors import fault

FIELDS: Final = re.compile(r"[0-9*/,A-Za-z-]{1,100}(?: [0-9*/,A-Za-z-]{1,100}){4}")
NAMES: Final = frozenset(
    [
        "jan",
        "feb",
        "mar",
        "apr",
        "may",
        "jun",
        "jul",
        "aug",
        "sep",
        "oct",
        "nov",
        "dec",
        "sun",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
    ]
)
HINT: Final = "expected five fields: minute hour day month weekday, such as 17 3 * * * for every night at 03:17 UTC"


def checked_cron(text: str) -> str:
    """Return an expression in its plain form; raises InputError where it is none, or never comes."""
    plain = " ".join(text.split()).lower()
    words = re.findall(r"[a-z]+", plain)
    # Random and hashed fields, which the library knows too, would not be the same for every worker.
    if not FIELDS.fullmatch(plain) or not set(words) <= NAMES or not croniter.is_valid(plain):
        raise fault("body.cron", f"is {text[:80]!r}, {HINT}")
    try:
        croniter(plain, datetime(2026, 1, 1)).get_next(datetime)  # noqa: DTZ001 - any instant will do
    except CroniterError:
        raise fault("body.cron", f"is {text[:80]!r}, which never comes; {HINT}") from None
    return plain


def next_times(cron: str, after: str, count: int = 1) -> list[str]:
    """Return the next instants after one, none of them the one itself."""
    times = croniter(cron, as_instant(after))
    return [as_text(times.get_next(datetime)) for _ in range(count)]
