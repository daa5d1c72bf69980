"""Every score gets the interval of the very statistic it is, or none."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from core_builders import benchmark, everything, exact_metric, item, items, reported_metric, scoring
from proofboard.core.estimate import Estimate, estimate
from proofboard.core.intervals import wilson
from proofboard.schemas.benchmark import Aggregate, Benchmark, Borda, Facet, Mean, WeightedMean
from proofboard.schemas.item import Item

FIFTEEN_OF_TWENTY = {"correct": [1] * 15 + [0] * 5}


def estimated(
    made: Benchmark, questions: Sequence[Item], *entries: Mapping[str, Sequence[Any]], name: str | None = None
) -> Estimate:
    scored = scoring(made, questions, entries)
    return estimate(scored, name or made.headline, everything(scored), 0)


def test_a_rate_of_independent_items_has_a_wilson_interval() -> None:
    found = estimated(benchmark(), items(20), FIFTEEN_OF_TWENTY)
    assert found == Estimate(wilson(0.75, 20), None, "wilson")


def test_clusters_weights_and_measures_have_clustered_errors() -> None:
    clustered = estimated(benchmark(), [item(n, cluster=f"c{n // 2}") for n in range(20)], FIFTEEN_OF_TWENTY)
    weighed = estimated(benchmark(), [item(n, weight=1 + n % 2) for n in range(20)], FIFTEEN_OF_TWENTY)
    measured = estimated(
        benchmark(metrics={"correct": reported_metric(denominator=10)}), items(20), {"correct": [7, 8] * 10}
    )
    assert [one.method for one in (clustered, weighed, measured)] == ["clustered t"] * 3
    assert all(one.standard_error and one.interval for one in (clustered, weighed, measured))


@pytest.mark.parametrize(("low", "high"), [(0, 5), (-1, 1)])
def test_a_rating_is_no_rate(low: int, high: int) -> None:
    made = benchmark(metrics={"correct": reported_metric(range=(low, high))})
    found = estimated(made, items(20), {"correct": [low, high] * 10})
    assert found.method == "clustered t"
    assert found.interval is not None
    assert low <= found.interval[0] < (low + high) / 2 < found.interval[1] <= high


def test_few_clusters_have_an_error_and_no_interval() -> None:
    made = benchmark(metrics={"correct": reported_metric(denominator=10)})
    found = estimated(made, items(9), {"correct": [3, 7, 5] * 3})
    assert (found.interval, found.method) == (None, None)
    assert found.standard_error is not None


def test_an_unknown_score_has_no_interval() -> None:
    made = benchmark(metrics={"correct": exact_metric(missing="null")})
    assert estimated(made, items(2), {"correct": [1, None]}) == Estimate()


def test_dropped_items_do_not_make_a_rate_surer() -> None:
    made = benchmark(metrics={"correct": exact_metric(missing="drop")})
    found = estimated(made, items(40), {"correct": FIFTEEN_OF_TWENTY["correct"] + [None] * 20})
    assert found.interval == wilson(0.75, 20)


def two_metrics(total: Aggregate, high: int = 1) -> Benchmark:
    metrics = {"a": reported_metric(range=(0, high)), "b": reported_metric(range=(0, high), missing="drop")}
    return benchmark(
        metrics=metrics,
        aggregates={
            "total": total,
            "points": Aggregate(borda=Borda(children=["a", "b"])),
            "blend": Aggregate(weighted=WeightedMean(children={"a": 1, "points": 1})),
        },
        headline="total",
    )


MEAN = Aggregate(weighted=WeightedMean(children={"a": 1, "b": 1}))
ALTERNATING = {"a": [0, 1] * 10, "b": [1, 1, 0, 0] * 5}


def test_a_sum_of_means_keeps_the_pairing_of_its_items() -> None:
    opposed = {"a": [0, 1] * 10, "b": [1, 0] * 10}
    alike = {"a": [0, 1] * 10, "b": [0, 1] * 10}
    assert estimated(two_metrics(MEAN), items(20), opposed).standard_error == 0
    single = estimated(benchmark(metrics={"a": reported_metric(denominator=2)}, headline="a"), items(20),
                       {"a": [0, 2] * 10})  # fmt: skip
    paired = estimated(two_metrics(MEAN), items(20), alike).standard_error
    assert paired == pytest.approx(single.standard_error, rel=1e-14)


def test_the_interval_of_a_sum_lies_around_it_whatever_the_ranges_of_its_parts() -> None:
    metrics = {"a": reported_metric(), "b": reported_metric(range=(0, 100))}
    made = benchmark(metrics=metrics, aggregates={"total": MEAN}, headline="total")
    found = estimated(made, items(20), {"a": [0, 1] * 10, "b": [40, 80] * 10})
    assert found.interval is not None
    low, high = found.interval
    assert low < 30.25 < high < 50.5
    assert high - 30.25 == pytest.approx(30.25 - low)


@pytest.mark.parametrize("name", ["points", "blend"])
def test_points_by_rank_have_no_interval(name: str) -> None:
    others = {"a": [1] * 20, "b": [0] * 20}
    assert estimated(two_metrics(MEAN), items(20), ALTERNATING, others, others, name=name) == Estimate()


def test_a_present_part_stands_for_the_whole() -> None:
    present = Aggregate(weighted=WeightedMean(children={"a": 1, "b": 3}, missing="present"))
    alone: dict[str, list[int | None]] = {"a": [*FIFTEEN_OF_TWENTY["correct"]], "b": [None] * 20}
    assert estimated(two_metrics(present), items(20), alone).interval == wilson(0.75, 20)


def test_a_slice_of_a_slice_is_estimated_on_its_own_items() -> None:
    facets = {"part": Facet(values=["a", "b"])}
    made = benchmark(
        facets=facets, aggregates={"only-a": Aggregate(mean=Mean(metric="correct", slice={"part": ["a"]}))},
        headline="only-a",
    )  # fmt: skip
    questions = [item(n, facets={"part": "a" if n < 20 else "b"}) for n in range(50)]
    found = estimated(made, questions, {"correct": FIFTEEN_OF_TWENTY["correct"] + [1] * 30})
    assert found.interval == wilson(0.75, 20)


def test_the_share_of_passing_sets_stays_between_nothing_and_all() -> None:
    made = benchmark(metrics={"correct": exact_metric(range=(0, 5), trials="pass_at_k", k=1)})
    scored = estimated(made, items(12), {"correct": [5] * 11 + [0]})
    assert scored.interval is not None
    assert math.isclose(scored.interval[1], 1) or scored.interval[1] < 1


def test_answers_all_alike_do_not_make_a_score_certain() -> None:
    # With independent items Wilson says how sure it is; a clustered error of zero would say "certain".
    clustered = [item(n, cluster=f"c{n // 2}") for n in range(24)]
    assert estimated(benchmark(), clustered, {"correct": [1] * 24}) == Estimate(None, 0.0, None)
