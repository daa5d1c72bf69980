"""Radar: two to four entries over the values of a facet."""

from collections.abc import Sequence
from typing import Final

from proofboard.publish.charts.drawing import (
    Chart,
    ChartDocuments,
    ChartOptions,
    Drawn,
    Row,
    facet_of,
    headline_of,
    higher_first,
    nothing,
    values_of,
)
from proofboard.publish.charts.marks import Spec, of, told, whole
from proofboard.schemas.board import BoardRow
from proofboard.schemas.selectors import name_of

FEWEST_ENTRIES: Final = 2
MOST_ENTRIES: Final = 4
FEWEST_VALUES: Final = 3
MOST_VALUES: Final = 60
MOST_WIDTH: Final = 720
"""Wider, its circles would be flat."""

_DASHES: Final = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3]]
_SHAPES: Final = ["circle", "square", "diamond", "triangle-up"]


def draw(documents: ChartDocuments, options: ChartOptions) -> Drawn:
    """Draw the published scores of entries by the values of a facet; outer is better, whatever the direction."""
    board = documents.board
    named = {name_of(row): row for row in board.entries}
    rows = [named[name] for name in options.entries if name in named]
    facet = facet_of(documents.rules, options.facet)
    if not FEWEST_ENTRIES <= len(rows) <= MOST_ENTRIES:
        return nothing("choice")
    if facet is None:
        return nothing("facet")
    values = values_of(documents.rules, facet, rows)
    if not FEWEST_VALUES <= len(values) <= MOST_VALUES:
        return nothing("values")
    scores: list[Row] = [
        {"entry": name_of(row), "value": value, "place": place, "score": row.public.by.get(facet, {}).get(value)}
        for row in rows
        for place, value in enumerate(values)
    ]
    low, high = _range(documents, rows, facet)
    inner, outer = (low, high) if higher_first(board) else (high, low)
    return Drawn(
        {"scores": scores, "axes": [{"value": value, "place": place} for place, value in enumerate(values)]},
        {
            "headline": headline_of(documents),
            "base": "public",
            "facet": facet,
            "n_values": len(values),
            "inner": inner,
            "outer": outer,
            "most_width": MOST_WIDTH,
            "entries": [name_of(row) for row in rows],
        },
    )


def _range(documents: ChartDocuments, rows: Sequence[BoardRow], facet: str) -> tuple[float, float]:
    """Return the range of the headline, where it is a metric; otherwise from 0 to the highest score."""
    metric = documents.rules.benchmark.metrics.get(documents.board.headline)
    if metric is not None:
        return metric.range
    found = [score for row in rows for score in row.public.by.get(facet, {}).values() if score is not None]
    low, high = min(0, *found), max(found)
    return low, high if high > low else low + 1


def _place(share: str) -> list[Spec]:
    """Turn a place on an axis and a share of its length into a point."""
    return [
        {"calculate": f"({share}) * sin(2 * PI * datum.place / n_values)", "as": "x"},
        {"calculate": f"({share}) * cos(2 * PI * datum.place / n_values)", "as": "y"},
    ]


def _at() -> Spec:
    across = {"type": "quantitative", "axis": None}
    return {
        "x": {"field": "x", **across, "scale": {"domain": [-1.7, 1.7], "nice": False}},
        "y": {"field": "y", **across, "scale": {"domain": [-1.25, 1.25], "nice": False}},
    }


_SHARE: Final = "(datum.score - inner) / (outer - inner)"
_RINGS: Final[list[Spec]] = [{"calculate": "[0.25, 0.5, 0.75, 1]", "as": "ring"}, {"flatten": ["ring"]}]
_NAMED: Final[Spec] = {"field": "entry", "type": "nominal", "title": None}


def _by_entry(**scale: list[str] | list[list[int]]) -> Spec:
    return {**_NAMED, "legend": {"columns": "$name_columns"}, "scale": {"domain": "$entries", **scale}}


SPECIFICATION: Final = whole(
    of(
        "axes",
        {"type": "line", "interpolate": "linear-closed", "strokeWidth": 1, "opacity": 0.3},
        {**_at(), "detail": {"field": "ring"}, "order": {"field": "place"}, "color": {"value": "#808080"}},
        *_RINGS,
        *_place("datum.ring"),
    ),
    of(
        "axes",
        {"type": "text", "baseline": "bottom", "align": "left", "dx": 3, "fontSize": 9, "opacity": 0.8},
        {**_at(), "text": {"field": "level", "type": "quantitative", "format": ".3~g"}},
        {"filter": "datum.place == 0"},
        *_RINGS,
        *_place("datum.ring"),
        {"calculate": "inner + datum.ring * (outer - inner)", "as": "level"},
    ),
    of(
        "axes",
        {
            "type": "text",
            "limit": 130,
            "align": {"expr": "datum.x > 0.1 ? 'left' : datum.x < -0.1 ? 'right' : 'center'"},
            "baseline": "middle",
        },
        {**_at(), "text": {"field": "value", "type": "nominal"}},
        *_place("1.1"),
    ),
    of(
        "scores",
        {"type": "line", "interpolate": "linear-closed", "strokeWidth": 2},
        {
            **_at(),
            "order": {"field": "place"},
            "color": _by_entry(),
            "strokeDash": _by_entry(range=_DASHES),
        },
        {"filter": "isValid(datum.score)"},
        *_place(_SHARE),
    ),
    of(
        "scores",
        {"type": "point", "filled": True, "size": 45},
        {**_at(), "color": _by_entry(), "shape": _by_entry(range=_SHAPES), **told("entry", "value", "score")},
        {"filter": "isValid(datum.score)"},
        *_place(_SHARE),
    ),
    height=460,
    params=[
        {"name": "n_values", "value": "$n_values"},
        {"name": "inner", "value": "$inner"},
        {"name": "outer", "value": "$outer"},
    ],
)

RADAR: Final = Chart(SPECIFICATION, "scores", ("entry", "value", "score"), draw)
