"""Held-out answers leave an upload at its check: into the private store, and into nothing that the web process sees."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from builders import held_out_store, items
from intake_cases import (
    COUNT,
    artifact,
    checked,
    configuration,
    handed_in,
    limits,
    open_benchmark,
    reasons,
    slot_of,
    submitter,
)
from proofboard import canonical
from proofboard.app.intake.checking import check
from proofboard.app.service.evaluating import incoming
from proofboard.app.service.instance import Instance
from proofboard.archives.unpack import unpacked
from proofboard.errors import HeldOutError
from proofboard.schemas.bundle import Response
from proofboard.store.database import opened_database
from proofboard.store.tables import KeptFile
from service_builders import SetClock, make_tables, new_instance

HIDDEN = items(60, prefix="h")
SENTENCE = "does not fit the held-out set"


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Instance]:
    """Answer an instance of a worker, which has the held-out store."""
    database = opened_database(None, tmp_path / "data")
    make_tables(database)
    held_out_store(tmp_path / "held-out" / "small", {})
    yield new_instance(database, tmp_path / "data", SetClock(), held_out=tmp_path / "held-out")
    database.close()


def everything_kept(instance: Instance) -> bytes:
    """Return all bytes of the database and of the blobs."""
    with instance.database.writing() as session:
        session.connection().exec_driver_sql("SELECT 1")
    folder = instance.settings.data
    with sqlite3.connect(folder / "proofboard.sqlite") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_held_out_answers_go_to_the_private_store_and_nowhere_else(worker: Instance, tmp_path: Path) -> None:
    open_benchmark(worker, tmp_path)
    file = artifact(tmp_path / "a.zip", held_out=HIDDEN)
    own = checked(worker, submitter(worker), file)
    assert own.state == "queued", reasons(own)
    place = incoming(worker, "small", own.id)
    assert place is not None
    assert sorted(path.name for path in place.iterdir()) == ["manifest.json", "responses.jsonl"]
    assert own.upload == canonical.digest_file(file)
    assert not worker.blobs.has(own.upload)
    # An answer to a held-out item, as its bundle writes it.
    assert b'"prompt_id":"h1"' in file.read_bytes()
    assert b'"prompt_id":"h1"' not in everything_kept(worker)


def test_the_kept_upload_is_the_rest_of_what_was_posted(worker: Instance, tmp_path: Path) -> None:
    open_benchmark(worker, tmp_path)
    own = checked(worker, submitter(worker), artifact(tmp_path / "a.zip", held_out=HIDDEN))
    with worker.database.reading() as session:
        kept = session.scalars(select(KeptFile).where(KeptFile.kind == "upload")).one()
    (tmp_path / "kept.zip").write_bytes(worker.blobs.get(kept.digest))
    with unpacked(tmp_path / "kept.zip") as folder:
        assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.json*")) == [
            "bundles/public/manifest.json",
            "bundles/public/responses.jsonl",
            "configuration.json",
            "submission.json",
        ]
    assert (kept.n_bytes, own.state) == ((tmp_path / "kept.zip").stat().st_size, "queued")


def test_a_check_that_was_killed_after_the_store_was_written_ends_the_same(worker: Instance, tmp_path: Path) -> None:
    open_benchmark(worker, tmp_path)
    receipt = handed_in(worker, submitter(worker), artifact(tmp_path / "a.zip", held_out=HIDDEN))
    left = tmp_path / "held-out" / "small" / "incoming" / receipt.id
    left.mkdir(parents=True)
    (left / "manifest.json").write_bytes(b"half")
    check(worker, receipt.id)
    check(worker, receipt.id)
    assert sorted(path.name for path in left.iterdir()) == ["manifest.json", "responses.jsonl"]
    assert (left / "manifest.json").read_bytes() != b"half"


@pytest.mark.parametrize("wrong", ["other items", "one unknown item"])
def test_what_does_not_fit_is_refused_in_one_sentence_and_costs_a_place(
    worker: Instance, tmp_path: Path, wrong: str
) -> None:
    open_benchmark(worker, tmp_path)
    strange = [msgspec.structs.replace(HIDDEN[0], id="h99"), *HIDDEN] if wrong == "one unknown item" else HIDDEN[:50]
    own = checked(worker, submitter(worker), artifact(tmp_path / "a.zip", held_out=strange))
    assert own.state == "refused"
    assert [fault["place"] for fault in own.faults] == ["bundles/held_out"]
    assert SENTENCE in reasons(own)
    assert "h99" not in str(own.faults)
    assert slot_of(worker, own.id).slot == 0
    assert incoming(worker, "small", own.id) is None


def test_nothing_of_a_refused_uploads_held_out_answers_is_kept(worker: Instance, tmp_path: Path) -> None:
    open_benchmark(worker, tmp_path)
    bad = artifact(tmp_path / "a.zip", configuration(licence="nonsense"), held_out=HIDDEN)
    assert checked(worker, submitter(worker), bad).state == "refused"
    assert b'"prompt_id":"h1"' not in everything_kept(worker)


def test_held_out_answers_that_call_themselves_public_are_not_kept_either(worker: Instance, tmp_path: Path) -> None:
    open_benchmark(worker, tmp_path)
    config = configuration()
    honest = artifact(tmp_path / "a.zip", config, held_out=HIDDEN)
    with unpacked(honest) as folder:
        more = {
            f"bundles/repair/{name}": (folder / "bundles/held_out" / name).read_bytes()
            for name in ("manifest.json", "responses.jsonl")
        }
    own = checked(worker, submitter(worker), artifact(tmp_path / "b.zip", config, more=more))
    assert own.state == "refused"
    assert b'"prompt_id":"h1"' not in everything_kept(worker)


def test_a_board_whose_store_is_not_here_takes_no_held_out_answers(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    own = checked(instance, submitter(instance), artifact(tmp_path / "a.zip", held_out=HIDDEN))
    assert "this board takes none here" in reasons(own)


def test_a_broken_store_is_no_fault_of_the_submission_and_tells_nothing(worker: Instance, tmp_path: Path) -> None:
    open_benchmark(worker, tmp_path)
    receipt = handed_in(worker, submitter(worker), artifact(tmp_path / "a.zip", held_out=HIDDEN))
    (tmp_path / "held-out" / "small" / "items" / "held_out.jsonl").write_text('{"id": "h-secret"')
    with pytest.raises(HeldOutError) as caught:
        check(worker, receipt.id)
    assert "h-secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_held_out_scorings_beyond_the_budget_are_refused(worker: Instance, tmp_path: Path) -> None:
    open_benchmark(worker, tmp_path, limits(submissions_per_model_and_day=None, scorings_per_rotation=1))
    who = submitter(worker)
    assert checked(worker, who, artifact(tmp_path / "a.zip", held_out=HIDDEN)).state == "queued"
    other = artifact(tmp_path / "b.zip", configuration(config_name="long"), held_out=HIDDEN)
    own = checked(worker, who, other)
    assert "all 1 held-out scorings of rotation 1 are spent" in reasons(own)
    assert incoming(worker, "small", own.id) is None


def test_a_public_answer_with_a_held_out_id_reads_like_any_unknown_one(worker: Instance, tmp_path: Path) -> None:
    open_benchmark(worker, tmp_path, limits(submissions_per_model_and_day=None))
    who, told = submitter(worker), []
    for name in ("h1", "hx"):
        answers = [Response(prompt_id=f"q{number}", output="1") for number in range(COUNT - 1)]
        file = artifact(tmp_path / f"{name}.zip", responses=[*answers, Response(prompt_id=name, output="2")])
        told.append(reasons(checked(worker, who, file)).replace(f"{name!r}", "'…'"))
    assert told[0] == told[1]
