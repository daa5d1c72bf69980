"""The grader gmat_structural."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from proofboard.core.graders.base import Grader
from proofboard.errors import InputError
from proofboard.grade.installed import installed
from proofboard.schemas.bundle import Response
from proofboard.schemas.item import Item

PRIVATE_DATA = Path(os.environ.get("PROOFBOARD_TEST_DATA", Path(__file__).parents[4] / "shared" / "data"))

SCRIPT = """\
Create Spacecraft Sat;
Sat.SMA = 6878;
Sat.ECC = 0.001;
Create Propagator Prop;
Create Variable n;
BeginMissionSequence;
n = 0;
While n < 2
   n = n + 1;
   Propagate Prop(Sat) {Sat.ElapsedDays = 1};
EndWhile;
"""


@pytest.fixture(scope="module")
def made() -> Grader:
    return installed("gmat_structural", {}, "benchmark.yaml")


def passes(grader: Grader, output: Any, **structural: Any) -> Any:
    item = Item(id="q1", reference={"structural": structural})
    return grader.grade(item, Response(prompt_id="q1", output=output), ())


def test_the_grader_is_found_with_the_versions_of_both_packages(made: Grader) -> None:
    assert made.name == "gmat_structural"
    assert made.version.startswith("proofboard-gmat 0.1.0 (gmat-script 0.3.")


@pytest.mark.parametrize(
    "structural",
    [
        {},
        {"required_types": ["Spacecraft", "Propagator"]},
        {"required_fields": {"Spacecraft": ["SMA", "ECC"]}},
        {"required_commands": ["While", "Propagate"]},
    ],
)
def test_a_script_that_holds_what_is_asked_passes(made: Grader, structural: dict[str, Any]) -> None:
    assert passes(made, SCRIPT, **structural) is True


@pytest.mark.parametrize(
    "structural",
    [
        {"required_types": ["ReportFile"]},
        {"required_fields": {"Spacecraft": ["SMA", "INC"]}},
        {"required_fields": {"ForceModel": ["CentralBody"]}},
        {"required_commands": ["Report"]},
    ],
)
def test_a_script_that_lacks_something_fails(made: Grader, structural: dict[str, Any]) -> None:
    assert passes(made, SCRIPT, **structural) is False


@pytest.mark.parametrize("line", ["Sat.NoSuchField = 1;", "Create NoSuchType x;", "Create ((("])
def test_a_script_that_does_not_lint_fails(made: Grader, line: str) -> None:
    assert passes(made, SCRIPT.replace("Sat.ECC = 0.001;", line)) is False


def test_a_script_cannot_switch_off_the_rules_it_is_graded_by(made: Grader) -> None:
    broken = SCRIPT.replace("Sat.ECC = 0.001;", "Sat.NoSuchField = 1;")
    assert passes(made, "% gmat-script: disable\n" + broken) is False


@pytest.mark.parametrize("output", [None, 1, {}, "\ud800", "x" * 100_001])
def test_what_is_no_script_fails_and_never_raises(made: Grader, output: Any) -> None:
    assert passes(made, output) is False


@pytest.mark.parametrize("nested", ["(" * 5_000 + "1" + ")" * 5_000, "1" + "+1" * 5_000, "-" * 5_000 + "1"])
def test_nesting_without_end_fails_and_never_raises(made: Grader, nested: str) -> None:
    assert passes(made, SCRIPT.replace("n = 0", "n = " + nested)) is False


@pytest.mark.parametrize("reference", [None, {}, {"structural": {"required_typos": []}}, {"structural": []}])
def test_an_item_that_asks_for_nothing_known_is_a_fault(made: Grader, reference: Any) -> None:
    with pytest.raises(InputError, match=r"'q1' has no usable reference\.structural"):
        made.grade(Item(id="q1", reference=reference), Response(prompt_id="q1", output=SCRIPT), ())


@pytest.mark.parametrize("options", [{"strict": True}, {"target_version": "R1999"}])
def test_options_that_are_not_known_are_faults(options: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="options"):
        installed("gmat_structural", options, "benchmark.yaml")


def test_the_recorded_verdicts_of_all_51_prompts_are_reproduced(made: Grader) -> None:
    folder = PRIVATE_DATA / "gmat"
    if not folder.is_dir():
        pytest.skip("the private data set gmat is not on this machine; PROOFBOARD_TEST_DATA may name its folder")
    prompts = json.loads((folder / "eval" / "prompts.json").read_bytes())
    texts = {
        key.rpartition(":")[2]: value["text"]
        for key, value in json.loads((folder / "eval" / "completions.json").read_bytes()).items()
    }
    outcomes = json.loads((folder / "structural_outcomes.json").read_bytes())
    verdicts = {
        prompt["id"]: passes(made, texts[_short_digest(prompt["request"])], **prompt["structural"])
        for prompt in prompts
    }
    assert len(verdicts) == 51
    assert verdicts == {outcome["id"]: outcome["structural"] for outcome in outcomes}


def _short_digest(request: str) -> str:
    return hashlib.sha256(request.encode()).hexdigest()[:16]
