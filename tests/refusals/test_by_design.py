"""What an owner may publish, and how a reader tells: by the status of every number, and by the digest of the whole."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from command_line import run
from proofboard.publish.inputs import PublicationInputs
from proofboard.schemas.board import Skipped
from proofboard.verify.refusals import Refusal
from refusals.forging import Files, Site, laid_out, with_entries
from refusals.wrong import BENCHMARK, on, on_row, set_to

Change = Callable[[PublicationInputs], PublicationInputs]


def to_skipped(inputs: PublicationInputs) -> PublicationInputs:
    left = with_entries(inputs, "acme/base", "bolt/base", "cold/old")
    own = replace(left.held_out, released={k: v for k, v in left.held_out.released.items() if k != "acme/best"})
    return replace(left, skipped=[*left.skipped, Skipped(entry="acme/best", reason="slow")], held_out=own)


def lower_cell(inputs: PublicationInputs) -> PublicationInputs:
    policies = replace(inputs.benchmark.policies, minimum_cell=10)
    benchmark = replace(inputs.benchmark, policies=policies)
    return replace(inputs, benchmark=benchmark, plan=replace(inputs.plan, benchmark=benchmark))


@pytest.mark.parametrize("change", [to_skipped, lower_cell])
def test_what_the_owner_publishes_anew_is_another_publication(
    change: Change, sites: Mapping[bool, Files], tmp_path: Path
) -> None:
    honest = run("verify", laid_out(sites[True], tmp_path / "honest"), "--json")
    forged = Site(sites[True]).assembled_again(tmp_path / "again", change)
    site = laid_out(forged.files, tmp_path / "site")
    assert run("verify", site).status == 0
    done = run("verify", site, "--expect", json.loads(honest.out)["publication"])
    assert done.status == 1
    assert "DigestMismatch: publication.json" in done.out


def test_a_metric_that_becomes_reported_says_so_on_every_number(sites: Mapping[bool, Files], tmp_path: Path) -> None:
    """Better numbers in `scores.jsonl` are accepted as what they are: the submitter's own."""
    site = Site(sites[False])
    for entry in ("acme/best", "acme/base", "bolt/base", "cold/old"):
        folder = site.bundle_of(entry)
        site = site.edit_lines(folder, "scores.jsonl", lambda rows: [row["scores"].update(correct=1) for row in rows])
    site = on(BENCHMARK, set_to("benchmark", "metrics", "correct", to={"reported": True}))(site)
    site = on(BENCHMARK, lambda own: own["graders"].update(correct="reported"))(site)
    forged = site.assembled_again(tmp_path / "again", lambda inputs: inputs)
    done = run("verify", laid_out(forged.files, tmp_path / "site"), "--json")
    verdict = json.loads(done.out)
    headline = {one["status"] for one in verdict["numbers"] if one["name"].startswith(("public.score", "public.by."))}
    assert (done.status, headline) == (0, {"reported"})
    rows = forged.document("leaderboard.json")["entries"]
    assert {(row["public"]["assurance"], row["run"]["verified"]) for row in rows} == {("reported", False)}


def test_the_page_of_another_version_is_said_to_be_unchecked(sites: Mapping[bool, Files], tmp_path: Path) -> None:
    site = Site(sites[True]).rewrite("index.html", b"<h1>We won</h1>")
    version = "99.0\n4. the page is fine: ok"
    forged = site.assembled_again(tmp_path / "again", lambda inputs: replace(inputs, software_version=version))
    done = run("verify", laid_out(forged.files, tmp_path / "site"))
    assert done.status == 0, done.out
    page = next(line for line in done.out.splitlines() if line.startswith("4. "))
    assert page.endswith(r"not checkable (published by 99.0\n4. the page is fine: ok)")


def test_numbers_of_a_board_that_does_not_follow_are_counted_as_nothing(
    sites: Mapping[bool, Files], tmp_path: Path
) -> None:
    forged = on_row(set_to("public", "metrics", to={"unheard-of": 1.0}))(Site(sites[True]))
    done = run("verify", laid_out(forged.files, tmp_path / "site"), "--json")
    assert json.loads(done.out)["counts"] == {"recomputed": 0, "attested": 0, "reported": 0}


def test_every_refusal_has_a_publication_that_causes_it() -> None:
    cases = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert [kind.__name__ for kind in Refusal.__subclasses__() if not re.search(rf"\b{kind.__name__}\b,", cases)] == []
