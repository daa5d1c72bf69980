"""Drafts: those who run a board see what a close would publish, and nobody else does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from api_cases import Answered, Asking
from proofboard.api.main import make_app
from proofboard.app.people.paging import Span
from proofboard.app.people.recognising import KEY_HEADER
from proofboard.app.review.closing import ask_close, ask_draft, job
from proofboard.app.review.drafts import draft_document, drafts
from proofboard.app.serve.requests import policy_of
from proofboard.app.service.exporting import export_site
from proofboard.app.service.instance import Instance, new_id
from proofboard.app.service.publications import documents_of, drafted, published
from proofboard.app.service.publishing import draft
from proofboard.app.service.releasing import Release, SignedLog, head_version, release, stamp_of
from proofboard.cli.export_site import command
from proofboard.errors import RefusedError
from proofboard.publish.assemble import RELEASES
from proofboard.schemas.states import Role
from proofboard.store.tables import Benchmark, Job
from review_builders import BOARD, Published
from service_builders import actor, benchmark_row, key

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What these tests claim is no matter of the database."""

DRAFTS = f"/api/v1/benchmarks/{BOARD}/drafts"


@pytest.fixture
def board(instance: Instance, tmp_path: Path) -> Published:
    return Published(instance, tmp_path)


@pytest.fixture
def asking(board: Published) -> Iterator[Asking]:
    made = Asking(make_app(board.instance))
    yield made
    made.close()


def drafted_now(board: Published) -> str:
    draft(board.instance, BOARD)
    return drafted(board.instance, BOARD).digest


def asked(asking: Asking, board: Published, target: str, role: Role = "maintainer") -> Answered:
    secret = key(board.instance, str(board.owner.organisation_id), role)
    return asking.ask("GET", target, {KEY_HEADER: secret})


def made_draft(instance: Instance, changed: str) -> str:
    """Release a draft whose root is other bytes; returns its digest."""
    documents = dict(documents_of(instance, published(instance, BOARD)))
    documents["publication.json"] = instance.blobs.put(changed.encode())
    with instance.database.reading() as session:
        stamp = stamp_of(session, session.get_one(Benchmark, BOARD))
    log, version = SignedLog({}, 0, {}), head_version(instance, BOARD)
    assert release(instance, Release(BOARD, version, "close", documents, [], log, stamp, 0, is_draft=True))
    return documents["publication.json"]


def test_the_documents_of_a_draft_are_answered_as_they_are_stored(board: Published, asking: Asking) -> None:
    digest = drafted_now(board)
    listed = asked(asking, board, DRAFTS).json()["items"]
    assert [own["digest"] for own in listed] == [digest]
    for path, own in documents_of(board.instance, drafted(board.instance, BOARD)).items():
        answer = asked(asking, board, listed[0]["address"] + path)
        assert (answer.status, answer.raw) == (200, board.instance.blobs.get(own))
        assert [answer.header(name) for name in ("cache-control", "x-robots-tag", "link")] == [
            "private, no-store",
            "noindex, nofollow",
            '</api/v1>; rel="service"',
        ]


def test_the_page_of_a_draft_opens_below_its_address_with_its_own_policy(board: Published, asking: Asking) -> None:
    digest = drafted_now(board)
    answer = asked(asking, board, f"{DRAFTS}/{digest.removeprefix('sha256:')}/")
    assert answer.header("content-type") == "text/html; charset=utf-8"
    assert answer.header("content-security-policy") == policy_of(answer.raw)
    assert answer.raw == asked(asking, board, f"{DRAFTS}/{digest}/index.html").raw


def test_a_draft_is_at_no_public_address(board: Published, asking: Asking) -> None:
    digest = drafted_now(board).removeprefix("sha256:")
    assert asking.ask("GET", f"/publications/{digest}/leaderboard.json").status == 404
    assert asking.ask("GET", f"{DRAFTS}/{digest}/leaderboard.json").status == 401


def test_a_publication_an_unknown_digest_and_a_draft_of_another_board_are_the_same_404(
    board: Published, asking: Asking
) -> None:
    other = benchmark_row(board.instance, str(board.owner.organisation_id), "second")
    mine, head = drafted_now(board), published(board.instance, BOARD).digest
    places = (f"second/drafts/{mine}", f"{BOARD}/drafts/{head}", f"{BOARD}/drafts/{'0' * 64}")
    found = [asked(asking, board, f"/api/v1/benchmarks/{place}/leaderboard.json") for place in places]
    told = {own.json()["title"].replace(other, BOARD) for own in found}
    assert ([own.status for own in found], len(told)) == ([404] * 3, 1)


