"""Movers: entries that are new or were revised in the last days before the newest one."""

from typing import Final

from proofboard.publish.charts.dates import days_before
from proofboard.publish.charts.drawing import (
    Chart,
    ChartDocuments,
    ChartOptions,
    Drawn,
    NeededDocuments,
    Row,
    contestants,
    nothing,
    said,
    tidy,
)
from proofboard.publish.charts.marks import Spec, name, of, scored, told, whole
from proofboard.schemas.board import BoardRow, Leaderboard
from proofboard.schemas.publication import EntryDocument
from proofboard.schemas.selectors import name_of


def needed(board: Leaderboard, options: ChartOptions) -> NeededDocuments:
    """Ask for the documents of the entries that were recorded in the last days: their history says what they were."""
    return NeededDocuments(entries=[name_of(row) for row in _recent(board, options)[1]])


def draw(documents: ChartDocuments, options: ChartOptions) -> Drawn:
    """Draw the public score of each recent entry, and what it was before those days; a new one was nothing."""
    since, recent = _recent(documents.board, options)
    moves = [_move(row, documents.entries.get(name_of(row)), since) for row in recent if row.public.score is not None]
    if not moves:
        return nothing("moves")
    moves.sort(key=_place)
    shown = moves[: options.top]
    return Drawn(
        {"moves": shown},
        said(
            documents,
            ChartOptions(score="public"),
            names=[str(row["entry"]) for row in shown],
            since=since,
            days=options.days,
        ),
        len(recent) - len(shown),
    )


def _recent(board: Leaderboard, options: ChartOptions) -> tuple[str, list[BoardRow]]:
    """Return the day before which a score is old, and the entries recorded since; the newest day is the board's own."""
    dated = [row for row in contestants(board, options) if row.date is not None]
    newest = max((row.date or "" for row in dated), default="")
    since = days_before(newest, options.days) if newest else ""
    return since, [row for row in dated if (row.date or "") >= since]


def _move(row: BoardRow, own: EntryDocument | None, since: str) -> Row:
    before: float | None = None
    for revision in own.history if own else ():
        if revision.score is not None and (revision.date is None or revision.date < since):
            before = revision.score
    after = row.public.score
    return {
        "entry": name_of(row),
        "vendor": row.vendor,
        "date": row.date,
        "change": "new" if before is None else "revised",
        "before": before,
        "after": after,
        "difference": None if before is None or after is None else tidy(after - before),
    }


def _place(row: Row) -> tuple[bool, float, float, str]:
    """Put revised entries first, the largest change first; then new ones, the highest score first."""
    difference, after = row["difference"], row["after"]
    return (
        row["change"] == "new",
        -abs(difference) if isinstance(difference, int | float) else 0,
        -after if isinstance(after, int | float) else 0,
        str(row["entry"]),
    )


_NAME: Final[Spec] = name("entry", scale={"type": "band", "domain": "$names"}, axis={"grid": True})
_CHANGES: Final = ["revised", "new"]
_CHANGE: Final[Spec] = {
    "field": "change",
    "type": "nominal",
    "legend": {"title": None, "labelExpr": "words[datum.label]"},
}
_REVISED: Final[Spec] = {"filter": "isValid(datum.before)"}

SPECIFICATION: Final = whole(
    of(
        "moves",
        {"type": "rule", "strokeWidth": 2, "opacity": 0.6},
        {"y": _NAME, "x": scored("before", "@axis.score.public"), "x2": {"field": "after"}},
        _REVISED,
    ),
    of(
        "moves",
        {"type": "point", "shape": "circle", "size": 40, "opacity": 0.8},
        {"y": _NAME, "x": scored("before", "@axis.score.public"), "color": {"value": "$ink"}},
        _REVISED,
    ),
    of(
        "moves",
        {"type": "point", "filled": True, "size": 80},
        {
            "y": _NAME,
            "x": scored("after", "@axis.score.public"),
            "shape": {**_CHANGE, "scale": {"domain": _CHANGES, "range": ["circle", "diamond"]}},
            "color": {**_CHANGE, "scale": {"domain": _CHANGES}},
            **told("entry", "date", "change", "before", "after", "difference"),
        },
    ),
    height={"step": 22},
)

MOVERS: Final = Chart(
    SPECIFICATION, "moves", ("entry", "date", "change", "before", "after", "difference"), draw, needed
)
