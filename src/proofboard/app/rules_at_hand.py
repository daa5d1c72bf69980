"""Find the rules that a submission is held against: a benchmark directory, or a publication of one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from proofboard.app.benchmark_folder import BenchmarkFolder, read_rules
from proofboard.app.entries_folder import BENCHMARK_FILE
from proofboard.app.site import opened
from proofboard.app.submission_checks import PUBLIC, Rules
from proofboard.core.graders.registry import built_in
from proofboard.core.grading import BUILT_IN, GradingPlan, grading_plan
from proofboard.core.items import ItemTable
from proofboard.core.rules import check_benchmark
from proofboard.errors import fault
from proofboard.publish.names import ROOT
from proofboard.publish.opened import BENCHMARK, OpenedSite
from proofboard.publish.opened_scores import item_tables
from proofboard.schemas.publication import BenchmarkDocument

REPAIR: Final = "repair"
ADDRESS: Final = "://"


def rules_at_hand(benchmark: str | None) -> Rules | None:
    """Read the rules of a benchmark directory, or of a publication in a folder or archive; raises InputError.

    Without a name the current folder is taken where it holds either; None where it holds neither.
    """
    if benchmark is None:
        here = Path()
        return rules_at_hand(".") if any((here / name).is_file() for name in (BENCHMARK_FILE, ROOT)) else None
    if ADDRESS in benchmark:
        reason = "is an address, and nothing is fetched here; give a benchmark directory, or a copy of the publication"
        raise fault(benchmark, reason)
    with opened(benchmark) as folder:
        if (folder / BENCHMARK_FILE).is_file():
            return rules_of(read_rules(folder))
        if (folder / ROOT).is_file():
            return _published_rules(OpenedSite(folder))
    raise fault(benchmark, f"holds neither {BENCHMARK_FILE} nor {ROOT}; give a benchmark directory or a publication")


def rules_of(read: BenchmarkFolder) -> Rules:
    """Take the rules out of a benchmark directory."""
    return Rules(read.plan, _tables(read.table, read.repair))


def _published_rules(site: OpenedSite) -> Rules:
    document = site.rules
    check_benchmark(document.benchmark, str(site.folder / BENCHMARK))
    return Rules(_plan(document, site), _tables(*item_tables(site)))


def _plan(document: BenchmarkDocument, site: OpenedSite) -> GradingPlan:
    """Plan the grading with our own graders only: a publication cannot choose what runs here."""
    named = {name: metric.grader for name, metric in sorted(document.benchmark.metrics.items()) if metric.grader}
    made = {
        name: built_in(spec.kind, spec.options, f"{site.folder / BENCHMARK}: metrics.{name}")
        for name, spec in named.items()
    }
    graders = {name: grader for name, grader in made.items() if grader}
    ours = {name: f"{BUILT_IN} {grader.name} {grader.version}" for name, grader in graders.items()}
    return grading_plan(document.benchmark, graders, {**document.graders, **ours})


def _tables(public: ItemTable, repair: ItemTable | None) -> Mapping[str, ItemTable]:
    return {PUBLIC: public, REPAIR: repair} if repair else {PUBLIC: public}
