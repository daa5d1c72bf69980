"""The files of the Berkeley Function-Calling Leaderboard: one table of items, or a tree of scores and results.

A score file holds a header and then only the items that failed, counted from 1; a result file holds all answers,
counted from 0. So the header's counts are what an absent line proves, and must agree with the lines that are there.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final

from proofboard.errors import Fault, InputError, fault
from proofboard.record.foreign import (
    SourceFile,
    count_or_none,
    microseconds_or_none,
    parse_lines,
    recordable,
)
from proofboard.record.tables import Table, read_table
from proofboard.schemas.bundle import Usage

REQUIRED: Final = ("model", "category", "item", "passed")
OPTIONAL: Final = ("input_tokens", "output_tokens", "latency_s")
MOST_ITEMS: Final = 1_000_000

_PREFIX: Final = re.compile(r"^(gorilla_openfunctions_v\d+_test_|BFCL_v\d+_)")
_NUMBERED: Final = re.compile(r"_(\d{1,7})$")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one item cost and, where the source keeps it, what was answered."""

    output: Any = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    microseconds: int | None = None

    @property
    def usage(self) -> Usage | None:
        """The recorded cost, or None where nothing was recorded."""
        # Every prompt has tokens: a count of 0 says that the tokens of this call were not counted.
        counted = bool(self.prompt_tokens)
        usage = Usage(
            prompt_tokens=self.prompt_tokens if counted else None,
            completion_tokens=self.completion_tokens if counted else None,
            microseconds=self.microseconds,
        )
        return None if usage == Usage() else usage


@dataclass(slots=True)
class ModelRun:
    """Everything a source says of one model; items are counted from 0."""

    passed: dict[str, dict[int, bool]] = field(default_factory=dict)
    """Category → item → verdict."""
    answers: dict[str, dict[int, Answer]] = field(default_factory=dict)
    recorded: str | None = None
    files: set[SourceFile] = field(default_factory=set)


Runs = dict[str, ModelRun]


def read_items(files: Iterable[SourceFile]) -> tuple[Runs, set[SourceFile]]:
    """Read every table of items; also return the files that were read."""
    runs: Runs = {}
    read: set[SourceFile] = set()
    for file in files:
        if table := read_table(file, REQUIRED, OPTIONAL):
            read.add(file)
            _read_rows(table, file, runs)
    return runs, read


def _read_rows(table: Table, file: SourceFile, runs: Runs) -> None:
    answers = zip(
        map(count_or_none, table.numbers("input_tokens")),
        map(count_or_none, table.numbers("output_tokens")),
        map(microseconds_or_none, table.numbers("latency_s")),
        strict=True,
    )
    models, categories = table.texts("model"), table.texts("category")
    rows = zip(models, categories, table.integers("item"), table.flags("passed"), answers, strict=True)
    for number, (model, category, item, passed, (prompt, completion, spent)) in enumerate(rows):
        run = runs.setdefault(model, ModelRun())
        run.files.add(file)
        verdicts = run.passed.setdefault(category, {})
        if item is None or not 0 <= item < MOST_ITEMS:
            table.fault(number, "item is out of range, expected a whole number from 0 on")
        elif passed is None:
            table.fault(number, "passed is empty, expected true or false")
        elif item in verdicts:
            table.fault(number, f"item {item} of {category} of {model} stands twice; keep one")
        else:
            verdicts[item] = passed
            run.answers.setdefault(category, {})[item] = Answer(None, prompt, completion, spent)
    table.refuse()


def read_tree(files: Iterable[SourceFile], root_name: str) -> tuple[Runs, set[SourceFile], list[str]]:
    """Read all score and result files; also return the files that were read, and notes."""
    runs: Runs = {}
    read: set[SourceFile] = set()
    faults: list[Fault] = []
    results: list[tuple[SourceFile, str, str]] = []
    for file in files:
        kind, model, category = _place_of(file, root_name)
        if kind == "result":
            results.append((file, model, category))
        elif kind == "score":
            read.add(file)
            try:
                _add_scores(runs, file, model, category)
            except InputError as error:
                faults += error.faults
    notes: list[str] = []
    for file, model, category in results:
        read.add(file)
        try:
            notes += _add_results(runs, file, model, category)
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return runs, read, notes


