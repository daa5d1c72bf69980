"""Parts of specifications that several charts share."""

from typing import Any, Final

SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"

Spec = dict[str, Any]

KINDS: Final = ["default", "community", "seed", "human", "baseline", "chance"]
_SHAPES: Final = ["diamond", "circle", "square", "triangle-up", "cross", "triangle-down"]

_SAID: Final[Spec] = {
    "others": "@others",
    **{kind: f"@kind.{kind}" for kind in KINDS},
    **{name: f"@change.{name}" for name in ("new", "revised")},
    **{name: f"@verdict.{name}" for name in ("win", "no evidence", "loss", "untested")},
}
"""Words of values, which expressions look up."""


def whole(*layers: Spec, height: int | Spec = 320, **more: Any) -> Spec:  # noqa: ANN401 - Vega-Lite's own fields
    """Lay marks over each other; the width is set by whoever shows the chart."""
    return {
        "$schema": SCHEMA,
        "width": 640,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "params": [{"name": "words", "value": _SAID}, *more.pop("params", [])],
        **more,
        "layer": list(layers),
    }


def of(data: str, mark: str | Spec, encoding: Spec, *transform: Spec) -> Spec:
    """Draw one mark for each row of a named data set."""
    drawn: Spec = {"data": {"name": data}, "mark": mark, "encoding": encoding}
    return {**drawn, "transform": list(transform)} if transform else drawn


def number(field: str, title: str | None = None, **more: Any) -> Spec:  # noqa: ANN401 - Vega-Lite's own fields
    """Place by a number; scores differ little, so no axis is forced to begin at 0."""
    return {"field": field, "type": "quantitative", "title": title, "scale": {"zero": False, "nice": True}, **more}


def scored(field: str, title: str = "@axis.score.{base}", **more: Any) -> Spec:  # noqa: ANN401 - Vega-Lite's own fields
    """Place by a score, which the axis writes as the board does: shares as percentages."""
    axis = {"labelExpr": "$score_label", **more.pop("axis", {})}
    return number(field, title, axis=axis, **more)


def name(field: str, title: str | None = None, **more: Any) -> Spec:  # noqa: ANN401 - Vega-Lite's own fields
    """Place by a name, in the order of the rows."""
    return {"field": field, "type": "nominal", "title": title, "sort": None, **more}


def told(*fields: str) -> Spec:
    """Show what a mark stands for when it is pointed at; `date` is written as it is published."""
    return {"tooltip": [_told(field) for field in fields]}


def _told(field: str) -> Spec:
    column = {"field": field, "title": f"@column.{field}"}
    if field == "date":
        return {**column, "timeUnit": "utcyearmonthdate", "type": "temporal", "format": "%Y-%m-%d"}
    return {**column, "type": "nominal"}


def by_kind() -> Spec:
    """Tell kinds of entries apart by shape and colour; the legend lists those that occur."""
    legend = {"values": "$kinds", "labelExpr": "words[datum.label]", "title": None}
    both = {"field": "kind", "type": "nominal", "legend": legend}
    return {
        "shape": {**both, "scale": {"domain": KINDS, "range": _SHAPES}},
        "color": {**both, "scale": {"domain": KINDS}},
    }


_DASHED: Final[Spec] = {"type": "rule", "strokeDash": [4, 4], "opacity": 0.8}
_SAID_OF_KIND: Final[Spec] = {"calculate": "words[datum.kind]", "as": "said"}
_SCORE: Final[Spec] = scored("score")
_SAID_FIELD: Final[Spec] = {"field": "said", "type": "nominal"}

REFERENCES_ACROSS: Final[list[Spec]] = [
    of("references", _DASHED, {"y": _SCORE, **told("kind", "entry", "score")}),
    of(
        "references",
        {
            "type": "text",
            "align": "right",
            "baseline": "bottom",
            # Baselines are often no better than chance: their names stand beside each other, not on each other.
            "dx": {"expr": "datum.kind == 'human' ? -4 : datum.kind == 'baseline' ? -70 : -150"},
            "dy": -3,
        },
        {"x": {"value": {"expr": "width"}}, "y": _SCORE, "text": _SAID_FIELD},
        _SAID_OF_KIND,
    ),
]
"""Human, baseline and chance as dashed lines across a chart whose scores go upwards."""

REFERENCES_UPWARD: Final[list[Spec]] = [
    of("references", _DASHED, {"x": _SCORE, **told("kind", "entry", "score")}),
    of(
        "references",
        {
            "type": "text",
            "align": "left",
            "baseline": "top",
            "angle": 270,
            "dx": {"expr": "datum.kind == 'human' ? 150 : datum.kind == 'baseline' ? 80 : 8"},
            "dy": 3,
        },
        {"x": _SCORE, "y": {"value": {"expr": "height"}}, "text": _SAID_FIELD},
        _SAID_OF_KIND,
    ),
]
"""The same as upright lines, where scores go to the right."""
