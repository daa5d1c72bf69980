"""The items of a benchmark as a table: their order, prompts, clusters, weights and facets."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from proofboard.core.exact import Integers
from proofboard.errors import Fault, InputError
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.item import Item, prompts_digest


class ItemTable(msgspec.Struct, frozen=True, eq=False):
    """Items in the order of their ids; every array has one element for each item."""

    items: Sequence[Item]
    index: Mapping[str, int]
    """Item id → position."""
    by_prompt: Mapping[str, Sequence[int]]
    """Prompt id → positions of the items that its response is graded for."""
    clusters: NDArray[np.int64]
    weights: Integers
    prompts_digest: str

    def __len__(self) -> int:
        """Count the items."""
        return len(self.items)


def item_table(items: Iterable[Item]) -> ItemTable:
    """Put items in order; the same items in any order give the same table."""
    ordered = sorted(items, key=lambda item: item.id)
    by_prompt: dict[str, list[int]] = {}
    for position, item in enumerate(ordered):
        by_prompt.setdefault(item.asked, []).append(position)
    codes: dict[str, int] = {}
    clusters = [codes.setdefault(item.independent_unit, len(codes)) for item in ordered]
    return ItemTable(
        items=ordered,
        index={item.id: position for position, item in enumerate(ordered)},
        by_prompt=by_prompt,
        clusters=np.array(clusters, dtype=np.int64),
        weights=np.array([item.weight for item in ordered], dtype=np.int64),
        prompts_digest=prompts_digest(ordered),
    )


def check_items(items: Sequence[Item], benchmark: Benchmark, file: str) -> None:
    """Check ids, facets and shared prompts against the benchmark; raises InputError with every fault."""
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    prompts: dict[str, str | None] = {}
    declared = {name: set(facet.values) for name, facet in benchmark.facets.items()}
    for line, item in enumerate(items, start=1):
        if first := seen.setdefault(item.id, line):
            faults += [Fault(file, line, f"the item {item.id!r} stands on line {first} already")] * (first != line)
        if prompts.setdefault(item.asked, item.prompt) != item.prompt:
            faults.append(Fault(file, line, f"the prompt {item.asked!r} has another text than before"))
        faults += [Fault(file, line, reason) for reason in _facet_faults(item, declared)]
    if not items:
        faults.append(Fault(file, 0, "holds no item"))
    if faults:
        raise InputError(faults)


def _facet_faults(item: Item, declared: Mapping[str, set[str]]) -> Iterable[str]:
    if item.facets.keys() != declared.keys():
        for name in sorted(item.facets.keys() - declared.keys()):
            yield f"the item {item.id!r} has the facet {name!r}, which benchmark.yaml does not declare"
        for name in sorted(declared.keys() - item.facets.keys()):
            yield f"the item {item.id!r} has no value of the facet {name!r}"
    for name, value in item.facets.items():
        if name in declared and value not in declared[name]:
            yield f"the item {item.id!r} has {name} {value!r}, expected one of {', '.join(sorted(declared[name]))}"
