"""What must hold for every board, whatever its rules: searched for counter-examples, and for one changed byte."""

import random
import shutil
import string
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import files_of
from core_builders import (
    Rows,
    benchmark,
    board,
    bundle,
    configuration,
    entry,
    exact_metric,
    inputs,
    item,
    item_scores,
    overall,
    plan_of,
    ranks,
    reported_metric,
)
from proofboard import canonical
from proofboard.app.build import build
from proofboard.core.aggregates import higher_is_better
from proofboard.core.board import scoring_of
from proofboard.core.entry import GradedEntry, graded_bundle, graded_entry
from proofboard.core.grading import grade_bundle
from proofboard.core.items import item_table
from proofboard.core.rules.benchmark import check_benchmark
from proofboard.core.slices import whole_set
from proofboard.publish.assemble import assemble
from proofboard.publish.write import write_site
from proofboard.record.freeze import write
from proofboard.schemas.benchmark import Aggregate, Benchmark, Borda, Facet, Mean, Metric, Threshold, WeightedMean
from proofboard.schemas.bundle import ReportedScore, Response, ResponseState, Usage
from proofboard.schemas.bundle_folder import Bundle
from proofboard.verify.verify import verify_site
from rich_benchmark import write_rich

SMALL = settings(max_examples=40)
SIX = 6
TRIALS = 2


# Order


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answer the site of a rich benchmark with a held-out store."""
    return site_of(tmp_path_factory.mktemp("rich"), list)


def site_of(place: Path, reorder: Callable[[Sequence[Any]], Sequence[Any]]) -> Path:
    write_rich(place / "benchmark", place / "store", reorder)
    build(place / "benchmark", place / "site", held_out=place / "store")
    return place / "site"


@pytest.mark.parametrize("seed", range(3))
def test_the_same_inputs_in_any_order_give_the_same_bytes(rich: Path, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    shuffled = site_of(tmp_path, lambda rows: chance.sample(list(rows), len(rows)))
    assert (tmp_path / "benchmark/items/public.jsonl").read_bytes() != (
        rich.parent / "benchmark/items/public.jsonl"
    ).read_bytes()
    assert files_of(shuffled) == files_of(rich)


# One changed byte


@pytest.fixture
def copied(rich: Path, tmp_path: Path) -> Path:
    shutil.copytree(rich, tmp_path / "site")
    return tmp_path / "site"


def test_a_publication_that_nobody_touched_holds(rich: Path) -> None:
    verdict = verify_site(rich)
    assert verdict.holds, verdict.refusals


def changed_bytes(files: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield every file of a site with one byte changed to another, at a place that is drawn."""
    chance = random.Random(20260203)  # noqa: S311 - no secret
    for path, raw in files.items():
        place = chance.randrange(len(raw)) if raw else 0
        other = bytes([raw[place] ^ chance.randrange(1, 256)]) if raw else b"\n"
        yield path, raw[:place] + other + raw[place + 1 :]


def holds_with(site: Path, path: str, raw: bytes) -> bool:
    before = (site / path).read_bytes()
    (site / path).write_bytes(raw)
    verdict = verify_site(site)
    (site / path).write_bytes(before)
    return verdict.holds


def test_one_changed_byte_in_any_file_is_refused(copied: Path) -> None:
    assert [path for path, raw in changed_bytes(files_of(copied)) if holds_with(copied, path, raw)] == []


def test_one_changed_byte_anywhere_in_the_words_of_the_root_is_refused(copied: Path) -> None:
    # Nobody names the root: what it says itself must follow from the documents below it.
    raw = (copied / "publication.json").read_bytes()
    chance = random.Random(7)  # noqa: S311 - no secret
    letters = string.ascii_letters.encode() + string.digits.encode()
    places = [*range(20), *range(raw.index(b'"schema_version"'), len(raw))]
    kept = []
    for place in places:
        other = bytes([chance.choice([letter for letter in letters if letter != raw[place]])])
        if holds_with(copied, "publication.json", raw[:place] + other + raw[place + 1 :]):
            kept.append((place, raw[max(0, place - 20) : place + 1]))
    assert kept == []


