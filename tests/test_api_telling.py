"""What a service tells its page beside documents: what it offers, what changed, and how entries look elsewhere."""

from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

import pytest

from api_cases import World, world
from intake_cases import artifact
from proofboard.app.board.changes import Change, change_entry
from review_builders import BOARD, ENTRY

ATOM = "{http://www.w3.org/2005/Atom}"
NOTHING: Final = dict.fromkeys(("entry", "successor", "submission", "publication", "appeal", "outcome", "organisation"))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("telling")) as found:
        yield found


def test_a_page_learns_what_the_server_offers(made: World) -> None:
    found = made.ask("GET", "/api/v1/service").json()
    assert found.keys() == {"software_version", "sign_in", "upload_megabytes"}
    assert found["sign_in"] is False


def test_a_stranger_reads_the_limits_of_a_benchmark_and_nothing_of_its_spending(made: World) -> None:
    found = made.ask("GET", f"/api/v1/benchmarks/{BOARD}").json()
    [listed] = [own for own in made.ask("GET", "/api/v1/benchmarks").json()["items"] if own["id"] == BOARD]
    # A list says what each board shows; the board of one benchmark is in its documents.
    assert listed.pop("board") is not None
    assert {name: found[name] for name in listed} == listed
    assert found["rules"]["limits"]["submissions_per_model_and_day"] == 1
    assert not {"spending", "audit_share"} & found["rules"].keys()
    assert made.ask("GET", "/api/v1/benchmarks/nothing").status == 404


def test_every_publication_is_listed_with_the_address_where_it_stays(made: World) -> None:
    found = made.ask("GET", f"/api/v1/publications?benchmark={BOARD}").json()["items"]
    assert len(found) > 1
    assert made.ids["draft"] not in {own["digest"] for own in found}
    for own in found:
        assert made.ask("GET", f"{own['address']}publication.json").status == 200
    first = made.ask("GET", f"/api/v1/publications?benchmark={BOARD}&limit=1").json()
    second = made.ask("GET", f"/api/v1/publications?benchmark={BOARD}&limit=1&cursor={first['next']}").json()
    assert [*first["items"], *second["items"]] == found[:2]


def test_changes_are_what_the_published_log_tells_without_what_changed_nothing(made: World) -> None:
    found = made.ask("GET", f"/api/v1/changes?benchmark={BOARD}").json()["items"]
    assert [own["number"] for own in found] == sorted((own["number"] for own in found), reverse=True)
    assert next(own["entry"] for own in found if own["kind"] == "published") == ENTRY
    assert not {"received", "refused"} & {own["kind"] for own in found}
    first = made.ask("GET", f"/api/v1/changes?benchmark={BOARD}&limit=1").json()
    rest = made.ask("GET", f"/api/v1/changes?benchmark={BOARD}&cursor={first['next']}").json()["items"]
    assert [*first["items"], *rest] == found


def test_the_feed_says_the_same_and_is_well_formed(made: World) -> None:
    changes = made.ask("GET", f"/api/v1/changes?benchmark={BOARD}").json()["items"]
    answer = made.ask("GET", f"/api/v1/changes.atom?benchmark={BOARD}")
    assert answer.header("content-type") == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.raw)  # noqa: S314 - our own answer
    assert len(feed.findall(f"{ATOM}entry")) == len(changes)
    links = [own.attrib["href"] for own in feed.iter(f"{ATOM}link")]
    assert all(own.startswith(f"http://board.example/boards/{BOARD}/") for own in links)


def test_what_no_xml_may_hold_does_not_break_a_feed() -> None:
    said = Change(number=1, kind="withdrawn", at="2026-11-21", reason='<b> & "c" \x01\ud800', **NOTHING)
    line = "".join(change_entry(said, "small", "/boards/small/"))
    entry = ET.fromstring(line)  # noqa: S314 - our own answer
    assert entry.findtext("summary") == '<b> & "c" \ufffd\ufffd'
    assert entry.findtext("updated") == "2026-11-21T00:00:00Z"


def test_a_badge_may_stand_on_any_page(made: World) -> None:
    answer = made.ask("GET", f"/api/v1/badge.svg?benchmark={BOARD}&entry={ENTRY}")
    assert (answer.status, answer.header("content-type")) == (200, "image/svg+xml")
    assert answer.header("cross-origin-resource-policy") == "cross-origin"
    title = ET.fromstring(answer.raw).findtext(f"{SVG}title") or ""  # noqa: S314 - our own answer
    assert "recomputed" in title
    assert "%" in title
    assert made.ask("GET", f"/api/v1/badge.svg?benchmark={BOARD}&entry=acme/nothing").status == 404


def test_reruns_of_an_entry_are_listed(made: World) -> None:
    about = f"/api/v1/reruns?benchmark={BOARD}&entry="
    assert [own["id"] for own in made.ask("GET", f"{about}example/default").json()["items"]] == [made.ids["rerun"]]
    assert made.ask("GET", f"{about}{ENTRY}").json()["items"] == []


def test_a_browser_hands_an_artifact_in_with_its_session(made: World) -> None:
    packed = artifact(made.published.folder.parent / "mine.zip", benchmark=BOARD).read_bytes()
    part = b'--x\r\nContent-Disposition: form-data; name="artifact"; filename="a.zip"\r\n'
    form = part + b"Content-Type: application/zip\r\n\r\n" + packed + b"\r\n--x--\r\n"
    headers = {"content-type": "multipart/form-data; boundary=x"}
    target = f"/api/v1/submit?benchmark={BOARD}"
    forged = made.asking.ask("POST", target, {**made.askers["forged"], **headers}, form)
    taken = made.asking.ask("POST", target, {**made.askers["session"], **headers}, form)
    assert (forged.status, taken.status) == (403, 202)
    assert made.ask("GET", f"/api/v1/submissions/{taken.json()['id']}", "session").json()["form"] == "artifact"
    made.restore()


@pytest.mark.parametrize("target", ["/api/v1/benchmarks", "/api/v1/me", "/api/v1/events", "/api/v1/nothing"])
def test_head_is_answered_as_get_is_without_a_body(made: World, target: str) -> None:
    got, head = made.ask("GET", target), made.ask("HEAD", target)
    assert (head.status, head.raw) == (got.status, b"")
    assert head.header("content-type") == got.header("content-type")


def test_an_address_that_is_read_names_head_among_its_methods(made: World) -> None:
    answer = made.ask("PUT", "/api/v1/benchmarks")
    assert (answer.status, answer.header("allow")) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize(
    ("target", "place", "reason"),
    [
        ("/api/v1/appeals?limit=0", "query.limit", "is less than 1"),
        ("/api/v1/appeals?limit=x", "query.limit", "is no whole number"),
        ("/api/v1/badge.svg", "query.entry", "is missing"),
        ("/api/v1/audits?state=x", "query.state", "is not 'open', 'cleared' or 'confirmed'"),
    ],
)
def test_what_is_wrong_with_a_parameter_is_said_in_words_of_ours(
    made: World, target: str, place: str, reason: str
) -> None:
    assert made.ask("GET", target, "acme owner").json()["faults"] == [{"place": place, "line": 0, "reason": reason}]
