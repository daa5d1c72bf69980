"""Questions about a board, asked of a running service."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from api_builders import Service, grown_site, publish_site, running, sqlite_instance
from builders import benchmark, built, entry, items
from proofboard.app.reading.weighing import weigh_site
from proofboard.schemas.configuration import TargetSubgroup

TARGET = TargetSubgroup(description="puzzles", selector={"category": ["logic"]})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    entries = [
        entry("acme/best", 7),
        entry("acme/base", 5, kind="default"),
        entry("bolt/base", 5, kind="default", target_subgroup=TARGET),
        entry("cato/weak", 1),
    ]
    rules = benchmark(slice_pairs=[("category", "language")])
    return built(tmp_path_factory.mktemp("asked"), entries, rules=rules, asked=items())


@pytest.fixture(scope="module")
def service(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    instance = sqlite_instance(tmp_path_factory.mktemp("data"))
    publish_site(instance, site)
    with running(instance) as found:
        yield found


def names(found: Sequence[dict[str, Any]]) -> list[str]:
    return [f"{own['row']['vendor']}/{own['row']['config_name']}" for own in found]


def faults(service: Service, query: str) -> dict[str, str]:
    answer = service.get(f"/leaderboard?{query}")
    assert answer.status_code == 422, answer.text
    return {own["place"]: own["reason"] for own in answer.json()["faults"]}


def test_without_a_question_the_board_is_as_it_was_published(service: Service) -> None:
    published = service.get("/leaderboard.json").json()
    answer = service.get("/leaderboard").json()
    assert [own["row"] for own in answer["items"]] == published["entries"]
    assert [own["rank"] for own in answer["items"]] == [row["rank"] for row in published["entries"]]
    assert (answer["ranking"], answer["total"], answer["next"]) == (published["ranking"], 4, None)


def test_the_unversioned_address_gives_the_same_answer(service: Service) -> None:
    assert service.get("/leaderboard?limit=2").json() == service.get("/api/v1/leaderboard?limit=2").json()


@pytest.mark.parametrize(
    ("query", "words", "facet", "value"),
    [
        ("category=logic", "public category=logic desc", "category", "logic"),
        ("language=en", "public language=en desc", "language", "en"),
        ("category=maths&language=de", "public category=maths×language=de desc", "category×language", "maths×de"),
    ],
)
def test_a_slice_ranks_by_its_own_scores_and_says_so(
    service: Service, query: str, words: str, facet: str, value: str
) -> None:
    answer = service.get(f"/leaderboard?{query}").json()
    scores = [own["score"] for own in answer["items"]]
    assert answer["ranking"] == words
    assert scores == [own["row"]["public"]["by"][facet][value] for own in answer["items"]]
    assert scores == sorted(scores, reverse=True)
    assert [own["rank"] for own in answer["items"]] == [1 + sum(other > score for other in scores) for score in scores]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("vendor=acme", ["acme/best", "acme/base"]),
        ("kind=default", ["acme/base", "bolt/base"]),
        ("vendor=acme&kind=default", ["acme/base"]),
        ("subgroup=category%3Dlogic", ["bolt/base"]),
        ("sort=public.score", ["cato/weak", "acme/base", "bolt/base", "acme/best"]),
        ("sort=-rank", ["cato/weak", "acme/base", "bolt/base", "acme/best"]),
        ("sort=-score&vendor=bolt", ["bolt/base"]),
        ("date_from=2026-01-02&date_to=2026-01-02&limit=1", ["acme/best"]),
        ("date_from=2026-01-03", []),
        ("date_to=2026-01-01", []),
    ],
)
def test_rows_are_filtered_and_sorted(service: Service, query: str, expected: list[str]) -> None:
    assert names(service.items(f"/leaderboard?{query}")) == expected


def test_a_filter_hides_rows_and_moves_no_rank(service: Service) -> None:
    assert [own["rank"] for own in service.items("/leaderboard?vendor=cato")] == [4]


def test_everything_that_the_board_does_not_have_is_refused_at_once(service: Service) -> None:
    found = faults(service, "category=poetry&vendor=acm&kind=x&track=y&subgroup=z&sort=public.scor&weight.other=1")
    assert set(found) == {
        f"query.{name}" for name in ("category", "vendor", "kind", "track", "subgroup", "sort", "weight.other")
    }
    assert "near are acme" in found["query.vendor"]
    assert "public.score" in found["query.sort"]


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("limit=0", "query.limit"),
        ("limit=1001", "query.limit"),
        ("limit=x", "query.limit"),
        ("date_from=2026", "query.date_from"),
        ("date_from=2026-02-01&date_to=2026-01-01", "query.date_from"),
        ("unknown=1", "query.unknown"),
        ("cursor=x", "query.cursor"),
        ("cursor=%FF", "query.cursor"),
        ("publication=x", "query.publication"),
        ("protocol=9", "query.protocol"),
        ("weights=correct", "query.weight."),
        ("weights=correct:0", "query.weight.correct"),
        ("weight.correct=-1", "query.weight.correct"),
        ("weight.correct=1&weights=correct:1", "query.weight.correct"),
        ("weights=correct:1&category=logic", "query.weights"),
    ],
)
def test_a_question_that_means_nothing_is_refused(service: Service, query: str, place: str) -> None:
    assert place in faults(service, query)


def test_all_faults_of_the_parameters_come_at_once(service: Service) -> None:
    assert set(faults(service, "limit=0&unknown=1&date_to=x")) == {"query.limit", "query.unknown", "query.date_to"}


def test_pages_hold_every_row_once(service: Service) -> None:
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = service.get(f"/leaderboard?category=logic&limit=3{cursor}").json()
        found += names(answer["items"])
        cursor = f"&cursor={answer['next']}" if answer["next"] else None
    assert sorted(found) == ["acme/base", "acme/best", "bolt/base", "cato/weak"]


def test_a_cursor_belongs_to_its_question(service: Service) -> None:
    cursor = service.get("/leaderboard?limit=1").json()["next"]
    assert "query.cursor" in faults(service, f"limit=1&vendor=acme&cursor={cursor}")


def test_pages_come_from_one_publication_whatever_is_published_meanwhile(site: Path, tmp_path: Path) -> None:
    instance = sqlite_instance(tmp_path)
    before = publish_site(instance, site)
    with running(instance) as service:
        cursor = service.get("/leaderboard?limit=3").json()["next"]
        after = publish_site(instance, grown_site())
        while service.get("/leaderboard?limit=3").json()["publication"] != after:
            pass
        rest = service.get(f"/leaderboard?limit=3&cursor={cursor}").json()
        assert (rest["publication"], names(rest["items"])) == (before, ["cato/weak"])
        assert service.get(f"/leaderboard?publication={before}").json()["total"] == 4


def test_weights_rank_as_the_command_does(service: Service, site: Path) -> None:
    expected = {row.entry: row for row in weigh_site(str(site), ["correct=3"]).boards[0].rows}
    found = service.items("/leaderboard?weight.correct=3")
    assert service.items("/leaderboard?weights=correct:3") == found
    for name, own in zip(names(found), found, strict=True):
        row = expected[name]
        assert (own["rank"], own["score"]) == (row.rank, row.score)
        assert own["weighed"]["score_exact"] == list(row.score_exact or ())
        assert own["weighed"]["holds_within"] == row.holds_within
        assert tuple(own["weighed"]["rank_range"]) == row.rank_range
