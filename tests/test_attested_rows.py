"""Attested reruns: who ran it again and matched raises one row, by the keys of the log, at a close."""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import ledger_cases as logs
from append_cases import closed_without, differing, of
from builders import benchmark_folder, entry, items, responses
from command_line import Finished, run
from core_builders import benchmark, inputs, verdicts
from core_builders import entry as graded
from core_builders import items as questions
from proofboard import canonical
from proofboard.core.entry import GradedEntry
from proofboard.ledger.attested import attestations_in
from proofboard.ledger.paths import attestation_path
from proofboard.ledger.statements import attest_rerun
from proofboard.publish.appending import WaitsForClose, append
from proofboard.publish.assemble import assemble
from proofboard.publish.inputs import PublicationInputs
from proofboard.record.freeze import freeze, write
from proofboard.record.imported import NewBundle
from proofboard.schemas.configuration import Reproducibility
from proofboard.schemas.item import prompts_digest
from proofboard.schemas.ledger import Rerun

BEST = "acme/best"
STATED = Reproducibility(score_tolerance="0.125")


def board(tmp_path: Path) -> Path:
    """Make a directory whose log lists an attester; its winner states that it may move by an eighth."""
    listed = [entry(BEST, 7, reproducibility=STATED), entry("acme/base", 5)]
    folder = benchmark_folder(tmp_path / "board", listed)
    logs.done(run("log", "append", folder, "--due", "--date", logs.DAY))
    logs.signed(folder, tmp_path)
    logs.key_file(tmp_path, 2)
    key = ("--kind", "key_added", "--role", "attester", "--key", tmp_path / "key-2.pub")
    logs.done(run("log", "append", folder, *key, "--date", logs.DAY))
    logs.signed(folder, tmp_path)
    return folder


def answers_now(place: Path, right: int, name: str = BEST, **changes: Any) -> Path:
    """Record the configuration once more."""
    given = {"reproducibility": STATED} if name == BEST else {}
    configuration = entry(name, **{**given, **changes}).configuration
    bundle = NewBundle(responses=responses(items(), right), recorded="2026-02-03")
    for file, raw in freeze(bundle, "small", "1", configuration, prompts_digest(items())).items():
        write(place / file, raw)
    return place


def attest(site: Path, bundle: Path, out: Path, key: Path, name: str = BEST) -> Finished:
    out.parent.mkdir(exist_ok=True)
    return run("log", "attest", site, name, "--bundle", bundle, "--key", key, "--out", out, "--date", logs.DAY)


def attested(tmp_path: Path, right: int = 6) -> Path:
    folder = board(tmp_path)
    site, bundle = logs.site(folder, tmp_path, "before"), answers_now(tmp_path / "now", right)
    logs.done(attest(site, bundle, folder / "ledger/attestations/rerun.json", tmp_path / "key-2"))
    return folder


def rows(site: Path) -> dict[str, Any]:
    found = json.loads((site / "leaderboard.json").read_bytes())["entries"]
    return {f"{own['vendor']}/{own['config_name']}": own for own in found}


def refused(finished: Finished, says: str) -> None:
    assert (finished.status, "Traceback" in finished.err) == (2, False), finished
    assert says in finished.err, finished.err


def test_who_ran_it_again_and_matched_raises_the_row(tmp_path: Path) -> None:
    site = logs.site(attested(tmp_path), tmp_path)
    best, base = rows(site)[BEST], rows(site)["acme/base"]
    assert (best["public"]["assurance"], best["run"]["verified"], best["rank"]) == ("rerun", True, 1)
    assert base["public"]["assurance"] == "recomputed"
    assert run("verify", site).status == 0


def test_only_the_headline_is_confirmed(tmp_path: Path) -> None:
    site = logs.site(attested(tmp_path), tmp_path)
    found = json.loads(run("verify", site, "--json").out)
    known = {own["name"]: own["status"] for own in found["numbers"] if own["entry"] == BEST}
    assert [name for name, status in known.items() if status == "rerun"] == ["public.score"]
    assert found["counts"]["rerun"] == 1


