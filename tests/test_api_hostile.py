"""Requests that no honest program sends: each is refused in the one shape of errors, and costs no more than itself."""

import asyncio
import base64
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

import proofboard.api.edge as edge_module
from api_builders import Service, example_instance, running
from api_cases import UNLIMITED, Answered, Asking, scope_of
from proofboard.api.limits import LARGEST_BODY_BYTES
from proofboard.api.main import make_app
from proofboard.app.service.instance import Instance
from proofboard.store.tables import KeptFile
from service_builders import key, organisation, submission_row

PREFIX: Final = "/api/v1"
OPEN_FILES: Final = Path("/proc/self/fd")
JSON: Final = {"content-type": "application/json"}
SECURITY: Final = {
    "x-content-type-options",
    "referrer-policy",
    "content-security-policy",
    "cross-origin-resource-policy",
}


FREE: Final = dict.fromkeys(("reads_per_minute", "writes_per_minute", "strangers_per_minute"), UNLIMITED)


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The one shape of errors, with nothing beside it."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    faults: list[dict[str, Any]]


class Door:
    """The application of a small board, and keys to it."""

    def __init__(self, folder: Path, **limits: int) -> None:
        self.instance = example_instance(folder, **{**FREE, **limits})
        self.acme = organisation(self.instance, "acme")
        self.key = {"api-key": key(self.instance, self.acme, "owner")}
        self.app = make_app(self.instance)
        self.asking = Asking(self.app)

    def ask(self, method: str, target: str | bytes, headers: Any = None, body: Any = None) -> Answered:
        return self.asking.ask(method, target, headers, body)

    def refused(self, method: str, target: str | bytes, headers: Any = None, body: Any = None) -> int:
        """Ask, insist on a proper refusal, and return its status."""
        return refusal(self.ask(method, target, headers, body))


def refusal(answer: Answered) -> int:
    assert 400 <= answer.status < 500, (answer.status, answer.raw[:500])
    assert answer.header("content-type") == "application/problem+json"
    said = msgspec.json.decode(answer.raw, type=Strict)
    assert said.status == answer.status
    assert {name for name, _ in answer.headers} >= SECURITY
    assert answer.header("cache-control") == "no-store"
    return answer.status


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    own = Door(tmp_path_factory.mktemp("door"))
    yield own
    own.asking.close()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(example_instance(tmp_path_factory.mktemp("service"), **FREE)) as own:
        yield own


# Paths


WAYS_OUT: Final = [
    "/boards/small/../../proofboard.sqlite",
    "/boards/small/../../../../../../etc/passwd",
    "/boards/small/%2e%2e/%2e%2e/proofboard.sqlite",
    "/boards/small/..%2f..%2fproofboard.sqlite",
    "/boards/small/%252e%252e/%252e%252e/proofboard.sqlite",
    "/boards/small/..%5c..%5cproofboard.sqlite",
    "/boards/small\\..\\..\\proofboard.sqlite",
    "/boards/small/%c0%ae%c0%ae/proofboard.sqlite",
    "/boards/small/items.json%00",
    "/boards/small/items.json%00.html",
    "/boards/small/%00",
    "/boards/small//items.json",
    "/boards/small/./items.json",
    "/boards/small/items.json/",
    "/boards/small/items.json;x",
    "/boards/small/ITEMS.JSON",
    "/boards/SMALL/items.json",
    "/boards/../items.json",
    "/boards/small%0a/items.json",
    "/boards//items.json",
    "//etc/passwd",
    "/../items.json",
    "/%2e%2e/items.json",
    "/publications/../items.json",
    "/publications/sha256:/items.json",
    f"/publications/{'0' * 64}/items.json",
    f"/publications/{'g' * 64}/items.json",
    f"/publications/sha512:{'0' * 64}/items.json",
    f"/boards/{'a' * 8_000}/items.json",
    f"/boards/small/{'a/' * 8_000}",
    f"/boards/small/{'%2e%2e/' * 4_000}",
    "/boards/small/\udcff".encode("utf-8", "surrogateescape"),
    "/api/v1/../../boards/small/nothing",
    "/api/v1/%2e%2e/healthz",
    "/api/v1/healthz/",
    "/api/v2/healthz",
    "/API/V1/healthz",
    "/docs.css/../healthz",
]


