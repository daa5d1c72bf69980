"""Items of a table: ids, facets, prompts, references, weights; what rows say of one item must agree."""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, Literal, cast

import msgspec

from proofboard.errors import Fault, InputError
from proofboard.record.any_table.cells import Cells, Key
from proofboard.record.any_table.layout import Layout
from proofboard.record.any_table.names import FACET_ROLES, OF_ITEMS
from proofboard.record.any_table.numbers import read_number
from proofboard.record.any_table.table import Table
from proofboard.record.foreign import recordable
from proofboard.record.source_files import some, unique_slug
from proofboard.record.tables import LONGEST_TEXT, SHOWN_OF_A_VALUE
from proofboard.schemas.benchmark import Facet
from proofboard.schemas.item import Item

UNSTATED: Final = "unstated"
MOST_FACET_VALUES: Final = 1_000
LARGEST_WEIGHT: Final = 1_000_000
MOST_FAULTS_OF_A_COLUMN: Final = 20

FacetRole = Literal["tier", "category", "language"]
Said = Mapping[int, str]
"""Item → what a column says of it; an item of which it says nothing is absent."""


@dataclass(slots=True)
class Items:
    """The items that any entry has a score on, and what they are parted by."""

    items: dict[int, Item] = field(default_factory=dict)
    """Code of the item → item, in the order of the table."""
    facets: dict[str, Facet] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def items_of(table: Table, layout: Layout, cells: Cells, used: Collection[int]) -> Items:
    """Make the items that are used; raises InputError with every row that contradicts another one on its item."""
    attributes = {role: layout.roles[role][0] for role in OF_ITEMS if role in layout.roles}
    said: dict[str, Said] = {}
    faults: list[Fault] = []
    for column in dict.fromkeys([*attributes.values(), *layout.facets.values()]):
        said[column], contradictions = _said(table, column, cells)
        faults += contradictions
    weights: Mapping[int, int] = {}
    if "weight" in attributes:
        weights, reasons = _weights(said[attributes["weight"]], used, comma=table.comma)
        faults += [Fault(table.files[0].name, 0, f"{attributes['weight']} {reason}") for reason in reasons]
    facets, declared = _facets(layout, said, used)
    faults += [Fault(table.files[0].name, 0, reason) for reason in _too_many(declared, facets)]
    if faults:
        raise InputError(faults)
    found = Items(facets=declared)
    of_role = {role: said[column] for role, column in attributes.items()}
    taken: set[str] = set()
    for code in used:
        own = {facet: _value(said[column].get(code)) for facet, column in facets.items()}
        found.items[code] = _item(
            cells.items.keys[code], taken, {role: of.get(code) for role, of in of_role.items()}, own
        )
        if code in weights:
            found.items[code] = msgspec.structs.replace(found.items[code], weight=weights[code])
    long = [
        found.items[code].id for code in used if of_role.get("prompt", {}).get(code) and not found.items[code].prompt
    ]
    if long:
        found.notes.append(f"{len(long)} prompt(s) are longer than can be recorded and were left out: {some(long)}")
    return found


def _said(table: Table, column: str, cells: Cells) -> tuple[Said, list[Fault]]:
    """Read what a column says of each item; a row that says nothing contradicts nothing."""
    said: dict[int, str] = {}
    rows: dict[int, int] = {}
    faults: list[Fault] = []
    for row, (item, cell) in enumerate(zip(cells.items.of_row.tolist(), table.columns[column], strict=True)):
        if cell is None or said.setdefault(item, cell) == cell:
            rows.setdefault(item, row)
        elif len(faults) < MOST_FAULTS_OF_A_COLUMN:
            name, line = "/".join(cells.items.keys[item]), table.fault(rows[item], "").line
            reason = f"{column} of the item {_shown(name)} is {_shown(cell)}, and {_shown(said[item])} on line {line}"
            faults.append(table.fault(row, f"{reason}; an item has one"))
    return said, faults


def _shown(text: str) -> str:
    return repr(text[:SHOWN_OF_A_VALUE])


def _facets(layout: Layout, said: Mapping[str, Said], used: Iterable[int]) -> tuple[dict[str, str], dict[str, Facet]]:
    """Return the facets with their columns, and declare them."""
    taken: set[str] = set()
    columns = {unique_slug(name, taken, name): column for name, column in layout.facets.items()}
    titles = dict(zip(columns, layout.facets, strict=True))
    declared = {
        facet: Facet(
            values=list(dict.fromkeys(_value(said[column].get(code)) for code in used)),
            title=titles[facet] if titles[facet] != facet else None,
            role=cast("FacetRole", facet) if facet in FACET_ROLES else None,
        )
        for facet, column in columns.items()
    }
    return columns, declared


def _value(cell: str | None) -> str:
    return (cell or "").strip()[:LONGEST_TEXT] or UNSTATED


def _too_many(declared: Mapping[str, Facet], columns: Mapping[str, str]) -> Iterator[str]:
    for name, facet in declared.items():
        if len(facet.values) > MOST_FACET_VALUES:
            yield f"{columns[name]} has {len(facet.values):,} values, a facet has at most {MOST_FACET_VALUES:,}"


def _item(key: Key, taken: set[str], said: Mapping[str, str | None], facets: dict[str, str]) -> Item:
    name = "/".join(key)
    item_id = unique_slug(name, taken, "\n".join(key))
    prompt, cluster = said.get("prompt"), said.get("cluster")
    return Item(
        id=item_id,
        prompt=recordable(prompt),
        cluster=cluster or None,
        facets=facets,
        reference=recordable(said.get("reference")),
        title=name if name != item_id else None,
    )


def _weights(said: Said, used: Iterable[int], *, comma: bool) -> tuple[dict[int, int], list[str]]:
    """Bring decimal weights to whole numbers in the same proportion; also return what cannot be a weight."""
    exact: dict[int, Fraction] = {}
    reasons: list[str] = []
    for code in used:
        try:
            number = read_number(said.get(code, ""), comma=comma)
        except ValueError:
            number = None
        if number is None or number.digits <= 0:
            reasons.append(f"is {_shown(said.get(code, ''))}, expected a number above 0 for every item")
        else:
            exact[code] = number.exact
    common = math.lcm(*(weight.denominator for weight in exact.values()))
    whole = {code: int(weight * common) for code, weight in exact.items()}
    shared = math.gcd(*whole.values()) or 1
    if max(whole.values(), default=1) // shared > LARGEST_WEIGHT:
        reasons.append(f"needs weights beyond {LARGEST_WEIGHT:,} in whole numbers; round them")
    return {code: weight // shared for code, weight in whole.items()}, reasons[:MOST_FAULTS_OF_A_COLUMN]