def test_a_row_that_nobody_confirms_may_not_say_so(tmp_path: Path) -> None:
    folder = attested(tmp_path)
    site = logs.site(folder, tmp_path)
    path = next((site / "attestations").iterdir())
    root = json.loads((site / "publication.json").read_bytes())
    del root["documents"][f"attestations/{path.name}"]
    path.unlink()
    path.parent.rmdir()
    (site / "publication.json").write_bytes(canonical.dump(root))
    found = run("verify", site)
    assert found.status == 1
    assert '/entries/0/public/assurance is "rerun", the public inputs give "recomputed"' in found.out


def test_a_revoked_attester_confirms_nothing_any_more(tmp_path: Path) -> None:
    folder = attested(tmp_path)
    key = ("--kind", "key_revoked", "--key", tmp_path / "key-2.pub", "--reason", "lost", "--date", logs.DAY)
    logs.done(run("log", "append", folder, *key))
    logs.signed(folder, tmp_path)
    refused(run("build", folder, "--out", tmp_path / "site"), "only keys that the log lists for attesters count")


@pytest.mark.parametrize(
    ("right", "changes", "says"),
    [
        (5, {}, "scores 0.625, published is 0.875; the configuration states a tolerance of 0.125"),
        (7, {"settings": {"other": 1}}, "has configuration sha256:"),
    ],
    ids=["too far", "another recipe"],
)
def test_what_does_not_match_is_not_signed(right: int, changes: dict[str, Any], says: str, tmp_path: Path) -> None:
    site = logs.site(board(tmp_path), tmp_path)
    refused(
        attest(site, answers_now(tmp_path / "now", right, **changes), tmp_path / "a.json", tmp_path / "key-2"), says
    )
    assert not (tmp_path / "a.json").exists()


def test_the_published_bundle_is_no_rerun_of_itself(tmp_path: Path) -> None:
    folder = board(tmp_path)
    site = logs.site(folder, tmp_path)
    own = folder / "entries" / BEST / "public"
    refused(attest(site, own, tmp_path / "a.json", tmp_path / "key-2"), "is the published bundle itself")


def test_a_purged_entry_is_not_confirmed_by_a_rerun(tmp_path: Path) -> None:
    folder = attested(tmp_path)
    logs.done(run("purge", folder, BEST, "--reason", "names", "--date", logs.DAY))
    logs.signed(folder, tmp_path)
    site = logs.site(folder, tmp_path)
    assert rows(site)[BEST]["public"]["assurance"] == "reported"
    assert run("verify", site).status == 0
    refused(attest(site, tmp_path / "now", tmp_path / "a.json", tmp_path / "key-2"), "its answers were purged")


COUNT = 12
RULES = benchmark()
ASKED = questions(COUNT)


def one(name: str, right: int) -> GradedEntry:
    own = {"reproducibility": Reproducibility(score_tolerance="0.25")}
    return graded(RULES, ASKED, name, verdicts("1" * right + "0" * (COUNT - right)), own=own)


def statement(own: GradedEntry, right: int, **changes: Any) -> Rerun:
    """State what came out when an entry was run again; `changes` replace fields."""
    made = Rerun(
        benchmark="tiny",
        entry=own.name,
        configuration=own.configuration.digest(),
        prompts_digest=own.public.manifest.prompts_digest,
        protocol_version="1",
        metric="correct",
        n_items=COUNT,
        published=(str(right), str(COUNT)),
        again=(str(right - 1), str(COUNT)),
        tolerance="0.25",
        matched=True,
        bundle=logs.OTHER_BUNDLE,
        date=logs.DAY,
    )
    return replace(made, **changes)