@pytest.mark.parametrize("target", WAYS_OUT, ids=range(len(WAYS_OUT)))
def test_no_path_leads_out_of_a_publication(door: Door, target: str | bytes) -> None:
    assert door.refused("GET", target) == 404


NAMED: Final = [
    *("/problems/{}/rankings", "/models/{}/history", "/entries/{}/x", "/entries/acme/{}", "/submissions/{}"),
    *("/appeals/{}", "/reruns/{}", "/audits/{}", "/organisations/{}", "/benchmarks/{}/settings"),
]


@pytest.mark.parametrize(
    "name", ["a%00b", "%ff", "%0a", "a%2fb", "..", "%2e%2e%2f", "a" * 600, "%f0%9f%92%a9", "'--", "$ne"]
)
@pytest.mark.parametrize("address", NAMED)
def test_a_name_that_nothing_has_is_not_found_or_refused(door: Door, address: str, name: str) -> None:
    assert door.refused("GET", PREFIX + address.format(name), door.key) in {404, 405, 422}


def test_a_nul_is_the_fault_of_its_sender_in_both_databases(instance: Instance) -> None:
    acme = {"api-key": key(instance, organisation(instance, "acme"), "owner")}
    asking = Asking(make_app(instance))
    targets = [address.format("a%00b") for address in NAMED] + ["/leaderboard?benchmark=%00", "/keys?organisation=%00"]
    found = {target: refusal(asking.ask("GET", PREFIX + target, acme)) for target in targets}
    body = {"submission": "a\0b", "reason": "because", "digest": f"sha256:{'0' * 64}"}
    found["keep"] = refusal(asking.ask("POST", f"{PREFIX}/retention/keep", acme, body))
    asking.close()
    assert set(found.values()) <= {404, 422}


# Methods


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "CONNECT", "PROPFIND", "BREW", "get", "G E T", "", "POST"])
def test_a_method_that_an_address_does_not_know_is_refused_with_those_it_knows(door: Door, method: str) -> None:
    answer = door.ask(method, f"{PREFIX}/leaderboard")
    assert (refusal(answer), answer.header("allow")) == (405, "GET, HEAD")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/boards/small/items.json", "/items.json", "/boards/small/", "/"])
def test_what_is_published_takes_nothing(door: Door, method: str, path: str) -> None:
    assert door.refused(method, path, door.key, {"a": 1}) in {404, 405}


def test_an_address_of_several_methods_names_them_all(door: Door) -> None:
    assert door.ask("PATCH", f"{PREFIX}/keys", door.key).header("allow") == "GET, HEAD, POST"


# Parameters


