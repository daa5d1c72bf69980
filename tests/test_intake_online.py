"""The way of a submission through a running web process: endpoints, client, commands and the page that shows them."""

import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import select

from api_builders import Service, running, sqlite_instance
from builders import benchmark_folder, entry
from command_line import run
from intake_cases import (
    answers,
    artifact,
    configuration,
    five_parts,
    open_benchmark,
    posted,
    problems,
    questions,
    results,
)
from proofboard.app.intake.checking import check
from proofboard.app.service.evaluating import begin, evaluate_batch, finish
from proofboard.app.service.instance import Instance
from proofboard.app.service.publishing import close, publish
from proofboard.client.client import Client
from proofboard.errors import InputError, RefusedError
from proofboard.record.freeze import as_yaml, freeze, write
from proofboard.record.imported import NewBundle
from proofboard.schemas.item import prompts_digest
from proofboard.schemas.states import SETTLED
from proofboard.store.tables import Submission
from service_builders import key, organisation
from test_docs import commands, environment, pattern_of

PAGE = Path(__file__).parents[1] / "docs" / "submitting-online.md"
BOARD = "https://board.example"


class Online:
    """A running board, and the keys of two organisations."""

    def __init__(self, service: Service, place: Path) -> None:
        self.service = service
        self.instance = service.instance
        self.place = place
        self.key = key(self.instance, organisation(self.instance, "acme"))
        self.other = key(self.instance, organisation(self.instance, "bolt"))

    def post(self, raw: bytes, kind: str = "application/zip", **headers: str) -> httpx2.Response:
        """Hand bytes in with the key of acme."""
        own = {"api-key": self.key, "content-type": kind, **headers}
        return self.service.client.post("/api/v1/submit", content=raw, headers=own, params={"benchmark": "small"})

    def get(self, path: str, secret: str | None = None) -> httpx2.Response:
        """Read with a key of acme, with another, or with none (an empty one)."""
        shown = self.key if secret is None else secret
        return self.service.get(f"/api/v1{path}", headers={"api-key": shown} if shown else {})


@pytest.fixture
def online(tmp_path: Path) -> Iterator[Online]:
    instance = sqlite_instance(tmp_path / "data")
    open_benchmark(instance, tmp_path)
    with running(instance) as service:
        yield Online(service, tmp_path)
    instance.database.close()


def worked_off(instance: Instance) -> None:
    """Do for every submission what a worker does."""
    with instance.database.reading() as session:
        waiting = [own.id for own in session.scalars(select(Submission).where(Submission.state.not_in(SETTLED)))]
    for own in waiting:
        check(instance, own)
        finish(instance, own, [evaluate_batch(instance, own, number) for number in range(begin(instance, own))])
        publish(instance, "small")


@pytest.fixture
def worker(online: Online) -> Iterator[None]:
    """Work off what is handed in, as long as a test lasts."""
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            worked_off(online.instance)
            time.sleep(0.05)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield
    stop.set()
    thread.join(20)


def raw_artifact(online: Online, name: str = "a.zip") -> bytes:
    return artifact(online.place / name).read_bytes()


def test_a_posted_artifact_gets_a_receipt_and_a_retry_the_same(online: Online) -> None:
    raw = raw_artifact(online)
    first, again = (online.post(raw, **{"idempotency-key": "k"}) for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert online.get(f"/submissions/{first.json()['id']}").json()["state"] == "received"


def test_a_form_with_one_file_is_taken_like_the_file_itself(online: Online) -> None:
    answer = online.service.client.post(
        "/submit", files={"artifact": ("a.zip", raw_artifact(online))}, headers={"api-key": online.key}
    )
    assert (answer.status_code, answer.json()["entry"]) == (202, "acme/short")


@pytest.mark.parametrize(
    ("raw", "kind", "status"),
    [
        (b"nothing", "application/zip", 422),
        (b"nothing", "text/plain", 415),
        (b"{}", "application/json", 422),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x", 422),
        (b"", "application/octet-stream", 422),
        (b"", "multipart/form-data", 422),
    ],
)
def test_what_cannot_be_taken_is_a_problem_document(online: Online, raw: bytes, kind: str, status: int) -> None:
    answer = online.post(raw, kind)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_a_used_up_quota_says_when_to_come_again(online: Online) -> None:
    raw = raw_artifact(online)
    answer = [online.post(raw) for _ in range(2)][1]
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "43201")


def test_without_a_key_nothing_is_read_of_a_body(online: Online) -> None:
    answer = online.service.client.post("/api/v1/submit", content=b"x", headers={"content-type": "application/zip"})
    assert answer.status_code == 401


