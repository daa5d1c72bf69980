"""The grader regex."""

import subprocess
import sys
import time
from typing import Any

import pytest

from grading_cases import grade, grader
from proofboard.errors import InputError

MEGABYTE = 1_000_000


@pytest.mark.parametrize(
    ("options", "reference", "output", "passes"),
    [
        ({"pattern": r"^def \w+\("}, None, "def f(x):", True),
        ({"pattern": r"^def \w+\("}, None, "x = 1", False),
        ({"pattern": r"[Aa]nswer: *(\S+)"}, "42", "The answer: 42", True),
        ({"pattern": r"[Aa]nswer: *(\S+)"}, ["41", 42], "The answer: 42", True),
        ({"pattern": r"[Aa]nswer: *(\S+)"}, "42", "The answer: 43", False),
        ({"pattern": r"[Aa]nswer: *(\S+)"}, "42", "42", False),
        ({"pattern": r"x(y)?"}, "y", "x", False),
        ({"pattern": r"(?s).*answer: (\d+)"}, "2", "answer: 1\nanswer: 2", True),
        ({"pattern": "PARIS", "ignore_case": True}, None, "paris", True),
        ({"pattern": "paris", "whole": True}, None, "in paris", False),
        ({"pattern": r"is (\w+)", "ignore_case": True}, "Paris", "it IS PARIS", False),
        ({"pattern": r"is (\w+)", "fold_answer": True}, ["Lyon", "Paris"], "it is PARIS", True),
        ({"pattern": r"is (\w+)", "fold_answer": True}, "Paris", "it is Lyon", False),
        ({"pattern": r"is (\w+)?", "fold_answer": True}, "Paris", "it is ", False),
        ({}, r"\b4\b", "4 of them", True),
        ({}, [r"^yes", r"^ja"], "ja!", True),
        ({}, r"^yes", "no", False),
    ],
)
def test_regex_searches_the_output_and_compares_the_first_group(
    *, options: dict[str, Any], reference: Any, output: str, passes: bool
) -> None:
    assert grade(grader("regex", **options), reference, output) is passes


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(", "is not an RE2 pattern: missing"),
        (r"(?=look)ahead", "is not an RE2 pattern"),
        (r"(a)\1", "is not an RE2 pattern"),
        ("a\0b", "NUL"),
        ("a" * 1_001, "1,001 characters"),
        ("x{900}y{900}z{900}", "steps"),
        ("\ud800", "surrogate"),
    ],
)
def test_a_pattern_beyond_the_rules_is_refused_with_its_reason(pattern: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        grader("regex", pattern=pattern)


def test_a_bad_pattern_of_an_item_names_the_item_and_does_not_repeat_it() -> None:
    with pytest.raises(InputError, match="'q1' is not an RE2 pattern") as caught:
        grade(grader("regex"), "(secret", "x")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(a|a)*b", r"^(a?){40}a{40}c"])
def test_patterns_that_hang_a_backtracking_engine_answer_at_once(pattern: str) -> None:
    started = time.perf_counter()
    assert grade(grader("regex", pattern=pattern), "x", "a" * MEGABYTE + "!") is False
    assert time.perf_counter() - started < 2


def test_re2_is_imported_only_when_a_benchmark_uses_it() -> None:
    code = (
        "import sys; from proofboard.core.graders.registry import built_in;"
        "[built_in(k, {}, 'b') for k in ('exact', 'numeric', 'choice', 'token_f1', 'kendall_tau', 'votes')];"
        "assert 're2' not in sys.modules; built_in('regex', {}, 'b'); assert 're2' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