QUESTIONS: Final = [
    "limit=0", "limit=-1", "limit=1001", "limit=1e3", "limit=1.0", "limit=", "limit=%C2%B2", "limit=0x10",
    f"limit={'9' * 5_000}", "limit=%00", "limit=NaN", "limit=null", "limit=1%0a2",
    "cursor=x", "cursor=%00", f"cursor={'A' * 4_000}", "cursor=Li4=", "cursor=%ff", "cursor=LTE=", "cursor=MWU5",
    f"cursor={base64.urlsafe_b64encode(b'9' * 40).decode()}",
    "sort=__class__", "sort=", "sort=-", "sort=public.score'--", "sort=%00", f"sort={'a' * 4_000}", "sort=vendor",
    "weights=correct:nan", "weights=correct:inf", "weights=correct:1e999", "weights=correct:-1", "weights=correct:",
    "weights=:1", "weights=nothing:1", "weights=correct:1,correct:2", "weight.correct=NaN", "weight.=1",
    f"weights=correct:{'9' * 400}", "weights=correct:0", "weights=correct:1/0",
    "date_from=yesterday", "date_from=2026-13-45", "date_from=2026-02-30", "date_from=0000-00-00",
    "benchmark=nothing", "benchmark=%00", f"benchmark={'a' * 4_000}", "benchmark=../small",
    "publication=x", f"publication={'0' * 64}", "publication=%00", f"publication=sha256:{'A' * 64}",
    "category=nothing", "unknown=1", "__proto__=1", "limit%5B%5D=1",
    "&".join(f"a{number}=1" for number in range(300)), "subgroup=%00", "subgroup==", "protocol=9", "track=%00",
]  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS, ids=range(len(QUESTIONS)))
def test_a_question_that_the_board_does_not_understand_is_answered_properly(door: Door, question: str) -> None:
    answer = door.ask("GET", f"{PREFIX}/leaderboard?{question}")
    assert answer.status == 200 or refusal(answer) in {404, 422}


@pytest.mark.parametrize("question", [own for own in QUESTIONS if own.startswith(("limit=", "cursor="))])
@pytest.mark.parametrize(
    "address", ["/keys", "/audit-log", "/appeals", "/submissions", "/models/open/bolt-1.5/history"]
)
def test_a_page_that_no_list_has_is_refused(door: Door, address: str, question: str) -> None:
    answer = door.ask("GET", f"{PREFIX}{address}?{question}", door.key)
    assert answer.status == 200 or refusal(answer) in {404, 422}


TWO: Final = "entry=acme/best&entry=acme/base"
COMPARISONS: Final = [
    "",
    "entry=acme/best",
    "entry=acme/best&entry=acme/best",
    "entry=a&entry=b",
    "entry=acme/best&entry=%00",
    "&".join(["entry=acme/best"] * 50),
    *(f"{TWO}&delta={delta}" for delta in (".", "..1", "9" * 41, "0", "1e9")),
    *(f"{TWO}&slice={own}" for own in ("==", "a%00=b", "x" * 501)),
    f"{TWO}&metric=nothing",
    f"{TWO}&publication=%00",
]


@pytest.mark.parametrize("question", COMPARISONS, ids=range(len(COMPARISONS)))
def test_a_comparison_that_makes_no_sense_is_answered_properly(door: Door, question: str) -> None:
    answer = door.ask("GET", f"{PREFIX}/compare?{question}")
    assert answer.status == 200 or refusal(answer) in {404, 422}


# Bodies