def test_results_are_told_every_fault_at_once(online: Online) -> None:
    open_benchmark(online.instance, online.place / "code", rules=five_parts(), asked=problems(), entries=[])
    document = results()
    document["metadata"]["colour"] = 1
    document["results"]["problem_results"][0]["scores"]["security"] = "high"
    raw = posted(online.place / "r.json", document).read_bytes()
    answer = online.service.client.post(
        "/api/v1/submit?benchmark=code",
        content=raw,
        headers={"api-key": online.key, "content-type": "application/json"},
    )
    assert answer.status_code == 422
    assert {own["place"] for own in answer.json()["faults"]} == {
        "/metadata/colour",
        "/results/problem_results/0/scores/security",
    }


def test_until_it_is_published_a_submission_is_its_own_organisations(online: Online) -> None:
    own = online.post(raw_artifact(online)).json()["id"]
    paths = [f"/submissions/{own}", f"/submissions/{own}/logs", f"/submissions/{own}/artifacts"]
    assert [online.get(path).status_code for path in paths] == [200, 200, 200]
    assert [online.get(path, online.other).status_code for path in paths] == [404, 404, 404]
    assert [online.get(path, "").status_code for path in paths] == [404, 404, 404]
    missing = online.get("/submissions/sub-unknown", online.other).json()
    hidden = online.get(paths[0], online.other).json()
    assert {**missing, "instance": ""} == {**hidden, "instance": ""}


def test_once_it_is_published_everybody_may_read_it(online: Online) -> None:
    own = online.post(raw_artifact(online)).json()["id"]
    worked_off(online.instance)
    shown = online.get(f"/submissions/{own}", "").json()
    assert (shown["state"], shown["is_settled"], shown["remarks"]) == ("published", True, [])


def test_a_kept_file_is_sent_as_it_was_posted(online: Online) -> None:
    raw = raw_artifact(online)
    own = online.post(raw).json()["id"]
    (file,) = online.get(f"/submissions/{own}/artifacts").json()["items"]
    answer = online.get(f"/submissions/{own}/artifacts/{file['digest']}")
    assert answer.content == raw
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "attachment" in answer.headers["content-disposition"]
    assert online.get(f"/submissions/{own}/artifacts/{file['digest']}", online.other).status_code == 404
    assert online.get(f"/submissions/{own}/artifacts/sha256:{'0' * 64}").status_code == 404


def test_the_list_of_an_organisation_comes_in_pages_the_latest_first(online: Online) -> None:
    made = []
    for number in range(3):
        file = artifact(
            online.place / "x.zip", configuration(config_name=f"c{number}", decoding=None, vendor=f"v{number}")
        )
        made.append(online.post(file.read_bytes()).json()["id"])
    first = online.get("/submissions?limit=2").json()
    second = online.get(f"/submissions?limit=2&cursor={first['next']}").json()
    assert [own["id"] for own in (*first["items"], *second["items"])] == made[::-1]
    assert second["next"] is None
    assert online.get("/submissions", online.other).json()["items"] == []
    assert online.get("/submissions?state=queued").json()["items"] == []