def test_a_missing_file_is_refused(copied: Path) -> None:
    for path, raw in files_of(copied).items():
        (copied / path).unlink()
        verdict = verify_site(copied)
        (copied / path).write_bytes(raw)
        assert not verdict.holds, path


@pytest.mark.parametrize(
    "path", ["extra.json", "items/extra.json", "entries/acme/extra.json", "assets/x.js", ".hidden"]
)
def test_an_added_file_is_refused(copied: Path, path: str) -> None:
    (copied / path).parent.mkdir(parents=True, exist_ok=True)
    (copied / path).write_bytes(b"{}\n")
    assert not verify_site(copied).holds


def test_two_swapped_files_are_refused(copied: Path) -> None:
    files = files_of(copied)
    paths = sorted(files)
    chance = random.Random(11)  # noqa: S311 - no secret
    same_folder = [pair for pair in pairwise(paths) if len({path.rpartition("/")[0] for path in pair}) == 1]
    for one, other in [*same_folder, *(tuple(chance.sample(paths, 2)) for _ in range(10))]:
        if files[one] == files[other]:
            continue
        (copied / one).write_bytes(files[other])
        (copied / other).write_bytes(files[one])
        verdict = verify_site(copied)
        (copied / one).write_bytes(files[one])
        (copied / other).write_bytes(files[other])
        assert not verdict.holds, (one, other)


def test_a_file_with_a_byte_more_or_less_is_refused(copied: Path) -> None:
    files = files_of(copied)
    for path in ("publication.json", "leaderboard.json", "columns.json", "releases.json", "index.html"):
        assert not holds_with(copied, path, files[path] + b"\n"), path
        assert not holds_with(copied, path, files[path][:-1]), path


# Scores and ranks

CELL = st.none() | st.integers(0, 10)
ROW = st.lists(CELL, min_size=SIX, max_size=SIX)
BOARD = st.lists(ROW, min_size=1, max_size=4)

PARTS = {"part": Facet(values=["a", "b"])}
QUESTIONS = [item(n, facets={"part": "ab"[n % 2]}, weight=1 + n % 3, cluster=f"c{n // 2}") for n in range(SIX)]


def of_means(missing: str) -> Benchmark:
    return benchmark(
        facets=PARTS,
        metrics={"m": reported_metric(denominator=10, missing=missing)},
        aggregates={
            "a": Aggregate(mean=Mean(metric="m", slice={"part": ["a"]})),
            "b": Aggregate(mean=Mean(metric="m", slice={"part": ["b"]})),
            "total": Aggregate(weighted=WeightedMean(children={"a": 3, "b": 1, "m": 2}, missing="present")),
        },
        headline="total",
    )


@SMALL
@given(BOARD, ROW, st.sampled_from(["worst", "drop", "null"]))
def test_one_more_entry_changes_nobodys_score_and_improves_nobodys_rank(rows: Rows, new: Any, missing: str) -> None:
    made = of_means(missing)
    before = overall(made, QUESTIONS, [{"m": row} for row in rows])
    after = overall(made, QUESTIONS, [{"m": row} for row in [*rows, new]])
    assert after[: len(before)] == before
    for j, score in enumerate(before):
        if score is not None:
            assert better_than(score, after) >= better_than(score, before), j


def better_than(score: Fraction, scores: Sequence[Fraction | None]) -> int:
    return sum(1 for other in scores if other is not None and other > score)


@SMALL
@given(
    st.lists(st.text("10", min_size=SIX, max_size=SIX), min_size=1, max_size=4),
    st.text("10-", min_size=SIX, max_size=SIX),
)
def test_one_more_row_on_the_board_improves_nobodys_rank(rows: list[str], new: str) -> None:
    made = benchmark(facets=PARTS, metrics={"correct": exact_metric(places=1)})
    words = {"1": "yes", "0": "no", "-": None}
    entries = [entry(made, QUESTIONS, f"v/e{n}", [words[mark] for mark in row]) for n, row in enumerate([*rows, new])]
    before, after = (ranks(board(made, QUESTIONS, some).entries) for some in (entries[:-1], entries))
    for name, rank in before.items():
        now = after[name]
        assert rank is not None
        assert now is not None
        assert now >= rank


