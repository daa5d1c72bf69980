"""Groups of entries that may be ranked together, runs, and scores of single items."""

import math
import statistics
from fractions import Fraction
from typing import Any

import pytest

from core_builders import (
    answers,
    benchmark,
    board,
    bundle,
    configuration,
    document,
    entry,
    exact_metric,
    inputs,
    item,
    items,
    plan_of,
    reported_metric,
    row_of,
    scoring,
    verdicts,
)
from proofboard.core.board import error_over_runs, groups_of, item_ratios
from proofboard.core.entry import graded_bundle, graded_entry
from proofboard.core.items import item_table
from proofboard.errors import InputError
from proofboard.schemas.benchmark import Aggregate, Benchmark, Borda, Facet, Metric, WeightedMean
from proofboard.schemas.board import BoardRow
from proofboard.schemas.bundle import ReportedScore, Response

TEN = items(10)


def failed(*numbers: int) -> list[Response]:
    rows = answers(verdicts("1111100000"))
    return [
        Response(prompt_id=row.prompt_id, state="platform_failure") if n in numbers else row
        for n, row in enumerate(rows)
    ]


def row(made: Benchmark, outputs: Any, **recorded: Any) -> BoardRow:
    questions = recorded.pop("questions", TEN)
    return row_of(board(made, questions, [entry(made, questions, "v/c", outputs, **recorded)]), "v/c")


def test_the_groups_come_by_protocol_and_track_whatever_the_order_of_the_entries() -> None:
    made = benchmark(facets={"track": Facet(values=["a", "b"], role="track")})
    questions = [item(n, facets={"track": "ab"[n % 2]}) for n in range(4)]
    rows = answers(verdicts("1111"))
    entries = [
        entry(made, questions, f"v/{name}", rows[start::2], protocol_version=version)
        for name, start, version in [("d", 1, "2"), ("c", 0, "0"), ("b", 1, "1"), ("a", 0, "1")]
    ]
    for order in (entries, entries[::-1]):
        groups = groups_of(made, item_table(questions), order)
        found = [(g.protocol_version, g.track, [e.name for e in g.entries]) for g in groups]
        assert found == [("1", "a", ["v/a"]), ("1", "b", ["v/b"]), ("0", "a", ["v/c"]), ("2", "b", ["v/d"])]


def test_an_entry_of_two_tracks_is_refused() -> None:
    made = benchmark(facets={"track": Facet(values=["a", "b"], role="track")})
    questions = [item(n, facets={"track": "ab"[n % 2]}) for n in range(2)]
    with pytest.raises(InputError, match="answers items of 2 track tracks"):
        groups_of(made, item_table(questions), [entry(made, questions, "v/c", verdicts("11"))])


def test_an_absence_is_refused_by_its_entry_and_item_where_the_policy_refuses_it() -> None:
    made = benchmark(metrics={"correct": exact_metric(missing="refuse")})
    with pytest.raises(InputError, match=r"entries/v/c: has no correct on 2 items \(first q0001\)"):
        row(made, ["yes", None, None], questions=items(3))


def test_items_of_another_track_are_no_absence() -> None:
    facets = {"track": Facet(values=["a", "b"], role="track")}
    made = benchmark(metrics={"correct": exact_metric(missing="refuse")}, facets=facets)
    questions = [item(n, facets={"track": "ab"[n % 2]}) for n in range(4)]
    assert row(made, answers(verdicts("1111"))[::2], questions=questions).public.score == 1


@pytest.mark.parametrize("missing", ["worst", "drop", "null", "refuse"])
def test_a_failure_of_the_platform_leaves_no_score_and_says_why(missing: str) -> None:
    found = row(benchmark(metrics={"correct": exact_metric(missing=missing)}), failed(8, 9))
    assert (found.rank, found.public.score, found.public.exact, found.public.interval) == (None,) * 4
    assert found.public.reason == "2 responses failed on the platform; answer them to be ranked"
    assert found.public.n_items == 10


def test_an_absent_answer_stays_in_the_count() -> None:
    found = row(benchmark(), [*verdicts("11111"), *[None] * 5])
    assert (found.public.score, found.public.exact, found.public.n_items) == (0.5, ("1", "2"), 10)
    assert found.public.n_answered == 5