BODIES: Final = [
    b"", b"{", b"null", b"[]", b'"text"', b"1", b"NaN", b"Infinity", b"\xff\xfe", b"\xef\xbb\xbf{}", b"{}{}",
    b"{'a': 1}",
    b'{"name": "\xff"}', b'{"name": "\xed\xa0\x80"}', b'{"name": "\\ud800"}', b'{"name": "a\\u0000b"}',
    b'{"name": 1}', b'{"name": true}', b'{"name": ["a"]}', b'{"name": {"a": 1}}', b'{"name": null}',
    b'{"name": "a", "days": 1e3}', b'{"name": "a", "days": "7"}', b'{"name": "a", "days": true}',
    b'{"name": "a", "days": 99999999999999999999999999}', b'{"name": "a", "days": -1}', b'{"name": "a", "days": NaN}',
    b'{"name": "a", "role": "god"}', b'{"name": "a", "benchmarks": "small"}',
    b'{"name": "a", "benchmarks": ["\\u0000"]}',
    b'{"name": "a", "is_host": true}', b'{"__proto__": {"role": "owner"}, "name": "a"}',
    b"[" * 200_000, b'{"name":' * 100_000, b'{"name": ' + b"9" * 10_000 + b"}", b'{"name": 1' + b"0" * 5_000 + b"}",
    '{"name": "a"}'.encode("utf-16"), '{"name": "a"}'.encode("utf-32"), b'{"name": "' + b"a" * 600 + b'"}',
    b" " * 1_000_000,
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
@pytest.mark.parametrize("request_line", ["POST /keys", "PUT /benchmarks/small/settings", "POST /submit"])
def test_a_body_that_is_none_is_the_fault_of_its_sender(door: Door, request_line: str, body: bytes) -> None:
    method, target = request_line.split()
    assert door.refused(method, PREFIX + target, {**door.key, **JSON}, body) in {400, 403, 422}


def test_a_body_that_says_a_thing_twice_is_refused(door: Door) -> None:
    """What a program in between reads of it must be what is done."""
    body = b'{"name": "a", "role": "submitter", "role": "owner"}'
    assert door.refused("POST", f"{PREFIX}/keys", {**door.key, **JSON}, body) == 422


@pytest.mark.parametrize("target", ["/submit", "/benchmarks/small/settings"])
def test_a_document_that_says_a_thing_twice_is_refused(door: Door, target: str) -> None:
    method = "POST" if target == "/submit" else "PUT"
    assert door.refused(method, PREFIX + target, {**door.key, **JSON}, b'{"limits": {}, "limits": {}}') == 422


@pytest.mark.parametrize(
    "kind",
    [
        "text/csv",
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "x",
        "",
        ";",
        "application/json; charset=utf-7",
        "application/json;" + "a" * 9_000,
        "multipart/form-data; boundary=",
        "*/*",
    ],
)
@pytest.mark.parametrize("target", ["/keys", "/submit", "/appeals"])
def test_a_body_of_another_kind_is_refused(door: Door, target: str, kind: str) -> None:
    body = b'{"name": 5}' if kind.startswith("application/json") else b"--x\r\n\r\n\xff\r\n"
    assert door.refused("POST", PREFIX + target, {**door.key, "content-type": kind}, body) in {415, 422}


PART: Final = b'--x\r\ncontent-disposition: form-data; name="a"'
FORMS: Final = [
    b"",
    b"--x--",
    b"--x\r\n",
    PART + b"\r\n\r\nno file\r\n--x--\r\n",
    PART + b'; filename="../../a"\r\n\r\n\r\n--x--\r\n',
    (PART + b'; filename="b"\r\n\r\nc\r\n') * 9 + b"--x--\r\n",
    b"--x\r\n" + b"a: b\r\n" * 50_000,
    b"--x\r\ncontent-disposition: " + b"a" * 100_000,
]


@pytest.mark.parametrize("body", FORMS, ids=range(len(FORMS)))
def test_a_form_that_is_none_is_refused(door: Door, body: bytes) -> None:
    headers = {**door.key, "content-type": "multipart/form-data; boundary=x"}
    assert door.refused("POST", f"{PREFIX}/submit", headers, body) == 422


# How much is read


class Sender:
    """Sends a body piece by piece, for ever, and counts the pieces that were taken."""

    def __init__(self, door: Door, piece: bytes = b" " * 65_536) -> None:
        self._door = door
        self._piece = piece
        self.taken = 0
        self.status = 0

    def send(self, method: str, target: str, headers: dict[str, str] | None = None) -> int:
        """Send one request, and return its status."""
        listed = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
        asyncio.run(self._sent(scope_of(method, target, listed)))
        return self.status

    async def _sent(self, scope: dict[str, Any]) -> None:
        async def receive() -> dict[str, Any]:
            self.taken += 1
            assert self.taken < 2_000, "the body is read without an end"
            return {"type": "http.request", "body": self._piece, "more_body": True}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]

        await self._door.app(scope, receive, send)


@pytest.fixture
def sender(tmp_path: Path) -> Iterator[Sender]:
    """Answer a sender to an application of its own, whose threads belong to another loop."""
    own = Door(tmp_path)
    yield Sender(own)
    own.asking.close()


