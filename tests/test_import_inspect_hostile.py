"""Logs that are damaged, hostile or none: each bad file has one clear fault, and the others are imported."""

import json
import os
import struct
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inspect_logs import header, metric, sample, score, write_eval, write_json
from proofboard.app.build import build
from proofboard.errors import InputError
from proofboard.record.freeze import write_benchmark
from proofboard.record.inspect_log.eval_zip import LIMITS
from proofboard.record.inspect_log.importer import read

if sys.version_info >= (3, 14):
    import zipfile
else:
    from backports.zstd import zipfile

SharedData = Callable[[str], Path]


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read(path)
    (fault,) = caught.value.faults
    return str(fault)


def write_zip(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_ZSTANDARD) -> Path:
    with zipfile.ZipFile(path, "w", compression=method) as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
    return path


def good(**fields: Any) -> dict[str, bytes]:
    return {
        "header.json": json.dumps(header()).encode(),
        "samples/1_epoch_1.json": json.dumps(sample(**fields)).encode(),
    }


def truncated(path: Path) -> None:
    raw = write_eval(path, header(), [sample(n) for n in range(50)]).read_bytes()
    path.write_bytes(raw[: len(raw) // 2])


def damaged(path: Path) -> None:
    raw = bytearray(write_zip(path, good(), zipfile.ZIP_STORED).read_bytes())
    raw[raw.index(b"Question")] ^= 1
    path.write_bytes(bytes(raw))


def bomb(path: Path) -> None:
    write_zip(path, {**good(), "samples/2_epoch_1.json": b" " * (LIMITS.free_bytes + 1)})


def liar(path: Path) -> None:
    """Say in the list of members that a member of many megabytes has ten bytes."""
    write_zip(path, {**good(), "samples/2_epoch_1.json": b" " * (16 << 20)})
    raw = bytearray(path.read_bytes())
    size = raw.rindex(struct.pack("<I", 16 << 20))
    raw[size : size + 4] = struct.pack("<I", 10)
    path.write_bytes(bytes(raw))


def encrypted(path: Path) -> None:
    raw = bytearray(write_zip(path, good()).read_bytes())
    raw[raw.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(raw))


DEEP = b'{"id": 1, "x": ' + b"[" * 5000 + b"]" * 5000 + b"}"
BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "an empty file": (lambda path: path.write_bytes(b""), "is damaged or cut short: File is not a zip file"),
    "a text": (lambda path: path.write_text("no zip"), "is damaged or cut short: File is not a zip file"),
    "a truncated zip": (truncated, "is damaged or cut short"),
    "a damaged member": (damaged, "'samples/1_epoch_1.json' is damaged: it is not the"),
    "a bomb": (bomb, "unpacks to more than 67,108,864 bytes, the limit for its size"),
    "a member longer than it says": (liar, "'samples/2_epoch_1.json' is damaged: it is not the 10 bytes"),
    "an encrypted member": (encrypted, "is encrypted"),
    "a zip of something else": (lambda path: write_zip(path, {"a.txt": b"a"}), "is a zip without header.json"),
    "a path out of the archive": (
        lambda path: write_zip(path, {**good(), "../evil.json": b"{}"}),
        "holds a member that has a path that leaves its folder with ..: '../evil.json'",
    ),
    "an absolute path": (lambda path: write_zip(path, {**good(), "/evil": b""}), "has an absolute path"),
    "another compression": (
        lambda path: write_zip(path, good(), zipfile.ZIP_BZIP2),
        "compression method 12 is not known",
    ),
    "bytes that are not UTF-8": (
        lambda path: write_zip(path, {**good(), "samples/2_epoch_1.json": b'{"id": 2, "input": "\xff"}'}),
        "samples/2_epoch_1.json: is not UTF-8 (byte 20)",
    ),
    "JSON that breaks off": (
        lambda path: write_zip(path, {**good(), "samples/2_epoch_1.json": b'{"id": 2,'}),
        "samples/2_epoch_1.json:1: is not JSON",
    ),
    "JSON of great depth": (
        lambda path: write_zip(
            path, {**good(), "samples/2_epoch_1.json": b'{"id": 1, "x": ' + b"[" * 5000 + b"]" * 5000 + b"}"}
        ),
        "is nested more deeply than can be read",
    ),
    "a header of great depth": (
        lambda path: write_eval(path, header(model_args={"x": json.loads(b"[" * 90 + b"]" * 90)}), [sample()]),
        "has a header of more than 40 levels",
    ),
    "a sample without an id": (lambda path: write_zip(path, good(id_=None)), "samples/1_epoch_1.json: id: "),
    "a header that is a list": (lambda path: write_zip(path, {"header.json": b"[]"}), "header.json: "),
    "a header without a model": (
        lambda path: write_eval(path, header(model=""), [sample()]),
        "has no eval.model; write the log again with Inspect",
    ),
    "a model of endless name": (lambda path: write_eval(path, header(model="m" * 501), [sample()]), "501 characters"),
    "a version that is no number": (
        lambda path: write_eval(path, header(version=[]), [sample()]),
        "is an Inspect log of version [], known here are 1, 2, 3",
    ),
    "a folder": (lambda path: path.mkdir(), "is a folder, expected a file"),
    "a link to nowhere": (lambda path: path.symlink_to("/nowhere"), "is a symbolic link"),
    "a pipe": (os.mkfifo, "is not a file"),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_refused_by_itself_and_the_others_are_imported(kind: str, tmp_path: Path) -> None:
    make, reason = BAD[kind]
    write_eval(tmp_path / "good.eval", header(task="good"), [sample(task_only=True)])
    make(tmp_path / "bad.eval")
    imported = read(tmp_path)
    assert len(imported.items) == 1
    (fault,) = imported.refused
    assert fault.file.startswith("bad.eval")
    assert reason in str(fault)


@pytest.mark.parametrize("kind", ["a truncated zip", "a text", "an empty file"])
def test_a_bad_file_that_is_the_source_itself_is_an_error(kind: str, tmp_path: Path) -> None:
    make, reason = BAD[kind]
    make(tmp_path / "bad.eval")
    assert reason in refused(tmp_path / "bad.eval")


@pytest.mark.parametrize(
    ("log", "reason"),
    [
        ([], "it holds no samples, so that nothing can be computed; write the log with samples"),
        ([sample(scores={})], "it holds answers and no score that is a number; score it (inspect score)"),
        ([sample(value=float("nan"))], "it holds answers and no score that is a number"),
    ],
    ids=["no samples", "no scores", "no numbers"],
)
def test_a_log_with_nothing_to_import_is_noted_in_a_folder_and_an_error_alone(
    log: list[dict[str, Any]], reason: str, tmp_path: Path
) -> None:
    write_eval(tmp_path / "good.eval", header(task="good"), [sample()])
    write_eval(tmp_path / "bad.eval", header([score("match", {"accuracy": 0.5})], task="other"), log)
    imported = read(tmp_path)
    assert list(imported.refused) == []
    assert any(note.startswith(f"bad.eval: was left out: {reason}") for note in imported.notes)
    assert reason in refused(tmp_path / "bad.eval")


def test_what_a_log_without_samples_says_of_itself_is_told(tmp_path: Path) -> None:
    path = write_json(tmp_path / "x.json", header([score("match", {"accuracy": 0.75})]), None)
    assert refused(path).endswith("its header says match accuracy 0.75")


def test_every_bad_file_of_a_folder_without_a_good_one_is_named(tmp_path: Path) -> None:
    for name in ("a.eval", "b.eval", "deep/c.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{")
    with pytest.raises(InputError) as caught:
        read(tmp_path)
    assert [fault.file for fault in caught.value.faults] == ["a.eval", "b.eval", "deep/c.json"]


def test_a_folder_without_logs_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    (tmp_path / "other.json").write_text('{"eval": 1}')
    assert refused(tmp_path).endswith("holds no Inspect log: no .eval and no .json file")


@pytest.mark.parametrize(
    "document", ["{}", "[1, 2]", '"text"', '{"eval": {}, "version": 2}', '{"eval": [], "status": "x"}']
)
def test_json_that_is_no_log_is_left_out_of_a_folder_and_refused_alone(document: str, tmp_path: Path) -> None:
    write_eval(tmp_path / "good.eval", header(), [sample()])
    (tmp_path / "other.json").write_text(document)
    imported = read(tmp_path)
    assert (list(imported.refused), len(imported.items)) == ([], 1)
    assert "is JSON and no Inspect log" in refused(tmp_path / "other.json")


def test_hidden_files_are_not_looked_at(tmp_path: Path) -> None:
    write_eval(tmp_path / "good.eval", header(), [sample()])
    write_eval(tmp_path / ".buffer" / "half.eval", header(), [])
    (tmp_path / "._good.eval").write_bytes(b"\0")
    assert not read(tmp_path).refused


def test_a_source_that_is_not_there_or_no_file_is_an_error(tmp_path: Path) -> None:
    assert "is not there" in refused(tmp_path / "nothing")
    os.mkfifo(tmp_path / "pipe")
    assert "is neither a file nor a folder" in refused(tmp_path / "pipe")


def test_an_archive_of_logs_is_read_like_a_folder_of_them(tmp_path: Path) -> None:
    write_eval(tmp_path / "logs" / "a.eval", header(), [sample()])
    write_json(tmp_path / "logs" / "b.json", header(model="maker/two"), [sample()])
    with tarfile.open(tmp_path / "logs.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "logs", "logs")
    imported = read(tmp_path / "logs.tar.gz")
    assert len(list(imported.entries)) == 2
    assert read(tmp_path / "logs").items == imported.items


def test_nan_and_infinity_anywhere_in_a_log_are_read(tmp_path: Path) -> None:
    log = [sample(1, float("nan"), metadata={"weight": float("inf")}, total_time=float("nan")), sample(2)]
    head = header([score("match", {"accuracy": float("nan")})], config={"temperature": float("nan")})
    for path in (write_eval(tmp_path / "x.eval", head, log), write_json(tmp_path / "x.json", head, log)):
        imported = read(path)
        write_benchmark(imported, tmp_path / path.suffix)
        assert build(tmp_path / path.suffix, tmp_path / f"site{path.suffix}").n_entries == 1


def test_half_of_a_character_becomes_the_sign_for_an_unreadable_one(tmp_path: Path) -> None:
    imported = read(write_json(tmp_path / "x.json", header(), [sample(1, input="half \ud83d?")]))
    assert imported.items[0].prompt == "half \ufffd?"


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = write_json(tmp_path / "x.json", header(), [sample()])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read(path).items) == 1


def test_two_members_of_one_name_are_the_last_one_as_for_inspect(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = write_eval(
            tmp_path / "x.eval", header(), [sample(1, "I", completion="1"), sample(1, "C", completion="2")]
        )
    (entry,) = read(path).entries
    assert [one.output for one in entry.bundles[0].responses] == ["2"]


def test_numbers_beyond_what_others_can_read_do_no_harm(tmp_path: Path) -> None:
    used = {"maker/one": {"input_tokens": 10**30, "output_tokens": -1, "total_tokens": "many"}}
    log = [sample(1, model_usage=used, total_time=1e300, epoch=10**9), sample(2, 10**15, epoch=10**9)]
    head = header([score("match", {"accuracy": metric("accuracy", 10**400)})], model_args={"seed": 10**40}, version=2)
    imported = read(write_json(tmp_path / "x.json", head, log))
    write_benchmark(imported, tmp_path / "benchmark")
    assert build(tmp_path / "benchmark", tmp_path / "site").n_items == 2


def test_texts_longer_than_a_line_are_left_out_with_a_note(tmp_path: Path) -> None:
    log = [sample(1, input="long " * 300_000, completion="é" * 600_000), sample(2, "I")]
    imported = read(write_eval(tmp_path / "x.eval", header(), log))
    assert imported.items[0].prompt is None
    assert (
        "1 item(s) are longer than a line of a bundle may be; they are published without their text" in imported.notes
    )
    assert any("1 answer(s) are longer than a line" in note for note in imported.notes)
    write_benchmark(imported, tmp_path / "benchmark")
    assert build(tmp_path / "benchmark", tmp_path / "site").n_items == 2


def test_names_and_values_of_any_kind_reach_the_site(tmp_path: Path) -> None:
    odd = "Ω/ünïcode \n\u202e \x00 <b>" + "x" * 80
    log = [sample(odd + str(n), {odd: n, "": 1}, scorer=odd, metadata={odd: f"{odd}{n % 2}"}) for n in range(9)]
    head = header([score(odd, {odd: metric("mean", 1.0)})], task=odd, model=f"{odd}/{odd}", task_args={odd: odd})
    imported = read(write_json(tmp_path / "x.json", head, log))
    write_benchmark(imported, tmp_path / "benchmark")
    assert build(tmp_path / "benchmark", tmp_path / "site").n_items == 9


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("log_invalid.txt", "is not JSON"),
        ("log_version_3.txt", "is an Inspect log of version 4, known here are 1, 2, 3"),
        ("log_with_nan.txt", "holds no samples"),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_the_bad_logs_of_the_private_folder_are_refused_with_a_reason(
    name: str, reason: str, shared_data: SharedData
) -> None:
    (path,) = [path for path in shared_data("inspect").iterdir() if path.name.endswith(name)]
    assert reason in refused(path)