def test_a_refused_answer_is_an_answer() -> None:
    refused = Response(prompt_id="q0009", state="refused")
    assert row(benchmark(), [*verdicts("111111111"), refused]).public.n_answered == 10


def trials(rows: list[str], **fields: Any) -> BoardRow:
    """Answer the row of an entry with one string of verdicts for each trial; `x` failed, `-` is absent."""
    lines = [
        Response(prompt_id=f"q{n:04d}", trial=t, state="platform_failure")
        if mark == "x"
        else Response(prompt_id=f"q{n:04d}", trial=t, output={"1": "yes", "0": "no"}[mark])
        for t, marks in enumerate(rows)
        for n, mark in enumerate(marks)
        if mark != "-"
    ]
    made = benchmark(metrics={"correct": exact_metric(**fields)})
    return row(made, lines, questions=items(len(rows[0])), trials=len(rows))


def test_runs_are_scored_one_by_one_and_the_headline_is_their_mean() -> None:
    found = trials(["1100", "1110", "1000"])
    assert found.public.runs is not None
    assert found.public.runs.scores == [0.5, 0.75, 0.25]
    assert found.public.score == found.public.runs.mean == 0.5
    assert found.public.runs.standard_error == pytest.approx(0.25 / math.sqrt(3), abs=1e-6)


def test_trials_are_reduced_once_and_never_counted_as_items() -> None:
    alike = trials(["1100110010"] * 5)
    single = row(benchmark(), verdicts("1100110010"))
    assert alike.public.n_items == single.public.n_items == 10
    assert alike.public.score == single.public.score
    assert alike.public.standard_error == pytest.approx(
        statistics.stdev([1, 1, 0, 0, 1, 1, 0, 0, 1, 0]) / 10**0.5, abs=1e-6
    )
    assert alike.public.pass_rate == 0.5


def test_a_run_in_which_the_platform_failed_is_unknown_and_so_is_their_mean() -> None:
    found = trials(["1100", "11x0"])
    assert found.public.runs is not None
    assert found.public.runs.scores == [0.5, None]
    assert (found.public.runs.mean, found.public.runs.standard_error) == (None, None)
    assert found.public.score is None


def test_single_runs_say_nothing_of_sets_of_runs() -> None:
    found = trials(["1100", "1010"], trials="pass_at_k", k=2)
    assert found.public.score == 0.75
    assert found.public.runs is not None
    assert (found.public.runs.scores, found.public.runs.mean) == ([None, None], None)


def test_a_prompt_is_answered_when_every_trial_of_it_is() -> None:
    assert trials(["1100", "1-0x", "1110"]).public.n_answered == 2


def test_one_trial_has_no_runs() -> None:
    assert row(benchmark(), verdicts("1100110010")).public.runs is None


def test_runs_are_not_ranked_against_each_other() -> None:
    made = benchmark(
        aggregates={
            "points": Aggregate(borda=Borda(children=["correct"])),
            "blend": Aggregate(weighted=WeightedMean(children={"correct": 1, "points": 1})),
        },
        headline="blend",
    )
    lines = [Response(prompt_id=f"q{n:04d}", trial=t, output="yes") for n in range(3) for t in range(2)]
    assert row(made, lines, questions=items(3), trials=2).public.runs is None


def test_the_error_over_runs_is_the_deviation_over_the_root_of_their_number() -> None:
    runs = [Fraction(1, 2), Fraction(3, 4), Fraction(1, 4)]
    assert error_over_runs(runs) == pytest.approx(float(statistics.stdev(runs)) / math.sqrt(3), rel=1e-15)
    assert error_over_runs(runs[:1]) is None
    assert error_over_runs([*runs, None]) is None


def test_a_rating_has_no_pass_rate() -> None:
    stars = benchmark(
        metrics={"correct": Metric(weighted={"stars": 1}, range=(0, 5)), "stars": reported_metric(range=(0, 5))}
    )
    wrong = benchmark(metrics={"correct": exact_metric(direction="lower")})
    assert row(benchmark(), verdicts("1111100000")).public.pass_rate == 0.5
    assert row(wrong, verdicts("1111100000")).public.pass_rate is None
    assert row(stars, [None] * 10).public.pass_rate is None


