"""Anyone can freeze a repair loop, and its figures stand on the board."""

import json
from pathlib import Path
from typing import Any

import pytest

from command_line import run

RULES = """
id: loop
title: Loop
protocol_version: "1"
item_sets: {repair: items/repair.jsonl}
metrics:
  runs: {grader: {kind: exact}}
  judged: {grader: {kind: votes}}
  both: {all_of: [runs, judged]}
headline: runs
close_the_loop: {runnable: runs, accepted: judged, passes: both}
"""


def lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "bench"
    lines(place / "items/public.jsonl", [{"id": "p", "prompt": "P", "reference": "yes"}])
    lines(place / "items/repair.jsonl", [{"id": f"r{n}", "prompt": f"R{n}", "reference": "yes"} for n in range(4)])
    (place / "benchmark.yaml").write_text(RULES)
    own = place / "entries/acme/plain/configuration.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("vendor: acme\nconfig_name: plain\n")
    return place


def drafts() -> list[dict[str, Any]]:
    """Four drafts of which one runs; after repair three run."""
    before = [{"prompt_id": f"r{n}", "output": "yes" if n == 0 else "no"} for n in range(4)]
    after = [{"prompt_id": f"r{n}", "stage": "repair", "output": "no" if n == 3 else "yes"} for n in range(4)]
    return before + after


def test_a_frozen_repair_loop_gives_the_close_the_loop_figures(folder: Path, tmp_path: Path) -> None:
    answers = lines(tmp_path / "answers.jsonl", [{"prompt_id": "p", "output": "yes"}])
    assert run("freeze", folder, "acme/plain", "--responses", answers).status == 0
    loop = lines(tmp_path / "drafts.jsonl", drafts())
    votes = [
        {"prompt_id": row["prompt_id"], "stage": row.get("stage", "answer"), "passed": row["output"] == "yes"}
        for row in drafts()
    ]
    verdicts = lines(tmp_path / "votes.jsonl", votes)
    done = run("freeze", folder, "acme/plain", "--repair", "--responses", loop, "--verdicts", verdicts)
    assert (done.status, done.err) == (0, "")
    assert (folder / "entries/acme/plain/repair/manifest.json").is_file()
    assert run("build", folder, "--out", tmp_path / "site").status == 0
    figures = json.loads((tmp_path / "site/leaderboard.json").read_text())["entries"][0]["close_the_loop"]
    assert (figures["base_runnable"], figures["repaired_runnable"], figures["repair_lift"]) == (0.25, 0.75, 0.5)
    assert run("verify", tmp_path / "site").status == 0


def test_a_repair_loop_needs_repair_items(folder: Path, tmp_path: Path) -> None:
    (folder / "benchmark.yaml").write_text(RULES[: RULES.index("close_the_loop")].replace("item_sets", "# item_sets"))
    refused = run("freeze", folder, "acme/plain", "--repair", "--responses", lines(tmp_path / "d.jsonl", drafts()))
    assert refused.status == 2
    assert "no repair items" in refused.err


def test_repair_items_are_not_held_out(folder: Path, tmp_path: Path) -> None:
    loop = lines(tmp_path / "d.jsonl", drafts())
    refused = run("freeze", folder, "acme/plain", "--repair", "--held-out", tmp_path, "--responses", loop)
    assert refused.status == 2
    assert "exclude each other" in refused.err
