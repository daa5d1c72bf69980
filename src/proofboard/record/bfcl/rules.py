"""What the Berkeley Function-Calling Leaderboard measures: its categories and the tree of its seventeen numbers."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from proofboard.schemas.benchmark import Aggregate, Benchmark, Facet, Mean, Metric, VendorProfile, WeightedMean

BENCHMARK_ID: Final = "bfcl"
METRIC: Final = "correct"
FACET: Final = "category"
HEADLINE: Final = "overall"

CATEGORIES: Final = (
    "simple",
    "java",
    "javascript",
    "multiple_function",
    "parallel_function",
    "parallel_multiple_function",
    "executable_simple",
    "rest",
    "executable_multiple_function",
    "executable_parallel_function",
    "executable_parallel_multiple_function",
    "relevance",
)

POOLED: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "simple_ast": ("Simple Function AST", ("simple", "java", "javascript")),
    "python_simple": ("Python Simple Function AST", ("simple",)),
    "java": ("Java Simple Function AST", ("java",)),
    "javascript": ("JavaScript Simple Function AST", ("javascript",)),
    "multiple": ("Multiple Functions AST", ("multiple_function",)),
    "parallel": ("Parallel Functions AST", ("parallel_function",)),
    "parallel_multiple": ("Parallel Multiple AST", ("parallel_multiple_function",)),
    "simple_exec": ("Simple Function Exec", ("executable_simple", "rest")),
    "python_simple_exec": ("Python Simple Function Exec", ("executable_simple",)),
    "rest": ("REST Simple Function Exec", ("rest",)),
    "multiple_exec": ("Multiple Functions Exec", ("executable_multiple_function",)),
    "parallel_exec": ("Parallel Functions Exec", ("executable_parallel_function",)),
    "parallel_multiple_exec": ("Parallel Multiple Exec", ("executable_parallel_multiple_function",)),
    "relevance": ("Relevance Detection", ("relevance",)),
}
"""Aggregate → published column and the categories whose items it pools."""

SUMMARIES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "ast_summary": ("AST Summary", ("simple_ast", "multiple", "parallel", "parallel_multiple")),
    "exec_summary": ("Exec Summary", ("simple_exec", "multiple_exec", "parallel_exec", "parallel_multiple_exec")),
}
"""Aggregate → published column and the aggregates that it averages, each with equal weight."""

OVERALL_COLUMN: Final = "Overall Acc"
COLUMNS: Final[Mapping[str, str]] = {
    OVERALL_COLUMN: HEADLINE,
    **{column: name for name, (column, _) in (*SUMMARIES.items(), *POOLED.items())},
}
"""Published column → our aggregate."""


def ordered_categories(found: Collection[str]) -> list[str]:
    """List the categories of a source: the known ones in the leaderboard's order, then the others by name."""
    return [name for name in CATEGORIES if name in found] + sorted(set(found) - set(CATEGORIES))


def counted_categories(found: Collection[str]) -> list[str]:
    """List the categories that enter the overall number: the leaderboard's own, or all where there is none of them."""
    return [name for name in CATEGORIES if name in found] or ordered_categories(found)


def benchmark_of(found: Collection[str], vendors: Mapping[str, VendorProfile]) -> Benchmark:
    """Describe the benchmark with those aggregates whose categories the source has."""
    return Benchmark(
        id=BENCHMARK_ID,
        title="Berkeley Function-Calling Leaderboard",
        protocol_version="1",
        metrics={METRIC: Metric(reported=True, title="Function call accuracy")},
        headline=HEADLINE,
        description="Whether a model calls the right functions with the right arguments.",
        facets={FACET: Facet(values=ordered_categories(found), role="category")},
        aggregates=_aggregates(found),
        vendors=dict(vendors),
    )


def _aggregates(found: Collection[str]) -> dict[str, Aggregate]:
    aggregates = {HEADLINE: _pooled(OVERALL_COLUMN, counted_categories(found))}
    for name, (column, categories) in POOLED.items():
        if set(categories) <= set(found):
            aggregates[name] = _pooled(column, categories)
    for name, (column, children) in SUMMARIES.items():
        if set(children) <= set(aggregates):
            aggregates[name] = Aggregate(weighted=WeightedMean(children=dict.fromkeys(children, 1)), title=column)
    return aggregates


def _pooled(title: str, categories: Iterable[str]) -> Aggregate:
    return Aggregate(mean=Mean(metric=METRIC, slice={FACET: list(categories)}), title=title)
