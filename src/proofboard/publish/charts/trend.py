"""Trend: every entry on the day of its recording, and the best score so far."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from proofboard.publish.charts.dates import shown_days, ticks_of
from proofboard.publish.charts.drawing import (
    Chart,
    ChartDocuments,
    ChartOptions,
    Drawn,
    Row,
    base_of,
    contestants,
    higher_first,
    is_better,
    nothing,
    references,
    said,
    score_of,
)
from proofboard.publish.charts.marks import REFERENCES_ACROSS, Spec, of, scored, told, whole
from proofboard.schemas.board import BoardRow
from proofboard.schemas.selectors import name_of

MOST_SERIES: Final = 6
OTHERS: Final = "…"
"""The series of all other vendors: no vendor can have this name."""
_SHAPES: Final = ["circle", "square", "diamond", "triangle-up", "cross", "triangle-down", "stroke"]


def draw(documents: ChartDocuments, options: ChartOptions) -> Drawn:
    """Draw scores by the day on which they were recorded; baselines are lines, and never the best."""
    board, base = documents.board, base_of(documents.board, options)
    rows = contestants(board, options)
    dated = [row for row in rows if row.date is not None and score_of(row, base) is not None]
    if not dated:
        return nothing("dates", len(rows))
    series = _series(dated)
    entries: list[Row] = [
        {
            "date": row.date,
            "entry": name_of(row),
            "score": score_of(row, base),
            "vendor": row.vendor,
            "series": series.get(row.vendor, OTHERS),
        }
        for row in sorted(dated, key=lambda row: (row.date or "", name_of(row)))
    ]
    higher, last = higher_first(board), str(entries[-1]["date"])
    shown = shown_days(str(entries[0]["date"]), last)
    per_vendor: list[Row] = []
    for name in dict.fromkeys(series.values()) if options.per_vendor else ():
        per_vendor += _best_so_far([row for row in entries if row["series"] == name], higher, shown[1], name)
    return Drawn(
        {
            "entries": entries,
            "best": _best_so_far(entries, higher, shown[1], ""),
            "vendors": per_vendor,
            "references": references(board, options),
        },
        said(
            documents,
            options,
            shown=shown,
            ticks=ticks_of(shown),
            series=[*series.values(), *([OTHERS] if any(row["series"] == OTHERS for row in entries) else [])],
        ),
        len(rows) - len(dated),
    )


def _series(rows: Sequence[BoardRow]) -> Mapping[str, str]:
    """Give the vendors with most entries a series of their own; those with equally many by name."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.vendor] = counts.get(row.vendor, 0) + 1
    ordered = sorted(counts, key=lambda vendor: (-counts[vendor], vendor))
    return {vendor: vendor for vendor in ordered[:MOST_SERIES]}


def _best_so_far(entries: Iterable[Row], higher: bool, until: str, series: str) -> list[Row]:  # noqa: FBT001
    """List the days on which the best score changed, and the end of the axis."""
    steps: list[Row] = []
    for row in entries:
        score = row["score"]
        if (
            not isinstance(score, str)
            and score is not None
            and (not steps or is_better(score, steps[-1]["score"], higher))
        ):
            if steps and steps[-1]["date"] == row["date"]:
                steps.pop()
            steps.append({"date": row["date"], "entry": row["entry"], "score": score, "series": series})
    return [*steps, {**steps[-1], "date": until}] if steps and steps[-1]["date"] != until else steps


_DATE: Final[Spec] = {
    "field": "date",
    "type": "temporal",
    "title": "@axis.date",
    "scale": {"type": "utc", "domain": "$shown"},
    "axis": {"format": "%Y-%m-%d", "tickCount": "$ticks", "labelOverlap": True, "grid": False},
}
_SCORE: Final[Spec] = scored("score")
_LEGEND: Final[Spec] = {
    "title": None,
    "columns": "$name_columns",
    "labelExpr": "datum.label == '…' ? words.others : datum.label",
}
_SERIES: Final[Spec] = {"field": "series", "type": "nominal", "legend": _LEGEND}

SPECIFICATION: Final = whole(
    *REFERENCES_ACROSS,
    of(
        "best",
        {"type": "line", "interpolate": "step-after", "strokeWidth": 2.5},
        {"x": _DATE, "y": _SCORE, "color": {"value": "$ink"}},
    ),
    of(
        "vendors",
        {"type": "line", "interpolate": "step-after", "strokeWidth": 1.5, "strokeDash": [5, 3]},
        {"x": _DATE, "y": _SCORE, "color": {**_SERIES, "scale": {"domain": "$series"}}},
    ),
    of(
        "entries",
        {"type": "point", "opacity": 0.85},
        {
            "x": _DATE,
            "y": _SCORE,
            "color": {**_SERIES, "scale": {"domain": "$series"}},
            "shape": {**_SERIES, "scale": {"domain": "$series", "range": _SHAPES}},
            **told("entry", "date", "score", "vendor"),
        },
    ),
)

TREND: Final = Chart(SPECIFICATION, "entries", ("entry", "vendor", "date", "score"), draw)
