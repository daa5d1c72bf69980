"""From a bundle to item scores: every line checked, every response graded for every item of its prompt."""

from collections.abc import Sequence
from typing import Any

import pytest

from core_builders import (
    answers,
    benchmark,
    bundle,
    configuration,
    exact_metric,
    item,
    items,
    plan_of,
    reported_metric,
)
from proofboard.core.graders.base import Grader, Score
from proofboard.core.grading import ItemScores, grade_bundle, grading_digest, grading_plan
from proofboard.core.items import item_table
from proofboard.errors import InputError
from proofboard.schemas.benchmark import Benchmark, GraderSpec, Metric, Policies
from proofboard.schemas.bundle import ReportedScore, Response, ResponseState, Verdict
from proofboard.schemas.item import Item

REPORTED = benchmark(metrics={"correct": reported_metric()})
JUDGED = benchmark(metrics={"correct": Metric(grader=GraderSpec(kind="votes"))})
INSTALLED = benchmark(metrics={"correct": Metric(grader=GraderSpec(kind="foreign"))})


def graded(
    responses: Sequence[Any], made: Benchmark | None = None, questions: Sequence[Item] | None = None, **recorded: Any
) -> ItemScores:
    made, table = made or benchmark(), item_table(questions or items(len(responses)))
    return grade_bundle(bundle(configuration("v/c"), table, answers(responses), **recorded), table, plan_of(made))


