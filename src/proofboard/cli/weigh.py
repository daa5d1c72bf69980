"""`proofboard weigh`."""

import click

from proofboard import canonical
from proofboard.app.reading.weighing import weigh_site
from proofboard.publish.views.tables import render
from proofboard.publish.views.weighed import weighed_table, weighed_text


@click.command()
@click.argument("site", metavar="SITE")
@click.argument("weights", metavar="METRIC=WEIGHT...", nargs=-1, required=True)
@click.option(
    "--change",
    metavar="DECIMAL",
    default="0.2",
    show_default=True,
    help="The share of itself by which every weight may change for the range of ranks.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="The format.",
)
def command(site: str, weights: tuple[str, ...], change: str, form: str) -> None:
    """Rank the publication SITE by your own METRIC=WEIGHT..., and say how firm each rank is.

    The score is the weighted mean of exact public scores. Lower-is-better metrics are reflected within their range.
    """
    found = weigh_site(site, weights, change=change)
    if form == "text":
        click.echo(weighed_text(found), nl=False)
    else:
        click.echo(canonical.dump(found) if form == "json" else render(weighed_table(found), "csv").encode(), nl=False)
