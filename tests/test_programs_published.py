"""What programs of the owner made of a bundle is read, checked, published and verified, and never run again."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from graded_cases import KEPT, graded_benchmark, record_grading
from proofboard import canonical
from proofboard.app.build import build
from proofboard.app.reading.showing import show
from proofboard.app.serve.files import SiteFiles
from proofboard.app.serve.server import serving
from proofboard.app.site import opened
from proofboard.app.verify import verify
from proofboard.errors import InputError
from proofboard.schemas.graded import GradedResponse
from refusals.forging import Site, files_of, laid_out

OVERTIME = {"outcome": "timed_out", "scores": {}, "reason": "ran longer than 10 s", "artifacts": {}}


def board(site: Path) -> Any:
    return json.loads((site / "leaderboard.json").read_bytes())


def built(tmp_path: Path, **given: Any) -> Path:
    build(graded_benchmark(tmp_path / "benchmark", **given), tmp_path / "site")
    return tmp_path / "site"


def refusal(folder: Path, tmp_path: Path) -> str:
    with pytest.raises(InputError) as refused:
        build(folder, tmp_path / "site")
    return str(refused.value)


def test_scores_of_programs_are_on_the_board_as_attested(tmp_path: Path) -> None:
    [row] = board(built(tmp_path, outcomes={"q0": {"scores": {"passed": 0, "quality": 50}}}))["entries"]
    assert row["public"]["metrics"] == {"passed": 0.875, "quality": 0.9375, "whole": 0.890625}
    assert row["public"]["assurance"] == "attested"


def test_an_answer_that_was_not_graded_to_its_end_has_the_worst_scores(tmp_path: Path) -> None:
    [row] = board(built(tmp_path, outcomes={"q0": OVERTIME}))["entries"]
    assert row["public"]["metrics"] == {"passed": 0.875, "quality": 0.875, "whole": 0.875}


def test_outcomes_and_findings_are_named_in_the_entry(tmp_path: Path) -> None:
    site = built(tmp_path, outcomes={"q0": OVERTIME, "q1": {"findings": ["wrote outside its folder"]}})
    [bundle] = json.loads((site / "entries/acme/own.json").read_bytes())["identity"]["bundles"]
    assert bundle["graded"]["outcomes"] == {"graded": 7, "timed_out": 1}
    assert bundle["graded"]["findings"] == {"wrote outside its folder": 1}
    assert "wrote outside its folder" in show(str(site), "acme/own")


def test_a_site_holds_the_grading_and_what_was_kept_and_verifies(tmp_path: Path) -> None:
    site = built(tmp_path)
    assert (site / "artifacts" / canonical.hex_of(canonical.digest(KEPT))).read_bytes() == KEPT
    assert len(list((site / "graded").iterdir())) == 1
    assert verify(str(site)).holds


@pytest.mark.parametrize("path", ["graded", "artifacts"])
def test_a_changed_byte_of_it_is_refused(tmp_path: Path, path: str) -> None:
    site = built(tmp_path)
    [file] = (site / path).iterdir()
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    assert not verify(str(site)).holds


def test_scores_that_differ_from_the_grading_beside_them_are_refused(tmp_path: Path) -> None:
    """Every digest is made right again, so that only the board's own numbers can tell."""
    honest = Site(files_of(built(tmp_path)))

    def failing(grading: Any) -> None:
        grading["responses"][0]["scores"] = {"passed": 0, "quality": 0}

    forged = honest.edit(honest.one("graded/.*"), failing)
    assert not verify(str(laid_out(forged.files, tmp_path / "forged"))).holds


def test_a_bundle_that_no_program_graded_is_refused_with_what_to_do(tmp_path: Path) -> None:
    folder = graded_benchmark(tmp_path / "benchmark")
    shutil.rmtree(folder / "graded")
    assert "no program has graded this bundle; run proofboard grade" in refusal(folder, tmp_path)


def test_a_grading_by_an_earlier_program_is_refused(tmp_path: Path) -> None:
    folder = graded_benchmark(tmp_path / "benchmark")
    (folder / "program/grade.py").write_bytes(b"print('better')\n")
    assert "was graded by command tests sha256:" in refusal(folder, tmp_path)


def test_a_kept_file_that_was_changed_is_refused(tmp_path: Path) -> None:
    folder = graded_benchmark(tmp_path / "benchmark")
    [file] = folder.glob("graded/*/artifacts/*")
    file.write_bytes(b"something else")
    assert "not what a program kept" in refusal(folder, tmp_path)


def test_a_fault_in_every_row_is_named_at_once(tmp_path: Path) -> None:
    folder = graded_benchmark(tmp_path / "benchmark")
    record_grading(
        folder,
        {"q0": {"scores": {"passed": 2, "quality": 0}}, "q1": {"scores": {"passed": 1}}, "q2": {"item_id": "q9"}},
    )
    found = refusal(folder, tmp_path)
    assert "'q0' has 2 in 'passed', expected 0 to 1" in found
    assert "'q1' has scores of passed, expected passed, quality" in found
    assert "lacks 1 of 8 answered responses" in found


def test_a_grading_of_another_bundle_is_refused(tmp_path: Path) -> None:
    folder = graded_benchmark(tmp_path / "benchmark", bundle="sha256:" + "0" * 64)
    assert f"grades the bundle sha256:{'0' * 64}" in refusal(folder, tmp_path)


def test_an_item_that_is_graded_twice_is_refused(tmp_path: Path) -> None:
    twice = [GradedResponse(item_id="q0", program="tests", scores={"passed": 1, "quality": 1})] * 2
    folder = graded_benchmark(tmp_path / "benchmark", responses=twice)
    assert "grades a response twice" in refusal(folder, tmp_path)


def test_a_metric_that_names_no_program_is_refused(tmp_path: Path) -> None:
    folder = graded_benchmark(tmp_path / "benchmark")
    rules = folder / "benchmark.yaml"
    rules.write_text(rules.read_text().replace("program: tests", "program: other", 1))
    assert "'other' is not a program, declared are tests" in refusal(folder, tmp_path)


def test_a_reader_of_boards_does_not_fetch_gradings(tmp_path: Path) -> None:
    site = built(tmp_path)
    with serving(str(site)) as (server, _), opened(server.address, whole=False) as folder:
        tops = {path.partition("/")[0] for path in files_of(folder)}
    assert tops.isdisjoint({"graded", "artifacts"})


def test_of_a_grading_only_what_it_kept_may_be_kept_without_asking_again(tmp_path: Path) -> None:
    site = built(tmp_path)
    served = {path.partition("/")[0]: SiteFiles(site).find(path) for path in files_of(site)}
    assert {top for top in ("artifacts", "graded") if (own := served[top]) and own.immutable} == {"artifacts"}
