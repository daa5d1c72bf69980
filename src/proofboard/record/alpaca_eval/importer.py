"""Import AlpacaEval judgements: how far a judge prefers a model's answer to a baseline's, per instruction.

Wins are the judge's own (`reported`); win rates are recomputed from them. Each evaluator is a protocol of its own: the
one with the most entries forms the board, entries of the others are listed apart. Published leaderboards become claims.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from proofboard import canonical
from proofboard.record.alpaca_eval.files import (
    GRID,
    Judged,
    Judgement,
    Key,
    Pair,
    Pairs,
    Prompt,
    read_annotations,
    read_leaderboards,
    read_tables,
    refuse_empty,
)
from proofboard.record.foreign import SourceFile, digest_of_files, first_word, opened, unread
from proofboard.record.imported import Claim, Imported, ImportedEntry, NewBundle
from proofboard.record.slug import slug
from proofboard.record.source_files import some, unique_slug
from proofboard.schemas.benchmark import Benchmark, Facet, Judge, Metric
from proofboard.schemas.bundle import JudgeRecord, ReportedScore, Response, SourceRecord
from proofboard.schemas.configuration import Configuration, Decoding, Model
from proofboard.schemas.item import Item

BENCHMARK_ID: Final = "alpaca-eval"
WIN: Final = "win"
LENGTH: Final = "length"
FACET: Final = "dataset"
UNSTATED: Final = "unstated"
LONGEST_ANSWER: Final = 10**9

Numbers = Mapping[Prompt, int]
"""Text of an instruction → its number in the table."""


@dataclass(frozen=True, slots=True)
class _Board:
    pairs: Pairs
    claims: Mapping[Pair, dict[str, Claim]]
    items: Mapping[Key, Item]
    evaluator: str
    """The evaluator with the most entries."""


def read(source: Path) -> Imported:
    """Read a folder, archive or file of judgements, annotations and leaderboards; raises InputError."""
    with opened(source) as files:
        tabled, tables = read_tables(files)
        annotated, annotation_files, baselines = read_annotations(files)
        claims, leaderboards = read_leaderboards(files)
        pairs, numbers, notes = _reconciled(tabled, annotated)
        refuse_empty(source, pairs)
        counted = Counter(pair.evaluator for pair in pairs)
        evaluator = min(counted, key=lambda name: (-counted[name], name))
        board = _Board(pairs, claims, _items(pairs, numbers), evaluator)
        left = [file.name for file in files if file not in tables | annotation_files | leaderboards]
        return Imported(
            benchmark=_benchmark(board),
            items=list(board.items.values()),
            entries=list(_entries(board)),
            notes=[*notes, *_notes(board, baselines), *unread(left)],
        )


def _reconciled(tabled: Pairs, annotated: Pairs) -> tuple[Pairs, Numbers, list[str]]:
    """Join tables, which number the instructions, and annotations, which spell them out; tables count where both judge.

    The text of a numbered instruction is found by judgements that agree in preference and lengths.
    """
    notes: list[str] = []
    found: dict[Prompt, set[int]] = {}
    for pair in sorted(tabled.keys() & annotated.keys()):
        strangers = _match(tabled[pair], annotated[pair], found)
        if strangers:
            total = len(annotated[pair].judgements)
            notes.append(
                f"{pair.model} by {pair.evaluator}: {strangers} of {total} annotations are not in the table;"
                " the table counts"
            )
    once = Counter(number for matches in found.values() if len(matches) == 1 for number in matches)
    numbers = {prompt: min(matches) for prompt, matches in found.items() if len(matches) == 1}
    numbers = {prompt: number for prompt, number in numbers.items() if once[number] == 1}
    pairs = dict(tabled)
    for pair, judged in annotated.items():
        if pair not in tabled:
            pairs[pair] = Judged({_numbered(key, numbers): one for key, one in judged.judgements.items()}, judged.files)
    return pairs, numbers, notes


def _numbered(key: Key, numbers: Numbers) -> Key:
    return key if isinstance(key, int) else numbers.get(key, key)


def _match(table: Judged, annotations: Judged, found: dict[Prompt, set[int]]) -> int:
    """Find the number of each annotated instruction; return how many annotations the table does not have."""
    places: dict[tuple[int | None, ...], list[int]] = {}
    for number, judgement in table.judgements.items():
        if isinstance(number, int):
            places.setdefault(_mark(judgement), []).append(number)
    strangers = 0
    for prompt, judgement in annotations.judgements.items():
        candidates = places.get(_mark(judgement), [])
        strangers += not candidates
        if len(candidates) == 1 and not isinstance(prompt, int):
            found.setdefault(prompt, set()).add(candidates[0])
    return strangers


def _mark(judgement: Judgement) -> tuple[int | None, ...]:
    return judgement.win, judgement.length, judgement.baseline_length


def _items(pairs: Pairs, numbers: Numbers) -> dict[Key, Item]:
    """Make an item of every instruction: numbered ones in order, then the others as they first appear."""
    datasets: dict[Key, str | None] = {}
    for pair in sorted(pairs):
        for key, judgement in pairs[pair].judgements.items():
            datasets[key] = datasets.get(key) or judgement.dataset
    texts = {number: prompt for prompt, number in numbers.items()}
    with_facet = any(datasets.values())
    numbered = sorted(key for key in datasets if isinstance(key, int))
    ordered: list[Key] = [*numbered, *(key for key in datasets if not isinstance(key, int))]
    return {
        key: Item(
            id=_item_id(key),
            prompt=(texts[key][0] if key in texts else None) if isinstance(key, int) else key[0],
            facets={FACET: datasets[key] or UNSTATED} if with_facet else {},
        )
        for key in ordered
    }


def _item_id(key: Key) -> str:
    """Name a numbered instruction by its number, any other by a digest of its text, whatever files lie beside it."""
    if isinstance(key, int):
        return f"instruction-{key:04d}"
    text, before = key
    digits = canonical.hex_of(canonical.digest_of(text))[:24]
    return f"prompt-{digits}-{before + 1}" if before else f"prompt-{digits}"


def _benchmark(board: _Board) -> Benchmark:
    metrics = {
        WIN: Metric(reported=True, denominator=GRID, missing="drop", places=12, title="Win rate against the baseline")
    }
    if _has_lengths(board.pairs):
        metrics[LENGTH] = Metric(
            reported=True, range=(0, LONGEST_ANSWER), direction="lower", missing="drop", title="Characters per answer"
        )
    values = sorted({item.facets[FACET] for item in board.items.values() if item.facets})
    return Benchmark(
        id=BENCHMARK_ID,
        title="AlpacaEval",
        protocol_version=board.evaluator,
        metrics=metrics,
        headline=WIN,
        description="How often a judge prefers a model's answer to a baseline's.",
        facets={FACET: Facet(values=values, role="category")} if values else {},
        judge=Judge(model=board.evaluator),
    )


def _has_lengths(pairs: Pairs) -> bool:
    return any(judgement.length is not None for judged in pairs.values() for judgement in judged.judgements.values())


def _entries(board: _Board) -> Iterator[ImportedEntry]:
    """Make an entry of every pair; those of the board's own evaluator take their names first."""
    digests: dict[frozenset[SourceFile], str] = {}
    taken: set[str] = set()
    lengths = _has_lengths(board.pairs)
    for pair in sorted(board.pairs, key=lambda pair: (pair.evaluator != board.evaluator, pair)):
        judged = board.pairs[pair]
        files = frozenset(judged.files)
        if files not in digests:
            digests[files] = digest_of_files(files)
        bundle = NewBundle(
            responses=list(_responses(judged, board.items)),
            scores=list(_scores(judged, board.items, lengths=lengths)),
            judge=JudgeRecord(model=pair.evaluator),
            source=SourceRecord(format=BENCHMARK_ID, name=f"{pair.model} by {pair.evaluator}", digest=digests[files]),
            claims=board.claims.get(pair, {}),
        )
        own = pair.evaluator == board.evaluator
        yield ImportedEntry(_configuration(pair, board, taken), [bundle], None if own else pair.evaluator)


