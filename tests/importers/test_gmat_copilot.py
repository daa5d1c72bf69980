"""What is imported from gmat-copilot: answers, votes and trajectories, with the board's numbers as claims only."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from proofboard.app.build import build
from proofboard.core.rules.benchmark import check_benchmark
from proofboard.errors import InputError
from proofboard.record.freeze import write_benchmark
from proofboard.record.gmat_copilot.importer import read
from proofboard.record.imported import Imported, ImportedEntry, NewBundle

MODEL = "openai/small"
ASKED = {"circle": "easy", "transfer": "hard"}

SharedData = Callable[[str], Path]


def prompt(name: str, tier: str = "easy") -> dict[str, Any]:
    return {"id": name, "difficulty": tier, "request": f"Ask {name}", "intent": f"Mean {name}", "unknown": 1}


def completion_key(name: str, model: str = MODEL, provider: str = "github") -> str:
    return f"{provider}:{model}:{hashlib.sha256(f'Ask {name}'.encode()).hexdigest()[:16]}"


def answer(name: str) -> dict[str, Any]:
    return {"text": f"Create {name};", "usage": {"prompt_tokens": 7, "completion_tokens": 2.0, "total_tokens": 9}}


def write_json(path: Path, document: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")


def static(
    folder: Path,
    *,
    models: Sequence[str] = (MODEL,),
    judge: object = None,
    asked: Mapping[str, str] = ASKED,
) -> Path:
    """Write a recorded bundle in which every model answers every prompt and the judge says yes to the first."""
    write_json(folder / "prompts.json", [prompt(name, tier) for name, tier in asked.items()])
    answers = {completion_key(name, model): answer(name) for name in asked for model in models}
    write_json(folder / "completions.json", answers)
    votes = {name: [position == 0] for position, name in enumerate(asked)}
    write_json(folder / "judge.json", votes if judge is None else judge)
    return folder


def lift(folder: Path, drafts: Mapping[str, Sequence[tuple[str, bool | None]]]) -> Path:
    """Write trajectories; each draft is a script and whether it runs, or None where nothing was recorded of it."""
    write_json(folder / "prompts.json", [prompt(name) for name in drafts])
    write_json(folder / "trajectory.json", {name: [script for script, _ in tried] for name, tried in drafts.items()})
    known = [draft for tried in drafts.values() for draft in tried if draft[1] is not None]
    write_json(
        folder / "verdicts.json",
        {
            hashlib.sha256(script.encode()).hexdigest(): {"dry_run": {"ok": runs, "tier": "run"}, "judge": [True]}
            for script, runs in known
        },
    )
    return folder


def seed(model: str = MODEL, **paths: str) -> dict[str, Any]:
    return {"provider": "github", "model": model, "kind": "seed", **paths}


def entry_of(imported: Imported, name: str) -> ImportedEntry:
    return next(entry for entry in imported.entries if entry.configuration.name == name)


def only_bundle(imported: Imported) -> NewBundle:
    [entry] = imported.entries
    [bundle] = entry.bundles
    return bundle


def faults_of(source: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(source)
    return [str(fault) for fault in caught.value.faults]


def test_a_single_bundle_folder_is_a_whole_source(tmp_path: Path) -> None:
    imported = read(static(tmp_path))
    check_benchmark(imported.benchmark, "benchmark.yaml")
    bundle = only_bundle(imported)
    assert [(item.id, item.prompt, item.facets) for item in imported.items] == [
        ("circle", "Ask circle", {"difficulty": "easy"}),
        ("transfer", "Ask transfer", {"difficulty": "hard"}),
    ]
    assert [response.output for response in bundle.responses] == ["Create circle;", "Create transfer;"]
    assert [(verdict.prompt_id, verdict.passed) for verdict in bundle.verdicts] == [
        ("circle", True),
        ("transfer", False),
    ]


def test_the_source_digest_is_taken_over_the_three_files_in_their_order(tmp_path: Path) -> None:
    static(tmp_path)
    raw = b"".join((tmp_path / name).read_bytes() for name in ("prompts.json", "completions.json", "judge.json"))
    source = only_bundle(read(tmp_path)).source
    assert source
    assert source.digest == f"sha256:{hashlib.sha256(raw).hexdigest()}"


def test_usage_is_kept_for_each_response_and_a_total_that_is_the_sum_is_left_out(tmp_path: Path) -> None:
    usage = only_bundle(read(static(tmp_path))).responses[0].usage
    assert usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens, usage.calls) == (7, 2, None, 1)


def test_without_recorded_outcomes_structure_is_left_to_the_installed_grader(tmp_path: Path) -> None:
    metric = read(static(tmp_path)).benchmark.metrics["structural"]
    assert metric.grader
    assert metric.grader.kind == "gmat_structural"
    assert not metric.reported


def test_recorded_outcomes_become_reported_scores(tmp_path: Path) -> None:
    static(tmp_path / "eval")
    outcomes = [{"id": name, "structural": name == "circle", "failures": []} for name in ASKED]
    write_json(tmp_path / "structural_outcomes.json", outcomes)
    imported = read(tmp_path)
    assert imported.benchmark.metrics["structural"].reported
    scores = only_bundle(imported).scores
    assert [(row.item_id, row.scores) for row in scores] == [
        ("circle", {"structural": 1}),
        ("transfer", {"structural": 0}),
    ]


def test_outcomes_that_name_no_model_are_not_given_to_one_of_several(tmp_path: Path) -> None:
    static(tmp_path, models=[MODEL, "openai/large"])
    write_json(tmp_path / "structural_outcomes.json", [{"id": name, "structural": True} for name in ASKED])
    imported = read(tmp_path)
    assert imported.benchmark.metrics["structural"].grader
    assert any("structural_outcomes.json" in note for note in imported.notes)


def test_outcomes_that_contradict_the_votes_are_noted(tmp_path: Path) -> None:
    static(tmp_path)
    outcomes = [{"id": name, "structural": True, "judge": True, "passed": True} for name in ASKED]
    write_json(tmp_path / "structural_outcomes.json", outcomes)
    assert any("contradicts the recorded votes on transfer" in note for note in read(tmp_path).notes)


def test_every_model_of_a_folder_is_an_entry(tmp_path: Path) -> None:
    imported = read(static(tmp_path, models=["openai/small", "llama3:8b"]))
    names = [entry.configuration.name for entry in imported.entries]
    assert names == ["github/openai-small", "github/llama3-8b"]
    assert all(len(entry.bundles[0].responses) == len(ASKED) for entry in imported.entries)


@pytest.mark.parametrize("level", [MODEL, f"github:{MODEL}", "judge/model"])
def test_votes_may_lie_below_a_model(tmp_path: Path, level: str) -> None:
    static(tmp_path, judge={level: {"circle": [True, None, False], "transfer": []}})
    verdicts = only_bundle(read(tmp_path)).verdicts
    assert [(verdict.vote, verdict.passed) for verdict in verdicts] == [(0, True), (1, None), (2, False)]


def test_votes_of_other_models_are_not_borrowed(tmp_path: Path) -> None:
    votes = {"circle": [True]}
    imported = read(static(tmp_path, judge={"openai/large": votes, "openai/huge": votes}))
    assert not only_bundle(imported).verdicts
    assert any("none on openai/small" in note for note in imported.notes)


def test_a_seed_without_a_recording_is_listed_without_bundles(tmp_path: Path) -> None:
    static(tmp_path / "eval")
    seeds = [seed(public_bundle="tests/data/eval"), seed("openai/absent", public_bundle="cache/public/absent")]
    write_json(tmp_path / "seeds.json", {"seeds": seeds, "extra": True})
    imported = read(tmp_path)
    assert not entry_of(imported, "github/openai-absent").bundles
    assert len(entry_of(imported, "github/openai-small").bundles) == 1


def test_a_path_out_of_the_source_is_only_a_name(tmp_path: Path) -> None:
    outside = static(tmp_path / "outside" / "eval", models=["openai/outside"])
    static(tmp_path / "source" / "own")
    seeds = [seed("openai/outside", public_bundle=f"../{outside.relative_to(tmp_path)}"), seed(public_bundle="/own")]
    write_json(tmp_path / "source" / "seeds.json", {"seeds": seeds})
    assert not entry_of(read(tmp_path / "source"), "github/openai-outside").bundles


def test_a_recording_that_no_seed_names_is_an_entry_of_the_community(tmp_path: Path) -> None:
    static(tmp_path / "eval", models=[MODEL, "openai/large"])
    write_json(tmp_path / "seeds.json", {"seeds": [seed(public_bundle="eval")]})
    kinds = {entry.configuration.name: entry.configuration.kind for entry in read(tmp_path).entries}
    assert kinds == {"github/openai-small": "seed", "github/openai-large": "community"}


def test_the_same_model_recorded_twice_is_two_entries(tmp_path: Path) -> None:
    static(tmp_path / "one")
    static(tmp_path / "two", judge={})
    names = [entry.configuration.name for entry in read(tmp_path).entries]
    assert len(set(names)) == 2


@pytest.mark.parametrize("place", ["openai__small", "private/openai__small"])
def test_a_held_out_bundle_is_never_imported_as_public(tmp_path: Path, place: str) -> None:
    static(tmp_path / "eval")
    static(tmp_path / place, asked={"secret": "hard"})
    seeds = [seed(public_bundle="cache/public/openai__small", held_out_bundle="openai__small")]
    write_json(tmp_path / "seeds.json", {"seeds": [*seeds, seed("openai/large", public_bundle="tests/eval")]})
    imported = read(tmp_path)
    assert [item.id for item in imported.items] == list(ASKED)
    assert not any("secret" in note for note in imported.notes)


def test_a_lone_bundle_that_may_be_held_out_is_refused(tmp_path: Path) -> None:
    static(tmp_path / "openai__small", asked={"secret": "hard"})
    seeds = [seed(public_bundle="cache/public/openai__small", held_out_bundle="openai__small")]
    write_json(tmp_path / "seeds.json", {"seeds": seeds})
    [found] = faults_of(tmp_path)
    assert "may be the held-out bundle" in found


def test_public_bundles_that_ask_other_prompts_are_refused(tmp_path: Path) -> None:
    static(tmp_path / "one")
    static(tmp_path / "two", asked={"circle": "hard"})
    assert faults_of(tmp_path) == ["two: asks other prompts than one; import one of them at a time"]


def test_what_the_board_says_is_a_claim(tmp_path: Path) -> None:
    static(tmp_path / "eval")
    row = {
        "provider": "github",
        "model": MODEL,
        "public": {"pass_rate": 0.9, "by_tier": {"easy": 1.0}, "n_prompts": 2},
        "usage": {"judge_calls": 6, "flag": True},
        "run": {"n_votes": 3, "recorded_bundle_sha16": "0" * 16, "verified": True},
    }
    write_json(tmp_path / "leaderboard.json", {"entries": [row], "eval_protocol_version": 2})
    imported = read(tmp_path)
    expected = {"n_votes": 3, "judge_calls": 6, "pass_rate": 0.9, "n_prompts": 2, "pass_rate@difficulty=easy": 1.0}
    assert only_bundle(imported).claims == expected
    assert imported.benchmark.protocol_version == "2"
    assert any("3 votes are claimed, 1 recorded" in note for note in imported.notes)
    assert any("the board names the bundle 0000" in note for note in imported.notes)


def test_an_entry_that_another_judge_voted_on_is_listed_apart(tmp_path: Path) -> None:
    static(tmp_path / "eval", models=["a", "b"])
    rows = [{"provider": "github", "model": name, "run": {"judge_model": f"judge-{name}"}} for name in ("a", "b")]
    write_json(tmp_path / "leaderboard.json", {"entries": rows, "judge_model": "judge-a", "eval_protocol_version": 2})
    imported = read(tmp_path)
    protocols = {entry.configuration.config_name: entry.protocol_version for entry in imported.entries}
    assert protocols == {"a": None, "b": "2, judged by judge-b"}
    assert "b: was judged by judge-b, not by judge-a; it is listed apart" in imported.notes


def test_a_prompt_without_an_answer_is_noted_and_not_invented(tmp_path: Path) -> None:
    static(tmp_path)
    write_json(tmp_path / "completions.json", {completion_key("circle"): answer("circle")})
    imported = read(tmp_path)
    assert [response.prompt_id for response in only_bundle(imported).responses] == ["circle"]
    assert any("no answer to transfer" in note for note in imported.notes)


def test_ids_that_are_no_path_ids_are_written_so_and_kept_as_titles(tmp_path: Path) -> None:
    imported = read(static(tmp_path, asked={"Transfer/1": "easy", "transfer 1": "easy"}))
    assert len({item.id for item in imported.items}) == 2
    assert [item.title for item in imported.items] == ["Transfer/1", "transfer 1"]


@pytest.mark.parametrize("absent", ["prompts.json", "judge.json"])
def test_half_a_bundle_is_refused_and_says_what_is_absent(tmp_path: Path, absent: str) -> None:
    static(tmp_path / "eval")
    (tmp_path / "eval" / absent).unlink()
    [found] = faults_of(tmp_path)
    assert found.startswith(f"eval/{absent}: is not there")


def test_a_folder_without_recordings_is_refused(tmp_path: Path) -> None:
    write_json(tmp_path / "seeds.json", {"seeds": [seed(public_bundle="eval")]})
    [found] = faults_of(tmp_path)
    assert "nothing recorded" in found


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    static(tmp_path, judge={"circle": ["yes"]})
    write_json(tmp_path / "prompts.json", [{"id": "circle", "request": 1}, prompt("circle")])
    write_json(tmp_path / "completions.json", {"no-colons": answer("circle")})
    (tmp_path / "seeds.json").write_text('{"seeds": [{}]', encoding="utf-8")
    found = "\n".join(faults_of(tmp_path))
    for part in ("judge.json", "request", "intent: is required", "seeds.json:1: is not JSON"):
        assert part in found


def test_a_key_that_names_no_model_is_refused(tmp_path: Path) -> None:
    static(tmp_path)
    write_json(tmp_path / "completions.json", {"no-colons": answer("circle")})
    assert faults_of(tmp_path) == ["completions.json: the key 'no-colons' is not provider:model:digits"]


def test_an_answer_too_long_for_a_bundle_is_refused_at_the_door(tmp_path: Path) -> None:
    static(tmp_path)
    write_json(tmp_path / "completions.json", {completion_key("circle"): {"text": "x" * (1 << 20)}})
    [found] = faults_of(tmp_path)
    assert "too long to be recorded" in found


def test_half_a_surrogate_pair_is_a_fault_and_no_crash(tmp_path: Path) -> None:
    static(tmp_path)
    (tmp_path / "completions.json").write_text('{"a:b:c": {"text": "\\ud800"}}', encoding="utf-8")
    [found] = faults_of(tmp_path)
    assert "surrogate" in found


def test_an_archive_is_read_like_its_folder(tmp_path: Path) -> None:
    static(tmp_path / "source" / "eval")
    with zipfile.ZipFile(tmp_path / "source.zip", "w") as archive:
        for path in (tmp_path / "source").rglob("*.json"):
            archive.write(path, path.relative_to(tmp_path / "source"))
    assert only_bundle(read(tmp_path / "source.zip")) == only_bundle(read(tmp_path / "source"))


DRAFTS: dict[str, list[tuple[str, bool | None]]] = {
    "clean": [("runs", True)],
    "repaired": [("fails", False), ("works", True)],
    "hopeless": [("breaks", False)],
    "blocked": [("unparsed", None), ("parsed", False), ("third", True), ("never tried", True)],
    "repeated": [("again", False), ("again", False), ("too late", True)],
}


def repair_of(tmp_path: Path) -> tuple[Imported, NewBundle]:
    static(tmp_path / "eval")
    lift(tmp_path / "eval_lift", DRAFTS)
    imported = read(tmp_path)
    [entry] = imported.entries
    return imported, next(bundle for bundle in entry.bundles if bundle.name == "repair")


def test_first_and_final_drafts_become_stages(tmp_path: Path) -> None:
    _, bundle = repair_of(tmp_path)
    assert bundle.item_set == "repair"
    stages = {(response.prompt_id, response.stage): response.output for response in bundle.responses}
    assert stages == {
        ("clean", "answer"): "runs",
        ("repaired", "answer"): "fails",
        ("repaired", "repair"): "works",
        ("hopeless", "answer"): "breaks",
        ("blocked", "answer"): "unparsed",
        ("blocked", "repair"): "third",
        ("repeated", "answer"): "again",
    }


def test_a_draft_without_a_verdict_has_no_outcome(tmp_path: Path) -> None:
    imported, bundle = repair_of(tmp_path)
    runs = {(row.item_id, row.stage): row.scores["runnable"] for row in bundle.scores}
    assert runs["blocked", "answer"] is None
    assert runs["repaired", "repair"] == 1
    assert any("1 drafts have no verdict" in note for note in imported.notes)


def test_a_repair_prompt_without_a_draft_stays_in_the_count(tmp_path: Path) -> None:
    static(tmp_path / "eval")
    write_json(lift(tmp_path / "eval_lift", DRAFTS) / "trajectory.json", {"clean": ["runs"]})
    [entry] = read(tmp_path).entries
    states = [response.state for response in entry.bundles[1].responses]
    assert states == ["answered", "missing", "missing", "missing", "missing"]


def test_repair_items_and_public_items_share_no_id(tmp_path: Path) -> None:
    static(tmp_path / "eval")
    lift(tmp_path / "eval_lift", {"circle": [("runs", True)]})
    imported = read(tmp_path)
    assert not {item.id for item in imported.items} & {item.id for item in imported.repair_items}


def test_trajectories_of_nobody_in_particular_are_left_out(tmp_path: Path) -> None:
    static(tmp_path / "eval", models=[MODEL, "openai/large"])
    lift(tmp_path / "eval_lift", DRAFTS)
    imported = read(tmp_path)
    assert imported.benchmark.close_the_loop is None
    assert any("no seed names these trajectories" in note for note in imported.notes)


def test_accepted_is_what_the_installed_grader_and_the_judge_accept(tmp_path: Path) -> None:
    imported, _ = repair_of(tmp_path)
    loop = imported.benchmark.close_the_loop
    assert loop
    assert (loop.runnable, loop.accepted, loop.passes) == ("runnable", "passed", "accepted_and_runs")
    assert imported.benchmark.metrics["accepted_and_runs"].all_of == ["passed", "runnable"]


def test_an_import_can_be_written_and_names_no_absolute_path(tmp_path: Path) -> None:
    imported, _ = repair_of(tmp_path)
    check_benchmark(imported.benchmark, "benchmark.yaml")
    assert write_benchmark(imported, tmp_path / "written") == 1
    texts = [path.read_text(encoding="utf-8") for path in (tmp_path / "written").rglob("*") if path.is_file()]
    assert not any(str(tmp_path) in text for text in texts)


def share(passed: Sequence[bool]) -> Fraction:
    return Fraction(sum(passed), len(passed))


def majorities(bundle: NewBundle) -> dict[tuple[str, str], bool]:
    """Count votes by hand: an oracle that shares nothing with the grader."""
    cast: dict[tuple[str, str], list[bool]] = {}
    for verdict in bundle.verdicts:
        if verdict.passed is not None:
            cast.setdefault((verdict.prompt_id, verdict.stage), []).append(verdict.passed)
    return {key: sum(votes) * 2 > len(votes) for key, votes in cast.items()}


def test_the_published_scores_follow_from_the_imported_records(shared_data: SharedData) -> None:
    imported = read(shared_data("gmat"))
    public = entry_of(imported, "github/openai-gpt-4.1-mini").bundles[0]
    judged = majorities(public)
    structural = {row.item_id: row.scores["structural"] == 1 for row in public.scores}
    passed = {item.id: structural[item.id] and judged[item.id, "answer"] for item in imported.items}
    tiers = {
        tier: [passed[item.id] for item in imported.items if item.facets["difficulty"] == tier]
        for tier in imported.benchmark.facets["difficulty"].values
    }
    assert share(list(passed.values())) == Fraction(41, 51)
    assert sum(judged.values()) == 42
    assert {tier: (sum(kept), len(kept)) for tier, kept in tiers.items()} == {
        "easy": (17, 20),
        "medium": (13, 18),
        "hard": (11, 13),
    }


def test_the_recorded_usage_and_claims_are_those_of_the_published_row(shared_data: SharedData) -> None:
    public = entry_of(read(shared_data("gmat")), "github/openai-gpt-4.1-mini").bundles[0]
    used = [response.usage for response in public.responses if response.usage]
    assert sum(usage.prompt_tokens or 0 for usage in used) == 133128
    assert sum(usage.completion_tokens or 0 for usage in used) == 9647
    assert sum(usage.calls or 0 for usage in used) == 51
    assert (public.claims["n_votes"], public.claims["judge_calls"]) == (3, 153)
    assert len(public.verdicts) == 51
    assert public.source
    assert (public.source.digest or "").startswith("sha256:a0cab7b3f7de44b4")


def test_the_published_loop_figures_follow_from_the_imported_drafts(shared_data: SharedData) -> None:
    imported = read(shared_data("gmat"))
    bundle = entry_of(imported, "github/openai-gpt-4.1-mini").bundles[1]
    judged = majorities(bundle)
    runs: dict[tuple[str, str], bool] = {(row.item_id, row.stage): row.scores["runnable"] == 1 for row in bundle.scores}
    first = {item.id: (item.id, "answer") for item in imported.repair_items}
    final = {name: (name, "repair") if (name, "repair") in runs else key for name, key in first.items()}
    agreement: dict[str, list[bool]] = {}
    for item in imported.repair_items:
        if judged[first[item.id]]:
            agreement.setdefault(item.facets["difficulty"], []).append(runs[first[item.id]])
    assert share([judged[key] and runs[key] for key in first.values()]) == Fraction(1, 4)
    assert share([judged[key] and runs[key] for key in final.values()]) == Fraction(3, 4)
    assert {tier: share(kept) for tier, kept in agreement.items()} == {"easy": 1, "medium": 0, "hard": 0}


def test_the_shared_source_builds_with_and_without_recorded_outcomes(shared_data: SharedData, tmp_path: Path) -> None:
    source = shared_data("gmat")
    copied = tmp_path / "source"
    for path in source.rglob("*.json"):
        if path.name != "structural_outcomes.json":
            write_json(copied / path.relative_to(source), json.loads(path.read_bytes()))
    with_outcomes, without = read(source), read(copied)
    assert with_outcomes.benchmark.metrics["structural"].reported
    assert without.benchmark.metrics["structural"].grader
    for imported in (with_outcomes, without):
        check_benchmark(imported.benchmark, "benchmark.yaml")
        assert not entry_of(imported, "github/openai-gpt-4o-mini").bundles


def test_the_built_board_shows_the_published_numbers(shared_data: SharedData, tmp_path: Path) -> None:
    write_benchmark(read(shared_data("gmat")), tmp_path / "benchmark")
    built = build(tmp_path / "benchmark", tmp_path / "site")
    [row] = json.loads((tmp_path / "site" / "leaderboard.json").read_bytes())["entries"]
    [published] = json.loads((shared_data("gmat") / "leaderboard.json").read_bytes())["entries"]
    assert [skipped.entry for skipped in built.skipped] == ["github/openai-gpt-4o-mini"]
    for name in ("pass_rate", "by_tier", "n_prompts"):
        assert row["public"][name] == published["public"][name]
    assert {name: row["close_the_loop"][name] for name in published["close_the_loop"]} == published["close_the_loop"]
    assert row["run"]["recorded_bundle_sha16"] == published["run"]["recorded_bundle_sha16"]
    assert {found["statistic"] for found in row["disagreements"]} == {"n_votes", "judge_calls"}
