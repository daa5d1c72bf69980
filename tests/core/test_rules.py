"""What a benchmark must satisfy beyond its shape."""

from typing import Any

import pytest

from core_builders import benchmark, exact_metric
from proofboard.core.rules.benchmark import check_benchmark, metric_order
from proofboard.errors import InputError
from proofboard.schemas.benchmark import (
    Aggregate,
    Borda,
    CloseTheLoop,
    Facet,
    ItemSets,
    Mean,
    Metric,
    Policies,
    Threshold,
    WeightedMean,
)

A = exact_metric()


def faults(**fields: Any) -> list[str]:
    try:
        check_benchmark(benchmark(**fields), "benchmark.yaml")
    except InputError as error:
        return [found.reason for found in error.faults]
    return []


def with_metric(metric: Metric) -> dict[str, Any]:
    return {"metrics": {"correct": A, "other": metric}}


def with_aggregate(aggregate: Aggregate) -> dict[str, Any]:
    return {"aggregates": {"total": aggregate}}


def test_a_good_benchmark_has_no_fault() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"headline": "speed"}, "neither a metric nor an aggregate"),
        (with_metric(Metric()), "found none"),
        (with_metric(Metric(reported=True, weighted={"correct": 1})), "found reported, weighted"),
        (with_metric(Metric(weighted={"absent": 1})), "'absent' is not a metric"),
        (with_metric(Metric(threshold=Threshold(metric="absent", at_least="1"))), "'absent' is not a metric"),
        (with_metric(Metric(reported=True, range=(1, 1))), "1 is not below 1"),
        (with_metric(Metric(all_of=["other"])), "made from itself"),
        (with_aggregate(Aggregate()), "needs exactly one of mean, weighted, borda"),
        (with_aggregate(Aggregate(mean=Mean(metric="absent"))), "'absent' is not a metric"),
        (with_aggregate(Aggregate(mean=Mean(metric="correct", slice={"x": ["y"]}))), "'x' is not a facet"),
        (with_aggregate(Aggregate(borda=Borda(children=["total"]))), "made from itself"),
        (with_aggregate(Aggregate(weighted=WeightedMean(children={"no": 1}))), "neither a metric nor an aggregate"),
        ({"aggregates": {"correct": Aggregate(mean=Mean(metric="correct"))}}, "is also the name of a metric"),
        ({"facets": {"a": Facet(values=["x", "x"])}}, "stands twice"),
        ({"facets": {n: Facet(values=["x"], role="tier") for n in "ab"}}, "the role 'tier' is given to 2 facets"),
        ({"slice_pairs": [("a", "b")]}, "'a' is not a facet"),
        (
            {"close_the_loop": CloseTheLoop(runnable="correct", accepted="correct", passes="correct")},
            "needs item_sets.repair",
        ),
        (
            {
                "close_the_loop": CloseTheLoop(runnable="correct", accepted="correct", passes="absent"),
                "item_sets": ItemSets(repair="items/repair.jsonl"),
            },
            "'absent' is not a metric",
        ),
    ],
)
def test_a_fault_is_said(fields: dict[str, Any], said: str) -> None:
    assert any(said in fault for fault in faults(**fields)), faults(**fields)


@pytest.mark.parametrize(
    "aggregate", [Aggregate(weighted=WeightedMean(children={})), Aggregate(borda=Borda(children=[]))]
)
def test_an_aggregate_of_nothing_is_a_fault(aggregate: Aggregate) -> None:
    assert any("no child" in fault for fault in faults(**with_aggregate(aggregate), headline="total"))


def test_better_and_worse_cannot_be_added_up() -> None:
    metrics = {"correct": A, "errors": exact_metric(direction="lower")}
    total = Aggregate(weighted=WeightedMean(children={"correct": 1, "errors": 1}))
    assert any("direction" in fault for fault in faults(metrics=metrics, aggregates={"total": total}))


def test_points_by_rank_may_come_from_both_directions() -> None:
    metrics = {"correct": A, "errors": exact_metric(direction="lower")}
    assert faults(metrics=metrics, aggregates={"total": Aggregate(borda=Borda(children=["correct", "errors"]))}) == []


@pytest.mark.parametrize("trials", ["pass_at_k", "pass_hat_k"])
def test_passing_has_no_lower_is_better(trials: str) -> None:
    assert any("direction" in fault for fault in faults(**with_metric(exact_metric(trials=trials, direction="lower"))))


@pytest.mark.parametrize("step", ["0.0", ".00", "0.6", "0.03", "0.0000000000000001"])
def test_a_release_step_that_does_not_part_the_whole_is_a_fault(step: str) -> None:
    assert any("release_step" in fault for fault in faults(policies=Policies(release_step=step)))


@pytest.mark.parametrize("step", ["0.01", "0.005", "0.02", "0.05", ".1", "0.5"])
def test_a_release_step_that_parts_the_whole_is_good(step: str) -> None:
    assert faults(policies=Policies(release_step=step)) == []


def test_a_metric_stands_after_its_parts_whatever_their_names() -> None:
    metrics = {
        "a": Metric(all_of=["z", "m"]),
        "m": Metric(threshold=Threshold(metric="z", at_least="0.5")),
        "z": A,
        "b": Metric(weighted={"a": 1, "m": 2}),
    }
    assert metric_order(benchmark(metrics=metrics, headline="a")) == ["z", "m", "a", "b"]


def test_parts_shared_by_two_metrics_are_no_cycle() -> None:
    metrics = {"z": A, "x": Metric(all_of=["z"]), "y": Metric(any_of=["z"]), "top": Metric(all_of=["x", "y"])}
    assert faults(metrics=metrics, headline="top") == []


def test_all_faults_are_reported_at_once() -> None:
    found = faults(headline="speed", metrics={"correct": Metric(), "other": Metric(reported=True, range=(2, 1))})
    assert len(found) == 3
