"""Lists tell all that a page shows of each of their lines, so that it asks for nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api_builders import Service, grown_site, publish_site, running, small_site, sqlite_instance
from builders import benchmark, built, entry
from proofboard.store.blobs import FolderBlobs
from service_builders import benchmark_row, key, organisation, submission_row


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with running(sqlite_instance(tmp_path / "data")) as own:
        yield own


def boards(service: Service) -> dict[str, object]:
    return {own["id"]: own["board"] for own in service.items("/benchmarks")}


def test_a_listed_benchmark_says_what_its_board_does(service: Service) -> None:
    publish_site(service.instance, small_site())
    benchmark_row(service.instance, organisation(service.instance, "bolt"), "unpublished")
    listed = {own["id"]: own for own in service.items("/benchmarks")}
    page = service.get("/leaderboard").json()
    first = page["items"][0]
    assert listed["small"]["board"] == {
        "description": service.get("/benchmark.json").json()["benchmark"].get("description"),
        "n_entries": page["total"],
        "ranking": page["ranking"],
        "best": {"name": f"{first['row']['vendor']}/{first['row']['config_name']}", "score": first["score"]},
    }
    assert listed["small"]["published_at"] == service.items("/publications")[0]["at"]
    assert (listed["unpublished"]["board"], listed["unpublished"]["published_at"]) == (None, None)


def test_what_others_are_held_against_leads_no_board(service: Service, tmp_path: Path) -> None:
    kinds = [entry("base/human", 8, kind="human"), entry("base/chance", 7, kind="chance")]
    publish_site(service.instance, built(tmp_path, [*kinds, entry("acme/best", 6), entry("acme/base", 5)]), "small")
    assert boards(service)["small"]["best"] == {"name": "acme/best", "score": 0.75}  # type: ignore[index]


def test_a_board_without_a_rank_has_no_best_entry(service: Service, tmp_path: Path) -> None:
    publish_site(service.instance, built(tmp_path, []), "small")
    assert boards(service)["small"]["best"] is None  # type: ignore[index]


def test_a_publication_is_read_for_the_list_once_and_a_newer_one_takes_its_place(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_site(service.instance, small_site())
    before = boards(service)
    read: list[str] = []
    get = FolderBlobs.get

    def seen(blobs: FolderBlobs, named: str) -> bytes:
        read.append(named)
        return get(blobs, named)

    monkeypatch.setattr(FolderBlobs, "get", seen)
    assert (boards(service), read) == (before, [])
    publish_site(service.instance, grown_site())
    assert boards(service)["small"]["n_entries"] == 4  # type: ignore[index]


def test_a_board_that_cannot_be_read_hides_no_other(service: Service, tmp_path: Path) -> None:
    publish_site(service.instance, small_site())
    other = built(tmp_path, [entry("acme/only", 3)], rules=benchmark(id="other"), name="other")
    publish_site(service.instance, other, "other")
    root = service.get("/boards/other/publication.json").json()
    service.instance.blobs.remove(root["documents"]["columns.json"])
    listed = boards(service)
    assert listed["other"] is None
    assert listed["small"] is not None


def test_a_listed_submission_says_what_the_submission_does(service: Service) -> None:
    board = benchmark_row(service.instance, organisation(service.instance, "host"), "small")
    acme = organisation(service.instance, "acme")
    faults = [{"place": "items.jsonl", "line": n, "reason": f"reason {n}"} for n in range(1, 13)]
    own = submission_row(
        service.instance, acme, board, state="refused", faults=faults, remarks=["odd"], public_reason="Not ours."
    )
    headers = {"api-key": key(service.instance, acme)}
    (line,) = service.items("/submissions", headers=headers)
    view = service.get(f"/submissions/{own}", headers=headers).json()
    assert line["n_reasons"] == 14
    assert (line["faults"], len(line["faults"])) == (view["faults"][:10], 10)
    for name in ("id", "state", "position", "estimate_seconds", "public_reason", "remarks", "updated_at"):
        assert line[name] == view[name]
