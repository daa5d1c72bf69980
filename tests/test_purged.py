"""Purged answers: scores stay and are marked, what follows from them is computed again, and nothing else changes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import ledger_cases
from append_cases import QUESTIONS, any_entry, differing, of, rules
from builders import benchmark_folder, entry, files_of, items, three_entries
from command_line import Finished, run
from core_builders import answers, inputs, verdicts
from core_builders import entry as graded
from proofboard.app import benchmark_folder as reading
from proofboard.app.build import build
from proofboard.app.service.benchmarks import change_settings
from proofboard.app.service.publications import document, documents_of, published
from proofboard.app.service.publishing import publish
from proofboard.app.upkeep.purging import purge_bundle
from proofboard.publish.appending import append
from proofboard.publish.assemble import assemble
from proofboard.schemas.bundle import Usage
from proofboard.schemas.purged import PURGED_FILE
from purged_cases import REASON, purge, purged
from refusals.honest import foreign, write_honest
from review_builders import BOARD, ENTRY, Published, jobs, kinds
from test_service_publishing import BY_SCHEDULE, assert_verifies

USED = Usage(prompt_tokens=10, completion_tokens=3, microseconds=1_234_567, cost_nanodollars=7)
BEST = "acme/best"
MARKS = {"assurance", "verified", "entry"}


def folder_with_usage(place: Path) -> Path:
    listed = [entry(BEST, 7, usage=USED), entry("acme/base", 5, usage=USED), entry("bolt/base", 5)]
    return benchmark_folder(place, listed)


def site(folder: Path, place: Path) -> Path:
    build(folder, place)
    return place


def board(place: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((place / "leaderboard.json").read_bytes())
    return found


def row(place: Path, name: str = BEST) -> dict[str, Any]:
    return next(own for own in board(place)["entries"] if f"{own['vendor']}/{own['config_name']}" == name)


def unmarked(value: Any) -> Any:
    """Drop what a purge may change."""
    if isinstance(value, dict):
        return {name: unmarked(own) for name, own in value.items() if name not in MARKS}
    return [unmarked(own) for own in value] if isinstance(value, list) else value


def statuses(place: Path, *options: object) -> dict[tuple[str, str], str]:
    found = json.loads(run("verify", place, "--json", *options).out)
    assert found["holds"], found
    return {(own["entry"], own["name"]): own["status"] for own in found["numbers"]}


def public(folder: Path, name: str = BEST) -> Path:
    return folder / "entries" / name / "public"


def refused(finished: Finished, says: str) -> None:
    assert (finished.status, "Traceback" in finished.err) == (2, False), finished
    assert says in finished.err, finished.err


def test_a_purge_changes_no_number_and_only_how_it_is_known(tmp_path: Path) -> None:
    folder = folder_with_usage(tmp_path / "board")
    before = site(folder, tmp_path / "before")
    purge(folder, BEST)
    after = site(folder, tmp_path / "after")
    assert unmarked(board(after)) == unmarked(board(before))
    assert (row(after)["rank"], row(after)["public"]["assurance"], row(after)["run"]["verified"]) == (
        1,
        "reported",
        False,
    )


@pytest.mark.parametrize("name", ["acme/best", "bolt/base", "cold/old"])
def test_votes_repairs_trials_and_graders_of_others_stay_as_they_were(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "installed", foreign)
    folder = write_honest(tmp_path / "board")
    before = site(folder, tmp_path / "before")
    purge(folder, name)
    after = site(folder, tmp_path / "after")
    assert unmarked(board(after)) == unmarked(board(before))
    kept = [json.loads((own / "entries" / f"{name}.json").read_bytes()) for own in (before, after)]
    assert kept[0]["judge_agreement"] == kept[1]["judge_agreement"] is not None
    assert run("verify", after).status == 0


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_entry_gives_the_same_rows_without_its_answers(data: st.DataObject) -> None:
    made = rules()
    drawn = [data.draw(any_entry(made, name)) for name in ("v/one", "v/two")]
    whole = inputs(made, QUESTIONS, drawn)
    files, again = assemble(whole).documents, assemble(purged(whole, "v/one")).documents
    assert unmarked(json.loads(again["leaderboard.json"])) == unmarked(json.loads(files["leaderboard.json"]))
    assert [path for path in differing(files, again) if path.startswith(("scores/", "items", "boards/"))] == []


def test_scores_and_manifest_stay_and_the_answers_go(tmp_path: Path) -> None:
    folder = folder_with_usage(tmp_path / "board")
    before = files_of(site(folder, tmp_path / "before"))
    purge(folder, BEST)
    after = files_of(site(folder, tmp_path / "after"))
    digest = row(tmp_path / "before")["run"]["recorded_bundle_sha256"]
    assert sorted(path for path in before.keys() ^ after.keys() if digest in path) == [
        f"bundles/{digest}/manifest.json",
        f"bundles/{digest}/responses.jsonl",
        f"purged/{digest}.json",
    ]
    assert after[f"purged/{digest}.json"] == before[f"bundles/{digest}/manifest.json"]
    assert after[f"scores/{digest}.json"] == before[f"scores/{digest}.json"]
    assert not any(b"not q7" in raw for path, raw in after.items() if digest in path)


def test_verify_holds_and_says_whose_answers_are_gone(tmp_path: Path) -> None:
    folder = folder_with_usage(tmp_path / "board")
    purge(folder, BEST)
    found = run("verify", site(folder, tmp_path / "site"))
    assert found.status == 0
    assert f"purged: {BEST}; the answers are gone, and nobody can grade them again" in found.out.splitlines()


def test_what_rests_on_purged_scores_is_reported_and_nothing_else(tmp_path: Path) -> None:
    folder = folder_with_usage(tmp_path / "board")
    purge(folder, BEST)
    known = statuses(site(folder, tmp_path / "site"))
    assert {known[BEST, name] for name in ("public.score", "usage.total_tokens", "cost_per_score")} == {"reported"}
    assert known["acme/base", "rank"] == "reported"
    assert known["acme/base", "efficiency.relative"] == "reported"
    assert {known["acme/base", name] for name in ("public.score", "usage.total_tokens")} == {"recomputed"}


def test_a_purge_does_not_give_a_rank_to_a_run_that_is_no_measurement(tmp_path: Path) -> None:
    asked = items(12)
    same = entry("acme/same", 12, asked=[replace(own, reference="no") for own in asked])
    folder = benchmark_folder(tmp_path / "board", [same, entry("acme/other", 3, asked=asked)], asked=asked)
    purge(folder, "acme/same")
    found = row(site(folder, tmp_path / "site"), "acme/same")
    assert (found["rank"], found["invalid"]) == (None, "all 12 answers are identical")


def test_other_rules_take_the_entry_off_the_board_with_a_reason(tmp_path: Path) -> None:
    folder = benchmark_folder(tmp_path / "board")
    purge(folder, BEST)
    path = folder / "benchmark.yaml"
    path.write_text(path.read_text().replace("kind: exact", "kind: numeric"))
    made = board(site(folder, tmp_path / "site"))
    [skipped] = made["skipped"]
    assert skipped["entry"] == BEST
    assert "the bundle public were purged on 2026-11-21, and rules or graders have changed since" in skipped["reason"]
    assert run("verify", tmp_path / "site").status == 0


def test_an_earlier_revision_keeps_its_score_too(tmp_path: Path) -> None:
    folder = benchmark_folder(tmp_path / "board")
    older = benchmark_folder(tmp_path / "older", [entry(BEST, 3, description="older")])
    (older / "entries" / BEST).rename(folder / "entries" / BEST / "aside")
    (folder / "entries" / BEST / "revisions").mkdir()
    (folder / "entries" / BEST / "aside").rename(folder / "entries" / BEST / "revisions/1")
    before = files_of(site(folder, tmp_path / "before"))
    purge(folder, BEST)
    after = files_of(site(folder, tmp_path / "after"))
    was, now = (json.loads(own[f"entries/{BEST}.json"])["history"][0] for own in (before, after))
    assert (was["score"], now["score"], was["bundles"][0]["purged"]) == (0.375, 0.375, None)
    assert now["bundles"][0]["purged"]["reason"] == REASON
    assert run("verify", tmp_path / "after").status == 0


def test_a_purged_entry_is_appended_like_any_other() -> None:
    made = rules()
    whole = purged(inputs(made, QUESTIONS, _two()), "v/new")
    files = dict(assemble(replace(whole, entries=whole.entries[:1])).documents)
    from_append = append(files.__getitem__, of(whole, whole.entries[1]))
    expected = assemble(replace(whole, pending={"v/new"})).documents
    assert differing({**files, **from_append.documents}, expected) == []


def test_what_is_purged_cannot_be_run_again_or_purged_again(tmp_path: Path) -> None:
    folder = benchmark_folder(tmp_path / "board")
    purge(folder, BEST)
    place = site(folder, tmp_path / "site")
    refused(run("rerun", place, BEST, "--no-answers"), "its answers were purged on 2026-11-21")
    refused(run("purge", folder, BEST, "--reason", "again"), "they were purged before")
    assert "answers removed on 2026-11-21 (They hold names of people.)" in run("show", place, BEST).out


def change_record(folder: Path, change: Any) -> None:
    path = public(folder) / PURGED_FILE
    record = json.loads(path.read_bytes())
    change(record)
    path.write_text(json.dumps(record))


WRONG: Mapping[str, tuple[Any, str]] = {
    "a score out of range": (
        lambda own: own["scores"]["metrics"]["correct"]["values"].__setitem__(0, 2),
        "holds scores that have 2 in 'correct', expected 0 to 1",
    ),
    "scores of another bundle": (
        lambda own: own["scores"].update(bundle=f"sha256:{'0' * 64}"),
        "holds scores that are those of the bundle sha256:000",
    ),
    "too few rows": (
        lambda own: own["scores"]["metrics"]["correct"]["values"].pop(),
        "holds scores that have columns of 7 rows, expected 8",
    ),
    "an item twice": (
        lambda own: own["scores"].update(items=["q0", *(f"q{n}" for n in range(7))]),
        "do not stand in the order of item, trial and stage, each once",
    ),
    "an item of nobody": (
        lambda own: own["scores"].update(items=[*(f"q{n}" for n in range(7)), "x"]),
        "are of items that are not of this set: x",
    ),
    "a trial too many": (
        lambda own: own["scores"].update(trials=[0] * 7 + [1]),
        "have a trial 1, the manifest declares 1 (from 0)",
    ),
    "a score for no answer": (
        lambda own: own["scores"].update(states=["platform_failure"] * 8),
        "have a correct for an answer that is absent",
    ),
    "another metric": (
        lambda own: own["scores"]["metrics"].update(more={"denominator": 1, "values": [1] * 8}),
        "are of the metrics correct, more, expected correct",
    ),
    "a reason on two lines": (lambda own: own["purge"].update(reason="one\ntwo"), "reason"),
    "endless costs": (lambda own: own["purge"]["tallies"].update(dollars="1" * 400), "dollars"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_record_that_cannot_be_true_stops_the_build(name: str, tmp_path: Path) -> None:
    folder = benchmark_folder(tmp_path / "board")
    purge(folder, BEST)
    change, says = WRONG[name]
    change_record(folder, change)
    refused(run("build", folder, "--out", tmp_path / "site"), says)


def test_answers_beside_the_record_stop_the_build(tmp_path: Path) -> None:
    folder = benchmark_folder(tmp_path / "board")
    raw = (public(folder) / "responses.jsonl").read_bytes()
    purge(folder, BEST)
    (public(folder) / "responses.jsonl").write_bytes(raw)
    refused(run("build", folder, "--out", tmp_path / "site"), "lies beside purged.json")


def test_the_owner_may_forge_a_purged_score_and_it_says_reported(tmp_path: Path) -> None:
    folder = benchmark_folder(tmp_path / "board")
    purge(folder, "acme/base")
    path = folder / "entries/acme/base/public" / PURGED_FILE
    path.write_text(path.read_text().replace('"values":[1,1,1,1,1,0,0,0]', '"values":[1,1,1,1,1,1,1,1]'))
    place = site(folder, tmp_path / "site")
    assert row(place, "acme/base")["rank"] == 1
    assert statuses(place)["acme/base", "public.score"] == "reported"


def test_a_board_with_a_log_needs_the_leaf(tmp_path: Path) -> None:
    folder = ledger_cases.board(tmp_path)
    assert "The log says so" in purge(folder, BEST)
    ledger_cases.signed(folder, tmp_path)
    place = ledger_cases.site(folder, tmp_path)
    assert run("verify", place).status == 0
    leaves = folder / "ledger/leaves.jsonl"
    kept = [line for line in leaves.read_bytes().splitlines(keepends=True) if b'"purged"' not in line]
    (folder / "ledger/checkpoint.json").unlink()
    leaves.write_bytes(b"".join(kept))
    ledger_cases.signed(folder, tmp_path)
    refused(run("build", folder, "--out", tmp_path / "site"), "no leaf says that it was purged")


def test_an_entry_that_nobody_listed_cannot_be_purged(tmp_path: Path) -> None:
    folder = benchmark_folder(tmp_path / "board", three_entries())
    refused(run("purge", folder, "acme/none", "--reason", "why"), "there is no such entry")
    refused(run("purge", folder, BEST, "--reason", " "), "reason")
    assert (public(folder) / "responses.jsonl").is_file()


def test_a_service_keeps_the_row_and_marks_it(instance: Any, tmp_path: Path) -> None:
    board_of = Published(instance, tmp_path)
    files = documents_of(instance, published(instance, BOARD))
    before = msgspec.json.decode(document(instance, BOARD, "leaderboard.json"))
    done = purge_bundle(instance, board_of.owner, None, ENTRY, REASON)
    assert ("close", BOARD) in jobs(instance)
    publish(instance, BOARD)
    after = msgspec.json.decode(document(instance, BOARD, "leaderboard.json"))
    assert unmarked(after) == unmarked(before)
    own = next(one for one in after["entries"] if f"{one['vendor']}/{one['config_name']}" == ENTRY)
    assert (own["public"]["assurance"], own["run"]["verified"]) == ("reported", False)
    digits = done.bundle.removeprefix("sha256:")
    assert not instance.blobs.has(files[f"bundles/{digits}/responses.jsonl"])
    assert f"purged/{digits}.json" in documents_of(instance, published(instance, BOARD))
    assert kinds(instance).count("purged") == 1
    (tmp_path / "sites").mkdir()
    assert_verifies(instance, tmp_path / "sites")


def _two() -> list[Any]:
    made = rules()
    return [graded(made, QUESTIONS, name, answers(verdicts("1" * 20 + "0" * 4))) for name in ("v/base", "v/new")]


def test_a_board_that_waits_for_its_close_marks_the_row_at_once(instance: Any, tmp_path: Path) -> None:
    board_of = Published(instance, tmp_path)
    change_settings(instance, board_of.owner, BOARD, BY_SCHEDULE)
    purge_bundle(instance, board_of.owner, None, ENTRY, REASON)
    publish(instance, BOARD)
    made = msgspec.json.decode(document(instance, BOARD, "leaderboard.json"))["entries"]
    assert {own["public"]["assurance"] for own in made if own["config_name"] == "quick"} == {"reported"}
    before = published(instance, BOARD).digest
    publish(instance, BOARD)
    assert published(instance, BOARD).digest == before
