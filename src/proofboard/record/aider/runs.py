"""One row of an aider leaderboard as a run: what it scored, in exact shares, and what it says of itself."""

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

import msgspec

from proofboard.record.aider.rows import Row
from proofboard.record.foreign import MICROSECONDS
from proofboard.schemas.base import DATE_PATTERN, LARGEST_INTEGER
from proofboard.schemas.bundle import Usage

PASS_RATE: Final = re.compile(r"pass_rate_([1-9])")
PASS_NUM: Final = re.compile(r"pass_num_([1-9])")
WELL_FORMED: Final = "percent_cases_well_formed"
LONGEST_NAME: Final = 500
NANODOLLARS: Final = 10**9
PERCENT: Final = 100

_DECIMAL: Final = re.compile(r"[-+]?([0-9]{1,20}(\.[0-9]{0,20})?|\.[0-9]{1,20})")
_COUNT: Final = re.compile(r"[0-9]{1,15}")
_NO_NUMBER: Final = frozenset({".nan", "nan", ".inf", "-.inf", "+.inf", "inf", "-inf", "infinity", "-infinity"})


class Share(msgspec.Struct, frozen=True):
    """A part of the cases: what counts, what the row says, and whether the two are one number."""

    exact: Fraction
    stated: Fraction | None
    """The percentage of the row, as a share."""
    over: str | None = None
    """The count of cases that gives the stated percentage; None where no count does, or none is there."""

    @property
    def disagrees(self) -> bool:
        """Say whether the row has counts that do not give its percentage."""
        return self.over is None and self.stated is not None and self.exact != self.stated


class Run(msgspec.Struct, frozen=True):
    """One run of one model."""

    line: int
    model: str
    values: Mapping[str, str | None]
    tries: Mapping[int, Share]
    """Number of the try → share of the cases that pass by then."""
    well_formed: Share | None
    cases: int | None
    """Cases that were run to their end."""
    usage: Usage | None
    unknown: list[str]
    """Fields whose value cannot be read."""

    def text(self, field: str) -> str | None:
        """Return what was written in a field."""
        return self.values.get(field)

    @property
    def recorded(self) -> str | None:
        """The day of the run."""
        day = self.text("date") or ""
        return day if re.match(DATE_PATTERN, day) else None


def is_leaderboard(rows: Iterable[Row]) -> bool:
    """Say whether rows are runs of a leaderboard: aider keeps other lists beside them."""
    return any(PASS_RATE.fullmatch(field) or PASS_NUM.fullmatch(field) for row in rows for field in row.values)


def run_of(row: Row) -> Run | list[str]:
    """Return a row as a run, or every reason why it cannot count as one."""
    reader = _Reader(row)
    model = (row.values.get("model") or "").strip()
    if not 0 < len(model) <= LONGEST_NAME:
        reader.reasons.append(f"has no model of at most {LONGEST_NAME} characters")
    cases, total = reader.count("test_cases"), reader.count("total_tests")
    counted = {name: count for name, count in (("test_cases", cases), ("total_tests", total)) if count}
    tries = {number: share for number in range(1, 10) if (share := _share_passed(reader, number, counted))}
    if not tries and not reader.reasons:
        reader.reasons.append("has no pass_rate_1 or pass_rate_2; a run without a score cannot be ranked")
    well_formed = _share_well_formed(reader, counted)
    usage = _usage(reader, cases)
    day = row.values.get("date")
    if day is not None and not re.match(DATE_PATTERN, day):
        reader.unknown.append("date")
    if reader.reasons:
        return reader.reasons
    return Run(row.line, model, row.values, tries, well_formed, cases, usage, reader.unknown)


