"""`proofboard compare`."""

import click

from proofboard import canonical
from proofboard.app.reading.comparing import compare_entries
from proofboard.publish.views.paired_text import paired_text


@click.command()
@click.argument("site", metavar="SITE")
@click.argument("entries", metavar="A B [C] [D]", nargs=-1, required=True)
@click.option(
    "--slice",
    "slices",
    metavar="NAME",
    multiple=True,
    help="facet=value, a declared pair facet=value×facet=value, overall, or all. May be given more than once.",
)
@click.option(
    "--metric",
    "metrics",
    metavar="NAME",
    multiple=True,
    help="A metric or aggregate, instead of the headline. May be given more than once.",
)
@click.option(
    "--delta",
    metavar="DECIMAL",
    default="0.03",
    show_default=True,
    help="The difference whose power and number of items are told.",
)
@click.option("--json", "json_", is_flag=True, help="Print every number as canonical JSON.")
def command(
    site: str, entries: tuple[str, ...], slices: tuple[str, ...], metrics: tuple[str, ...], delta: str, *, json_: bool
) -> None:
    """Compare two to four entries of the publication SITE on the public items, item by item.

    An entry is named by vendor/config_name, provider:model or model. The difference is A − B; its interval and p-value
    are of the items that both answered. Several comparisons are adjusted by Holm.
    """
    found = compare_entries(site, entries, slices=slices, metrics=metrics, delta=delta)
    click.echo(canonical.dump(found) if json_ else paired_text(found), nl=False)
