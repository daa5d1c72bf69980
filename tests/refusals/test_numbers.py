"""Steps 3 and 4: numbers, words and pages that the public inputs do not give."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from proofboard.publish.names import LEADERBOARD, ROOT
from proofboard.verify.refusals import DocumentMismatch, PageMismatch
from refusals.forging import Files, Site
from refusals.wrong import (
    BENCHMARK,
    BEST,
    COLUMNS,
    ITEMS,
    PAGE,
    Wrong,
    assert_refused,
    on,
    on_item,
    on_row,
    on_scores,
    raw,
    set_to,
)

NUMBERS = [
    Wrong(
        place.replace("/", "-"),
        on_row(set_to(*place.split("/"), to=to)),
        DocumentMismatch,
        LEADERBOARD,
        f"/entries/0/{place}",
    )
    for place, to in {
        "public/score": 0.9,
        "public/exact": ["9", "10"],
        "public/pass_rate": 0.9,
        "public/interval": [0.8, 0.9],
        "public/standard_error": 0.001,
        "public/by/tier": {"easy": 1.0, "hard": 1.0},
        "public/by_tier": {"easy": 1.0, "hard": 1.0},
        "public/metrics": {"correct": 0.9},
        "public/n_items": 13,
        "public/n_answered": 11,
        "public/assurance": "rerun",
        "rank": 2,
        "rank_range": [1, 1],
        "overfit_gap": 0.0,
        "held_out/score": 0.99,
        "held_out/interval": [0.68, 0.69],
        "held_out/n_prompts": 600,
        "efficiency/score_per_dollar": 1.0,
        "cost_per_score": 0.000001,
        "usage/total_tokens": 1,
        "close_the_loop/repair_lift": 1.0,
        "run/verified": False,
        "run/n_votes": 99,
        "organization": "Bolt",
        "win_regions": [{"slice": "tier=easy", "lower_bound": 0.1, "state": "candidate", "held_out": None}],
        "tied_groups": [2, 2],
        "same_recipe_as": "bolt/base",
        "overfit_interval": [0.0, 0.1],
        "overfit_test": "not shown",
        "kind": "default",
        "disagreements": [{"statistic": "score", "claimed": 1, "found": 0}],
        "title": "The best there is",
        "configuration": "sha256:" + "0" * 64,
    }.items()
]

OTHER_DOCUMENTS = [
    Wrong(
        "ranks-in-another-order",
        on(LEADERBOARD, lambda own: own["entries"].reverse()),
        DocumentMismatch,
        LEADERBOARD,
        "/entries/0",
    ),
    Wrong(
        "ranking-by-another-word",
        on(LEADERBOARD, set_to("ranking", to="public desc")),
        DocumentMismatch,
        LEADERBOARD,
        "/ranking",
    ),
    Wrong(
        "protocol-relabelled",
        on(LEADERBOARD, set_to("eval_protocol_version", to="2")),
        DocumentMismatch,
        LEADERBOARD,
        "/eval_protocol_version",
    ),
    Wrong(
        "method-in-other-words",
        on(LEADERBOARD, set_to("method", "score", to="as we like")),
        DocumentMismatch,
        LEADERBOARD,
        "/method/score",
    ),
    Wrong(
        "smaller-detectable-difference",
        on(LEADERBOARD, set_to("minimum_detectable_difference", to=0.001)),
        DocumentMismatch,
        LEADERBOARD,
        "/minimum_detectable_difference",
    ),
    Wrong(
        "page-columns",
        on(COLUMNS, set_to("columns", "public", "places", to=1)),
        DocumentMismatch,
        COLUMNS,
        "/columns/public/places",
    ),
    Wrong(
        "header-of-the-page",
        on(COLUMNS, set_to("header", "ranking", to="public desc")),
        DocumentMismatch,
        COLUMNS,
        "/header/ranking",
    ),
    Wrong(
        "efficiency-of-the-page",
        on("efficiency.json", set_to("columns", "total_tokens", to=[1, 1, 1])),
        DocumentMismatch,
        "efficiency.json",
        "/columns/total_tokens",
    ),
    Wrong(
        "category-board",
        raw(r"boards/category/.*", lambda own: own.replace(b'"average":', b'"average":1.0,"x":', 1)),
        DocumentMismatch,
        r"boards/category/.*",
        "/rows/0",
    ),
    Wrong(
        "score-on-a-slice",
        on(BEST, set_to("scores", "correct", "tier=hard", to=0.987)),
        DocumentMismatch,
        BEST,
        "/scores/correct/tier=hard",
    ),
    Wrong("size-of-a-slice", on(BEST, set_to("n_items", "tier=hard", to=400)), DocumentMismatch, BEST, "/n_items"),
    Wrong("mean-of-an-item", on(ITEMS, set_to("items", 0, "mean", to=0.5)), DocumentMismatch, ITEMS, "/items/0/mean"),
    Wrong(
        "reported-item-score",
        on_scores(set_to("metrics", "told", "values", 0, to=100)),
        DocumentMismatch,
        r"scores/.*\.json",
        "/metrics/told",
    ),
    Wrong(
        "composite-item-score",
        on_scores(set_to("metrics", "both", "values", 2, to=1)),
        DocumentMismatch,
        r"scores/.*\.json",
        "/metrics/both",
    ),
    Wrong(
        "lower-minimum-cell",
        on(BENCHMARK, set_to("benchmark", "policies", "minimum_cell", to=10)),
        DocumentMismatch,
        BENCHMARK,
        "/grading",
        also=r"scores/.*",
    ),
    Wrong(
        "other-keys-order",
        raw(
            BENCHMARK,
            lambda own: own.replace(b'{"benchmark":', b'{"schema_version":1,"benchmark":', 1).replace(
                b',"schema_version":1}', b"}"
            ),
        ),
        DocumentMismatch,
        BENCHMARK,
        "canonical",
    ),
    Wrong(
        "more-white-space", raw(COLUMNS, lambda own: own.replace(b',"', b', "')), DocumentMismatch, COLUMNS, "canonical"
    ),
    Wrong("default-written-out", on_item("q11", set_to("weight", to=1)), DocumentMismatch, PAGE, "/weight", also=ITEMS),
    Wrong(
        "named-notes",
        lambda site: site.name("notes.txt", b"all is well"),
        DocumentMismatch,
        r"notes\.txt",
        "is not among",
        also=ROOT,
    ),
    Wrong(
        "named-bundle",
        lambda site: site.name("bundles/x/responses.jsonl", b"{}\n"),
        DocumentMismatch,
        r"bundles/x/responses\.jsonl",
        "no entry",
        also=ROOT,
    ),
    Wrong("title-of-the-publication", on(ROOT, set_to("title", to="A large board")), DocumentMismatch, ROOT, "/title"),
]

PAGES = [
    Wrong(
        "page-replaced",
        lambda site: site.rewrite("index.html", b"<h1>We won</h1>"),
        PageMismatch,
        r"index\.html",
        "could show other numbers",
    ),
    Wrong(
        "script-added",
        lambda site: site.name("assets/better.js", b"score = 1"),
        PageMismatch,
        r"assets/better\.js",
        "could show other numbers",
    ),
]


@pytest.mark.parametrize(
    "wrong", [*NUMBERS, *OTHER_DOCUMENTS, *PAGES], ids=lambda wrong: f"{wrong.error.__name__}-{wrong.name}"
)
def test_a_wrong_publication_is_refused_with_the_error_meant(
    wrong: Wrong, sites: Mapping[bool, Files], tmp_path: Path
) -> None:
    assert_refused(wrong, Site(sites[True]), tmp_path / "site")
