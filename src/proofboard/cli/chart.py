"""`proofboard chart`."""

from pathlib import Path

import click

from proofboard.app.reading.chart_files import Picture
from proofboard.app.reading.charting import draw_chart
from proofboard.cli.counting import counted
from proofboard.publish.charts.drawing import AGAINST, BASES, Against, Base, ChartOptions
from proofboard.publish.charts.filling import CHARTS, Look
from proofboard.publish.charts.themes import THEMES
from proofboard.publish.charts.words import LANGUAGES


@click.command()
@click.argument("site", metavar="SITE")
@click.argument("kind", metavar="KIND", type=click.Choice(list(CHARTS)))
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    required=True,
    help="Where to write it: .svg, .png, .pdf, or .json for the Vega-Lite specification.",
)
@click.option(
    "--entry",
    "entries",
    metavar="SELECTOR",
    multiple=True,
    help="For radar two to four entries, for slices one: vendor/config_name, provider:model or model.",
)
@click.option("--facet", metavar="NAME", help="For radar, coverage, slices: a facet or a declared pair, NAME×NAME.")
@click.option(
    "--against", type=click.Choice(AGAINST), default="cost", show_default=True, help="For pareto: what was used."
)
@click.option("--score", type=click.Choice(BASES), help="Which score is shown.  [default: the one that ranks]")
@click.option("--track", metavar="NAME", help="The track that is shown.  [default: the first]")
@click.option("--top", metavar="N", type=int, default=20, show_default=True, help="How many rows a list shows.")
@click.option("--days", metavar="N", type=int, default=30, show_default=True, help="For movers: how far back.")
@click.option("--per-vendor", is_flag=True, help="For trend: the best so far of each vendor too.")
@click.option("--lang", "language", type=click.Choice(list(LANGUAGES)), default="en", show_default=True)
@click.option("--theme", type=click.Choice(list(THEMES)), default="light", show_default=True)
@click.option("--width", metavar="UNITS", type=int, default=640, show_default=True)
@click.option("--scale", metavar="N", type=float, default=2.0, show_default=True, help="For .png: pixels for a unit.")
@click.option(
    "--fonts",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="A folder of fonts, for scripts that are drawn as boxes without it.",
)
def command(
    *,
    site: str,
    kind: str,
    out: Path,
    entries: tuple[str, ...],
    facet: str | None,
    against: Against,
    score: Base | None,
    track: str | None,
    top: int,
    days: int,
    per_vendor: bool,
    language: str,
    theme: str,
    width: int,
    scale: float,
    fonts: Path | None,
) -> None:
    """Draw a chart of the publication SITE (a folder, an archive or an address).

    KIND is radar, trend, pareto, distribution, intervals, coverage, movers, slices or gap.
    """
    options = ChartOptions(entries, facet, against, score, top, days, track, per_vendor)
    look = Look(language=language, theme=theme, width=width)
    drawn = draw_chart(site, kind, out, options, look, Picture(scale, fonts))
    without = f"; {counted(drawn.left_out, 'entry', 'entries')} not shown" if drawn.left_out else ""
    click.echo(f"{out}: {kind}{without}")
