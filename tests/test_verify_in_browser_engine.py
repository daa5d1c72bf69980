"""The recomputation in the reader's browser: a second implementation of graders and sums that must agree with ours."""

import json
import random
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from append_cases import inputs_of, with_pending
from browser_engine_cases import Case, choice_cases, distribution_cases, pattern_cases, text_cases, vote_cases
from builders import benchmark, built, items
from graded_cases import graded_benchmark
from proofboard import canonical
from proofboard.app.build import build
from proofboard.core.graders.base import Votes, to_grid
from proofboard.core.graders.registry import built_in
from proofboard.errors import InputError
from proofboard.publish.assemble import assemble
from proofboard.record.freeze import write
from proofboard.record.imported import ImportedEntry, NewBundle
from proofboard.schemas.benchmark import Aggregate, Benchmark, Borda, GraderSpec, Mean, Metric, Threshold, WeightedMean
from proofboard.schemas.bundle import Response, Usage, Verdict
from proofboard.schemas.configuration import Configuration, Decoding
from proofboard.schemas.item import Item
from purged_cases import purged
from rich_benchmark import write_rich

WEB: Final = Path(__file__).parents[1] / "web"
ROLLDOWN: Final = WEB / "node_modules/.bin/rolldown"

needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not ROLLDOWN.exists(), reason="needs node, and web/node_modules by `npm ci` in web/"
)

NOT_CHECKABLE: Final = "not checkable"
UNUSABLE: Final = "unusable"

Grade = int | str | None
"""The integer, why there is none, or None where there is no verdict."""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bundle the engine as the page's build does, for node."""
    place = tmp_path_factory.mktemp("engine")
    for name in ("gradeCases", "recomputeSite"):
        source = WEB / f"tests/verify/{name}.ts"
        made = [str(ROLLDOWN), str(source), "--file", str(place / f"{name}.mjs"), "--platform", "node"]
        subprocess.run(made, check=True, capture_output=True, timeout=120)
    return place


def graded_here(case: Case) -> Grade:
    try:
        grader = built_in(case.kind, case.options, "benchmark.yaml")
        assert grader is not None
        item = Item(id="q1", reference=case.item["reference"], choices=case.item.get("choices"))
        votes: Votes = case.votes
        score = grader.grade(item, Response(prompt_id="q1", output=case.output), votes)
        return to_grid(score, case.denominator)
    except InputError:
        return UNUSABLE


def graded_there(engine: Path, cases: Sequence[Case]) -> list[Grade]:
    lines = b"".join(canonical.dump(case) for case in cases)
    ran = subprocess.run(
        [str(shutil.which("node")), str(engine / "gradeCases.mjs")], input=lines, capture_output=True, check=True
    )
    return [json.loads(line) for line in ran.stdout.splitlines()]


def pairs(engine: Path, cases: Sequence[Case]) -> list[tuple[Case, Grade, Grade]]:
    return list(zip(cases, map(graded_here, cases), graded_there(engine, cases), strict=True))


@needs_node
def test_every_grader_gives_the_same_integers_in_the_browser(engine: Path) -> None:
    chance = random.Random(20_260_801)  # noqa: S311 - cases, no secrets
    cases = [
        *text_cases(chance, 250),
        *choice_cases(chance, 1500),
        *distribution_cases(chance, 1500),
        *vote_cases(chance, 50),
    ]
    compared = pairs(engine, cases)
    assert [own for own in compared if own[1] != own[2]] == []


