"""Nobody travels in time: answers were made after their questions and their model, and before they were handed in."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from proofboard.app.submissions.checks import Checked, CheckedBundle, Rules
from proofboard.errors import Fault
from proofboard.schemas.bundle import MANIFEST
from proofboard.schemas.submission import BUNDLES, CONFIGURATION, SUBMISSION

SLACK: Final = timedelta(days=1)
"""A clock may be wrong, and a day begins earlier in the east."""

NO_DAY: Final = "{} is no day of the calendar"
FUTURE: Final = "{} lies in the future: it is {} here"
BEFORE_ITEMS: Final = "{} lies before {}, when the latest item was written; no answer is older than its question"
BEFORE_MODEL: Final = "{} lies before {}, up to which the training data of its model reach"
BEFORE_ANSWERS: Final = "{} lies before {}, when its answers were recorded"

_HALF_A_DAY: Final = 12


def time_faults(checked: Checked, rules: Rules, submitted: str | None, now: datetime) -> list[Fault]:
    """Return every date of a submission that cannot be true; `submitted` is the day that it gives itself."""
    faults: list[Fault] = []
    recorded = {name: bundle.manifest.recorded for name, bundle in checked.bundles.items()}
    own = {SUBMISSION: submitted} | {f"{BUNDLES}/{name}/{MANIFEST}": day for name, day in recorded.items()}
    for place, day in own.items():
        if day and (reason := _why_impossible(day, now)):
            faults.append(Fault(place, 0, reason))
    cutoff = checked.configuration.model.training_data_cutoff if checked.configuration.model else None
    for name, bundle in checked.bundles.items():
        place, day = f"{BUNDLES}/{name}/{MANIFEST}", bundle.manifest.recorded
        if day is None or (span := span_of(day)) is None:
            continue
        faults += [Fault(place, 0, reason) for reason in _too_early(day, span, _written(bundle, rules), cutoff)]
        if submitted and (other := span_of(submitted)) and other[1] + SLACK < span[0]:
            faults.append(Fault(SUBMISSION, 0, f"date: {BEFORE_ANSWERS.format(submitted, day)}"))
    if cutoff and (span := span_of(cutoff)) and span[0] > now + SLACK:
        faults.append(Fault(CONFIGURATION, 0, f"model.training_data_cutoff: {FUTURE.format(cutoff, _day(now))}"))
    return faults


def _why_impossible(day: str, now: datetime) -> str | None:
    span = span_of(day)
    if span is None:
        return NO_DAY.format(day)
    return FUTURE.format(day, _day(now)) if span[0] > now + SLACK else None


def _too_early(day: str, span: tuple[datetime, datetime], written: str | None, cutoff: str | None) -> Iterator[str]:
    for other, said in ((written, BEFORE_ITEMS), (cutoff, BEFORE_MODEL)):
        if other and (begun := span_of(other)) and span[1] + SLACK < begun[0]:
            yield f"recorded: {said.format(day, other)}"


def _written(bundle: CheckedBundle, rules: Rules) -> str | None:
    """Return when the latest item of a public set was written; of held-out items nothing is said here."""
    table = rules.tables.get(bundle.manifest.item_set)
    known = [(span, item.created) for item in (table.items if table else ()) if (span := span_of(item.created or ""))]
    return max(known)[1] if known else None


def span_of(text: str) -> tuple[datetime, datetime] | None:
    """Return the first and last instant that a year, month, day or instant may mean; None for what is none of these."""
    try:
        if "T" in text:
            instant = datetime.fromisoformat(text)
            return instant.astimezone(UTC), instant.astimezone(UTC)
        parts = [int(part) for part in text.strip().split("-")]
        if len(parts) > 3 or not parts[0] >= 1900:  # noqa: PLR2004 - year, month, day
            return None
        year, month, day = (*parts, 1, 1)[:3]
        first = date(year, month, day)
        after = _after(first, len(parts))
    except (ValueError, OverflowError, TypeError):
        return None
    offset = timedelta(hours=_HALF_A_DAY)
    begin, end = (datetime(own.year, own.month, own.day, tzinfo=UTC) for own in (first, after))
    return begin - offset, end + offset


def _after(first: date, n_parts: int) -> date:
    """Return the day after a year, month or day."""
    if n_parts == 1:
        return first.replace(year=first.year + 1)
    if n_parts == 2:  # noqa: PLR2004 - year and month
        return (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first + timedelta(days=1)


def _day(now: datetime) -> str:
    return now.strftime("%Y-%m-%d")
