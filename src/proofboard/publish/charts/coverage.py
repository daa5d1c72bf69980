"""Coverage: which vendors have a configuration that beats their default, on which values of a facet."""

from collections.abc import Iterable, Sequence
from typing import Final

from proofboard.publish.charts.drawing import (
    Chart,
    ChartDocuments,
    ChartOptions,
    Drawn,
    Row,
    contestants,
    facet_of,
    headline_of,
    higher_first,
    nothing,
    tidy,
    values_of,
)
from proofboard.publish.charts.marks import Spec, name, of, told, whole
from proofboard.schemas.board import BoardRow
from proofboard.schemas.publication import BenchmarkDocument
from proofboard.schemas.selectors import name_of

_NAMES_WIDTH: Final = 150
_CELL_WIDTH: Final = 68

Parts = Sequence[tuple[str, str]]
"""Facet and value, once or for both of a pair."""


def draw(documents: ChartDocuments, options: ChartOptions) -> Drawn:
    """Draw, for each vendor and value, the best configuration's difference to the default, and how many aim there."""
    board = documents.board
    rows = contestants(board, options)
    facet = facet_of(documents.rules, options.facet)
    if facet is None:
        return nothing("facet")
    values = values_of(documents.rules, facet, rows)
    vendors = _vendors(rows)[: options.top]
    if not values or not vendors:
        return nothing("scores", len(rows))
    of_vendor = {vendor: [row for row in rows if row.vendor == vendor] for vendor in vendors}
    cells = [
        _cell(of_vendor[vendor], vendor, (facet, value, _parts(documents.rules, facet, value)), higher_first(board))
        for value in values
        for vendor in vendors
    ]
    bound = max([abs(cell["difference"]) for cell in cells if isinstance(cell["difference"], int | float)], default=0)
    return Drawn(
        {"cells": cells},
        {
            "headline": headline_of(documents),
            "base": "public",
            "facet": facet,
            "facet_title": _title(documents, facet),
            "values": values,
            "vendors": vendors,
            "bound": bound or 1,
            "least": -(bound or 1),
            "least_width": _NAMES_WIDTH + _CELL_WIDTH * len(vendors),
        },
        sum(row.vendor not in of_vendor for row in rows),
    )


def _title(documents: ChartDocuments, facet: str) -> str:
    declared = documents.rules.benchmark.facets.get(facet)
    return declared.title if declared and declared.title else facet


def _vendors(rows: Iterable[BoardRow]) -> list[str]:
    """List the vendors, those with most configurations beside their default first, then by name."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.vendor] = counts.get(row.vendor, 0) + (row.kind != "default")
    return sorted(counts, key=lambda vendor: (-counts[vendor], vendor))


def _parts(rules: BenchmarkDocument, facet: str, value: str) -> Parts:
    """Part the value of a pair into those of its facets; a value may itself hold the sign between them."""
    facets = rules.benchmark.facets
    if facet in facets:
        return [(facet, value)]
    one, _, other = facet.partition("×")
    for at, letter in enumerate(value):
        left, right = value[:at], value[at + 1 :]
        if letter == "×" and left in facets[one].values and right in facets[other].values:
            return [(one, left), (other, right)]
    return []


def _cell(rows: Sequence[BoardRow], vendor: str, where: tuple[str, str, Parts], higher: bool) -> Row:  # noqa: FBT001
    """Compare the best configuration of a vendor on one value with the vendor's default."""
    facet, value, parts = where
    scores = {name_of(row): row.public.by.get(facet, {}).get(value) for row in rows}
    default = next((scores[name_of(row)] for row in rows if row.kind == "default"), None)
    best: tuple[float, BoardRow] | None = None
    for row in rows:
        score = scores[name_of(row)]
        if row.kind == "default" or score is None:
            continue
        if best is None or (score > best[0] if higher else score < best[0]):
            best = (score, row)
    gained = None if best is None or default is None else tidy(best[0] - default if higher else default - best[0])
    return {
        "value": value,
        "vendor": vendor,
        "n_configurations": sum(row.kind != "default" and scores[name_of(row)] is not None for row in rows),
        "n_targeting": sum(_aims_at(row, parts) for row in rows),
        "default_score": default,
        "entry": name_of(best[1]) if best else None,
        "score": best[0] if best else None,
        "difference": gained,
        "won": _won(rows, parts),
    }


def _won(rows: Sequence[BoardRow], parts: Parts) -> bool:
    """Say whether a configuration beats the default here beyond chance; a pair may be named in either order."""
    names = {"×".join(f"{facet}={value}" for facet, value in order) for order in (parts, parts[::-1])}
    return any(region.slice in names for row in rows for region in row.win_regions)


def _aims_at(row: BoardRow, parts: Parts) -> bool:
    """Say whether a configuration declares that it is made for a value, by itself or among others."""
    selector = (row.target_subgroup or {}).get("selector") or {}
    return bool(parts) and all(
        isinstance(selector.get(facet), list) and value in selector[facet] for facet, value in parts
    )


_AT: Final[Spec] = {
    "x": name(
        "vendor",
        scale={"domain": "$vendors"},
        axis={"orient": "top", "labelAngle": -40, "labelLimit": 120, "domain": False, "ticks": False},
    ),
    "y": name("value", "$facet_title", scale={"domain": "$values"}, axis={"domain": False, "ticks": False}),
}

SPECIFICATION: Final = whole(
    of(
        "cells",
        {"type": "rect", "stroke": "#808080", "strokeWidth": 0.5},
        {
            **_AT,
            "color": {
                "field": "difference",
                "type": "quantitative",
                "title": "@axis.difference",
                "scale": {"domain": ["$least", "$bound"], "range": "diverging", "interpolate": "rgb"},
                "legend": {"format": "+.2~g", "gradientLength": 200},
            },
            **told(
                "vendor",
                "value",
                "n_configurations",
                "n_targeting",
                "entry",
                "score",
                "default_score",
                "difference",
                "won",
            ),
        },
        {"filter": "isValid(datum.difference)"},
    ),
    of(
        "cells",
        {"type": "rect", "filled": False, "stroke": "#808080", "strokeWidth": 1, "strokeDash": [3, 3], "opacity": 0.6},
        {**_AT, **told("vendor", "value", "n_configurations", "n_targeting", "default_score")},
        {"filter": "!isValid(datum.difference)"},
    ),
    of(
        "cells",
        {"type": "text", "fontSize": 10},
        {
            **_AT,
            "text": {"field": "said", "type": "nominal"},
        },
        {
            "calculate": "(isValid(datum.difference) ? format(datum.difference, '+.2f') : datum.n_configurations > 0 ?"
            " '' + datum.n_configurations : '–') + (datum.won ? ' ▲' : '') + (datum.n_targeting > 0 ? ' ●' : '')",
            "as": "said",
        },
    ),
    height={"step": 28},
)

COVERAGE: Final = Chart(
    SPECIFICATION,
    "cells",
    (
        "value",
        "vendor",
        "n_configurations",
        "n_targeting",
        "entry",
        "score",
        "default_score",
        "difference",
        "won",
    ),
    draw,
)
