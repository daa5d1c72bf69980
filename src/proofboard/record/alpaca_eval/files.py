"""The files of AlpacaEval: a table of judgements, the judges' own annotation files, and published leaderboards.

A preference says how far a judge prefers the model's answer (2) to the baseline's (1). Halfway, and the 0 of older
files, is a draw; null is a judge that gave no verdict.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any, Final

from proofboard.errors import Fault, InputError, fault
from proofboard.record.foreign import SourceFile, count_or_none, parse, recordable
from proofboard.record.imported import Claim
from proofboard.record.tables import LONGEST_TEXT, Table, read_table

GRID: Final = 10**12
TABLE_REQUIRED: Final = ("evaluator", "model", "instruction", "preference")
TABLE_OPTIONAL: Final = ("len_model", "len_baseline", "dataset")
MODEL_COLUMN: Final = ""
BOARD_REQUIRED: Final = (MODEL_COLUMN, "win_rate")
BOARD_OPTIONAL: Final = ("n_total", "standard_error", "length_controlled_winrate", "mode")
LONGEST_PROMPT: Final = 1_000_000
MOST_INSTRUCTIONS: Final = 10_000_000

Prompt = tuple[str, int]
"""The text of an instruction, and how many times the same text stood before it in its file."""
Key = int | Prompt
"""An instruction by its number, where a table gives no text, or by its text."""


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """One model as judged by one evaluator."""

    evaluator: str
    model: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """One verdict on one answer."""

    win: int | None
    """In units of 10⁻¹²; None without a verdict."""
    length: int | None = None
    """Characters of the model's answer."""
    baseline_length: int | None = None
    dataset: str | None = None
    output: str | None = None


@dataclass(slots=True)
class Judged:
    """All verdicts of one evaluator on one model."""

    judgements: dict[Key, Judgement] = field(default_factory=dict)
    files: set[SourceFile] = field(default_factory=set)


Pairs = dict[Pair, Judged]