def test_a_stranger_cannot_make_the_server_read(sender: Sender) -> None:
    uploads = {"content-type": "application/octet-stream"}
    found = [sender.send("POST", f"{PREFIX}/submit", uploads), sender.send("POST", f"{PREFIX}/benchmarks", uploads)]
    found.append(sender.send("PUT", f"{PREFIX}/benchmarks/small/archive", uploads))
    assert (found, sender.taken) == ([401, 401, 401], 0)


def test_who_may_not_change_a_benchmark_cannot_make_the_server_read(sender: Sender) -> None:
    uploads = {"content-type": "application/octet-stream", **sender._door.key}
    found = [sender.send("POST", f"{PREFIX}/benchmarks", uploads)]
    found.append(sender.send("PUT", f"{PREFIX}/benchmarks/small/archive", uploads))
    assert (found, sender.taken) == ([403, 403], 0)


@pytest.mark.parametrize("request_line", ["POST /keys", "PUT /benchmarks/small/settings", "POST /submissions/x/refuse"])
def test_a_body_without_an_end_is_read_to_its_limit_only(sender: Sender, request_line: str) -> None:
    method, target = request_line.split()
    assert sender.send(method, PREFIX + target, {**JSON, **sender._door.key}) == 413
    assert sender.taken <= LARGEST_BODY_BYTES // 65_536 + 2


@pytest.mark.parametrize("length", ["99999999999999999999", "1000000001", "-1", "x", "1,2", "+5", ""])
def test_a_length_that_is_none_or_too_large_is_not_believed(door: Door, length: str) -> None:
    headers = {**door.key, **JSON, "content-length": length}
    assert door.refused("POST", f"{PREFIX}/keys", headers, b'{"name": 5}') in {400, 413, 422}


def test_headers_beyond_measure_are_refused(door: Door) -> None:
    assert door.refused("GET", f"{PREFIX}/leaderboard", {"cookie": "a=b; " * 9_000}) == 431
    many = {f"x-{number}": "a" * 20 for number in range(2_000)}
    assert door.refused("GET", f"{PREFIX}/leaderboard", many) == 431


@pytest.mark.parametrize(
    "value", ["\xff", "Bearer", "Bearer ", "Basic YTpi", "Bearer a b", "bearer \x00", "Bearer " + "a" * 9_000]
)
def test_a_key_that_cannot_be_one_is_refused_or_none(door: Door, value: str) -> None:
    found = {door.refused("GET", f"{PREFIX}/me", {name: value}) for name in ("authorization", "api-key")}
    assert found <= {401, 403}


@pytest.mark.parametrize(
    "value", ["=", ";;;", "proofboard-session=", "proofboard-session=\xff", "proofboard-session=" + "a" * 9_000]
)
def test_a_cookie_that_is_no_session_is_nobody(door: Door, value: str) -> None:
    assert door.refused("GET", f"{PREFIX}/me", {"cookie": value}) == 401


# Conditions and ranges


def test_any_etag_is_that_of_what_is_there_and_of_nothing_else(door: Door) -> None:
    assert door.ask("GET", "/items.json", {"if-none-match": "*"}).status == 304
    assert door.refused("GET", "/nothing.json", {"if-none-match": "*"}) == 404


@pytest.mark.parametrize("asked", ["", ",", '"', 'W/"', '"a' * 5_000, "\xff", '"' + "0" * 64 + '-br"'])
def test_an_etag_that_is_none_is_no_condition(door: Door, asked: str) -> None:
    assert door.ask("GET", "/items.json", {"if-none-match": asked}).status == 200


@pytest.mark.parametrize(
    "asked", ["bytes=0-0", "bytes=-1", "bytes=9-1", "lines=1-2", "bytes=" + "0-0," * 3_000, "x", "bytes=0-,0-"]
)
def test_a_range_of_a_document_is_answered_with_all_of_it(door: Door, asked: str) -> None:
    whole = door.ask("GET", "/items.json")
    answer = door.ask("GET", "/items.json", {"range": asked})
    assert (answer.status, answer.raw) == (200, whole.raw)


