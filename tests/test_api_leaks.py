"""What one organisation has is told to no other: not in answers, not in errors, not by the difference of two errors."""

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec
import pytest

from api_cases import SECRET, Answered, World, world
from proofboard.store.tables import Event
from review_builders import BOARD

PREFIX: Final = "/api/v1"
STRANGERS: Final = ["nobody", "bolt submitter", "bolt owner", "host submitter", "host limited"]
"""Those who read nothing of acme's work on `units`; even a key of the host is no help where it is for another board."""
OTHERS: Final = ["nobody", "bolt submitter", "bolt maintainer", "bolt owner"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("world")) as own:
        yield own


def readable_addresses(made: World) -> list[str]:
    """List every address that can be read, of each board and organisation, and with every id of acme's."""
    document = made.asking.ask("GET", f"{PREFIX}/openapi.json").json()
    names = {
        "name": ["acme", "acme/model-1"],
        "problem_id": ["item"],
        "vendor": ["acme"],
        "config": ["quick", "next"],
        "benchmark": [BOARD],
        "digest": ["log"],
    }
    found = []
    for path, methods in document["paths"].items():
        if "get" in methods and path != f"{PREFIX}/metrics":
            found += [own + query for own in filled(path, names) for query in QUERIES]
    return found


QUERIES: Final = ("", "?benchmark=units", "?organisation=acme", "?benchmark=units&state=in_review", "?limit=1000")


def filled(path: str, names: dict[str, list[str]]) -> list[str]:
    """Fill the parameters of a path with everything that they could be."""
    found = [path]
    for parameter in re.findall(r"\{(\w+)\}", path):
        values = names.get(parameter, [parameter])
        found = [
            own.replace(f"{{{parameter}}}", f"{{{value}}}" if value in IDS else value)
            for own in found
            for value in values
        ]
    return found


IDS: Final = {"item", "log", "submission", "audit", "appeal", "rerun", "schedule", "key", "invitation", "signing_key"}


@pytest.mark.parametrize("who", STRANGERS)
def test_nothing_of_acme_is_in_any_answer_to_others(made: World, who: str) -> None:
    """Everything of acme holds the same words, so that one look at each answer finds whatever slipped out."""
    answers = {target: made.ask("GET", target, who).raw for target in readable_addresses(made)}
    assert [target for target, raw in answers.items() if SECRET.encode() in loosened(raw)] == []
    ids = [made.ids[own] for own in ("submission", "invitation", "delivery", "ben")]
    told = [(target, own) for target, raw in answers.items() for own in ids if own.encode() in raw]
    assert [target for target, own in told if own not in made.filled(target)] == []


def test_acme_itself_reads_all_of_it(made: World) -> None:
    """The test above would find nothing either if nothing were there."""
    targets = ["/submissions/{submission}", "/submissions/{submission}/logs", "/submissions", "/keys", "/audit-log"]
    targets += ["/members", "/invitations", "/submissions/{submission}/artifacts/{log}"]
    found = [
        target for target in targets if SECRET.encode() in loosened(made.ask("GET", PREFIX + target, "acme owner").raw)
    ]
    assert found == targets


def loosened(raw: bytes) -> bytes:
    """Read mail addresses, in which no space is, as the words they were made of."""
    return raw.replace(SECRET.replace(" ", ".").encode(), SECRET.encode())


NAMED: Final = {
    "submission": [
        "GET /submissions/{}",
        "GET /submissions/{}/logs",
        "GET /submissions/{}/artifacts",
        "GET /submissions/{}/artifacts/{log}",
        "POST /submissions/{}/approve",
        "POST /submissions/{}/refuse",
        "POST /submissions/{}/withdraw",
        "POST /audits submission",
        "POST /appeals submission",
        "POST /retention/keep submission",
    ],
    "audit": ["GET /audits/{}", "POST /audits/{}/findings", "POST /audits/{}/decide"],
    "schedule": ["PATCH /schedules/{}"],
    "key": ["DELETE /keys/{}"],
    "invitation": ["DELETE /invitations/{}"],
    "signing_key": ["DELETE /signing-keys/{}"],
    "ben": ["PATCH /members/{}?organisation=acme", "DELETE /members/{}?organisation=acme"],
}
BODIES: Final[dict[str, dict[str, Any]]] = {
    "refuse": {"reason": "because"},
    "withdraw": {"reason": "because"},
    "findings": {"finding": "something"},
    "decide": {"state": "cleared", "reason": "because"},
    "schedules": {"enabled": False},
    "members": {"role": "owner"},
    "audits": {"because": "because"},
    "appeals": {"reason": "because"},
    "keep": {"reason": "because", "digest": f"sha256:{'0' * 64}"},
}