def lost(client: Client, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Let the board do its work and lose its answer, so many times."""
    send: Callable[..., httpx2.Response] = client._http.post
    left = [times]

    def losing(*arguments: object, **named: object) -> httpx2.Response:
        answer = send(*arguments, **named)
        if left[0]:
            left[0] -= 1
            raise httpx2.RemoteProtocolError("the connection was lost")
        return answer

    monkeypatch.setattr(client._http, "post", losing)


def test_a_lost_answer_is_asked_for_again_and_is_one_submission(
    online: Online, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    with Client(online.service.address, online.key, pause=pauses.append) as client:
        lost(client, monkeypatch, 2)
        receipt = client.submit(artifact(online.place / "a.zip"))
    assert pauses == [0.5, 1.0]
    assert [own["id"] for own in online.get("/submissions").json()["items"]] == [receipt.id]


def test_a_board_that_is_not_there_is_told_after_some_attempts(tmp_path: Path) -> None:
    pauses: list[float] = []
    with (
        Client("http://127.0.0.1:9", "pb_x", pause=pauses.append) as client,
        pytest.raises(InputError, match="does not answer"),
    ):
        client.submit(artifact(tmp_path / "a.zip"))
    assert len(pauses) == 4


def test_a_refusal_reaches_the_caller_with_all_faults(online: Online) -> None:
    with Client(online.service.address, online.key) as client:
        file = artifact(online.place / "a.zip", more={"configuration.json": b'{"vendor": 1, "x": 2}'})
        with pytest.raises(RefusedError) as caught:
            client.submit(file)
    assert (caught.value.status, len(caught.value.faults)) == (422, 3)


@pytest.mark.parametrize("url", ["board.example", "ftp://board.example", "http://board.example"])
def test_a_key_never_travels_in_the_open(url: str) -> None:
    with pytest.raises(InputError):
        Client(url, "pb_x")


def submitters_files(place: Path) -> None:
    """Write what a submitter has on disk."""
    own = configuration()
    write(place / "config.yaml", as_yaml(own))
    for name, raw in freeze(NewBundle(responses=answers()), "small", "1", own, prompts_digest(questions())).items():
        write(place / "answers" / name, raw)
    benchmark_folder(place / "board", [entry("bolt/base", 3, asked=questions())], asked=questions())
    other = configuration(config_name="long", decoding=None, settings={"words": 9})
    artifact(place / "other.zip", other, answers(9))


@pytest.mark.usefixtures("worker")
def test_every_command_of_the_page_runs_and_prints_what_it_says(online: Online, tmp_path: Path) -> None:
    close(online.instance, "small")
    submitters_files(tmp_path)
    # What the board asks is fetched from it.
    shutil.rmtree(tmp_path / "board")
    named = {"PROOFBOARD_KEY": online.key}
    blocks = re.findall(r"^```console\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    for block in blocks:
        for command in commands(block):
            if command.text.startswith("export"):
                continue
            done = subprocess.run(
                ["bash", "-c", command.text.replace(BOARD, online.service.address)],
                cwd=tmp_path,
                env={**environment(), **named},
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
            )
            assert done.returncode == 0, done.stderr
            printed = done.stdout if done.stdout.endswith("\n") else f"{done.stdout}\n"
            assert pattern_of(command.printed).fullmatch(printed), printed
            named["ID"] = next(iter(re.findall(r"sub-[0-9a-f]{32}", printed)), named.get("ID", ""))


def submitted(online: Online, *options: object) -> tuple[int, str]:
    submitters_files(online.place)
    done = run(
        *("submit", "--config", online.place / "config.yaml", "--bundle", online.place / "answers"),
        *("--benchmark", online.place / "board", "--to", online.service.address, "--key", online.key, *options),
    )
    return done.status, done.out + done.err


@pytest.mark.usefixtures("worker")
def test_waiting_for_a_publication_ends_with_status_0(online: Online) -> None:
    status, said = submitted(online, "--wait", "60")
    assert (status, "acme/short is published" in said) == (0, True), said


@pytest.mark.parametrize("page", ["", "/", "/index.html", "/?sort=rank#entries"])
def test_the_address_of_a_board_is_enough_to_hand_in_to_it(online: Online, page: str) -> None:
    open_benchmark(online.instance, online.place / "code", rules=five_parts(), asked=problems(), entries=[])
    with Client(f"{online.service.address}/boards/small{page}", online.key) as client:
        assert client.submit(artifact(online.place / "a.zip")).benchmark == "small"


def test_a_benchmark_that_is_named_goes_before_that_of_the_address(online: Online) -> None:
    with Client(f"{online.service.address}/boards/other/", online.key) as client:
        assert client.submit(artifact(online.place / "a.zip"), benchmark="small").benchmark == "small"


@pytest.mark.parametrize(
    ("url", "service", "benchmark"),
    [
        ("https://board.example/api/v1/", "https://board.example", None),
        ("https://board.example/under/boards/units", "https://board.example/under", "units"),
        ("https://board.example/boards/", "https://board.example/boards", None),
        ("https://board.example/boards/Units/", "https://board.example/boards/Units", None),
    ],
)
def test_an_address_is_told_apart_into_service_and_board(url: str, service: str, benchmark: str | None) -> None:
    with Client(url) as client:
        assert (client.url, client.benchmark) == (service, benchmark)


def test_waiting_in_vain_ends_with_status_2(online: Online) -> None:
    status, said = submitted(online, "--wait", "0")
    assert (status, "is received (waits for its check; number 1 in the queue" in said) == (2, True), said


def test_a_refused_submission_ends_with_status_1_and_all_reasons(online: Online) -> None:
    bad = artifact(online.place / "bad.zip", configuration(licence="nonsense"), date="2030-01-01")
    own = online.post(bad.read_bytes()).json()["id"]
    check(online.instance, own)
    done = run("status", own, "--to", online.service.address, "--key", online.key)
    assert done.status == 1
    assert "licence: 'nonsense' is not an SPDX expression" in done.out


def test_a_key_may_stand_in_a_file(online: Online) -> None:
    (online.place / "key").write_text(f"{online.key}\n")
    own = online.post(raw_artifact(online)).json()["id"]
    done = run("status", own, "--to", online.service.address, "--key-file", online.place / "key")
    assert done.status == 2


def test_commands_that_speak_to_no_board_load_no_http_client() -> None:
    said = "import sys; import proofboard.cli.submit; print('httpx2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
