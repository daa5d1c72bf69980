"""Entries, models, problems and comparisons, asked of a running service."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api_builders import Service, example_instance, grown_site, publish_site, running, small_site, sqlite_instance
from builders import benchmark, built, three_entries
from proofboard.app.reading.comparing import compare_entries
from proofboard.schemas.benchmark import Facet
from proofboard.store.tables import Appeal, Benchmark, EntryRevision


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(example_instance(tmp_path_factory.mktemp("board"))) as found:
        yield found


def without_id(answer: Any) -> dict[str, Any]:
    return {name: value for name, value in answer.json().items() if name != "instance"}


def test_an_entry_is_its_row_and_its_document(service: Service) -> None:
    found = service.get("/entries/bolt/base").json()
    assert found["document"] == service.get("/entries/bolt/base.json").json()
    assert found["row"] in service.get("/leaderboard.json").json()["entries"]
    assert (found["stand"]["state"], found["appeals"]) == ("listed", [])


def test_an_unknown_entry_is_not_found(service: Service) -> None:
    assert service.get("/entries/nobody/none").status_code == 404


def revise(service: Service, state: str, reason: str | None) -> None:
    empty = service.instance.blobs.put(b"{}")
    with service.instance.database.writing() as session:
        session.merge(
            EntryRevision(
                benchmark_id="small",
                name="acme/base",
                revision=1,
                state=state,
                configuration=empty,
                configuration_digest=empty,
                acceptance=empty,
                bundles={},
                public_reason=reason,
                at=service.instance.now(),
            )
        )


def test_a_withdrawn_entry_is_gone_with_the_day_and_its_public_reason(tmp_path: Path) -> None:
    with running(example_instance(tmp_path)) as service:
        revise(service, "withdrawn", "its prompts held answers")
        answer = service.get("/entries/acme/base")
        assert (answer.status_code, answer.json()["title"]) == (
            410,
            "the entry was withdrawn on 2026-11-21: its prompts held answers",
        )


def test_appeals_are_visible_on_the_entry(tmp_path: Path) -> None:
    with running(example_instance(tmp_path)) as service:
        revise(service, "listed", None)
        with service.instance.database.writing() as session:
            owner = session.query(Benchmark).one()
            session.add(
                Appeal(
                    id="app-1",
                    benchmark_id="small",
                    entry="acme/base",
                    organisation_id=owner.organisation_id,
                    actor="key:1",
                    reason="item q3 is wrong",
                    state="filed",
                    due_at=service.instance.later(days=1),
                    created_at=service.instance.now(),
                )
            )
        found = service.get("/entries/acme/base").json()["appeals"]
        assert [(own["state"], own["reason"]) for own in found] == [("filed", "item q3 is wrong")]


def test_a_model_has_a_line_for_every_publication_that_said_something(tmp_path: Path) -> None:
    instance = example_instance(tmp_path)
    second = publish_site(instance, grown_site())
    with running(instance) as service:
        found = service.items("/models/open/bolt-1.5/history?problem_id=q1")
        assert [(own["entry"], own["public_score"]) for own in found] == [("bolt/base", 0.625)] * 2
        assert found[1]["publication"] == second
        assert [own["problem"] for own in found] == [{"correct": 1.0}] * 2
        first = service.get("/models/open/bolt-1.5/history?limit=1").json()
        rest = service.get(f"/models/open/bolt-1.5/history?limit=1&cursor={first['next']}").json()
        assert [own["publication"] for own in (*first["items"], *rest["items"])] == [
            own["publication"] for own in found
        ]
        assert rest["next"] is None


def test_a_model_that_was_never_shown_is_not_found(service: Service) -> None:
    assert service.get("/models/open/none/history").status_code == 404


def test_a_problem_ranks_the_entries_by_its_own_score(service: Service) -> None:
    found = service.get("/problems/q5/rankings").json()
    assert [(own["rank"], own["entry"], own["score"]) for own in found["items"]] == [
        (1, "acme/best", 1.0),
        (2, "acme/base", 0.0),
        (2, "bolt/base", 0.0),
    ]
    assert found["facets"]["category"] == "maths"


def test_a_board_without_categories_ranks_problems_from_item_scores(tmp_path: Path) -> None:
    tiers = {"category": Facet(values=["logic", "maths"]), "language": Facet(values=["de", "en"])}
    rules = benchmark(facets={**tiers, "tier": Facet(values=["easy", "hard"])})
    instance = sqlite_instance(tmp_path / "data")
    publish_site(instance, built(tmp_path, three_entries(), rules=rules))
    with running(instance) as service:
        found = service.items("/problems/q5/rankings")
        assert [(own["rank"], own["entry"], own["score"]) for own in found] == [
            (1, "acme/best", 1.0),
            (2, "acme/base", 0.0),
            (2, "bolt/base", 0.0),
        ]


@pytest.mark.parametrize("path", ["/problems/{}/rankings", "/models/open/bolt-1.5/history?problem_id={}"])
def test_the_id_of_a_held_out_item_is_an_unknown_id(service: Service, path: str) -> None:
    unknown, held_out = service.get(path.format("nothing")), service.get(path.format("h1"))
    assert unknown.status_code == held_out.status_code == 404
    assert without_id(unknown) == without_id(held_out)
    assert "h1" not in held_out.text


def test_a_comparison_is_the_one_of_the_command(service: Service) -> None:
    expected = compare_entries(str(small_site()), ["acme/best", "bolt/base"], slices=["category=logic"])
    found = service.get("/compare?entry=acme/best&entry=bolt/base&slice=category%3Dlogic").json()
    assert found["entries"] == expected.entries
    assert found["comparisons"][0]["difference_exact"] == list(expected.comparisons[0].difference_exact or ())
    assert found["publication"] == expected.publication


@pytest.mark.parametrize(
    ("query", "status", "place"),
    [
        ("entry=acme/best", 422, "query.entry"),
        ("entry=acme/best&entry=acme/best", 422, None),
        ("entry=acme/best&entry=nobody/none", 404, None),
        ("entry=a&entry=b&entry=c&entry=d&entry=e", 422, "query.entry"),
        ("entry=acme/best&entry=acme/base&slice=poetry", 422, "query.slice"),
        ("entry=acme/best&entry=acme/base&metric=none", 422, "query.metric"),
        ("entry=acme/best&entry=acme/base&delta=0", 422, "query.delta"),
        ("entry=acme/best&entry=acme/base&delta=1e9", 422, "query.delta"),
        ("entry=acme/best&entry=acme/base&benchmark=none", 404, None),
    ],
)
def test_a_comparison_of_nothing_is_refused(service: Service, query: str, status: int, place: str | None) -> None:
    answer = service.get(f"/compare?{query}")
    assert answer.status_code == status, answer.text
    assert place is None or place in {own["place"] for own in answer.json()["faults"]}
