"""Pareto: what an entry used against its score, and the entries that none beats in both."""

from collections.abc import Sequence
from typing import Final

from proofboard.publish.charts.drawing import (
    Against,
    Chart,
    ChartDocuments,
    ChartOptions,
    Drawn,
    Row,
    base_of,
    contestants,
    higher_first,
    is_better,
    kinds_of,
    nothing,
    references,
    said,
    score_of,
)
from proofboard.publish.charts.marks import REFERENCES_ACROSS, by_kind, of, scored, told, whole
from proofboard.schemas.board import BoardRow
from proofboard.schemas.selectors import name_of

MOST_NAMED: Final = 12
"""Names of the front that the legend lists."""
_WIDE: Final = 30
"""Above this ratio of the most to the least used, the axis is logarithmic."""


def draw(documents: ChartDocuments, options: ChartOptions) -> Drawn:
    """Draw score against use, and mark the front: entries that no other beats in one without losing in the other."""
    board, base = documents.board, base_of(documents.board, options)
    rows = contestants(board, options)
    entries: list[Row] = [
        {
            "entry": name_of(row),
            "kind": row.kind,
            "used": used_by(row, options.against),
            "score": score_of(row, base),
            "on_front": False,
        }
        for row in rows
        if used_by(row, options.against) is not None and score_of(row, base) is not None
    ]
    if not entries:
        return nothing(f"usage.{options.against}", len(rows))
    front = _front(entries, higher=higher_first(board))
    for row in front:
        row["on_front"] = True
    used = [_number(row, "used") for row in entries]
    wide = min(used) > 0 and max(used) / min(used) > _WIDE
    return Drawn(
        {
            "entries": entries,
            "front": [
                {"place": place, "label": f"{place} {row['entry']}", "used": row["used"], "score": row["score"]}
                for place, row in enumerate(front, 1)
            ],
            "references": references(board, options),
        },
        said(
            documents,
            options,
            against=options.against,
            scale="log" if wide else "linear",
            format="~s" if options.against == "tokens" else "~g",
            kinds=kinds_of(entries),
            front=[f"{place} {row['entry']}" for place, row in enumerate(front[:MOST_NAMED], 1)],
        ),
        len(rows) - len(entries),
    )


def used_by(row: BoardRow, against: Against) -> float | None:
    """Return what an entry used on the public items: dollars, tokens, or seconds for each answer."""
    if against == "cost":
        return row.usage.cost_dollars
    if against == "tokens":
        return row.usage.total_tokens
    return row.usage.seconds.mean if row.usage.seconds else None


def _front(entries: Sequence[Row], *, higher: bool) -> list[Row]:
    """List the entries on the front, from the least to the most used; equals stand on it together."""
    sign = -1 if higher else 1
    ordered = sorted(entries, key=lambda row: (_number(row, "used"), sign * _number(row, "score"), str(row["entry"])))
    front: list[Row] = []
    for row in ordered:
        same = front and (row["used"], row["score"]) == (front[-1]["used"], front[-1]["score"])
        if not front or same or is_better(_number(row, "score"), front[-1]["score"], higher):
            front.append(row)
    return front


def _number(row: Row, field: str) -> float:
    value = row[field]
    return value if isinstance(value, int | float) else 0.0


_AT: Final = {
    "x": {
        "field": "used",
        "type": "quantitative",
        "title": "@axis.{against}",
        "scale": {"type": "$scale", "zero": False, "nice": True},
        "axis": {"format": "$format", "labelOverlap": True, "tickCount": 6},
    },
    "y": scored("score"),
}

SPECIFICATION: Final = whole(
    *REFERENCES_ACROSS,
    of(
        "front",
        {"type": "line", "interpolate": "step-after", "strokeWidth": 1.5, "strokeDash": [2, 2]},
        {**_AT, "color": {"value": "$ink"}},
    ),
    of("entries", {"type": "point"}, {**_AT, **by_kind(), **told("entry", "kind", "used", "score", "on_front")}),
    of(
        "front",
        {"type": "point", "filled": True, "shape": "circle", "color": "$ink"},
        {
            **_AT,
            "size": {
                "field": "label",
                "type": "nominal",
                "sort": None,
                "scale": {"type": "ordinal", "range": [28]},
                "legend": {"title": "@legend.front", "values": "$front", "columns": "$name_columns"},
            },
            **told("label", "used", "score"),
        },
    ),
    of(
        "front",
        {"type": "text", "align": "right", "baseline": "bottom", "dx": -7, "dy": -3, "fontWeight": "bold"},
        {**_AT, "text": {"field": "place", "type": "quantitative"}},
    ),
    height=360,
)

PARETO: Final = Chart(SPECIFICATION, "entries", ("entry", "kind", "used", "score", "on_front"), draw)
