"""Purged bundles: a mark beside answers, a purge that no log tells of, and scores that no answers could have."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from command_line import run
from ledger_cases import documents, leaf
from proofboard.core.entry import EarlierRevision
from proofboard.publish.inputs import PublicationInputs
from proofboard.verify.refusals import BrokenBundle, DocumentMismatch, FalsePurge, Refusal, UnnamedFile
from purged_cases import purged
from refusals.forging import Files, Site, laid_out
from refusals.test_ledger import told
from refusals.wrong import refused

BEST = "acme/best"

Forge = Callable[[Site, Site], Site]
"""From the honest site, and the one whose winner was purged, to a wrong one."""


def scores_of(site: Site) -> str:
    digest = site.document(f"entries/{BEST}.json")["identity"]["bundles"][0]["bundle"]
    return f"scores/{digest.removeprefix('sha256:')}.json"


def on_scores(change: Callable[[Any], object]) -> Forge:
    def edit(document: Any) -> None:
        change(document)

    return lambda _honest, site: site.edit(scores_of(site), edit)


def with_answers_of(honest: Site, site: Site) -> Site:
    folder = honest.bundle_of(BEST)
    answers = {path: raw for path, raw in honest.files.items() if path.startswith(f"{folder}/")}
    return Site({**site.files, **answers})


CASES: dict[str, tuple[type[Refusal], str, Forge]] = {
    "answers that nobody names": (UnnamedFile, r"bundles/.+", with_answers_of),
    "a score that its metric has not": (
        BrokenBundle,
        r"scores/.+",
        on_scores(lambda own: own["metrics"]["told"]["values"].__setitem__(0, 101)),
    ),
    "a part of a score that does not follow": (
        DocumentMismatch,
        r"scores/.+",
        on_scores(lambda own: own["metrics"]["blend"]["values"].__setitem__(0, 999)),
    ),
    "scores under rules that are others now": (
        DocumentMismatch,
        r"scores/.+",
        on_scores(lambda own: own.update(grading=f"sha256:{'0' * 64}")),
    ),
}


@pytest.fixture
def site(sites: Mapping[bool, Files], tmp_path: Path) -> Site:
    """Publish the honest board with the winner's answers purged."""
    return Site(sites[False]).assembled_again(tmp_path / "purged", lambda inputs: purged(inputs, BEST))


@pytest.mark.parametrize("name", CASES)
def test_a_purged_bundle_is_refused_for_its_reason_and_for_no_other(
    name: str, site: Site, sites: Mapping[bool, Files], tmp_path: Path
) -> None:
    kind, path, forge = CASES[name]
    done = run("verify", laid_out(forge(Site(sites[False]), site).files, tmp_path / "site"))
    assert (done.status, done.err) == (1, "")
    found = refused(done.out)
    assert {own for own, _ in found} == {kind.__name__}, done.out
    assert all(own.startswith(path.partition("/")[0]) for _, own in found)


def test_the_honest_purge_holds(site: Site, tmp_path: Path) -> None:
    assert run("verify", laid_out(site.files, tmp_path / "site")).status == 0


def both(inputs: PublicationInputs) -> PublicationInputs:
    """Show a bundle as purged, and with its answers as what the entry was before."""
    [own] = [entry for entry in inputs.entries if entry.name == BEST]
    [gone] = [entry for entry in purged(inputs, BEST).entries if entry.name == BEST]
    forged = replace(gone, revisions=[EarlierRevision(own.configuration, own.public)])
    return replace(inputs, entries=[forged if entry.name == BEST else entry for entry in inputs.entries])


def test_a_bundle_is_not_purged_here_and_published_there(sites: Mapping[bool, Files], tmp_path: Path) -> None:
    site = Site(sites[False]).assembled_again(tmp_path / "both", both)
    done = run("verify", laid_out(site.files, tmp_path / "site"))
    assert {kind for kind, _ in refused(done.out)} == {"FalsePurge"}
    assert "is marked as purged, and its answers are published" in done.out


@pytest.mark.parametrize("is_told", [True, False])
def test_a_log_tells_of_every_purge(is_told: bool, sites: Mapping[bool, Files], tmp_path: Path) -> None:  # noqa: FBT001
    def change(inputs: PublicationInputs) -> PublicationInputs:
        made = purged(inputs, BEST)
        [own] = [entry for entry in made.entries if entry.name == BEST]
        bundles = [bundle.digest for bundle in (own.public, own.repair) if bundle]
        leaves = [leaf("purged", bundle=bundle) for bundle in (bundles if is_told else bundles[:1])]
        return replace(made, ledger=documents([*told(made), *leaves]))

    site = Site(sites[False]).assembled_again(tmp_path / "told", change)
    done = run("verify", laid_out(site.files, tmp_path / "site"))
    kinds: list[type[Refusal]] = [] if is_told else [FalsePurge]
    assert {kind for kind, _ in refused(done.out)} == {kind.__name__ for kind in kinds}