def test_single_items_have_the_score_of_the_aggregate_on_them() -> None:
    made = benchmark(
        metrics={"a": reported_metric(denominator=2), "b": reported_metric(missing="drop")},
        aggregates={"total": Aggregate(weighted=WeightedMean(children={"a": 1, "b": 3}))},
        headline="total",
    )
    scored = scoring(made, items(2), [{"a": [1, 2], "b": [1, None]}])
    found = {name: item_ratios(scored, name, 0) for name in ("total", "a", "b")}
    pairs = {name: zip(own.numerators.tolist(), own.denominators.tolist(), strict=True) for name, own in found.items()}
    exact = {name: [Fraction(n, d) if d else None for n, d in own] for name, own in pairs.items()}
    assert exact == {"total": [Fraction(7, 8), 1], "a": [Fraction(1, 2), 1], "b": [1, None]}


def test_slices_of_the_board_have_the_scores_of_their_items() -> None:
    made = benchmark(
        facets={"tier": Facet(values=["easy", "hard"], role="tier"), "lang": Facet(values=["de", "en"])},
        slice_pairs=[("tier", "lang")],
    )
    questions = [
        item(n, facets={"tier": "easy" if n < 6 else "hard", "lang": "de" if n % 2 else "en"}) for n in range(10)
    ]
    found = row(made, verdicts("1110001011"), questions=questions).public
    assert found.by_tier == {"easy": 0.5, "hard": 0.75}
    assert found.by["tier×lang"] == {
        "easy×de": 0.333333, "easy×en": 0.666667, "hard×de": 0.5, "hard×en": 1.0,
    }  # fmt: skip


def test_an_entry_whose_bundle_is_of_another_configuration_is_refused() -> None:
    made, table = benchmark(), item_table(TEN)
    graded = graded_bundle(
        "public", bundle(configuration("v/c"), table, answers(verdicts("1111100000"))), table, plan_of(made), None
    )
    with pytest.raises(InputError, match="was recorded for the configuration"):
        graded_entry(configuration("v/c", settings={"changed": True}), [graded], made)
    with pytest.raises(InputError, match="config_name c, expected other"):
        graded_entry(configuration("v/other"), [graded], made)
    with pytest.raises(InputError, match="has 2 public bundles, expected 1"):
        graded_entry(configuration("v/c"), [graded, graded], made)


def test_items_are_counted_over_entries_with_many_different_numbers_of_trials() -> None:
    made = benchmark(metrics={"correct": reported_metric(denominator=10**12)})
    questions, counts = items(1), (11, 13, 17, 19, 23, 29)
    entries = []
    for count in counts:
        scores = [ReportedScore(item_id="q0000", trial=t, scores={"correct": 0}) for t in range(count)]
        entries.append(entry(made, questions, f"v/runs-{count}", [], scores=scores, trials=count))
    (counted,) = document(inputs(made, questions, entries), "items.json")["items"]
    assert (counted["mean"], counted["n_scored"]) == (0.0, len(counts))


def test_scores_of_single_items_that_cannot_be_exact_are_a_fault_and_no_wrong_number() -> None:
    made = benchmark(
        metrics={"a": reported_metric(denominator=10**12), "b": reported_metric(denominator=10**12 - 1)},
        aggregates={"total": Aggregate(weighted=WeightedMean(children={"a": 1, "b": 1}))},
        headline="total",
    )
    with pytest.raises(InputError, match="too large for exact item scores"):
        item_ratios(scoring(made, items(1), [{"a": [0], "b": [0]}]), "total", 0)


def test_an_entrys_own_document_holds_no_number_that_depends_on_others() -> None:
    made = benchmark(
        aggregates={
            "points": Aggregate(borda=Borda(children=["correct"])),
            "blend": Aggregate(weighted=WeightedMean(children={"correct": 1, "points": 1})),
        },
    )
    one, other = (entry(made, TEN, f"v/{name}", verdicts(row)) for name, row in (("a", "1110000000"), ("b", "1" * 10)))
    alone, beside = (document(inputs(made, TEN, some), "entries/v/a.json") for some in ([one], [one, other]))
    assert alone == beside
    assert alone["scores"].keys() == {"correct"}
