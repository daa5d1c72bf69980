"""The reference is complete and true: every endpoint is described with examples, and what docs/api.md shows happens."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from api_builders import Service, example_instance, running
from proofboard.api.examples import PLACE
from proofboard.api.main import make_api

PAGE: Final = Path(__file__).parents[1] / "docs" / "api.md"
METHODS: Final = {"get", "post", "put", "patch", "delete"}
SHOWN: Final = re.compile(r"```http\nGET (\S+)\n```\n(?:\n```json\n(.*?)\n```)?", re.DOTALL)
# Digests name bytes that carry the version of the software.
CHANGING: Final = re.compile(r"sha256:[0-9a-f]{64}|urn:proofboard:request:[0-9a-z]+")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(example_instance(tmp_path_factory.mktemp("board"))) as found:
        yield found


@pytest.fixture(scope="module")
def document(service: Service) -> dict[str, Any]:
    found: dict[str, Any] = service.get("/api/v1/openapi.json").json()
    return found


def operations(document: Mapping[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]


def still(text: str) -> Any:
    return msgspec.json.decode(CHANGING.sub("…", text))


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(document: dict[str, Any]) -> None:
    found = operations(document)
    names = [operation["operationId"] for _, _, operation in found]
    assert len(names) == len(set(names))
    assert [path for path, _, operation in found if not operation.get("description")] == []


def test_every_address_is_versioned_in_the_document(document: dict[str, Any]) -> None:
    assert [path for path in document["paths"] if not path.startswith("/api/v1/")] == []


def test_every_answer_with_a_body_has_an_example(document: dict[str, Any]) -> None:
    without = [
        f"{method} {path} {status}"
        for path, method, operation in operations(document)
        for status, answer in operation["responses"].items()
        for kind, content in answer.get("content", {}).items()
        if kind != "application/octet-stream" and not {"example", "examples"} & content.keys()
    ]
    assert without == []


def test_every_error_is_described_as_a_problem(document: dict[str, Any]) -> None:
    wrong = [
        f"{method} {path} {status}"
        for path, method, operation in operations(document)
        for status, answer in operation["responses"].items()
        if status >= "400" and status != "503" and set(answer["content"]) != {"application/problem+json"}
    ]
    assert wrong == []
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', msgspec.json.encode(document).decode()))
    assert named - set(document["components"]["schemas"]) == set()


def test_the_page_names_every_endpoint(document: dict[str, Any]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    missing = [f"{method.upper()} {path}" for path, method, _ in operations(document)]
    assert [own for own in missing if f"### `{own}`" not in page] == []


def test_what_the_page_shows_is_what_is_answered(service: Service) -> None:
    shown = SHOWN.findall(PAGE.read_text(encoding="utf-8"))
    assert len(shown) >= 7
    for path, expected in shown:
        answer = service.get(path)
        assert answer.status_code < 500, path
        if expected:
            assert still(answer.text) == still(expected), path


def test_the_examples_are_what_a_board_answers(service: Service, document: dict[str, Any]) -> None:
    examples = msgspec.json.decode(PLACE.read_bytes(), type=dict[str, Any])
    page = PAGE.read_text(encoding="utf-8")
    paths = {operation["operationId"]: path for path, _, operation in operations(document)}
    for name, example in examples.items():
        asked = re.search(rf"### `GET {re.escape(paths[name])}`.*?```http\nGET (\S+)\n", page, re.DOTALL)
        assert asked is not None, name
        assert still(service.get(asked[1]).text) == still(msgspec.json.encode(example).decode()), name


def test_the_reference_page_loads_nothing_from_elsewhere(service: Service) -> None:
    page = service.get("/api/v1/docs")
    assert page.status_code == 200
    assert re.findall(r'(?:src|href)="(?!/api/v1/|#)[^"]*"', page.text) == []
    assert "<script" not in page.text
    assert service.get("/api/v1/docs.css").headers["content-type"].startswith("text/css")


def test_figures_are_open_metrics_without_names_of_people(service: Service) -> None:
    service.get("/leaderboard?limit=1")
    service.get("/leaderboard.json")
    answer = service.get("/metrics")
    assert answer.headers["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    lines = answer.text.splitlines()
    assert lines[-1] == "# EOF"
    sample = re.compile(r'[a-z_]+(\{[a-z_]+="(?:[^"\\]|\\.)*"(,[a-z_]+="(?:[^"\\]|\\.)*")*\})? [0-9.e+-]+')
    assert [line for line in lines if not line.startswith("# ") and not sample.fullmatch(line)] == []
    assert 'proofboard_publications_total{benchmark="small"} 1' in lines
    assert any(line.startswith('proofboard_requests_total{method="GET",route="/leaderboard"') for line in lines)
    assert any(line.startswith('proofboard_documents_total{status="200"} ') for line in lines)


def test_a_server_is_ready_while_everything_answers(tmp_path: Path) -> None:
    instance = example_instance(tmp_path)
    with running(instance) as service:
        assert service.get("/readyz").json()["ready"] is True
        with instance.database.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'older'")
        answer = service.get("/readyz")
        assert answer.status_code == 503
        assert [own["name"] for own in answer.json()["checks"] if not own["ready"]] == ["migrations"]
        assert service.get("/healthz").json() == {"status": "ok"}


def test_the_application_describes_itself_without_a_server(tmp_path: Path) -> None:
    assert make_api(example_instance(tmp_path)).openapi()["openapi"].startswith("3.1")