@needs_node
def test_a_pattern_is_graded_as_by_re2_or_not_at_all(engine: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - cases, no secrets
    compared = pairs(engine, [*pattern_cases(chance, 4000)])
    judged = [
        (case, here, there)
        for case, here, there in compared
        if here != UNUSABLE and not str(there).startswith(NOT_CHECKABLE)
    ]
    assert [own for own in judged if own[1] != own[2]] == []
    assert len(judged) > len(compared) / 2


Told = dict[str, Any]


def recomputed(engine: Path, site: Path, entry: str | None = None) -> Told:
    """Recompute a site as a reader's browser does."""
    ran = subprocess.run(
        [str(shutil.which("node")), str(engine / "recomputeSite.mjs"), str(site), *([entry] if entry else [])],
        capture_output=True,
        check=True,
    )
    told: Told = json.loads(ran.stdout)
    return told


def disagreements(told: Told) -> list[tuple[str, str]]:
    return [(own["entry"], own["number"]) for own in told["told"] if own["outcome"] == "differs"]


def replaced(site: Path, path: str, old: str, new: str) -> None:
    """Change one text of a document, and name every document anew by what it then is: digests alone tell nothing."""
    file = site / path
    raw = file.read_bytes()
    assert raw.count(old.encode()) >= 1
    _write_and_name(site, file, raw.replace(old.encode(), new.encode(), 1))


def _write_and_name(site: Path, file: Path, changed: bytes) -> None:
    before, after = canonical.digest(file.read_bytes()), canonical.digest(changed)
    file.write_bytes(changed)
    holders = [one for one in sorted(site.rglob("*.json")) if before.encode() in one.read_bytes()]
    for one in holders:
        _write_and_name(site, one, one.read_bytes().replace(before.encode(), after.encode()))
    for place in sorted(site.rglob(f"*{canonical.hex_of(before)}*")):
        place.rename(place.with_name(place.name.replace(canonical.hex_of(before), canonical.hex_of(after))))


def kinds() -> Benchmark:
    """Make rules with every grader of text, every composite and every way to reduce trials."""
    of = {
        "right": Metric(grader=GraderSpec(kind="exact"), trials="pass_at_k", k=2),
        "near": Metric(
            grader=GraderSpec(kind="normalised_exact", options={"ignore_punctuation": True}), missing="drop"
        ),
        "said": Metric(grader=GraderSpec(kind="includes", options={"whole_words": True})),
        "placed": Metric(grader=GraderSpec(kind="match", options={"numeric": True, "location": "any"})),
        "found": Metric(grader=GraderSpec(kind="regex", options={"pattern": r"(?i)answer: *(\S+)"})),
        "counted": Metric(grader=GraderSpec(kind="numeric", options={"relative": "0.1"}), trials="pass_hat_k", k=2),
        "picked": Metric(grader=GraderSpec(kind="choice", options={"letters": 26}), missing="null"),
        "shared": Metric(grader=GraderSpec(kind="token_f1"), denominator=10**6, direction="higher", places=9),
        "voted": Metric(grader=GraderSpec(kind="votes"), missing="drop"),
        "mix": Metric(weighted={"shared": 2, "said": 1}, denominator=1000),
        "enough": Metric(threshold=Threshold(metric="mix", at_least="0.5")),
        "both": Metric(all_of=["enough", "near"]),
        "either": Metric(any_of=["both", "voted"], missing="drop"),
    }
    return benchmark(
        metrics=of,
        aggregates={
            "easy": Aggregate(mean=Mean(metric="shared", slice={"tier": ["easy"]})),
            "total": Aggregate(weighted=WeightedMean(children={"mix": 1, "easy": 2, "right": 3}, missing="present")),
            "points": Aggregate(borda=Borda(children=["mix", "right", "voted"])),
        },
        headline="total",
        slice_pairs=[("category", "tier")],
    )


def answers(asked: Sequence[Item], skill: int) -> NewBundle:
    chance = random.Random(skill)  # noqa: S311 - cases, no secrets
    responses, verdicts = [], []
    for item in asked:
        for trial in range(3):
            right = chance.random() < skill / 10
            said = chance.choice(["{}", "Answer: {}", "It is {}.", "{}.0", "the {}"]).format(
                item.reference if right else 99
            )
            state: Any = chance.choice(["answered"] * 12 + ["refused", "missing"])
            usage = Usage(
                prompt_tokens=chance.randint(1, 90), completion_tokens=7, microseconds=chance.randint(1, 10**6)
            )
            output = said if state == "answered" else None
            responses.append(Response(prompt_id=item.asked, trial=trial, output=output, state=state, usage=usage))
            if state == "answered":
                cast = enumerate(chance.choices([True, False, None], k=2))
                verdicts += [
                    Verdict(prompt_id=item.asked, trial=trial, vote=v, passed=p, judge=f"j{v}") for v, p in cast
                ]
    return NewBundle(responses=responses, verdicts=verdicts, trials=3, recorded="2026-03-04")


@pytest.fixture(scope="module")
def every_kind(tmp_path_factory: pytest.TempPathFactory) -> Path:
    options = [str(number) for number in range(24)]
    asked = [msgspec.structs.replace(own, choices=options, weight=1 + place % 3) for place, own in enumerate(items(24))]
    entries = [
        ImportedEntry(
            Configuration(vendor="acme", config_name=f"own-{skill}", decoding=Decoding(model=f"m-{skill}")),
            [answers(asked, skill)],
        )
        for skill in (3, 6, 9)
    ]
    return built(tmp_path_factory.mktemp("kinds"), entries, rules=kinds(), asked=asked)


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("rich")
    write_rich(place / "benchmark", place / "store")
    build(place / "benchmark", place / "site", held_out=place / "store")
    return place / "site"


@pytest.fixture
def copy(tmp_path: Path, every_kind: Path) -> Path:
    shutil.copytree(every_kind, tmp_path / "site")
    return tmp_path / "site"


@needs_node
def test_every_number_of_a_board_with_every_kind_of_metric_is_computed_again_the_same(
    engine: Path, every_kind: Path
) -> None:
    told = recomputed(engine, every_kind)
    assert disagreements(told) == []
    assert told["answers"] == 3 * 24 * 3
    assert {"rank", "public.score", "public.interval.0", "public.runs.scores.0", "scores.points.overall"} & set(
        told["agreed"]
    )
    assert told["counts"]["follows"] == 0


@needs_node
def test_a_board_with_held_out_reported_and_repaired_parts_follows_from_them(engine: Path, rich: Path) -> None:
    told = recomputed(engine, rich)
    assert disagreements(told) == []
    assert {"held-out", "reported", "resampling"} == {own["reason"]["code"] for own in told["told"]}


@needs_node
@pytest.mark.parametrize("name", ["langid", "codegen"])
def test_the_examples_are_computed_again_the_same(engine: Path, tmp_path: Path, name: str) -> None:
    build(WEB.parent / "examples" / name, tmp_path / "site")
    told = recomputed(engine, tmp_path / "site")
    assert disagreements(told) == []
    assert told["counts"]["agrees"] > 500


@needs_node
def test_what_programs_graded_is_never_said_to_agree(engine: Path, tmp_path: Path) -> None:
    build(graded_benchmark(tmp_path / "benchmark"), tmp_path / "site")
    told = recomputed(engine, tmp_path / "site")
    assert disagreements(told) == []
    assert not {"public.score", "item scores: passed"} & set(told["agreed"])
    assert {own["outcome"] for own in told["told"] if own["number"] == "item scores: passed"} == {"unchecked"}


@needs_node
def test_one_entry_alone_is_ranked_among_the_published_scores_of_the_others(engine: Path, rich: Path) -> None:
    told = recomputed(engine, rich, "acme/strong")
    assert disagreements(told) == []
    assert told["total"] == 1


@needs_node
def test_a_changed_score_of_the_board_is_named(engine: Path, copy: Path) -> None:
    row = json.loads((copy / "leaderboard.json").read_bytes())["entries"][0]
    score = json.dumps(row["public"]["score"])
    replaced(copy, "leaderboard.json", f'"score":{score}', '"score":0.999999')
    found = disagreements(recomputed(engine, copy))
    assert (f"{row['vendor']}/{row['config_name']}", "public.score") in found
    assert (
        all(number in {"public.score", "public"} for _, number in found[1:] if not number.startswith("public")) or found
    )


@needs_node
def test_a_changed_slice_of_an_entry_is_named(engine: Path, copy: Path) -> None:
    replaced(copy, "entries/acme/own-6.json", '"n_items":{"category=logic":', '"n_items":{"category=logic":1')
    assert disagreements(recomputed(engine, copy)) == [("acme/own-6", "n_items.category=logic")]


@needs_node
def test_a_changed_answer_is_named_by_its_item(engine: Path, copy: Path) -> None:
    entry = json.loads((copy / "entries/acme/own-9.json").read_bytes())
    folder = f"bundles/{canonical.hex_of(entry['identity']['bundles'][0]['bundle'])}"
    lines = (copy / folder / "responses.jsonl").read_bytes().decode().splitlines()
    right = next(line for line in lines if '"output":"Answer: ' in line and '"output":"Answer: 99"' not in line)
    prompt = json.loads(right)["prompt_id"]
    # As long as it was: the manifest states how many bytes a file has.
    old = json.loads(right)["output"]
    replaced(
        copy, f"{folder}/responses.jsonl", right, right.replace(f'"output":"{old}"', f'"output":"{"!" * len(old)}"')
    )
    found = disagreements(recomputed(engine, copy))
    assert any(entry == "acme/own-9" and prompt in number for entry, number in found)
    assert {entry for entry, _ in found} <= {"acme/own-9", ""}


@needs_node
def test_a_changed_item_score_is_named(engine: Path, copy: Path) -> None:
    entry = json.loads((copy / "entries/acme/own-3.json").read_bytes())
    path = f"scores/{canonical.hex_of(entry['identity']['bundles'][0]['bundle'])}.json"
    values = json.loads((copy / path).read_bytes())["metrics"]["shared"]["values"]
    written = json.dumps(values, separators=(",", ":"))
    changed = json.dumps([1 if values[0] is None else values[0] + 1, *values[1:]], separators=(",", ":"))
    replaced(copy, path, written, changed)
    numbers = [number for _, number in disagreements(recomputed(engine, copy))]
    assert numbers[:2] == ["item scores: shared", "shared of q0"]


@needs_node
def test_a_document_that_is_not_the_one_that_its_parent_names_is_named(engine: Path, copy: Path) -> None:
    file = copy / "entries/acme/own-3.json"
    file.write_bytes(file.read_bytes().replace(b"}", b" }", 1))
    told = recomputed(engine, copy)
    assert [own["document"] for own in told["told"] if own["outcome"] == "differs"] == ["entries/acme/own-3.json"]


@needs_node
def test_a_board_with_a_purged_entry_and_a_pending_one_is_computed_again(engine: Path, tmp_path: Path) -> None:
    write_rich(tmp_path / "benchmark", tmp_path / "store")
    inputs, places = inputs_of(tmp_path / "benchmark", tmp_path / "store")
    made = assemble(with_pending(purged(inputs, "acme/weak"), ["bolt/middle"]))
    for path, raw in made.documents.items():
        write(tmp_path / "site" / path, raw)
    for digest, files in made.bundles.items():
        for name in (*files, "manifest.json"):
            write(tmp_path / "site/bundles" / canonical.hex_of(digest) / name, (places[digest] / name).read_bytes())
    told = recomputed(engine, tmp_path / "site")
    assert disagreements(told) == []
    reasons = {own["reason"]["code"] for own in told["told"] if own["entry"] == "acme/weak"}
    assert "purged" in reasons
