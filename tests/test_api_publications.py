"""Published documents as they are answered: the stored bytes, one publication at a time, cached and compressed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest

import proofboard.api.bodies as bodies_module
from api_builders import (
    Service,
    example_instance,
    grown_site,
    publish_documents,
    publish_site,
    running,
    small_site,
    sqlite_instance,
)
from builders import files_of
from proofboard.app.serve.requests import policy_of
from proofboard.app.service.instance import Instance
from proofboard.app.upkeep.purging import purge_bundle
from proofboard.canonical import hex_of
from proofboard.errors import StorageError
from proofboard.publish.page import page_assets
from proofboard.store.tables import Base, Head
from review_builders import BOARD, ENTRY, Published, revision_of


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(example_instance(tmp_path_factory.mktemp("board"))) as found:
        yield found


def root_of(service: Service) -> str:
    return hex_of(str(service.get("/leaderboard?limit=1").json()["publication"]))


def raw_get(service: Service, path: str, encoding: str = "identity", **headers: str) -> tuple[httpx2.Response, bytes]:
    with service.client.stream("GET", path, headers={"accept-encoding": encoding, **headers}) as answer:
        return answer, b"".join(answer.iter_raw())


def test_every_document_is_answered_as_it_was_built(service: Service) -> None:
    for path, raw in files_of(small_site()).items():
        for address in (f"/{path}", f"/boards/small/{path}", f"/publications/{root_of(service)}/{path}"):
            answer = service.get(address)
            assert (answer.status_code, answer.content) == (200, raw), address


@pytest.mark.parametrize("encoding", ["zstd", "gzip", "identity", "br", "zstd;q=0, gzip;q=0.5", "*"])
def test_an_encoding_is_one_that_the_reader_takes(service: Service, encoding: str) -> None:
    answer, sent = raw_get(service, "/leaderboard.json", encoding)
    used = answer.headers.get("content-encoding")
    assert used == {"zstd": "zstd", "gzip": "gzip", "zstd;q=0, gzip;q=0.5": "gzip", "*": "zstd"}.get(encoding)
    assert answer.headers["vary"] == "accept-encoding"
    assert int(answer.headers["content-length"]) == len(sent)


def test_each_encoding_has_a_strong_etag_of_its_own_that_is_answered_with_304(service: Service) -> None:
    tags = set()
    for encoding in ("zstd", "gzip", "identity"):
        tag = raw_get(service, "/leaderboard.json", encoding)[0].headers["etag"]
        again, sent = raw_get(service, "/leaderboard.json", encoding, **{"if-none-match": tag})
        assert (again.status_code, sent, again.headers["etag"]) == (304, b"", tag)
        assert "content-length" not in again.headers
        tags.add(tag)
    assert len(tags) == 3
    assert not any(tag.startswith("W/") for tag in tags)


def test_another_etag_is_answered_with_the_document(service: Service) -> None:
    answer, sent = raw_get(service, "/leaderboard.json", **{"if-none-match": '"other"'})
    assert answer.status_code == 200
    assert sent


def test_head_says_what_get_would_and_sends_nothing(service: Service) -> None:
    got, head = service.get("/leaderboard.json"), service.client.head("/leaderboard.json")
    assert head.content == b""
    assert {**head.headers} == {**got.headers} | {"date": head.headers["date"]}


def test_a_document_of_the_head_says_where_it_stays(service: Service) -> None:
    found = service.get("/leaderboard.json")
    stays = found.headers["content-location"]
    assert stays == f"/publications/{root_of(service)}/leaderboard.json"
    pinned = service.get(stays)
    assert pinned.content == found.content
    assert "immutable" in pinned.headers["cache-control"]
    assert found.headers["cache-control"] == "no-cache"


def test_the_headers_carry_the_policy_of_the_page(service: Service) -> None:
    headers = service.get("/").headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "'unsafe-inline'" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("folder", ["/boards/small", "/publications/{}"])
def test_a_folder_without_its_slash_leads_to_the_one_with_it(service: Service, folder: str) -> None:
    address = folder.format(root_of(service))
    answer = service.get(address)
    assert (answer.status_code, answer.headers["location"]) == (308, f"{address}/")
    assert service.get(f"{address}/").headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    [
        "/nothing.json",
        "/boards/small/../../etc/passwd",
        "/boards/small/%2e%2e/x",
        "/boards/other/leaderboard.json",
        "/publications/" + "0" * 64 + "/leaderboard.json",
        "/publications/x/leaderboard.json",
        "/%00",
        "/boards/small/nothing",
    ],
)
def test_what_is_not_published_is_answered_with_a_problem(service: Service, path: str) -> None:
    answer = service.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_nothing_that_is_published_can_be_changed_here(service: Service) -> None:
    assert service.client.post("/leaderboard.json").status_code in {404, 405}
    assert service.client.delete("/boards/small/leaderboard.json").status_code in {404, 405}


def test_readers_see_a_new_head_and_keep_the_old_publication(tmp_path: Path) -> None:
    instance = example_instance(tmp_path)
    with running(instance) as service:
        before = service.get("/publication.json")
        digest = publish_site(instance, grown_site())
        service.get("/readyz")
        while service.get("/publication.json").content == before.content:
            pass
        assert service.get("/leaderboard?limit=1").json()["publication"] == digest
        assert service.get(before.headers["content-location"]).content == before.content


def test_a_draft_is_not_answered(tmp_path: Path) -> None:
    instance = example_instance(tmp_path)
    digest = publish_site(instance, grown_site(), is_draft=True)
    with running(instance) as service:
        assert service.get(f"/publications/{hex_of(digest)}/leaderboard.json").status_code == 404
        assert service.get("/leaderboard", params={"publication": digest}).status_code == 404


def test_a_server_with_several_boards_answers_each_below_its_name(tmp_path: Path) -> None:
    instance = example_instance(tmp_path)
    publish_site(instance, grown_site(), "other")
    with running(instance) as service:
        assert service.get("/boards/other/leaderboard.json").json()["entries"][1]["vendor"] == "cato"
        assert service.get("/leaderboard.json").status_code == 404
        assert service.get("/").content == page_assets()["index.html"]
        unnamed = service.get("/leaderboard")
        assert (unnamed.status_code, "other, small" in unnamed.json()["title"]) == (422, True)
        assert service.get("/leaderboard?benchmark=other").json()["total"] == 4


SERVICE = '</api/v1>; rel="service"'


@pytest.mark.parametrize(
    "path", ["/", "/publication.json", "/boards/small/columns.json", "/nothing.json", "/boards/x/"]
)
def test_every_answer_says_that_a_service_stands_behind_it(service: Service, path: str) -> None:
    assert service.get(path).headers["link"] == SERVICE
    assert service.get(path, headers={"if-none-match": "*"}).headers["link"] == SERVICE


@pytest.mark.parametrize("n_boards", [0, 2])
def test_where_no_single_board_lives_the_page_is_answered_and_no_document(tmp_path: Path, n_boards: int) -> None:
    instance = sqlite_instance(tmp_path)
    for number in range(n_boards):
        publish_site(instance, small_site(), f"board-{number}")
    with running(instance) as service:
        for path, raw in page_assets().items():
            answer, sent = raw_get(service, f"/{path}")
            assert (answer.status_code, sent) == (200, raw), path
            again = service.get(f"/{path}", headers={"if-none-match": answer.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")
        front = service.get("/")
        assert front.content == page_assets()["index.html"]
        assert front.headers["content-security-policy"] == policy_of(front.content)
        assert front.headers["link"] == SERVICE
        absent = service.get("/publication.json")
        assert (absent.status_code, absent.headers["link"]) == (404, SERVICE)


def test_files_of_the_page_that_are_named_by_their_bytes_may_be_kept_for_ever(tmp_path: Path) -> None:
    instance = sqlite_instance(tmp_path)
    documents = {path: instance.blobs.put(raw) for path, raw in files_of(small_site()).items()}
    documents |= {path: instance.blobs.put(b"x") for path in ("assets/main-Ab1_-xY9.js", "service-worker.js")}
    publish_documents(instance, documents)
    with running(instance) as service:
        kept = service.get("/assets/main-Ab1_-xY9.js").headers["cache-control"]
        assert kept == "public, max-age=31536000, immutable"
        assert {service.get(f"/{path}").headers["cache-control"] for path in ("", "service-worker.js")} == {"no-cache"}


def test_bytes_that_are_no_longer_kept_are_gone(tmp_path: Path) -> None:
    instance = example_instance(tmp_path)
    with running(instance) as service:
        board = service.get("/leaderboard.json")
        instance.blobs.remove(f"sha256:{service.get('/items.json').headers['etag'][1:65]}")
    with running(instance) as service:
        gone = service.get("/items.json")
        assert (gone.status_code, gone.json()["type"]) == (410, "urn:proofboard:problem:gone")
        assert gone.headers["x-content-type-options"] == "nosniff"
        assert service.get("/leaderboard.json").content == board.content


def test_purged_answers_are_gone_at_once_from_past_publications_too_with_day_and_reason(
    instance: Instance, tmp_path: Path
) -> None:
    board = Published(instance, tmp_path)
    with running(instance) as service:
        before = service.get(f"/boards/{BOARD}/publication.json").headers["content-location"].rpartition("/")[0]
        bundles = revision_of(instance).bundles.values()
        digits = next(hex_of(own["digest"]) for own in bundles if "responses.jsonl" in own["files"])
        path = f"{before}/bundles/{digits}/responses.jsonl"
        assert service.get(path).status_code == 200
        purge_bundle(instance, board.owner, None, ENTRY, "They hold names of people.")
        gone = service.get(path)
        assert (gone.status_code, gone.json()["title"]) == (
            410,
            f"The answers of {ENTRY} were removed on 2026-11-21: They hold names of people.",
        )
        assert service.get(f"{before}/bundles/{digits}/manifest.json").status_code == 200


def test_a_large_file_is_sent_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies_module, "LARGEST_IN_MEMORY_BYTES", 100)
    site = small_site()
    path = next(path for path in files_of(site) if path.startswith("bundles/") and path.endswith(".jsonl"))
    instance = sqlite_instance(tmp_path / "data")
    publish_site(instance, site)
    with running(instance) as service:
        assert service.get(f"/{path}").content == (site / path).read_bytes()
        assert service.client.head(f"/{path}").headers["content-length"] == str((site / path).stat().st_size)
    assert list(instance.settings.scratch.iterdir()) == []


def test_a_database_that_is_away_does_not_take_the_board_with_it(tmp_path: Path) -> None:
    instance = example_instance(tmp_path)
    with running(instance) as service:
        before = service.get("/leaderboard.json").content
        Base.metadata.tables[Head.__tablename__].drop(instance.database.engine)
        assert service.get("/leaderboard.json").content == before
        assert service.get("/leaderboard?limit=1").status_code == 200


def test_a_store_that_is_away_is_said_to_be_and_names_no_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = example_instance(tmp_path)

    def away(_: Any, named: str) -> bytes:
        raise StorageError(f"/secret/place/{named}")

    with running(instance) as service:
        service.get("/readyz")
        monkeypatch.setattr(type(instance.blobs), "get", away)
        answer = service.get("/leaderboard.json")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert "secret" not in answer.text
        assert msgspec.json.decode(answer.content)["type"] == "urn:proofboard:problem:not-available"
