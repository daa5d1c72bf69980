"""The edge of the web process: one shape of errors, limits of rates and sizes, ids, and headers on every answer."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import OperationalError

import proofboard.api.main as main_module
import proofboard.api.protocol as protocol_module
from api_builders import Service, example_instance, running
from proofboard.api.dependencies import ActorDep
from proofboard.api.headers import accepted_encodings
from proofboard.api.limits import LARGEST_BODY_BYTES, TokenBuckets, address_of
from proofboard.api.problems import Problem
from proofboard.errors import Fault, InputError, RefusedError, StorageError
from service_builders import key, organisation

faulty = APIRouter()


class Thing(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    name: str
    count: int


@faulty.post("/things")
def post_thing(thing: Thing) -> Thing:
    return thing


@faulty.get("/who")
def get_who(actor: ActorDep) -> str:
    return actor.kind


ERRORS: dict[str, Exception] = {
    "bug": RuntimeError("a secret of the program"),
    "input": InputError([Fault("config.yaml", 3, "is wrong"), Fault("items.jsonl", 1, "is worse")]),
    "refused": RefusedError(429, "wait", retry_after_seconds=7),
    "storage": StorageError("/secret/place"),
    "database": OperationalError("SELECT secret", {}, Exception("secret")),
}


@faulty.get("/raise/{kind}")
def get_error(kind: str) -> None:
    raise ERRORS[kind]


def serving(folder: Path, **settings: Any) -> Any:
    return running(example_instance(folder, **settings))


@pytest.fixture(autouse=True, scope="module")
def _with_faults() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(main_module, "ROUTERS", (*main_module.ROUTERS, faulty))
    yield
    patch.undo()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("edge"), strangers_per_minute=10_000) as found:
        yield found


def problem(answer: Any) -> Problem:
    assert answer.headers["content-type"] == "application/problem+json"
    found = msgspec.json.decode(answer.content, type=Problem)
    assert found.status == answer.status_code
    assert found.instance == f"urn:proofboard:request:{answer.headers['x-request-id']}"
    return found


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/nothing", 404, "not-found"),
        ("DELETE", "/leaderboard", 405, "method-not-allowed"),
        ("GET", "/raise/bug", 500, "fault-of-the-software"),
        ("GET", "/raise/input", 422, "faulty-request"),
        ("GET", "/raise/refused", 429, "too-many-requests"),
        ("GET", "/raise/storage", 503, "not-available"),
        ("GET", "/raise/database", 503, "not-available"),
        ("PROPFIND", "/leaderboard", 405, "method-not-allowed"),
    ],
)
def test_every_error_has_one_shape(service: Service, method: str, path: str, status: int, kind: str) -> None:
    answer = service.client.request(method, path)
    assert answer.status_code == status
    assert problem(answer).type == f"urn:proofboard:problem:{kind}"
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_all_faults_of_an_input_are_listed_with_their_places(service: Service) -> None:
    faults = problem(service.get("/raise/input")).faults
    assert [(own.place, own.line) for own in faults] == [("config.yaml", 3), ("items.jsonl", 1)]


def test_a_refusal_says_when_to_come_again(service: Service) -> None:
    assert service.get("/raise/refused").headers["retry-after"] == "7"


def test_all_faults_of_a_body_are_listed_and_what_was_sent_is_not_repeated(service: Service) -> None:
    answer = service.client.post("/things", json={"name": 5, "count": True, "password": "hunter2"})
    assert {own.place for own in problem(answer).faults} == {"body.name", "body.count", "body.password"}
    assert "hunter2" not in answer.text


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 422),
        (b"", "application/json", 422),
        (b"a,b", "text/csv", 415),
        (b"[" * 100_000, "application/json", 422),
        (b'{"name": "\xff", "count": 1}', "application/json", 422),
        (b'{"name": "\\ud800", "count": 1}', "application/json", 422),
        (b'{"name": "a", "count": 1}', "application/json", 200),
    ],
)
def test_a_body_that_cannot_be_read_is_the_fault_of_the_sender(
    service: Service, content: bytes, kind: str, status: int
) -> None:
    answer = service.client.post("/things", content=content, headers={"content-type": kind})
    assert answer.status_code == status, answer.text


def test_a_body_that_says_it_is_too_large_is_not_read(service: Service) -> None:
    answer = service.client.post("/things", content=b" " * (LARGEST_BODY_BYTES + 1))
    assert problem(answer).status == 413


def test_a_body_that_turns_out_too_large_is_refused_while_it_is_read(service: Service) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(LARGEST_BODY_BYTES // 65536 + 2):
            yield b" " * 65536

    answer = service.client.post("/things", content=pieces(), headers={"content-type": "application/json"})
    assert problem(answer).status == 413


def test_headers_that_are_too_large_are_refused(service: Service) -> None:
    assert problem(service.get("/who", headers={"x-much": "a" * 40_000})).status == 431


def test_a_request_keeps_a_harmless_id_of_its_own(service: Service) -> None:
    assert service.get("/who", headers={"x-request-id": "mine-1"}).headers["x-request-id"] == "mine-1"
    assert service.get("/who", headers={"x-request-id": "a b<c>"}).headers["x-request-id"] != "a b<c>"


def test_an_answer_to_one_reader_is_not_kept_by_others(service: Service) -> None:
    assert service.get("/who").headers["cache-control"] == "no-store"


def test_a_key_is_taken_from_either_header_and_a_wrong_one_is_refused(service: Service) -> None:
    secret = key(service.instance, organisation(service.instance, "acme"))
    assert service.get("/who").json() == "anonymous"
    assert service.get("/who", headers={"api-key": secret}).json() == "key"
    assert service.get("/who", headers={"authorization": f"Bearer {secret}"}).json() == "key"
    for wrong in ("", "pb_" + "0" * 64, "é"):
        answer = service.get("/who", headers={"api-key": wrong.encode() or b"x"})
        assert (problem(answer).status, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_reads_are_limited_by_address_and_published_documents_are_not(tmp_path: Path) -> None:
    with serving(tmp_path, reads_per_minute=3) as service:
        statuses = [service.get("/healthz").status_code for _ in range(5)]
        assert statuses == [200, 200, 200, 429, 429]
        limited = service.get("/healthz")
        assert 1 <= int(limited.headers["retry-after"]) <= 21
        assert problem(limited).type == "urn:proofboard:problem:too-many-requests"
        assert {service.get("/leaderboard.json").status_code for _ in range(10)} == {200}


def test_a_stranger_may_change_little_and_a_key_holder_more(tmp_path: Path) -> None:
    with serving(tmp_path, strangers_per_minute=2, writes_per_minute=5) as service:
        secret = key(service.instance, organisation(service.instance, "acme"))
        thing = {"name": "a", "count": 1}
        with_key = [service.client.post("/things", json=thing, headers={"api-key": secret}) for _ in range(6)]
        assert [own.status_code for own in with_key] == [200] * 5 + [429]
        without = [service.client.post("/things", json=thing).status_code for _ in range(3)]
        assert without == [200, 200, 429]


def test_who_guesses_keys_is_stopped(tmp_path: Path) -> None:
    with serving(tmp_path, strangers_per_minute=3) as service:
        statuses = [service.get("/who", headers={"api-key": f"pb_{guess:064x}"}).status_code for guess in range(5)]
        assert statuses == [401, 401, 401, 429, 429]
        assert service.get("/who").status_code == 200


def test_a_bucket_fills_with_time() -> None:
    now = [0.0]
    buckets = TokenBuckets(60, lambda: now[0])
    assert [buckets.wait("a") for _ in range(60)] == [0.0] * 60
    assert buckets.wait("a") == pytest.approx(1.0)
    assert buckets.wait("b") == 0.0
    now[0] = 1.0
    assert buckets.wait("a") == 0.0
    assert buckets.wait("a") == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, b"1.1.1.1", "9.9.9.9"),
        (1, b"6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, b"6.6.6.6, 1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (2, b"1.1.1.1", "9.9.9.9"),
        (1, b"", "9.9.9.9"),
    ],
)
def test_an_address_is_what_the_trusted_proxies_saw(proxies: int, forwarded: bytes, expected: str) -> None:
    scope = {"headers": [(b"x-forwarded-for", forwarded)], "client": ("9.9.9.9", 1)}
    assert address_of(scope, proxies) == expected


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        (b"", ()),
        (b"gzip, zstd", ("zstd", "gzip")),
        (b"gzip;q=1.0, zstd;q=0.5", ("gzip", "zstd")),
        (b"*;q=0", ()),
        (b"zstd;q=0, *", ("gzip",)),
        (b"GZIP", ("gzip",)),
        (b"gzip;q=nonsense", ("gzip",)),
    ],
)
def test_encodings_are_weighed_as_the_standard_says(accepted: bytes, expected: tuple[str, ...]) -> None:
    assert accepted_encodings(accepted) == expected


@pytest.mark.parametrize(
    "sent",
    [b"nonsense\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"],
)
def test_what_is_no_request_ends_in_an_answer_and_no_fault(service: Service, sent: bytes) -> None:
    host, port = service.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        said = connection.recv(65536)
    assert said == b"" or b" 500 " not in said.split(b"\r\n")[0]
    assert service.get("/healthz").status_code == 200


def exchanged(service: Service, sent: bytes) -> bytes:
    host, port = service.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(sent)
        said = b""
        while piece := connection.recv(65536):
            said += piece
        return said


def test_a_head_that_never_ends_is_refused_with_a_problem(service: Service) -> None:
    said = exchanged(service, b"GET / HTTP/1.1\r\n" + b"x-more: " + b"a" * 70_000 + b"\r\n")
    head, _, body = said.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"content-type: application/problem+json" in head
    assert msgspec.json.decode(body, type=Problem).type == "urn:proofboard:problem:unreadable-request"


def test_a_reader_that_never_sends_its_head_is_let_go(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol_module, "HEAD_SECONDS", 0.2)
    assert exchanged(service, b"GET / HT") == b""
    assert exchanged(service, b"") == b""
