"""Import the leaderboards of aider: how many of its coding exercises a model passes, one row for each run.

The rows are aggregates, and no answer to a single exercise is published: every score is `reported`, as the exact share
of the counts that a row gives. A leaderboard is a track, so that runs of different exercises are never ranked together.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Final

import msgspec

from proofboard.errors import Fault, InputError, fault
from proofboard.record.acceptable import acceptable
from proofboard.record.aider.notes import notes_on
from proofboard.record.aider.rows import Row, read_rows
from proofboard.record.aider.runs import PASS_RATE, WELL_FORMED, Run, Share, is_leaderboard, run_of
from proofboard.record.foreign import SourceFile, digest_of_files, first_word, opened, unread
from proofboard.record.imported import Claim, Imported, ImportedEntry, NewBundle
from proofboard.record.recorded_scores import FINEST_GRID, on_grid
from proofboard.record.slug import slug
from proofboard.record.source_files import some, unique_slug
from proofboard.schemas.base import LARGEST_INTEGER
from proofboard.schemas.benchmark import Aggregate, Benchmark, Facet, Mean, Metric, WeightedMean
from proofboard.schemas.bundle import ReportedScore, Response, SourceRecord
from proofboard.schemas.configuration import COMMIT_PATTERN, Configuration, Decoding, Model, Reproducibility
from proofboard.schemas.item import Item
from proofboard.schemas.reading import LARGEST_YAML_BYTES, read_bytes

FORMAT: Final = "aider"
FACET: Final = "leaderboard"
HEADLINE: Final = "pass_rate"
SCORED_WELL_FORMED: Final = "well_formed"
ENDINGS: Final = (".yml", ".yaml")
SETTINGS: Final = ("edit_format", "editor_model", "editor_edit_format", "reasoning_effort", "thinking_tokens")
USED: Final = frozenset({*SETTINGS, "model", "command", "date", WELL_FORMED})
"""Fields that have a place of their own; all others are claims."""

_WHOLE: Final = re.compile(r"-?[0-9]{1,15}")
_NUMBER: Final = re.compile(r"-?[0-9]{1,12}\.[0-9]{1,12}")
_SEPARATORS: Final = re.compile(r"[^\w.]+")


class Track(msgspec.Struct, frozen=True):
    """One leaderboard file."""

    name: str
    file: SourceFile
    runs: Sequence[Run]

    @property
    def last_try(self) -> int:
        """The try after which the leaderboard counts."""
        return max(max(run.tries) for run in self.runs)


def read(source: Path) -> Imported:
    """Read a leaderboard file, or a folder or archive with several; raises InputError where no run can be read."""
    with opened(source) as files:
        refused: list[Fault] = []
        notes: list[str] = []
        listed = {file: rows for file in files if (rows := _rows_of(file, refused, alone=len(files) == 1)) is not None}
        boards = {file: rows for file, rows in listed.items() if is_leaderboard(rows)}
        names = _names([file.name for file in boards])
        tracks = [
            Track(name, file, runs)
            for (file, rows), name in zip(boards.items(), names, strict=True)
            if (runs := _runs(file.name, rows, refused, notes))
        ]
        if not tracks:
            expected = "expected a list of runs with model, test_cases and pass_rate_2, as in polyglot_leaderboard.yml"
            raise InputError(refused) if refused else fault(source, f"holds no leaderboard of aider; {expected}")
        broken = {own.file for own in refused}
        grids = _grids(tracks)
        return Imported(
            benchmark=_benchmark(tracks, grids),
            items=_items(tracks),
            entries=list(_entries(tracks, grids, notes)),
            notes=[
                *(note for track in tracks for note in notes_on(track.name, track.runs)),
                *notes,
                *unread([file.name for file in files if file not in boards and file.name not in broken]),
            ],
            refused=sorted(refused),
        )


def _rows_of(file: SourceFile, refused: list[Fault], *, alone: bool) -> list[Row] | None:
    if not alone and not file.name.casefold().endswith(ENDINGS):
        return None
    try:
        return read_rows(read_bytes(file.path, LARGEST_YAML_BYTES), file.name)
    except InputError as error:
        refused += [Fault(file.name, own.line, own.reason) for own in error.faults]
        return None


def _names(files: Sequence[str]) -> list[str]:
    """Name leaderboards by their files: `polyglot_leaderboard.yml` is polyglot; several of one name by their paths."""
    stems = [PurePosixPath(name).stem.removesuffix("_leaderboard") or PurePosixPath(name).stem for name in files]
    twice = {stem for stem, count in Counter(stems).items() if count > 1}
    return [name if stem in twice else stem for name, stem in zip(files, stems, strict=True)]


def _runs(file: str, rows: Sequence[Row], refused: list[Fault], notes: list[str]) -> list[Run]:
    """Read the runs of a file; a run that stands twice counts once, and with other numbers only as it stands first."""
    runs: list[Run] = []
    first: dict[str, Row] = {}
    copies = 0
    for row in rows:
        run = run_of(row)
        name = row.values.get("dirname") or ""
        before = first.setdefault(name, row) if name else row
        if isinstance(run, list):
            refused += [Fault(file, row.line, reason) for reason in run]
        elif before.values != row.values:
            reason = f"is the run {name[:80]!r}, which stands on line {before.line} with other values; keep one"
            refused.append(Fault(file, row.line, reason))
        elif before is not row:
            copies += 1
        else:
            runs.append(run)
    notes += [f"{file}: {copies} run(s) stand twice and count once"] * bool(copies)
    return runs


def _shares(tracks: Iterable[Track]) -> Iterator[tuple[str, Share]]:
    for track in tracks:
        for run in track.runs:
            yield from _scored(run)


def _scored(run: Run) -> Iterator[tuple[str, Share]]:
    """Yield every metric of a run."""
    yield from ((f"{HEADLINE}_{number}", share) for number, share in run.tries.items())
    if run.well_formed:
        yield SCORED_WELL_FORMED, run.well_formed


def _grids(tracks: Sequence[Track]) -> dict[str, int]:
    """Choose, for each metric, the grid on which all shares are whole; the finest one where there is no such grid."""
    grids: dict[str, int] = {}
    for metric, share in sorted(_shares(tracks), key=lambda own: own[0]):
        grids[metric] = math.lcm(grids.get(metric, 1), share.exact.denominator)
    return {metric: min(grid, FINEST_GRID) for metric, grid in grids.items()}


def _benchmark(tracks: Sequence[Track], grids: Mapping[str, int]) -> Benchmark:
    aggregates: dict[str, Aggregate] = {}
    by_try: dict[int, list[str]] = {}
    for track in tracks:
        by_try.setdefault(track.last_try, []).append(track.name)
    headline = f"{HEADLINE}_{tracks[0].last_try}"
    if len(by_try) > 1:
        # Leaderboards that count after different tries: each has the rate after its last one.
        for number, names in sorted(by_try.items()):
            mean = Mean(metric=f"{HEADLINE}_{number}", slice={FACET: names})
            aggregates[f"{HEADLINE}_after_{number}"] = Aggregate(mean=mean)
        children = dict.fromkeys(aggregates, 1)
        headline = HEADLINE
        aggregates[headline] = Aggregate(
            weighted=WeightedMean(children=children, missing="present"), title="Pass rate after the last try"
        )
    return Benchmark(
        id=FORMAT,
        title="Aider",
        description="Which share of aider's coding exercises a model passes, and in how many tries.",
        protocol_version="1",
        metrics={
            name: Metric(reported=True, denominator=grid, missing="null", title=_title(name))
            for name, grid in grids.items()
        },
        aggregates=aggregates,
        headline=headline,
        facets={FACET: Facet(values=[track.name for track in tracks], role="track", title="Leaderboard")},
        source="Leaderboards of aider, Apache-2.0",
    )


def _title(metric: str) -> str:
    return "Well-formed edits" if metric == SCORED_WELL_FORMED else f"Pass rate after try {metric[-1]}"


def _items(tracks: Sequence[Track]) -> list[Item]:
    taken: set[str] = set()
    return [
        Item(
            id=unique_slug(track.name, taken, track.name),
            title=f"All exercises of {track.name}"[:500],
            facets={FACET: track.name},
        )
        for track in tracks
    ]


def _entries(tracks: Sequence[Track], grids: Mapping[str, int], notes: list[str]) -> Iterator[ImportedEntry]:
    taken: dict[str, set[str]] = {}
    left: dict[str, list[str]] = {}
    for track, item in zip(tracks, _items(tracks), strict=True):
        for run in track.runs:
            configuration, refused = acceptable(_configuration(run, track.name if len(tracks) > 1 else "", taken))
            for field in refused:
                left.setdefault(field, []).append(run.model)
            yield ImportedEntry(configuration, [_bundle(run, track.file, item, grids)])
    notes += [
        f"{len(models)} configuration(s) are without {field}, which no configuration may hold: {some(models)}"
        for field, models in sorted(left.items())
    ]


def _bundle(run: Run, file: SourceFile, item: Item, grids: Mapping[str, int]) -> NewBundle:
    scores = {metric: on_grid(share.exact, grids[metric]) for metric, share in _scored(run)}
    return NewBundle(
        # One line stands for the whole run, because tokens, cost and time are known of the whole run only.
        responses=[Response(prompt_id=item.id, usage=run.usage)],
        scores=[ReportedScore(item_id=item.id, scores=scores)],
        recorded=run.recorded,
        source=SourceRecord(
            format=FORMAT,
            name=f"{file.name}: {run.text('dirname') or run.model}",
            digest=digest_of_files([file]),
            tool_version=run.text("versions"),
        ),
        claims=dict(_claims(run)),
    )


def _claims(run: Run) -> Iterator[tuple[str, Claim]]:
    """Yield what a row says of itself: its percentages as shares, everything else as it is written."""
    yield from ((name, float(share.stated)) for name, share in _scored(run) if share.stated is not None)
    for field, written in run.values.items():
        if written is not None and field not in USED and not PASS_RATE.fullmatch(field):
            # A commit may consist of digits, and is no number all the same.
            yield field, written if field == "commit_hash" else _plain(written)


def _plain(written: str) -> Claim:
    if _WHOLE.fullmatch(written) and str(int(written)) == written and abs(int(written)) <= LARGEST_INTEGER:
        return int(written)
    return float(Fraction(written)) if _NUMBER.fullmatch(written) else written


def _configuration(run: Run, track: str, taken: dict[str, set[str]]) -> Configuration:
    model = run.model
    vendor = slug(model.partition("/")[0] if "/" in model else first_word(model))
    name = _SEPARATORS.sub("-", f"{track} {model} {run.text('edit_format') or ''}").strip("-")
    commit = (run.text("commit_hash") or "").casefold()
    said = {field: run.text(field) for field in SETTINGS}
    return Configuration(
        vendor=vendor,
        config_name=unique_slug(name, taken.setdefault(vendor, set()), f"{name} {run.text('dirname')} {run.line}"),
        title=model,
        description=run.text("command"),
        decoding=Decoding(model=model),
        settings={
            **{field: value for field, value in said.items() if value is not None},
            **({"aider": version} if (version := run.text("versions")) else {}),
        },
        model=Model(name=model),
        reproducibility=Reproducibility(commit_hash=commit) if re.match(COMMIT_PATTERN, commit) else None,
    )