class _Reader:
    """Reads the numbers of a row; what is wrong with a score refuses the row, what is wrong elsewhere is unknown."""

    def __init__(self, row: Row) -> None:
        self.values = row.values
        self.reasons = list(row.reasons)
        self.unknown: list[str] = []

    def count(self, field: str) -> int | None:
        """Read a count."""
        written = self._written(field)
        if written is None or _COUNT.fullmatch(written):
            return None if written is None else int(written)
        self.reasons.append(f"has {field} {written[:40]!r}, expected a whole number")
        return None

    def percentage(self, field: str) -> Fraction | None:
        """Read a percentage as a share."""
        written = self._written(field)
        share = Fraction(written) / PERCENT if written and _DECIMAL.fullmatch(written) else None
        if written is not None and (share is None or not 0 <= share <= 1):
            self.reasons.append(f"has {field} {written[:40]!r}, expected a percentage from 0 to 100")
            return None
        return share

    def places(self, field: str) -> int:
        """Count the decimals of a percentage; at least one, because that is what aider writes."""
        return max(len((self.values.get(field) or "").partition(".")[2]), 1)

    def amount(self, field: str) -> Fraction | None:
        """Read an amount above 0; an amount of 0 was not measured."""
        written = self._written(field)
        number = Fraction(written) if written and _DECIMAL.fullmatch(written) else None
        if written is not None and (number is None or number < 0):
            self.unknown.append(field)
        return number if number and number > 0 else None

    def _written(self, field: str) -> str | None:
        written = self.values.get(field)
        if written is not None and written.casefold() in _NO_NUMBER:
            self.unknown.append(field)
            return None
        return written


def _share_passed(reader: _Reader, number: int, counted: Mapping[str, int]) -> Share | None:
    stated = reader.percentage(f"pass_rate_{number}")
    passed = reader.count(f"pass_num_{number}")
    if passed is not None and counted and passed > max(counted.values()):
        reader.reasons.append(f"has pass_num_{number} {passed}, which is more than its cases")
        return None
    known = {} if passed is None else {name: Fraction(passed, count) for name, count in counted.items()}
    return _share(stated, known, reader.places(f"pass_rate_{number}"))


def _share_well_formed(reader: _Reader, counted: Mapping[str, int]) -> Share | None:
    stated = reader.percentage(WELL_FORMED)
    malformed = reader.count("num_with_malformed_responses")
    if malformed is not None and any(malformed > count for count in counted.values()):
        malformed = None
        reader.unknown.append("num_with_malformed_responses")
    known = {} if malformed is None else {name: Fraction(count - malformed, count) for name, count in counted.items()}
    return _share(stated, known, reader.places(WELL_FORMED))


def _share(stated: Fraction | None, known: Mapping[str, Fraction], places: int) -> Share | None:
    """Choose the exact share: of the counts the one that gives the stated percentage, otherwise the last of them.

    The last is that over all cases of the benchmark: a case that was not finished did not pass.
    """
    if not known:
        return None if stated is None else Share(stated, stated)
    if stated is None:
        return Share(next(iter(known.values())), None, next(iter(known)))
    half_a_unit = Fraction(1, 2 * PERCENT * 10**places)
    for name, share in known.items():
        if abs(share - stated) <= half_a_unit:
            return Share(share, stated, name)
    return Share(list(known.values())[-1], stated)


def _usage(reader: _Reader, cases: int | None) -> Usage | None:
    """Return what a whole run used: its tokens, its cost, and the time of one case as often as there are cases."""
    seconds, cost = reader.amount("seconds_per_case"), reader.amount("total_cost")
    usage = Usage(
        prompt_tokens=_whole(reader.amount("prompt_tokens"), 1),
        completion_tokens=_whole(reader.amount("completion_tokens"), 1),
        microseconds=_whole(seconds * cases if seconds and cases else None, MICROSECONDS),
        cost_nanodollars=_whole(cost, NANODOLLARS),
    )
    return None if usage == Usage() else usage


def _whole(amount: Fraction | None, unit: int) -> int | None:
    whole = None if amount is None else round(amount * unit)
    return whole if whole and whole <= LARGEST_INTEGER else None
