"""Small benchmarks, their bundles and publications; each builder states only what a claim is about."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from proofboard import canonical
from proofboard.app.build import build
from proofboard.record.freeze import freeze, write, write_benchmark
from proofboard.record.imported import Imported, ImportedEntry, NewBundle
from proofboard.schemas.benchmark import Benchmark, Facet, GraderSpec, Metric
from proofboard.schemas.bundle import Response, Usage
from proofboard.schemas.configuration import Configuration, Decoding
from proofboard.schemas.item import Item, prompts_digest

CATEGORIES = ("logic", "maths")
LANGUAGES = ("de", "en")
TIERS = ("easy", "hard")


def benchmark(**changes: Any) -> Benchmark:
    """Make a benchmark with an exact grader and a facet of each role; `changes` replace fields."""
    whole = Benchmark(
        id="small",
        title="A small board",
        protocol_version="1",
        metrics={"correct": Metric(grader=GraderSpec(kind="exact"))},
        headline="correct",
        facets={
            "category": Facet(values=list(CATEGORIES), role="category"),
            "language": Facet(values=list(LANGUAGES), role="language"),
            "tier": Facet(values=list(TIERS), role="tier"),
        },
    )
    return msgspec.structs.replace(whole, **changes)


def items(count: int = 8, prefix: str = "q") -> list[Item]:
    """Make items that ask for their own number, in all combinations of facet values."""
    return [
        Item(
            id=f"{prefix}{number}",
            prompt=f"Which number is {prefix}{number}?",
            reference=str(number),
            facets={
                "category": CATEGORIES[number % 2],
                "language": LANGUAGES[number // 2 % 2],
                "tier": TIERS[number // 4 % 2],
            },
        )
        for number in range(count)
    ]


def responses(asked: Sequence[Item], right: int, usage: Usage | None = None) -> list[Response]:
    """Answer all items, the first `right` of them right."""
    return [
        Response(prompt_id=item.asked, output=item.reference if place < right else f"not {item.id}", usage=usage)
        for place, item in enumerate(asked)
    ]


def entry(name: str, right: int = 4, *, asked: Sequence[Item] | None = None, **changes: Any) -> ImportedEntry:
    """Make an entry that answers the first `right` items right; `changes` are fields of its configuration.

    `usage` and `protocol_version` are taken too; `right=-1` lists the entry without a bundle.
    """
    vendor, config_name = name.split("/")
    usage, protocol_version = changes.pop("usage", None), changes.pop("protocol_version", None)
    configuration = Configuration(vendor=vendor, config_name=config_name, **changes)
    answers = NewBundle(responses=responses(items() if asked is None else asked, right, usage), recorded="2026-01-02")
    return ImportedEntry(configuration, [answers] if right >= 0 else [], protocol_version)


def with_model(name: str, model: str, right: int = 4) -> ImportedEntry:
    """Make an entry that runs a named model."""
    return entry(name, right, decoding=Decoding(model=model))


def three_entries() -> list[ImportedEntry]:
    """Make a winner, and two that share the second rank."""
    return [entry("acme/best", 7), entry("acme/base", 5), with_model("bolt/base", "open/bolt-1.5", 5)]


def benchmark_folder(
    place: Path,
    entries: Sequence[ImportedEntry] | None = None,
    *,
    rules: Benchmark | None = None,
    asked: Sequence[Item] | None = None,
) -> Path:
    """Write a benchmark directory."""
    imported = Imported(
        benchmark=rules or benchmark(),
        items=items() if asked is None else asked,
        entries=three_entries() if entries is None else entries,
    )
    write_benchmark(imported, place)
    return place


def held_out_store(
    place: Path, right: dict[str, int], count: int = 60, rules: Benchmark | None = None, **changes: Any
) -> Path:
    """Write a held-out store in which each named entry answers some items right; `changes` as in `entry`."""
    asked = items(count, prefix="h")
    write(place / "items/held_out.jsonl", canonical.dump_lines(asked))
    whole = rules or benchmark()
    for name, count_right in right.items():
        configuration = entry(name, **changes).configuration
        bundle = NewBundle(item_set="held_out", responses=responses(asked, count_right))
        frozen = freeze(bundle, whole.id, whole.protocol_version, configuration, prompts_digest(asked))
        for file, raw in frozen.items():
            write(place / "entries" / name / "held-out" / file, raw)
    return place


def built(
    tmp_path: Path,
    entries: Sequence[ImportedEntry] | None = None,
    *,
    name: str = "site",
    rules: Benchmark | None = None,
    asked: Sequence[Item] | None = None,
    held_out: Path | None = None,
) -> Path:
    """Build a publication below `tmp_path` and return its folder."""
    folder = benchmark_folder(tmp_path / f"{name}-benchmark", entries, rules=rules, asked=asked)
    build(folder, tmp_path / name, held_out=held_out)
    return tmp_path / name


def files_of(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
