"""Step 2: a grader's tolerance is for the last bit of a logarithm, and for nothing that a reader could see."""

from pathlib import Path

import msgspec
import pytest

from builders import benchmark, built, items
from command_line import run
from proofboard.record.imported import ImportedEntry, NewBundle
from proofboard.schemas.benchmark import GraderSpec, Metric
from proofboard.schemas.bundle import Response
from proofboard.schemas.configuration import Configuration
from proofboard.verify.refusals import ScoreMismatch
from refusals.forging import Site, files_of, laid_out
from refusals.wrong import Wrong, assert_refused, on

FINE = 10**6


def site(place: Path, denominator: int) -> Site:
    """Publish two hundred distributions, graded with a tolerance of one unit of the metric's grid."""
    asked = [msgspec.structs.replace(item, reference={"distribution": {"a": 3, "b": 7}}) for item in items(200)]
    answers = [
        Response(prompt_id=item.id, output={"distribution": {"a": number + 1, "b": 201 - number}})
        for number, item in enumerate(asked)
    ]
    metric = Metric(grader=GraderSpec(kind="jensen_shannon"), denominator=denominator)
    listed = ImportedEntry(Configuration(vendor="acme", config_name="best"), [NewBundle(responses=answers)])
    rules = benchmark(metrics={"correct": metric})
    return Site(files_of(built(place, [listed], rules=rules, asked=asked)))


def raised(honest: Site, rows: range, by: int) -> Site:
    """Raise item scores, and let the platform publish what follows from them."""
    path = f"scores/{honest.bundle_of('acme/best').removeprefix('bundles/')}.json"

    def change(scores: dict[str, dict[str, dict[str, list[int]]]]) -> None:
        column = scores["metrics"]["correct"]["values"]
        for row in rows:
            column[row] += by

    return on(path, change)(honest)


@pytest.mark.parametrize(
    ("denominator", "rows", "by"),
    [
        pytest.param(1, range(1), 1, id="one verdict"),
        pytest.param(100, range(1), 1, id="one percent"),
        pytest.param(FINE, range(1), 2, id="two units"),
        pytest.param(FINE, range(3), 1, id="more rows than chance explains"),
        pytest.param(FINE, range(200), 1, id="every row"),
    ],
)
def test_scores_are_not_raised_within_a_tolerance(denominator: int, rows: range, by: int, tmp_path: Path) -> None:
    wrong = Wrong("raised", lambda own: own, ScoreMismatch, r"scores/.*\.json", "row 1: the grader gives")
    assert_refused(wrong, raised(site(tmp_path, denominator), rows, by), tmp_path / "forged")


def test_a_last_bit_that_differs_on_another_machine_is_accepted(tmp_path: Path) -> None:
    forged = raised(site(tmp_path, FINE), range(5, 6), 1).assembled_again(tmp_path / "again", lambda inputs: inputs)
    assert run("verify", laid_out(forged.files, tmp_path / "forged")).status == 0