def _place_of(file: SourceFile, root_name: str) -> tuple[str, str, str]:
    """Tell from a path what it holds: kind (`score`, `result` or nothing), model, category."""
    path = PurePosixPath(file.name)
    for kind in ("score", "result"):
        if path.name.endswith(f"_{kind}.json"):
            category = _PREFIX.sub("", path.name.removesuffix(f"_{kind}.json"))
            return kind, path.parent.name or root_name, category
    return "", "", ""


def _add_scores(runs: Runs, file: SourceFile, model: str, category: str) -> None:
    verdicts = _read_scores(file, category)
    run = runs.setdefault(model, ModelRun())
    if category in run.passed:
        raise fault(file.name, f"scores {category} of {model}, as another file does; import one run at a time")
    run.passed[category] = verdicts
    run.files.add(file)
    days = [part for part in PurePosixPath(file.name).parts if _DAY.fullmatch(part)]
    run.recorded = days[-1] if days else run.recorded


def _read_scores(file: SourceFile, category: str) -> dict[int, bool]:
    rows = parse_lines(file.bytes(), file.name)
    header = rows[0][1] if rows else {}
    total, correct = count_or_none(header.get("total_count")), count_or_none(header.get("correct_count"))
    if total is None or correct is None or not correct <= total <= MOST_ITEMS:
        raise fault(file.name, "has no header with correct_count and total_count on its first line", 1)
    verdicts = dict.fromkeys(range(total), True)
    faults: list[Fault] = []
    for line, row in rows[1:]:
        item = _failed_item(row.get("id"), category)
        if item is None or item not in verdicts:
            faults.append(Fault(file.name, line, f"has the id {row.get('id')!r}, expected 1 to {total}"))
        elif not verdicts[item]:
            faults.append(Fault(file.name, line, f"has the id {row.get('id')!r}, which stands before; keep one"))
        elif row.get("valid") is not True:
            verdicts[item] = False
    failed = list(verdicts.values()).count(False)
    if not faults and failed != total - correct:
        reason = f"lists {failed} failed items, its header says {total - correct}; it may be cut short"
        faults.append(Fault(file.name, 1, reason))
    if faults:
        raise InputError(faults)
    return verdicts


def _failed_item(named: object, category: str) -> int | None:
    """Return the item's number from 0: ids are counted from 1, or are texts such as `simple_0`."""
    if isinstance(named, str) and named.startswith(category):
        numbered = _NUMBERED.fullmatch(named.removeprefix(category))
        return int(numbered.group(1)) if numbered else None
    count = count_or_none(named)
    return None if count is None else count - 1


def _add_results(runs: Runs, file: SourceFile, model: str, category: str) -> list[str]:
    """Add the answers of a category that was scored; answers without a score are noted."""
    run = runs.get(model)
    if run is None or category not in run.passed:
        return [f"{file.name}: {category} of {model} has answers and no scores; it was left out"]
    answers = run.answers.setdefault(category, {})
    known = run.passed[category]
    faults: list[Fault] = []
    unscored = too_long = 0
    for line, row in parse_lines(file.bytes(), file.name):
        item = _answered_item(row, category)
        if item is None or item not in known:
            unscored += 1
        elif item in answers:
            faults.append(Fault(file.name, line, f"answers item {item}, which stands before; keep one"))
        else:
            answers[item] = _answer_of(row)
            too_long += answers[item].output is None and row.get("result") is not None
    if faults:
        raise InputError(faults)
    run.files.add(file)
    left_out = {"belong to no scored item": unscored, "are too long to be recorded": too_long}
    return [f"{file.name}: {count} answer(s) {why} and were left out" for why, count in left_out.items() if count]


def _answered_item(row: dict[str, Any], category: str) -> int | None:
    named = row.get("idx", row.get("id"))
    return _failed_item(named, category) if isinstance(named, str) else count_or_none(named)


def _answer_of(row: dict[str, Any]) -> Answer:
    return Answer(
        output=recordable(row.get("result")),
        prompt_tokens=count_or_none(row.get("input_token_count")),
        completion_tokens=count_or_none(row.get("output_token_count")),
        microseconds=microseconds_or_none(row.get("latency")),
    )
