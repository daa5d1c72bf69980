"""Built-in graders by name."""

from typing import Any

import pytest

from grading_cases import grade, grader
from proofboard.core.graders.base import to_grid
from proofboard.core.graders.registry import built_in, kinds
from proofboard.errors import InputError


def test_a_kind_that_is_not_built_in_is_left_to_installed_graders() -> None:
    assert built_in("gmat_structural", {"anything": 1}, "benchmark.yaml") is None


@pytest.mark.parametrize(
    ("kind", "options", "reasons"),
    [
        ("exact", {"strip": True}, ["options.strip: is not known; this grader has no options"]),
        (
            "includes",
            {"ignore_case": "yes", "whole": 1},
            ["options.ignore_case", "options.whole: is not a known field"],
        ),
        ("numeric", {"absolute": 0.1, "relative": "-1"}, ["options.absolute", "options.relative"]),
        ("choice", {"letters": 27}, ["options.letters"]),
        ("distribution_blend", {"weights": {}}, ["options.weights"]),
        ("distribution_blend", {"weights": {"jensen_shannon": 0}}, ["options.weights.jensen_shannon"]),
        ("regex", {"pattern": "("}, ["options.pattern: is not an RE2 pattern"]),
    ],
)
def test_every_fault_of_the_options_is_named(kind: str, options: dict[str, Any], reasons: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        built_in(kind, options, "benchmark.yaml")
    assert len(caught.value.faults) == len(reasons)
    assert all(fault.file == "benchmark.yaml" for fault in caught.value.faults)
    assert all(any(reason in fault.reason for fault in caught.value.faults) for reason in reasons)


@pytest.mark.parametrize("described", kinds(), ids=lambda described: described.name)
def test_every_kind_is_documented_and_made_under_its_own_name(described: Any) -> None:
    made = grader(described.name)
    assert (made.name, made.version) == (described.name, described.version)
    assert described.doc.endswith(".")
    assert all(option.doc for option in described.options)


def test_scores_reach_the_grid_with_one_rounding() -> None:
    assert to_grid(grade(grader("token_f1"), "cat sat on mat", "cat sat"), 10**6) == 666_667
