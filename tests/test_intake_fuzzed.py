"""Whatever is posted: it is refused with reasons, or it is an honest submission; nothing crashes a worker."""

import io
import json
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake_cases import artifact, five_parts, open_benchmark, problems, results, row_of, submitter, unlimited
from proofboard.app.intake.checking import check
from proofboard.app.intake.receiving import NewSubmission, receive
from proofboard.app.service.actors import Actor
from proofboard.app.service.instance import Instance
from proofboard.errors import InputError, RefusedError
from proofboard.store.database import opened_database
from service_builders import SetClock, make_tables, new_instance

STATED = {"queued", "in_review", "refused", "refused at once"}
Server = tuple[Instance, Actor, bytes]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Answer a server that lasts, somebody who hands in, and an honest artifact."""
    place = tmp_path_factory.mktemp("fuzzed")
    database = opened_database(None, place / "data")
    make_tables(database)
    instance = new_instance(database, place / "data", SetClock())
    open_benchmark(instance, place, unlimited())
    open_benchmark(instance, place / "code", unlimited(), rules=five_parts(), asked=problems(), entries=[])
    yield instance, submitter(instance), artifact(place / "honest.zip").read_bytes()
    database.close()


def outcome(server: Server, raw: bytes, form: str = "artifact") -> str:
    """Post bytes and check them; every end but a stated one fails the test."""
    instance, who, _ = server
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "upload"
        file.write_bytes(raw)
        benchmark = "code" if form == "results" else "small"
        try:
            receipt = receive(instance, who, NewSubmission(form=form, file=file, benchmark=benchmark))  # type: ignore[arg-type]
        except InputError as error:
            return "refused at once" if error.faults and folder not in str(error) else f"told badly: {error}"
        except RefusedError as error:
            return f"refused at once: {error.status}"
    check(instance, receipt.id)
    row = row_of(instance, receipt.id)
    assert row.state in {"queued", "in_review", "refused"}
    assert (row.state == "refused") == bool(row.faults)
    assert str(instance.settings.data) not in str(row.faults)
    return row.state


@settings(max_examples=25)
@given(raw=st.binary(max_size=2000))
def test_random_bytes_are_refused(server: Server, raw: bytes) -> None:
    assert outcome(server, raw) == "refused at once"


@settings(max_examples=25)
@given(data=st.data())
def test_an_artifact_with_changed_bytes_ends_in_a_stated_way(server: Server, data: st.DataObject) -> None:
    raw = bytearray(server[2])
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    assert outcome(server, bytes(raw)) in STATED


@settings(max_examples=8)
@given(end=st.integers(0, 5000))
def test_an_artifact_that_was_cut_short_is_refused(server: Server, end: int) -> None:
    assert outcome(server, server[2][: min(end, len(server[2]) - 1)]).startswith("refused")


names = st.sampled_from(
    [
        "submission.json",
        "configuration.json",
        "signature.json",
        "bundles/public/manifest.json",
        "bundles/public/responses.jsonl",
        "bundles/public/scores.jsonl",
        "bundles/held_out/manifest.json",
        "bundles/x/manifest.json",
        "bundles",
        "a/b/c",
    ]
)
contents = st.one_of(
    st.binary(max_size=60),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode()),
)


@settings(max_examples=25)
@given(replaced=st.dictionaries(names, contents, min_size=1, max_size=3))
def test_an_artifact_with_other_documents_ends_in_a_stated_way(server: Server, replaced: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(server[2])) as honest:
        files = {name: honest.read(name) for name in honest.namelist()} | replaced
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, raw in files.items():
            archive.writestr(name, raw)
    assert outcome(server, target.getvalue()) in STATED


def test_an_archive_in_an_archive_is_not_opened(server: Server) -> None:
    inner = server[2]
    for _ in range(3):
        target = io.BytesIO()
        with tarfile.open(fileobj=target, mode="w:gz") as archive:
            own = tarfile.TarInfo("submission.json")
            own.size = len(inner)
            archive.addfile(own, io.BytesIO(inner))
        inner = target.getvalue()
    assert outcome(server, inner) == "refused at once"


def test_an_archive_that_bursts_is_refused(server: Server) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("submission.json", b"{}")
        archive.writestr("configuration.json", b"{}")
        archive.writestr("bundles/public/responses.jsonl", bytes(80 << 20))
    assert outcome(server, target.getvalue()) == "refused at once"


def test_a_thousand_members_are_too_many(server: Server) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(1000):
            archive.writestr(f"bundles/public/{number}", b"")
    assert outcome(server, target.getvalue()) == "refused at once"


def leaves(value: object, path: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, (*path, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from leaves(part, (*path, index))
    yield path


PLACES = [path for path in leaves(results()) if path]
values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=10),
    st.just([]),
    st.just({}),
    st.lists(st.integers(), max_size=2),
)


@settings(max_examples=40)
@given(place=st.sampled_from(PLACES), value=values)
def test_results_with_any_other_value_end_in_a_stated_way(
    server: Server, place: tuple[object, ...], value: object
) -> None:
    document: object = results()
    part = document
    for step in place[:-1]:
        part = part[step]  # type: ignore[index]
    part[place[-1]] = value  # type: ignore[index]
    assert outcome(server, json.dumps(document).encode(), "results") in STATED