def faults(*given: Any, **recorded: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        graded(*given, **recorded)
    return [str(fault) for fault in caught.value.faults]


def test_a_refusal_is_a_wrong_answer_and_an_absence_is_left_to_the_policy() -> None:
    states: list[ResponseState] = ["answered", "refused", "missing", "platform_failure"]
    outputs = [Response(prompt_id=f"q{n:04d}", state=state, output="yes") for n, state in enumerate(states)]
    assert graded(outputs).values["correct"] == [1, 0, None, None]


def test_a_refusal_is_the_worst_where_lower_is_better() -> None:
    made = benchmark(metrics={"correct": exact_metric(direction="lower", range=(0, 5))})
    assert graded([Response(prompt_id="q0000", state="refused")], made).values["correct"] == [5]


def test_one_response_is_graded_for_every_item_of_its_prompt() -> None:
    questions = [item(0, prompt_id="p", reference="yes"), item(1, prompt_id="p", reference="no")]
    questions = [Item(id=q.id, prompt="Both?", prompt_id="p", reference=q.reference) for q in questions]
    scores = graded([Response(prompt_id="p", output="yes")], questions=questions)
    assert (scores.item.tolist(), scores.values["correct"]) == ([0, 1], [1, 0])


def test_the_order_of_the_lines_is_irrelevant() -> None:
    lines = [
        Response(prompt_id=f"q{n:04d}", output="yes" if (n + t) % 2 else "no", trial=t)
        for n in range(3) for t in range(2)
    ]  # fmt: skip
    one, other = (graded(rows, questions=items(3), trials=2) for rows in (lines, lines[::-1]))
    assert one.values == other.values
    assert one.item.tolist() == other.item.tolist() == [0, 0, 1, 1, 2, 2]
    assert one.trial.tolist() == other.trial.tolist() == [0, 1] * 3


def test_every_bad_line_is_reported_at_once_with_its_number() -> None:
    lines = [
        Response(prompt_id="q0000", output="yes"),
        Response(prompt_id="unknown", output="yes"),
        Response(prompt_id="q0000", output="no"),
        Response(prompt_id="q0000", output="no", trial=3),
    ]
    found = faults(lines, questions=items(1))
    assert [line.split(": ", 1)[0] for line in found] == [f"bundle/responses.jsonl:{n}" for n in (2, 3, 4)]
    assert ["not an item" in found[0], "stands twice" in found[1], "declares 1" in found[2]] == [True] * 3


def test_a_bundle_of_other_prompts_is_refused() -> None:
    table = item_table(items(1))
    made = bundle(configuration("v/c"), table, answers(["yes"]))
    with pytest.raises(InputError, match="recorded against other prompts"):
        grade_bundle(made, item_table(items(1, prompt="Changed?")), plan_of(benchmark()))


def test_a_vote_cast_twice_is_refused() -> None:
    votes = [Verdict(prompt_id="q0000", passed=True), Verdict(prompt_id="q0000", passed=True)]
    assert "stands twice" in faults(["text"], JUDGED, votes=votes)[0]


def test_each_response_is_graded_by_its_own_votes() -> None:
    cast_in: list[list[bool | None]] = [[True, True, False], [False, None, False]]
    votes = [
        Verdict(prompt_id="q0000", passed=passed, trial=trial, vote=vote)
        for trial, cast in enumerate(cast_in)
        for vote, passed in enumerate(cast)
    ]
    lines = [Response(prompt_id="q0000", output="text", trial=trial) for trial in range(2)]
    assert graded(lines, JUDGED, items(1), votes=votes, trials=2).values["correct"] == [1, 0]


def test_reported_scores_need_no_response() -> None:
    scores = [ReportedScore(item_id="q0001", scores={"correct": 1}), ReportedScore(item_id="q0000", scores={})]
    made = graded([], REPORTED, items(2), scores=scores)
    assert (made.item.tolist(), made.values["correct"]) == ([0, 1], [None, 1])


@pytest.mark.parametrize("value", [-1, 2])
def test_a_reported_score_outside_the_range_is_refused(value: int) -> None:
    scores = [ReportedScore(item_id="q0000", scores={"correct": value})]
    assert "expected 0 to 1" in faults([], REPORTED, items(1), scores=scores)[0]


def test_a_report_of_a_metric_that_is_graded_is_refused() -> None:
    scores = [ReportedScore(item_id="q0000", scores={"correct": 1})]
    assert "not a reported metric" in faults(["no"], scores=scores)[0]


def with_grader(score: Score) -> ItemScores:
    grader = Grader("foreign", "1", lambda *_: score)
    plan = grading_plan(INSTALLED, {"correct": grader}, {"correct": "installed foreign 1"})
    table = item_table(items(1))
    return grade_bundle(bundle(configuration("v/c"), table, answers(["yes"])), table, plan)


@pytest.mark.parametrize("score", [2, -1, 1.5, 10**30])
def test_a_grade_outside_the_metrics_range_is_refused(score: Score) -> None:
    # Otherwise an absent answer, worth the worst score, could beat a graded one.
    with pytest.raises(InputError, match=r"q0000.*'correct'.*expected 0 to 1"):
        with_grader(score)


def test_a_grade_at_the_end_of_the_range_is_taken() -> None:
    assert with_grader(1).values["correct"] == [1]
    assert with_grader(0.0).values["correct"] == [0]


def test_a_recorded_column_outside_the_range_is_refused() -> None:
    table = item_table(items(1))
    made = bundle(configuration("v/c"), table, answers(["yes"]))
    plan = grading_plan(INSTALLED, {}, {"correct": "installed foreign 1"})
    with pytest.raises(InputError, match="expected 0 to 1"):
        grade_bundle(made, table, plan, {"correct": [7]})


def test_a_recorded_column_of_another_length_is_refused() -> None:
    table = item_table(items(1))
    made = bundle(configuration("v/c"), table, answers(["yes"]))
    plan = grading_plan(INSTALLED, {}, {"correct": "installed foreign 1"})
    with pytest.raises(InputError, match="has 2 values, the bundle has 1 rows"):
        grade_bundle(made, table, plan, {"correct": [1, 1]})


def test_a_metric_whose_grader_is_not_at_hand_is_refused() -> None:
    table = item_table(items(1))
    made = bundle(configuration("v/c"), table, answers(["yes"]))
    with pytest.raises(InputError, match="needs the grader 'foreign'"):
        grade_bundle(made, table, grading_plan(INSTALLED, {}, {}))


def test_the_grading_digest_names_what_decides_scores_and_nothing_else() -> None:
    questions = items(2)
    base = grading_digest(item_table(questions), plan_of(benchmark()))
    same = grading_digest(item_table(questions[::-1]), plan_of(benchmark(description="Other words")))
    assert same == base
    changed = [
        grading_digest(item_table([item(0, reference="x"), item(1)]), plan_of(benchmark())),
        grading_digest(item_table([item(0, weight=2), item(1)]), plan_of(benchmark())),
        grading_digest(item_table(questions), plan_of(benchmark(metrics={"correct": exact_metric(missing="drop")}))),
        grading_digest(item_table(questions), plan_of(benchmark(policies=Policies(minimum_cell=60)))),
    ]
    assert len({base, *changed}) == 5
