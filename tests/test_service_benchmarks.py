"""A benchmark directory is taken in when its board can be built, and a close that fails later is shown."""

from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy import select

from api_builders import running, sqlite_instance
from board_builders import example, example_board, packed
from builders import benchmark_folder, entry, held_out_store
from command_line import run
from graded_cases import graded_benchmark
from proofboard.app.service.benchmarks import add_benchmark, benchmarks, update_benchmark, why_close_failed
from proofboard.app.service.instance import Instance
from proofboard.app.service.publishing import close, draft
from proofboard.errors import InputError, RefusedError, fault
from proofboard.store.tables import Benchmark
from service_builders import SetClock, actor, host, host_actor, key, new_instance, organisation

BOARD = "units"
RESPONSES = "entries/acme/own/public/responses.jsonl"


def spoiled(folder: Path) -> Path:
    """Write a benchmark directory that can be read, and whose one bundle is not what its manifest says."""
    place = benchmark_folder(folder, [entry("acme/own", 4)])
    with (place / RESPONSES).open("ab") as stream:
        stream.write(b"{}\n")
    return place


def ungraded(folder: Path) -> Path:
    """Write a benchmark directory of programs that were never run."""
    place = graded_benchmark(folder)
    for file in place.glob("graded/*/graded.json"):
        file.unlink()
    return place


@pytest.mark.parametrize(
    ("make", "place", "reason"),
    [
        (spoiled, "entries/acme/own/public/", "prompt_id: is required and absent"),
        (ungraded, "graded/", "no program has graded this bundle; run proofboard grade"),
    ],
)
def test_a_directory_whose_board_cannot_be_built_is_refused_by_its_places_in_the_archive(
    instance: Instance, tmp_path: Path, make: Callable[[Path], Path], place: str, reason: str
) -> None:
    archive = packed(make(tmp_path / "folder"), tmp_path / "bad.zip")
    with pytest.raises(InputError, match=reason) as caught:
        add_benchmark(instance, host_actor(instance), archive)
    assert all(own.file.startswith(place) for own in caught.value.faults), caught.value
    assert "/tmp" not in str(caught.value)  # noqa: S108 - a text that must not be there
    assert benchmarks(instance) == []


def test_a_graded_directory_of_programs_is_taken_in(instance: Instance, tmp_path: Path) -> None:
    archive = packed(graded_benchmark(tmp_path / "folder"), tmp_path / "good.zip")
    assert add_benchmark(instance, host_actor(instance), archive).close_failed is None


def test_a_change_that_cannot_be_built_leaves_the_benchmark_as_it_was(instance: Instance, tmp_path: Path) -> None:
    owner = example_board(instance, tmp_path)
    before = archive_of(instance)
    folder = example(tmp_path / "example")
    bundle = min(folder.glob("entries/*/*/public/responses.jsonl"))
    bundle.write_bytes(bundle.read_bytes() + b"{}\n")
    with pytest.raises(InputError):
        update_benchmark(instance, owner, BOARD, packed(folder, tmp_path / "changed.zip"))
    assert archive_of(instance) == before


def archive_of(instance: Instance) -> str:
    with instance.database.reading() as session:
        return session.scalars(select(Benchmark.archive)).one()


def test_over_the_api_every_fault_is_in_the_answer(tmp_path: Path) -> None:
    instance = sqlite_instance(tmp_path / "data")
    secret = key(instance, host(instance), "owner")
    raw = packed(spoiled(tmp_path / "folder"), tmp_path / "bad.zip").read_bytes()
    with running(instance) as service:
        answer = service.client.post("/api/v1/benchmarks", content=raw, headers={"api-key": secret})
        assert service.items("/api/v1/benchmarks") == []
    instance.database.close()
    assert answer.status_code == 422
    assert {own["place"].rpartition("/")[0] for own in answer.json()["faults"]} == {"entries/acme/own/public"}


def failing_close(instance: Instance, reason: str = "is not there") -> None:
    with (
        patch("proofboard.app.service.publishing.assemble", side_effect=fault("items.jsonl", reason)),
        pytest.raises(InputError),
    ):
        close(instance, BOARD)


def test_a_failed_close_is_shown_until_one_is_released(instance: Instance, clock: SetClock, tmp_path: Path) -> None:
    owner = example_board(instance, tmp_path)
    close(instance, BOARD)
    clock.advance(hours=1)
    failing_close(instance, "was first")
    since = instance.now()
    clock.advance(hours=1)
    failing_close(instance, "was second")
    assert [own.close_failed for own in benchmarks(instance)] == [since]
    assert why_close_failed(instance, owner, BOARD) == "items.jsonl: was second"
    clock.advance(hours=1)
    draft(instance, BOARD)
    assert [own.close_failed for own in benchmarks(instance)] == [since]
    close(instance, BOARD)
    assert [own.close_failed for own in benchmarks(instance)] == [None]
    assert why_close_failed(instance, owner, BOARD) is None


def test_a_first_close_that_failed_is_shown(instance: Instance, tmp_path: Path) -> None:
    example_board(instance, tmp_path)
    failing_close(instance)
    assert [own.close_failed for own in benchmarks(instance)] == [instance.now()]


def test_only_those_who_run_a_board_learn_why_a_close_failed(instance: Instance, tmp_path: Path) -> None:
    example_board(instance, tmp_path)
    failing_close(instance)
    stranger = actor(organisation(instance), "owner")
    with pytest.raises(RefusedError):
        why_close_failed(instance, stranger, BOARD)


def test_of_a_held_out_board_only_the_place_of_the_reason_is_said(
    instance: Instance, clock: SetClock, tmp_path: Path
) -> None:
    owner = example_board(instance, tmp_path)
    held_out_store(tmp_path / "stores" / BOARD, {})
    worker = new_instance(instance.database, instance.settings.data, clock, held_out=tmp_path / "stores")
    with (
        patch("proofboard.app.service.publishing.inputs_of_close", side_effect=fault("h-1", "the answer is 4711")),
        patch("proofboard.app.service.publishing.refuse_close"),
        patch("proofboard.app.service.publishing.grade_the_rest"),
        pytest.raises(InputError),
    ):
        close(worker, BOARD)
    said = why_close_failed(instance, owner, BOARD)
    assert said == "the reason is in the file close.txt of the held-out store"


def test_the_list_says_why_a_close_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = sqlite_instance(tmp_path / "data")
    example_board(instance, tmp_path)
    failing_close(instance)
    instance.database.close()
    monkeypatch.setenv("PROOFBOARD_DATA", str(tmp_path / "data"))
    done = run("benchmark", "list")
    assert (done.status, "its last close failed: items.jsonl: is not there\n" in done.out) == (0, True), done
