"""What a post must be to be taken in at all, and which benchmark, entry and model it is for."""

import json
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake_cases import (
    artifact,
    five_parts,
    handed_in,
    limits,
    open_benchmark,
    posted,
    problems,
    results,
    row_of,
    submitter,
)
from proofboard.app.intake.receiving import NewSubmission, receive
from proofboard.app.service.actors import ANONYMOUS
from proofboard.app.service.instance import Instance
from proofboard.errors import InputError, RefusedError
from proofboard.store.database import opened_database
from proofboard.store.tables import Benchmark
from service_builders import SetClock, make_tables, new_instance


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    """Answer an instance on SQLite: what is claimed here does not depend on the database."""
    database = opened_database(None, tmp_path / "data")
    make_tables(database)
    yield new_instance(database, tmp_path / "data", SetClock())
    database.close()


def test_nobody_without_a_key_hands_in(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    with pytest.raises(RefusedError) as caught:
        handed_in(instance, ANONYMOUS, artifact(tmp_path / "a.zip"))
    assert caught.value.status == 401


def test_a_key_for_another_benchmark_is_not_good_for_this(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    with pytest.raises(RefusedError) as caught:
        handed_in(instance, submitter(instance, benchmarks=("large",)), artifact(tmp_path / "a.zip"))
    assert caught.value.status == 403


def test_an_artifact_names_its_benchmark_where_the_address_does_not(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    open_benchmark(instance, tmp_path / "code", rules=five_parts(), asked=problems(), entries=[])
    assert handed_in(instance, submitter(instance), artifact(tmp_path / "a.zip")).benchmark == "small"


def test_an_artifact_for_another_benchmark_is_refused(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    with pytest.raises(InputError, match="benchmark: says large, this was posted to small"):
        handed_in(instance, submitter(instance), artifact(tmp_path / "a.zip", benchmark="large"), benchmark="small")


def test_a_retired_benchmark_takes_nothing(instance: Instance, tmp_path: Path) -> None:
    name = open_benchmark(instance, tmp_path)
    with instance.database.writing() as session:
        session.get_one(Benchmark, name).retired = True
    with pytest.raises(RefusedError, match="retired"):
        handed_in(instance, submitter(instance), artifact(tmp_path / "a.zip"))


def test_an_upload_beyond_the_limit_of_the_benchmark_is_too_large(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path, limits(upload_megabytes=1))
    file = artifact(tmp_path / "a.zip", more={"bundles/public/more.txt": bytes(1_000_001)})
    with pytest.raises(RefusedError) as caught:
        handed_in(instance, submitter(instance), file)
    assert caught.value.status == 413


def test_results_are_taken_under_the_name_of_their_model(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path, rules=five_parts(), asked=problems(), entries=[])
    file = posted(tmp_path / "r.json", results())
    receipt = receive(instance, submitter(instance), NewSubmission(form="results", file=file))
    assert receipt.entry == "bolt/model-four-2026-01-01"
    assert row_of(instance, receipt.id).model == "Model Four"


def test_the_model_of_results_and_of_artifacts_is_one(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path, rules=five_parts(), asked=problems(), entries=[])
    who, first, second = submitter(instance), results(), results()
    second["metadata"]["model"]["name"] = " model_FOUR"
    receive(instance, who, NewSubmission(form="results", file=posted(tmp_path / "1.json", first)))
    with pytest.raises(RefusedError, match="quota"):
        receive(instance, who, NewSubmission(form="results", file=posted(tmp_path / "2.json", second)))


def test_results_say_every_fault_of_their_shape_with_its_pointer(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path, rules=five_parts(), asked=problems(), entries=[])
    document = results()
    document["metadata"]["timestamp"] = "yesterday"
    document["metadata"]["colour"] = "red"
    document["results"]["problem_results"][1]["scores"]["security"] = True
    document["results"]["problem_results"][2]["scores"]["performance"] = 101
    with pytest.raises(InputError) as caught:
        receive(instance, submitter(instance), NewSubmission(form="results", file=posted(tmp_path / "r", document)))
    assert {fault.file for fault in caught.value.faults} == {
        "/metadata/colour",
        "/metadata/timestamp",
        "/results/problem_results/1/scores/security",
        "/results/problem_results/2/scores/performance",
    }


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_results_hold_finite_numbers_only(instance: Instance, tmp_path: Path, number: str) -> None:
    open_benchmark(instance, tmp_path, rules=five_parts(), asked=problems(), entries=[])
    raw = json.dumps(results()).replace("82.3", number).encode()
    with pytest.raises(InputError, match=r"no number|beyond the largest"):
        receive(instance, submitter(instance), NewSubmission(form="results", file=posted(tmp_path / "r", raw)))


def zipped(target: Path, *names: str) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, b"{}")
    return target


def test_an_unsafe_archive_is_refused_at_once_and_names_no_path_of_ours(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    file = zipped(tmp_path / "a.zip", "submission.json", "../../etc/passwd", "/root/x")
    with pytest.raises(InputError) as caught:
        handed_in(instance, submitter(instance), file)
    assert len(caught.value.faults) == 2
    assert str(tmp_path) not in str(caught.value)


def test_an_archive_of_links_is_refused_at_once(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        link = tarfile.TarInfo("submission.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    with pytest.raises(InputError, match="symbolic link"):
        handed_in(instance, submitter(instance), tmp_path / "a.tar")


@pytest.mark.parametrize("raw", [b"", b"hello", b"PK\x03\x04 and no more", b"\x1f\x8b\x08 cut"])
def test_what_is_no_archive_is_refused_with_a_reason(instance: Instance, tmp_path: Path, raw: bytes) -> None:
    open_benchmark(instance, tmp_path)
    (tmp_path / "upload").write_bytes(raw)
    with pytest.raises(InputError):
        handed_in(instance, submitter(instance), tmp_path / "upload")


def test_an_archive_without_its_documents_says_which_are_absent(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    with pytest.raises(InputError, match=r"configuration\.json: is not there"):
        handed_in(instance, submitter(instance), zipped(tmp_path / "a.zip", "submission.json"))
