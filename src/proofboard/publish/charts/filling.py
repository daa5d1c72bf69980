"""A specification filled: its words in a language, its parameters, its data, its looks; the page does the same."""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from proofboard.publish.charts.coverage import COVERAGE
from proofboard.publish.charts.distribution import DISTRIBUTION
from proofboard.publish.charts.drawing import Chart, Drawn
from proofboard.publish.charts.gap import GAP
from proofboard.publish.charts.intervals import INTERVALS
from proofboard.publish.charts.movers import MOVERS
from proofboard.publish.charts.pareto import PARETO
from proofboard.publish.charts.radar import RADAR
from proofboard.publish.charts.slices import SLICES
from proofboard.publish.charts.themes import THEMES
from proofboard.publish.charts.trend import TREND
from proofboard.publish.charts.words import LANGUAGES

CHARTS: Final[Mapping[str, Chart]] = {
    "radar": RADAR,
    "trend": TREND,
    "pareto": PARETO,
    "distribution": DISTRIBUTION,
    "intervals": INTERVALS,
    "coverage": COVERAGE,
    "movers": MOVERS,
    "slices": SLICES,
    "gap": GAP,
}
"""Kind → chart."""


_NAME_WIDTH: Final = 220
_WORD_WIDTH: Final = 150
_LONGEST_NAME: Final = 260


class Look(msgspec.Struct, frozen=True):
    """How a chart is written and coloured."""

    language: str = "en"
    theme: str = "light"
    width: int = 640
    title: str = ""
    """What stands above it, beside what kind of chart it is: the title of the board."""


def filled(kind: str, drawn: Drawn, look: Look) -> dict[str, Any]:
    """Return the whole Vega-Lite specification of a chart, with its data and nothing to fetch."""
    theme = THEMES[look.theme]
    words = said_words(drawn, LANGUAGES[look.language])
    least = drawn.parameters.get("least_width", 0)
    most = drawn.parameters.get("most_width")
    width = min(look.width, most) if isinstance(most, int) else look.width
    width = max(width, least if isinstance(least, int) else 0)
    parameters = {
        **drawn.parameters,
        "ink": theme["title"]["color"],
        "name_columns": max(1, width // _NAME_WIDTH),
    }
    specification: dict[str, Any] = _filled(CHARTS[kind].specification, words, parameters)
    return {
        **specification,
        "width": width,
        "title": {"text": look.title, "subtitle": words[f"title.{kind}"]},
        "description": described(kind, drawn, look.language),
        "config": _config(theme, width),
        "datasets": {name: list(rows) for name, rows in drawn.datasets.items()},
    }


def _config(theme: Mapping[str, Any], width: int) -> dict[str, Any]:
    """Cut names and break legends so that a narrow chart still has room for its marks."""
    return {
        **theme,
        "axis": {**theme["axis"], "labelLimit": min(_LONGEST_NAME, width * 36 // 100)},
        "legend": {**theme["legend"], "columns": max(1, width // _WORD_WIDTH)},
        "title": {**theme["title"], "limit": width - 16},
    }


def described(kind: str, drawn: Drawn, language: str) -> str:
    """Say what a chart shows, and how many entries it cannot show."""
    words = said_words(drawn, LANGUAGES[language])
    said = words[f"description.{kind}"]
    return f"{said} {words['left_out']}" if drawn.left_out else said


def said_words(drawn: Drawn, words: Mapping[str, str]) -> dict[str, str]:
    """Put the parameters of a chart into its words; what a parameter holds is text and is not looked into."""
    named = {**drawn.parameters, "left_out": drawn.left_out}
    if "against" in named:
        named["against"] = words[f"against.{named['against']}"]
    return {key: _PLACE.sub(lambda found: str(named.get(found[1], found[0])), text) for key, text in words.items()}


_PLACE: Final = re.compile(r"\{([a-z_]+)\}")


def _filled(part: Any, words: Mapping[str, str], parameters: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(part, Mapping):
        return {key: _filled(value, words, parameters) for key, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, words, parameters) for value in part]
    if isinstance(part, str) and part.startswith("$"):
        return parameters[part[1:]]
    if isinstance(part, str) and part.startswith("@"):
        return words[_PLACE.sub(lambda found: str(parameters[found[1]]), part[1:])]
    return part


def shared() -> dict[str, Any]:
    """Return what the page needs of this package: all specifications without data, their tables, words and themes."""
    return {
        "charts": {
            kind: {"specification": chart.specification, "table": chart.table, "columns": list(chart.columns)}
            for kind, chart in CHARTS.items()
        },
        "words": LANGUAGES,
        "themes": THEMES,
    }
