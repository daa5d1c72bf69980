"""An exact oracle for imported benchmarks, written anew from the definitions: fractions only, no matrix."""

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path

from proofboard.core.items import check_items, item_table
from proofboard.core.rules.benchmark import check_benchmark
from proofboard.record.freeze import PUBLIC_ITEMS, write_benchmark
from proofboard.record.imported import Imported, ImportedEntry
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.bundle_folder import Bundle, read_bundle
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.item import Item
from proofboard.schemas.lines import decode_lines
from proofboard.schemas.reading import read_yaml

Exact = Fraction | None


class Oracle:
    """Scores of imported entries, by the words of the schema."""

    def __init__(self, imported: Imported) -> None:
        self.imported = imported
        self.facets = {item.id: item.facets for item in imported.items}

    def score(self, entry: ImportedEntry, name: str, trial: int | None = None) -> Exact:
        """Answer a metric or aggregate, over all trials or one."""
        benchmark = self.imported.benchmark
        if name in benchmark.metrics:
            return self._mean(entry, name, {}, trial)
        aggregate = benchmark.aggregates[name]
        if aggregate.mean:
            return self._mean(entry, aggregate.mean.metric, aggregate.mean.slice, trial)
        assert aggregate.weighted
        children = {child: self.score(entry, child, trial) for child in aggregate.weighted.children}
        present = {child: value for child, value in children.items() if value is not None}
        if not present or (aggregate.weighted.missing == "null" and len(present) < len(children)):
            return None
        weights = aggregate.weighted.children
        total = sum((weights[child] * value for child, value in present.items()), Fraction(0))
        return total / sum(weights[child] for child in present)

    def runs(self, entry: ImportedEntry, name: str) -> list[Fraction]:
        scores = [self.score(entry, name, trial) for trial in range(entry.bundles[0].trials)]
        return [score for score in scores if score is not None]

    def items(self, entry: ImportedEntry, metric: str) -> list[Fraction]:
        """Answer the known item scores, in the order of the bundle."""
        denominator = self.imported.benchmark.metrics[metric].denominator
        values = [row.scores.get(metric) for row in entry.bundles[0].scores]
        return [Fraction(value, denominator) for value in values if value is not None]

    def _mean(self, entry: ImportedEntry, metric: str, slice_: Mapping[str, list[str]], trial: int | None) -> Exact:
        rule = self.imported.benchmark.metrics[metric]
        bundle = entry.bundles[0]
        trials = range(bundle.trials) if trial is None else [trial]
        known = {(row.item_id, row.trial): row.scores.get(metric) for row in bundle.scores}
        worst = rule.range[0] if rule.direction == "higher" else rule.range[1]
        total, count = Fraction(0), 0
        for item in self.facets:
            if any(self.facets[item].get(facet) not in values for facet, values in slice_.items()):
                continue
            cells = [known.get((item, number)) for number in trials]
            if rule.missing == "worst":
                cells = [worst * rule.denominator if cell is None else cell for cell in cells]
            there = [cell for cell in cells if cell is not None]
            if rule.missing == "drop" and not there:
                continue
            if rule.missing == "null" and len(there) < len(cells):
                return None
            total += Fraction(sum(there), rule.denominator * len(there))
            count += 1
        return total / count if count else None


def deviation(values: Iterable[Fraction]) -> float:
    """Answer the sample standard deviation."""
    known = list(values)
    mean = sum(known, Fraction(0)) / len(known)
    return math.sqrt(sum(((value - mean) ** 2 for value in known), Fraction(0)) / (len(known) - 1))


def standard_error(values: Iterable[Fraction]) -> float:
    known = list(values)
    return deviation(known) / math.sqrt(len(known))


def entry_named(imported: Imported, config_name: str) -> ImportedEntry:
    """Answer the one entry of a name."""
    (found,) = [entry for entry in imported.entries if entry.configuration.config_name == config_name]
    return found


def read_back(imported: Imported, folder: Path) -> dict[str, Bundle]:
    """Write the benchmark and read it with the strict readers; answer the bundles by entry."""
    write_benchmark(imported, folder)
    benchmark = read_yaml(folder / "benchmark.yaml", Benchmark)
    assert benchmark == imported.benchmark
    check_benchmark(benchmark, "benchmark.yaml")
    items = decode_lines((folder / PUBLIC_ITEMS).read_bytes(), Item, PUBLIC_ITEMS)
    assert items == list(imported.items)
    check_items(items, benchmark, PUBLIC_ITEMS)
    bundles: dict[str, Bundle] = {}
    for entry in imported.entries:
        place = folder / "entries" / entry.configuration.vendor / entry.configuration.config_name
        assert read_yaml(place / "configuration.yaml", Configuration) == entry.configuration
        bundles[entry.configuration.name] = bundle = read_bundle(place / "public")
        assert bundle.manifest.prompts_digest == item_table(items).prompts_digest
    return bundles
