"""A signed submission: who signed is told, and a signature over anything else is a fault."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from command_line import run
from ledger_cases import KEY, key_file, signer
from proofboard import canonical
from proofboard.app.benchmark_folder import read_benchmark
from proofboard.app.submissions.artifact import opened_artifact
from proofboard.app.submissions.rules_at_hand import rules_of
from proofboard.errors import InputError
from proofboard.ledger.refusals import OtherSubject, UnknownSigner
from proofboard.ledger.statements import check_submission_signature, sign_submission
from submission_cases import Files, artifact, board, forged, members, submitted, submitter


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    return board(tmp_path / "bench")


@pytest.fixture
def signed(tmp_path: Path, bench: Path) -> Path:
    done = submitted(submitter(tmp_path), bench, "--sign", key_file(tmp_path))
    assert done.status == 0, done
    return tmp_path / "s.zip"


def read(path: Path, bench: Path) -> str | None:
    with opened_artifact(path, rules_of(read_benchmark(bench))) as found:
        return found.signed_by


def test_a_signed_artifact_says_which_key_signed_it(signed: Path, bench: Path) -> None:
    assert read(signed, bench) == KEY


def test_an_unsigned_artifact_says_that_nobody_did(tmp_path: Path, bench: Path) -> None:
    assert read(artifact(tmp_path, bench), bench) is None


def test_submit_and_accept_print_the_key(tmp_path: Path, bench: Path) -> None:
    done = submitted(submitter(tmp_path), bench, "--sign", key_file(tmp_path))
    assert f"signed by {KEY}\n" in done.out
    assert f"signed by {KEY}\n" in run("accept", bench, tmp_path / "s.zip").out


def test_a_signature_is_the_only_thing_that_signing_adds(tmp_path: Path, bench: Path, signed: Path) -> None:
    plain, own = members(artifact(tmp_path / "plain", bench)), members(signed)
    assert own.pop("signature.json")
    assert own == plain


def test_equal_inputs_and_an_equal_key_give_equal_artifacts(tmp_path: Path, bench: Path, signed: Path) -> None:
    submitted(submitter(tmp_path / "again"), bench, "--sign", key_file(tmp_path))
    assert (tmp_path / "again/s.zip").read_bytes() == signed.read_bytes()


def test_a_dry_run_signs_nothing_and_says_with_which_key_it_would(tmp_path: Path, bench: Path) -> None:
    place = submitter(tmp_path)
    done = run(
        "submit", "--config", place / "config.yaml", "--bundle", place / "answers", "--benchmark", bench, "--dry-run",
        "--sign", key_file(tmp_path),
    )  # fmt: skip
    assert (done.status, f"signed by {KEY}\nnothing was written\n" in done.out) == (0, True)


def signature(files: Files, change: Callable[[Any], object]) -> None:
    document = json.loads(files["signature.json"])
    change(document)
    files["signature.json"] = canonical.dump(document)


def by_another(files: Files) -> None:
    document = json.loads(files["submission.json"])
    digests = {"submission.json": canonical.digest(files["submission.json"])}
    files["signature.json"] = canonical.dump(sign_submission(digests, signer(2)))
    assert document["configuration"]


FORGERIES: dict[str, tuple[Callable[[Files], object], str]] = {
    "another key": (lambda own: signature(own, lambda d: d.update(key=signer(2).public.hex())), "no signature is by"),
    "a changed payload": (
        lambda own: signature(own, lambda d: d["envelope"].update(payload=d["envelope"]["payload"][:-4])),
        "does not hold",
    ),
    "a weak key": (lambda own: signature(own, lambda d: d.update(key="01" + "00" * 31)), "small order"),
    "over the submission alone": (by_another, "configuration.json"),
    "another date than was signed": (
        lambda own: own.update(
            {"submission.json": own["submission.json"].replace(b'"date":null', b'"date":"2026-01-01"')}
        ),
        "over other documents than these: submission.json",
    ),
    "not a signature": (lambda own: own.update({"signature.json": b"{}"}), "key: is required"),
    "another field": (lambda own: signature(own, lambda d: d.update(role="owner")), "role: is not a known field"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_signature_that_does_not_hold_is_a_fault(name: str, tmp_path: Path, bench: Path, signed: Path) -> None:
    forge, reason = FORGERIES[name]
    path = forged(signed, tmp_path / "forged.zip", forge)
    with pytest.raises(InputError, match=reason) as caught:
        read(path, bench)
    assert all("signature.json" in own.file for own in caught.value.faults)
    before = sorted(place.name for place in (bench / "entries").rglob("*"))
    assert run("accept", bench, path).status == 2
    assert sorted(place.name for place in (bench / "entries").rglob("*")) == before


def test_a_signature_that_was_taken_off_leaves_an_unsigned_artifact(tmp_path: Path, bench: Path, signed: Path) -> None:
    """Nobody can be kept from handing in the same without a signature; the board asks for one where it needs it."""
    assert read(forged(signed, tmp_path / "f.zip", lambda own: own.pop("signature.json")), bench) is None


def test_a_signature_of_other_answers_does_not_hold_for_these(tmp_path: Path, bench: Path, signed: Path) -> None:
    place = submitter(tmp_path / "other")
    line = (place / "config.yaml").read_text().replace("words: 3", "words: 4")
    (place / "config.yaml").write_text(line)
    shutil.rmtree(place / "answers")
    out = tmp_path / "other.zip"
    run("submit", "--config", place / "config.yaml", "--benchmark", bench, "--out", out)
    moved = members(signed)["signature.json"]
    path = forged(out, tmp_path / "moved.zip", lambda own: own.update({"signature.json": moved}))
    with pytest.raises(InputError, match=r"over other documents than these: .*bundles/public/manifest.json"):
        read(path, bench)


@pytest.mark.parametrize(
    "documents", [{}, {"a": canonical.digest(b"2")}, {"b": canonical.digest(b"1")}], ids=["none", "changed", "renamed"]
)
def test_a_signature_is_over_exactly_the_named_documents(documents: dict[str, str]) -> None:
    own = {"a": canonical.digest(b"1")}
    assert check_submission_signature(sign_submission(own, signer()), own) == KEY
    with pytest.raises(OtherSubject):
        check_submission_signature(sign_submission(own, signer()), documents)


def test_a_signature_by_another_key_than_it_names_is_refused() -> None:
    own = {"a": canonical.digest(b"1")}
    two = sign_submission(own, signer(2))
    forged_key = type(two)(schema_version=1, key=signer(1).public.hex(), envelope=two.envelope)
    with pytest.raises(UnknownSigner):
        check_submission_signature(forged_key, own)


@pytest.mark.parametrize(
    ("content", "mode", "says"),
    [(None, 0o600, "is not there"), (b"no key", 0o600, "Ed25519 private key"), (b"no key", 0o644, "chmod 600")],
    ids=["absent", "no key", "readable by others"],
)
def test_a_key_that_cannot_sign_is_told_before_anything_is_written(
    content: bytes | None, mode: int, says: str, tmp_path: Path, bench: Path
) -> None:
    key = tmp_path / "my.key"
    if content is not None:
        key.write_bytes(content)
        key.chmod(mode)
    done = submitted(submitter(tmp_path), bench, "--sign", key)
    assert (done.status, says in done.err, (tmp_path / "s.zip").exists()) == (2, True, False)
