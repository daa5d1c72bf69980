"""Benchmarks of a given size for the tables of speed: seeded, so that every run measures the same input."""

import random
from collections.abc import Iterator
from pathlib import Path

from proofboard.record.freeze import write_benchmark
from proofboard.record.imported import Imported, ImportedEntry, NewBundle
from proofboard.schemas.benchmark import Benchmark, Facet, GraderSpec, Metric
from proofboard.schemas.bundle import ReportedScore, Response, Usage
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.item import Item

CATEGORIES = [f"category-{number}" for number in range(10)]
TIERS = ["easy", "medium", "hard"]
TERA = 10**12
SHARE_WITHOUT_VERDICT = 0.002


def answered(folder: Path, n_entries: int, n_items: int) -> None:
    """Write a benchmark whose answers are graded exactly: entries of different strength, usage on every response."""
    draw = random.Random(n_entries * n_items)
    facets = {"category": Facet(values=CATEGORIES), "tier": Facet(values=TIERS, role="tier")}
    benchmark = Benchmark(
        id="answered",
        title="Answered",
        protocol_version="1",
        metrics={"correct": Metric(grader=GraderSpec(kind="exact"))},
        headline="correct",
        facets=facets,
    )
    items = [
        Item(
            id=f"item-{number:05d}",
            prompt=f"question number {number}?",
            reference=str(draw.randrange(1000)),
            facets={"category": draw.choice(CATEGORIES), "tier": draw.choice(TIERS)},
        )
        for number in range(n_items)
    ]

    def entries() -> Iterator[ImportedEntry]:
        for number in range(n_entries):
            strength = draw.uniform(0.2, 0.9)
            own = Configuration(vendor=f"vendor-{number % 97}", config_name=f"config-{number}", settings={"n": number})
            responses = [_response(draw, item, strength) for item in items]
            yield ImportedEntry(own, [NewBundle(responses=responses, recorded="2026-01-01")])

    write_benchmark(Imported(benchmark, items, entries()), folder)


def _response(draw: random.Random, item: Item, strength: float) -> Response:
    usage = Usage(
        prompt_tokens=draw.randrange(100, 200),
        completion_tokens=draw.randrange(10, 50),
        microseconds=draw.randrange(10**5, 10**6),
    )
    right = draw.random() < strength
    return Response(prompt_id=item.id, output=item.reference if right else f"x{draw.randrange(999)}", usage=usage)


def compared(folder: Path, n_entries: int, n_items: int) -> None:
    """Write a benchmark of reported win rates over a fine grid, some without a verdict."""
    draw = random.Random(n_entries)
    metric = Metric(reported=True, denominator=TERA, missing="drop", places=12)
    benchmark = Benchmark(
        id="compared", title="Compared", protocol_version="1", metrics={"win": metric}, headline="win"
    )
    items = [Item(id=f"instruction-{number:04d}") for number in range(n_items)]

    def entries() -> Iterator[ImportedEntry]:
        for number in range(n_entries):
            scores = [ReportedScore(item_id=item.id, scores={"win": _preference(draw)}) for item in items]
            own = Configuration(vendor="model", config_name=f"model-{number}", settings={"n": number})
            yield ImportedEntry(own, [NewBundle(scores=scores)])

    write_benchmark(Imported(benchmark, items, entries()), folder)


def _preference(draw: random.Random) -> int | None:
    return None if draw.random() < SHARE_WITHOUT_VERDICT else draw.randrange(TERA + 1)
