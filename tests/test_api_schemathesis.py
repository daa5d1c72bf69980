"""The API against its own description: what is generated from it, good and bad, finds no fault and no other answer."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import delete

import proofboard.api.events as events_module
from api_builders import Service, running
from api_cases import OTHER_BOARD, World, world
from proofboard.store.tables import Benchmark

EXAMPLES: Final = 2
"""Requests for each operation and mode, each sent by every asker; hundreds are sent by hand with `st run`."""
FIXED: Final = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
CHECKS: Final[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("world")) as own:
        # With one board the parameter `benchmark` may be left out, so that more requests come to an answer.
        with own.instance.database.writing() as session:
            session.execute(delete(Benchmark).where(Benchmark.id == OTHER_BOARD))
        own.keep()
        yield own


@pytest.fixture(scope="module")
def service(made: World) -> Iterator[Service]:
    with pytest.MonkeyPatch.context() as patch, running(made.instance) as own:
        # A stream of events ends by itself after a quarter of an hour.
        patch.setattr(events_module, "LONGEST_SECONDS", 0.05)
        yield own


def test_every_answer_to_nobody_and_to_an_owner_is_as_it_is_documented(made: World, service: Service) -> None:
    askers = {who: made.askers[who] for who in ("nobody", "host owner")}
    document = service.get("/api/v1/openapi.json").json()
    faults: dict[str, str] = {}
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]
        for mode in GenerationMode:
            fault = first_fault(service, operation.as_strategy(generation_mode=mode), askers)
            if fault is not None:
                faults[f"{operation.label} {mode.value}"] = fault
        made.restore()
    assert faults == {}


def first_fault(service: Service, cases: Any, askers: dict[str, dict[str, str]]) -> str | None:
    """Send a few requests of an operation; returns what is wrong with an answer, None where nothing is."""
    asker = [""]

    @FIXED
    @given(case=cases)
    def sent(case: Case[Any]) -> None:
        for who, headers in askers.items():
            asker[0] = who
            case.call_and_validate(base_url=service.address, headers=headers, checks=CHECKS, timeout=20)

    try:
        sent()
    except Unsatisfiable:
        return None  # nothing that is sent to this operation can be wrong
    except Exception as error:  # noqa: BLE001 - whatever is found is told with the operation it was found at
        return f"{asker[0]}: {type(error).__name__}: {error} {[str(own) for own in getattr(error, 'exceptions', ())]}"
    return None
