"""Intervals: the first entries of the board with their 95 % intervals and the groups that cannot be told apart."""

from collections.abc import Sequence
from typing import Final

from proofboard.publish.charts.drawing import (
    Chart,
    ChartDocuments,
    ChartOptions,
    Drawn,
    Row,
    base_of,
    kinds_of,
    measured,
    nothing,
    said,
    score_of,
)
from proofboard.publish.charts.marks import Spec, by_kind, name, of, scored, told, whole
from proofboard.schemas.board import BoardRow
from proofboard.schemas.selectors import name_of

_GROUP_WIDTH: Final = 7


def draw(documents: ChartDocuments, options: ChartOptions) -> Drawn:
    """Draw the ranked entries from the first rank on; a bar beside them joins those of one tied group."""
    board, base = documents.board, base_of(documents.board, options)
    rows = measured(board, options)
    ranked = [row for row in rows if row.rank is not None and score_of(row, base) is not None]
    if not ranked:
        return nothing("scores", len(rows))
    shown = ranked[: options.top]
    entries = [_entry(row, base == "public") for row in shown]
    groups = _groups(shown)
    return Drawn(
        {"entries": entries, "groups": groups},
        said(
            documents,
            options,
            names=[name_of(row) for row in shown],
            kinds=kinds_of(entries),
            margin=len(groups) * _GROUP_WIDTH + 18 if groups else 6,
        ),
        len(rows) - len(ranked),
    )


def _entry(row: BoardRow, public: bool) -> Row:  # noqa: FBT001 - which of the two scores
    scored = row.public if public else row.held_out
    return {
        "entry": name_of(row),
        "kind": row.kind,
        "rank": row.rank,
        "score": scored.score,
        "low": scored.interval[0] if scored.interval else None,
        "high": scored.interval[1] if scored.interval else None,
        "first_group": row.tied_groups[0] if row.tied_groups else None,
        "last_group": row.tied_groups[1] if row.tied_groups else None,
    }


def _groups(rows: Sequence[BoardRow]) -> list[Row]:
    """List the tied groups that join at least two of the rows, from the first to the last row of each."""
    numbers = [number for row in rows if row.tied_groups for number in row.tied_groups]
    found: list[Row] = []
    for group in range(min(numbers), max(numbers) + 1) if numbers else ():
        inside = [name_of(row) for row in rows if row.tied_groups and row.tied_groups[0] <= group <= row.tied_groups[1]]
        if len(inside) > 1:
            offset = 14 + len(found) * _GROUP_WIDTH
            found.append({"group": group, "first": inside[0], "last": inside[-1], "offset": offset})
    return found


_NAME: Final[Spec] = name("entry", scale={"type": "band", "domain": "$names"}, axis={"grid": False})
_ROOM: Final[Spec] = {"zero": False, "nice": True, "range": [0, {"expr": "width - margin"}]}
_KNOWN: Final[Spec] = {"filter": "isValid(datum.low)"}

SPECIFICATION: Final = whole(
    of(
        "entries",
        {"type": "rule", "strokeWidth": 2, "opacity": 0.75},
        {"y": _NAME, "x": scored("low", scale=_ROOM), "x2": {"field": "high"}},
        _KNOWN,
    ),
    of(
        "entries",
        {"type": "point", "filled": True},
        {
            "y": _NAME,
            "x": scored("score", scale=_ROOM),
            **by_kind(),
            **told("entry", "kind", "rank", "score", "low", "high"),
        },
    ),
    of(
        "groups",
        {"type": "rule", "strokeWidth": 3, "strokeCap": "round"},
        {
            "x": {"value": {"expr": "width - margin"}},
            "xOffset": {"field": "offset", "type": "quantitative", "scale": None},
            "y": {**_NAME, "field": "first", "bandPosition": 0.2},
            "y2": {"field": "last", "bandPosition": 0.8},
            **told("group", "first", "last"),
        },
    ),
    height={"step": 22},
    params=[{"name": "margin", "value": "$margin"}],
)

INTERVALS: Final = Chart(SPECIFICATION, "entries", ("rank", "entry", "kind", "score", "low", "high"), draw)