@dataclass(slots=True)
class Wins:
    """Turns preferences into wins, each value once: most judges answer with few different numbers."""

    known: dict[float, int] = field(default_factory=lambda: {0.0: GRID // 2})

    def of(self, preference: float) -> int:
        """Return the exact decimal, less one, in units of 10⁻¹²; raises ValueError outside 1 to 2."""
        if (win := self.known.get(preference)) is None:
            if not 1 <= preference <= 2:  # noqa: PLR2004 - the scale of the source
                raise ValueError(f"has the preference {preference!r}, expected 1 to 2, 0 or none")
            # The shortest decimal that gives this float is the number that the source wrote.
            win = self.known[preference] = round((Fraction(repr(preference)) - 1) * GRID)
        return win


def read_tables(files: Iterable[SourceFile]) -> tuple[Pairs, set[SourceFile]]:
    """Read every table of judgements."""
    pairs: Pairs = {}
    read: set[SourceFile] = set()
    for file in files:
        if table := read_table(file, TABLE_REQUIRED, TABLE_OPTIONAL):
            read.add(file)
            _read_judgements(table, file, pairs)
    return pairs, read


def _read_judgements(table: Table, file: SourceFile, pairs: Pairs) -> None:
    wins = Wins()
    named = map(Pair, table.texts("evaluator"), table.texts("model"))
    lengths = map(count_or_none, table.numbers("len_model"))
    baselines = map(count_or_none, table.numbers("len_baseline"))
    rest = zip(lengths, baselines, table.optional_texts("dataset"), strict=True)
    rows = zip(named, table.integers("instruction"), table.numbers("preference"), rest, strict=True)
    for row, (pair, number, preference, (length, baseline, dataset)) in enumerate(rows):
        judged = pairs.setdefault(pair, Judged())
        judged.files.add(file)
        if number is None or not 0 <= number < MOST_INSTRUCTIONS:
            table.fault(row, "instruction is out of range, expected a whole number from 0 on")
        elif number in judged.judgements:
            table.fault(row, f"instruction {number} of {pair.model} by {pair.evaluator} stands twice; keep one")
        else:
            try:
                win = None if preference is None else wins.of(preference)
                judged.judgements[number] = Judgement(win, length, baseline, dataset)
            except ValueError as error:
                table.fault(row, str(error))
    table.refuse()


def read_annotations(files: Iterable[SourceFile]) -> tuple[Pairs, set[SourceFile], dict[str, set[str]]]:
    """Read every annotation file; also return the files that were read, and the baselines of each evaluator."""
    pairs: Pairs = {}
    read: set[SourceFile] = set()
    baselines: dict[str, set[str]] = {}
    faults: list[Fault] = []
    for file in files:
        if not file.name.endswith(".json"):
            continue
        try:
            rows = parse(file.bytes(), file.name)
            if _is_annotations(rows):
                read.add(file)
                _Annotations(file).read(rows, pairs, baselines)
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return pairs, read, baselines


def _is_annotations(rows: Any) -> bool:  # noqa: ANN401 - any JSON value
    return isinstance(rows, list) and any(
        isinstance(row, dict) and "preference" in row and "instruction" in row for row in rows
    )


class _Annotations:
    """Reads one annotation file, and keeps every fault of it."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.wins = Wins()
        self.seen: Counter[tuple[Pair, str]] = Counter()
        # results/<model>/<evaluator>/annotations.json
        above = PurePosixPath(file.name).parent
        self.evaluator_folder, self.model_folder = above.name, above.parent.name

    def read(self, rows: list[Any], pairs: Pairs, baselines: dict[str, set[str]]) -> None:
        for number, row in enumerate(rows, start=1):
            try:
                pair, prompt = self._named(row)
                judgement = self._judgement(row)
            except ValueError as error:
                self.faults.append(Fault(self.file.name, 0, f"annotation {number} {error}"))
                continue
            judged = pairs.setdefault(pair, Judged())
            judged.files.add(self.file)
            key = (prompt, self.seen[pair, prompt])
            self.seen[pair, prompt] += 1
            if key in judged.judgements:
                reason = f"annotation {number} of {pair.model} by {pair.evaluator} stands in another file too; keep one"
                self.faults.append(Fault(self.file.name, 0, reason))
            judged.judgements[key] = judgement
            if isinstance(baseline := row.get("generator_1"), str):
                baselines.setdefault(pair.evaluator, set()).add(baseline)
        if self.faults:
            raise InputError(self.faults)

    def _named(self, row: Any) -> tuple[Pair, str]:  # noqa: ANN401 - any JSON value
        if not isinstance(row, dict):
            raise ValueError(f"is {type(row).__name__}, expected an object")  # noqa: TRY004 - caught as one kind
        prompt = row.get("instruction")
        if not isinstance(prompt, str) or len(prompt) > LONGEST_PROMPT:
            raise ValueError(f"has no instruction of at most {LONGEST_PROMPT:,} characters")
        model, evaluator = row.get("generator_2") or self.model_folder, row.get("annotator") or self.evaluator_folder
        for kind, name in (("generator_2", model), ("annotator", evaluator)):
            if not isinstance(name, str) or not 0 < len(name) <= LONGEST_TEXT:
                raise ValueError(f"has no {kind} of at most {LONGEST_TEXT} characters")
        return Pair(str(evaluator), str(model)), prompt

    def _judgement(self, row: dict[str, Any]) -> Judgement:
        preference, output, baseline = row.get("preference"), row.get("output_2"), row.get("output_1")
        if isinstance(preference, bool) or not isinstance(preference, (int, float, type(None))):
            raise ValueError(f"has the preference {str(preference)[:LONGEST_TEXT]!r}, expected a number or null")  # noqa: TRY004
        dataset = row.get("dataset")
        return Judgement(
            win=None if preference is None else self.wins.of(preference),
            length=len(output) if isinstance(output, str) else None,
            baseline_length=len(baseline) if isinstance(baseline, str) else None,
            dataset=dataset[:LONGEST_TEXT] if isinstance(dataset, str) and dataset else None,
            output=recordable(output) if isinstance(output, str) else None,
        )


def read_leaderboards(files: Iterable[SourceFile]) -> tuple[dict[Pair, dict[str, Claim]], set[SourceFile]]:
    """Read what published leaderboards say of each pair; the name of a file names the evaluator."""
    claims: dict[Pair, dict[str, Claim]] = {}
    read: set[SourceFile] = set()
    for file in files:
        if table := read_table(file, BOARD_REQUIRED, BOARD_OPTIONAL):
            read.add(file)
            stem = PurePosixPath(file.name).stem
            evaluator = stem.removeprefix("published_").removesuffix("_leaderboard")
            _read_board(table, evaluator, claims)
    return claims, read


def _read_board(table: Table, evaluator: str, claims: dict[Pair, dict[str, Claim]]) -> None:
    rates = {
        "win": table.numbers("win_rate"),
        "standard_error": table.numbers("standard_error"),
        "length_controlled_win": table.numbers("length_controlled_winrate"),
    }
    totals, modes = table.integers("n_total"), table.optional_texts("mode")
    for row, model in enumerate(table.texts(MODEL_COLUMN)):
        pair = Pair(evaluator, model)
        if pair in claims:
            table.fault(row, f"{model} of {evaluator} stands twice; keep one")
        stated: dict[str, Claim] = {name: _share(values[row]) for name, values in rates.items()}
        stated |= {"n_total": totals[row], "mode": modes[row]}
        claims[pair] = {name: value for name, value in stated.items() if value is not None}
    table.refuse()


def _share(percentage: float | None) -> float | None:
    """Turn 76.9 per cent into 0.769, by its decimals; None for what is no share."""
    if percentage is None or not 0 <= percentage <= 100:  # noqa: PLR2004 - per cent
        return None
    return float(Fraction(repr(percentage)) / 100)


def refuse_empty(source: object, pairs: Pairs) -> None:
    """Raise InputError where a source holds no judgement at all."""
    if not any(judged.judgements for judged in pairs.values()):
        raise fault(source, "holds no AlpacaEval results: no table of judgements and no annotations.json")
