"""Find the rules that a submission is held against: a benchmark directory, or a publication of one."""

from pathlib import Path
from typing import Final

from proofboard.app.benchmark_folder import BenchmarkFolder, read_rules
from proofboard.app.entries_folder import BENCHMARK_FILE
from proofboard.app.site import opened
from proofboard.app.submissions.checks import PUBLIC, Rules
from proofboard.core.graders.registry import built_in
from proofboard.core.grading import BUILT_IN, GradingPlan, grading_plan
from proofboard.core.rules.benchmark import check_benchmark
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
    return rules_of(benchmark_at_hand(benchmark))


def benchmark_at_hand(benchmark: str) -> BenchmarkFolder:
    """Read what a benchmark directory or a publication measures, and none of its entries; raises InputError."""
    if ADDRESS in benchmark:
        reason = "is an address, and nothing is fetched here; give a benchmark directory, or a copy of the publication"
        raise fault(benchmark, reason)
    with opened(benchmark) as folder:
        if (folder / BENCHMARK_FILE).is_file():
            return read_rules(folder)
        if (folder / ROOT).is_file():
            return _published(OpenedSite(folder))
    raise fault(benchmark, f"holds neither {BENCHMARK_FILE} nor {ROOT}; give a benchmark directory or a publication")


def rules_of(read: BenchmarkFolder) -> Rules:
    """Take the rules out of a benchmark directory."""
    tables = {PUBLIC: read.table, REPAIR: read.repair} if read.repair else {PUBLIC: read.table}
    return Rules(read.plan, tables)


def _published(site: OpenedSite) -> BenchmarkFolder:
    document = site.rules
    check_benchmark(document.benchmark, str(site.folder / BENCHMARK))
    table, repair = item_tables(site)
    return BenchmarkFolder(
        folder=site.folder,
        benchmark=document.benchmark,
        table=table,
        repair=repair,
        plan=_plan(document, site),
        entries=(),
        commitments=None,
    )


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