def test_what_a_draft_does_not_name_is_not_there(board: Published) -> None:
    digest = drafted_now(board)
    for path in ("nothing.json", "../leaderboard.json", "/leaderboard.json", "sha256:00"):
        with pytest.raises(RefusedError) as refused:
            draft_document(board.instance, board.owner, BOARD, digest, path)
        assert refused.value.status == 404


def test_bytes_that_are_no_longer_kept_are_gone(board: Published, asking: Asking) -> None:
    digest = drafted_now(board)
    board.instance.blobs.remove(documents_of(board.instance, drafted(board.instance, BOARD))[RELEASES])
    assert asked(asking, board, f"{DRAFTS}/{digest}/{RELEASES}").status == 410


def test_those_who_only_hand_in_read_no_drafts(board: Published) -> None:
    hands_in = actor(str(board.owner.organisation_id), "submitter")
    for own in (board.submitter, hands_in):
        with pytest.raises(RefusedError, match="is not allowed"):
            drafts(board.instance, own, BOARD, Span())


def test_drafts_are_listed_with_the_newest_first_in_pages(board: Published) -> None:
    made = [made_draft(board.instance, text) for text in ("one", "two", "three")]
    first = drafts(board.instance, board.owner, BOARD, Span(2))
    second = drafts(board.instance, board.owner, BOARD, Span(2, first.next))
    assert [own.digest for own in (*first.items, *second.items)] == made[::-1]
    assert second.next is None


def test_a_draft_that_is_made_again_is_the_newest(board: Published) -> None:
    made = [made_draft(board.instance, text) for text in ("one", "two", "one")]
    assert [own.digest for own in drafts(board.instance, board.owner, BOARD, Span()).items] == [made[0], made[1]]
    assert drafted(board.instance, BOARD).digest == made[2]


def test_the_newest_draft_is_written_as_files(board: Published, tmp_path: Path) -> None:
    digest = drafted_now(board)
    assert export_site(board.instance, None, tmp_path / "site", is_draft=True) == digest
    own = board.instance.blobs.get(digest)
    assert (tmp_path / "site" / "publication.json").read_bytes() == own
    assert own != board.instance.blobs.get(published(board.instance, BOARD).digest)


def test_where_there_is_no_draft_nothing_is_written(
    board: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROOFBOARD_DATA", str(board.instance.settings.data))
    found = CliRunner().invoke(command, [str(tmp_path / "site"), "--draft"])
    assert isinstance(found.exception, RefusedError)
    assert "has no draft" in found.exception.title
    assert not (tmp_path / "site").exists()


def test_a_close_and_a_draft_say_how_far_they_have_come(board: Published) -> None:
    for ask in (ask_close, ask_draft):
        promised = ask(board.instance, board.owner, BOARD)
        told = job(board.instance, board.owner, promised.job)
        assert (told.kind, told.state, told.started_at, told.error) == (promised.kind, "waiting", None, None)


def test_a_job_that_failed_says_why(board: Published) -> None:
    promised = ask_draft(board.instance, board.owner, BOARD).job
    with board.instance.database.writing() as session:
        row = session.get_one(Job, promised)
        row.state, row.error, row.finished_at = "failed", "the disk is full", board.instance.now()
    told = job(board.instance, board.owner, promised)
    assert (told.state, told.error, told.finished_at is None) == ("failed", "the disk is full", False)


def test_of_other_work_nothing_is_told(board: Published) -> None:
    told = []
    for kind in ("grade", "evaluate", "check", "deliver", "publish", None):
        other = new_id("job")
        with board.instance.database.writing() as session:
            now, about = board.instance.now(), {"subject": board.submission, "benchmark_id": BOARD}
            if kind:
                session.add(Job(id=other, kind=kind, queue="trusted", state="running", created_at=now, **about))
        with pytest.raises(RefusedError) as refused:
            job(board.instance, board.owner, other)
        told.append((refused.value.status, refused.value.title))
    assert set(told) == {(404, "There is no close or draft of this id, or its board is not yours")}