def _scores(judged: Judged, items: Mapping[Key, Item], *, lengths: bool) -> Iterable[ReportedScore]:
    for key, judgement in judged.judgements.items():
        scores = {WIN: judgement.win, LENGTH: judgement.length} if lengths else {WIN: judgement.win}
        yield ReportedScore(item_id=items[key].id, scores=scores)


def _responses(judged: Judged, items: Mapping[Key, Item]) -> Iterable[Response]:
    for key, judgement in judged.judgements.items():
        if judgement.output is not None:
            yield Response(prompt_id=items[key].asked, output=judgement.output)


def _configuration(pair: Pair, board: _Board, taken: set[str]) -> Configuration:
    # A model that the board's own evaluator judged too needs a second name: entries are told apart by theirs.
    twice = pair.evaluator != board.evaluator and Pair(board.evaluator, pair.model) in board.pairs
    wanted = f"{pair.model}-{pair.evaluator}" if twice else pair.model
    return Configuration(
        vendor=slug(first_word(pair.model)),
        config_name=unique_slug(wanted, taken, f"{pair.model}\n{pair.evaluator}"),
        title=pair.model,
        decoding=Decoding(model=pair.model),
        model=Model(name=pair.model),
    )


def _notes(board: _Board, baselines: Mapping[str, set[str]]) -> list[str]:
    notes: list[str] = []
    for evaluator in sorted({pair.evaluator for pair in board.pairs}):
        judged = {pair: one for pair, one in board.pairs.items() if pair.evaluator == evaluator}
        silent = sum(one.win is None for found in judged.values() for one in found.judgements.values())
        if silent:
            notes.append(f"{evaluator}: {silent} judgement(s) gave no verdict and are left out of the win rates")
        if evaluator != board.evaluator:
            notes.append(f"{evaluator}: its {len(judged)} entries are listed apart from those of {board.evaluator}")
        if len(against := baselines.get(evaluator, set())) > 1:
            notes.append(f"{evaluator}: answers were compared with several baselines: {some(sorted(against))}")
    return [*notes, *_strangers(board)]


def _strangers(board: _Board) -> Sequence[str]:
    absent = Counter(pair.evaluator for pair in board.claims if pair not in board.pairs)
    return [f"{evaluator}: {count} published row(s) have no judgements here" for evaluator, count in absent.items()]
