"""How charts look, in light and in dark: colours that people with any colour vision tell apart, never without shapes.

Every colour of a mark has a contrast of at least 3:1 to its background (WCAG 2.2, 1.4.11), every text 4.5:1,
also on the colours that say a difference.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

FONT: Final = "Liberation Sans, Noto Sans, Noto Sans CJK JP, sans-serif"
"""The first comes with the converter, so that a picture is the same on every machine; the others have what it lacks."""

_LIGHT: Final = ("#0072b2", "#c2500a", "#007a57", "#a8447f", "#7a5c00", "#5b4fc4", "#5c6670", "#111827")
_DARK: Final = ("#5ab4ea", "#f0883e", "#3ccb93", "#e58bc0", "#e2c13c", "#b0a8f6", "#a9b2bc", "#f3f4f6")


def _theme(
    background: str, text: str, faint: str, colours: Sequence[str], diverging: Sequence[str]
) -> Mapping[str, Any]:
    return {
        "background": background,
        "font": FONT,
        "padding": 8,
        "view": {"stroke": None},
        "title": {"anchor": "start", "color": text, "subtitleColor": text, "fontSize": 14, "limit": 620, "offset": 12},
        "axis": {
            "labelColor": text,
            "titleColor": text,
            "gridColor": faint,
            "domainColor": faint,
            "tickColor": faint,
            "labelFontSize": 11,
            "titleFontSize": 11,
            "titleFontWeight": "normal",
            "labelLimit": 220,
            "titleLimit": 480,
        },
        "legend": {
            "labelColor": text,
            "titleColor": text,
            "orient": "bottom",
            "columns": 4,
            "layout": {"bottom": {"anchor": "start", "direction": "vertical"}},
            "labelLimit": 260,
            "titleFontWeight": "normal",
            "symbolStrokeWidth": 2,
        },
        "mark": {"color": colours[0]},
        "rule": {"color": text},
        "text": {"color": text, "fontSize": 11},
        "bar": {"color": colours[0]},
        "point": {"size": 70, "strokeWidth": 2},
        "range": {"category": list(colours), "diverging": list(diverging)},
    }


THEMES: Final[Mapping[str, Mapping[str, Any]]] = {
    "light": _theme("#ffffff", "#1f2937", "#d7dce3", _LIGHT, ("#e8965a", "#f5c9a6", "#f4f4f5", "#a9d0ea", "#5aa9dc")),
    "dark": _theme("#12161c", "#e5e7eb", "#343c47", _DARK, ("#9c5218", "#5e3a1f", "#262c34", "#23506e", "#1c6899")),
}
"""Name → the `config` of a specification."""
