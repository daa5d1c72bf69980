"""Gap: the public score against the released held-out one."""

from typing import Final

from proofboard.publish.charts.drawing import (
    Chart,
    ChartDocuments,
    ChartOptions,
    Drawn,
    Row,
    kinds_of,
    measured,
    nothing,
    said,
)
from proofboard.publish.charts.marks import by_kind, of, scored, told, whole
from proofboard.schemas.selectors import name_of


def draw(documents: ChartDocuments, options: ChartOptions) -> Drawn:
    """Draw all entries with a released score; those far from the diagonal did better where everybody can look."""
    board = documents.board
    rows = measured(board, options)
    entries: list[Row] = [
        {
            "entry": name_of(row),
            "kind": row.kind,
            "public": row.public.score,
            "held_out": row.held_out.score,
            "gap": row.overfit_gap,
            "overfit_test": row.overfit_test,
        }
        for row in rows
        if row.public.score is not None and row.held_out.score is not None
    ]
    if not entries:
        return nothing("released", len(rows))
    scores = [float(score) for row in entries for score in (row["public"], row["held_out"]) if score is not None]
    return Drawn(
        {"entries": entries, "diagonal": [{"at": min(scores)}, {"at": max(scores)}]},
        said(documents, ChartOptions(score="public"), kinds=kinds_of(entries)),
        len(rows) - len(entries),
    )


_BESIDE: Final = {"type": "text", "align": "left", "dx": 9, "limit": 170}

SPECIFICATION: Final = whole(
    of(
        "diagonal",
        {"type": "line", "strokeDash": [4, 4], "opacity": 0.8},
        {
            "x": scored("at", "@axis.score.public"),
            "y": scored("at", "@axis.score.held_out"),
            "color": {"value": "$ink"},
        },
    ),
    of(
        "entries",
        {"type": "point"},
        {
            "x": scored("public", "@axis.score.public"),
            "y": scored("held_out", "@axis.score.held_out"),
            **by_kind(),
            **told("entry", "kind", "public", "held_out", "gap", "overfit_test"),
        },
    ),
    of(
        "entries",
        _BESIDE,
        {
            "x": scored("public", "@axis.score.public"),
            "y": scored("held_out", "@axis.score.held_out"),
            "text": {"field": "entry", "type": "nominal"},
        },
        {"filter": "datum.overfit_test == 'beyond chance'"},
    ),
    height=420,
)

GAP: Final = Chart(SPECIFICATION, "entries", ("entry", "kind", "public", "held_out", "gap", "overfit_test"), draw)
