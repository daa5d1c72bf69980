"""What programs make of held-out answers stays in the held-out store; what is told is how many there were."""

import json
from pathlib import Path

import pytest

from builders import files_of
from command_line import Finished, run
from sandbox_cases import graded_benchmark, graded_store, needs_bubblewrap

pytestmark = needs_bubblewrap

TELLING = """
import json, sys
given = json.load(sys.stdin)
item, output = given["item"], given["response"]["output"]
if output != item["reference"] and item["id"].startswith("h"):
    sys.exit("failed on " + item["prompt"])
findings = ["found in " + item["prompt"]]
print(json.dumps({"scores": {"correct": True}, "findings": findings, "artifacts": {"all": json.dumps(given)}}))
"""


@pytest.fixture
def board(tmp_path: Path) -> Path:
    return graded_benchmark(tmp_path / "board", TELLING)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return graded_store(tmp_path / "store")


def told(board: Path, store: Path) -> Finished:
    found = run("grade", board, "--held-out", store)
    assert (found.status, found.err) == (0, "")
    return found


def test_gradings_of_held_out_answers_lie_in_the_store_only(board: Path, store: Path) -> None:
    told(board, store)
    kept = [json.loads(raw) for name, raw in files_of(store / "graded").items() if name.endswith("graded.json")]
    outcomes = [row.get("outcome", "graded") for document in kept for row in document["responses"]]
    assert (outcomes.count("graded"), outcomes.count("crashed")) == (20, 10)
    assert not [name for name, raw in files_of(board).items() if b"Which number is h" in raw or b'"h1"' in raw]


def test_of_held_out_answers_only_the_number_is_told(board: Path, store: Path) -> None:
    found = told(board, store)
    public, held_out = [line for line in found.out.splitlines() if not line.startswith(("  ", "in "))]
    assert public == "acme/base public: 8 graded"
    assert held_out == "held-out: 30 responses graded, 30 of them now; what came of it stays in the store"
    assert " h" not in found.out.replace(held_out, "")


def test_the_number_says_nothing_of_outcomes(board: Path, tmp_path: Path) -> None:
    said = [told(board, graded_store(tmp_path / f"store-{right}", right)).out for right in (0, 30)]
    assert said[0].splitlines()[-2:] == said[1].splitlines()[-2:]


def test_a_store_in_the_benchmark_directory_is_refused(board: Path) -> None:
    found = run("grade", board, "--held-out", graded_store(board / "store"))
    assert (found.status, "lies inside the benchmark directory" in found.err) == (2, True)
    assert not (board / "graded").exists()


def test_held_out_gradings_are_taken_up_where_they_were_left(board: Path, store: Path) -> None:
    told(board, store)
    assert "held-out: 30 responses graded, 0 of them now" in told(board, store).out


def test_a_board_is_built_from_them(board: Path, store: Path, tmp_path: Path) -> None:
    told(board, store)
    built = run("build", board, "--held-out", store, "--out", tmp_path / "site")
    assert built.status == 0, built.err
    assert not [raw for raw in files_of(tmp_path / "site").values() if b"Which number is h" in raw]
    assert run("verify", tmp_path / "site", "--held-out", store).status == 0
