"""What checking and repairing gains, counted over all repair items."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from core_builders import benchmark, bundle, configuration, item, plan_of, reported_metric
from proofboard.core.close_the_loop import LoopFigures, loop_figures
from proofboard.core.grading import grade_bundle
from proofboard.core.items import item_table
from proofboard.schemas.benchmark import Benchmark, CloseTheLoop, Facet, ItemSets
from proofboard.schemas.bundle import ReportedScore, Response

RULE = CloseTheLoop(runnable="runs", accepted="accepted", passes="passes")
DRAFT = Mapping[str, int]
GOOD, BAD = {"runs": 1, "accepted": 1, "passes": 1}, {"runs": 0, "accepted": 0, "passes": 0}
REFUSED_BUT_RUNS = {"runs": 1, "accepted": 0, "passes": 0}
ACCEPTED_BUT_BREAKS = {"runs": 0, "accepted": 1, "passes": 0}


def rules(high: int = 1) -> Benchmark:
    return benchmark(
        metrics={name: reported_metric(range=(0, high)) for name in ("runs", "accepted", "passes")},
        headline="passes",
        facets={"tier": Facet(values=["easy", "hard"], role="tier")},
        close_the_loop=RULE,
        item_sets=ItemSets(repair="r"),
    )


def figures(
    drafts: Sequence[tuple[DRAFT | None, DRAFT | None]], tiers: str = "", high: int = 1, **states: str
) -> LoopFigures:
    """Answer the figures of (first draft, repaired draft) pairs; None where there is no such draft."""
    made = rules(high)
    names = ["hard" if letter == "h" else "easy" for letter in tiers.ljust(len(drafts), "e")]
    table = item_table([item(n, facets={"tier": tier}) for n, tier in enumerate(names)])
    lines: list[Response] = []
    scores: list[ReportedScore] = []
    for number, pair in enumerate(drafts):
        for stage, draft in zip(("answer", "repair"), pair, strict=True):
            place: dict[str, Any] = {"stage": stage}
            if draft is not None:
                state = states.get(f"q{number:04d}", "answered") if stage == "answer" else "answered"
                lines.append(Response(prompt_id=f"q{number:04d}", output="text", state=state, **place))  # type: ignore[arg-type]
                scaled = {name: value * high for name, value in draft.items()}
                scores.append(ReportedScore(item_id=f"q{number:04d}", scores=scaled, **place))  # type: ignore[arg-type]
    recorded = bundle(configuration("v/c"), table, lines, scores=scores, item_set="repair")
    return loop_figures(made, RULE, table, grade_bundle(recorded, table, plan_of(made)))


def test_a_draft_that_needed_no_repair_stays_as_it_is() -> None:
    found = figures([(GOOD, None), (BAD, GOOD), (BAD, BAD), (BAD, None)])
    assert (found.base, found.repaired, found.lift, found.n_prompts) == (
        Fraction(1, 4), Fraction(1, 2), Fraction(1, 4), 4,
    )  # fmt: skip


def test_a_repair_that_breaks_a_good_draft_counts_against() -> None:
    found = figures([(GOOD, BAD), (GOOD, None)])
    assert found.lift == Fraction(-1, 2)


def test_agreement_is_the_share_of_accepted_first_drafts_that_run() -> None:
    drafts = [(GOOD, None), (ACCEPTED_BUT_BREAKS, GOOD), (REFUSED_BUT_RUNS, None), (GOOD, None), (BAD, None)]
    found = figures(drafts, tiers="eeehh")
    assert found.agreement == {"easy": Fraction(1, 2), "hard": Fraction(1)}


def test_a_tier_in_which_nothing_was_accepted_tells_nothing() -> None:
    assert figures([(GOOD, None), (BAD, None)], tiers="eh").agreement == {"easy": Fraction(1), "hard": None}


def test_an_item_without_a_draft_did_not_pass_and_stays_in_the_count() -> None:
    found = figures([(GOOD, None), (None, None), (BAD, GOOD)])
    assert (found.base, found.repaired, found.n_prompts) == (Fraction(1, 3), Fraction(2, 3), 3)


def test_a_repair_without_a_first_draft_keeps_both_shares_over_the_same_items() -> None:
    found = figures([(GOOD, None), (None, GOOD)])
    assert (found.base, found.repaired) == (Fraction(1, 2), Fraction(1))


def test_a_failure_of_the_platform_makes_the_shares_unknown_and_not_lower() -> None:
    found = figures([(GOOD, None), (BAD, None)], q0001="platform_failure")
    assert (found.base, found.repaired, found.lift) == (None, None, None)


def test_first_and_final_drafts_are_those_of_the_first_trial() -> None:
    table = item_table([item(0, facets={"tier": "easy"})])
    made = rules()
    drafts = [(0, "answer", BAD), (0, "repair", BAD), (1, "answer", GOOD), (1, "repair", GOOD)]
    lines = [Response(prompt_id="q0000", output="text", trial=t, stage=s) for t, s, _ in drafts]  # type: ignore[arg-type]
    scores = [ReportedScore(item_id="q0000", trial=t, stage=s, scores=dict(d)) for t, s, d in drafts]  # type: ignore[arg-type]
    recorded = bundle(configuration("v/c"), table, lines, scores=scores, item_set="repair", trials=2)
    found = loop_figures(made, RULE, table, grade_bundle(recorded, table, plan_of(made)))
    assert (found.base, found.repaired) == (Fraction(0), Fraction(0))


def test_a_pass_is_the_best_score_of_its_metric() -> None:
    assert figures([(GOOD, None), (BAD, None)], high=5).base == Fraction(1, 2)


def test_every_tier_has_its_own_shares_and_gain() -> None:
    found = figures([(GOOD, None), (BAD, GOOD), (BAD, BAD), (None, None)], tiers="eehh")
    assert {tier: (own.base, own.repaired, own.lift, own.n_prompts) for tier, own in found.by_tier.items()} == {
        "easy": (Fraction(1, 2), Fraction(1), Fraction(1, 2), 2),
        "hard": (Fraction(0), Fraction(0), Fraction(0), 2),
    }


def test_a_failure_leaves_the_shares_of_its_own_tier_unknown() -> None:
    found = figures([(GOOD, None), (BAD, None)], tiers="eh", q0001="platform_failure")
    assert [(own.base, own.lift) for own in found.by_tier.values()] == [(Fraction(1), Fraction(0)), (None, None)]
