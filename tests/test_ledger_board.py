"""A board that keeps a log: it is built with it, verified with it, and cannot be rewritten unnoticed."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from builders import benchmark_folder, built
from command_line import Finished, run
from ledger_cases import DAY, KEY, board, done, key_file, leaf, signed, signer, site
from proofboard import canonical
from proofboard.app.ledger.folder import LEDGER
from proofboard.ledger.keys import key_id
from proofboard.ledger.statements import attest_rerun
from proofboard.schemas.ledger import Leaf, Rerun
from proofboard.schemas.lines import read_lines
from submission_cases import artifact
from submission_cases import board as accepting_board

LEAVES = f"{LEDGER}/leaves.jsonl"


def leaves(folder: Path) -> list[Leaf]:
    return read_lines(folder / LEAVES, Leaf).rows


def step(finished: Finished) -> str:
    return next(line for line in finished.out.splitlines() if line.startswith("8. "))


def refused(finished: Finished, *says: str) -> None:
    assert (finished.status, "Traceback" in finished.err) == (2, False), finished
    for part in says:
        assert part in finished.err, finished.err


def withdraw(folder: Path, tmp_path: Path, name: str = "acme/best") -> None:
    done(run("log", "append", folder, "--kind", "withdrawn", "--entry", name, "--reason", "a fault", "--date", DAY))
    shutil.rmtree(folder / "entries" / name)
    signed(folder, tmp_path)


def test_a_board_with_a_log_is_verified_and_its_key_is_told(tmp_path: Path) -> None:
    found = run("verify", site(board(tmp_path), tmp_path))
    assert found.status == 0
    assert step(found).endswith(f"ok (4 leaves; signed by {KEY}: know this key from elsewhere, as --key)")


def test_a_board_without_a_log_says_so_and_holds(tmp_path: Path) -> None:
    found = run("verify", built(tmp_path))
    assert (found.status, step(found)) == (
        0,
        "8. the log was only added to, and says what the board shows: not checkable (no log)",
    )


def test_equal_directories_give_equal_logs(tmp_path: Path) -> None:
    one, other = (site(board(tmp_path / name), tmp_path, name + "-site") for name in ("one", "other"))
    assert (one / "publication.json").read_bytes() == (other / "publication.json").read_bytes()


@pytest.mark.parametrize("form", ["id", "hexadecimal", "the private key's own file"])
def test_the_key_that_a_reader_knows_is_given_as_id_or_file(form: str, tmp_path: Path) -> None:
    place = site(board(tmp_path), tmp_path)
    key = KEY if form == "id" else tmp_path / "key-1.pub"
    if form == "the private key's own file":
        refused(run("verify", place, "--key", tmp_path / "key-1"), "is no Ed25519 public key")
        return
    assert step(run("verify", place, "--key", key)).endswith(f"signed by {KEY})")


def test_a_log_that_another_key_signed_is_refused(tmp_path: Path) -> None:
    other = key_id(signer(2).public)
    found = run("verify", site(board(tmp_path), tmp_path), "--key", other)
    assert found.status == 1
    assert f"OtherSigner: log/checkpoint.json: is signed by {KEY}, expected {other}" in found.out


def test_a_board_without_a_log_is_refused_by_who_knows_its_key_or_an_older_log(tmp_path: Path) -> None:
    plain, logged = built(tmp_path, name="plain"), site(board(tmp_path), tmp_path)
    assert "OtherSigner: log/checkpoint.json: is not there" in run("verify", plain, "--key", KEY).out
    found = run("verify", plain, "--since", logged)
    assert (found.status, "LogRewritten: log/checkpoint.json: is not there" in found.out) == (1, True)


@pytest.mark.parametrize("text", ["nowhere", "sha256:abc", "ab" * 32])
def test_what_is_no_key_is_a_fault_of_the_command(text: str, tmp_path: Path) -> None:
    refused(run("verify", site(board(tmp_path), tmp_path), "--key", text), "neither the id of a key")


def test_a_newer_log_continues_an_older_copy_its_checkpoint_and_a_receipt(tmp_path: Path) -> None:
    folder = board(tmp_path)
    old = site(folder, tmp_path, "old")
    done(run("log", "receipt", old, "--leaf", "1", "--out", tmp_path / "receipt.json"))
    withdraw(folder, tmp_path)
    new = site(folder, tmp_path, "new")
    for since in (old, old / "log/checkpoint.json", tmp_path / "receipt.json", new):
        found = run("verify", new, "--since", since)
        assert (found.status, "are those known before" in step(found)) == (0, True)


def test_a_log_that_was_begun_anew_is_refused_by_who_kept_the_old_one(tmp_path: Path) -> None:
    folder = board(tmp_path)
    old = site(folder, tmp_path, "old")
    shutil.rmtree(folder / LEDGER)
    shutil.rmtree(folder / "entries/acme/best")
    done(run("log", "append", folder, "--due", "--date", DAY))
    for _ in range(3):
        done(run("log", "append", folder, "--kind", "closed", "--date", DAY))
    signed(folder, tmp_path)
    new = site(folder, tmp_path, "new")
    assert run("verify", new).status == 0
    found = run("verify", new, "--since", old)
    assert (found.status, "LogRewritten: log/checkpoint.json: the first 4 leaves had the root" in found.out) == (
        1,
        True,
    )


def test_an_older_copy_is_no_newer_one(tmp_path: Path) -> None:
    folder = board(tmp_path)
    old = site(folder, tmp_path, "old")
    withdraw(folder, tmp_path)
    found = run("verify", old, "--since", site(folder, tmp_path, "new"))
    assert "LogRewritten: log/checkpoint.json: the log has 4 leaves, and had 5" in found.out


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"proof":1}', b"PK\x03\x04"])
def test_what_is_no_older_state_is_a_fault_of_the_command(content: bytes, tmp_path: Path) -> None:
    place = site(board(tmp_path), tmp_path)
    (tmp_path / "since.json").write_bytes(content)
    refused(run("verify", place, "--since", tmp_path / "since.json"))
    refused(run("verify", place, "--since", built(tmp_path, name="plain")), "has no log")


def test_a_forged_older_state_is_a_fault_of_the_command(tmp_path: Path) -> None:
    place = site(board(tmp_path), tmp_path)
    own = json.loads((place / "log/checkpoint.json").read_bytes())
    own["keys"] = [signer(2).public.hex()]
    (tmp_path / "since.json").write_bytes(canonical.dump(own))
    refused(run("verify", place, "--since", tmp_path / "since.json"), "proves nothing: no signature is by a known key")


def test_leaves_that_nobody_signed_are_not_built(tmp_path: Path) -> None:
    folder = benchmark_folder(tmp_path / "board")
    done(run("log", "append", folder, "--due", "--date", DAY))
    refused(run("build", folder, "--out", tmp_path / "site"), "was never signed; sign it with `proofboard log sign`")
    signed(folder, tmp_path)
    done(run("log", "append", folder, "--kind", "closed", "--date", DAY))
    refused(run("build", folder, "--out", tmp_path / "site"), "has 1 leaves that are not signed")
    assert not (tmp_path / "site").exists()


def test_a_row_that_vanishes_without_a_leaf_is_not_built(tmp_path: Path) -> None:
    folder = board(tmp_path)
    shutil.rmtree(folder / "entries/acme/best")
    refused(run("build", folder, "--out", tmp_path / "site"), "acme/best is not on the board, and no leaf says")


def test_signed_leaves_that_were_edited_are_neither_added_to_nor_signed_nor_built(tmp_path: Path) -> None:
    folder = board(tmp_path)
    raw = (folder / LEAVES).read_bytes()
    (folder / LEAVES).write_bytes(raw.replace(DAY.encode(), b"2026-11-20", 1))
    for command in (
        ("log", "append", folder, "--kind", "closed", "--date", DAY),
        ("log", "sign", folder, "--key", key_file(tmp_path), "--date", DAY),
        ("build", folder, "--out", tmp_path / "site"),
    ):
        refused(run(*command), "the leaves have the root")
    (folder / LEAVES).write_bytes(raw.rpartition(b"{")[0])
    refused(run("log", "sign", folder, "--key", key_file(tmp_path)), "there are 3 leaves, the checkpoint covers 4")


def test_the_first_signature_adds_its_key_to_the_log(tmp_path: Path) -> None:
    assert [own.key for own in leaves(board(tmp_path)) if own.kind == "key_added"] == [signer().public.hex()]


def test_another_key_signs_only_after_the_log_knows_it(tmp_path: Path) -> None:
    folder = board(tmp_path)
    refused(run("log", "sign", folder, "--key", key_file(tmp_path, 2)), "is no key of this log")
    key_file(tmp_path, 2)
    added = ("--kind", "key_added", "--role", "board", "--key", tmp_path / "key-2.pub", "--date", DAY)
    done(run("log", "append", folder, *added))
    signed(folder, tmp_path, 1, 2)
    both = run("verify", site(folder, tmp_path), "--key", KEY)
    assert (both.status, key_id(signer(2).public) in step(both)) == (0, True)
    revoked = ("--kind", "key_revoked", "--key", tmp_path / "key-1.pub", "--reason", "lost", "--date", DAY)
    done(run("log", "append", folder, *revoked))
    refused(run("log", "sign", folder, "--key", key_file(tmp_path, 1)), "is no key of this log")
    signed(folder, tmp_path, 2)
    assert run("verify", site(folder, tmp_path), "--key", key_id(signer(2).public)).status == 0


def test_a_key_given_twice_is_refused(tmp_path: Path) -> None:
    key = key_file(tmp_path)
    refused(run("log", "sign", board(tmp_path), "--key", key, "--key", key), "names one key twice")


@pytest.mark.parametrize(
    "options",
    [
        ("--kind", "withdrawn", "--entry", "acme/best"),
        ("--kind", "closed", "--outcome", "upheld"),
        ("--kind", "published", "--entry", "acme/nobody"),
        ("--kind", "withdrawn", "--entry", "acme", "--reason", "x"),
        ("--kind", "closed", "--date", "tomorrow"),
        ("--kind", "closed", "--due"),
        (),
        ("--kind", "held_out_scored"),
    ],
    ids=str,
)
def test_a_leaf_that_cannot_be_is_not_added(options: tuple[str, ...], tmp_path: Path) -> None:
    folder = board(tmp_path)
    before = (folder / LEAVES).read_bytes()
    refused(run("log", "append", folder, *options))
    assert (folder / LEAVES).read_bytes() == before


def test_what_the_directory_knows_of_an_entry_is_filled_in(tmp_path: Path) -> None:
    folder = benchmark_folder(tmp_path / "board")
    done(run("log", "append", folder, "--kind", "published", "--entry", "acme/best", "--date", DAY))
    (own,) = leaves(folder)
    assert own.bundle == canonical.digest_file(folder / "entries/acme/best/public/manifest.json")
    assert own.configuration


def test_what_is_due_is_added_once(tmp_path: Path) -> None:
    folder = board(tmp_path)
    assert "nothing to add" in done(run("log", "append", folder, "--due", "--date", DAY))
    assert len(leaves(folder)) == 4


@pytest.mark.parametrize("name", ["ledger", "ledger/site"])
def test_a_site_is_not_built_among_the_leaves(name: str, tmp_path: Path) -> None:
    folder = board(tmp_path)
    assert run("build", folder, "--out", folder / name).status == 2
    assert (folder / LEAVES).exists()


def test_keys_are_made_for_their_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        out = done(run("log", "keygen", tmp_path / "my.key"))
    finally:
        os.umask(before)
    assert (tmp_path / "my.key").stat().st_mode & 0o777 == 0o600
    assert "PRIVATE" not in (tmp_path / "my.key.pub").read_text() + out
    folder = benchmark_folder(tmp_path / "board")
    assert out.splitlines()[-1].removeprefix("key ") in done(run("log", "sign", folder, "--key", tmp_path / "my.key"))


def test_two_keys_are_never_the_same(tmp_path: Path) -> None:
    assert done(run("log", "keygen", tmp_path / "a"))[-72:] != done(run("log", "keygen", tmp_path / "b"))[-72:]


@pytest.mark.parametrize("there", ["my.key", "my.key.pub"])
def test_a_key_is_never_overwritten(there: str, tmp_path: Path) -> None:
    (tmp_path / there).write_text("mine")
    refused(run("log", "keygen", tmp_path / "my.key"), "is there already")
    assert [path.name for path in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_text() == "mine"


def test_a_private_key_is_never_written_where_git_would_take_it(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    refused(run("log", "keygen", tmp_path / "my.key"), "must never be committed")
    (tmp_path / ".gitignore").write_text("*.key\n")
    done(run("log", "keygen", tmp_path / "my.key"))
    refused(run("log", "keygen", tmp_path / "nowhere" / "my.key"), "is not a folder")


def test_accepting_a_submission_is_said_in_the_log(tmp_path: Path) -> None:
    folder = accepting_board(tmp_path / "board")
    done(run("log", "append", folder, "--due", "--date", DAY))
    path = artifact(tmp_path, folder)
    out = done(run("accept", folder, path, "--date", DAY))
    assert "leaf 1 of the log says so; sign it before the next build" in out
    own = leaves(folder)[1]
    assert (own.kind, own.entry, own.artifact, own.date) == (
        "published",
        "acme/short",
        canonical.digest_file(path),
        DAY,
    )
    done(run("accept", folder, path, "--date", DAY))
    assert len(leaves(folder)) == 2
    signed(folder, tmp_path)
    assert run("verify", site(folder, tmp_path)).status == 0


def test_accepting_into_a_directory_without_a_log_begins_none(tmp_path: Path) -> None:
    folder = accepting_board(tmp_path / "board")
    done(run("accept", folder, artifact(tmp_path, folder), "--date", DAY))
    assert not (folder / LEDGER).exists()


def test_a_log_is_shown_after_it_was_checked(tmp_path: Path) -> None:
    place = site(board(tmp_path), tmp_path)
    out = done(run("log", "show", place))
    assert out.splitlines()[0].startswith(f"     0 {DAY} published acme/base bundle sha256:")
    assert out.endswith(f"signed by {KEY}: know this key from elsewhere\n")
    assert len(done(run("log", "show", place, "--entry", "acme/best")).splitlines()) == 3
    assert done(run("log", "show", place, "--json")).encode() == (place / "log/000001.jsonl").read_bytes()


def test_a_log_that_does_not_hold_is_not_shown(tmp_path: Path) -> None:
    place = site(board(tmp_path), tmp_path)
    page = place / "log/000001.jsonl"
    page.write_bytes(page.read_bytes().replace(b"published", b"withdrawn", 1))
    found = run("log", "show", place)
    assert (found.status, found.out) == (1, "")
    refused(run("log", "show", built(tmp_path, name="plain")), "has no log")


def test_words_of_a_log_cannot_forge_lines_of_the_screen(tmp_path: Path) -> None:
    folder = board(tmp_path)
    forged = canonical.dump(leaf("withdrawn", reason="x"))
    (folder / LEAVES).write_bytes((folder / LEAVES).read_bytes() + forged.replace(b'"x"', b'"a\\n8. ok"'))
    refused(run("log", "append", folder, "--kind", "closed", "--date", DAY), "not one line of words")


def receipt(tmp_path: Path) -> tuple[Path, Path]:
    folder = board(tmp_path)
    place = site(folder, tmp_path)
    done(run("log", "receipt", place, "--entry", "acme/best", "--out", tmp_path / "receipt.json"))
    return tmp_path / "receipt.json", place


def test_a_receipt_is_checked_by_itself_and_against_its_site(tmp_path: Path) -> None:
    own, place = receipt(tmp_path)
    assert done(run("log", "check", own)).endswith("know this key from elsewhere\nThe receipt holds.\n")
    out = done(run("log", "check", own, "--site", place, "--key", tmp_path / "key-1.pub"))
    assert f"signed by {KEY}\nthe log of {place} still holds it, among 4 leaves\n" in out


@pytest.mark.parametrize(
    "change",
    [
        lambda own: own["leaf"].update(entry="acme/other"),
        lambda own: own.update(index=0),
        lambda own: own["proof"].reverse(),
        lambda own: own["proof"].pop(),
        lambda own: own["signed"].update(keys=[signer(2).public.hex()]),
    ],
    ids=["leaf", "index", "order", "short", "key"],
)
def test_a_changed_receipt_is_refused(change: Callable[[dict[str, object]], object], tmp_path: Path) -> None:
    path, _ = receipt(tmp_path)
    own = json.loads(path.read_bytes())
    change(own)
    path.write_bytes(canonical.dump(own))
    found = run("log", "check", path)
    assert (found.status, found.out, "Traceback" in found.err) == (1, "", False)


def test_a_receipt_by_another_key_or_of_a_lost_leaf_is_refused(tmp_path: Path) -> None:
    path, _ = receipt(tmp_path)
    assert run("log", "check", path, "--key", key_id(signer(2).public)).status == 1
    folder = benchmark_folder(tmp_path / "anew")
    for _ in range(5):
        done(run("log", "append", folder, "--kind", "closed", "--date", DAY))
    done(run("log", "append", folder, "--due", "--date", DAY))
    signed(folder, tmp_path)
    found = run("log", "check", path, "--site", site(folder, tmp_path, "anew-site"))
    assert (found.status, "the log was rewritten" in found.err) == (1, True)


def test_a_receipt_is_never_written_over_a_file(tmp_path: Path) -> None:
    path, place = receipt(tmp_path)
    refused(run("log", "receipt", place, "--leaf", "0", "--out", path), "choose a new file")
    refused(run("log", "receipt", place, "--leaf", "9", "--out", tmp_path / "b"), "there is none at 9")
    refused(run("log", "receipt", place, "--entry", "a/b", "--out", tmp_path / "b"), "has no leaf about a/b")
    refused(run("log", "receipt", place, "--out", tmp_path / "b"), "--entry NAME or --leaf NUMBER")


def attested(folder: Path, number: int) -> bytes:
    own = next(one for one in leaves(folder) if one.entry == "acme/best")
    assert own.bundle
    assert own.configuration
    found = Rerun(
        benchmark="small",
        entry="acme/best",
        configuration=own.configuration,
        prompts_digest=own.configuration,
        protocol_version="1",
        metric="correct",
        n_items=8,
        published=("7", "8"),
        again=("7", "8"),
        tolerance="0",
        matched=True,
        bundle=own.bundle,
        date=DAY,
    )
    return canonical.dump(attest_rerun(own.bundle, found, [signer(number)]))


def test_an_attestation_by_whom_the_log_lists_is_published_and_holds(tmp_path: Path) -> None:
    folder = board(tmp_path)
    (folder / LEDGER / "attestations").mkdir()
    (folder / LEDGER / "attestations" / "ours.json").write_bytes(attested(folder, 2))
    key_file(tmp_path, 2)
    added = ("--kind", "key_added", "--role", "attester", "--key", tmp_path / "key-2.pub", "--date", DAY)
    done(run("log", "append", folder, *added, "--organisation", "a-lab"))
    signed(folder, tmp_path)
    found = run("verify", site(folder, tmp_path))
    assert (found.status, "5 leaves; 1 attestation; signed by" in step(found)) == (0, True)


def test_an_attestation_by_nobody_whom_the_log_lists_is_not_built(tmp_path: Path) -> None:
    folder = board(tmp_path)
    (folder / LEDGER / "attestations").mkdir()
    (folder / LEDGER / "attestations" / "theirs.json").write_bytes(attested(folder, 3))
    refused(run("build", folder, "--out", tmp_path / "site"), "theirs.json", "no signature is by a known key")


def test_a_log_of_many_pages_is_built_and_verified(tmp_path: Path) -> None:
    folder = benchmark_folder(tmp_path / "board")
    (folder / LEDGER).mkdir()
    (folder / LEAVES).write_bytes(canonical.dump_lines([leaf("rescored", reason=f"{n}") for n in range(1_500)]))
    done(run("log", "append", folder, "--due", "--date", DAY))
    signed(folder, tmp_path)
    place = site(folder, tmp_path)
    assert sorted(path.name for path in (place / "log").iterdir()) == [
        "000001.jsonl",
        "000002.jsonl",
        "checkpoint.json",
    ]
    assert run("verify", place).status == 0
