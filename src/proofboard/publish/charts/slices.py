"""Slices: one entry against its vendor's default, slice by slice."""

import re
from collections.abc import Mapping
from typing import Final

from proofboard.publish.charts.drawing import (
    Chart,
    ChartDocuments,
    ChartOptions,
    Drawn,
    NeededDocuments,
    Row,
    higher_first,
    nothing,
    said,
    tidy,
)
from proofboard.publish.charts.marks import Spec, name, of, scored, told, whole
from proofboard.schemas.board import BoardRow, Leaderboard
from proofboard.schemas.publication import SliceComparison
from proofboard.schemas.selectors import name_of

UNTESTED: Final = "untested"


def needed(board: Leaderboard, options: ChartOptions) -> NeededDocuments:
    """Ask for the entry's document, its default's, and the vendor's comparisons."""
    row, default = _both(board, options)
    if row is None or default is None:
        return NeededDocuments()
    return NeededDocuments([name_of(row), name_of(default)], [row.vendor])


def draw(documents: ChartDocuments, options: ChartOptions) -> Drawn:
    """Draw the slices on which both have a score, those that were tested first; each says how that ended."""
    board = documents.board
    row, default = _both(board, options)
    if row is None:
        return nothing("one")
    if default is None:
        return nothing("default")
    own, other = documents.entries.get(name_of(row)), documents.entries.get(name_of(default))
    scores = own.scores.get(board.headline, {}) if own else {}
    defaults = other.scores.get(board.headline, {}) if other else {}
    counts = own.n_items if own else {}
    tested = _tested(documents, row)
    slices: list[Row] = []
    for part, score in scores.items():
        against = defaults.get(part)
        if part == "overall" or score is None or against is None or not _in_facet(part, options.facet):
            continue
        gained = tidy(score - against if higher_first(board) else against - score)
        found = tested.get(part)
        slices.append(
            {
                "slice": part,
                "n_items": counts.get(part),
                "score": score,
                "default_score": against,
                "difference": gained,
                "lower_bound": found.lower_bound if found else None,
                "verdict": found.verdict if found else UNTESTED,
            }
        )
    if not slices:
        return nothing("slices")
    slices.sort(key=_place)
    shown = sorted(slices[: options.top], key=_gained)
    return Drawn(
        {"slices": shown},
        said(
            documents,
            ChartOptions(score="public"),
            entry=name_of(row),
            default=name_of(default),
            names=[str(part["slice"]) for part in shown],
        ),
        len(slices) - len(shown),
    )


def _both(board: Leaderboard, options: ChartOptions) -> tuple[BoardRow | None, BoardRow | None]:
    """Return the entry and its vendor's default in the same track; None for a default of itself."""
    named = {name_of(row): row for row in board.entries}
    row = named.get(options.entries[0]) if len(options.entries) == 1 else None
    if row is None:
        return None, None
    defaults = [
        other
        for other in board.entries
        if other.kind == "default" and other.vendor == row.vendor and other.track == row.track and other is not row
    ]
    return row, defaults[0] if defaults else None


def _tested(documents: ChartDocuments, row: BoardRow) -> Mapping[str, SliceComparison]:
    vendor = documents.vendors.get(row.vendor)
    found = [own for own in vendor.entries if own.entry == name_of(row)] if vendor else []
    return {part.slice: part for part in found[0].slices} if found else {}


def _in_facet(part: str, facet: str | None) -> bool:
    return facet is None or sorted(pair.split("=")[0] for pair in _JOINT.split(part)) == sorted(facet.split("×"))


_JOINT: Final = re.compile(r"×(?=[a-z0-9][a-z0-9._-]*=)")


def _place(row: Row) -> tuple[bool, float, str]:
    """Put what was tested before slices of too few items, whose differences are large by chance."""
    return row["verdict"] == UNTESTED, -abs(_difference(row)), str(row["slice"])


def _gained(row: Row) -> tuple[float, str]:
    return -_difference(row), str(row["slice"])


def _difference(row: Row) -> float:
    value = row["difference"]
    return value if isinstance(value, int | float) else 0.0


_NAME: Final[Spec] = name("slice", scale={"type": "band", "domain": "$names"}, axis={"grid": True})
_VERDICTS: Final = ["win", "no evidence", "loss", UNTESTED]
_VERDICT: Final[Spec] = {
    "field": "verdict",
    "type": "nominal",
    "legend": {"title": None, "labelExpr": "words[datum.label]"},
}

SPECIFICATION: Final = whole(
    of(
        "slices",
        {"type": "rule", "strokeWidth": 2, "opacity": 0.5},
        {"y": _NAME, "x": scored("default_score", "@axis.score.public"), "x2": {"field": "score"}},
    ),
    of(
        "slices",
        {"type": "point", "shape": "circle", "size": 36},
        {"y": _NAME, "x": scored("default_score", "@axis.score.public"), "color": {"value": "$ink"}},
    ),
    of(
        "slices",
        {"type": "point", "filled": True, "size": 80},
        {
            "y": _NAME,
            "x": scored("score", "@axis.score.public"),
            "shape": {
                **_VERDICT,
                "scale": {"domain": _VERDICTS, "range": ["triangle-up", "circle", "triangle-down", "diamond"]},
            },
            "color": {**_VERDICT, "scale": {"domain": _VERDICTS}},
            **told("slice", "n_items", "score", "default_score", "difference", "lower_bound", "verdict"),
        },
    ),
    height={"step": 20},
)

SLICES: Final = Chart(
    SPECIFICATION,
    "slices",
    ("slice", "n_items", "score", "default_score", "difference", "lower_bound", "verdict"),
    draw,
    needed,
)