@pytest.mark.parametrize("who", OTHERS)
@pytest.mark.parametrize(("kind", "request_line"), [(kind, own) for kind, lines in NAMED.items() for own in lines])
def test_an_id_of_others_is_answered_as_one_that_nothing_has(
    made: World, who: str, kind: str, request_line: str
) -> None:
    theirs = made.ids[kind]
    nothing = f"{theirs[:4]}{'0' * 32}"
    told = [generic(asked_about(made, request_line, own, who), own) for own in (theirs, nothing)]
    assert told[0] == told[1]


@pytest.mark.parametrize(
    "address", ["/organisations/{}", "/organisations/{}/notifications", "/members?organisation={}"]
)
@pytest.mark.parametrize("who", OTHERS)
def test_an_organisation_of_others_is_answered_as_one_that_is_not_there(made: World, who: str, address: str) -> None:
    told = [generic(made.ask("GET", PREFIX + address.format(own), who), own) for own in ("acme", "nobody-at-all")]
    assert told[0] == told[1]


def asked_about(made: World, request_line: str, own: str, who: str) -> Answered:
    method, target, *field = request_line.split()
    word = next((word for word in reversed(re.split(r"[/?=]", target)) if word in BODIES), None)
    body = None if method in {"GET", "DELETE"} or word is None else {**BODIES[word], **dict.fromkeys(field, own)}
    try:
        return made.ask(method, PREFIX + target.replace("{}", own), who, body)
    finally:
        made.restore()


def generic(answer: Answered, own: str) -> tuple[int, str, list[str]]:
    """Return what an answer says, without what was sent and without its request id."""
    said = msgspec.json.decode(answer.raw)
    said.pop("instance", None)
    names = sorted(name for name, _ in answer.headers)
    return answer.status, msgspec.json.encode(said).decode().replace(own, "…"), names


@pytest.mark.parametrize("who", ["nobody", "bolt owner", "acme owner", "host owner"])
@pytest.mark.parametrize("address", ["/problems/{}/rankings", "/models/acme/model-1/history?problem_id={}"])
def test_a_held_out_id_is_answered_as_one_that_nothing_has(held: World, who: str, address: str) -> None:
    """Not even who holds the held-out set learns from the web what it holds."""
    more = "&benchmark=units" if "?" in address else "?benchmark=units"
    told = [generic(held.ask("GET", PREFIX + address.format(own) + more, who), own) for own in (HELD_OUT, "nothing-1")]
    assert told[0] == told[1]
    assert told[0][0] == 404


HELD_OUT: Final = "held-out-1"


@pytest.fixture(scope="module")
def held(made: World) -> World:
    """Lay a held-out item beside the data of the service, as a worker of the same machine has it."""
    folder = made.instance.settings.data / "held-out" / BOARD / "items"
    folder.mkdir(parents=True)
    row = msgspec.json.encode({"id": HELD_OUT, "prompt": SECRET, "reference": SECRET})
    (folder / "held_out.jsonl").write_bytes(row + b"\n")
    return made


def test_an_event_of_one_organisation_reaches_no_other(made: World) -> None:
    told = {who: made.asking.ask("GET", f"{PREFIX}/events", {**made.askers[who], "last-event-id": "0"}) for who in EARS}
    assert [who for who, answer in told.items() if SECRET.encode() in answer.raw] == []
    assert all(b"event: board" in answer.raw for answer in told.values())


EARS: Final = ["nobody", "bolt owner", "host owner"]


def test_an_event_for_nobody_known_reaches_nobody(made: World) -> None:
    with made.instance.database.writing() as session:
        session.add(
            Event(
                benchmark_id=None, kind="submission", audience="org-none", body={"x": "unheard"}, at=made.instance.now()
            )
        )
    for who in ("nobody", "acme owner", "host owner"):
        answer = made.asking.ask("GET", f"{PREFIX}/events", {**made.askers[who], "last-event-id": "0"})
        assert b"unheard" not in answer.raw
    made.restore()


def test_figures_name_nobody(made: World) -> None:
    said = made.ask("GET", f"{PREFIX}/metrics").raw
    assert [own for own in (b"acme", b"bolt", SECRET.encode(), made.ids["submission"].encode()) if own in said] == []


def test_no_table_of_people_is_among_published_documents(made: World) -> None:
    for path in ("/proofboard.sqlite", f"/boards/{BOARD}/proofboard.sqlite", "/data/proofboard.sqlite", "/signing.key"):
        assert made.ask("GET", path).status == 404


def test_a_blob_that_is_not_published_has_no_address(made: World) -> None:
    """Digests are no secrets: whoever knows the one of somebody's log cannot read it."""
    digest = made.ids["log"]
    raw = digest.removeprefix("sha256:")
    targets = [
        f"/blobs/{raw}",
        f"/boards/{BOARD}/bundles/{digest}/log",
        f"/publications/{digest}/",
        f"/publications/{raw}/x",
    ]
    assert [made.ask("GET", own).status for own in targets] == [404] * 4
    theirs = made.ids["published"]
    assert made.ask("GET", f"{PREFIX}/submissions/{theirs}/artifacts/{digest}", "bolt owner").status == 404
