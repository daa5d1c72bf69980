"""Replay: a recorded bundle is frozen again to the same bytes and scored with its own votes, and nobody is asked."""

import shutil
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from builders import benchmark, benchmark_folder, entry, files_of, held_out_store, items
from command_line import Finished, run
from proofboard import canonical
from proofboard.core.rules.judge import rubric_digest
from proofboard.record.freeze import as_yaml, freeze, write
from proofboard.record.imported import NewBundle
from proofboard.schemas.benchmark import Benchmark, CloseTheLoop, GraderSpec, ItemSets, Judge, Metric
from proofboard.schemas.bundle import JudgeRecord, Manifest, Response, SourceRecord, Usage, Verdict
from proofboard.schemas.bundle_folder import read_bundle
from proofboard.schemas.item import prompts_digest

RUBRIC = "{response}"
JUDGE = Judge(model="m/judge", votes=2, rubric=RUBRIC)
JUDGED = benchmark(
    metrics={"judged": Metric(grader=GraderSpec(kind="votes"))},
    headline="judged",
    judge=JUDGE,
    item_sets=ItemSets(repair="items/repair.jsonl"),
    close_the_loop=CloseTheLoop(runnable="judged", accepted="judged", passes="judged"),
)
NAME = "acme/base"


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing reach the network."""

    def refused(*_arguments: object, **_named: object) -> None:
        raise AssertionError("a replay asked somebody")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)


def recorded(place: Path, rules: Benchmark = JUDGED, **changes: Any) -> Path:
    """Freeze a bundle of a live run on eight items, of which the judge lets three pass; `changes` are of the bundle."""
    asked = items(prefix="r") if changes.get("item_set") == "repair" else items()
    usage = Usage(prompt_tokens=5, completion_tokens=2, calls=1, attempts=2, microseconds=1000, cost_nanodollars=7)
    stages = ("answer", "repair") if changes.get("item_set") == "repair" else ("answer",)
    given: dict[str, Any] = {
        "responses": [
            Response(prompt_id=own.id, output={"said": own.id}, stage=stage, usage=usage)  # type: ignore[arg-type]
            for own in asked
            for stage in stages
        ],
        "verdicts": [
            Verdict(
                prompt_id=own.id,
                passed=None if vote and number == 7 else number < 3 + 2 * (stage == "repair"),
                vote=vote,
                stage=stage,  # type: ignore[arg-type]
                output="because",
                usage=usage,
            )
            for number, own in enumerate(asked)
            for stage in stages
            for vote in (0, 1)
        ],
        "recorded": "2025-03-04",
        "judge": JudgeRecord(model=JUDGE.model, prompt_digest=rubric_digest(RUBRIC), version="judge-7"),
        "source": SourceRecord(format="live", name="here", tool_version="3"),
        "claims": {"score": 0.375, "n_votes": 2},
        "recorder": "some_engine 1.2 (acme model-7)",
        "trial_kind": "attempt",
        **changes,
    }
    files = freeze(
        NewBundle(**given), rules.id, rules.protocol_version, entry(NAME).configuration, prompts_digest(asked)
    )
    for name, raw in files.items():
        write(place / name, raw)
    return place


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a judged benchmark with two listed entries and no answers."""
    made = benchmark_folder(tmp_path / "bench", [entry(NAME, -1), entry("other/base", -1)], rules=JUDGED)
    write(made / "items/repair.jsonl", canonical.dump_lines(items(prefix="r")))
    return made


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Make a recorded bundle."""
    return recorded(tmp_path / "recorded")


def replayed(folder: Path, bundle: Path, *arguments: object) -> Finished:
    return run("eval", folder, "--entry", NAME, "--recorded", bundle, *arguments)


def refused(done: Finished, *said: str) -> None:
    assert (done.status, done.out) == (2, "")
    assert [own for own in said if own not in done.err] == []


def test_a_replay_gives_the_same_bytes_and_the_score_of_the_recorded_votes(
    folder: Path, bundle: Path, tmp_path: Path
) -> None:
    before = files_of(folder)
    done = replayed(folder, bundle, "--out", tmp_path / "again")
    assert files_of(tmp_path / "again") == files_of(bundle)
    assert done == Finished(
        0,
        f"{tmp_path / 'again'}: 8 answers and 16 votes as they were recorded; nobody was asked\n"
        "judged: 0.375\n"
        f"bundle {read_bundle(bundle).digest}\n",
        "",
    )
    assert files_of(folder) == before


def test_a_replay_into_the_benchmark_is_what_the_board_shows(folder: Path, bundle: Path, tmp_path: Path) -> None:
    assert replayed(folder, bundle).status == 0
    assert files_of(folder / "entries/acme/base/public") == files_of(bundle)
    assert run("build", folder, "--out", tmp_path / "site").status == 0
    assert run("verify", tmp_path / "site").status == 0
    shown = run("show", tmp_path / "site", NAME).out
    assert "0.375" in shown
    assert "0.875 agree, kappa 0.768116 (Fleiss); 2 votes on 8 answers" in shown


def test_a_configuration_file_and_a_publication_are_enough(folder: Path, bundle: Path, tmp_path: Path) -> None:
    write(tmp_path / "own.yaml", as_yaml(entry(NAME).configuration))
    assert replayed(folder, bundle).status == 0
    assert run("build", folder, "--out", tmp_path / "site").status == 0
    done = run(
        "eval", tmp_path / "site", "--config", tmp_path / "own.yaml", "--recorded", bundle, "--out", tmp_path / "again"
    )
    assert (done.status, files_of(tmp_path / "again")) == (0, files_of(bundle))


def test_a_repair_bundle_is_replayed_with_what_repair_gained(folder: Path, tmp_path: Path) -> None:
    bundle = recorded(tmp_path / "repair", item_set="repair")
    done = replayed(folder, bundle, "--out", tmp_path / "again")
    assert "repair lift: 0.25\n" in done.out
    assert files_of(tmp_path / "again") == files_of(bundle)


def test_an_answer_that_failed_leaves_no_score_and_says_so(folder: Path, tmp_path: Path) -> None:
    answers = [Response(prompt_id=own.id, state="platform_failure") for own in items()]
    done = replayed(folder, recorded(tmp_path / "failed", responses=answers, verdicts=()), "--out", tmp_path / "again")
    assert (done.status, "judged: none: " in done.out) == (0, True)


# What does not belong together


def test_every_reason_why_a_bundle_does_not_belong_is_said_at_once(folder: Path, tmp_path: Path) -> None:
    other = msgspec.structs.replace(JUDGED, protocol_version="2")
    bundle = recorded(tmp_path / "other", other)
    done = run("eval", folder, "--entry", "other/base", "--recorded", bundle, "--out", tmp_path / "again")
    refused(
        done,
        "was recorded for the protocol 2, expected 1",
        "was recorded for the vendor acme, expected other",
        "was recorded for the recipe sha256:",
    )
    assert not (tmp_path / "again").exists()


def test_a_bundle_of_another_benchmark_is_refused_once_and_not_line_by_line(folder: Path, tmp_path: Path) -> None:
    bundle = recorded(tmp_path / "other", msgspec.structs.replace(JUDGED, id="another"))
    done = replayed(folder, bundle, "--out", tmp_path / "again")
    refused(done, "was recorded for the benchmark another, expected small")
    assert len(done.err.splitlines()) == 1


def test_answers_to_other_prompts_are_refused(folder: Path, bundle: Path, tmp_path: Path) -> None:
    path = folder / "items/public.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("Which number", "What number"), encoding="utf-8")
    refused(replayed(folder, bundle, "--out", tmp_path / "again"), "was recorded against other prompts")


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (Judge(model="m/other", rubric=RUBRIC), "was judged by 'm/judge', the judge of protocol 1 is 'm/other'"),
        (Judge(model="m/judge", rubric="Now {response}"), "was judged by the rubric sha256:"),
    ],
)
def test_votes_of_another_judge_are_refused_until_the_protocol_is_another(
    own: Judge, said: str, bundle: Path, tmp_path: Path
) -> None:
    rules = msgspec.structs.replace(JUDGED, judge=own)
    folder = benchmark_folder(tmp_path / "changed", [entry(NAME, -1)], rules=rules)
    write(folder / "items/repair.jsonl", canonical.dump_lines(items(prefix="r")))
    refused(replayed(folder, bundle, "--out", tmp_path / "again"), said, "raise protocol_version")
    shutil.copytree(bundle, folder / "entries/acme/base/public")
    refused(run("build", folder, "--out", tmp_path / "site"), said)
    write(folder / "benchmark.yaml", as_yaml(msgspec.structs.replace(rules, protocol_version="2")))
    assert run("build", folder, "--out", tmp_path / "site").status == 0
    assert run("verify", tmp_path / "site").status == 0


def test_votes_of_another_judge_are_not_submitted(tmp_path: Path) -> None:
    rules = msgspec.structs.replace(JUDGED, judge=Judge(model="m/other"), close_the_loop=None, item_sets=ItemSets())
    folder = benchmark_folder(tmp_path / "changed", [entry(NAME, -1)], rules=rules)
    own, bundle = tmp_path / "own.yaml", recorded(tmp_path / "recorded")
    write(own, as_yaml(entry(NAME).configuration))
    done = run("submit", "--config", own, "--bundle", bundle, "--benchmark", folder, "--out", tmp_path / "artifact.zip")
    assert (done.status, "was judged by 'm/judge'" in done.err + done.out) == (2, True)


def test_a_bundle_that_was_changed_is_refused(folder: Path, bundle: Path, tmp_path: Path) -> None:
    path = bundle / "verdicts.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"passed":false', b'"passed":true', 1))
    refused(replayed(folder, bundle, "--out", tmp_path / "again"), "it was changed after it was recorded")


def test_a_bundle_that_was_not_frozen_is_refused_because_its_bytes_would_be_others(
    folder: Path, bundle: Path, tmp_path: Path
) -> None:
    spaced = (bundle / "manifest.json").read_bytes().replace(b'","', b'", "')
    write(bundle / "manifest.json", spaced)
    refused(replayed(folder, bundle, "--out", tmp_path / "again"), "manifest.json: has the digest", "freeze it again")
    assert not (tmp_path / "again").exists()


def test_lines_in_another_order_are_refused_by_the_name_of_their_file(
    folder: Path, bundle: Path, tmp_path: Path
) -> None:
    lines = (bundle / "responses.jsonl").read_bytes().splitlines(keepends=True)
    raw = b"".join(reversed(lines))
    write(bundle / "responses.jsonl", raw)
    manifest = msgspec.json.decode((bundle / "manifest.json").read_bytes(), type=Manifest)
    record = msgspec.structs.replace(manifest.files["responses.jsonl"], digest=canonical.digest(raw))
    whole = msgspec.structs.replace(manifest, files={**manifest.files, "responses.jsonl": record})
    write(bundle / "manifest.json", canonical.dump(whole))
    refused(replayed(folder, bundle, "--out", tmp_path / "again"), "responses.jsonl: has the digest")


def test_nothing_is_overwritten_not_even_by_itself(folder: Path, bundle: Path) -> None:
    assert replayed(folder, bundle).status == 0
    refused(replayed(folder, bundle), "is there already and is not overwritten")
    own = folder / "entries/acme/base/public"
    refused(replayed(folder, own), "is there already")
    assert files_of(own) == files_of(bundle)


@pytest.mark.parametrize(
    "more",
    [
        ("--live",),
        ("--date", "2026-01-01"),
        ("--trials", "2"),
        ("--judge-model", "m"),
        ("--votes", "2"),
        ("--limit", "3"),
    ],
)
def test_what_would_ask_somebody_or_contradict_the_bundle_is_refused(
    folder: Path, bundle: Path, more: tuple[str, ...]
) -> None:
    refused(replayed(folder, bundle, *more), f"asks nobody; leave {more[0]} away")


def test_what_is_no_bundle_is_refused(folder: Path, tmp_path: Path) -> None:
    refused(replayed(folder, tmp_path, "--out", tmp_path / "again"), "so this is no bundle")
    refused(replayed(folder, tmp_path / "absent", "--out", tmp_path / "again"), "absent")


def test_a_repair_bundle_needs_repair_items(tmp_path: Path) -> None:
    rules = msgspec.structs.replace(JUDGED, item_sets=ItemSets(), close_the_loop=None)
    folder = benchmark_folder(tmp_path / "bench", [entry(NAME, -1)], rules=rules)
    bundle = recorded(tmp_path / "repair", item_set="repair")
    refused(replayed(folder, bundle, "--out", tmp_path / "again"), "answers repair items, and")


# Held-out answers


def held_out(folder: Path, store: Path, bundle: Path, *arguments: object) -> Finished:
    return replayed(folder, bundle, "--set", "held_out", "--held-out", store, *arguments)


@pytest.fixture
def small(tmp_path: Path) -> Mapping[str, Path]:
    """Make a benchmark with a store that holds answers of its entry."""
    folder = benchmark_folder(tmp_path / "small", [entry(NAME, -1)])
    return {"folder": folder, "store": held_out_store(tmp_path / "store", {NAME: 40})}


def test_a_held_out_bundle_is_replayed_without_its_score(small: Mapping[str, Path], tmp_path: Path) -> None:
    bundle = small["store"] / "entries/acme/base/held-out"
    done = held_out(small["folder"], small["store"], bundle, "--out", tmp_path / "again")
    assert (done.status, files_of(tmp_path / "again")) == (0, files_of(bundle))
    assert "correct: none: held-out scores leave the store by `build` only" in done.out
    assert "0.66" not in done.out + done.err


def test_a_held_out_bundle_needs_the_store_and_a_public_one_does_not(
    small: Mapping[str, Path], folder: Path, bundle: Path, tmp_path: Path
) -> None:
    own = small["store"] / "entries/acme/base/held-out"
    refused(replayed(small["folder"], own, "--out", tmp_path / "again"), "say --set held_out --held-out STORE")
    refused(held_out(folder, small["store"], bundle, "--out", tmp_path / "again"), "leave --set held_out away")


def test_a_held_out_bundle_is_not_put_where_it_could_be_published(small: Mapping[str, Path]) -> None:
    bundle = small["store"] / "entries/acme/base/held-out"
    done = held_out(small["folder"], small["store"], bundle, "--out", small["folder"] / "entries/acme/base/public")
    assert (done.status, done.out) == (2, "")
    assert not (small["folder"] / "entries/acme/base/public").exists()
    refused(held_out(small["folder"], small["store"], bundle), "has held-out answers of this entry already")