@pytest.mark.parametrize(
    "asked", ["bytes=9-1", "lines=1-2", "bytes=", "x", "bytes=99999-", "bytes=1-2", f"bytes={'0-,' * 5_000}0-"]
)
def test_a_range_of_a_kept_file_is_answered_with_all_of_it(door: Door, asked: str) -> None:
    submission, digest = kept_file(door)
    answer = door.ask("GET", f"{PREFIX}/submissions/{submission}/artifacts/{digest}", {**door.key, "range": asked})
    assert (answer.status, answer.raw) == (200, ONE_LINE)


def test_a_file_that_was_sent_leaves_no_copy(door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    submission, digest = kept_file(door)
    address = f"{PREFIX}/submissions/{submission}/artifacts/{digest}"
    assert door.ask("GET", address, {**door.key, "range": "x"}).status == 200
    assert list(tmp_path.iterdir()) == []


ONE_LINE: Final = b"a log of one line\n"


def kept_file(door: Door) -> tuple[str, str]:
    """Add a submission with one file; returns its id and the file's digest."""
    submission = submission_row(door.instance, door.acme)
    digest = door.instance.blobs.put(ONE_LINE)
    with door.instance.database.writing() as session:
        own = KeptFile(
            submission_id=submission, kind="log", name="evaluation.jsonl", digest=digest, n_bytes=len(ONE_LINE)
        )
        own.created_at = door.instance.now()
        session.add(own)
    return submission, digest


# Headers of answers


ANSWERS: Final = {
    "/": 200,
    "/items.json": 200,
    "/boards/small": 308,
    "/boards/small/": 200,
    "/nothing": 404,
    f"{PREFIX}/leaderboard": 200,
    f"{PREFIX}/leaderboard?limit=0": 422,
    f"{PREFIX}/me": 401,
    f"{PREFIX}/events": 200,
    f"{PREFIX}/docs": 200,
    f"{PREFIX}/docs.css": 200,
    f"{PREFIX}/openapi.json": 200,
    f"{PREFIX}/sign-in": 404,
    f"{PREFIX}/metrics": 200,
}


@pytest.mark.parametrize("target", ANSWERS)
def test_every_answer_carries_the_security_headers(door: Door, target: str) -> None:
    answer = door.ask("GET", target)
    names = [name for name, _ in answer.headers]
    assert answer.status == ANSWERS[target]
    assert set(names) >= SECURITY
    assert len(names) == len(set(names)), "a header is there twice"
    assert answer.header("x-content-type-options") == "nosniff"
    assert "frame-ancestors 'none'" in str(answer.header("content-security-policy"))
    assert answer.header("server") is None


def test_a_document_that_did_not_change_carries_them_too(door: Door) -> None:
    answer = door.ask("GET", "/items.json", {"if-none-match": "*"})
    assert {name for name, _ in answer.headers} >= SECURITY


@pytest.mark.parametrize("target", ["/boards/small", "/boards/small/", f"{PREFIX}/leaderboard", "/nothing"])
def test_a_forged_host_is_not_repeated(door: Door, target: str) -> None:
    answer = door.ask("GET", target, {"x-forwarded-host": "evil.example", "host": "evil.example"})
    assert b"evil.example" not in answer.raw + repr(answer.headers).encode()


def test_nobody_else_is_let_read_an_answer(door: Door) -> None:
    answer = door.ask("GET", f"{PREFIX}/leaderboard", {"origin": "https://evil.example"})
    assert answer.header("access-control-allow-origin") is None


# Connections


def connected(service: Service) -> socket.socket:
    host, port = service.address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=10)


def said(service: Service, sent: bytes) -> bytes:
    """Send bytes, and return everything that is said until the connection is closed."""
    with connected(service) as own:
        own.sendall(sent)
        found = b""
        while piece := own.recv(65_536):
            found += piece
        return found


