"""`weigh` ranks a board by a reader's weights, from exact scores, and says how firm each rank is."""

import csv
import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from builders import benchmark, built, entry, items
from command_line import run
from proofboard.app.build import build
from proofboard.app.reading.weighing import weigh_site
from proofboard.cli.weigh import command
from proofboard.publish.views.weighed import WeighedRow, WeighedSite, weighed_text
from proofboard.record.imported import ImportedEntry, NewBundle
from proofboard.schemas.benchmark import Aggregate, Borda, Facet, Mean, Metric
from proofboard.schemas.bundle import ReportedScore, Response
from rich_benchmark import write_rich

ASKED = items(12)


def measured(name: str, right: int, cost: int) -> ImportedEntry:
    """Make an entry that answers some items right, each at the same cost in hundredths."""
    scores = [ReportedScore(item_id=item.id, scores={"cost": cost + place % 2}) for place, item in enumerate(ASKED)]
    answers = [
        Response(prompt_id=item.id, output=item.reference if place < right else f"not {item.id}")
        for place, item in enumerate(ASKED)
    ]
    return ImportedEntry(entry(name).configuration, [NewBundle(responses=answers, scores=scores)])


def rules(**changes: Any) -> Any:
    return benchmark(
        metrics={
            **benchmark().metrics,
            "cost": Metric(reported=True, denominator=100, direction="lower", missing="null"),
        },
        aggregates={
            "easy": Aggregate(mean=Mean(metric="correct", slice={"tier": ["easy"]})),
            "points": Aggregate(borda=Borda(children=["correct", "cost"])),
        },
        **changes,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a board of a good and dear entry, a cheap one, one between, and one whose cost is not known."""
    unknown = ImportedEntry(
        entry("dark/cost").configuration, [NewBundle(responses=measured("dark/cost", 12, 0).bundles[0].responses)]
    )
    entries = [measured("acme/dear", 11, 90), measured("bolt/cheap", 4, 5), measured("core/middle", 8, 40), unknown]
    return built(tmp_path_factory.mktemp("weigh"), entries, rules=rules(), asked=ASKED)


def rows_of(site: Path, *terms: str, **options: Any) -> dict[str, WeighedRow]:
    [board] = weigh_site(str(site), terms, **options).boards
    return {row.entry: row for row in board.rows}


def test_scores_are_exact_weighted_means_with_costs_reflected(site: Path) -> None:
    found = rows_of(site, "correct=2", "cost=1")
    # The mean cost of acme/dear is 0.905, so that it enters with 0.095.
    expected = (2 * Fraction(11, 12) + Fraction(95, 1000)) / 3
    assert found["acme/dear"].score_exact == (str(expected.numerator), str(expected.denominator))
    assert found["acme/dear"].metrics == {"correct": 0.916667, "cost": 0.905}


def test_other_weights_rank_otherwise_and_the_published_rank_stands_beside(site: Path) -> None:
    by_right, by_cost = rows_of(site, "correct=1"), rows_of(site, "cost=1")
    names = ("acme/dear", "core/middle", "bolt/cheap")
    assert [by_right[name].rank for name in names] == [2, 3, 4]
    assert [by_cost[name].rank for name in names] == [3, 2, 1]
    assert [by_cost[name].published_rank for name in names] == [2, 3, 4]


def test_ranks_hold_within_the_exact_margin(site: Path) -> None:
    found = rows_of(site, "correct=1", "cost=1")
    # Of acme/dear and core/middle: 3/12 more right answers against 0.5 more cost.
    right, cost = Fraction(3, 12), Fraction(1, 2)
    assert found["acme/dear"].holds_within is not None
    assert found["acme/dear"].holds_within <= round(float((cost - right) / (cost + right)), 6)


def test_a_larger_change_of_the_weights_allows_more_ranks(site: Path) -> None:
    narrow, wide = (rows_of(site, "correct=1", "cost=1", change=change) for change in ("0.01", "0.9"))
    for name, row in narrow.items():
        if row.rank_range is not None:
            lowest, highest = wide[name].rank_range or (0, 0)
            assert lowest <= row.rank_range[0] <= row.rank_range[1] <= highest
    assert narrow != wide


def test_an_entry_without_a_metric_is_listed_without_a_rank(site: Path) -> None:
    assert (rows_of(site, "correct=1", "cost=1")["dark/cost"].reason, rows_of(site, "correct=1")["dark/cost"].rank) == (
        "has no score in cost",
        1,
    )
    assert "dark/cost is not ranked: has no score in cost" in weighed_text(weigh_site(str(site), ["cost=1"]))


def test_an_entry_that_is_no_measurement_has_no_rank(tmp_path: Path) -> None:
    write_rich(tmp_path / "rich", tmp_path / "store")
    build(tmp_path / "rich", tmp_path / "site")
    found = weigh_site(str(tmp_path / "site"), ["judged=1", "speed=0.5"])
    reasons = {row.entry: row.reason for board in found.boards for row in board.rows if row.rank is None}
    assert reasons == {
        "bolt/fails": "has no score in judged, speed",
        "chaff/constant": "all 48 answers are identical",
    }
    assert [board.protocol_version for board in found.boards] == ["2", "1"]


def test_tracks_are_never_ranked_together(tmp_path: Path) -> None:
    made = benchmark(facets={**benchmark().facets, "tier": Facet(values=["easy", "hard"], role="track")})
    easy, hard = ([item for item in ASKED if item.facets["tier"] == tier] for tier in ("easy", "hard"))
    entries = [entry("a/easy", 2, asked=easy), entry("b/easy", 3, asked=easy), entry("c/hard", 1, asked=hard)]
    found = weigh_site(str(built(tmp_path, entries, rules=made, asked=ASKED)), ["correct=1"])
    assert {board.track: [(row.entry, row.rank) for row in board.rows] for board in found.boards} == {
        "easy": [("b/easy", 1), ("a/easy", 2)],
        "hard": [("c/hard", 1)],
    }
    assert "protocol 1, track hard" in weighed_text(found)


def test_notes_say_that_points_depend_on_others_and_that_ranges_differ(site: Path, tmp_path: Path) -> None:
    [note] = weigh_site(str(site), ["correct=1", "points=1"]).notes
    assert "points by rank, which depend on the other entries" in note
    metrics = {**benchmark().metrics, "marks": Metric(reported=True, range=(0, 10), missing="worst")}
    board = built(tmp_path, [entry("a/one", 3)], rules=benchmark(metrics=metrics))
    [note] = weigh_site(str(board), ["correct=1", "marks=1"]).notes
    assert "have different ranges" in note
    assert "marks from 0 to 10" in note


def test_json_and_csv_hold_the_same_numbers(site: Path) -> None:
    found = weigh_site(str(site), ["correct=2", "cost=0.5"])
    printed = CliRunner().invoke(command, [str(site), "correct=2", "cost=0.5", "--format", "json"])
    assert msgspec.json.decode(printed.output, type=WeighedSite) == found
    table = CliRunner().invoke(command, [str(site), "correct=2", "cost=0.5", "--format", "csv"])
    rows = list(csv.DictReader(io.StringIO(table.stdout_bytes.decode(), newline="")))
    assert [(row["rank"], row["entry"], row["score"], row["metric=cost"]) for row in rows][:3] == [
        (str(row.rank), row.entry, str(row.score), str(row.metrics["cost"])) for row in found.boards[0].rows[:3]
    ]


def test_the_text_shows_every_ranked_entry_with_how_firm_it_is(site: Path) -> None:
    lines = run("weigh", site, "correct=1", "cost=1").out.splitlines()
    assert lines[0] == "weights: correct 1, cost 1"
    assert [line.split()[0] for line in lines[3:6]] == ["bolt/cheap", "core/middle", "acme/dear"]


def test_every_number_of_the_json_is_explained_in_the_documentation() -> None:
    page = (Path(__file__).parents[1] / "docs/statistics.md").read_text(encoding="utf-8")
    assert [name for name in WeighedRow.__struct_fields__ if f"`{name}`" not in page] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["corect=1"], "corect: is not known; near are correct"),
        (["correct"], "correct: is not metric=weight"),
        (["correct=0"], "correct=0: is not metric=weight"),
        (["correct=-1"], "correct=-1: is not metric=weight"),
        (["correct=1e9"], "correct=1e9: is not metric=weight"),
        (["=1"], "=1: is not metric=weight"),
        (["correct=1", "correct=2"], "correct: is weighed twice"),
        (["correct=1", "--change", "1"], "give a decimal above 0 and below 1"),
        (["correct=1", "--change", "0"], "give a decimal above 0 and below 1"),
    ],
)
def test_what_is_no_weight_is_refused(site: Path, arguments: list[str], said: str) -> None:
    done = run("weigh", site, *arguments)
    assert (done.status, done.out) == (2, "")
    assert said in done.err


def test_every_fault_is_told_at_once(site: Path) -> None:
    done = run("weigh", site, "corect=1", "cost=none", "points=1", "points=2")
    assert [word in done.err for word in ("corect", "cost=none", "weighed twice")] == [True] * 3
