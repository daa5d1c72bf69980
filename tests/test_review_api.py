"""The endpoints of review and upkeep: who reaches them, what they answer, and that readers need no key."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from proofboard.api.main import make_api
from proofboard.app.service.instance import Instance
from review_builders import ENTRY, Published
from service_builders import key, organisation

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What these tests claim is no matter of the database; those of decisions, appeals and upkeep run on both."""


class Door:
    """An API with a board behind it, and keys of everybody around it."""

    def __init__(self, instance: Instance, folder: Path) -> None:
        self.board = Published(instance, folder)
        host = str(self.board.owner.organisation_id)
        self.keys = {
            "owner": key(instance, host, "owner"),
            "submitter": key(instance, str(self.board.submitter.organisation_id)),
            "stranger": key(instance, organisation(instance, "bolt"), "owner"),
        }
        self.client = TestClient(make_api(instance), raise_server_exceptions=False)

    def ask(self, method: str, path: str, who: str | None = None, **body: Any) -> Any:
        headers = {"api-key": self.keys[who]} if who else {}
        return self.client.request(method, f"/api/v1{path}", headers=headers, json=body or None)


@pytest.fixture
def door(instance: Instance, tmp_path: Path) -> Iterator[Door]:
    made = Door(instance, tmp_path)
    with made.client:
        yield made


def test_readers_see_appeals_errata_and_reruns_without_a_key(door: Door) -> None:
    filed = door.ask("POST", "/appeals", "submitter", entry=ENTRY, reason="it is ours")
    assert filed.status_code == 201
    assert [own["reason"] for own in door.ask("GET", "/appeals").json()["items"]] == ["it is ours"]
    assert door.ask("GET", f"/appeals/{filed.json()['id']}").json()["state"] == "filed"
    assert door.ask("GET", "/errata").json() == {"items": [], "next": None}
    pressed = door.ask("POST", f"/entries/{ENTRY}/rerun", "submitter")
    assert pressed.status_code == 202
    assert door.ask("GET", f"/reruns/{pressed.json()['id']}").json()["state"] == "waiting"


OWNERS: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "/review", {}),
    ("POST", "/entries/acme/quick/supersede", {"reason": "newer"}),
    ("POST", "/entries/acme/quick/reinstate", {"reason": "upheld"}),
    ("POST", "/entries/acme/quick/purge", {"reason": "names"}),
    ("POST", "/errata", {"item": "q", "action": "exclude", "reason": "wrong"}),
    ("POST", "/benchmarks/units/close", {}),
    ("POST", "/benchmarks/units/draft", {}),
    ("GET", "/schedules", {}),
    ("POST", "/schedules", {"name": "x", "kind": "close"}),
    ("POST", "/schedules/preview", {"name": "x", "kind": "close"}),
    ("GET", "/spend", {}),
    ("GET", "/spend/month", {}),
    ("GET", "/retention", {}),
]


def test_the_owners_work_is_the_owners(door: Door) -> None:
    for method, path, body in OWNERS:
        found = [door.ask(method, path, who, **body).status_code for who in (None, "submitter", "stranger")]
        assert (path, found) == (path, [401, 403, 403])


def test_the_owner_closes_previews_and_plans(door: Door) -> None:
    assert door.ask("POST", "/benchmarks/units/close", "owner").json()["kind"] == "close"
    assert door.ask("POST", "/benchmarks/units/draft", "owner").status_code == 202
    assert door.ask("GET", "/retention", "owner").json() == {"items": [], "next": None}
    made = door.ask("POST", "/schedules", "owner", name="nightly", kind="close", cron="0 5 * * *")
    assert made.status_code == 201
    off = door.ask("PATCH", f"/schedules/{made.json()['id']}", "owner", enabled=False)
    assert (off.json()["enabled"], off.json()["next_at"]) == (False, [])


def test_a_withdrawal_is_answered_with_what_is_said_now(door: Door) -> None:
    said = door.ask("POST", f"/entries/{ENTRY}/withdraw", "submitter", reason="a mistake")
    assert said.json() == {
        "state": "withdrawn",
        "entry": ENTRY,
        "submission": door.board.submission,
        "reason": "a mistake",
    }


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/appeals", {"reason": 1, "entry": ENTRY}),
        ("/appeals", {"reason": "x", "entry": ENTRY, "more": True}),
        ("/schedules", {"name": "x", "kind": "close", "enabled": 1}),
        ("/errata", {"item": "q", "action": "forget", "reason": "x"}),
        (f"/entries/{ENTRY}/withdraw", {"reason": ""}),
    ],
)
def test_a_body_that_is_not_as_documented_is_a_problem_with_its_place(
    door: Door, path: str, body: dict[str, Any]
) -> None:
    found = door.ask("POST", path, "owner", **body)
    assert (found.status_code, found.headers["content-type"]) == (422, "application/problem+json")
    assert found.json()["faults"][0]["place"].startswith("body.")


def test_every_endpoint_is_described_with_an_example(door: Door) -> None:
    document = json.loads(door.client.get("/api/v1/openapi.json").text)
    mine = [
        own
        for path in document["paths"].values()
        for own in path.values()
        if set(own.get("tags", ())) & {"review", "upkeep"}
    ]
    assert len(mine) >= 28
    for own in mine:
        (good,) = [own["responses"][status] for status in own["responses"] if status.startswith("2")]
        is_file = "application/octet-stream" in good["content"]  # bytes as they were published
        assert is_file or "example" in good["content"]["application/json"], own["operationId"]
