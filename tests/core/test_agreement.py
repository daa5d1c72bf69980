"""How far judges agree beyond chance, against examples that were worked out in print."""

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_builders import answers, benchmark, bundle, configuration, document, entry, inputs, items, plan_of
from proofboard.core.entry import graded_bundle
from proofboard.core.exact import rounded
from proofboard.core.inference.agreement import VoteAgreement, cohen, fleiss, vote_agreement
from proofboard.core.items import item_table
from proofboard.schemas.benchmark import GraderSpec, Metric
from proofboard.schemas.bundle import JudgeRecord, Stage, Verdict

FLEISS_1971 = """
    00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
    00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""
"""Fleiss 1971, table 1: thirty patients, six psychiatrists, five diagnoses; one digit for each diagnosis."""

FOURTEEN_RATERS = [
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
]  # fmt: skip
"""Ten subjects, fourteen raters, five categories: the example that most textbooks and packages check against."""


def counts(rows: Sequence[Sequence[int]]) -> list[Mapping[Hashable, int]]:
    return [dict(enumerate(row)) for row in rows]


def votes(*responses: str, judge: str | None = None, first: int = 0) -> list[Verdict]:
    """Cast votes: a text for each response, `+` and `-` for votes and `0` for a null one."""
    meant = {"+": True, "-": False, "0": None}
    return [
        Verdict(prompt_id=f"q{number:04d}", passed=meant[sign], vote=first + vote, judge=judge)
        for number, signs in enumerate(responses)
        for vote, sign in enumerate(signs)
    ]


def found(*responses: str) -> VoteAgreement:
    made = vote_agreement(votes(*responses), "m")
    assert made is not None
    return made


# Fleiss


def test_the_table_of_fleiss_1971_gives_the_kappa_that_he_found() -> None:
    made = fleiss(counts([[int(digit) for digit in row] for row in FLEISS_1971.split()]))
    assert (made.n_responses, rounded(made.observed, 3), rounded(made.kappa, 3)) == (30, 0.556, 0.43)


def test_fourteen_raters_on_ten_subjects_give_the_well_known_kappa() -> None:
    made = fleiss(counts(FOURTEEN_RATERS))
    assert (rounded(made.observed, 3), rounded(made.kappa, 3)) == (0.378, 0.21)


def test_raters_who_all_agree_have_a_kappa_of_one_and_those_who_never_do_one_below_zero() -> None:
    assert fleiss(counts([[3, 0], [0, 3]])).kappa == 1
    assert fleiss(counts([[1, 1], [1, 1]])).kappa == -1


def test_where_all_ratings_are_the_same_kappa_is_unknown_and_the_agreement_whole() -> None:
    made = fleiss(counts([[3, 0], [3, 0]]))
    assert made.observed == 1
    assert made.kappa is None


def test_of_nothing_nothing_is_known() -> None:
    assert (fleiss([]).n_responses, fleiss([]).observed, fleiss([]).kappa) == (0, None, None)


@pytest.mark.parametrize("rows", [[[1, 1], [2, 1]], [[1, 0]], [[0, 0]]])
def test_other_numbers_of_ratings_than_one_of_at_least_two_are_refused(rows: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="expected one number of at least 2"):
        fleiss(counts(rows))


# Cohen


def pairs(table: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    return [(a, b) for a, row in enumerate(table) for b, count in enumerate(row) for _ in range(count)]


def test_fifty_proposals_read_by_two_give_the_kappa_that_is_taught() -> None:
    made = cohen(pairs([[20, 5], [10, 15]]))
    assert (made.n_responses, made.observed, made.kappa) == (50, Fraction(7, 10), Fraction(2, 5))


@pytest.mark.parametrize(("table", "kappa"), [([[45, 15], [25, 15]], 0.1304), ([[25, 35], [5, 35]], 0.2593)])
def test_equal_agreement_may_be_more_or_less_beyond_chance(table: list[list[int]], kappa: float) -> None:
    made = cohen(pairs(table))
    assert (made.observed, rounded(made.kappa, 4)) == (Fraction(3, 5), kappa)


def test_three_diagnoses_of_cohen_1960_give_his_kappa() -> None:
    # Table 1 of the paper, its proportions of 200 patients: .70 observed, .41 by chance.
    made = cohen(pairs([[88, 14, 18], [10, 40, 10], [2, 6, 12]]))
    assert (made.observed, rounded(made.kappa, 3)) == (Fraction(7, 10), 0.492)


def test_two_judges_who_say_nothing_but_yes_have_no_kappa() -> None:
    assert cohen([(True, True)] * 5).kappa is None


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30))
def test_kappa_is_the_same_whoever_stands_first_and_never_above_one(said: list[tuple[int, int]]) -> None:
    made = cohen(said)
    assert made == cohen([(b, a) for a, b in said])
    assert made.kappa is None or made.kappa <= 1


# Votes of a bundle


def test_votes_of_one_judge_are_compared_response_by_response() -> None:
    made = found("+++", "---", "++-")
    assert (made.n_votes, made.n_left_out, made.votes.n_responses, made.judges) == (3, 0, 3, [])
    assert made.votes == fleiss(counts([[3, 0], [0, 3], [2, 1]]))


def test_a_null_vote_is_a_category_of_its_own() -> None:
    assert found("++0", "++0").votes.observed == Fraction(1, 3)
    assert found("000", "+++").votes.kappa == 1


def test_responses_with_another_number_of_votes_are_left_out_and_counted() -> None:
    made = found("+++", "---", "++", "+")
    assert (made.n_votes, made.votes.n_responses, made.n_left_out) == (3, 2, 2)


def test_of_two_numbers_of_votes_that_are_as_common_the_larger_counts() -> None:
    assert found("++", "+++", "--", "---").n_votes == 3


def test_one_vote_on_each_response_says_nothing_of_agreement() -> None:
    assert vote_agreement(votes("+", "-", "+"), "m") is None
    assert vote_agreement([], "m") is None


def test_trials_and_stages_are_responses_of_their_own() -> None:
    places: list[tuple[int, Stage]] = [(0, "answer"), (0, "repair"), (1, "answer")]
    cast = [
        Verdict(prompt_id="q", passed=True, trial=trial, stage=stage, vote=vote)
        for trial, stage in places
        for vote in (0, 1)
    ]
    made = vote_agreement(cast, None)
    assert made is not None
    assert (made.n_votes, made.votes.n_responses) == (2, 3)


def test_judges_are_compared_by_the_majority_of_each_one_s_votes() -> None:
    cast = votes("++-", "---", "+++", "+-0") + votes("+++", "++-", "--+", "---", judge="second", first=3)
    made = vote_agreement(cast, "main")
    assert made is not None
    (pair,) = made.judges
    assert (made.n_votes, pair.a, pair.b) == (6, "main", "second")
    # A tie does not pass, as in the grader: main says yes, no, yes, no.
    assert pair.agreement == cohen([(True, True), (False, True), (True, False), (False, False)])


def test_a_judge_that_is_named_although_the_manifest_names_it_is_one_judge() -> None:
    made = vote_agreement(votes("+", "-", judge="main") + votes("+", "-", first=1), "main")
    assert made is not None
    assert made.judges == []


def test_two_judges_are_compared_on_the_responses_that_both_voted_on() -> None:
    made = vote_agreement(votes("++", "--", "++") + votes("+", judge="b", first=2), None)
    assert made is not None
    assert [(pair.a, pair.b, pair.agreement.n_responses) for pair in made.judges] == [(None, "b", 1)]


def test_three_judges_make_three_pairs_with_the_main_one_first_whatever_the_order_of_votes() -> None:
    cast = [*votes("+", "-", judge="b", first=1), *votes("+", "-", judge="a", first=2), *votes("+", "+")]
    orders = [vote_agreement(list(order), "m") for order in permutations(cast, len(cast))][:50]
    assert [(pair.a, pair.b) for pair in (orders[0].judges if orders[0] else ())] == [
        ("m", "a"),
        ("m", "b"),
        ("a", "b"),
    ]
    assert all(order == orders[0] for order in orders)


# In the publication

RULES = benchmark(metrics={"judged": Metric(grader=GraderSpec(kind="votes"))}, headline="judged")


def published(cast: Sequence[Verdict]) -> object:
    own = entry(RULES, items(3), "v/c", "abc", votes=cast, judge=JudgeRecord(model="main"))
    return document(inputs(RULES, items(3), [own]), "entries/v/c.json")["judge_agreement"]


def test_the_document_of_an_entry_states_the_agreement_on_its_public_answers() -> None:
    cast = votes("++", "--", "++") + votes("+", "-", "-", judge="second", first=2)
    assert published(cast) == {
        "votes": {"n_responses": 3, "n_votes": 3, "n_left_out": 0, "observed": 0.777778, "kappa": 0.55},
        "judges": [{"a": "main", "b": "second", "n_responses": 3, "observed": 0.666667, "kappa": 0.4}],
    }


def test_without_votes_the_document_states_none() -> None:
    assert published(()) is None


def test_a_kappa_that_is_unknown_is_null() -> None:
    assert published(votes("++", "++", "++"))["votes"]["kappa"] is None  # type: ignore[index]


def test_agreement_is_made_when_a_bundle_is_graded() -> None:
    table = item_table(items(2))
    made = bundle(configuration("v/c"), table, answers("ab"), votes=votes("+-", "++"))
    graded = graded_bundle("public", made, table, plan_of(RULES), None)
    assert graded.agreement == vote_agreement(made.verdicts, None)
