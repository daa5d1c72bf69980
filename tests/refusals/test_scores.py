"""Step 2: bundles, graders and item scores that do not belong together."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from proofboard.verify.refusals import BrokenBundle, GradingMismatch, ScoreMismatch
from refusals.forging import Files, Site
from refusals.wrong import BENCHMARK, Wrong, assert_refused, on, on_item, on_manifest, on_responses, on_scores, set_to

BUNDLES = [
    Wrong(
        "count-of-lines", on_manifest(set_to("files", "responses.jsonl", "lines", to=13)), BrokenBundle, "", "expected"
    ),
    Wrong(
        "count-of-bytes",
        on_manifest(set_to("files", "responses.jsonl", "bytes", to=1)),
        BrokenBundle,
        "",
        "expected 1 bytes",
    ),
    Wrong(
        "other-prompts",
        on_manifest(set_to("prompts_digest", to="sha256:" + "0" * 64)),
        BrokenBundle,
        "",
        "other prompts",
    ),
    Wrong(
        "item-changed",
        on_item("q11", set_to("prompt", to="Which number is even?")),
        BrokenBundle,
        "",
        "other prompts",
    ),
    Wrong("unknown-prompt", on_responses(lambda own: own[0].update(prompt_id="q99")), BrokenBundle, "", "'q99'"),
    Wrong("answered-twice", on_responses(lambda own: own.append(own[0])), BrokenBundle, "", "stands twice"),
    Wrong("one-trial-more", on_responses(lambda own: own[0].update(trial=1)), BrokenBundle, "", "trial 1"),
    Wrong(
        "own-score-of-a-graded-metric",
        on_responses(lambda own: own[0]["scores"].update(correct=1), "scores.jsonl"),
        BrokenBundle,
        "",
        "not a reported metric",
    ),
    Wrong(
        "own-score-above-the-range",
        on_responses(lambda own: own[0]["scores"].update(told=101), "scores.jsonl"),
        BrokenBundle,
        "",
        "expected 0 to 100",
    ),
    Wrong(
        "line-that-is-not-json",
        lambda site: site.rewrite_lines(site.bundle_of("acme/best"), "responses.jsonl", b"{]\n"),
        BrokenBundle,
        "",
        "responses.jsonl:1",
    ),
    Wrong(
        "line-with-nan",
        lambda site: site.rewrite_lines(
            site.bundle_of("acme/best"), "responses.jsonl", b'{"prompt_id":"q0","output":NaN}\n'
        ),
        BrokenBundle,
        "",
        "NaN",
    ),
    Wrong(
        "huge-line",
        on_responses(lambda own: own[0].update(output="x" * (1 << 20))),
        BrokenBundle,
        "",
        "at most 1,048,576",
    ),
    Wrong(
        "installed-grader-beyond-its-range",
        on_scores(lambda own: own["metrics"]["foreign"].update(values=[5000] * 12)),
        BrokenBundle,
        "",
        "foreign",
    ),
]

SCORES = [
    Wrong(
        "item-score-raised",
        on_scores(set_to("metrics", "correct", "values", 2, to=1)),
        ScoreMismatch,
        r"scores/.*\.json",
        "row 3: the grader gives 0, published is 1",
    ),
    Wrong(
        "verdict-forgotten",
        on_scores(set_to("metrics", "judged", "values", 11, to=None)),
        ScoreMismatch,
        r"scores/.*\.json",
        "judged, row 12",
    ),
    Wrong(
        "column-absent",
        on_scores(lambda own: own["metrics"].pop("correct")),
        ScoreMismatch,
        r"scores/.*\.json",
        "has 12 rows, published are 0",
    ),
    Wrong(
        "one-row-more",
        on_scores(lambda own: own["metrics"]["correct"]["values"].append(1)),
        ScoreMismatch,
        r"scores/.*\.json",
        "has 12 rows, published are 13",
    ),
    Wrong(
        "reference-changed",
        on_item("q11", set_to("reference", to="not q11")),
        ScoreMismatch,
        r"scores/.*\.json",
        "correct, row",
    ),
    Wrong(
        "votes-changed",
        on_responses(lambda own: [vote.update(passed=True) for vote in own], "verdicts.jsonl"),
        ScoreMismatch,
        r"scores/.*\.json",
        "judged",
    ),
]

GRADERS = [
    Wrong(
        "built-in-called-installed",
        on(BENCHMARK, set_to("graders", "correct", to="installed exact 1")),
        GradingMismatch,
        BENCHMARK,
        "expected 'built-in exact 1'",
    ),
    Wrong(
        "another-version",
        on(BENCHMARK, set_to("graders", "correct", to="built-in exact 2")),
        GradingMismatch,
        BENCHMARK,
        "built-in exact 2",
    ),
    Wrong(
        "source-absent", on(BENCHMARK, lambda own: own["graders"].pop("correct")), GradingMismatch, BENCHMARK, "says ''"
    ),
    Wrong(
        "foreign-called-built-in",
        on(BENCHMARK, set_to("graders", "foreign", to="built-in foreign 1")),
        GradingMismatch,
        BENCHMARK,
        "no 'foreign' is built in",
    ),
    Wrong(
        "foreign-called-nothing",
        on(BENCHMARK, set_to("graders", "foreign", to="installedly known")),
        GradingMismatch,
        BENCHMARK,
        "installedly",
    ),
]


@pytest.mark.parametrize("wrong", [*BUNDLES, *SCORES, *GRADERS], ids=str)
def test_a_wrong_publication_is_refused_with_the_error_meant(
    wrong: Wrong, sites: Mapping[bool, Files], tmp_path: Path
) -> None:
    assert_refused(wrong, Site(sites[True]), tmp_path / "site")