def ledger(*attestations: tuple[GradedEntry, Rerun]) -> dict[str, bytes]:
    leaves = [logs.leaf("key_added", key=logs.signer(2).public.hex(), role="attester", benchmark="tiny")]
    raw = [canonical.dump(attest_rerun(own.public.digest, said, [logs.signer(2)])) for own, said in attestations]
    return {**logs.documents(leaves, origin="tiny"), **{attestation_path(own): own for own in raw}}


def of_board(entries: list[GradedEntry], documents: dict[str, bytes], **fields: Any) -> PublicationInputs:
    given = {"ledger": documents, "reruns": attestations_in(documents, "tiny"), **fields}
    return inputs(RULES, ASKED, entries, **given)


def assurances(made: PublicationInputs) -> dict[str, str]:
    found = json.loads(assemble(made).documents["leaderboard.json"])["entries"]
    return {own["config_name"]: own["public"]["assurance"] for own in found}


@pytest.mark.parametrize(
    "changes",
    [
        {"published": ("10", "12")},
        {"configuration": logs.RECIPE},
        {"metric": "other"},
        {"n_items": 3},
        {"tolerance": "1"},
        {"benchmark": "another"},
        {"matched": False, "again": ("0", "12")},
        {"bundle": None},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_is_stated_of_anything_else_raises_no_row(changes: dict[str, Any]) -> None:
    own = one("v/new", 9)
    changes = {name: own.public.digest if value is None else value for name, value in changes.items()}
    given = {"published": ("9", "12"), **changes}
    assert assurances(of_board([own], ledger((own, statement(own, 9, **given))))) == {"new": "recomputed"}


def test_the_same_statement_raises_its_row_also_while_it_waits() -> None:
    own, base = one("v/new", 9), one("v/base", 6)
    documents = ledger((own, statement(own, 9)))
    assert assurances(of_board([base, own], documents)) == {"new": "rerun", "base": "recomputed"}
    assert assurances(of_board([base, own], documents, pending={"v/new"})) == {"new": "rerun", "base": "recomputed"}


def test_an_entry_may_be_appended_with_its_own_attestation() -> None:
    own, base = one("v/new", 9), one("v/base", 6)
    documents = ledger((own, statement(own, 9)))
    whole = of_board([base, own], documents, pending={"v/new"})
    before = replace(closed_without(whole, ["v/new"]), ledger=ledger(), reruns={}, pending=())
    files = dict(assemble(before).documents)
    made = append(files.__getitem__, of(whole, own))
    assert differing({**files, **made.documents}, assemble(whole).documents) == []


@pytest.mark.parametrize("then", ["comes", "goes", "is of a revoked key"])
def test_what_is_attested_of_a_standing_row_waits_for_the_close(then: str) -> None:
    own, base = one("v/new", 9), one("v/base", 6)
    without, told = ledger(), ledger((base, statement(base, 6)))
    revoked = [
        logs.leaf("key_added", key=logs.signer(2).public.hex(), role="attester", benchmark="tiny"),
        logs.leaf("key_revoked", key=logs.signer(2).public.hex(), benchmark="tiny"),
    ]
    after = {"comes": told, "goes": without}.get(then) or {**told, **logs.documents(revoked, origin="tiny")}
    files = dict(assemble(of_board([base], without if then == "comes" else told)).documents)
    with pytest.raises(WaitsForClose, match="what it confirms counts when the board is closed"):
        append(files.__getitem__, of(of_board([base, own], after), own))


def test_an_attestation_that_stands_keeps_its_row_through_an_append() -> None:
    own, base = one("v/new", 9), one("v/base", 6)
    told = ledger((base, statement(base, 6)))
    whole = of_board([base, own], told, pending={"v/new"})
    files = dict(assemble(of_board([base], told)).documents)
    made = append(files.__getitem__, of(whole, own))
    assert differing({**files, **made.documents}, assemble(whole).documents) == []
    assert assurances(whole) == {"new": "recomputed", "base": "rerun"}
