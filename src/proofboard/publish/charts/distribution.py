"""Distribution: how many entries have which score."""

from typing import Final

from proofboard.publish.charts.drawing import (
    Chart,
    ChartDocuments,
    ChartOptions,
    Drawn,
    Row,
    base_of,
    contestants,
    kinds_of,
    nothing,
    references,
    said,
    score_of,
)
from proofboard.publish.charts.marks import REFERENCES_UPWARD, Spec, by_kind, of, scored, told, whole
from proofboard.schemas.selectors import name_of


def draw(documents: ChartDocuments, options: ChartOptions) -> Drawn:
    """Draw the scores of all entries that compete, with human, baseline and chance beside them."""
    board, base = documents.board, base_of(documents.board, options)
    rows = contestants(board, options)
    entries: list[Row] = [
        {"entry": name_of(row), "kind": row.kind, "score": score_of(row, base)}
        for row in rows
        if score_of(row, base) is not None
    ]
    if not entries:
        return nothing("scores", len(rows))
    return Drawn(
        {"entries": entries, "references": references(board, options)},
        said(documents, options, kinds=kinds_of(entries)),
        len(rows) - len(entries),
    )


_SCORE: Final[Spec] = scored("score", axis={"offset": 22, "grid": False, "labelOverlap": True, "labelSeparation": 8})

SPECIFICATION: Final = whole(
    of(
        "entries",
        {"type": "bar", "opacity": 0.45, "binSpacing": 1},
        {
            "x": {**_SCORE, "bin": {"maxbins": 24}},
            "y": {
                "aggregate": "count",
                "type": "quantitative",
                "title": "@axis.entries",
                "axis": {"tickMinStep": 1, "format": "d"},
            },
            "tooltip": [{"aggregate": "count", "type": "quantitative", "title": "@axis.entries"}],
        },
    ),
    *REFERENCES_UPWARD,
    of(
        "entries",
        {"type": "point", "size": 45, "opacity": 0.8, "yOffset": 12, "clip": False},
        {"x": _SCORE, "y": {"value": {"expr": "height"}}, **by_kind(), **told("entry", "kind", "score")},
    ),
    height=280,
)

DISTRIBUTION: Final = Chart(SPECIFICATION, "entries", ("entry", "kind", "score"), draw)