def derived(trials: str, direction: Literal["higher", "lower"]) -> Benchmark:
    """Answer a benchmark that makes all it can from one measure: thresholds, logic, weights, sets of trials, slices."""
    sets: dict[str, Any] = {} if trials == "mean" else {"trials": trials, "k": 2}
    return benchmark(
        facets=PARTS,
        metrics={
            "m": reported_metric(denominator=10, direction=direction),
            "reaches": Metric(threshold=Threshold(metric="m", at_least="0.5"), **sets),
            "perfect": Metric(all_of=["m", "reaches"], **sets),
            "any": Metric(any_of=["m", "reaches"], **sets),
            "mix": Metric(weighted={"m": 3}, denominator=100, direction=direction),
        },
        aggregates={
            "b": Aggregate(mean=Mean(metric="any", slice={"part": ["b"]})),
            "passed": Aggregate(weighted=WeightedMean(children={"reaches": 1, "perfect": 2, "b": 1})),
            "measured": Aggregate(weighted=WeightedMean(children={"m": 1, "mix": 2})),
        },
        headline="passed",
    )


@SMALL
@given(
    st.lists(st.lists(st.integers(0, 10), min_size=TRIALS, max_size=TRIALS), min_size=SIX, max_size=SIX),
    st.tuples(st.integers(0, SIX - 1), st.integers(0, TRIALS - 1)),
    st.sampled_from(["mean", "pass_at_k", "pass_hat_k"]),
    st.sampled_from(["higher", "lower"]),
)
def test_an_answer_that_is_left_out_never_makes_a_score_better(
    values: list[list[int]], left_out: tuple[int, int], trials: str, direction: Literal["higher", "lower"]
) -> None:
    made = derived(trials, direction)
    check_benchmark(made, "benchmark.yaml")
    skipped = [[None if (p, t) == left_out else v for t, v in enumerate(row)] for p, row in enumerate(values)]
    honest, skipping = scores_of(made, values), scores_of(made, skipped)
    for name, score in honest.items():
        better = skipping[name] > score if higher_is_better(made, name) else skipping[name] < score
        assert not better, name


def scores_of(made: Benchmark, values: Sequence[Sequence[int | None]]) -> dict[str, Fraction]:
    """Grade reported values, None being a missing answer, and answer every score of the entry."""
    table = item_table(QUESTIONS)
    cells = [(q.id, t, v) for q, row in zip(QUESTIONS, values, strict=True) for t, v in enumerate(row)]
    scores = [ReportedScore(item_id=i, trial=t, scores={"m": v}) for i, t, v in cells if v is not None]
    lines = [Response(prompt_id=i, trial=t, state="missing" if v is None else "answered") for i, t, v in cells]
    recorded = bundle(configuration("v/c"), table, lines, scores=scores, trials=TRIALS)
    scored = scoring_of(made, table, [(grade_bundle(recorded, table, plan_of(made)), TRIALS)])
    found = {name: scored.scores(name, whole_set(table))[0] for name in (*made.metrics, *made.aggregates)}
    return {name: score for name, score in found.items() if score is not None}


@SMALL
@given(ROW, st.sets(st.integers(0, SIX - 1), min_size=1), st.sampled_from(["worst", "drop", "null"]))
def test_an_entry_with_a_failed_answer_is_never_scored(row: list[int | None], failing: set[int], missing: str) -> None:
    made = of_means(missing)
    states = {(position, 0): "platform_failure" for position in failing}
    values = [None if position in failing else value for position, value in enumerate(row)]
    scored = scoring_of(made, item_table(QUESTIONS), [(item_scores({"m": values}, states=states), 1)])
    assert scored.scores("total", whole_set(scored.table)) == [None]


# Whatever is built verifies

STATES: tuple[ResponseState, ...] = ("answered", "refused", "missing", "platform_failure")