POST_KEYS: Final = b"POST /api/v1/keys HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        POST_KEYS + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST_KEYS + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        POST_KEYS + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
        POST_KEYS + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\nHost x\n\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=range(7),
)
def test_a_request_that_two_readers_read_differently_is_refused_and_ends_the_connection(
    service: Service, sent: bytes
) -> None:
    assert said(service, sent).startswith(b"HTTP/1.1 400 ")
    assert service.get("/healthz").status_code == 200


def test_pieces_without_an_end_are_refused_and_end_the_connection(service: Service) -> None:
    with connected(service) as own:
        own.sendall(POST_KEYS + b"Transfer-Encoding: chunked\r\n\r\n")
        sent = 0
        try:
            while sent < 50 * LARGEST_BODY_BYTES:
                own.sendall(b"10000\r\n" + b" " * 65_536 + b"\r\n")
                sent += 65_536
        except OSError:
            pass
        assert sent < 50 * LARGEST_BODY_BYTES


def test_slow_bodies_keep_nobody_else_waiting(service: Service) -> None:
    waiting = [connected(service) for _ in range(100)]
    for own in waiting:
        own.sendall(POST_KEYS + b"Content-Length: 100\r\n\r\n{")
    began = time.monotonic()
    assert [service.get("/api/v1/benchmarks").status_code for _ in range(5)] == [200] * 5
    assert time.monotonic() - began < 5
    for own in waiting:
        own.close()


@pytest.mark.parametrize("kind", ["json", "zip"])
def test_a_body_that_stops_coming_in_is_refused_and_ends_the_connection(
    service: Service, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(edge_module, "PIECE_SECONDS", 0.2)
    secret = key(service.instance, organisation(service.instance, kind), "owner")
    head = f"POST /api/v1/submit HTTP/1.1\r\nHost: x\r\nContent-Type: application/{kind}\r\nApi-Key: {secret}\r\n"
    assert said(service, head.encode() + b"Content-Length: 100\r\n\r\n{").startswith(b"HTTP/1.1 408 ")


def test_a_stream_of_events_is_no_body_that_stops_coming_in(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge_module, "PIECE_SECONDS", 0.2)
    with connected(service) as own:
        own.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n")
        assert own.recv(15) == b"HTTP/1.1 200 OK"
        time.sleep(0.5)
        assert listening(service) == 1


def test_a_cookie_for_each_request_is_no_way_around_the_limits(tmp_path: Path) -> None:
    own = Door(tmp_path, reads_per_minute=20)
    found = [own.ask("POST", f"{PREFIX}/sign-out", {"cookie": f"a={number}"}).status for number in range(40)]
    own.asking.close()
    assert found[-1] == 429


def test_streams_of_events_that_are_opened_and_dropped_leave_nothing_behind(service: Service) -> None:
    service.get("/healthz")
    before = n_sockets()
    open_and_drop_streams(service, 5)
    assert until(lambda: n_sockets() <= before)


def n_sockets() -> int:
    """Count the open sockets of this process; files of the database are opened by every thread that asks it."""
    return sum(str(own.readlink()).startswith("socket:") for own in OPEN_FILES.iterdir() if own.is_symlink())


def open_and_drop_streams(service: Service, hundreds: int) -> None:
    for _ in range(hundreds):
        streams = [connected(service) for _ in range(100)]
        for own in streams:
            own.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n")
        for own in streams:
            assert own.recv(15) == b"HTTP/1.1 200 OK"
        for own in streams:
            own.close()
    assert until(lambda: listening(service) == 0)


def listening(service: Service) -> int:
    """Return how many readers of events the server knows."""
    lines = service.get("/metrics").text.splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("proofboard_event_readers "))


def until(holds: Any, seconds: float = 10) -> bool:
    """Wait until something holds."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if holds():
            return True
        time.sleep(0.05)
    return bool(holds())
