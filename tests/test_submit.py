"""`proofboard submit`: equal inputs give equal artifacts, and what the board would refuse is refused, all at once."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from builders import benchmark, entry, files_of
from command_line import Finished, run
from proofboard import __version__, canonical
from proofboard.app.build import build
from proofboard.app.submissions import submitting
from proofboard.app.submissions.submitting import submit
from proofboard.archives.pack import pack
from proofboard.errors import InputError
from proofboard.record.freeze import write
from proofboard.schemas.benchmark import Aggregate, Borda, Facet, GraderSpec, Metric
from proofboard.schemas.bundle import ReportedScore, Response, Usage, Verdict
from proofboard.schemas.configuration import TargetSubgroup
from proofboard.schemas.item import prompts_digest
from submission_cases import (
    COUNT,
    NAME,
    Files,
    answers,
    board,
    bundle_files,
    configuration,
    laid_out,
    members,
    questions,
    submitted,
    submitter,
    with_manifest,
)


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    return board(tmp_path / "bench")


@pytest.fixture
def site(bench: Path, tmp_path: Path) -> Path:
    build(bench, tmp_path / "site")
    return tmp_path / "site"


def refused(done: Finished, *says: str) -> None:
    assert (done.status, done.out) == (2, ""), done
    assert "Traceback" not in done.err
    for part in says:
        assert part in done.err, done.err


def test_an_artifact_holds_the_configuration_the_bundles_and_what_they_are(tmp_path: Path, bench: Path) -> None:
    done = submitted(submitter(tmp_path), bench)
    packed, files = members(tmp_path / "s.zip"), bundle_files()
    assert done.status == 0, done
    assert packed.keys() == {
        "submission.json",
        "configuration.json",
        "bundles/public/manifest.json",
        "bundles/public/responses.jsonl",
    }
    assert packed["configuration.json"] == canonical.dump(configuration())
    assert packed["bundles/public/responses.jsonl"] == files["responses.jsonl"]
    said = json.loads(packed["submission.json"])
    assert said.pop("grading").startswith("sha256:")
    assert said == {
        "schema_version": 1,
        "software_version": __version__,
        "benchmark": "small",
        "protocol_version": "1",
        "prompts_digest": prompts_digest(questions()),
        "configuration": {
            "name": NAME,
            "recipe": configuration().digest(),
            "document": canonical.digest(packed["configuration.json"]),
        },
        "bundles": [{"name": "public", "item_set": "public", "digest": canonical.digest(files["manifest.json"])}],
        "notes": [],
        "date": None,
    }


def test_the_name_the_score_and_the_digest_of_the_artifact_are_printed(tmp_path: Path, bench: Path) -> None:
    done = submitted(submitter(tmp_path), bench)
    assert done.out.splitlines() == [
        "acme/short: checked (small, protocol 1)",
        f"  recipe    {configuration().digest()}",
        f"  document  {canonical.digest_of(configuration())} is published",
        f"  public    {canonical.digest(bundle_files()['manifest.json'])} is published: 12 of 12 prompts answered",
        "  public correct: 0.5",
        f"{tmp_path / 's.zip'}: written",
        f"artifact {canonical.digest_file(tmp_path / 's.zip')}",
    ]


def test_equal_inputs_give_equal_bytes_wherever_they_lie(tmp_path: Path, bench: Path) -> None:
    places = [submitter(tmp_path / name) for name in ("one", "another/much/deeper")]
    shutil.copytree(places[1] / "answers", places[1] / "renamed")
    shutil.rmtree(places[1] / "answers")
    for path in (places[1] / "renamed").iterdir():
        os.utime(path, (1, 1))
        path.chmod(0o600)
    (places[1] / "renamed").rename(places[1] / "answers")
    (places[1] / "answers" / "notes.txt").write_text("not named by the manifest")
    before = os.umask(0o077)
    try:
        outs = [submitted(place, bench).out.splitlines()[-1] for place in places]
    finally:
        os.umask(before)
    assert outs[0] == outs[1]
    assert (places[0] / "s.zip").read_bytes() == (places[1] / "s.zip").read_bytes()


def test_the_order_of_bundles_changes_no_byte(tmp_path: Path, bench: Path) -> None:
    submitter(tmp_path)
    laid_out(tmp_path / "secret", bundle_files(item_set="held_out"))
    bundles, config = [tmp_path / "answers", tmp_path / "secret"], tmp_path / "config.yaml"
    one = submit(config, bundles, tmp_path / "one.zip", benchmark=str(bench))
    other = submit(config, bundles[::-1], tmp_path / "other.zip", benchmark=str(bench))
    assert one.artifact == other.artifact


def test_json_and_yaml_of_one_configuration_give_one_artifact(tmp_path: Path, bench: Path) -> None:
    submitter(tmp_path)
    write(tmp_path / "config.json", b"\t" + canonical.dump(configuration()))
    made = [
        submit(tmp_path / f"config.{kind}", [tmp_path / "answers"], tmp_path / kind, benchmark=str(bench)).artifact
        for kind in ("yaml", "json")
    ]
    assert made[0] == made[1]


def test_a_day_is_written_only_where_it_is_given(tmp_path: Path, bench: Path) -> None:
    submitted(submitter(tmp_path), bench, "--date", "2026-03-04")
    assert json.loads(members(tmp_path / "s.zip")["submission.json"])["date"] == "2026-03-04"


@pytest.mark.parametrize("form", ["directory", "site", "archive"])
def test_a_directory_a_site_and_an_archive_of_it_give_the_same_artifact(
    form: str, tmp_path: Path, bench: Path, site: Path
) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "packed"), "gztar", tmp_path, "site"))
    against = {"directory": bench, "site": site, "archive": archive}[form]
    done = submitted(submitter(tmp_path), against)
    expected = submitted(submitter(tmp_path), bench, out="expected.zip")
    assert (done.status, done.out.splitlines()[-1]) == (0, expected.out.splitlines()[-1])


def test_the_current_folder_is_the_benchmark_where_it_is_one(
    tmp_path: Path, bench: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitter(tmp_path)
    monkeypatch.chdir(bench)
    done = run("submit", "--config", tmp_path / "config.yaml", "--bundle", tmp_path / "answers", "--dry-run")
    assert "public correct: 0.5" in done.out, done


def test_without_a_benchmark_it_says_what_was_not_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(submitter(tmp_path))
    done = run("submit", "--config", "config.yaml", "--bundle", "answers", "--out", "s.zip")
    said = json.loads(members(tmp_path / "s.zip")["submission.json"])
    assert "note: no benchmark was at hand: neither prompts, facets and values nor scores were checked" in done.out
    assert "public correct" not in done.out
    assert (said["benchmark"], said["protocol_version"], said["grading"]) == ("small", "1", None)


def test_without_benchmark_and_bundle_it_does_not_say_which_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(submitter(tmp_path))
    done = run("submit", "--config", "config.yaml", "--out", "s.zip")
    said = json.loads(members(tmp_path / "s.zip")["submission.json"])
    assert done.out.startswith("acme/short: checked (without a benchmark)\n")
    assert [said[name] for name in ("benchmark", "protocol_version", "prompts_digest")] == [None, None, None]


def test_a_configuration_without_a_public_bundle_is_packed_and_told(tmp_path: Path, bench: Path) -> None:
    submitter(tmp_path)
    done = run("submit", "--config", tmp_path / "config.yaml", "--benchmark", bench, "--out", tmp_path / "s.zip")
    assert done.status == 0, done
    assert "note: holds no public bundle" in done.out


def test_held_out_answers_are_packed_for_their_owner_and_not_graded(tmp_path: Path, bench: Path) -> None:
    submitter(tmp_path, files=bundle_files(item_set="held_out", prompts=canonical.digest(b"secret")))
    done = submitted(tmp_path, bench)
    assert done.status == 0, done
    assert "goes to the owner, is never published: 12 prompts answered" in done.out
    assert "note: held-out answers were not held against their prompts" in done.out
    assert "bundles/held_out/responses.jsonl" in members(tmp_path / "s.zip")


def test_unanswered_prompts_are_counted(tmp_path: Path, bench: Path) -> None:
    rows = [*answers()[:9], Response(prompt_id="q9", state="missing"), Response(prompt_id="q10", state="refused")]
    done = submitted(submitter(tmp_path, files=bundle_files(responses=rows)), bench)
    assert "10 of 12 prompts answered, 2 unanswered" in done.out, done


def test_a_failure_of_the_platform_is_no_score_and_says_so(tmp_path: Path, bench: Path) -> None:
    rows = [*answers()[:11], Response(prompt_id="q11", state="platform_failure")]
    done = submitted(submitter(tmp_path, files=bundle_files(responses=rows)), bench)
    assert "public correct: none: 1 responses failed on the platform" in done.out, done


def test_points_that_depend_on_others_are_not_made_up(tmp_path: Path) -> None:
    rules = benchmark(aggregates={"points": Aggregate(borda=Borda(children=["correct"]))}, headline="points")
    done = submitted(submitter(tmp_path), board(tmp_path / "bench", rules=rules))
    assert "public points: none: it depends on the other entries of the board" in done.out, done


def test_of_tracks_only_the_answered_one_is_counted(tmp_path: Path) -> None:
    facets = {**benchmark().facets, "tier": Facet(values=["easy", "hard"], role="track")}
    own = [item for item in questions() if item.facets["tier"] == "easy"]
    others = [entry("bolt/base", 3, asked=own)]
    bench = board(tmp_path / "bench", others, rules=benchmark(facets=facets))
    for folder in bench.glob("entries/*/*/public"):
        shutil.rmtree(folder)
    done = submitted(submitter(tmp_path, files=bundle_files(responses=answers(4, own))), bench)
    assert f"{len(own)} of {len(own)} prompts answered\n" in done.out, done
    assert "public correct: 0.5" in done.out


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path: Path, bench: Path) -> None:
    submitter(tmp_path)
    before = files_of(tmp_path)
    done = submitted(tmp_path, bench, "--dry-run")
    assert files_of(tmp_path) == before
    assert done.out.splitlines()[-2:] == ["  public correct: 0.5", "nothing was written"]


def test_nothing_else_is_overwritten(tmp_path: Path, bench: Path) -> None:
    (tmp_path / "s.zip").write_bytes(b"mine")
    refused(submitted(submitter(tmp_path), bench), "is there already and holds something else")
    assert (tmp_path / "s.zip").read_bytes() == b"mine"


def test_a_grader_that_a_site_names_is_not_run(tmp_path: Path, site: Path) -> None:
    changed = json.loads((site / "benchmark.json").read_bytes())
    changed["benchmark"]["metrics"]["correct"]["grader"]["kind"] = "foreign"
    changed["graders"]["correct"] = "installed foreign 1"
    raw = canonical.dump(changed)
    root = json.loads((site / "publication.json").read_bytes())
    root["documents"]["benchmark.json"] = canonical.digest(raw)
    (site / "benchmark.json").write_bytes(raw)
    (site / "publication.json").write_bytes(canonical.dump(root))
    done = submitted(submitter(tmp_path), site)
    assert done.status == 0, done
    assert "note: public score unknown: the grader of correct is not built in" in done.out
    bad = with_manifest(bundle_files(), prompts_digest=canonical.digest(b""))
    refused(submitted(submitter(tmp_path / "bad", files=bad), site), "was recorded against other prompts")


def held_out(**recorded: Any) -> Files:
    return bundle_files(item_set="held_out", **recorded)


VOTES = [Verdict(prompt_id="q0", passed=True)]
SAME = [Response(prompt_id=item.id, output="7") for item in questions()]
EMPTY = [Response(prompt_id=item.id, output=" ") for item in questions()]
UNIFORM = [
    Response(prompt_id=item.id, output={"distribution": {"a": 0.5, "b": 0.5}, "n": number})
    for number, item in enumerate(questions())
]
TOKEN = "ghp_" + "aB3dE5fG7hI9jK1lM2nO4pQ6rS8tU0vW1xY2"

REFUSALS: dict[str, tuple[Callable[[], Files], tuple[str, ...]]] = {
    "an unknown prompt": (
        lambda: bundle_files(responses=[*answers(), Response(prompt_id="q99", output="1")]),
        ("responses.jsonl:13: 'q99' is not an item of this set",),
    ),
    "a prompt twice": (
        lambda: bundle_files(responses=[*answers(), Response(prompt_id="q3", output="1")]),
        ("'q3' (trial 0, stage answer) stands twice",),
    ),
    "a trial beyond the last": (
        lambda: bundle_files(responses=[Response(prompt_id="q3", output="1", trial=1)]),
        ("'q3' has trial 1, the manifest declares 1",),
    ),
    "a score that nobody asked for": (
        lambda: bundle_files(scores=[ReportedScore(item_id="q0", scores={"correct": 1})]),
        ("'q0' reports 'correct', which is not a reported metric",),
    ),
    "another benchmark": (
        lambda: with_manifest(bundle_files(), benchmark="large"),
        ("was recorded for the benchmark large, expected small; record it again",),
    ),
    "another protocol": (
        lambda: with_manifest(bundle_files(), protocol_version="2"),
        ("was recorded for the protocol 2, expected 1; record it again",),
    ),
    "another recipe": (
        lambda: bundle_files(configuration(settings={"words": 4})),
        ("was recorded for the recipe sha256:", f"expected {configuration().digest()}"),
    ),
    "another entry": (
        lambda: with_manifest(bundle_files(), vendor="bolt", config_name="base"),
        ("was recorded for the vendor bolt, expected acme", "was recorded for the config_name base, expected short"),
    ),
    "other prompts": (
        lambda: bundle_files(prompts=canonical.digest(b"")),
        ("was recorded against other prompts", "record it again"),
    ),
    "a set that the benchmark does not have": (
        lambda: bundle_files(item_set="repair"),
        ("answers repair items, and the benchmark has none",),
    ),
    "identical answers": (
        lambda: bundle_files(responses=SAME),
        ("is no measurement: all 12 answers are identical; only the kinds baseline and chance may answer so",),
    ),
    "empty answers": (lambda: bundle_files(responses=EMPTY), ("is no measurement: all 12 answers are empty",)),
    "uniform answers": (
        lambda: bundle_files(responses=UNIFORM),
        ("is no measurement: 12 of 12 answer distributions are uniform",),
    ),
    "identical held-out answers": (lambda: held_out(responses=SAME), ("is no measurement: all 12 answers",)),
    "held-out answers twice": (
        lambda: held_out(responses=[*answers(), answers()[0]]),
        ("holds 2 times the response 'q0' (trial 0, stage answer); keep one",),
    ),
    "a held-out trial beyond the last": (
        lambda: held_out(responses=[Response(prompt_id="h1", output="1", trial=4)]),
        ("has trial 4 of 'h1', the manifest declares 1",),
    ),
    "held-out votes": (lambda: held_out(verdicts=VOTES), ("names verdicts.jsonl; to held-out items hand in answers",)),
    "held-out scores": (
        lambda: held_out(scores=[ReportedScore(item_id="q0", scores={"correct": 1})]),
        ("names scores.jsonl; to held-out items hand in answers only",),
    ),
    "a secret in a manifest": (
        lambda: with_manifest(bundle_files(), claims={"made with": TOKEN}),
        ("holds a GitHub token; what a manifest says is published",),
    ),
    "changed answers": (
        lambda: {**bundle_files(), "responses.jsonl": canonical.dump_lines(answers(12))},
        ("it was changed after it was recorded; freeze it again",),
    ),
    "an answer file that is not named": (
        lambda: {**bundle_files(), "scores.jsonl": b'{"item_id":"q0","scores":{}}\n'},
        ("scores.jsonl: is not named by manifest.json",),
    ),
    "no manifest": (lambda: {"responses.jsonl": b""}, ("manifest.json: is not there",)),
    "half a manifest": (lambda: {"manifest.json": b'{"benchmark":'}, ("is not JSON",)),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_bundle_that_the_board_would_refuse_is_refused(case: str, tmp_path: Path, bench: Path) -> None:
    make, says = REFUSALS[case]
    submitter(tmp_path, files=make())
    before = files_of(tmp_path)
    refused(submitted(tmp_path, bench), *says)
    assert files_of(tmp_path) == before


@pytest.mark.parametrize("kind", ["baseline", "chance"])
def test_a_baseline_may_answer_everything_alike(kind: Any, tmp_path: Path, bench: Path) -> None:
    own = configuration(kind=kind)
    done = submitted(submitter(tmp_path, own, bundle_files(own, SAME)), bench)
    assert done.status == 0, done


def test_a_reported_score_out_of_its_range_is_refused(tmp_path: Path) -> None:
    rules = benchmark(metrics={"told": Metric(reported=True, denominator=10)}, headline="told")
    told = [ReportedScore(item_id=item.id, scores={"told": 11}) for item in questions()]
    bench = board(tmp_path / "bench", rules=rules)
    refused(submitted(submitter(tmp_path, files=bundle_files(scores=told)), bench), "reports told 11, expected 0 to 10")


def test_an_absence_that_the_metric_refuses_is_refused(tmp_path: Path) -> None:
    rules = benchmark(metrics={"correct": Metric(grader=GraderSpec(kind="exact"), missing="refuse")})
    bench = board(tmp_path / "bench", rules=rules)
    done = submitted(submitter(tmp_path, files=bundle_files(responses=answers()[:11])), bench)
    refused(done, "answers: has no correct on 1 items (first q11); the metric refuses absences")


CONFIGURATIONS: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "an address": (
        b"vendor: acme\nconfig_name: short\nsettings: {base_url: 'https://evil.example/v1'}\n",
        ("settings",),
    ),
    "a secret": (f"vendor: acme\nconfig_name: short\nsettings: {{key: {TOKEN}}}\n".encode(), ("GitHub token",)),
    "an unknown facet": (
        b"vendor: acme\nconfig_name: short\ntarget_subgroup: {description: x, selector: {colour: [red]}}\n",
        ("colour",),
    ),
    "an unknown field": (b"vendor: acme\nconfig_name: short\ncode: x\n", ("code: is not a known field",)),
    "a bad name": (b"vendor: Acme\nconfig_name: short\n", ("vendor: expected lower-case letters",)),
    "not YAML": (b"vendor: [", ("is not YAML",)),
    "too much": (b"vendor: acme\nconfig_name: short\ndescription: " + b"x" * (1 << 20), ("at most 1,048,576 are",)),
}


@pytest.mark.parametrize("case", CONFIGURATIONS)
def test_a_configuration_that_the_board_would_refuse_is_refused(case: str, tmp_path: Path, bench: Path) -> None:
    raw, says = CONFIGURATIONS[case]
    submitter(tmp_path)
    (tmp_path / "config.yaml").write_bytes(raw)
    before = files_of(tmp_path)
    done = submitted(tmp_path, bench)
    refused(done, "config.yaml", *says)
    assert TOKEN not in done.err
    assert files_of(tmp_path) == before


def test_personal_data_is_flagged_for_review_and_not_refused(tmp_path: Path, bench: Path) -> None:
    own = configuration(description="Ask ada.lovelace@mail.org about it.")
    done = submitted(submitter(tmp_path, own), bench)
    notes = json.loads(members(tmp_path / "s.zip")["submission.json"])["notes"]
    assert done.status == 0, done
    assert len(notes) == 1
    assert f"note: {notes[0]}" in done.out


def test_two_public_bundles_are_one_too_many(tmp_path: Path, bench: Path) -> None:
    submitter(tmp_path)
    laid_out(tmp_path / "again", bundle_files(responses=answers(7)))
    done = submitted(tmp_path, bench, "--bundle", tmp_path / "again")
    refused(
        done,
        "answers: is one of 2 public bundles, at most 1 is accepted",
        "again: is one of 2 public bundles, at most 1 is accepted",
    )


def test_bundles_of_two_benchmarks_do_not_belong_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(submitter(tmp_path))
    laid_out(tmp_path / "other", with_manifest(held_out(), benchmark="large", protocol_version="2"))
    done = run("submit", "--config", "config.yaml", "--bundle", "answers", "--bundle", "other", "--dry-run")
    refused(
        done,
        "other: was recorded under the benchmark large, another bundle under small",
        "other: was recorded under the protocol 2, another bundle under 1",
    )


def test_every_reason_is_told_at_once(tmp_path: Path, bench: Path) -> None:
    own = configuration(
        settings={"words": 3, "key": TOKEN},
        target_subgroup=TargetSubgroup(description="x", selector={"colour": ["red"]}),
    )
    rows = [*answers(), Response(prompt_id="q99", output="1")]
    submitter(tmp_path, own, with_manifest(bundle_files(responses=rows), protocol_version="2"))
    laid_out(tmp_path / "again", bundle_files(item_set="repair"))
    done = submitted(tmp_path, bench, "--bundle", tmp_path / "again", "--bundle", tmp_path / "gone", "--date", "soon")
    refused(
        done,
        "GitHub token",
        "colour",
        "protocol 2",
        "recipe",
        "'q99' is not an item",
        "answers repair items",
        "gone/manifest.json: is not there",
        "--date: ",
    )


def test_faults_of_bundles_are_told_although_the_configuration_cannot_be_read(tmp_path: Path, bench: Path) -> None:
    submitter(tmp_path, files=with_manifest(bundle_files(), protocol_version="2"))
    (tmp_path / "config.yaml").write_text("vendor: 5\n")
    refused(submitted(tmp_path, bench), "config_name: is required and absent", "protocol 2, expected 1")


@pytest.mark.parametrize(
    ("against", "says"),
    [
        ("https://board.example/site", "is an address, and nothing is fetched here"),
        ("gone", "is not there"),
        ("answers", "holds neither benchmark.yaml nor publication.json"),
    ],
)
def test_what_holds_no_rules_is_refused(
    against: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(submitter(tmp_path))
    refused(run("submit", "--config", "config.yaml", "--benchmark", against, "--out", "s.zip"), says)
    assert not (tmp_path / "s.zip").exists()


def test_rules_that_were_changed_after_they_were_published_are_refused(tmp_path: Path, site: Path) -> None:
    text = (site / "benchmark.json").read_text()
    (site / "benchmark.json").write_text(text.replace('"title":"A small', '"title":"B small'))
    refused(submitted(submitter(tmp_path), site), "it was changed after it was published")


def test_answers_that_change_while_they_are_packed_are_not_packed(
    tmp_path: Path, bench: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(files: Any, target: Path, expected: Any) -> str:
        (tmp_path / "answers/responses.jsonl").write_bytes(b"")
        return pack(files, target, expected)

    monkeypatch.setattr(submitting, "pack", late)
    submitter(tmp_path)
    with pytest.raises(InputError, match="it was changed meanwhile"):
        submit(tmp_path / "config.yaml", [tmp_path / "answers"], tmp_path / "s.zip", benchmark=str(bench))
    assert not (tmp_path / "s.zip").exists()


def test_it_asks_where_to_write(tmp_path: Path) -> None:
    done = run("submit", "--config", submitter(tmp_path) / "config.yaml")
    assert done.status == 2
    assert "give --out FILE, or --dry-run" in done.err


def test_usage_and_trials_do_not_change_what_is_answered(tmp_path: Path, bench: Path) -> None:
    rows = [
        Response(prompt_id=item.id, output=item.reference, trial=trial, usage=Usage(calls=1))
        for item in questions()
        for trial in range(2 if item.id != "q0" else 1)
    ]
    done = submitted(submitter(tmp_path, files=bundle_files(responses=rows, trials=2)), bench)
    assert f"{COUNT - 1} of {COUNT} prompts answered, 1 unanswered" in done.out, done