@st.composite
def any_rules(draw: st.DrawFn) -> Benchmark:
    """Draw rules of three leaves, what is made from them, and a headline."""
    low, high = draw(st.sampled_from([(0, 1), (0, 5), (-1, 1)]))
    leaf = {"missing": draw(st.sampled_from(["worst", "drop", "null"])), "places": draw(st.integers(0, 9))}
    kinds: list[dict[str, Any]] = [{}, {"trials": "pass_at_k"}, {"trials": "pass_hat_k", "k": 2}]
    sets = draw(st.sampled_from(kinds))
    missing: Any = draw(st.sampled_from(["null", "present"]))
    metrics = {
        "m": reported_metric(range=(low, high), denominator=draw(st.sampled_from([1, 10, 10**12])), **leaf),
        "e": exact_metric(**leaf, **sets),
        "less": reported_metric(direction="lower", range=(low, high), **leaf),
        "both": Metric(all_of=["m", "e"]),
    }
    aggregates = {
        "a": Aggregate(mean=Mean(metric="m", slice={"part": ["a"]})),
        "sum": Aggregate(weighted=WeightedMean(children={"a": 3, "e": 1, "m": 2}, missing=missing), places=3),
        "points": Aggregate(borda=Borda(children=["sum", "less"])),
        "deep": Aggregate(weighted=WeightedMean(children={"points": 1, "sum": 5}, missing=missing)),
    }
    role: Any = draw(st.sampled_from([None, "category", "tier"]))
    facets = {"part": Facet(values=["a", "b"], role=role)}
    headline = draw(st.sampled_from([*metrics, *aggregates]))
    return benchmark(facets=facets, metrics=metrics, aggregates=aggregates, headline=headline)


@st.composite
def any_entry(draw: st.DrawFn, made: Benchmark, name: str) -> tuple[GradedEntry, Bundle]:
    trials = draw(st.integers(1, 3))
    metric = made.metrics["m"]
    grid = {"m": metric.denominator, "less": 1}
    lines, scores = [], []
    for question in QUESTIONS:
        for trial in range(trials):
            state = draw(st.sampled_from((*STATES[:1] * 6, *STATES, None)))
            if state is None:
                continue
            output = draw(st.sampled_from(["yes", "no", "", "0"])) if state == "answered" else None
            usage = draw(st.none() | st.builds(Usage, calls=st.just(1), prompt_tokens=st.integers(0, 9)))
            lines.append(Response(prompt_id=question.id, trial=trial, state=state, output=output, usage=usage))
            if state == "answered":
                drawn = {name: draw(st.none() | st.integers(*metric.range)) for name in grid}
                value = {name: None if own is None else own * grid[name] for name, own in drawn.items()}
                scores.append(ReportedScore(item_id=question.id, trial=trial, scores=value))
    config, table = configuration(name), item_table(QUESTIONS)
    version = draw(st.sampled_from(["1", "1", "0"]))
    recorded = bundle(config, table, lines, scores=scores, trials=trials, protocol_version=version)
    return graded_entry(config, [graded_bundle("public", recorded, table, plan_of(made), None)], made), recorded


@settings(max_examples=30)
@given(st.data())
def test_whatever_is_built_verifies(data: st.DataObject) -> None:
    made = data.draw(any_rules())
    check_benchmark(made, "benchmark.yaml")
    drawn = [data.draw(any_entry(made, f"v/e{number}")) for number in range(data.draw(st.integers(0, 3)))]
    published = assemble(inputs(made, QUESTIONS, [graded for graded, _ in drawn]))
    with TemporaryDirectory() as folder:
        place = Path(folder)
        folders = {recorded.digest: _on_disk(recorded, place / str(n)) for n, (_, recorded) in enumerate(drawn)}
        write_site(published, folders, place / "site")
        verdict = verify_site(place / "site")
    assert verdict.holds, verdict.refusals


def _on_disk(recorded: Bundle, folder: Path) -> Path:
    rows: dict[str, Sequence[Any]] = {"responses.jsonl": recorded.responses, "scores.jsonl": recorded.scores}
    write(folder / "manifest.json", canonical.dump(recorded.manifest))
    for name in recorded.manifest.files:
        write(folder / name, canonical.dump_lines(rows[name]))
    return folder
